"""What a pass's report means for the schedule, for readers and for who is told. Pure."""

from typing import Final

from pagemirror.daemon.schedule import Broken, Deferred, NotNow, OpenWork, Settled, Verdict
from pagemirror.model.plans import Outcome, PassReport, Result, StepResult

__all__ = ["is_level", "verdict_of", "writes_state"]

_IN_MOTION: Final = frozenset({"changed_meanwhile", "in_progress"})
_OPEN: Final = frozenset({Outcome.UNKNOWN, Outcome.DEFERRED, Outcome.SKIPPED})
_STATE: Final = ("state", "lock_lost", "journal")


def verdict_of(report: PassReport, *, wall: float, now: float) -> Verdict:
    """How the schedule goes on.

    A page that failed just now is looked at again: what the target refused for good costs no request then. The
    report's times are wall time, those of the verdict the schedule's; `wall` and `now` are the same moment in both.
    """
    if report.error is not None and report.error.get("code") in _IN_MOTION:
        return NotNow()
    if report.result in {Result.UNUSABLE, Result.LOCKED}:
        return Broken()
    if report.until is not None:
        return Deferred(until=now + max(0.0, report.until - wall))
    if report.result is Result.DEFERRED and report.error is not None:
        return Broken()
    if any(_is_open(result) for result in report.steps):
        return OpenWork()
    return Settled()


def _is_open(result: StepResult) -> bool:
    return result.outcome in _OPEN or (result.outcome is Outcome.FAILED and result.requests > 0)


def is_level(report: PassReport) -> bool:
    """Whether the pages are where the commit says, but for what waits for a person."""
    return report.result in {Result.OK, Result.HELD}


def writes_state(report: PassReport) -> bool:
    """False where the pass ended because the state could not be used."""
    return report.error is None or not report.error.get("code", "").startswith(_STATE)
