"""What holds for every plan: one tree that Git and people perturbed, each in their way, in any order of the input."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from pagemirror.model.documents import Unreadable
from pagemirror.model.ids import BlobId, RepoPath, Uid
from pagemirror.model.pages import Absence, Removal
from pagemirror.model.plans import Action, Outcome, Plan, Step
from pagemirror.planner.guards import SMALLEST
from pagemirror.planner.order import MAKING, REMOVING
from pagemirror.planner.plan import make_plan
from pagemirror.planner.policy import Limit, Policy, Way
from pagemirror.planner.views import Situation, View
from planner.sides import number, policy, share, situation
from planner.world import File, World

LAX = {"max_removals": share(1.0), "max_rerender": share(1.0)}

forests = st.lists(st.integers(0, 7), min_size=2, max_size=8)
"""For each document the number of its parent among those before it; its own number or a later one means none."""

git_moves = st.lists(st.sampled_from(["edit", "title", "rename", "delete", "both"]), min_size=8, max_size=8)
remote_moves = st.lists(
    st.sampled_from(["edit", "same", "retitle", "gone", "archived", "hidden"]), min_size=8, max_size=8
)
touched = st.sets(st.integers(0, 9))
policies = st.builds(
    lambda conflict, drift, away, removal, restores: policy(
        on_conflict=conflict,
        on_drift=drift,
        on_remote_removal=away,
        on_removal=removal,
        can_restore=restores,
        **LAX,
    ),
    st.sampled_from([Way.HOLD, Way.GIT, Way.REMOTE]),
    st.sampled_from([Way.HOLD, Way.GIT, Way.REMOTE]),
    st.sampled_from([Way.HOLD, Way.RECREATE, Way.ACCEPT]),
    st.sampled_from(list(Removal)),
    st.booleans(),
)


def parents_of(forest: Sequence[int]) -> dict[Uid, Uid]:
    return {Uid(f"u{n}"): Uid(f"u{parent}") for n, parent in enumerate(forest) if parent < n}


def first(ready: Sequence[Step]) -> Step:
    return ready[0]


def perturbed(
    by: Policy, forest: Sequence[int], git: Sequence[str], people: Sequence[str], git_at: set[int], people_at: set[int]
) -> World:
    """A mirrored tree that Git and people changed since; documents 8 and 9 are new ones."""
    world = World(policy=by, parents=parents_of(forest))
    for n in range(len(forest)):
        world.files[Uid(f"u{n}")] = File(path=f"docs/u{n}.md", title=f"T{n}", body=f"body {n}")
    world.sync(looks=False, pick=first)
    for n, what in enumerate(git[: len(forest)]):
        uid = Uid(f"u{n}")
        if n in git_at:
            perturb_file(world, uid, what)
    for n in git_at & {8, 9}:
        world.files[Uid(f"u{n}")] = File(path=f"docs/u{n}.md", title=f"T{n}", body=f"body {n}")
    for n, what in enumerate(people[: len(forest)]):
        if n in people_at:
            perturb_page(world, Uid(f"u{n}"), what)
    return world


def perturb_file(world: World, uid: Uid, what: str) -> None:
    file = world.files[uid]
    match what:
        case "delete":
            del world.files[uid]
        case "rename":
            world.files[uid] = replace(file, path=f"docs/new/{uid}.md")
        case "title":
            world.files[uid] = replace(file, title=f"New {uid}")
        case "edit":
            world.files[uid] = replace(file, body=f"new {uid}")
        case _:
            world.files[uid] = replace(file, title=f"New {uid}", body=f"new {uid}")


def perturb_page(world: World, uid: Uid, what: str) -> None:
    page_id = world.records[uid].page_id
    assert page_id is not None
    title, body = world.pages[page_id]
    match what:
        case "edit":
            world.pages[page_id] = (title, f"a person's {uid}")
        case "same":
            world.pages[page_id] = (title, f" new {uid}")
        case "retitle":
            world.pages[page_id] = (f"Person's {uid}", body)
        case _:
            world.away[page_id] = (Absence(what), world.pages.pop(page_id))


worlds = st.builds(perturbed, policies, forests, git_moves, remote_moves, touched, touched)
orders = st.randoms(use_true_random=False)


def views_of(world: World, *, looks: bool) -> list[View]:
    return [world.view(uid, looks=looks) for uid in sorted({*world.files, *world.records})]


def planned(plan: Plan) -> set[tuple[Uid, Action]]:
    return {(step.uid, step.action) for step in plan.steps if step.outcome is Outcome.PLANNED}


def in_order(plan: Plan, parents: Mapping[Uid, Uid]) -> None:
    """Each step after what it waits for, parents first, removals last and there children first."""
    place = {step.uid: at for at, step in enumerate(plan.steps)}
    by_uid = {step.uid: step for step in plan.steps if step.outcome is Outcome.PLANNED}
    removals = [place[step.uid] for step in plan.steps if step.action in REMOVING]
    assert removals == list(range(len(plan.steps) - len(removals), len(plan.steps)))
    for step in plan.steps:
        assert all(place[uid] < place[step.uid] for uid in step.after)
        parent = by_uid.get(parents.get(step.uid, step.uid))
        if parent is None or parent is step or step.outcome is not Outcome.PLANNED:
            continue
        if step.action in REMOVING and parent.action in REMOVING:
            assert step.uid in parent.after
        elif step.action not in REMOVING and parent.action in MAKING:
            assert parent.uid in step.after


@given(worlds, st.booleans(), orders)
@settings(max_examples=80)
def test_a_tree_perturbed_twice_gives_a_plan_in_order_whatever_the_order_of_the_input(
    world: World,
    looks: bool,  # noqa: FBT001 - drawn
    order: Random,
) -> None:
    views = views_of(world, looks=looks)
    plan = make_plan(views, world.policy, situation())
    # A file that is gone stands nowhere any more, so nothing is above it.
    in_order(plan, {uid: parent for uid, parent in world.parents.items() if {uid, parent} <= world.files.keys()})
    order.shuffle(views)
    assert make_plan(views, world.policy, situation()) == plan


@given(worlds, orders)
@settings(max_examples=80)
def test_a_tree_perturbed_twice_is_mended_in_one_pass(world: World, order: Random) -> None:
    bases = dict(world.bases)
    done = planned(world.sync(looks=True, pick=order.choice))
    again = world.plan(looks=True)
    left = {(uid, action) for uid, action in planned(again) if action is not Action.MOVE}
    assert not left, f"{left} after {done}"
    for uid, there, _ in world.overwritten:
        lost = [
            now for now, base, git in zip(there, bases[uid], world.text(uid), strict=True) if now not in {base, git}
        ]
        ways = {world.policy.on_conflict, world.policy.on_drift}
        assert Way.GIT in ways or not lost, f"an edit of {uid} was lost: {lost}"


@given(worlds)
@settings(max_examples=50)
def test_only_a_page_whose_file_is_gone_and_that_nobody_edited_is_removed(world: World) -> None:
    views = {view.uid: view for view in views_of(world, looks=True)}
    for step in make_plan(list(views.values()), world.policy, situation()).steps:
        if step.action in REMOVING and step.outcome is Outcome.PLANNED:
            view = views[step.uid]
            assert view.wanted is None
            assert view.record is not None
            assert step.page_id is not None
            assert world.pages[step.page_id] == world.bases[step.uid]


@given(worlds, st.booleans())
@settings(max_examples=50)
def test_nothing_is_removed_or_let_go_while_its_other_half_may_be_hidden(
    world: World,
    looks: bool,  # noqa: FBT001 - drawn
) -> None:
    views = views_of(world, looks=looks)
    plan = make_plan(views, world.policy, situation(hidden_halves=(RepoPath("docs/broken.md"),)))
    assert not [action for _, action in planned(plan) if action in {*REMOVING, Action.KEEP}]
    rest = {each for each in planned(make_plan(views, world.policy, situation())) if each[1] not in REMOVING}
    assert planned(plan) == {each for each in rest if each[1] is not Action.KEEP}


@given(worlds, st.sets(st.integers(0, 7)))
@settings(max_examples=50)
def test_a_file_that_can_not_be_read_costs_its_page_nothing(world: World, broken: set[int]) -> None:
    views = []
    for view in views_of(world, looks=True):
        if view.wanted is not None and int(view.uid[1:]) in broken:
            bad = Unreadable(path=view.wanted.path, blob=BlobId("b"), code="encoding", reason="not UTF-8")
            views.append(replace(view, wanted=None, unreadable=bad))
        else:
            views.append(view)
    for step in make_plan(views, world.policy, situation()).steps:
        if int(step.uid[1:]) in broken and step.uid in world.files:
            assert (step.outcome, step.code) == (Outcome.FAILED, "encoding")


limits = st.one_of(
    st.integers(0, 9).map(number), st.sampled_from([0.0, 0.1, 0.2, 0.5, 1.0]).map(share), st.just(number(0))
)


def looser(one: Limit, other: Limit, pages: int) -> bool:
    """Whether `one` allows all that `other` allows."""
    return all(
        one.allows(count, pages, smallest=SMALLEST) or not other.allows(count, pages, smallest=SMALLEST)
        for count in range(pages + 12)
    )


@given(worlds, limits, limits, limits, limits)
@settings(max_examples=80)
def test_a_looser_limit_never_holds_more(world: World, less: Limit, more: Limit, few: Limit, many: Limit) -> None:
    views, now = views_of(world, looks=False), situation(pages=len(world.records))
    if not looser(more, less, now.pages):
        less, more = more, less
    if not looser(many, few, now.pages):
        few, many = many, few
    if not (looser(more, less, now.pages) and looser(many, few, now.pages)):
        return
    strict = make_plan(views, replace(world.policy, max_removals=less, max_rerender=few), now)
    lax = make_plan(views, replace(world.policy, max_removals=more, max_rerender=many), now)
    assert planned(strict) <= planned(lax)
    assert {guard.code for guard in lax.guards} <= {guard.code for guard in strict.guards}
    assert planned(lax) <= planned(make_plan(views, world.policy, now))


@given(worlds, st.sampled_from(["rewind", "other_repository", "other_target"]))
@settings(max_examples=40)
def test_under_a_guard_of_the_whole_pass_nothing_is_planned_and_nothing_recorded(world: World, guard: str) -> None:
    now: Situation = situation(pages=len(world.records), **{guard: True})
    plan = make_plan(views_of(world, looks=True), world.policy, now)
    assert planned(plan) == set()
    assert (plan.refresh, plan.forget) == ((), ())
    assert [each.code for each in plan.guards][:1] == [guard]


@given(worlds, st.floats(0, 1e6), st.integers(0, 500))
@settings(max_examples=50)
def test_the_digest_is_of_what_is_done_and_of_nothing_else(world: World, later: float, others: int) -> None:
    views, now = views_of(world, looks=True), situation()
    plan = make_plan(views, world.policy, now)
    other = replace(now, now=now.now + later, unchanged=others, commit="b" * 40)
    assert make_plan(views, world.policy, other).digest == plan.digest
    renamed = [
        replace(
            view,
            uid=Uid(f"x{view.uid}"),
            record=None if view.record is None else replace(view.record, uid=Uid(f"x{view.uid}")),
            wanted=None
            if view.wanted is None
            else replace(
                view.wanted,
                uid=Uid(f"x{view.uid}"),
                parent=None if view.wanted.parent is None else Uid(f"x{view.wanted.parent}"),
            ),
        )
        for view in views
    ]
    assert make_plan(renamed, world.policy, now).digest == plan.digest
    for at, step in enumerate(plan.steps):
        if step.outcome is Outcome.PLANNED:
            fewer = [view for view in views if view.uid != step.uid]
            assert make_plan(fewer, world.policy, now).digest != plan.digest, f"step {at} is not in it"


@given(st.lists(st.integers(0, 5), min_size=2, max_size=6), st.booleans(), orders)
@settings(max_examples=80)
def test_parents_in_a_circle_stop_nobody(
    circle: list[int],
    there: bool,  # noqa: FBT001 - drawn
    order: Random,
) -> None:
    parents = {Uid(f"u{n}"): Uid(f"u{parent % len(circle)}") for n, parent in enumerate(circle)}
    world = World(policy=policy(**LAX), parents=parents)
    for n in range(len(circle)):
        world.files[Uid(f"u{n}")] = File(path=f"docs/u{n}.md", title=f"T{n}", body=f"body {n}")
    if there:
        world.sync(looks=False, pick=first)
        world.files.clear()
    world.sync(looks=True, pick=order.choice)
    assert len(world.pages) == (0 if there else len(circle))
