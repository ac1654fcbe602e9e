"""When a burst of movements is over: after a moment of quiet, and not later than some bound. Pure."""

import math
from dataclasses import dataclass

__all__ = ["Debounce"]


@dataclass(slots=True, kw_only=True)
class Debounce:
    """Times are in seconds of a clock that never runs backwards.

    A burst ends when nothing has moved for `quiet`, or `most` after it began.
    """

    quiet: float = 0.3
    most: float = 2.0
    _first: float = math.inf
    _last: float = -math.inf

    def moved(self, now: float) -> None:
        """Something moved; may be called in another thread than the rest."""
        self._last = now
        if self._first == math.inf:
            self._first = now

    def over_at(self) -> float:
        """When the burst is over; minus infinity where there is none."""
        return min(self._last + self.quiet, self._first + self.most) if self._first < math.inf else -math.inf

    def taken(self) -> None:
        """What has moved so far is looked at now."""
        self._first = math.inf
