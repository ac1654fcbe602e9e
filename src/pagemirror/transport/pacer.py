"""One target's pace, shared by all who send to it: counts before sending, waits when it must, tells others of pauses.

The durable count is somebody else's (a `Reserve`), asked for small blocks so that not each request costs a
transaction. Knows no HTTP.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, assert_never

from pagemirror.model.clock import Clock
from pagemirror.model.errors import Deferred
from pagemirror.transport.pacing import HELD, Exhausted, Go, Limits, Used, Verdict, Wait, delay

__all__ = ["Pacer", "Reserve", "Unshared"]

_FIRST_BLOCK = 2
_LARGEST_BLOCK = 32
_BLOCKS_A_MINUTE = 16
"""A block is at most this part of a minute's requests, so that one process doesn't take them all."""

_SMALL_PART = 1000
"""A block is at most this part of a day's requests, as what a killed process had reserved is lost."""

_recovering: ContextVar[bool] = ContextVar("pagemirror_recovering", default=False)


class Reserve(Protocol):
    """The durable count of a target's requests."""

    def reserve(self, now: float, decide: Callable[[Used], int]) -> int:
        """Show `decide` what was counted, count what it answers (a number below zero gives back), and return that."""
        ...

    def pause(self, until: float) -> None:
        """Remember that the server asked for a pause."""
        ...


class Pacer:
    """Gives leave to send, one request at a time; safe for any number of tasks of one event loop."""

    def __init__(self, limits: Limits, *, reserve: Reserve, clock: Clock) -> None:
        self.limits = limits
        self._reserve = reserve
        self._clock = clock
        self._left = 0
        self._taken_at = 0.0
        self._block = self._smallest()
        self._paused_until = 0.0

    @contextmanager
    def recovery(self) -> Iterator[None]:
        """Let what is sent inside use the requests that are kept for recovery."""
        token = _recovering.set(True)
        try:
            yield
        finally:
            _recovering.reset(token)

    async def take(self, *, max_wait: float | None) -> None:
        """Return when one request may go; raise `Deferred` instead of waiting longer than `max_wait` at once."""
        while True:
            now = self._clock.now()
            held = self._try(now)
            if held is None:
                return
            seconds, why = held
            if max_wait is not None and seconds > max_wait:
                raise Deferred(
                    f"{why}: the next request may go in {_told(seconds)}, and a pass waits {_told(max_wait)} at most",
                    until=now + seconds,
                    hint="run again later, or raise sync.max_wait; the rest is not lost",
                )
            await self._clock.sleep(seconds)

    def untaken(self) -> None:
        """Take back leave that was given: the request never reached the server."""
        if not self.limits.none:
            self._left += 1

    def pause(self, until: float) -> None:
        """Let nobody send before `until`, in this process or another."""
        if until > self._paused_until:
            self._paused_until = until
            self._reserve.pause(until)

    def close(self) -> None:
        """Give back what was counted and not sent."""
        self._give_back(self._clock.now())

    def _try(self, now: float) -> tuple[float, str] | None:
        """Take leave for one request: None, or the seconds to wait before the next try, and why."""
        pause = self._paused_until - now
        if pause > 0:
            return pause, "the server asked for a pause"
        if self.limits.none:
            return None
        if self._left > 0 and not 0 <= now - self._taken_at <= HELD:
            self._give_back(now)
            self._block = self._smallest()
        if self._left == 0:
            verdict = self._take_block(now)
            if not isinstance(verdict, Go):
                return _held(verdict, now)
        self._left -= 1
        return None

    def _take_block(self, now: float) -> Verdict:
        seen: list[Verdict] = []

        def decide(used: Used) -> int:
            verdict = delay(used, self.limits, now, wanted=self._block, recovery=_recovering.get())
            seen.append(verdict)
            if not isinstance(verdict, Go):
                return 0
            return verdict.count if verdict.count == self._block else 1

        count = self._reserve.reserve(now, decide)
        if count <= 0:
            return seen[-1]
        self._left, self._taken_at = count, now
        self._block = min(self._block * 2, self._largest())
        return Go(count=count)

    def _largest(self) -> int:
        """The largest block: one request at a time where the day is short."""
        parts = [_LARGEST_BLOCK]
        if self.limits.per_minute > 0:
            parts.append(self.limits.per_minute // _BLOCKS_A_MINUTE)
        if self.limits.per_day > 0:
            parts.append(self.limits.per_day // _SMALL_PART)
        return max(1, min(parts))

    def _smallest(self) -> int:
        return min(_FIRST_BLOCK, self._largest())

    def _give_back(self, now: float) -> None:
        if self._left > 0:
            left, self._left = self._left, 0
            self._reserve.reserve(now, lambda _used: -left)


class Unshared:
    """A count that only this process knows and that ends with it, for one-off reads such as `doctor`."""

    def __init__(self) -> None:
        self.slots: list[tuple[int, int]] = []
        self.paused_until = 0.0

    def reserve(self, now: float, decide: Callable[[Used], int]) -> int:
        """Count in memory."""
        count = decide(self)
        if count:
            self.slots.append((int(now), count))
        return count

    def pause(self, until: float) -> None:
        """Remember in memory."""
        self.paused_until = max(self.paused_until, until)


def _held(verdict: Wait | Exhausted, now: float) -> tuple[float, str]:
    match verdict:
        case Wait(seconds=seconds):
            return max(seconds, 0.001), "this minute's requests are used, or the server asked for a pause"
        case Exhausted(until=until):
            return max(until - now, 0.001), "the budget of 24 hours is used"
        case _:
            assert_never(verdict)


def _told(seconds: float) -> str:
    whole = max(1, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, last = divmod(rest, 60)
    parts = [(hours, "h"), (minutes, "min"), (last, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "1 s"
