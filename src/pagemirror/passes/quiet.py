"""A pass with nothing to do: how it is known, and its report. Imports little, as most passes are such ones."""

from collections.abc import Iterable

from pagemirror.model.fields import digest_of
from pagemirror.model.plans import Outcome, PassReport, Result, StepResult
from pagemirror.model.reports.runs import RunOptions
from pagemirror.passes.reporting import show_results
from pagemirror.passes.setup import MirrorSetup
from pagemirror.source import Snapshot
from pagemirror.state.standing import Counts, MirrorState

__all__ = ["input_key", "is_quiet", "quiet_report"]


def input_key(setup: MirrorSetup, snapshot: Snapshot) -> str:
    """What a pass depends on: unchanged, and with no work open, there is nothing to do. No token, no commit."""
    parts = (f"{path}={blob}" for path, blob in snapshot.key_parts())
    ref = "" if snapshot.detached else snapshot.ref_name
    return digest_of(
        snapshot.tree or "", snapshot.root, ref, setup.settings_digest, setup.selection_digest, setup.key, *parts
    )


def is_quiet(state: MirrorState | None, counts: Counts, key: str, options: RunOptions, *, token: str) -> bool:
    """Whether a pass has nothing to do and needs no request. Another `token` tries again what the old one failed at."""
    asked = options.drift or options.only or options.retry_failed or options.plan_digest
    lifted = options.allow_settings_removals and counts.held
    waiting = counts.unknown + counts.deferred + counts.unsettled + counts.leaving + counts.retrying
    work = waiting + counts.decided + counts.intents
    if state is None or state.key != key or asked or lifted or work:
        return False
    return not counts.failed or state.token == token


def quiet_report(
    setup: MirrorSetup, snapshot: Snapshot, counts: Counts, steps: tuple[StepResult, ...], seconds: float
) -> PassReport:
    """The report of a pass with nothing to do; what is held or fails for its own reason is said again."""
    results = show_results(steps, snapshot.root)
    here = sum(1 for result in results if result.page_id is not None)
    return PassReport(
        mirror=setup.name,
        commit=snapshot.commit,
        result=_quiet_result(results),
        digest="",
        requests=0,
        seconds=seconds,
        steps=results,
        unchanged=max(0, counts.pages - counts.diverged - here),
        diverged=counts.diverged,
        unsettled=0,
    )


def _quiet_result(results: Iterable[StepResult]) -> Result:
    outcomes = {result.outcome for result in results}
    if Outcome.FAILED in outcomes:
        return Result.FAILED
    return Result.HELD if Outcome.HELD in outcomes else Result.OK
