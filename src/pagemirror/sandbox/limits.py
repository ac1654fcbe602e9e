"""Rate limits over rolling windows, on the sandbox's clock."""

import math
from collections import deque
from dataclasses import dataclass

from pagemirror.sandbox.clock import Clock

__all__ = ["Limit", "RateWindow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What a window says of a request: the limit, what is left now, and when there is room again."""

    limit: int
    remaining: int
    reset_at: int
    retry_after: int
    allowed: bool


class RateWindow:
    """So many requests in any so many seconds; refused requests do not count."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._taken: deque[float] = deque()

    def look(self, limit: int) -> Limit:
        """Say whether one more request fits now, without taking its place."""
        now = self._clock.now()
        while self._taken and (self._taken[0] <= now - self._seconds or self._taken[0] > now):
            self._taken.popleft()
        free = limit - len(self._taken)
        frees_at = self._taken[-limit] + self._seconds if 0 < limit <= len(self._taken) else now
        oldest = self._taken[0] if self._taken else now
        return Limit(
            limit=limit,
            remaining=max(0, free),
            reset_at=math.ceil(oldest + self._seconds),
            retry_after=max(1, math.ceil(frees_at - now)),
            allowed=free > 0,
        )

    def take(self) -> None:
        """Count one request."""
        self._taken.append(self._clock.now())

    def clear(self) -> None:
        """Forget all requests."""
        self._taken.clear()
