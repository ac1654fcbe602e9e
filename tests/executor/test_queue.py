from hypothesis import given
from hypothesis import strategies as st

from pagemirror.executor.queue import StepQueue
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


def drain(steps: list[Step], pick: list[int], crowd: int) -> list[Step]:
    """Take all steps with so many workers; `pick` says which of those under way ends next."""
    queue, running, taken = StepQueue(steps), list[Step](), list[Step]()
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
