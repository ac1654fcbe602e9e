"""The sandbox's own time: the real clock plus an offset that a test can move.

Stamps are whole seconds, as in every example of the APIs that the sandbox speaks.
"""

import time
from datetime import UTC, datetime
from functools import lru_cache

__all__ = ["Clock", "parse_stamp", "stamp"]


class Clock:
    """Real time plus an offset; it never runs backwards unless it is told to."""

    __slots__ = ("_offset",)

    def __init__(self) -> None:
        self._offset = 0.0

    @property
    def offset(self) -> float:
        """Seconds by which the sandbox is ahead of real time."""
        return self._offset

    def now(self) -> float:
        """Return the sandbox's time in Unix seconds."""
        return time.time() + self._offset

    def second(self) -> int:
        """Return the sandbox's time in whole Unix seconds, cut and not rounded."""
        return int(self.now())

    def advance(self, seconds: float) -> None:
        """Move the time; a negative number moves it back."""
        self._offset += seconds

    def reset(self) -> None:
        """Show real time again."""
        self._offset = 0.0


@lru_cache(maxsize=4096)
def stamp(second: int) -> str:
    """Write whole Unix seconds as RFC 3339 in UTC with `Z`."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_stamp(text: str) -> float | None:
    """Read an RFC 3339 date-time with its zone; None when it is not one."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if "T" not in text.upper() or moment.tzinfo is None:
        return None
    return moment.timestamp()
