"""The records that steps leave behind."""

from dataclasses import replace
from typing import Any

import pytest

from pagemirror.backends.registry import backend
from pagemirror.executor.observe import prints_of
from pagemirror.executor.outcomes import (
    accepted,
    based_on,
    failed,
    fresh,
    overtaken,
    refreshed,
    removed,
    unsure,
    written,
)
from pagemirror.executor.ports import Rendered
from pagemirror.model.fields import BODY, FOLDERS, ICON, PARENT, SKILLS, SLUG, STATUS, TITLE, Fields
from pagemirror.model.ids import BlobId, PageId, RepoPath, Uid
from pagemirror.model.images import IMAGES, Image, Upload, images_print
from pagemirror.model.pages import Absence, Page
from pagemirror.model.records import Failure, Open, Record, Standing
from pagemirror.planner.views import Missing, Present, Seen, Unseen
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
    record, texts = written(EXEC, a_record("a"), answer, {TITLE: "Title", BODY: "Sent.\n"}, {})
    assert not record.body_known
    assert (record.server_text, texts) == (None, ("Sent.\n",))
    assert record.remote == prints_of(EXEC, {TITLE: "Title", BODY: "Sent.\n"})
    silent, _ = written(EXEC, a_record("a"), replace(answer, body_known=True), {TITLE: "Title", BODY: "Sent.\n"}, {})
    assert silent == record  # whatever it says of itself


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
    before = replace(a_record("old", leaving_since=3.0, failure=FAILURE), blob=BlobId("a" * 40))
    wanted = replace(a_wanted("a", front_id="id", protect=True, links=("b.md",)), path=RepoPath("new.md"))
    assert refreshed(before, wanted) == replace(
        before,
        path=wanted.path,
        blob=wanted.blob,
        title=wanted.title,
        front_id="id",
        protect=True,
        own=wanted.own,
        raw_body=wanted.raw_body,
        links=("b.md",),
        leaving_since=None,
        failure=None,
    )


@pytest.mark.parametrize(
    ("before", "wants", "after"),
    [
        (Open.UNSETTLED, (Uid("b"),), Open.UNSETTLED),
        (Open.UNSETTLED, (), Open.NONE),
        (Open.NONE, (Uid("b"),), Open.UNSETTLED),
        (Open.FAILED, (Uid("b"),), Open.UNSETTLED),  # whatever else it waited for meanwhile
    ],
)
def test_only_a_page_that_still_waits_for_another_is_unsettled(
    before: Open, wants: tuple[Uid, ...], after: Open
) -> None:
    assert refreshed(a_record("a", open=before), a_wanted("a", wants=wants)).open is after


@pytest.mark.parametrize("but", [{"page_id": None}, {"diverged": True}, {"standing": Standing.LEFT}])
def test_what_has_no_page_of_ours_as_git_wants_it_waits_for_no_link(but: dict[str, Any]) -> None:
    assert refreshed(a_record("a", **but), a_wanted("a", wants=(Uid("b"),))).open is Open.NONE


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


def test_an_accepted_edit_is_the_whole_remote_base() -> None:
    before = a_record(
        "a",
        failure=FAILURE,
        standing=Standing.LEFT,
        removal="released",
        ours={FOLDERS: ("x",)},
        remote=prints_of(EXEC, {STATUS: "published"}),
        body_known=False,
        page_id=None,
    )
    header = {"version": "7", "updated": 7.0, "slug": "by-hand"}
    page = a_page(header=header, more={BODY: None, STATUS: "draft", SLUG: "nobody's"})
    given = replace(rendered(""), fields={TITLE: "Title", ICON: "i"})
    record, _ = accepted(EXEC, before, page, given)
    assert record == replace(
        refreshed(before, given.wanted),
        standing=Standing.LIVE,
        removal="",
        page_id=page.id,
        slug="by-hand",
        version="7",
        updated=7.0,
        sent=given.wanted.sent,
        values={TITLE: "Title", ICON: "i"},
        remote=prints_of(EXEC, {TITLE: "Title", BODY: None, STATUS: "draft"}),
        ours={},
        text=text_id(""),
        server_text=text_id(""),
        body_known=True,
        diverged=True,
        open=Open.DEFERRED,  # what belongs below a page that had been let go is seen to next
    )


def test_a_page_is_remembered_where_it_stands_and_not_where_git_wants_it() -> None:
    page = a_page(more={PARENT: "there"})
    before = a_record("a", values={TITLE: "Title", PARENT: "wanted"})
    record, _ = written(EXEC, before, page, {TITLE: "Title", BODY: "Text.\n"}, {})
    assert record.values == {TITLE: "Title", PARENT: "there"}
    given = replace(rendered(), fields={**rendered().fields, PARENT: "wanted"})
    record, _ = accepted(EXEC, before, page, given)
    assert record.values == {TITLE: "Title", PARENT: "there"}
    record, _ = written(EXEC, before, a_page(), {TITLE: "Title", BODY: "Text.\n"}, {})
    assert record.values == {TITLE: "Title", PARENT: "wanted"}  # the answer didn't tell
    record, _ = written(EXEC, a_record("a", values={TITLE: "Title"}), page, {TITLE: "Title", BODY: "Text.\n"}, {})
    assert record.values == {TITLE: "Title"}  # this target has no tree of ours


@pytest.mark.parametrize("body", [None, ""])
def test_a_page_without_a_text_has_the_empty_one(body: str | None) -> None:
    record, texts = written(EXEC, a_record("a"), replace(a_page(), fields={BODY: body}), {TITLE: "T", BODY: body}, {})
    assert (record.text, record.server_text, texts) == (text_id(""), None, ("",))


def test_a_written_page_is_known_by_its_new_address_and_by_the_members_that_we_put_there() -> None:
    page = a_page("new", header={"slug": "title"}, more={FOLDERS: ("x",), STATUS: "published"})
    ours = {FOLDERS: ("x",), SKILLS: ()}
    record, _ = written(EXEC, a_record("a"), page, {TITLE: "Title", BODY: "Text.\n", FOLDERS: ("x",)}, ours)
    assert (record.page_id, record.slug, record.ours) == ("page-new", "title", {FOLDERS: ("x",)})
    assert set(record.remote) == {TITLE, BODY}  # a status that we don't set is nobody's base


def test_a_page_whose_images_are_not_there_yet_is_unsettled() -> None:
    image = Image(path=RepoPath("i.png"), blob=BlobId("c" * 40), name="i.png", mime="image/png")
    sent = Upload(path=image.path, blob=image.blob, name="i.png", file="1")
    given = replace(rendered(), images=(image,))
    lacking, whole = based_on(a_record("a"), given), based_on(a_record("a", uploads=(sent,)), given)
    assert (lacking.open, whole.open) == (Open.UNSETTLED, Open.NONE)
    assert whole.sent == {**given.wanted.sent, IMAGES: images_print([image])}
    assert lacking.sent == {**given.wanted.sent, IMAGES: images_print([])}


def test_the_git_base_of_a_page_that_comes_back_is_whole() -> None:
    before = a_record("a", standing=Standing.REMOVED, removal="archive", failure=FAILURE, diverged=True)
    record = based_on(before, rendered())
    assert (record.standing, record.removal, record.failure, record.diverged) == (Standing.LIVE, "", None, False)
    assert (record.sent, record.values) == (rendered().wanted.sent, {TITLE: "Title"})


def overtook(page: Page, *, expected: Fields | None = None) -> Record:
    record, _ = written(EXEC, a_record("a"), page, {TITLE: "Title", BODY: "Sent.\n"}, {})
    return overtaken(EXEC, record, page, expected or {TITLE: "Title", BODY: "Sent.\n"})


def test_what_a_person_wrote_between_our_write_and_its_answer_is_their_edit() -> None:
    record = overtook(a_page(body="By hand.\n"))
    assert record.remote == prints_of(EXEC, {TITLE: "Title", BODY: "Sent.\n"})
    assert (record.version, record.updated) == (None, 0.0)  # the next check for drift reads it


def test_an_answer_that_says_what_was_sent_leaves_the_record_as_it_is() -> None:
    page = a_page(body="Sent.\n")
    record, _ = written(EXEC, a_record("a"), page, page.fields, {})
    assert overtaken(EXEC, record, page, page.fields) == record


def test_only_fields_that_all_sides_know_can_be_overtaken() -> None:
    unread = replace(a_page(body="By hand.\n"), body_known=False)
    assert overtook(unread).version == "1"
    assert overtook(a_page(body="Sent.\n", more={STATUS: "draft"}), expected={STATUS: "published"}).version == "1"
    unplaced = a_page()
    record, _ = written(EXEC, a_record("a"), unplaced, {**unplaced.fields, PARENT: "above"}, {})
    assert overtaken(EXEC, record, unplaced, {PARENT: "above"}) == record


@pytest.mark.parametrize(
    ("seen", "sure"),
    [
        (Present(page_id=PageId("page-a"), prints=prints_of(EXEC, {TITLE: "Title", BODY: "Text.\n"})), True),
        (Present(page_id=PageId("page-a"), prints=prints_of(EXEC, {TITLE: "Title", BODY: "By hand.\n"})), False),
        (Unseen(), True),
        (Missing(kind=Absence.GONE), True),
    ],
)
def test_a_record_says_that_its_page_has_to_be_looked_at_where_nothing_came_of_an_edit(
    seen: Seen, *, sure: bool
) -> None:
    record = a_record("a", remote=prints_of(EXEC, {TITLE: "Title", BODY: "Text.\n"}), version="3", updated=7.0)
    assert unsure(record, seen) == (record if sure else replace(record, version=None, updated=-7.0))
    assert unsure(replace(record, updated=0.0), seen).updated == (0.0 if sure else -1.0)


def test_a_failure_is_remembered_and_leaves_nothing_open() -> None:
    record = failed(a_record("a", open=Open.UNSETTLED), FAILURE)
    assert (record.failure, record.open) == (FAILURE, Open.NONE)


def test_a_removed_page_stays_known_by_its_record() -> None:
    record = removed(a_record("a", failure=FAILURE, open=Open.LEAVING, leaving_since=3.0), "archive", PageId("chosen"))
    assert (record.standing, record.removal, record.page_id) == (Standing.REMOVED, "archive", "chosen")
    assert (record.open, record.failure, record.leaving_since) == (Open.NONE, None, None)


def test_a_new_document_starts_without_a_page_or_bases() -> None:
    wanted = a_wanted("a", front_id="id", protect=True, links=("b.md",))
    assert fresh(wanted) == Record(
        uid=wanted.uid,
        path=wanted.path,
        blob=wanted.blob,
        title=wanted.title,
        front_id="id",
        protect=True,
        links=("b.md",),
    )
