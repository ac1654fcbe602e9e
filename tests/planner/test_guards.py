"""Each guard: what it holds, what goes on, its numbers and its way out."""

from typing import Any

import pytest

from pagemirror.model.fields import BODY
from pagemirror.model.ids import PageId, RepoPath, Uid
from pagemirror.model.plans import Action, Guard, Outcome, Step
from pagemirror.planner.guards import apply_guards
from pagemirror.planner.policy import Limit, Policy
from planner.sides import number, policy, share, situation


def steps(count: int, action: Action = Action.ARCHIVE, *, prefix: str = "p", **but: Any) -> list[Step]:
    return [
        Step(
            action=action,
            uid=Uid(f"{prefix}{index}"),
            path=RepoPath(f"docs/{prefix}{index}.md"),
            title="t",
            page_id=PageId(f"{prefix}{index}"),
            reason="the page's own reason",
            **but,
        )
        for index in range(count)
    ]


def rerendered(count: int, **but: Any) -> list[Step]:
    return steps(count, Action.UPDATE, prefix="r", **{"derived": True, "changed": frozenset({BODY}), **but})


def guarded(planned: list[Step], by: Policy | None = None, **now: Any) -> tuple[list[Outcome], tuple[Guard, ...]]:
    found, guards = apply_guards(planned, by if by is not None else policy(), situation(**now))
    return [step.outcome for step in found], guards


def codes(guards: tuple[Guard, ...]) -> list[str]:
    return [guard.code for guard in guards]


ALL_HELD = {Outcome.HELD}
ALL_PLANNED = {Outcome.PLANNED}


@pytest.mark.parametrize(
    ("removals", "pages", "limit", "stopped"),
    [
        (8, 40, share(0.2), False),
        (9, 40, share(0.2), True),
        (4, 4, share(0.2), False),
        (1, 5, share(0.2), False),
        (2, 5, share(0.2), True),
        (29, 100, share(0.29), False),
        (30, 100, share(0.29), True),
        (3, 100, number(3), False),
        (4, 100, number(3), True),
        (2, 3, number(1), True),
        (1, 3, number(0), True),
        (1, 3, share(0.0), True),
        (0, 3, number(0), False),
        (40, 40, share(1.0), False),
    ],
)
def test_max_removals_is_a_share_from_five_pages_on_and_a_number_always(
    removals: int,
    pages: int,
    limit: Limit,
    stopped: bool,  # noqa: FBT001 - a row of the table
) -> None:
    outcomes, guards = guarded(steps(removals), policy(max_removals=limit), pages=pages)
    assert codes(guards) == (["max_removals"] if stopped else [])
    assert set(outcomes) == (set() if not removals else ALL_HELD if stopped else ALL_PLANNED)


def test_max_removals_says_the_numbers_and_the_way_out() -> None:
    _, (guard,) = guarded(steps(14), pages=40)
    assert "14 of 40 pages (35%)" in guard.message
    assert "the limit is 20%" in guard.message
    assert "pagemirror plan handbook" in guard.hint
    assert "--max-removals 14" in guard.hint


def test_a_fraction_of_a_per_cent_is_told_as_it_was_set() -> None:
    assert str(share(0.125)) == "12.5%"
    assert str(number(7)) == "7"


def test_max_removals_holds_the_removals_and_lets_the_others_go_on() -> None:
    found, _ = apply_guards([*steps(9), *steps(2, Action.CREATE, prefix="n")], policy(), situation(pages=40))
    assert [step.code for step in found] == ["max_removals"] * 9 + [None] * 2
    assert [step.outcome for step in found[9:]] == [Outcome.PLANNED] * 2


def test_what_is_held_already_does_not_count_as_a_removal() -> None:
    planned = [*steps(8), *steps(30, prefix="h", outcome=Outcome.HELD, code="removed_and_edited")]
    outcomes, guards = guarded(planned, pages=40)
    assert guards == ()
    assert outcomes[:8] == [Outcome.PLANNED] * 8


def test_pages_that_are_kept_do_not_count_as_removals() -> None:
    assert guarded(steps(40, Action.KEEP), pages=40)[1] == ()


def test_deletions_count_with_archivings() -> None:
    planned = [*steps(5), *steps(5, Action.DELETE, prefix="d")]
    assert codes(guarded(planned, pages=40)[1]) == ["max_removals"]


def test_a_number_given_for_this_run_lifts_the_guard() -> None:
    assert guarded(steps(14), policy(max_removals=number(14)), pages=40)[1] == ()


def test_max_rerender_holds_a_pass_whose_updates_are_all_derived() -> None:
    outcomes, guards = guarded(rerendered(9), pages=40)
    assert codes(guards) == ["max_rerender"]
    assert set(outcomes) == ALL_HELD
    assert "9 of 40 pages (22%)" in guards[0].message
    assert "--max-rerender 100%" in guards[0].hint


def test_max_rerender_lets_a_pass_with_an_own_update_go_on() -> None:
    assert guarded([*rerendered(30), *steps(1, Action.UPDATE, changed=frozenset({BODY}))], pages=40)[1] == ()


def test_an_own_update_that_links_to_a_new_page_is_an_own_update_all_the_same() -> None:
    own = steps(1, Action.UPDATE, prefix="o", changed=frozenset({BODY}), wants=(Uid("p0"),))
    assert guarded([*rerendered(30), *own, *steps(1, Action.CREATE)], pages=40)[1] == ()


def test_pages_that_a_pass_which_was_killed_left_unsettled_are_not_rendered_again_but_settled() -> None:
    assert guarded(rerendered(30, unsettled=True), pages=40)[1] == ()


def test_max_rerender_counts_although_a_page_is_new_too() -> None:
    outcomes, guards = guarded([*rerendered(30), *steps(1, Action.CREATE)], pages=40)
    assert codes(guards) == ["max_rerender"]
    assert outcomes[-1] is Outcome.PLANNED


def test_links_to_a_new_page_do_not_count_as_rendering_again() -> None:
    outcomes, guards = guarded([*rerendered(30, wants=(Uid("p0"),)), *steps(1, Action.CREATE)], pages=40)
    assert guards == ()
    assert set(outcomes) == ALL_PLANNED


def test_a_folder_that_was_moved_is_not_rendered_again() -> None:
    assert guarded(rerendered(30, moved_from=RepoPath("old/x.md")), pages=40)[1] == ()


def test_max_rerender_speaks_from_five_pages_on() -> None:
    assert guarded(rerendered(4), pages=4)[1] == ()
    assert codes(guarded(rerendered(5), pages=5)[1]) == ["max_rerender"]


def test_max_rerender_can_be_lifted_for_one_run() -> None:
    assert guarded(rerendered(40), policy(max_rerender=share(1.0, explicit=True)), pages=40)[1] == ()


def test_an_empty_source_removes_nothing() -> None:
    outcomes, guards = guarded(steps(3), pages=3, empty_source=True, folder="docs", last_commit="c1")
    assert codes(guards) == ["max_removals"]
    assert set(outcomes) == ALL_HELD
    assert "docs holds no Markdown file" in guards[0].message


def test_a_missing_source_folder_removes_nothing_and_is_told_apart() -> None:
    _, (guard,) = guarded(steps(3), pages=3, empty_source=True, missing_folder=True, folder="docs", commit="c2")
    assert "docs is not in this commit" in guard.message
    _, (on_disk,) = guarded(steps(3), pages=3, empty_source=True, missing_folder=True, folder="docs", commit="")
    assert "docs is not on disk" in on_disk.message
    assert "--max-removals" in guard.hint


def test_an_empty_source_does_not_even_forget_the_pages() -> None:
    assert guarded(steps(3, Action.KEEP), pages=3, empty_source=True)[0] == [Outcome.HELD] * 3


def test_all_pages_go_when_their_number_is_given() -> None:
    outcomes, guards = guarded(steps(3), policy(max_removals=number(3)), pages=3, empty_source=True)
    assert guards == ()
    assert set(outcomes) == ALL_PLANNED


def test_a_folder_that_was_emptied_on_purpose_is_at_rest_afterwards() -> None:
    assert guarded([], pages=0, empty_source=True, missing_folder=True, last_commit="c1")[1] == ()


def test_a_mistyped_folder_is_told_at_the_first_pass() -> None:
    assert codes(guarded([], pages=0, empty_source=True, missing_folder=True)[1]) == ["max_removals"]


@pytest.mark.parametrize(
    ("now", "by", "code", "way_out"),
    [
        ({"other_repository": True}, "allow_other_repository", "other_repository", "--allow-other-repository"),
        (
            {"rewind": True, "commit": "a" * 40, "last_commit": "b" * 40},
            "allow_rewind",
            "rewind",
            "--allow-rewind",
        ),
    ],
)
def test_the_whole_pass_is_held_until_its_own_flag_lifts_it(
    now: dict[str, Any], by: str, code: str, way_out: str
) -> None:
    planned = [*steps(1), *steps(1, Action.CREATE, prefix="n"), *steps(1, Action.RECORD, prefix="r")]
    outcomes, guards = guarded(planned, **now)
    assert codes(guards) == [code]
    assert set(outcomes) == ALL_HELD
    assert way_out in guards[0].hint
    assert guarded(planned, policy(**{by: True}), **now)[1] == ()


def test_rewind_names_both_commits() -> None:
    _, (guard,) = guarded([], rewind=True, commit="a" * 40, last_commit="b" * 40)
    assert "a" * 10 in guard.message
    assert "b" * 10 in guard.message


def test_another_target_has_no_flag_only_a_new_name() -> None:
    outcomes, guards = guarded(steps(1, Action.UPDATE), other_target=True)
    assert codes(guards) == ["other_target"]
    assert set(outcomes) == ALL_HELD
    assert "new name" in guards[0].hint


def test_no_flag_lifts_another_guard() -> None:
    everything = policy(allow_rewind=True, allow_other_repository=True, max_rerender=share(1.0, explicit=True))
    assert codes(guarded(steps(14), everything, pages=40)[1]) == ["max_removals"]


def test_a_removal_is_withheld_while_its_other_half_may_be_hidden() -> None:
    found, guards = apply_guards(
        [*steps(1), *steps(1, Action.CREATE, prefix="n")],
        policy(),
        situation(hidden_halves=(RepoPath("docs/new.md"),)),
    )
    assert [(step.outcome, step.code) for step in found] == [
        (Outcome.SKIPPED, "hidden_half"),
        (Outcome.PLANNED, None),
    ]
    assert "docs/new.md" in found[0].reason
    assert guards == ()


def test_withheld_removals_do_not_count() -> None:
    assert guarded(steps(14), pages=40, hidden_halves=(RepoPath("docs/new.md"),))[1] == ()


def test_a_held_step_keeps_its_action_and_says_why() -> None:
    found, (guard,) = apply_guards(steps(9), policy(), situation(pages=40))
    assert {step.action for step in found} == {Action.ARCHIVE}
    assert {step.reason for step in found} == {guard.message}


def test_a_guard_does_not_hide_what_a_page_failed_or_waits_for() -> None:
    failed = steps(2, Action.UPDATE, outcome=Outcome.FAILED, code="title")
    found, _ = apply_guards(failed, policy(), situation(pages=40, rewind=True))
    assert [(step.outcome, step.code) for step in found] == [(Outcome.FAILED, "title")] * 2
    waiting = steps(2, outcome=Outcome.HELD, code="removed_and_edited")
    found, _ = apply_guards(waiting, policy(), situation(pages=40, hidden_halves=(RepoPath("docs/new.md"),)))
    assert [(step.outcome, step.code) for step in found] == [(Outcome.HELD, "removed_and_edited")] * 2
