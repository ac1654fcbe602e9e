"""A look at a page: what the editor put back is told from a person's edit, and the history is asked only then."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from pagemirror.backends.interface import Backend, Saves
from pagemirror.backends.registry import backend
from pagemirror.executor.looking import look_at
from pagemirror.executor.observe import prints_of
from pagemirror.executor.reverting import marks_of
from pagemirror.model.errors import Changed
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Absence, Absent, Found, Page
from pagemirror.model.records import Record
from support.steps import a_page, a_record

BEFORE, WRITTEN, BY_HAND = "Old words.\n\nStays.\n", "New words.\n\nStays.\n", "Other words.\n"
OVER = 1000.0
RAVEN = backend("ravendocs")


def raven(body: str) -> Page:
    return a_page(body=RAVEN.from_markdown(body))


PAGE = raven(WRITTEN)


@dataclass
class Plain:
    """A target without a history."""

    found: list[Found]

    async def get(self, page_id: PageId) -> Found:
        assert page_id == PAGE.id
        return self.found.pop(0)


@dataclass
class Kept(Plain):
    """A target that tells what people saved since a time; `None` where the page is gone by then."""

    told: Saves | None = None
    asked: list[float] = field(default_factory=list)

    async def saves(self, page_id: PageId, since: float) -> Saves:
        assert page_id == PAGE.id
        self.asked.append(since)
        if self.told is None:
            raise Changed("gone")
        return self.told


def saved(*bodies: str, before: bool = False) -> Saves:
    return Saves(bodies=tuple(RAVEN.from_markdown(body) for body in bodies), before=before)


def the_record(**but: Any) -> Record:
    record = a_record("a", remote=prints_of(RAVEN, PAGE.fields), written_over=OVER)
    return replace(replace(record, last_write=marks_of(BEFORE, WRITTEN)), **but)


def look(target: Plain, record: Record | None, *, on: Backend = RAVEN) -> Found:
    session: Any = target  # of a session only this is asked for
    return asyncio.run(look_at(session, on, record, PAGE.id))


def put_back(body: str, told: Saves, **but: Any) -> bool:
    target = Kept([raven(body)], told)
    found = look(target, the_record(**but))
    assert isinstance(found, Page)
    assert target.asked == [OVER + 1.0]  # a save's row may be made a second later
    return found.put_back


def test_the_history_is_asked_only_where_nothing_of_the_last_write_is_left() -> None:
    for page in (PAGE, raven(WRITTEN + "\nMore.\n"), replace(raven(BEFORE), body_known=False)):
        target = Kept([page], saved(before=True))
        assert look(target, the_record()) == page
        assert target.asked == []


def test_a_page_that_was_never_written_or_is_away_costs_one_request() -> None:
    gone = Absent(id=PAGE.id, kind=Absence.GONE)
    for page, record in ((raven(BEFORE), None), (raven(BEFORE), the_record(last_write=())), (gone, the_record())):
        target = Kept([page], saved(before=True))
        assert look(target, record) == page
        assert target.asked == []


def test_a_text_that_is_what_the_record_says_is_no_news_whatever_the_marks_are() -> None:
    page = raven(BEFORE)
    target = Kept([page], saved(before=True))
    assert look(target, the_record(remote=prints_of(RAVEN, page.fields))) == page
    assert target.asked == []


def test_where_people_edit_what_a_write_reaches_nothing_is_put_back() -> None:
    plain = backend("exec")
    record = the_record(remote=prints_of(plain, a_page(body=WRITTEN).fields))
    page = a_page(body=BEFORE)
    assert look(Kept([page], saved(before=True)), record, on=plain) == page


def test_an_editor_with_a_document_from_before_the_write_put_it_back() -> None:
    assert put_back(BY_HAND, saved(before=True))
    assert put_back(BY_HAND, saved(), shadowed=True)
    assert put_back(BY_HAND, saved(BEFORE, before=True))


def test_who_saved_our_text_since_has_seen_it_and_edits_on_purpose() -> None:
    assert not put_back(BEFORE, saved(BEFORE, WRITTEN, before=True))
    assert not put_back(BEFORE, saved(WRITTEN), shadowed=True)


def test_where_nothing_is_known_the_whole_older_text_tells() -> None:
    assert put_back(BEFORE, saved())
    assert not put_back(BY_HAND, saved())
    found = look(Plain([raven(BEFORE)]), the_record())
    assert isinstance(found, Page)
    assert found.put_back


def test_a_page_that_goes_while_its_history_is_asked_for_is_looked_at_again() -> None:
    gone = Absent(id=PAGE.id, kind=Absence.GONE)
    assert look(Kept([raven(BEFORE), gone], None), the_record()) == gone
