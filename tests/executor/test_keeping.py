"""What of people's work is kept before it is overwritten or removed."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pagemirror.executor.keeping import keep_draft, keep_overwritten, keep_removed
from pagemirror.executor.observe import see
from pagemirror.executor.outcomes import written
from pagemirror.model.pages import Absence, Draft, Page
from pagemirror.model.records import Record
from pagemirror.planner.views import Missing, Seen, View
from pagemirror.state.interface import Change, Keep
from support.steps import a_context, a_page, a_record

CONTEXT = a_context()
OURS = a_page(body="Ours.\n")
EDITED = a_page(body="By hand.\n")
DRAFT = Draft(title="Title", body="Mine.\n")
IN_TRASH = Missing(kind=Absence.TRASHED)


def ours() -> Record:
    """A page that we wrote and that nobody touched."""
    record, _ = written(CONTEXT.backend, a_record("a"), OURS, OURS.fields, {})
    return replace(record, sent=record.remote)


def view_of(record: Record, page: Page, *, seen: Seen | None = None) -> View:
    return View(uid=record.uid, record=record, seen=seen or see(CONTEXT.backend, record, page))


def texts(changes: Sequence[Change]) -> list[str]:
    return [change.text for change in changes if isinstance(change, Keep)]


def overwritten(record: Record, page: Page, *, seen: Seen | None = None) -> list[str]:
    return texts(keep_overwritten(CONTEXT, view_of(record, page, seen=seen), page, "why"))


def test_a_text_that_we_wrote_ourselves_is_not_kept() -> None:
    assert overwritten(ours(), OURS) == []


def test_a_text_that_a_person_wrote_is_kept_with_all_that_brings_it_back() -> None:
    kept = keep_overwritten(CONTEXT, view_of(ours(), EDITED), EDITED, "why")
    assert kept == (
        Keep(
            uid=ours().uid,
            path=ours().path,
            page_id=EDITED.id,
            at=CONTEXT.clock.now(),
            why="why",
            title="Title",
            text="By hand.\n",
        ),
    )


@pytest.mark.parametrize(
    "record",
    [replace(ours(), text=None), replace(ours(), sent={}), replace(ours(), diverged=True)],
    ids=["its text was never stored", "nothing was ever sent", "a person's edit was accepted"],
)
def test_a_text_that_is_as_its_record_says_and_not_ours_is_kept(record: Record) -> None:
    assert overwritten(record, OURS) == ["Ours.\n"]


def test_a_page_out_of_the_trash_is_compared_as_it_came_out() -> None:
    assert overwritten(ours(), EDITED, seen=IN_TRASH) == ["By hand.\n"]
    assert overwritten(ours(), OURS, seen=IN_TRASH) == []


def test_a_text_that_nobody_read_can_not_be_kept_but_a_draft_beside_it_can() -> None:
    unread = replace(EDITED, body_known=False)
    assert overwritten(replace(ours(), diverged=True), unread) == []
    assert overwritten(ours(), replace(unread, draft=DRAFT)) == ["Mine.\n"]
    assert overwritten(ours(), replace(EDITED, draft=DRAFT)) == ["By hand.\n", "Mine.\n"]


def test_a_removal_keeps_our_own_text_too_and_a_draft() -> None:
    assert texts(keep_removed(CONTEXT, view_of(ours(), OURS), OURS, "why")) == ["Ours.\n"]
    drafted = replace(OURS, draft=DRAFT)
    assert texts(keep_removed(CONTEXT, view_of(ours(), drafted), drafted, "why")) == ["Ours.\n", "Mine.\n"]


def test_only_a_draft_that_is_a_persons_is_kept() -> None:
    mine, repeating = replace(OURS, draft=DRAFT), replace(OURS, draft=Draft(title="Title", body="Ours.\n"))
    assert texts(keep_draft(CONTEXT, view_of(ours(), mine), mine)) == ["Mine.\n"]
    assert keep_draft(CONTEXT, view_of(ours(), repeating), repeating) == ()
    assert keep_draft(CONTEXT, view_of(ours(), mine, seen=IN_TRASH), mine) == ()
    assert keep_draft(CONTEXT, view_of(ours(), mine), OURS) == ()  # it was published between look and write
