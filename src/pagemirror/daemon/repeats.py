"""What is said again and again: at once, then ever more rarely with a count, and a last time when it is over. Pure."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

__all__ = ["Repeats"]

_PAUSES: Final = (0.0, 60.0, 300.0, 900.0, 3600.0)
"""Seconds of silence before the second, third, … time; the last one stays."""


@dataclass(slots=True)
class _Row:
    times: int = 0
    told: int = 0
    quiet_until: float = 0.0


class Repeats:
    """Counts what happened under each key. `now` is in seconds of a clock that never runs backwards."""

    def __init__(self) -> None:
        self._rows: dict[Hashable, _Row] = {}

    def __len__(self) -> int:
        """How many keys are going on."""
        return len(self._rows)

    def happened(self, key: Hashable, now: float) -> int | None:
        """How often it has happened so far if it is to be told now, None if it was told not long ago."""
        row = self._rows.setdefault(key, _Row())
        row.times += 1
        if row.told and now < row.quiet_until:
            return None
        row.told += 1
        row.quiet_until = now + _PAUSES[min(row.told, len(_PAUSES) - 1)]
        return row.times

    def over(self, key: Hashable) -> int:
        """It is over: how often it had happened, 0 if never."""
        row = self._rows.pop(key, None)
        return row.times if row is not None else 0
