"""What holds for every history: it ends, nothing is lost, nothing is done twice, the order of the input is nothing."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pagemirror.model.ids import BlobId, RepoPath, Uid
from pagemirror.model.pages import Absence
from pagemirror.model.plans import Action, Outcome, Plan, Step
from pagemirror.model.records import Choice, Standing
from pagemirror.planner.identity import Candidate, match
from pagemirror.planner.policy import Policy, Way
from planner.sides import policy, record, share, wanted
from planner.world import File, World

UIDS = [Uid(name) for name in "abcde"]
PARENTS = {Uid("b"): Uid("a"), Uid("c"): Uid("b"), Uid("e"): Uid("a")}
LAX = {"max_removals": share(1.0), "max_rerender": share(1.0)}
PASSES = 4
"""Links to pages that one pass made are settled in the next, and a page that this changes in the one after."""

Move = tuple[str, Uid, int]

kinds = ["edit", "title", "rename", "delete", "add", "banner", "person", "retitle", "vanish", "link", "sync", "say"]
moves = st.lists(
    st.tuples(st.sampled_from(kinds), st.sampled_from([*UIDS, *UIDS[:2], *UIDS[:1] * 4]), st.integers(0, 3)),
    max_size=18,
)
holding = st.builds(lambda restores: policy(can_restore=restores, **LAX), st.booleans())
any_policy = st.builds(
    lambda conflict, drift, away, restores: policy(
        on_conflict=conflict, on_drift=drift, on_remote_removal=away, can_restore=restores, **LAX
    ),
    st.sampled_from([Way.HOLD, Way.GIT, Way.REMOTE, Way.MERGE]),
    st.sampled_from([Way.HOLD, Way.GIT, Way.REMOTE]),
    st.sampled_from([Way.HOLD, Way.RECREATE, Way.ACCEPT]),
    st.booleans(),
)
orders = st.randoms(use_true_random=False)


def first(ready: Sequence[Step]) -> Step:
    return ready[0]


def last(ready: Sequence[Step]) -> Step:
    return ready[-1]


def start(by: Policy) -> World:
    world = World(policy=by, parents=PARENTS)
    for uid in UIDS[:4]:
        move(world, ("add", uid, 0))
    settle(world, looks=False)
    return world


def move(  # noqa: C901, PLR0912 - one case for each thing that can happen
    world: World, what: Move, *, pick: Callable[[Sequence[Step]], Step] = first
) -> None:
    """One thing that happens: to a file, to a page, or a pass."""
    kind, uid, number = what
    file, current = world.files.get(uid), world.records.get(uid)
    page_id = current.page_id if current is not None else None
    match kind:
        case "add" if file is None:
            world.files[uid] = File(path=f"docs/{uid}.md", title=f"T{uid}", body=f"{uid} 0")
        case "edit" if file is not None:
            world.files[uid] = replace(file, body=f"{uid} {number}")
        case "title" if file is not None:
            world.files[uid] = replace(file, title=f"T{uid}{number or ''}")
        case "rename" if file is not None:
            world.files[uid] = replace(file, path=f"docs/{uid}{number}.md")
        case "link" if file is not None:
            world.files[uid] = replace(file, links=(UIDS[number],) if UIDS[number] != uid else ())
        case "delete":
            world.files.pop(uid, None)
        case "banner":
            world.banner = str(number)
        case "person" if page_id in world.pages:
            world.pages[page_id] = (world.pages[page_id][0], f"a person's {number}")
        case "retitle" if page_id in world.pages:
            world.pages[page_id] = (f"P{number}", world.pages[page_id][1])
        case "vanish" if page_id in world.pages:
            kinds_ = [Absence.GONE, Absence.ARCHIVED, Absence.TRASHED, Absence.ARCHIVED]
            text = world.pages.pop(page_id)
            if kinds_[number] is not Absence.GONE:
                world.away[page_id] = (kinds_[number], text)
        case "sync":
            checked(world, looks=number > 1, pick=pick)
        case "say":
            world.say(uid, [Choice.GIT, Choice.REMOTE, Choice.MERGE, Choice.GIT][number])
        case _:
            pass


def checked(world: World, *, looks: bool, pick: Callable[[Sequence[Step]], Step] = first) -> Plan:
    """One pass, with what holds for each plan."""
    plan = world.sync(looks=looks, pick=pick)
    uids = [step.uid for step in plan.steps]
    assert len(uids) == len(set(uids)), "two steps for one document"
    pages = [step.page_id for step in plan.steps if step.page_id is not None]
    assert len(pages) == len(set(pages)), "two steps for one page"
    before: set[Uid] = set()
    for step in plan.steps:
        assert before.issuperset(step.after), "a step comes before what it waits for"
        before.add(step.uid)
        if step.action is Action.CREATE and step.outcome is Outcome.PLANNED:
            parent = PARENTS.get(step.uid)
            making = [each.uid for each in plan.steps if each.action is Action.CREATE and each.page_id is None]
            assert parent not in making or parent in step.after, "a child is made before its parent"
        if step.action in {Action.ARCHIVE, Action.DELETE}:
            assert step.uid not in world.files, "a removal of a page whose file is there"
    return plan


def settle(world: World, *, looks: bool) -> Plan:
    """Pass after pass until nothing is planned."""
    plan = checked(world, looks=looks)
    for _ in range(PASSES):
        if not any(step.outcome is Outcome.PLANNED for step in plan.steps) and not plan.refresh and not plan.forget:
            return plan
        plan = checked(world, looks=looks)
    raise AssertionError([(step.path, step.action, step.way, step.reason) for step in plan.steps])


def lived(by: Policy, history: Sequence[Move], pick: Callable[[Sequence[Step]], Step] = first) -> World:
    world = start(by)
    for what in history:
        move(world, what, pick=pick)
    return world


@given(any_policy, moves, st.booleans())
@settings(max_examples=150)
def test_every_history_comes_to_rest(by: Policy, history: list[Move], looks: bool) -> None:  # noqa: FBT001 - drawn
    world = lived(by, history)
    settle(world, looks=looks)


@given(any_policy, moves)
@settings(max_examples=150)
def test_at_rest_every_page_is_where_git_says_or_waits_for_a_person(by: Policy, history: list[Move]) -> None:
    world = lived(by, history)
    plan = settle(world, looks=True)
    waiting = {step.uid for step in plan.steps if step.outcome is not Outcome.PLANNED}
    for uid in world.files:
        current = world.records.get(uid)
        if uid in waiting or (current is not None and (current.diverged or current.standing is Standing.LEFT)):
            continue
        assert current is not None, f"{uid} was forgotten"
        assert current.page_id is not None, f"{uid} has no page"
        assert world.pages[current.page_id] == world.text(uid)
    owned = {current.page_id: uid for uid, current in world.records.items() if current.standing is Standing.LIVE}
    orphans = {page_id for page_id in world.pages if page_id not in owned}
    let_go = {c.page_id for c in world.records.values() if c.standing is Standing.LEFT or c.removal}
    assert orphans <= let_go


@given(holding, moves)
@settings(max_examples=200)
def test_no_edit_is_overwritten_under_the_default_policies_unless_a_person_says_so(
    by: Policy, history: list[Move]
) -> None:
    world = lived(by, history)
    settle(world, looks=True)
    for uid, text, shown in world.overwritten:
        assert text == shown, f"an edit of {uid} was lost"
    if not any(kind == "say" for kind, _, _ in history):
        assert world.overwritten == []


@given(holding, moves)
@settings(max_examples=100)
def test_a_hold_outlasts_passes_that_do_not_look(by: Policy, history: list[Move]) -> None:
    world = lived(by, [each for each in history if each[0] != "say"])
    held = {step.uid for step in settle(world, looks=True).steps if step.outcome is Outcome.HELD}
    still = settle(world, looks=False)
    assert {step.uid for step in still.steps if step.outcome is Outcome.HELD} == held


@given(any_policy, moves)
@settings(max_examples=100)
def test_the_order_of_the_input_changes_nothing(by: Policy, history: list[Move]) -> None:
    world = lived(by, history)
    for looks in (False, True):
        assert world.plan(looks=looks) == world.plan(looks=looks, reverse=True)


@given(any_policy, moves)
@settings(max_examples=100)
def test_the_order_of_the_work_changes_nothing(by: Policy, history: list[Move]) -> None:
    ends = []
    for pick in (first, last):
        world = start(by)
        for what in history:
            move(world, what, pick=pick)
        settle(world, looks=True)
        ends.append({uid: world.pages.get(c.page_id) for uid, c in world.records.items() if c.page_id is not None})
    texts = [{uid: None if text is None else text[0] for uid, text in end.items()} for end in ends]
    assert texts[0] == texts[1]


@given(st.permutations(range(6)), st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)))
def test_however_files_are_renamed_their_pages_follow(order: list[int], gone: set[int], edited: set[int]) -> None:
    records = [
        record(wanted(f"{n}.md", f"body {n}", uid=Uid(f"u{n}"), blob=BlobId(f"b{n}")), f"p{n}") for n in range(6)
    ]
    renames = {RepoPath(f"{new}.md"): RepoPath(f"{old}.md") for old, new in enumerate(order) if old != new}
    files = [
        Candidate(path=RepoPath(f"{new}.md"), blob=BlobId(f"e{old}" if old in edited else f"b{old}"))
        for old, new in enumerate(order)
        if old not in gone
    ]
    broken = list(renames)
    found = match(files, records, renames=renames, broken=broken)
    there = {old for old in range(6) if old not in gone}
    assert {found.found[RepoPath(f"{order[old]}.md")].uid for old in there} == {f"u{old}" for old in there}
    assert all(found.found[RepoPath(f"{order[old]}.md")].uid == f"u{old}" for old in there)
    assert {each.uid for each in found.unmatched} == {f"u{old}" for old in gone}


@given(holding, moves, st.sampled_from(UIDS[:4]), st.integers(0, 3), st.integers(4, 7))
@settings(max_examples=50)
def test_a_decision_never_reaches_an_edit_that_came_after_it(
    by: Policy, history: list[Move], uid: Uid, before: int, after: int
) -> None:
    world = start(by)
    for what in [("person", uid, before), ("sync", uid, 2), ("say", uid, 0), ("person", uid, after), *history]:
        move(world, what)
    settle(world, looks=True)
    assert all(text == shown for _, text, shown in world.overwritten)


@given(holding, st.sampled_from(UIDS[:4]), st.integers(1, 3), st.integers(0, 3))
@settings(max_examples=50)
def test_an_edit_that_was_noticed_stays_held_whatever_the_file_does(
    by: Policy, uid: Uid, edit: int, person: int
) -> None:
    world = start(by)
    for what in [("edit", uid, edit), ("person", uid, person), ("sync", uid, 2), ("edit", uid, 0)]:
        move(world, what)
    assert [step.code for step in settle(world, looks=False).steps if step.uid == uid] == ["drift"]
