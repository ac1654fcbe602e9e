from dataclasses import replace

from pagemirror.backends.registry import backend
from pagemirror.executor.observe import prints_of
from pagemirror.executor.outcomes import accepted, based_on, failed, fresh, refreshed, removed, written
from pagemirror.executor.ports import Rendered
from pagemirror.model.fields import BODY, FOLDERS, TITLE
from pagemirror.model.ids import PageId, RepoPath, Uid
from pagemirror.model.records import Failure, Open, Standing
from pagemirror.state.interface import text_id
from support.steps import a_page, a_record, a_wanted

EXEC = backend("exec")
FAILURE = Failure(code="rejected", reason="no", payload="p", at=1.0)


def rendered(body: str = "Text.\n", *, pending: tuple[Uid, ...] = ()) -> Rendered:
    return Rendered(
        wanted=a_wanted("a", body=body, wants=pending), fields={TITLE: "Title", BODY: body}, pending=pending
    )


def test_a_written_page_has_the_servers_form_as_its_remote_base() -> None:
    page = a_page(body="* one\n")
    record, texts = written(EXEC, a_record("a"), page, {TITLE: "Title", BODY: "- one\n"}, {})
    assert record.remote == prints_of(EXEC, page.fields)
    assert (record.text, record.server_text) == (text_id("- one\n"), text_id("* one\n"))
    assert texts == ("- one\n", "* one\n")
    assert (record.version, record.updated, record.page_id) == ("1", 1000.0, page.id)


def test_a_server_that_keeps_the_text_needs_it_stored_once() -> None:
    record, texts = written(EXEC, a_record("a"), a_page(), {TITLE: "Title", BODY: "Text.\n"}, {})
    assert record.server_text is None
    assert texts == ("Text.\n",)


def test_an_answer_without_text_takes_what_was_sent_and_says_so() -> None:
    answer = replace(a_page(), fields={TITLE: "Title"}, body_known=False)
    record, _ = written(EXEC, a_record("a"), answer, {TITLE: "Title", BODY: "Sent.\n"}, {})
    assert not record.body_known
    assert record.remote == prints_of(EXEC, {TITLE: "Title", BODY: "Sent.\n"})


def test_a_merge_keeps_gits_own_text_as_the_base_of_the_next_one() -> None:
    page = a_page(body="Merged.\n")
    record, texts = written(EXEC, a_record("a"), page, page.fields, {}, git_body="From Git.\n")
    assert (record.text, record.server_text) == (text_id("From Git.\n"), text_id("Merged.\n"))
    assert set(texts) == {"From Git.\n", "Merged.\n"}


def test_a_write_ends_failures_and_leaving() -> None:
    before = a_record("a", failure=FAILURE, leaving_since=5.0, standing=Standing.REMOVED, removal="archive")
    record, _ = written(EXEC, before, a_page(), a_page().fields, {})
    assert (record.failure, record.leaving_since, record.standing, record.removal) == (None, None, Standing.LIVE, "")


def test_the_git_base_follows_a_file_that_needs_nothing_sent() -> None:
    record = refreshed(a_record("old", leaving_since=3.0), replace(a_wanted("a"), path=RepoPath("new.md")))
    assert (record.path, record.leaving_since, record.page_id) == ("new.md", None, "page-old")


def test_a_page_sent_with_a_link_to_nowhere_yet_is_unsettled() -> None:
    assert based_on(a_record("a"), rendered(pending=(Uid("b"),))).open is Open.UNSETTLED
    assert based_on(a_record("a", open=Open.UNSETTLED), rendered()).open is Open.NONE


def test_an_accepted_edit_moves_both_bases_and_diverges() -> None:
    record, texts = accepted(
        EXEC, a_record("a", ours={FOLDERS: ("x", "y")}), a_page(body="By hand.\n", more={FOLDERS: ("y",)}), rendered()
    )
    assert record.diverged
    assert record.sent == rendered().wanted.sent
    assert record.remote == prints_of(EXEC, {TITLE: "Title", BODY: "By hand.\n"})
    assert record.ours == {FOLDERS: ("y",)}
    assert texts == ("Text.\n", "By hand.\n")


def test_a_failure_is_remembered_and_leaves_nothing_open() -> None:
    record = failed(a_record("a", open=Open.UNSETTLED), FAILURE)
    assert (record.failure, record.open) == (FAILURE, Open.NONE)


def test_a_removed_page_stays_known_by_its_record() -> None:
    record = removed(a_record("a", failure=FAILURE, open=Open.LEAVING), "archive", PageId("page-a"))
    assert (record.standing, record.removal, record.page_id) == (Standing.REMOVED, "archive", "page-a")
    assert (record.open, record.failure) == (Open.NONE, None)


def test_a_new_document_starts_without_a_page_or_bases() -> None:
    record = fresh(a_wanted("a"))
    assert (record.page_id, record.own, record.remote) == (None, {}, {})
