"""From views to a plan: the table for each page, then links to new pages, guards and order. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from pagemirror.model.fields import BODY, digest_of
from pagemirror.model.ids import PageId, RepoPath, Uid
from pagemirror.model.plans import Action, Outcome, Plan, Step
from pagemirror.planner.guards import apply_guards
from pagemirror.planner.order import arrange
from pagemirror.planner.table import basis, decide, own_change, to_send
from pagemirror.planner.verdicts import Quiet, Verdict
from pagemirror.planner.views import Policy, Situation, View

__all__ = ["make_plan", "step_for", "without"]


def make_plan(views: Sequence[View], policy: Policy, situation: Situation) -> Plan:
    """The steps of one pass over these views; views in any order give the same plan."""
    ordered = sorted(views, key=lambda view: (_path(view), view.uid))
    decided = {view.uid: decide(view, policy, now=situation.now) for view in ordered}
    by_uid = {view.uid: view for view in ordered}
    _link_to_new(decided, by_uid)
    steps: list[Step] = []
    quiet: dict[str, list[Uid]] = {"unchanged": [], "refresh": [], "forget": []}
    for uid, verdict in decided.items():
        match verdict:
            case Quiet(kind=kind):
                quiet[kind].append(uid)
            case Verdict():
                steps.append(step_for(by_uid[uid], verdict))
    steps_, guards = apply_guards(steps, policy, situation)
    parents = {view.uid: view.wanted.parent for view in ordered if view.wanted and view.wanted.parent}
    arranged = arrange(steps_, parents)
    silent = [by_uid[uid] for kind in ("unchanged", "refresh") for uid in quiet[kind] if _counts(by_uid[uid])]
    diverged = sum(1 for view in silent if view.record is not None and view.record.diverged)
    held_all = any(guard.code in {"other_target", "other_repository", "rewind"} for guard in guards)
    return Plan(
        mirror=policy.mirror,
        steps=arranged,
        guards=guards,
        refresh=() if held_all else tuple(sorted(quiet["refresh"])),
        forget=() if held_all else tuple(sorted(quiet["forget"])),
        unchanged=situation.unchanged + len(silent) - diverged,
        diverged=situation.diverged + diverged,
        digest=_digest(policy, arranged, by_uid),
    )


def step_for(view: View, verdict: Verdict) -> Step:
    """The step that a verdict makes of its page."""
    record, wanted = view.record, view.wanted
    path = _path(view)
    moved_from = record.path if record is not None and wanted is not None and record.path != wanted.path else None
    return Step(
        action=verdict.action,
        uid=view.uid,
        path=path,
        title=wanted.title if wanted is not None else record.title if record is not None else path,
        page_id=(record.page_id if record is not None else None) or view.adopt or _chosen(view),
        moved_from=moved_from,
        outcome=verdict.outcome,
        code=verdict.code,
        reason=verdict.reason,
        changed=verdict.changed,
        derived=verdict.derived,
        wants=wanted.wants if wanted is not None else (),
        print=wanted.print if wanted is not None else "gone",
        basis=basis(view),
        candidates=verdict.candidates,
        way=verdict.way,
    )


def _chosen(view: View) -> PageId | None:
    return view.decision.page_id if view.decision is not None else None


def _counts(view: View) -> bool:
    """Whether a view without a step is a page to be counted: one whose file is there and which has a page."""
    return view.wanted is not None and view.record is not None and view.record.page_id is not None


def _path(view: View) -> RepoPath:
    if view.wanted is not None:
        return view.wanted.path
    if view.unreadable is not None:
        return view.unreadable.path
    return view.record.path if view.record is not None else RepoPath("")


def _link_to_new(decided: dict[Uid, Verdict | Quiet], views: dict[Uid, View]) -> None:
    """Pages that link to a page made in this pass are rendered again, even if nothing else about them moved."""
    made = {
        uid
        for uid, verdict in decided.items()
        if isinstance(verdict, Verdict)
        and verdict.outcome is Outcome.PLANNED
        and verdict.action in {Action.CREATE, Action.RESTORE, Action.ADOPT}
    }
    for uid, verdict in decided.items():
        view = views[uid]
        if not isinstance(verdict, Quiet) or view.wanted is None or view.record is None:
            continue
        if not made.intersection(view.wanted.wants) or view.record.diverged or view.record.page_id is None:
            continue
        decided[uid] = Verdict(
            action=Action.UPDATE,
            reason="links to a page that is new",
            changed=to_send(view.record, view.wanted) | {BODY},
            derived=not own_change(view.record, view.wanted),
        )


def _digest(policy: Policy, steps: Sequence[Step], views: dict[Uid, View]) -> str:
    """What a reviewer approved: not commit, uids, times, budget or wording."""
    lines = []
    for step in steps:
        record = views[step.uid].record
        lines.append(
            digest_of(
                step.action,
                step.path,
                step.page_id or "",
                step.moved_from or "",
                step.print,
                (record.version if record is not None else None) or "",
                "" if step.outcome is Outcome.PLANNED else step.outcome,
                step.way,
            )
        )
    return digest_of(policy.mirror, *sorted(lines))


def without(plan: Plan, keep: Sequence[Uid]) -> Plan:
    """The plan with only these documents' steps, for `--only`."""
    wanted = frozenset(keep)
    return replace(
        plan,
        steps=tuple(step for step in plan.steps if step.uid in wanted),
        refresh=tuple(uid for uid in plan.refresh if uid in wanted),
        forget=(),
    )
