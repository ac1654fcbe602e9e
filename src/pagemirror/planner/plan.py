"""From views to a plan: the table for each page, then links to new pages, guards and order. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pagemirror.model.fields import BODY, PARENT, digest_of
from pagemirror.model.ids import PageId, RepoPath, Uid
from pagemirror.model.plans import Action, Outcome, Plan, Step
from pagemirror.model.records import Open, Record, Standing
from pagemirror.planner.claims import claimed, settle_claims
from pagemirror.planner.guards import apply_guards
from pagemirror.planner.order import MAKING, arrange, withhold_children
from pagemirror.planner.policy import Policy
from pagemirror.planner.table import decide, own_change
from pagemirror.planner.verdicts import Quiet, Verdict
from pagemirror.planner.views import Situation, View

__all__ = ["make_plan", "step_for", "without"]

WHOLE_PASS: Final = frozenset({"other_target", "other_repository", "rewind"})
"""Guards under which not even a record is written."""

FOLDER_PAGES: Final = frozenset({"", "index.md", "readme.md"})
"""What stands behind the last slash of a folder's own page."""


def make_plan(views: Sequence[View], policy: Policy, situation: Situation) -> Plan:
    """The steps of one pass over these views; views in any order give the same plan."""
    ordered = sorted(views, key=lambda view: (_path(view), view.uid))
    decided = {view.uid: decide(view, policy, now=situation.now) for view in ordered}
    by_uid = {view.uid: view for view in ordered}
    settle_claims(decided, by_uid)
    parents = _parents(ordered)
    # Withheld before links are followed: what waits for the page above it is not made in this pass.
    steps = {step.uid: step for step in withhold_children(_spoken(decided, by_uid), parents)}
    steps |= {view.uid: step_for(view, verdict) for view, verdict in _links_to_new(steps, by_uid)}
    quiet: dict[str, list[Uid]] = {"unchanged": [], "refresh": [], "forget": []}
    for uid, verdict in decided.items():
        if isinstance(verdict, Quiet) and uid not in steps:
            quiet[verdict.kind].append(uid)
    guarded, guards = apply_guards(tuple(steps.values()), policy, situation)
    arranged = arrange(guarded, parents)
    silent = [by_uid[uid] for kind in ("unchanged", "refresh") for uid in quiet[kind] if _counts(by_uid[uid])]
    diverged = sum(1 for view in silent if view.record is not None and view.record.diverged)
    held_all = any(guard.code in WHOLE_PASS for guard in guards)
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


def _spoken(decided: Mapping[Uid, Verdict | Quiet], views: Mapping[Uid, View]) -> list[Step]:
    return [step_for(views[uid], verdict) for uid, verdict in decided.items() if isinstance(verdict, Verdict)]


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
        page_id=(record.page_id if record is not None else None) or claimed(view),
        moved_from=moved_from,
        outcome=verdict.outcome,
        code=verdict.code,
        reason=verdict.reason,
        changed=verdict.changed,
        derived=verdict.derived,
        unsettled=record is not None and record.open is Open.UNSETTLED,
        wants=wanted.wants if wanted is not None else (),
        candidates=verdict.candidates,
        way=verdict.way,
    )


def _counts(view: View) -> bool:
    """Whether a view without a step is a page to be counted: one whose file is there and which has a page."""
    record = view.record
    return (
        view.wanted is not None
        and record is not None
        and record.page_id is not None
        and record.standing is not Standing.LEFT
    )


def _path(view: View) -> RepoPath:
    if view.wanted is not None:
        return view.wanted.path
    if view.unreadable is not None:
        return view.unreadable.path
    return view.record.path if view.record is not None else RepoPath("")


def _parents(views: Sequence[View]) -> dict[Uid, Uid]:
    """Who stands below whom: as the documents say, and for files that are gone as their pages and paths do."""
    parents = {view.uid: view.wanted.parent for view in views if view.wanted and view.wanted.parent}
    gone = [view.record for view in views if view.wanted is None and view.record is not None]
    pages = {view.record.page_id: view.uid for view in views if view.record is not None and view.record.page_id}
    folders: dict[str, Uid] = {}
    for record in sorted(gone, key=lambda record: record.path.lower()):
        folder, _, name = record.path.rpartition("/")
        if name.lower() in FOLDER_PAGES:
            folders.setdefault(folder, record.uid)
    for record in gone:
        below = record.values.get(PARENT)
        known = pages.get(PageId(below)) if isinstance(below, str) else None
        above = known or _above(record, folders)
        if above is not None and above != record.uid:
            parents[record.uid] = above
    return parents


def _above(record: Record, folders: dict[str, Uid]) -> Uid | None:
    """The page of the nearest folder that a record's file stood in."""
    folder = record.path.rpartition("/")[0]
    while folder and folders.get(folder) in {None, record.uid}:
        folder = folder.rpartition("/")[0]
    return folders.get(folder)


def _links_to_new(steps: Mapping[Uid, Step], views: Mapping[Uid, View]) -> Iterator[tuple[View, Verdict]]:
    """Pages that link to a page made in this pass, or belong below it, are rendered again, whatever else moved."""
    made = {uid for uid, step in steps.items() if step.outcome is Outcome.PLANNED and step.action in MAKING}
    for uid, view in views.items():
        quiet = uid not in steps or steps[uid].action is Action.MOVE
        if not quiet or view.wanted is None or view.record is None or view.record.standing is not Standing.LIVE:
            continue
        if not made.intersection(view.wanted.wants) or view.record.diverged or view.record.page_id is None:
            continue
        verdict = Verdict(
            action=Action.UPDATE,
            reason="its parent is new" if view.wanted.parent in made else "links to a page that is new",
            changed=frozenset({BODY}),
            derived=not own_change(view.record, view.wanted),
        )
        yield view, verdict


def _digest(policy: Policy, steps: Sequence[Step], views: dict[Uid, View]) -> str:
    """What a reviewer approved: not commit, uids, times, budget or wording."""
    lines = sorted(_line(step, views[step.uid]) for step in steps)
    return digest_of(policy.mirror, *lines)


def _line(step: Step, view: View) -> str:
    return digest_of(
        step.action,
        step.path,
        step.page_id or "",
        step.moved_from or "",
        view.wanted.print.hex() if view.wanted is not None else "gone",
        (view.record.version if view.record is not None else None) or "",
        "" if step.outcome is Outcome.PLANNED else step.outcome,
        step.way,
    )


def without(plan: Plan, keep: Sequence[Uid]) -> Plan:
    """The plan with only these documents' steps, for `--only`.

    A new page whose new parent is left out is skipped, as it would have no place; nothing else waits for what is left
    out.
    """
    wanted = frozenset(keep)
    dropped = {step.uid: step for step in plan.steps if step.uid not in wanted}
    steps: list[Step] = []
    for step in plan.steps:
        if step.uid not in wanted:
            continue
        kept = replace(step, after=tuple(uid for uid in step.after if uid in wanted))
        missing = next((dropped[uid] for uid in step.after if uid in dropped), None)
        if missing is not None and step.action is Action.CREATE and missing.page_id is None:
            reason = f"its parent {missing.path} has no page yet and was left out"
            kept = replace(kept, outcome=Outcome.SKIPPED, code="parent", reason=reason)
            dropped[step.uid] = kept
        steps.append(kept)
    codes = {step.code for step in steps} | WHOLE_PASS
    return replace(
        plan,
        steps=tuple(steps),
        guards=tuple(guard for guard in plan.guards if guard.code in codes),
        refresh=tuple(uid for uid in plan.refresh if uid in wanted),
        forget=(),
    )
