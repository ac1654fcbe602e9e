"""What keeps a page from being removed: pages that stand below it on the target."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from pagemirror.executor.sparing import spared
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Complete, Listing, Partial
from pagemirror.model.plans import Action, Outcome, Step
from support.steps import a_page, a_step


def tree(**parents: str) -> Complete:
    """A listing in which each page stands below another one."""
    return Complete(
        headers=tuple(
            replace(a_page(name).header, parent=PageId(f"page-{above}") if above else None)
            for name, above in parents.items()
        )
    )


def judged(
    listing: Listing,
    *steps: Step,
    strangers: Iterable[str] = (),
    buried: Iterable[str] = (),
    moved: Iterable[str] = (),
) -> dict[str, tuple[str, str | None]]:
    """How each removal stands: outcome and code, or what it waits for."""
    foreign, graves = ({f"page-{name}" for name in names} for names in (strangers, buried))
    found = spared(
        steps,
        listing,
        owned=lambda pages: frozenset(page for page in pages if page not in foreign),
        buried=lambda pages: frozenset(page for page in pages if page in graves),
        moved={PageId(f"page-{name}") for name in moved},
    )
    return {
        step.uid: ("after", " ".join(step.after)) if step.outcome is Outcome.PLANNED else (step.outcome, step.code)
        for step in found
    }


HELD = (Outcome.HELD, "foreign_children")
REMOVALS = pytest.mark.parametrize("action", [Action.ARCHIVE, Action.DELETE])


@REMOVALS
def test_a_page_goes_after_those_below_it(action: Action) -> None:
    assert judged(tree(a="", b="a"), a_step("a", action), a_step("b", action)) == {
        "a": ("after", "b"),
        "b": ("after", ""),
    }


@REMOVALS
def test_a_page_above_a_strangers_page_stays(action: Action) -> None:
    assert judged(tree(a="", x="a"), a_step("a", action), strangers=["x"]) == {"a": HELD}


@REMOVALS
def test_a_page_above_one_of_ours_that_stays_stays_with_all_above_it(action: Action) -> None:
    steps = [a_step(name, action) for name in "abc"]
    assert judged(tree(a="", b="a", c="b", x="c"), *steps) == {"a": HELD, "b": HELD, "c": HELD}


@REMOVALS
def test_what_was_moved_in_this_pass_is_no_longer_below_whatever_a_listing_says(action: Action) -> None:
    assert judged(tree(a="", x="a"), a_step("a", action), moved=["x"]) == {"a": ("after", "")}


def test_a_page_above_a_tombstone_becomes_one_and_is_never_deleted_with_it() -> None:
    listing = tree(a="", x="a")
    assert judged(listing, a_step("a", Action.ARCHIVE), buried=["x"]) == {"a": ("after", "")}
    assert judged(listing, a_step("a", Action.DELETE), buried=["x"]) == {"a": HELD}


def test_a_listing_that_may_lack_rows_clears_no_page() -> None:
    listing = Partial(headers=tree(a="").headers, reason="short")
    assert judged(listing, a_step("a", Action.ARCHIVE)) == {"a": (Outcome.SKIPPED, "listing")}
