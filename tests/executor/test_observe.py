from dataclasses import replace

import pytest

from pagemirror.backends.marks import marked
from pagemirror.backends.registry import backend
from pagemirror.executor.observe import is_stale, members, prints_of, see, text_of
from pagemirror.executor.outcomes import written
from pagemirror.model.fields import BODY, FOLDERS, TITLE, Fields
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Absence, Absent, Draft, Page
from pagemirror.model.records import Record
from pagemirror.planner.table import remote_change
from pagemirror.planner.views import Missing, Present
from support.steps import a_page, a_record

EXEC = backend("exec")


def recorded(page: Page, sent: Fields | None = None) -> Record:
    record, _ = written(EXEC, a_record("a"), page, sent if sent is not None else page.fields, {})
    return record


def seen(record: Record | None, page: Page) -> Present:
    view = see(EXEC, record, page)
    assert isinstance(view, Present)
    return view


@pytest.mark.parametrize("kind", list(Absence))
def test_each_kind_of_absence_is_told_apart(kind: Absence) -> None:
    assert see(EXEC, None, Absent(id=PageId("x"), kind=kind)) == Missing(kind=kind)


def test_a_page_as_it_was_written_has_not_moved() -> None:
    page = a_page()
    record = recorded(page)
    assert remote_change(record, seen(record, page)) == frozenset()


@pytest.mark.parametrize("body", ["Text.", "\n\nText.\n\n", "Text.\r\n"])
def test_blank_lines_at_the_ends_and_line_ends_are_no_change(body: str) -> None:
    record = recorded(a_page(body="Text.\n"))
    assert remote_change(record, seen(record, a_page(body=body))) == frozenset()


def test_another_text_or_title_has_moved() -> None:
    record = recorded(a_page())
    assert remote_change(record, seen(record, a_page(body="Other.\n"))) == {BODY}
    assert remote_change(record, seen(record, a_page(title="Other"))) == {TITLE}


def test_an_answer_without_text_is_settled_by_the_first_look_at_the_same_version() -> None:
    page = a_page(body="- one\n")
    answer = replace(page, fields={TITLE: "Title"}, body_known=False)
    record = recorded(answer, sent=page.fields)
    assert not record.body_known
    rewritten = a_page(body="* one\n")
    assert remote_change(record, seen(record, rewritten)) == frozenset()
    for header in ({"version": "2"}, {"updated": 1001.0}):
        assert remote_change(record, seen(record, a_page(body="* one\n", header=header))) == {BODY}


def test_without_versions_an_edit_of_the_same_second_is_told_by_the_text() -> None:
    unversioned = a_page(body="- one\n", header={"version": None})
    record = recorded(replace(unversioned, fields={TITLE: "Title"}, body_known=False), sent=unversioned.fields)
    edited = a_page(body="Edited.\n", header={"version": None})
    assert remote_change(record, seen(record, edited)) == {BODY}


def test_a_page_whose_text_was_never_ours_is_seen_as_it_is() -> None:
    page = a_page(body="Theirs.\n")
    record = replace(recorded(page), body_known=False, remote=prints_of(EXEC, {TITLE: "Title"}))
    assert seen(record, page).prints == prints_of(EXEC, page.fields)


def test_marks_version_and_what_the_look_found_come_with_the_page() -> None:
    plain = seen(None, a_page())
    assert (plain.version, plain.tombstone, plain.reverted) == ("1", False, False)
    marked = seen(None, replace(a_page(header={"version": "2"}), tombstone=True, put_back=True))
    assert (marked.version, marked.tombstone, marked.reverted) == ("2", True, True)


def test_members_that_people_add_are_no_change_and_ours_that_are_gone_are() -> None:
    page = a_page(more={FOLDERS: ("ours",)})
    record = replace(recorded(page), ours={FOLDERS: ("ours",)})
    assert seen(record, a_page(more={FOLDERS: ("ours", "theirs")})).lost == frozenset()
    assert seen(record, page).lost == frozenset()
    assert seen(record, a_page(more={FOLDERS: ("theirs",)})).lost == {FOLDERS}


def test_a_draft_that_repeats_what_was_sent_is_nobodys() -> None:
    page = a_page(body="* one\n")
    sent: Fields = {TITLE: "Title", BODY: "- one\n"}
    record = replace(recorded(page, sent=sent), sent=prints_of(EXEC, sent))
    assert seen(record, replace(page, draft=Draft(title="Title", body="- one\n"))).draft is None
    assert seen(record, replace(page, draft=Draft(title="Title", body="* one\n"))).draft is None
    assert seen(record, replace(page, draft=Draft(title="Mine", body="- one\n"))).draft is not None
    assert seen(record, replace(page, draft=Draft(title="Title", body="Mine.\n"))).draft is not None
    assert seen(None, replace(page, draft=Draft(title="Title", body="Text.\n"))).draft is not None


def test_a_read_from_before_our_own_write_is_stale() -> None:
    record = replace(recorded(a_page()), updated=1000.0)
    assert is_stale(record, a_page(header={"updated": 999.0}))
    assert not is_stale(record, a_page(header={"updated": 1000.0}))
    assert not is_stale(record, a_page(header={"updated": 0.0}))
    assert not is_stale(None, a_page(header={"updated": 1.0}))
    assert not is_stale(replace(record, updated=0.0), a_page(header={"updated": 1.0}))
    assert not is_stale(record, Absent(id=a_page().id, kind=Absence.GONE))


def test_another_page_than_the_one_last_written_is_never_stale() -> None:
    """A page that a person named for a file was put off in each pass, as the file's former one was written later."""
    former = replace(recorded(a_page()), updated=1000.0, page_id=PageId("former"))
    named = a_page(header={"updated": 999.0})
    assert not is_stale(former, named)
    assert not is_stale(replace(former, page_id=None), named)


def test_sets_are_never_part_of_the_fingerprints() -> None:
    assert set(prints_of(EXEC, {TITLE: "T", FOLDERS: ("a",)})) == {TITLE}
    assert members({FOLDERS: ("a", "b")}, FOLDERS) == ("a", "b")
    assert members({}, FOLDERS) == ()


def test_the_text_for_people_is_empty_where_it_is_not_known() -> None:
    assert text_of(EXEC, a_page(body="Text.\n")) == "Text.\n"
    assert text_of(EXEC, a_page(body=marked("Text.\n", "handbook", "a.md"))) == "Text.\n"
    assert text_of(EXEC, replace(a_page(), fields={TITLE: "T"}, body_known=False)) == ""


def test_a_document_of_an_editor_is_kept_as_it_is() -> None:
    raven = backend("ravendocs")
    body = raven.from_markdown("Text.\n")
    assert text_of(raven, a_page(body=body)) == body
    assert text_of(raven, replace(a_page(), fields={TITLE: "T", BODY: None})) == ""


def test_a_read_older_than_our_own_write_is_no_news_of_a_page_that_has_to_be_looked_at_either() -> None:
    doubted = a_record("a", updated=-1001.0)
    assert is_stale(doubted, a_page())
    assert not is_stale(replace(doubted, updated=-999.0), a_page())
