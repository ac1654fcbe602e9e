"""What became of requests whose answers nobody saw: each way in which it can have gone, on a target made by hand."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from pagemirror.backends.interface import Session
from pagemirror.backends.registry import backend
from pagemirror.executor.observe import prints_of
from pagemirror.executor.recovery import LATE, READS, SKEW, Recovered, Recovery
from pagemirror.model.fields import BODY, FOLDERS, PARENT, TITLE, Fields, fingerprint
from pagemirror.model.ids import PageId, Uid
from pagemirror.model.pages import Absence, Absent, Complete, Found, Listing, Page, Partial, Removal
from pagemirror.model.records import Intent, IntentKind, Open, Record, Standing
from pagemirror.state.interface import DropDecision, DropIntent, PutHold, PutRecord, PutText, text_id
from support.steps import Memory, Shelf, StillClock, Texts, a_page, a_record

EXEC = backend("exec")
SENT_AT = 1000.0


class Shown:
    """A target that shows these pages; `listings` one after the other, the last one for ever."""

    def __init__(self, *pages: Page, listings: Iterable[Listing] = (), gone: Iterable[Absent] = ()) -> None:
        self.found: dict[PageId, Found] = {page.id: page for page in pages} | {absent.id: absent for absent in gone}
        self.listings = list(listings) or [Complete(headers=tuple(page.header for page in pages))]
        self.listed = 0
        self.read: list[PageId] = []
        self.resolved = 0

    async def get(self, page_id: PageId) -> Found:
        self.read.append(page_id)
        return self.found.get(page_id) or Absent(id=page_id, kind=Absence.GONE)

    async def list_headers(self, changed_since: float | None = None) -> Listing:
        del changed_since
        self.listed += 1
        return self.listings.pop(0) if len(self.listings) > 1 else self.listings[0]

    async def resolve(self, fields: Mapping[Any, Any]) -> Mapping[Any, Any]:
        self.resolved += 1
        return fields


class Linked(Shelf):
    """Renderings in which a page's id means its document, once it is known, and `b.md` the document b."""

    def blind(self, text: str, of: Uid) -> str:
        del of
        for uid, page in self.known_ids.items():
            text = text.replace(f"({page})", f"({uid})")
        return text.replace(".md)", ")")


def intent(kind: IntentKind, name: str = "a", *, body: str = "Sent.\n", title: str = "Title", **but: Any) -> Intent:
    """The note of a request that was about to go."""
    fields = {TITLE: title, BODY: body}
    made = kind is IntentKind.CREATE
    standing = Standing.REMOVED if kind is IntentKind.REMOVE else Standing.LIVE
    record = a_record(name, page_id=None if made else PageId(f"page-{name}"), text=text_id(body), standing=standing)
    usual: dict[str, Any] = {"page_id": record.page_id, "record": replace(record, values={TITLE: title})}
    usual |= {"remote": prints_of(EXEC, fields), "blind": fingerprint(body), "sent_at": SENT_AT}
    return Intent(
        uid=Uid(name),
        kind=kind,
        title=title,
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
        now: float = SENT_AT,
        texts: Iterable[str] = ("Sent.\n", "Before.\n"),
    ) -> None:
        self.journal, self.clock, self.shown, self.pages = Memory(), StillClock(now), shown, Linked()
        known = frozenset(PageId(page) for page in owned)
        recovery = Recovery(
            backend=EXEC,
            session=as_session(shown),
            pages=self.pages,
            journal=self.journal,
            clock=self.clock,
            texts=Texts(*texts),
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


def test_a_page_that_still_bears_the_stamp_of_the_look_was_not_written() -> None:
    """A write over a person's edit got no answer: their text was taken for one that came after it."""
    looked: dict[str, Any] = {"version": "5", "updated": SENT_AT - 9}
    sent = intent(IntentKind.UPDATE)
    stamped = replace(sent, record=replace(sent.record, **looked))
    there = a_page(body="By hand.\n", header=looked)
    case = Case(Shown(there), stamped, records=[before()])
    assert (case.records, case.dropped, case.result.seen) == ([], ["a"], {Uid("a"): there})
    for moved in ({"version": "6"}, {"updated": SENT_AT + 9}):
        case = Case(Shown(a_page(body="By hand.\n", header={**looked, **moved})), stamped, records=[before()])
        assert [(record.version, record.updated, record.open) for record in case.records] == [
            (None, -(SENT_AT - 9), Open.UNKNOWN)
        ]


def test_a_page_without_a_stamp_may_have_been_written() -> None:
    none: dict[str, Any] = {"version": None, "updated": 0.0}
    sent = intent(IntentKind.UPDATE)
    unknown = replace(sent, record=replace(sent.record, **none))
    case = Case(Shown(a_page(body="By hand.\n", header=none)), unknown, records=[before()])
    assert [record.open for record in case.records] == [Open.UNKNOWN]


def test_a_page_that_shows_neither_is_remembered_where_it_stands() -> None:
    """The record named the place that a move which was never applied would have led to; once that was gone, each update
    was refused.
    """
    sent = intent(IntentKind.UPDATE)
    moving = replace(sent, record=replace(sent.record, values={TITLE: "Title", PARENT: "new"}))
    case = Case(Shown(a_page(body="By hand.\n", more={PARENT: "old"})), moving, records=[before()])
    assert case.records[0].values == {TITLE: "Title", PARENT: "old"}


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
    assert case.dropped == ["a"]
    assert [record.remote for record in case.records] == [prints_of(EXEC, {TITLE: "Title", BODY: "Sent.\n"})]


def _older_and_edited() -> tuple[Page, Page]:
    """A page with the text that was sent, made shortly before, and one with the title that was made then and edited."""
    return (
        a_page("x", body="Sent.\n", header={"created": SENT_AT - 33, "updated": SENT_AT - 33}),
        a_page("y", body="By hand.\n", header={"created": SENT_AT + 1, "updated": SENT_AT + 9}),
    )


def test_the_page_with_the_text_is_not_surely_it_where_another_with_the_title_was_made_and_edited_since() -> None:
    """A person brought back what they had taken away; the page that was made again was nobody's then."""
    case = Case(Shown(*_older_and_edited()), intent(IntentKind.CREATE))
    (change,) = case.journal.of(PutHold)
    assert change.hold.candidates == ("page-x", "page-y")
    assert case.result.applied == frozenset()


@pytest.mark.parametrize(
    "other",
    [
        a_page("y", body="Sent.\n", more={PARENT: "elsewhere"}),
        a_page("y", body="By hand.\n", more={PARENT: "elsewhere"}, header={"created": SENT_AT, "updated": SENT_AT + 9}),
    ],
)
def test_a_page_that_stands_elsewhere_casts_no_doubt_on_the_one_where_it_was_sent(other: Page) -> None:
    """A person was asked about an "Overview" of another part of the space, which was made and changed at the time."""
    noted = intent(IntentKind.CREATE)
    noted = replace(noted, remote={**noted.remote, PARENT: fingerprint("above")})
    case = Case(Shown(other, a_page("x", body="Sent.\n", more={PARENT: "above"})), noted)
    assert [record.page_id for record in case.records] == ["page-x"]
    assert case.journal.of(PutHold) == []


def test_a_copy_elsewhere_is_not_surely_it_where_another_was_made_and_edited_at_the_place() -> None:
    noted = intent(IntentKind.CREATE)
    noted = replace(noted, remote={**noted.remote, PARENT: fingerprint("above")})
    edited = a_page("x", body="By hand.\n", more={PARENT: "above"}, header={"updated": SENT_AT + 9})
    case = Case(Shown(a_page("y", body="Sent.\n", more={PARENT: "elsewhere"}), edited), noted)
    (change,) = case.journal.of(PutHold)
    assert sorted(change.hold.candidates) == ["page-x", "page-y"]


def test_a_persons_own_page_of_that_title_leaves_no_doubt_which_one_holds_the_text() -> None:
    own = a_page("y", body="By hand.\n", header={"created": SENT_AT + 1, "updated": SENT_AT + 1})
    case = Case(Shown(a_page("x", body="Sent.\n", header={"created": SENT_AT}), own), intent(IntentKind.CREATE))
    assert [record.page_id for record in case.records] == ["page-x"]
    assert case.result.applied == {Uid("a")}


def test_a_create_with_another_title_made_none_of_them() -> None:
    other = intent(IntentKind.CREATE, "b", title="Other", body="Before.\n")
    case = Case(Shown(*_older_and_edited()), intent(IntentKind.CREATE), other)
    assert case.result.applied == frozenset()
    assert [put.hold.candidates for put in case.journal.of(PutHold)] == [("page-x", "page-y"), ("page-y",)]


def test_a_page_with_the_text_and_another_title_is_it_whatever_people_made_under_titles_of_their_own() -> None:
    pages = (
        a_page("x", title="By hand", body="Sent.\n", header={"created": SENT_AT}),
        a_page("y", title="Own", body="By hand.\n", header={"created": SENT_AT + 1, "updated": SENT_AT + 9}),
    )
    assert Case(Shown(*pages), intent(IntentKind.CREATE)).result.applied == {Uid("a")}


def test_of_two_pages_with_one_creates_text_nobody_can_tell_which_it_made_whatever_another_made() -> None:
    pages = (a_page("x", body="Sent.\n"), a_page("y", body="Sent.\n"))
    both = intent(IntentKind.CREATE, "a"), intent(IntentKind.CREATE, "b", body="Before.\n")
    case = Case(Shown(*pages), *both)
    assert case.result.applied == frozenset()
    assert ("a", ("page-x", "page-y")) in [(put.hold.uid, put.hold.candidates) for put in case.journal.of(PutHold)]


def test_of_two_copies_each_create_gets_the_page_that_stands_where_it_was_put() -> None:
    def copy(name: str, above: str) -> Intent:
        return intent(IntentKind.CREATE, name, remote=prints_of(EXEC, {TITLE: "Title", BODY: "Sent.\n", PARENT: above}))

    pages = [a_page(name, body="Sent.\n", more={PARENT: above}) for name, above in (("x", "two"), ("y", "one"))]
    case = Case(Shown(*pages), copy("a", "one"), copy("b", "two"))
    assert {record.uid: record.page_id for record in case.records} == {"a": "page-y", "b": "page-x"}


def test_of_two_creates_with_a_title_each_may_have_made_one_of_two_pages() -> None:
    both = intent(IntentKind.CREATE, "a"), intent(IntentKind.CREATE, "b", body="Before.\n")
    case = Case(Shown(*_older_and_edited()), *both)
    assert case.result.applied == {Uid("a")}
    assert [put.hold.candidates for put in case.journal.of(PutHold)] == [("page-y",)]


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


@pytest.mark.parametrize("of", [IntentKind.UPDATE, IntentKind.RESTORE])
def test_a_page_that_was_being_written_for_another_file_is_no_creates_although_no_record_has_it_yet(
    of: IntentKind,
) -> None:
    """As the page that a person had named for a file; the file's copy took it, and no pass could go on."""
    shown = Shown(a_page("b", body="Sent.\n", header={"created": SENT_AT}))
    case = Case(shown, intent(IntentKind.CREATE, "a"), intent(of, "b"))
    assert case.result.applied == {Uid("b")}
    assert {record.uid: record.page_id for record in case.records} == {"a": None, "b": "page-b"}
    assert shown.read == ["page-b"]  # once


def test_a_page_made_long_before_is_not_the_one() -> None:
    old = a_page("x", body="Sent.\n", header={"created": SENT_AT - 3 * 86_400})
    young = a_page("y", body="Sent.\n", header={"created": SENT_AT - 5})
    case = Case(Shown(old, young), intent(IntentKind.CREATE))
    assert [record.page_id for record in case.records] == ["page-y"]


def test_nothing_is_listed_where_only_known_pages_are_open() -> None:
    case = Case(Shown(a_page(body="Sent.\n")), intent(IntentKind.UPDATE), records=[before()])
    assert case.shown.listed == 0


# ----------------------------------------------------------- what is waited for


@pytest.mark.parametrize(
    ("kind", "found", "waits"),
    [
        (IntentKind.REMOVE, Absent(id=PageId("page-a"), kind=Absence.GONE), False),
        (IntentKind.REMOVE, a_page(tombstone=True), False),
        (IntentKind.REMOVE, a_page(body="Sent.\n"), True),
        (IntentKind.UPDATE, Absent(id=PageId("page-a"), kind=Absence.GONE), True),
        (IntentKind.RESTORE, a_page(body="Sent.\n", tombstone=True), True),
        (IntentKind.RESTORE, a_page(body="Sent.\n"), False),
    ],
)
def test_what_a_page_does_not_show_yet_is_waited_for(kind: IntentKind, found: Found, *, waits: bool) -> None:
    shown = Shown(gone=[found]) if isinstance(found, Absent) else Shown(found)
    case = Case(shown, intent(kind), records=[before()])
    assert case.clock.slept == ([30.0] if waits else [])
    assert len(shown.read) == (2 if waits else 1)


@pytest.mark.parametrize(
    ("after", "slept"),
    [
        (10.0, [30.0]),
        (LATE, [30.0]),
        (LATE + 5, [25.0]),
        (LATE + 29.5, [0.5]),
        (LATE + 30, []),
        (LATE + 100, []),
    ],
)
def test_a_request_may_have_gone_until_recovery_began_but_not_an_hour_after_its_intent(
    after: float, slept: list[float]
) -> None:
    case = Case(Shown(a_page(body="Before.\n")), intent(IntentKind.UPDATE), records=[before()], now=SENT_AT + after)
    assert case.clock.slept == slept
    assert len(case.shown.read) == (2 if slept else 1)
    made = Case(Shown(), intent(IntentKind.CREATE), now=SENT_AT + after)
    assert made.clock.slept == slept


# ------------------------------------------------------- what is written down


def test_a_field_that_the_page_does_not_tell_says_nothing_about_a_request() -> None:
    untold = intent(IntentKind.UPDATE)
    untold = replace(untold, remote={**untold.remote, PARENT: fingerprint("above")})
    assert Case(Shown(a_page(body="Sent.\n")), untold, records=[before()]).result.applied == {Uid("a")}
    case = Case(Shown(a_page(body="By hand.\n")), untold, records=[before()])
    assert case.records[0].open is Open.UNKNOWN


def test_a_page_that_shows_neither_is_the_documents_with_what_was_sent_whatever_was_known() -> None:
    noted = intent(IntentKind.UPDATE)
    noted = replace(noted, record=replace(noted.record, page_id=None, body_known=False))
    for told, records in ((noted, [before()]), (noted, []), (replace(noted, planned=True), [])):
        case = Case(Shown(a_page(body="By hand.\n")), told, records=records)
        (record,) = case.records
        assert (record.page_id, record.body_known, record.open) == ("page-a", True, Open.UNKNOWN)
        assert (record.remote, case.dropped) == (noted.remote, ["a"])


def test_a_tombstone_with_the_text_that_was_sent_is_no_page_that_came_back() -> None:
    case = Case(Shown(a_page(body="Sent.\n", tombstone=True)), intent(IntentKind.RESTORE), records=[before()])
    assert case.result.applied == frozenset()
    assert set(case.result.seen) == {Uid("a")}


def test_a_live_page_that_wears_marks_meanwhile_has_moved() -> None:
    case = Case(Shown(a_page(body="Before.\n", tombstone=True)), intent(IntentKind.UPDATE), records=[before()])
    assert [record.open for record in case.records] == [Open.UNKNOWN]


def test_a_change_that_was_applied_in_part_is_written_down_with_the_pages_stamp() -> None:
    part = a_page(title="New", body="Before.\n", header={"updated": 1234.0})
    noted = intent(IntentKind.UPDATE, title="New")
    untold = replace(noted, remote={**noted.remote, PARENT: fingerprint("above")})
    case = Case(Shown(part), untold, records=[before()])
    (record,) = case.records
    assert (record.updated, record.open) == (1234.0, Open.UNKNOWN)
    assert record.remote == prints_of(EXEC, {TITLE: "New", BODY: "Before.\n"})
    assert case.dropped == ["a"]
    assert set(case.result.seen) == {Uid("a")}


def test_a_removal_that_is_done_leaves_nothing_to_be_asked() -> None:
    gone = Absent(id=PageId("page-a"), kind=Absence.GONE)
    case = Case(Shown(gone=[gone]), intent(IntentKind.REMOVE), records=[before()])
    assert (case.dropped, [drop.uid for drop in case.journal.of(DropDecision)]) == (["a"], ["a"])
    assert case.result.seen == {}


@pytest.mark.parametrize("records", [[before()], []])
def test_a_removal_that_was_not_applied_is_tried_again_where_somebody_still_knows_the_page(
    records: list[Record],
) -> None:
    case = Case(Shown(a_page()), intent(IntentKind.REMOVE), records=records)
    assert case.dropped == ["a"]
    assert set(case.result.seen) == {record.uid for record in records}


def planned(body: str, shown: str, *, title: str = "Title", **but: Any) -> Case:
    noted = intent(IntentKind.UPDATE, body=body, title=title, **{"planned": True, **but})
    return Case(Shown(a_page(body=shown)), noted, records=[before()], texts=[body, "Before.\n"])


def test_a_planned_update_may_have_been_sent_with_other_addresses_and_with_nothing_else() -> None:
    sent, shown = "To [b](b.md).\n", "To [b](b).\n"
    assert planned(sent, shown).result.applied == {Uid("a")}
    assert planned(sent, shown, planned=False).result.applied == frozenset()
    assert planned(sent, shown, title="New").result.applied == frozenset()
    assert planned(sent, "To [c](b).\n").result.applied == frozenset()


# ------------------------------------------------------------- which page it is


def test_what_recovery_listed_and_which_page_has_another_title_is_handed_on() -> None:
    own = a_page("y", title="By hand", body="Sent.\n")
    case = Case(Shown(own), intent(IntentKind.CREATE))
    assert case.result.seen == {Uid("a"): own}
    assert case.result.listing == Complete(headers=(own.header,))
    (record,) = case.records
    assert record.remote == prints_of(EXEC, {TITLE: "Title", BODY: "Sent.\n"})  # so that it is seen as their edit
    assert (record.version, record.updated) == (None, 0.0)
    assert case.shown.read == [own.id]  # the first listing is searched by title alone


def test_a_page_that_is_tied_is_known_from_now_on_with_its_texts() -> None:
    noted = intent(IntentKind.CREATE)
    loose = replace(noted, record=replace(noted.record, open=Open.UNSETTLED))
    page = a_page("x", body="Sent.\n\n")
    case = Case(Shown(page), loose)
    assert case.pages.known_ids == {Uid("a"): page.id}
    assert case.result.seen == {}
    (record,) = case.records
    assert (record.open, record.version, record.updated) == (Open.UNSETTLED, "1", 1000.0)
    assert [put.text for put in case.journal.of(PutText)] == ["Sent.\n", "Sent.\n\n"]
    assert case.shown.resolved == 0


def test_of_a_merge_git_stays_the_base() -> None:
    noted = intent(IntentKind.UPDATE)
    merged = replace(noted, record=replace(noted.record, text=text_id("Before.\n"), server_text=text_id("Sent.\n")))
    (record,) = Case(Shown(a_page(body="Sent.\n")), merged, records=[before()]).records
    assert (record.text, record.server_text) == (text_id("Before.\n"), text_id("Sent.\n"))
    (record,) = Case(Shown(a_page(body="Sent.\n\n")), merged, records=[before()], texts=["Sent.\n"]).records
    assert record.text == text_id("Sent.\n")  # where Git's is lost, what was sent is the nearest


def test_where_the_text_that_was_sent_is_lost_the_page_is_told_by_what_is_left_of_it() -> None:
    body = "To [b](b.md).\n"
    noted = intent(IntentKind.CREATE, body=body, blind=fingerprint("To [b](b).\n"))
    page = a_page("x", body="To [b](b).\n")
    lost = Case(Shown(page), noted, texts=())
    assert lost.result.applied == {Uid("a")}
    (record,) = lost.records
    assert (record.text, record.server_text) == (text_id("To [b](b).\n"), None)
    nameless = replace(noted, record=replace(noted.record, text=None))
    assert Case(Shown(page), nameless).result.applied == {Uid("a")}
    assert Case(Shown(a_page("x", body="Other.\n")), noted, texts=()).result.applied == frozenset()
    retitled = replace(page, header=replace(page.header, title="By hand"))
    assert Case(Shown(retitled), noted, texts=()).result.applied == {Uid("a")}
    assert Case(Shown(page), noted, texts=[body]).result.applied == {Uid("a")}


@pytest.mark.parametrize(("body", "blind", "kept"), [("\n", "", True), ("\n", "", False), ("  \n", "  \n", True)])
def test_a_page_without_a_text_is_not_told_by_it(body: str, blind: str, *, kept: bool) -> None:
    empty = a_page("x", title="By hand", body=body)
    noted = intent(IntentKind.CREATE, body=body, blind=fingerprint(blind))
    case = Case(Shown(empty), noted, texts=[body] if kept else [])
    assert (case.result.applied, case.dropped) == (frozenset(), ["a"])
    assert case.journal.of(PutHold) == []


def test_only_the_members_that_we_put_there_and_that_are_there_are_ours() -> None:
    noted = intent(IntentKind.CREATE)
    values: Fields = {TITLE: "Title", FOLDERS: ("ours", "gone")}
    filed = replace(noted, record=replace(noted.record, values=values))
    case = Case(Shown(a_page("x", body="Sent.\n", more={FOLDERS: ("theirs", "ours")})), filed)
    assert [record.ours for record in case.records] == [{FOLDERS: ("ours",)}]
    assert case.shown.resolved == 1


def ring(**but: Any) -> tuple[Intent, Intent]:
    """Two creates that link to each other."""
    return (
        intent(IntentKind.CREATE, "a", title="A", body="To [b](b.md).\n", **but),
        intent(IntentKind.CREATE, "b", title="B", body="To [a](a.md).\n", **but),
    )


RING = (a_page("x", title="A", body="To [b](page-y).\n"), a_page("y", title="B", body="To [a](page-x).\n"))
RING_TEXTS = ("To [b](b.md).\n", "To [a](a.md).\n")


def test_planned_creates_in_a_ring_are_told_by_their_titles() -> None:
    case = Case(Shown(*RING), *ring(planned=True), texts=RING_TEXTS)
    assert case.result.applied == {Uid("a"), Uid("b")}
    assert sorted((record.uid, record.page_id) for record in case.records) == [("a", "page-x"), ("b", "page-y")]


def test_what_was_sent_for_sure_is_not_taken_for_a_page_by_its_title() -> None:
    case = Case(Shown(*RING), *ring(), texts=RING_TEXTS)
    assert case.result.applied == frozenset()
    assert len(case.journal.of(PutHold)) == 2


def test_a_title_that_two_planned_creates_have_tells_neither() -> None:
    one, other = ring(planned=True)
    twins = replace(other, title="A", remote={**other.remote, TITLE: one.remote[TITLE]})
    page = a_page("y", title="A", body="To [a](page-x).\n")
    assert Case(Shown(RING[0], page), one, twins, texts=RING_TEXTS).result.applied == frozenset()
    itself = a_page("x", title="A", body="To [a](page-x).\n")  # which is none of them
    assert Case(Shown(itself), one, twins, texts=RING_TEXTS).result.applied == frozenset()


def test_copies_of_a_page_are_several_whatever_else_was_created() -> None:
    copies = a_page("x", body="Sent.\n"), a_page("y", body="Sent.\n")
    other = intent(IntentKind.CREATE, "b", title="Other", body="Before.\n")
    case = Case(Shown(*copies), intent(IntentKind.CREATE), other)
    assert case.result.applied == frozenset()
    assert [put.hold.candidates for put in case.journal.of(PutHold)] == [("page-x", "page-y")]


def test_of_creates_with_other_texts_one_may_have_got_another_title() -> None:
    other = intent(IntentKind.CREATE, "b", title="Other", body="Before.\n")
    case = Case(Shown(a_page("x", title="By hand", body="Sent.\n")), intent(IntentKind.CREATE), other)
    assert case.result.applied == {Uid("a")}


def test_of_creates_with_one_text_nobody_can_tell_which_got_another_title() -> None:
    other = intent(IntentKind.CREATE, "b", title="Other")
    case = Case(Shown(a_page("x", title="By hand", body="Sent.\n")), intent(IntentKind.CREATE), other)
    assert case.result.applied == frozenset()
    assert [put.hold.candidates for put in case.journal.of(PutHold)] == [("page-x",), ("page-x",)]


def test_copies_under_another_title_are_held_for_a_person() -> None:
    copies = (a_page(name, title="By hand", body="Sent.\n") for name in "xy")
    noted = intent(IntentKind.CREATE)
    loose = replace(noted, record=replace(noted.record, open=Open.UNSETTLED, page_id=PageId("former")))
    case = Case(Shown(*copies), loose)
    (put,) = case.journal.of(PutHold)
    assert (put.hold.candidates, put.hold.git) == (("page-x", "page-y"), text_id("Sent.\n"))
    assert [(record.page_id, record.open) for record in case.records] == [(None, Open.NONE)]


# ---------------------------------------------------------------- what is read


def test_only_pages_that_were_made_late_enough_and_are_not_archived_are_read() -> None:
    """Of a page without a time nobody knows."""
    early, exact = SENT_AT - SKEW - 1, SENT_AT - SKEW
    old = a_page("x", body="Sent.\n", header={"created": early})
    archived = a_page("y", body="Sent.\n", header={"archived": True})
    case = Case(Shown(old, archived), intent(IntentKind.CREATE))
    assert (case.result.applied, case.shown.read) == (frozenset(), [])
    for made, sent_at in ((exact, SENT_AT), (0.0, 3 * SKEW)):
        page = a_page("x", body="Sent.\n", header={"created": made})
        assert Case(Shown(page), intent(IntentKind.CREATE, sent_at=sent_at)).result.applied == {Uid("a")}


def test_each_create_has_only_pages_that_were_made_after_it() -> None:
    first = intent(IntentKind.CREATE, "a", title="Other", body="Before.\n")
    later = intent(IntentKind.CREATE, "b", sent_at=SENT_AT + SKEW)
    page = a_page("x", body="Sent.\n", header={"created": SENT_AT - 1})
    assert Case(Shown(page), first, later).result.applied == frozenset()
    exact = a_page("x", body="Sent.\n", header={"created": SENT_AT})
    assert Case(Shown(exact), first, later).result.applied == {Uid("b")}


def test_of_many_pages_with_other_titles_the_newest_are_read() -> None:
    others = [a_page(f"o{i:02}", title=f"O {i}", header={"created": SENT_AT + i}) for i in range(READS)]
    retitled = a_page("x", title="By hand", body="Sent.\n", header={"created": SENT_AT + 100})
    case = Case(Shown(*others, retitled), intent(IntentKind.CREATE))
    assert case.result.applied == {Uid("a")}
    assert len(case.shown.read) == READS
    assert PageId("page-o00") not in case.shown.read


def test_a_page_that_goes_while_it_is_read_is_no_page() -> None:
    page = a_page("x", body="Sent.\n")
    shown = Shown(listings=[Complete(headers=(page.header,))])
    case = Case(shown, intent(IntentKind.CREATE))
    assert (case.result.applied, case.dropped) == (frozenset(), ["a"])


def test_a_restore_says_nothing_by_its_stamp() -> None:
    """Its record bears the one of the page before it went."""
    looked: dict[str, Any] = {"version": "5", "updated": SENT_AT - 9}
    sent = intent(IntentKind.RESTORE)
    stamped = replace(sent, record=replace(sent.record, **looked))
    case = Case(Shown(a_page(body="By hand.\n", header=looked)), stamped, records=[before()])
    assert [record.open for record in case.records] == [Open.UNKNOWN]
