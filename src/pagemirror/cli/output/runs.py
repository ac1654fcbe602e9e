"""A pass and a plan are told alike: this makes one form of both, and counts its pages. Pure."""

from collections import Counter
from dataclasses import dataclass

from pagemirror.cli.output.words import short_commit
from pagemirror.model.plans import Action, Outcome, PassReport, Result, Step, StepResult
from pagemirror.model.reports.runs import PageDiff, PlanReport, TreeRow

__all__ = ["COUNTED", "MirrorRun", "commit_of", "pages", "run_of", "summary"]

COUNTED = (
    "create",
    "update",
    "move",
    "restore",
    "archive",
    "delete",
    "adopt",
    "record",
    "keep",
    "unchanged",
    "diverged",
    "unsettled",
    "held",
    "failed",
    "unknown",
    "deferred",
    "skipped",
)
"""The summary's keys, in their order."""

_GONE = frozenset({Action.ARCHIVE, Action.DELETE, Action.KEEP})


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorRun:
    """One mirror's pass, or its plan in the form of a pass. `diffs` and `tree` are None where not asked for."""

    report: PassReport
    is_plan: bool
    diffs: tuple[PageDiff, ...] | None = None
    tree: tuple[TreeRow, ...] | None = None


def run_of(
    report: PassReport | PlanReport, *, is_plan: bool = False, with_diffs: bool = False, with_tree: bool = False
) -> MirrorRun:
    """Give both kinds the same form; `is_plan` is for the pass of a mirror that failed before it had a plan."""
    if isinstance(report, PassReport):
        nothing = () if with_tree else None
        return MirrorRun(report=report, is_plan=is_plan, diffs=() if with_diffs else None, tree=nothing)
    plan = report.plan
    told = PassReport(
        mirror=plan.mirror,
        commit=report.commit,
        result=_result(report),
        digest=plan.digest,
        requests=report.requests,
        seconds=report.seconds,
        steps=tuple(_planned(step) for step in plan.steps),
        unchanged=plan.unchanged,
        diverged=plan.diverged,
        unsettled=0,
        guards=plan.guards,
        done_by=report.done_by,
        warnings=report.warnings,
    )
    return MirrorRun(
        report=told,
        is_plan=True,
        diffs=report.diffs if with_diffs else None,
        tree=report.tree if with_tree else None,
    )


def summary(report: PassReport) -> dict[str, int]:
    """Count each page once: by action if planned or done, else by outcome; `unsettled` counts besides."""
    counts = Counter(_counted_as(step) for step in report.steps)
    counts["unchanged"] += report.unchanged
    counts["diverged"] += report.diverged
    counts["unsettled"] += report.unsettled
    return {key: counts[key] for key in COUNTED}


def pages(report: PassReport) -> int:
    """How many pages the mirror has, as far as this run tells."""
    leaving = sum(step.outcome is Outcome.DONE and step.step.action in _GONE for step in report.steps)
    return report.unchanged + report.diverged + len(report.steps) - leaving


def _counted_as(step: StepResult) -> str:
    return (step.step.action if step.outcome in {Outcome.PLANNED, Outcome.DONE} else step.outcome).value


def _planned(step: Step) -> StepResult:
    return StepResult(
        step=step, outcome=step.outcome, page_id=step.page_id, code=step.code, reason=step.reason, requests=0
    )


def _result(report: PlanReport) -> Result:
    outcomes = {step.outcome for step in report.plan.steps}
    if Outcome.FAILED in outcomes:
        return Result.FAILED
    if Outcome.HELD in outcomes or report.plan.guards:
        return Result.HELD
    if outcomes & {Outcome.DEFERRED, Outcome.UNKNOWN}:
        return Result.DEFERRED
    return Result.OK


def commit_of(report: PassReport) -> str:
    """The commit as people write it; nothing where the pass ended before it knew one."""
    return "" if report.commit is None and report.error is not None else short_commit(report.commit)
