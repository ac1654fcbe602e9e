"""Plans: counts, links to new pages, pages claimed twice, the digest, a part of a plan."""

from dataclasses import replace
from itertools import islice, permutations
from typing import Any

import pytest

from pagemirror.model.documents import Unreadable
from pagemirror.model.ids import BlobId, PageId, RepoPath, Uid
from pagemirror.model.plans import Action, Outcome, Plan
from pagemirror.model.records import Choice, Open, Standing
from pagemirror.planner.plan import make_plan, without
from pagemirror.planner.policy import Policy, Way
from pagemirror.planner.views import View
from planner.sides import (
    decision,
    delay,
    fields,
    page,
    policy,
    prints,
    record,
    renamed,
    share,
    situation,
    step,
    view,
    wanted,
)


def doc(name: str, body: str = "text", **but: Any) -> Any:
    return wanted(f"docs/{name}.md", body, name.upper(), uid=Uid(f"u-{name}"), **but)


def kept(name: str, body: str = "text", **but: Any) -> Any:
    return record(doc(name, body), f"p-{name}", **but)


def plan(*views: View, by: Policy | None = None, **now: Any) -> Plan:
    return make_plan(views, by if by is not None else policy(), situation(**now))


def actions(of: Plan) -> dict[str, str]:
    return {each.path: each.action for each in of.steps}


# --------------------------------------------------------------------- counts


def test_pages_without_a_step_are_counted() -> None:
    found = plan(
        view(doc("a"), kept("a")),
        view(doc("b"), kept("b", diverged=True, remote=prints(title="B", body="a person's"))),
        view(replace(doc("c"), blob=BlobId("x")), kept("c")),
        unchanged=10,
        diverged=1,
    )
    assert (found.unchanged, found.diverged, found.refresh, found.steps) == (12, 2, ("u-c",), ())


def test_pages_that_are_no_longer_mirrored_are_not_counted() -> None:
    found = plan(
        view(doc("a"), kept("a", standing=Standing.LEFT, removal="accepted")),
        view(None, kept("b", standing=Standing.REMOVED, removal="archive")),
    )
    assert (found.unchanged, found.steps) == (0, ())


def test_files_that_never_had_a_page_are_forgotten() -> None:
    assert plan(view(None, record(doc("a"), None))).forget == ("u-a",)


@pytest.mark.parametrize("now", [{"rewind": True}, {"other_target": True}, {"other_repository": True}])
def test_where_the_whole_pass_is_held_not_even_records_are_written(now: dict[str, Any]) -> None:
    found = plan(view(replace(doc("c"), blob=BlobId("x")), kept("c")), view(None, record(doc("a"), None)), **now)
    assert (found.refresh, found.forget) == ((), ())


def test_a_step_says_where_its_file_came_from() -> None:
    found = step(plan(view(renamed(doc("a", "new"), "docs/z.md"), kept("a"))), "docs/z.md")
    assert (found.action, found.moved_from, found.page_id) == (Action.UPDATE, "docs/a.md", "p-a")


def test_a_step_in_place_came_from_nowhere_and_a_file_that_can_not_be_read_is_named_as_it_is() -> None:
    unreadable = Unreadable(path=RepoPath("docs/now.md"), blob=BlobId("x"), code="encoding", reason="no text")
    found = plan(view(doc("a", "new"), kept("a")), view(None, kept("b"), unreadable=unreadable))
    assert step(found, "docs/a.md").moved_from is None
    assert step(found, "docs/now.md").code == "encoding"


def test_a_step_says_whether_its_page_was_unsettled() -> None:
    found = plan(
        view(doc("a", "new"), kept("a", open=Open.UNSETTLED)), view(doc("b", "new"), kept("b")), view(doc("c"))
    )
    unsettled = {each.path: each.unsettled for each in found.steps}
    assert unsettled == {"docs/a.md": True, "docs/b.md": False, "docs/c.md": False}


def test_every_step_has_a_reason() -> None:
    found = plan(
        view(doc("a")),
        view(None, kept("b")),
        view(doc("c", "new"), kept("c")),
        view(doc("d", "x"), kept("d"), page("y", "D", "p-d")),
    )
    assert len(found.steps) == 4
    assert all(each.reason for each in found.steps)


# --------------------------------------------------------------------- links to new pages


def test_a_page_that_links_to_a_new_page_is_rendered_again_after_it() -> None:
    found = plan(view(doc("a", wants=(Uid("u-n"),)), kept("a")), view(doc("n")))
    linker = step(found, "docs/a.md")
    assert (linker.action, linker.changed, linker.derived, linker.after) == (
        Action.UPDATE,
        fields("body"),
        True,
        (Uid("u-n"),),
    )
    assert found.unchanged == 0


def test_a_renamed_page_that_links_to_a_new_page_is_updated_too() -> None:
    found = plan(view(renamed(doc("a", wants=(Uid("u-n"),)), "docs/z.md"), kept("a")), view(doc("n")))
    assert (step(found, "docs/z.md").action, step(found, "docs/z.md").moved_from) == (Action.UPDATE, "docs/a.md")


def test_a_diverged_page_is_not_rendered_again_for_a_link() -> None:
    diverged = kept("a", diverged=True, remote=prints(title="A", body="a person's"))
    assert list(actions(plan(view(doc("a", wants=(Uid("u-n"),)), diverged), view(doc("n"))))) == ["docs/n.md"]


def test_a_page_that_a_person_let_go_is_not_rendered_for_a_link() -> None:
    left = kept("a", standing=Standing.LEFT, removal="accepted")
    assert list(actions(plan(view(doc("a", wants=(Uid("u-n"),)), left), view(doc("n"))))) == ["docs/n.md"]


def test_a_link_to_a_page_that_is_held_renders_nothing() -> None:
    found = plan(view(doc("a", wants=(Uid("u-n"),)), kept("a")), view(doc("n"), foreign=(PageId("p-9"),)))
    assert list(actions(found)) == ["docs/n.md"]


def test_a_link_to_a_page_that_waits_for_the_one_above_it_renders_nothing() -> None:
    """Each pass looked at the linking page again, as if the other were about to be made."""
    found = plan(
        view(doc("a", wants=(Uid("u-n"),)), kept("a")),
        view(doc("n", parent=Uid("u-p"))),
        view(doc("p"), foreign=(PageId("p-9"),)),
    )
    assert [(each.path, each.code) for each in found.steps] == [("docs/p.md", "foreign"), ("docs/n.md", "parent")]


# --------------------------------------------------------------------- one page, one document


def test_two_files_that_name_one_page_are_both_held() -> None:
    found = plan(view(doc("a"), adopt=PageId("p-9")), view(doc("b"), adopt=PageId("p-9")))
    assert {(each.outcome, each.code) for each in found.steps} == {(Outcome.HELD, "page_taken")}
    assert "docs/b.md" in step(found, "docs/a.md").reason


def test_a_file_that_waits_for_another_reason_claims_no_page() -> None:
    waits = view(doc("a"), adopt=PageId("p-9"), duplicate=(RepoPath("docs/c.md"),))
    found = plan(waits, view(doc("b"), adopt=PageId("p-9")))
    assert step(found, "docs/a.md").code == "duplicate_id"
    assert (step(found, "docs/b.md").outcome, step(found, "docs/b.md").page_id) == (Outcome.PLANNED, "p-9")


def test_a_page_whose_parent_is_made_in_this_pass_goes_below_it() -> None:
    child = doc("a", parent=Uid("u-p"), wants=(Uid("u-p"),))
    found = plan(view(child, kept("a")), view(doc("p")))
    moved = step(found, "docs/a.md")
    assert (moved.action, moved.after, moved.reason) == (Action.UPDATE, (Uid("u-p"),), "its parent is new")


def test_a_page_that_another_file_has_is_not_adopted() -> None:
    found = plan(view(doc("a"), adopt=PageId("p-b")), view(doc("b"), kept("b")))
    assert [(each.path, each.code) for each in found.steps] == [("docs/a.md", "page_taken")]


def test_a_page_that_is_claimed_is_not_removed() -> None:
    asked = view(doc("a"), foreign=(PageId("p-b"),))
    claims = replace(asked, decision=decision(asked, Choice.PAGE, page_id=PageId("p-b")))
    found = plan(claims, view(None, kept("b")))
    assert (step(found, "docs/b.md").outcome, step(found, "docs/b.md").code) == (Outcome.SKIPPED, "hidden_half")
    assert step(found, "docs/a.md").code == "page_taken"


def test_the_pages_that_an_ambiguous_file_could_be_are_not_removed() -> None:
    found = plan(view(doc("z"), ambiguous=("docs/a.md", "docs/b.md")), *(view(None, kept(name)) for name in "abc"))
    ends = {str(each.path): (each.outcome, each.code) for each in found.steps}
    assert ends["docs/a.md"] == ends["docs/b.md"] == (Outcome.SKIPPED, "hidden_half")
    assert ends["docs/c.md"] == (Outcome.PLANNED, None)


def test_an_ambiguous_file_said_to_be_new_withholds_nothing() -> None:
    asked = view(doc("z"), ambiguous=("docs/a.md",))
    found = plan(replace(asked, decision=decision(asked, Choice.NEW)), view(None, kept("a")))
    assert {each.outcome for each in found.steps} == {Outcome.PLANNED}


# --------------------------------------------------------------------- order


def test_folders_are_removed_children_first() -> None:
    gone = [
        view(None, record(wanted(path, uid=Uid(path)), path))
        for path in ("guide/", "guide/a.md", "guide/deep/index.md", "guide/deep/b.md")
    ]
    found = [each.path for each in plan(*gone).steps]
    assert found.index(RepoPath("guide/deep/b.md")) < found.index(RepoPath("guide/deep/index.md"))
    assert found[-1] == "guide/"
    assert set(plan(*gone).steps[-1].after) == {"guide/a.md", "guide/deep/index.md"}


def test_a_folder_without_a_page_stands_in_no_ones_way() -> None:
    gone = [view(None, record(wanted(path, uid=Uid(path)), path)) for path in ("guide/z/deep/b.md", "guide/index.md")]
    assert [each.path for each in plan(*gone).steps] == ["guide/z/deep/b.md", "guide/index.md"]


def test_a_page_that_moves_out_of_its_folder_is_ordered_as_its_file_says() -> None:
    was_below = view(doc("a", "new"), kept("a", values={"parent": "p-z"}))
    found = plan(was_below, view(doc("b", "new"), kept("b")), view(doc("z"), kept("z")))
    assert [each.path for each in found.steps] == ["docs/a.md", "docs/b.md"]


def test_a_page_below_itself_is_removed_like_any_other() -> None:
    odd = view(None, kept("a", values={"parent": "p-a"}))
    assert [(each.path, each.after) for each in plan(odd, view(None, kept("b"))).steps] == [
        ("docs/a.md", ()),
        ("docs/b.md", ()),
    ]


def test_removals_follow_the_tree_that_was_sent() -> None:
    top, child = kept("z"), kept("a", values={"parent": "p-z"})
    assert [each.path for each in plan(view(None, child), view(None, top)).steps] == ["docs/a.md", "docs/z.md"]
    other = plan(view(None, kept("a")), view(None, kept("z", values={"parent": "p-a"})))
    assert [each.path for each in other.steps] == ["docs/z.md", "docs/a.md"]


def test_new_children_of_a_held_parent_are_skipped() -> None:
    found = plan(view(doc("a"), ambiguous=("docs/x.md",)), view(doc("b", parent=Uid("u-a"))))
    assert step(found, "docs/b.md").code == "parent"


# --------------------------------------------------------------------- digest


def several() -> list[View]:
    return [
        view(doc("a", "new"), kept("a")),
        view(doc("n")),
        view(None, kept("g")),
        view(doc("l", wants=(Uid("u-n"),)), kept("l")),
        view(doc("c", "x"), kept("c"), page("y", "C", "p-c")),
        view(renamed(doc("m"), "docs/moved.md"), kept("m")),
    ]


def test_the_digest_is_stable_under_shuffling() -> None:
    orders = islice(permutations(several()), 0, 720, 31)
    assert len({plan(*order).digest for order in orders}) == 1


def test_the_digest_knows_no_uids() -> None:
    def other(uid: Uid) -> Uid:
        return Uid(f"z{uid[::-1]}")

    renamed_views = [
        replace(
            each,
            uid=other(each.uid),
            record=replace(each.record, uid=other(each.uid)) if each.record else None,
            wanted=replace(each.wanted, uid=other(each.uid), wants=tuple(map(other, each.wanted.wants)))
            if each.wanted
            else None,
        )
        for each in several()
    ]
    assert plan(*renamed_views).digest == plan(*several()).digest


def test_the_digest_knows_no_time_commit_or_count() -> None:
    later = plan(*several(), now=2_000_000.0, commit="c2", last_commit="c1", unchanged=50)
    assert later.digest == plan(*several()).digest


def test_the_digest_knows_no_wording() -> None:
    soon = plan(view(None, kept("a", leaving_since=1_000_000.0)), by=policy(removal_delay=delay(60)))
    later = plan(view(None, kept("a", leaving_since=1_000_000.0)), by=policy(removal_delay=delay(60)), now=1_000_030.0)
    assert soon.steps[0].reason != later.steps[0].reason
    assert soon.digest == later.digest


@pytest.mark.parametrize(
    "other",
    [
        [view(doc("a", "newer"), kept("a"))],
        [view(doc("a", "new"), record(doc("a"), "p-9"))],
        [view(doc("a", "new"), kept("a", version="8"))],
        [view(renamed(doc("a", "new"), "docs/z.md"), kept("a"))],
        [view(None, kept("a"))],
        [view(doc("a", "new"), kept("a"), page("x", "A", "p-a"))],
        [view(doc("a", "new"), kept("a")), view(doc("n"))],
        [],
    ],
    ids=["text", "page", "version", "path", "action", "outcome", "another step", "nothing"],
)
def test_the_digest_changes_with_anything_of_substance(other: list[View]) -> None:
    assert plan(*other).digest != plan(view(doc("a", "new"), kept("a"))).digest


def test_the_digest_changes_with_where_a_file_came_from_and_how_a_step_ended() -> None:
    moved = [renamed(doc("a", "new"), "docs/z.md"), kept("a", own={}, sent={})]
    there = replace(moved[1], path=moved[0].path)
    assert plan(view(*moved)).digest != plan(view(moved[0], there)).digest
    failed = view(doc("a", "new", problem=("title", "empty")), kept("a"))
    held = view(doc("a", "new"), kept("a"), duplicate=(RepoPath("docs/c.md"),))
    assert [each.outcome for each in (*plan(failed).steps, *plan(held).steps)] == [Outcome.FAILED, Outcome.HELD]
    assert plan(failed).digest != plan(held).digest


def test_the_digest_changes_with_the_way_and_the_mirror() -> None:
    edited = view(doc("a", "new"), kept("a"), page("x", "A", "p-a"))
    ways = {plan(edited, by=policy(on_conflict=way)).digest for way in (Way.GIT, Way.MERGE, Way.REMOTE, Way.HOLD)}
    assert len(ways) == 4
    assert plan(edited, by=replace(policy(), mirror="other")).digest not in ways  # type: ignore[arg-type]  # a name


# --------------------------------------------------------------------- a part of a plan


def test_only_some_paths_leave_the_others_alone() -> None:
    found = without(plan(*several()), [Uid("u-a")])
    assert [each.path for each in found.steps] == ["docs/a.md"]
    assert (found.refresh, found.forget) == ((), ())


def test_a_part_of_a_plan_waits_for_nothing_that_was_left_out() -> None:
    (linker,) = without(plan(*several()), [Uid("u-l")]).steps
    assert (linker.after, linker.outcome) == ((), Outcome.PLANNED)


def test_a_new_child_whose_new_parent_was_left_out_is_skipped() -> None:
    whole = plan(view(doc("a")), view(doc("b", parent=Uid("u-a"))), view(doc("c", parent=Uid("u-b"))))
    found = without(whole, [Uid("u-b"), Uid("u-c")])
    assert [(each.code, each.outcome) for each in found.steps] == [("parent", Outcome.SKIPPED)] * 2


def test_a_new_child_goes_with_its_new_parent_and_below_one_that_has_a_page() -> None:
    whole = plan(view(doc("a")), view(doc("b", parent=Uid("u-a"))), view(doc("c")))
    found = without(whole, [Uid("u-a"), Uid("u-b")])
    assert [(each.path, each.outcome, each.after) for each in found.steps] == [
        ("docs/a.md", Outcome.PLANNED, ()),
        ("docs/b.md", Outcome.PLANNED, (Uid("u-a"),)),
    ]
    back = view(doc("a", "text"), kept("a", standing=Standing.REMOVED, removal="archive"))
    whole = plan(back, view(doc("b", parent=Uid("u-a"))), by=policy(can_restore=True))
    assert step(whole, "docs/a.md").action is Action.RESTORE
    assert step(whole, "docs/b.md").after == (Uid("u-a"),)
    (child,) = without(whole, [Uid("u-b")]).steps
    assert child.outcome is Outcome.PLANNED


def test_of_a_part_only_its_own_records_follow_and_none_is_forgotten() -> None:
    moved = [view(replace(doc(name), blob=BlobId("x")), kept(name)) for name in "ab"]
    whole = plan(*moved, view(None, record(doc("c"), None)))
    assert (whole.refresh, whole.forget) == (("u-a", "u-b"), ("u-c",))
    found = without(whole, [Uid("u-a"), Uid("u-c")])
    assert (found.refresh, found.forget) == (("u-a",), ())


def test_a_guard_of_the_whole_pass_holds_a_part_without_steps_too() -> None:
    whole = plan(view(doc("n")), rewind=True)
    assert [guard.code for guard in without(whole, []).guards] == ["rewind"]


def test_guards_that_hold_none_of_the_chosen_steps_are_left_out() -> None:
    whole = plan(view(doc("n")), *(view(None, kept(f"g{i}")) for i in range(9)), by=policy(max_removals=share(0.01)))
    assert [guard.code for guard in whole.guards] == ["max_removals"]
    assert without(whole, [Uid("u-n")]).guards == ()
    assert without(whole, [Uid("u-g1")]).guards == whole.guards
