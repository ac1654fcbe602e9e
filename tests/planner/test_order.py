"""Which step waits for which."""

from dataclasses import replace
from itertools import permutations

from pagemirror.model.ids import PageId, RepoPath, Uid
from pagemirror.model.plans import Action, Outcome, Step
from pagemirror.planner.order import arrange, withhold_children


def one(name: str, action: Action = Action.CREATE, *, page_id: str | None = None, wants: str = "") -> Step:
    return Step(
        action=action,
        uid=Uid(name),
        path=RepoPath(f"{name}.md"),
        title=name,
        page_id=PageId(page_id) if page_id else None,
        wants=tuple(Uid(each) for each in wants),
    )


def below(**parents: str) -> dict[Uid, Uid]:
    return {Uid(child): Uid(parent) for child, parent in parents.items()}


def names(steps: tuple[Step, ...]) -> str:
    return "".join(step.uid for step in steps)


def waits(steps: tuple[Step, ...]) -> dict[str, str]:
    return {step.uid: "".join(step.after) for step in steps if step.after}


def test_parents_come_before_their_children() -> None:
    found = arrange([one("a"), one("b"), one("c")], below(a="b", b="c"))
    assert names(found) == "cba"
    assert waits(found) == {"a": "b", "b": "c"}


def test_a_parent_that_is_there_already_is_not_waited_for() -> None:
    assert waits(arrange([one("a"), one("b", Action.UPDATE, page_id="p")], below(a="b"))) == {}


def test_a_page_that_is_made_comes_before_the_updates_that_link_to_it() -> None:
    found = arrange([one("a", Action.UPDATE, page_id="p", wants="z"), one("z")], {})
    assert names(found) == "za"
    assert waits(found) == {"a": "z"}


def test_links_never_delay_a_create() -> None:
    assert waits(arrange([one("a", wants="b"), one("b", wants="a")], {})) == {}


def test_removals_come_last_and_children_first() -> None:
    gone = [one("a", Action.ARCHIVE), one("b", Action.ARCHIVE), one("n"), one("m", Action.MOVE)]
    found = arrange(gone, below(b="a"))
    assert names(found).endswith("ba")
    assert waits(found) == {"a": "b"}


def test_a_held_step_is_waited_for_by_nobody() -> None:
    held = Step(action=Action.CREATE, uid=Uid("a"), path=RepoPath("a.md"), title="a", outcome=Outcome.HELD)
    assert waits(arrange([held, one("b")], below(b="a"))) == {}


def test_parents_in_a_ring_wait_for_nobody() -> None:
    found = arrange([one("a"), one("b"), one("c")], below(a="b", b="a", c="a"))
    assert waits(found) == {"c": "a"}
    assert len(found) == 3


def test_removals_in_a_ring_wait_for_nobody() -> None:
    assert waits(arrange([one("a", Action.ARCHIVE), one("b", Action.ARCHIVE)], below(a="b", b="a"))) == {}


def test_the_order_does_not_depend_on_the_input() -> None:
    steps = [one("a"), one("b"), one("c", Action.ARCHIVE), one("d", Action.UPDATE, page_id="p", wants="a")]
    assert len({arrange(order, below(a="b")) for order in permutations(steps)}) == 1


def test_new_children_of_a_parent_that_gets_no_page_are_skipped() -> None:
    held = Step(
        action=Action.CREATE, uid=Uid("a"), path=RepoPath("a.md"), title="a", outcome=Outcome.HELD, code="ambiguous"
    )
    found = withhold_children([held, one("b"), one("c")], below(b="a", c="b"))
    assert [(step.outcome, step.code) for step in found[1:]] == [(Outcome.SKIPPED, "parent")] * 2
    assert "a.md" in found[1].reason


def test_children_with_a_page_go_on_below_a_held_parent() -> None:
    held = Step(action=Action.CREATE, uid=Uid("a"), path=RepoPath("a.md"), title="a", outcome=Outcome.HELD)
    (_, child) = withhold_children([held, one("b", Action.UPDATE, page_id="p")], below(b="a"))
    assert child.outcome is Outcome.PLANNED


def test_children_of_a_held_parent_with_a_page_go_on() -> None:
    held = Step(
        action=Action.UPDATE, uid=Uid("a"), path=RepoPath("a.md"), title="a", page_id=PageId("p"), outcome=Outcome.HELD
    )
    (_, child) = withhold_children([held, one("b")], below(b="a"))
    assert child.outcome is Outcome.PLANNED


def test_new_children_wait_while_the_page_above_them_is_missing() -> None:
    missing = Step(
        action=Action.CREATE,
        uid=Uid("a"),
        path=RepoPath("a.md"),
        title="a",
        page_id=PageId("p"),
        outcome=Outcome.HELD,
        code="remote_removed",
    )
    (_, child) = withhold_children([missing, one("b")], below(b="a"))
    assert (child.outcome, child.code) == (Outcome.SKIPPED, "parent")


def test_a_page_that_is_made_anew_waits_as_new_ones_do_and_so_do_those_below_it() -> None:
    """It was sent below a page that isn't there, refused, and failed in each pass."""
    above = one("a", page_id="p")
    missing = replace(above, outcome=Outcome.HELD, code="remote_removed")
    found = withhold_children([missing, one("b", page_id="q"), one("c")], below(b="a", c="b"))
    assert [(step.outcome, step.code) for step in found[1:]] == [(Outcome.SKIPPED, "parent")] * 2


def test_new_children_wait_while_a_person_is_asked_whether_the_page_above_them_comes_back() -> None:
    """They were planned and then not made, and pages that link to them were looked at in each pass."""
    away = replace(one("a", Action.RESTORE, page_id="p"), outcome=Outcome.HELD, code="conflict")
    (_, child) = withhold_children([away, one("b")], below(b="a"))
    assert (child.outcome, child.code) == (Outcome.SKIPPED, "parent")
    coming = replace(away, outcome=Outcome.PLANNED, code=None)
    (_, child) = withhold_children([coming, one("b")], below(b="a"))
    assert child.outcome is Outcome.PLANNED
