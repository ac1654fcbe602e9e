"""When a mirror's next pass is due. Pure: a schedule is a value, time and chance are handed in.

Triggers only mark a mirror dirty, so that any number of them between two passes lead to one pass, which looks at the
newest commit. Times are seconds of one clock that never runs backwards. Knows no mirror, thread or loop.
"""

import math
from dataclasses import dataclass, replace
from typing import Final, assert_never

__all__ = ["Broken", "Deferred", "Due", "NotNow", "OpenWork", "Run", "Schedule", "Settled", "Times", "Verdict", "Wait"]

_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How often what is due, in seconds.

    `failed` is when pages that the target refused are tried again. The pause after trouble doubles from `first_pause`
    to `longest_pause`; a deferred mirror is looked at again after `longest_deferral` at the latest.
    """

    poll: float = 60.0
    drift: float = 900.0
    removals: float = _DAY
    failed: float = _DAY
    first_pause: float = 5.0
    longest_pause: float = 300.0
    longest_deferral: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A pass is due: beside the source, does it look for edits, for pages that vanished, at pages that failed?"""

    drift: bool = False
    removals: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is due before `until`, which may be infinite; a trigger may come first."""

    until: float


Due = Run | Wait


@dataclass(frozen=True, slots=True)
class Settled:
    """All that the mirror could do is done; people may have to decide on the rest."""


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Some pages are to be tried again, the others are done."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """The target's budget or a pause that it asked for stands before the rest, until then."""

    until: float


@dataclass(frozen=True, slots=True)
class Broken:
    """The whole mirror could not be worked on: source, target, state or lock."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """The source was in motion; whoever moves it triggers again, and the next poll looks anyhow."""


Verdict = Settled | OpenWork | Deferred | Broken | NotNow


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One mirror's schedule.

    `dirty`: something may have moved since the last pass began. `not_before` holds back everything after trouble;
    `again_at` is when open work is tried again. `troubles` counts the passes in a row that had some.
    """

    times: Times
    dirty: bool
    poll_at: float
    drift_at: float
    removals_at: float
    failed_at: float
    not_before: float = -math.inf
    again_at: float = math.inf
    troubles: int = 0
    running: Run | None = None

    @classmethod
    def begin(cls, times: Times, now: float) -> "Schedule":
        """The schedule of a mirror that nobody has looked at yet: everything is due but what failed for good."""
        return cls(times=times, dirty=True, poll_at=now, drift_at=now, removals_at=now, failed_at=now + times.failed)

    def should_run(self, now: float) -> Due:
        """What is due; while a pass runs, nothing."""
        if self.running is not None:
            return Wait(math.inf)
        if now < self.not_before:
            return Wait(self.not_before)
        if not self.dirty and now < (first := min(self._moments)):
            return Wait(first)
        return Run(drift=now >= self.drift_at, removals=now >= self.removals_at, failed=now >= self.failed_at)

    def poke(self, now: float, *, urgent: bool = False) -> "Schedule":
        """Something may have moved. `urgent`, as a person asked: don't wait out a pause."""
        return replace(self, dirty=True, not_before=min(self.not_before, now) if urgent else self.not_before)

    def started(self, run: Run) -> "Schedule":
        """A pass begins: what comes from now on is for the next one."""
        return replace(self, running=run, dirty=False, again_at=math.inf)

    def finished(self, now: float, verdict: Verdict, *, chance: float) -> "Schedule":
        """The pass has ended. `chance`, from 0 to 1, spreads the pauses of many mirrors (full jitter)."""
        ended = replace(self, running=None, poll_at=now + self.times.poll)
        match verdict:
            case Settled():
                return replace(self._looked(ended, now), troubles=0)
            case OpenWork():
                pause = min(self._pause(chance), self.times.poll)
                return replace(self._looked(ended, now), troubles=self.troubles + 1, again_at=now + pause)
            case Deferred(until=until):
                latest = min(until, now + self.times.longest_deferral)
                return replace(ended, dirty=True, not_before=max(now, latest))
            case Broken():
                pause = self._pause(chance)
                return replace(ended, dirty=True, troubles=self.troubles + 1, not_before=now + pause)
            case NotNow():
                return ended
            case _:
                assert_never(verdict)

    def retimed(self, times: Times, now: float) -> "Schedule":
        """With other settings, which may have mended what was wrong: at once, and everything may be due earlier."""
        return replace(
            self,
            times=times,
            dirty=True,
            not_before=now,
            poll_at=min(self.poll_at, now + times.poll),
            drift_at=min(self.drift_at, now + times.drift),
            removals_at=min(self.removals_at, now + times.removals),
        )

    @property
    def _moments(self) -> tuple[float, ...]:
        return (self.poll_at, self.drift_at, self.removals_at, self.failed_at, self.again_at)

    def _looked(self, ended: "Schedule", now: float) -> "Schedule":
        """`ended`, where what this pass looked for is due again later."""
        done, times = self.running or Run(), self.times
        return replace(
            ended,
            drift_at=now + times.drift if done.drift else self.drift_at,
            removals_at=now + times.removals if done.removals else self.removals_at,
            failed_at=now + times.failed if done.failed else self.failed_at,
        )

    def _pause(self, chance: float) -> float:
        """How long to wait after trouble: anything up to a bound that doubles each time, but never none."""
        bound = min(self.times.first_pause * 2.0 ** min(self.troubles, 32), self.times.longest_pause)
        return max(1.0, chance * bound)
