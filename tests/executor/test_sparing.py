"""What keeps a page from being removed: pages that stand below it on the target."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from pagemirror.executor.sparing import Sparing, look_below, spared
from pagemirror.model.fields import PARENT, fingerprint
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Absence, Absent, Complete, Found, Listing, Partial
from pagemirror.model.plans import Action, Outcome, Step
from pagemirror.model.records import Record
from support.steps import a_page, a_record, a_step


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


def test_why_a_page_stays_is_told_by_whose_page_is_below_it() -> None:
    def why(*, ours: Iterable[str], below: str) -> str:
        listing = Complete(headers=tuple(header for name in below for header in tree(**{name: "a"}).headers))
        named = frozenset(PageId(f"page-{name}") for name in ours)
        (step,) = spared(
            [a_step("a", Action.DELETE)],
            listing,
            owned=named.intersection,
            buried=lambda _: frozenset(),
            moved=(),
        )
        return step.reason

    assert "stay for now" in why(ours="x", below="x")
    assert "not this mirror's" in why(ours="", below="y")
    assert "not this mirror's" in why(ours="x", below="xy")


GOING = a_step("a", Action.ARCHIVE), a_step("n", page_id=None)


def below(
    *records: Record, listed: Complete, there: Iterable[Found] = (), removals: Sequence[Step] = GOING
) -> tuple[list[str], list[str]]:
    """The pages that the listing is taken to hold, and those that were read for it."""
    read: list[str] = []
    found = {page.id: page for page in there}

    async def listing() -> Listing:
        return listed

    async def get(page: PageId) -> Found:
        read.append(page)
        return found[page]

    sparing = Sparing(listing=listing, get=get, owned=lambda _: frozenset(), buried=lambda _: frozenset())
    whole = asyncio.run(look_below(sparing, removals, records))
    return [header.id for header in whole.headers], read


def under(name: str, above: str, **but: str | None) -> Record:
    return a_record(name, remote={PARENT: fingerprint(above)}, **but)


def test_a_page_that_should_stand_below_and_is_not_listed_yet_is_read() -> None:
    late = a_page("late")
    assert below(under("late", "page-a"), listed=tree(a=""), there=[late]) == (["page-a", "page-late"], ["page-late"])


def test_a_page_that_is_listed_or_stands_elsewhere_or_is_not_made_is_not_read() -> None:
    records = [under("x", "page-a"), under("y", "page-x"), a_record("z"), under("n", "page-a", page_id=None)]
    assert below(*records, listed=tree(a="", x="a")) == (["page-a", "page-x"], [])


def test_a_page_that_a_late_listing_shows_where_it_stood_before_is_read() -> None:
    moved = replace(a_page("late"), header=replace(a_page("late").header, parent=PageId("page-a")))
    listed = tree(a="", late="", x="")
    headers, read = below(under("late", "page-a"), under("x", "page-x"), listed=listed, there=[moved])
    assert (sorted(headers), read) == (["page-a", "page-late", "page-x"], ["page-late"])


def test_a_page_that_a_late_listing_shows_below_another_that_goes_too_is_read() -> None:
    moved = replace(a_page("late"), header=replace(a_page("late").header, parent=PageId("page-b")))
    removals = a_step("a", Action.DELETE), a_step("b", Action.DELETE)
    records = under("late", "page-b"), under("x", "page-a")
    headers, read = below(*records, listed=tree(a="", b="", late="a", x="a"), there=[moved], removals=removals)
    assert (sorted(headers), read) == (["page-a", "page-b", "page-late", "page-x"], ["page-late"])


def test_a_page_that_is_away_stands_below_nothing() -> None:
    gone = Absent(id=PageId("page-late"), kind=Absence.GONE)
    assert below(under("late", "page-a"), listed=tree(a=""), there=[gone]) == (["page-a"], ["page-late"])
