"""The last words of a pass: the mirror's row, the pass's row, and the report. Pure."""

from dataclasses import dataclass, replace

from pagemirror.executor.run import Ran
from pagemirror.model.ids import PassId
from pagemirror.model.plans import Outcome, PassReport, Plan, Result
from pagemirror.passes.approving import nothing_may_move
from pagemirror.passes.closing import finished, result_of
from pagemirror.passes.reporting import counted, show_results
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.passes.summing import Sum
from pagemirror.source import Snapshot
from pagemirror.state.interface import PassRow
from pagemirror.state.standing import MirrorState

__all__ = ["Ended", "make_report", "make_row", "next_state"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A pass that came to its end. `plan` is that of its first round, None where it never had one.

    `partial` says that only some paths were asked for; `cursor` is server time of the last listing.
    """

    setup: MirrorSetup
    snapshot: Snapshot
    plan: Plan | None
    ran: Ran
    sum: Sum
    requests: int
    stopped: bool
    partial: bool
    cursor: float


def next_state(state: MirrorState, ended: Ended, *, key: str, now: float) -> MirrorState:
    """What is remembered of the mirror: the input key only where every step has an outcome."""
    plan, ran, results = ended.plan, ended.ran, ended.sum.all
    if plan is None or nothing_may_move(plan):
        return state
    whole = not ended.stopped and ran.unusable is None and not ended.partial
    listed = whole and not any(guard.code == "listing" for guard in plan.guards)
    # A page that waits for the one above it was compared with the listing like the others.
    if listed and all(result.outcome is not Outcome.SKIPPED or result.code == "parent" for result in results):
        state = replace(state, listed_at=now, cursor=max(state.cursor, ended.cursor))
    state = replace(state, target=ended.setup.key, root=state.root or ended.snapshot.root_commit())
    if not (whole and finished(results, plan) and ran.until is None):
        return state
    return replace(
        state,
        key=key,
        tree=ended.snapshot.tree,
        commit=ended.snapshot.commit,
        folder=ended.snapshot.root,
        settings=ended.setup.settings_digest,
        selection=ended.setup.selection_digest,
        token=ended.setup.token_print,
    )


def make_report(
    ended: Ended, *, pass_id: PassId, digest: str, unsettled: int, seconds: float, done_by: float | None
) -> PassReport:
    """The pass as people and programs are told of it."""
    plan, ran, error = ended.plan, ended.ran, ended.ran.unusable
    root = ended.snapshot.root
    cautions = (f"{shown(path, root)}: {said}" for path, said in ended.sum.cautions)
    if error is not None:
        result = Result.UNUSABLE
    elif plan is None:
        result = Result.DEFERRED
    else:
        result = result_of(ended.sum.all, plan, interrupted=ended.stopped or ran.until is not None)
    return PassReport(
        mirror=ended.setup.name,
        commit=ended.snapshot.commit,
        result=result,
        digest=digest,
        requests=ended.requests,
        seconds=seconds,
        steps=show_results(ended.sum.all, root),
        unchanged=plan.unchanged if plan is not None else 0,
        diverged=plan.diverged if plan is not None else 0,
        unsettled=unsettled,
        guards=plan.guards if plan is not None else (),
        warnings=(*ended.sum.warnings, *cautions),
        until=ran.until,
        done_by=done_by,
        target=ended.setup.key,
        id=pass_id,
        error={"code": error.code, "message": error.message, "hint": error.hint, "exit": "5"} if error else None,
    )


def make_row(report: PassReport, ended: Ended, *, pass_id: PassId, started: float, now: float) -> PassRow:
    """The pass as `status` remembers it."""
    return PassRow(
        id=pass_id,
        mirror=ended.setup.name,
        started=started,
        ended=now,
        commit=ended.snapshot.commit,
        result=report.result,
        requests=report.requests,
        summary=tuple(sorted(counted(ended.sum.all).items())),
        message=report.error["message"] if report.error else "",
    )
