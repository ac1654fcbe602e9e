"""What became of requests whose answers nobody saw: each way in which it can have gone, on a target made by hand."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from pagemirror.backends.interface import Session
from pagemirror.backends.registry import backend
from pagemirror.executor.observe import prints_of
from pagemirror.executor.recovery import Recovered, Recovery
from pagemirror.model.fields import BODY, TITLE, fingerprint
from pagemirror.model.ids import PageId, Uid
from pagemirror.model.pages import Absence, Absent, Complete, Found, Listing, Page, Partial, Removal
from pagemirror.model.records import Intent, IntentKind, Open, Record, Standing
from pagemirror.state.interface import DropDecision, DropIntent, PutHold, PutRecord, text_id
from support.steps import Memory, Shelf, StillClock, Texts, a_page, a_record

EXEC = backend("exec")
SENT_AT = 1000.0


class Shown:
    """A target that shows these pages; `listings` one after the other, the last one for ever."""

    def __init__(self, *pages: Page, listings: Iterable[Listing] = (), gone: Iterable[Absent] = ()) -> None:
        self.found: dict[PageId, Found] = {page.id: page for page in pages} | {absent.id: absent for absent in gone}
        self.listings = list(listings) or [Complete(headers=tuple(page.header for page in pages))]
        self.listed = 0

    async def get(self, page_id: PageId) -> Found:
        return self.found.get(page_id) or Absent(id=page_id, kind=Absence.GONE)

    async def list_headers(self, changed_since: float | None = None) -> Listing:
        del changed_since
        self.listed += 1
        return self.listings.pop(0) if len(self.listings) > 1 else self.listings[0]

    async def resolve(self, fields: Mapping[Any, Any]) -> Mapping[Any, Any]:
        return fields


def intent(kind: IntentKind, name: str = "a", *, body: str = "Sent.\n", title: str = "Title", **but: Any) -> Intent:
    """The note of a request that was about to go."""
    fields = {TITLE: title, BODY: body}
    made = kind is IntentKind.CREATE
    standing = Standing.REMOVED if kind is IntentKind.REMOVE else Standing.LIVE
    record = a_record(name, page_id=None if made else PageId(f"page-{name}"), text=text_id(body), standing=standing)
    usual: dict[str, Any] = {"page_id": record.page_id, "record": replace(record, values={TITLE: title})}
    return Intent(
        uid=Uid(name),
        kind=kind,
        title=title,
        remote=prints_of(EXEC, fields),
        blind=fingerprint(body),
        sent_at=SENT_AT,
        epoch=1,
        **{**usual, **but},
    )


def before(name: str = "a", *, body: str = "Before.\n", **but: Any) -> Record:
    """The record as it stood before the request."""
    return a_record(name, remote=prints_of(EXEC, {TITLE: "Title", BODY: body}), **but)


class Case:
    """One recovery."""

    def __init__(
        self,
        shown: Shown,
        *intents: Intent,
        records: Iterable[Record] = (),
        owned: Iterable[str] = (),
        settle: float = 30.0,
    ) -> None:
        self.journal, self.clock, self.shown = Memory(), StillClock(SENT_AT), shown
        known = frozenset(PageId(page) for page in owned)
        recovery = Recovery(
            backend=EXEC,
            session=as_session(shown),
            pages=Shelf(),
            journal=self.journal,
            clock=self.clock,
            texts=Texts("Sent.\n", "Before.\n"),
            settle=settle,
            owned=known.intersection,
        )
        self.result: Recovered = asyncio.run(recovery.settle(intents, {record.uid: record for record in records}))

    @property
    def records(self) -> list[Record]:
        """The records that were written."""
        return [change.record for change in self.journal.of(PutRecord)]

    @property
    def dropped(self) -> list[str]:
        """The intents that are gone."""
        return [change.uid for change in self.journal.of(DropIntent)]


def as_session(shown: Shown) -> Session:
    """Only what recovery may call is there; anything else is an error."""
    value: Any = shown
    session: Session = value
    return session


# -------------------------------------------------------------------- updates


def test_an_update_that_the_page_shows_was_applied() -> None:
    case = Case(Shown(a_page(body="Sent.\n")), intent(IntentKind.UPDATE), records=[before()])
    assert case.result.applied == {Uid("a")}
    assert case.result.seen == {}
    assert case.records[0].remote == prints_of(EXEC, {TITLE: "Title", BODY: "Sent.\n"})
    assert case.dropped == ["a"]


def test_an_update_that_the_page_does_not_show_may_be_sent_again() -> None:
    case = Case(Shown(a_page(body="Before.\n")), intent(IntentKind.UPDATE), records=[before()])
    assert case.result.applied == frozenset()
    assert set(case.result.seen) == {Uid("a")}
    assert (case.records, case.dropped) == ([], ["a"])


def test_an_update_that_the_page_does_not_show_is_waited_for_until_it_must_have_taken_effect() -> None:
    case = Case(Shown(a_page(body="Before.\n")), intent(IntentKind.UPDATE), records=[before()], settle=30.0)
    assert case.clock.slept == [30.0]


def test_an_update_that_the_page_shows_is_not_waited_for() -> None:
    assert Case(Shown(a_page(body="Sent.\n")), intent(IntentKind.UPDATE), records=[before()]).clock.slept == []


def test_a_page_that_shows_neither_is_compared_with_what_was_sent_as_its_base() -> None:
    case = Case(Shown(a_page(body="By hand.\n")), intent(IntentKind.UPDATE), records=[before()])
    assert case.result.applied == frozenset()
    assert set(case.result.seen) == {Uid("a")}
    assert case.records[0].remote == prints_of(EXEC, {TITLE: "Title", BODY: "Sent.\n"})
    assert case.records[0].open is Open.UNKNOWN


def test_a_page_that_shows_neither_is_compared_with_its_record_where_nothing_may_have_been_sent() -> None:
    planned = intent(IntentKind.UPDATE, planned=True)
    case = Case(Shown(a_page(body="By hand.\n")), planned, records=[before()])
    assert set(case.result.seen) == {Uid("a")}
    assert (case.records, case.dropped) == ([], ["a"])


def test_a_planned_update_that_the_page_shows_was_applied() -> None:
    case = Case(Shown(a_page(body="Sent.\n")), intent(IntentKind.UPDATE, planned=True), records=[before()])
    assert case.result.applied == {Uid("a")}


def test_a_persons_text_that_was_merged_is_not_taken_for_gits() -> None:
    """The page has the merge's text, as the person wrote it, and not its title: it may not have been sent."""
    merged = intent(IntentKind.UPDATE, body="Sent.\n", title="Other")
    merged = replace(merged, record=replace(merged.record, diverged=True, server_text=text_id("Sent.\n")))
    case = Case(Shown(a_page(body="Sent.\n")), merged, records=[before()])
    assert [(record.diverged, record.server_text) for record in case.records] == [(True, text_id("Sent.\n"))]


@pytest.mark.parametrize("kind", list(Absence))
def test_a_page_that_is_not_there_is_handed_to_the_plan(kind: Absence) -> None:
    gone = Absent(id=PageId("page-a"), kind=kind)
    case = Case(Shown(gone=[gone]), intent(IntentKind.UPDATE), records=[before()])
    assert case.result.seen == {Uid("a"): gone}
    assert (case.records, case.dropped) == ([], ["a"])


# ---------------------------------------------------------- removals, restores


def test_a_removal_is_done_when_the_page_is_away() -> None:
    gone = Absent(id=PageId("page-a"), kind=Absence.ARCHIVED)
    case = Case(Shown(gone=[gone]), intent(IntentKind.REMOVE), records=[before()])
    assert case.result.applied == {Uid("a")}
    assert case.records[0].standing is Standing.REMOVED


def test_a_removal_is_done_when_the_page_wears_the_marks() -> None:
    case = Case(Shown(a_page(body="Before.\n", tombstone=True)), intent(IntentKind.REMOVE), records=[before()])
    assert case.result.applied == {Uid("a")}


def test_a_removal_of_a_page_that_is_there_is_looked_at_again() -> None:
    case = Case(Shown(a_page(body="Before.\n")), intent(IntentKind.REMOVE), records=[before()])
    assert case.result.applied == frozenset()
    assert set(case.result.seen) == {Uid("a")}
    assert case.records == []


def test_a_restore_that_left_the_tombstone_as_it_was_may_be_sent_again() -> None:
    buried = before(standing=Standing.REMOVED, removal=Removal.ARCHIVE)
    case = Case(Shown(a_page(body="Before.\n", tombstone=True)), intent(IntentKind.RESTORE), records=[buried])
    assert case.result.applied == frozenset()
    assert (case.records, case.dropped) == ([], ["a"])


# -------------------------------------------------------------------- creates


def test_a_create_that_the_first_listing_shows_is_tied_without_a_wait() -> None:
    case = Case(Shown(a_page("x", body="Sent.\n")), intent(IntentKind.CREATE))
    assert case.result.applied == {Uid("a")}
    assert [record.page_id for record in case.records] == ["page-x"]
    assert (case.clock.slept, case.shown.listed) == ([], 1)


def test_a_tied_page_stays_open_for_the_next_plan() -> None:
    case = Case(Shown(a_page("x", body="Sent.\n")), intent(IntentKind.CREATE))
    assert case.records[0].open is Open.UNKNOWN


def test_a_create_that_no_listing_shows_may_be_sent_again_after_the_settling_time() -> None:
    case = Case(Shown(), intent(IntentKind.CREATE), settle=30.0)
    assert (case.clock.slept, case.shown.listed) == ([30.0], 2)
    assert case.result.in_doubt == frozenset()
    assert case.result.applied == frozenset()
    assert case.dropped == ["a"]


def test_a_page_that_only_the_second_listing_shows_is_tied() -> None:
    page = a_page("x", body="Sent.\n")
    case = Case(
        Shown(page, listings=[Complete(headers=()), Complete(headers=(page.header,))]), intent(IntentKind.CREATE)
    )
    assert case.result.applied == {Uid("a")}


def test_an_incomplete_listing_leaves_a_create_in_doubt() -> None:
    case = Case(Shown(listings=[Partial(headers=(), reason="a row is missing")]), intent(IntentKind.CREATE))
    assert case.result.in_doubt == {Uid("a")}
    assert case.dropped == []


def test_an_incomplete_listing_may_show_that_a_page_is_there() -> None:
    page = a_page("x", body="Sent.\n")
    case = Case(Shown(page, listings=[Partial(headers=(page.header,), reason="short")]), intent(IntentKind.CREATE))
    assert case.result.applied == {Uid("a")}


def test_a_page_with_the_title_and_another_text_is_held_for_a_person() -> None:
    case = Case(Shown(a_page("x", body="By hand.\n")), intent(IntentKind.CREATE))
    (change,) = case.journal.of(PutHold)
    assert (change.hold.code, change.hold.candidates) == ("in_doubt", ("page-x",))
    assert case.records[0].page_id is None
    assert [change.uid for change in case.journal.of(DropDecision)] == ["a"]
    assert case.result.applied == frozenset()


def test_a_page_whose_title_and_text_a_person_changed_meanwhile_is_held_for_a_person() -> None:
    other = a_page("x", title="By hand", body="By hand.\n", header={"created": SENT_AT + 1, "updated": SENT_AT + 9})
    case = Case(Shown(other), intent(IntentKind.CREATE))
    (change,) = case.journal.of(PutHold)
    assert (change.hold.code, change.hold.candidates) == ("in_doubt", ("page-x",))


def test_a_page_with_another_title_is_told_by_its_text_although_a_persons_page_has_the_title() -> None:
    """The person was asked about their own page alone, and the other one was made again."""
    own = a_page("x", body="By hand.\n", header={"created": SENT_AT + 5})
    ours = a_page("y", title="By hand", body="Sent.\n", header={"created": SENT_AT + 1, "updated": SENT_AT + 9})
    case = Case(Shown(own, ours), intent(IntentKind.CREATE))
    assert [record.page_id for record in case.records] == ["page-y"]
    assert case.journal.of(PutHold) == []


def test_no_person_is_asked_about_a_page_that_turns_out_to_be_another_files() -> None:
    """It had the title of a create that came first in the row and was never applied."""
    never = intent(IntentKind.CREATE, "a", body="Before.\n")
    case = Case(Shown(a_page("x", body="Sent.\n")), never, intent(IntentKind.CREATE, "b"))
    assert case.result.applied == {Uid("b")}
    assert case.journal.of(PutHold) == []
    assert sorted(case.dropped) == ["a", "b"]


def test_an_incomplete_listing_asks_no_person() -> None:
    """The page may be among those that it leaves out."""
    own = a_page("x", body="By hand.\n")
    case = Case(Shown(own, listings=[Partial(headers=(own.header,), reason="short")]), intent(IntentKind.CREATE))
    assert case.journal.of(PutHold) == []
    assert case.result.in_doubt == {Uid("a")}


@pytest.mark.parametrize(("made", "changed"), [(SENT_AT + 1, SENT_AT + 1), (SENT_AT - 400, SENT_AT + 9)])
def test_a_page_of_a_persons_own_leaves_no_doubt(made: float, changed: float) -> None:
    """One that nobody changed since would show what was sent, and one that is older was there before."""
    own = a_page("x", title="By hand", body="By hand.\n", header={"created": made, "updated": changed})
    case = Case(Shown(own), intent(IntentKind.CREATE))
    assert case.journal.of(PutHold) == []
    assert case.dropped == ["a"]


def test_several_pages_that_could_be_it_are_held_for_a_person() -> None:
    pages = (a_page("x", body="Sent.\n"), a_page("y", body="Sent.\n"))
    case = Case(Shown(*pages), intent(IntentKind.CREATE))
    (change,) = case.journal.of(PutHold)
    assert change.hold.candidates == ("page-x", "page-y")


def test_two_creates_that_nobody_could_tell_apart_get_a_page_each() -> None:
    pages = (a_page("x", body="Sent.\n"), a_page("y", body="Sent.\n"))
    case = Case(Shown(*pages), intent(IntentKind.CREATE, "a"), intent(IntentKind.CREATE, "b"))
    assert case.result.applied == {Uid("a"), Uid("b")}
    assert sorted(str(record.page_id) for record in case.records) == ["page-x", "page-y"]
    assert case.journal.of(PutHold) == []


def test_one_pair_of_listings_serves_all_creates() -> None:
    intents = [intent(IntentKind.CREATE, name, title=f"Title {name}") for name in "abcdef"]
    case = Case(Shown(), *intents)
    assert case.shown.listed == 2
    assert len(case.dropped) == 6


def test_a_page_that_a_record_has_already_is_never_tied() -> None:
    case = Case(Shown(a_page("x", body="Sent.\n")), intent(IntentKind.CREATE), owned=["page-x"])
    assert case.result.applied == frozenset()
    assert case.journal.of(PutHold) == []


def test_a_page_made_long_before_is_not_the_one() -> None:
    old = a_page("x", body="Sent.\n", header={"created": SENT_AT - 3 * 86_400})
    young = a_page("y", body="Sent.\n", header={"created": SENT_AT - 5})
    case = Case(Shown(old, young), intent(IntentKind.CREATE))
    assert [record.page_id for record in case.records] == ["page-y"]


def test_nothing_is_listed_where_only_known_pages_are_open() -> None:
    case = Case(Shown(a_page(body="Sent.\n")), intent(IntentKind.UPDATE), records=[before()])
    assert case.shown.listed == 0
