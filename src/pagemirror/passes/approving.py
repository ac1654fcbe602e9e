"""What narrows a plan before it runs: named paths, an approved digest, a listing that can't be trusted. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from pagemirror.model.ids import RepoPath, Uid
from pagemirror.model.plans import Action, Guard, Outcome, Plan, Step
from pagemirror.passes.setup import shown
from pagemirror.planner.plan import without
from pagemirror.planner.views import View

__all__ = [
    "approved",
    "nothing_may_move",
    "only",
    "put_off_creates",
    "unknown_paths",
]

WRONG_PLACE = frozenset({"rewind", "other_repository", "other_target", "plan_digest"})
"""Guards that say: this snapshot, target or plan isn't the one that is meant."""


def only(plan: Plan, views: Mapping[Uid, View], paths: Collection[str], root: RepoPath) -> Plan:
    """The steps of these paths (relative to the source folder); all of them where none is named."""
    if not paths:
        return plan
    asked = set(paths)
    named = {step.uid for step in plan.steps if _at(step.path, asked, root) or _at(step.moved_from, asked, root)}
    fresh = [uid for uid in plan.refresh if (wanted := views[uid].wanted) is not None and _at(wanted.path, asked, root)]
    kept = [*named, *fresh]
    return replace(without(plan, kept), left_out=frozenset(views).difference(kept))


def unknown_paths(views: Iterable[View], paths: Iterable[str], root: RepoPath) -> tuple[str, ...]:
    """A warning for each named path (relative to the source folder) that no document and no page has."""
    there = {shown(path, root) for view in views for path in _paths(view)}
    return tuple(f"--only {path}: no document and no page has this path" for path in paths if path not in there)


def _paths(view: View) -> Iterable[RepoPath]:
    for source in (view.wanted, view.unreadable, view.record):
        if source is not None:
            yield source.path


def _at(path: RepoPath | None, asked: set[str], root: RepoPath) -> bool:
    return path is not None and shown(path, root) in asked


def put_off_creates(plan: Plan, guards: tuple[Guard, ...]) -> Plan:
    """Create nothing yet: what would be created may be there, and the listing can't say."""
    code, reason = guards[0].code, guards[0].message
    steps = tuple(
        replace(step, outcome=Outcome.DEFERRED, code=code, reason=reason) if _creates(step) else step
        for step in plan.steps
    )
    return replace(plan, guards=(*plan.guards, *guards), steps=steps)


def _creates(step: Step) -> bool:
    return step.outcome is Outcome.PLANNED and step.action is Action.CREATE


def approved(plan: Plan, digest: str) -> Plan:
    """The plan as it is if it is the approved one; else everything in it is held."""
    if plan.digest == digest:
        return plan
    guard = Guard(
        code="plan_digest",
        message=f"the plan is {plan.digest[:12]}; {digest[:12]} was approved; nothing was sent",
        hint=f"look at it again: `pagemirror plan {plan.mirror}`",
    )
    steps = tuple(
        replace(step, outcome=Outcome.HELD, code=guard.code, reason=guard.message)
        if step.outcome is Outcome.PLANNED
        else step
        for step in plan.steps
    )
    return replace(plan, guards=(*plan.guards, guard), steps=steps, refresh=(), forget=())


def nothing_may_move(plan: Plan) -> bool:
    """Whether not even the records may be written."""
    return any(guard.code in WRONG_PLACE for guard in plan.guards)
