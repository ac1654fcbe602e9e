"""From a pass's results to its report, with paths as people name them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pagemirror.model.errors import PagemirrorError
from pagemirror.model.ids import CommitId, MirrorName, RepoPath
from pagemirror.model.plans import Action, Outcome, PassReport, Plan, Result, Step, StepResult
from pagemirror.passes.setup import shown

if TYPE_CHECKING:  # a pass with nothing to do needs no record
    from pagemirror.model.records import Hold, Record

__all__ = ["broken", "counted", "quiet_steps", "show_plan", "show_results"]


def show_results(results: Iterable[StepResult], root: RepoPath) -> tuple[StepResult, ...]:
    """The results with paths relative to the source folder."""
    return tuple(replace(result, step=_shown(result.step, root)) for result in results)


def show_plan(plan: Plan, root: RepoPath) -> Plan:
    """The plan with paths relative to the source folder."""
    return replace(plan, steps=tuple(_shown(step, root) for step in plan.steps))


def _shown(step: Step, root: RepoPath) -> Step:
    moved_from = RepoPath(shown(step.moved_from, root)) if step.moved_from is not None else None
    path = shown(step.path, root)
    title = path if step.title == step.path else step.title
    return replace(step, path=RepoPath(path), title=title, moved_from=moved_from)


def counted(results: Iterable[StepResult]) -> Mapping[str, int]:
    """How many steps ended how: by action where done or planned, else by outcome."""
    return Counter(
        str(result.step.action if result.outcome in {Outcome.DONE, Outcome.PLANNED} else result.outcome)
        for result in results
    )


def quiet_steps(holds: "Iterable[Hold]", open_records: "Iterable[Record]") -> tuple[StepResult, ...]:
    """The steps of a pass with nothing to do: what is still held and what still fails.

    What is held before it has a record has its path for a title.
    """
    held = {hold.uid: hold for hold in holds}
    records = {record.uid: record for record in open_records}
    steps = [
        StepResult(
            step=Step(
                action=Action(hold.action),
                uid=hold.uid,
                path=hold.path,
                title=records[hold.uid].title if hold.uid in records else hold.path,
                page_id=hold.page_id,
                outcome=Outcome.HELD,
                code=hold.code,
                reason=hold.reason,
                candidates=hold.candidates,
            ),
            outcome=Outcome.HELD,
            page_id=hold.page_id,
            code=hold.code,
            reason=hold.reason,
            requests=0,
        )
        for hold in held.values()
    ]
    for record in records.values():
        if record.failure is not None and record.uid not in held:
            action = Action.UPDATE if record.page_id is not None else Action.CREATE
            step = Step(action=action, uid=record.uid, path=record.path, title=record.title, page_id=record.page_id)
            steps.append(
                StepResult(
                    step=replace(step, outcome=Outcome.FAILED, code=record.failure.code, reason=record.failure.reason),
                    outcome=Outcome.FAILED,
                    page_id=record.page_id,
                    code=record.failure.code,
                    reason=record.failure.reason,
                    requests=0,
                )
            )
    return tuple(sorted(steps, key=lambda result: result.step.path))


def broken(name: MirrorName, commit: CommitId | None, error: PagemirrorError, *, seconds: float) -> PassReport:
    """The report of a pass that ended before it had a plan."""
    match error.exit_code:
        case 7:
            result = Result.LOCKED
        case 6:
            result = Result.DEFERRED
        case _:
            result = Result.UNUSABLE
    return PassReport(
        mirror=name,
        commit=commit,
        result=result,
        digest="",
        requests=0,
        seconds=seconds,
        steps=(),
        unchanged=0,
        diverged=0,
        unsettled=0,
        error={
            "code": error.code,
            "message": error.message,
            "hint": error.hint,
            "exit": str(error.exit_code if result is not Result.UNUSABLE or error.exit_code in {2, 8} else 5),
        },
    )
