import random

from hypothesis import given
from hypothesis import strategies as st

from pagemirror.executor.queue import Place, StepQueue
from pagemirror.model.ids import Uid
from pagemirror.model.plans import Action, Step
from support.steps import a_step

ACTIONS = (Action.CREATE, Action.UPDATE, Action.RESTORE, Action.ADOPT, Action.RECORD, Action.ARCHIVE, Action.DELETE)


@st.composite
def plans(draw: st.DrawFn) -> list[Step]:
    """Steps that wait only for earlier ones, as a plan gives them."""
    count = draw(st.integers(0, 12))
    actions = draw(st.lists(st.sampled_from(ACTIONS), min_size=count, max_size=count))
    steps: list[Step] = []
    for number, action in enumerate(actions):
        fit = [step.uid for step in steps]
        after = draw(st.lists(st.sampled_from(fit), max_size=3, unique=True)) if fit else []
        everyone = [f"s{n}" for n in range(count)]
        wants = draw(st.lists(st.sampled_from(everyone), max_size=3, unique=True))
        steps.append(a_step(f"s{number}", action, after=after, wants=wants))
    return steps


def drain(steps: list[Step], pick: list[int], crowd: int, places: dict[Uid, Place] | None = None) -> list[Step]:
    """Take all steps with so many workers; `pick` says which of those under way ends next."""
    queue, running, taken = StepQueue(steps, places), list[Step](), list[Step]()
    ends = iter(pick * (len(steps) + 1))
    while len(queue) or running:
        while len(running) < crowd:
            step = queue.take()
            if step is None:
                break
            running.append(step)
            taken.append(step)
        assert running, "steps are left and none can be taken"
        queue.done(running.pop(next(ends) % len(running)).uid)
    return taken


@given(plans(), st.lists(st.integers(0, 7), min_size=1, max_size=8), st.integers(1, 4))
def test_every_step_is_taken_once(steps: list[Step], pick: list[int], crowd: int) -> None:
    taken = drain(steps, pick, crowd)
    assert sorted(step.uid for step in taken) == sorted(step.uid for step in steps)


@given(plans(), st.lists(st.integers(0, 7), min_size=1, max_size=8))
def test_no_step_is_taken_before_those_it_waits_for(steps: list[Step], pick: list[int]) -> None:
    order = [step.uid for step in drain(steps, pick, 1)]
    for step in steps:
        assert all(order.index(other) < order.index(step.uid) for other in step.after)


def test_an_update_that_waited_for_a_page_comes_after_the_other_creates() -> None:
    steps = [
        a_step("a", Action.CREATE),
        a_step("linker", after=("a",), wants=("a",)),
        a_step("b", Action.CREATE),
    ]
    assert [step.uid for step in drain(steps, [0], 1)] == ["a", "b", "linker"]


def test_independent_updates_come_before_creates() -> None:
    taken = drain([a_step("new", Action.CREATE), a_step("old")], [0], 1)
    assert [step.uid for step in taken] == ["old", "new"]


def test_among_creates_the_one_with_the_fewest_unknown_links_is_next() -> None:
    steps = [
        a_step("a", Action.CREATE, wants=("b", "c")),
        a_step("b", Action.CREATE, wants=("c",)),
        a_step("c", Action.CREATE),
    ]
    assert [step.uid for step in drain(steps, [0], 1)] == ["c", "b", "a"]


def test_a_create_comes_forward_as_the_pages_that_it_links_to_are_made() -> None:
    steps = [
        a_step("e", Action.CREATE, wants=("f",)),
        a_step("f", Action.CREATE, wants=("e",)),
        a_step("a", Action.CREATE, wants=("b", "c")),
        a_step("b", Action.CREATE),
        a_step("c", Action.CREATE),
    ]
    assert [step.uid for step in drain(steps, [0], 1)] == ["b", "c", "a", "e", "f"]


def test_links_in_a_circle_never_delay_a_create() -> None:
    steps = [a_step("a", Action.CREATE, wants=("b",)), a_step("b", Action.CREATE, wants=("a",))]
    queue = StepQueue(steps)
    assert queue.take() is not None
    assert queue.take() is not None


def test_what_was_not_taken_is_left_in_order() -> None:
    steps = [a_step(name) for name in "abc"]
    queue = StepQueue(steps)
    queue.take()
    assert [step.uid for step in queue.rest()] == ["b", "c"]
    assert len(queue) == 2


def test_a_step_that_waits_for_one_outside_the_queue_is_ready() -> None:
    queue = StepQueue([a_step("a", after=("elsewhere",))])
    assert queue.take() is not None


def siblings(**ranks: int) -> dict[Uid, Place]:
    """The places of documents below one called `up`."""
    return {Uid(name): (Uid("up"), (0, number, name)) for name, number in ranks.items()}


def test_where_siblings_have_an_order_they_are_made_in_it_whatever_they_link_to() -> None:
    steps = [a_step("a", Action.CREATE, wants=("c",)), a_step("b", Action.CREATE), a_step("c", Action.CREATE)]
    queue = StepQueue(steps, siblings(b=1, a=2, c=3))
    assert [step.uid for _ in steps if (step := queue.take())] == ["b", "a", "c"]


def test_where_there_is_a_choice_no_two_siblings_are_made_at_the_same_time() -> None:
    names = ("a", "b", "x", "y")
    others = {Uid("x"): (Uid("other"), (0, 8, "x")), Uid("y"): (None, (0, 9, "y"))}
    queue = StepQueue([a_step(name, Action.CREATE) for name in names], siblings(a=1, b=2) | others)
    assert [step.uid for _ in range(3) if (step := queue.take())] == ["a", "x", "y"]
    queue.done(Uid("a"))
    last = queue.take()
    assert last is not None
    assert last.uid == "b"


def test_a_free_worker_takes_a_sibling_before_it_waits() -> None:
    queue = StepQueue([a_step("a", Action.CREATE), a_step("b", Action.CREATE)], siblings(a=1, b=2))
    assert [step.uid for _ in range(2) if (step := queue.take())] == ["a", "b"]


@given(plans(), st.lists(st.integers(0, 7), min_size=1, max_size=8), st.integers(1, 4), st.randoms())
def test_every_step_is_taken_once_in_an_order_of_siblings_too(
    steps: list[Step], pick: list[int], crowd: int, chance: random.Random
) -> None:
    places: dict[Uid, Place] = {
        step.uid: (Uid(f"up{chance.randrange(3)}"), (0, chance.randrange(4), step.uid)) for step in steps
    }
    taken = drain(steps, pick, crowd, places)
    assert sorted(step.uid for step in taken) == sorted(step.uid for step in steps)
    order = [step.uid for step in drain(steps, pick, 1, places)]
    assert all(order.index(other) < order.index(step.uid) for step in steps for other in step.after)
