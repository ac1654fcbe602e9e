"""What is written down about requests that got no answer."""

from dataclasses import replace
from typing import Any

import pytest

from pagemirror.executor.observe import prints_of
from pagemirror.executor.unanswered import APART, may_be, not_applied, over, partly, same_page, with_uploads
from pagemirror.model.fields import BODY, PARENT, STATUS, TITLE, fingerprint
from pagemirror.model.ids import BlobId, FieldName, PageId, RepoPath, Uid
from pagemirror.model.images import Upload
from pagemirror.model.records import Intent, IntentKind, Open, Record
from pagemirror.state.interface import DropDecision, DropHold, DropIntent, PutRecord, text_id
from support.steps import a_context, a_page, a_record

EXEC = a_context().backend
SENT_AT = 1000.0
UPLOAD = Upload(path=RepoPath("i.png"), blob=BlobId("c" * 40), name="i.png", file="1")
OLD = prints_of(EXEC, {TITLE: "Old", BODY: "Old.\n", STATUS: "draft"})
NEW = prints_of(EXEC, {TITLE: "New", BODY: "New.\n", STATUS: "published"})
BEFORE = a_record("a", remote=OLD, sent=OLD, values={TITLE: "Old", STATUS: "draft"}, text=text_id("Old.\n"))


def intent(kind: IntentKind = IntentKind.UPDATE, record: Record = BEFORE, **but: Any) -> Intent:
    usual: dict[str, Any] = {"title": "New", "remote": NEW, "page_id": PageId("page-a")}
    return Intent(
        uid=Uid("a"),
        kind=kind,
        record=record,
        blind=fingerprint(""),
        sent_at=SENT_AT,
        epoch=1,
        **{**usual, **but},
    )


def sent(**but: Any) -> Record:
    """The record as it would stand after an update."""
    after = replace(BEFORE, remote=NEW, sent=NEW, values={TITLE: "New", STATUS: "published"}, text=text_id("New.\n"))
    return replace(after, **but)


def after(*applied: FieldName, **but: Any) -> Record:
    """The record of a page on which only these fields are as they were sent."""
    there = {name: (NEW if name in applied else OLD)[name] for name in (TITLE, BODY)}
    return partly(intent(record=sent(**but)), BEFORE, there)


def test_images_that_were_sent_since_a_change_was_noted_stay_known() -> None:
    told = with_uploads(intent(), replace(BEFORE, uploads=(UPLOAD,)))
    assert told == intent(record=replace(BEFORE, uploads=(UPLOAD,)))


@pytest.mark.parametrize(
    ("kind", "before"),
    [
        (IntentKind.UPDATE, None),
        (IntentKind.UPDATE, BEFORE),
        (IntentKind.CREATE, replace(BEFORE, uploads=(replace(UPLOAD, file="2"),))),
    ],
    ids=["no record", "no images", "images of the page that was there before"],
)
def test_else_what_was_noted_with_the_change_holds(kind: IntentKind, before: Record | None) -> None:
    noted = intent(kind, replace(BEFORE, uploads=(UPLOAD,)))
    assert with_uploads(noted, before) == noted


def test_of_a_change_in_part_each_field_has_the_base_that_it_really_has() -> None:
    record = after(TITLE, server_text=text_id("Served.\n"))
    assert record.remote == {**OLD, TITLE: NEW[TITLE]}
    assert record.sent == {**OLD, TITLE: NEW[TITLE]}
    assert record.values == {TITLE: "New", STATUS: "draft"}
    assert (record.text, record.server_text, record.diverged) == (text_id("Old.\n"), None, False)
    assert record.open is Open.UNKNOWN


def test_a_text_that_was_applied_is_the_base_of_the_next_merge() -> None:
    record = after(BODY, server_text=text_id("Served.\n"))
    assert (record.text, record.server_text) == (text_id("New.\n"), text_id("Served.\n"))
    assert record.values == BEFORE.values


@pytest.mark.parametrize("applied", [TITLE, BODY])
def test_of_a_merge_in_part_the_page_holds_what_is_not_gits(applied: FieldName) -> None:
    record = after(applied, diverged=True, server_text=text_id("Merged.\n"))
    assert (record.text, record.server_text, record.diverged) == (text_id("Old.\n"), text_id("Merged.\n"), True)


def test_an_answer_would_have_ended_the_intent_and_all_that_waited() -> None:
    uid = Uid("a")
    assert over(intent()) == (DropIntent(uid=uid), DropHold(uid=uid), DropDecision(uid=uid))


def test_a_create_that_was_not_applied_leaves_a_bare_record_to_be_tried_again() -> None:
    noted = replace(sent(), front_id="id", protect=True, links=("b.md",))
    bare = Record(
        uid=noted.uid,
        path=noted.path,
        blob=noted.blob,
        title=noted.title,
        front_id="id",
        protect=True,
        links=("b.md",),
        open=Open.DEFERRED,
    )
    drop = DropIntent(uid=Uid("a"))
    assert not_applied(intent(IntentKind.CREATE, noted), None) == (PutRecord(record=bare), drop)
    assert not_applied(intent(IntentKind.CREATE, noted), BEFORE) == (drop,)


@pytest.mark.parametrize(
    ("created", "updated", "likely"),
    [
        (SENT_AT, SENT_AT + 1, True),
        (SENT_AT, SENT_AT, False),
        (SENT_AT - APART, SENT_AT, True),
        (SENT_AT - APART - 1, SENT_AT, False),
    ],
)
def test_a_page_that_was_made_about_then_and_changed_since_may_be_it(
    created: float, updated: float, *, likely: bool
) -> None:
    header = a_page(header={"created": created, "updated": updated}).header
    assert may_be(intent(IntentKind.CREATE), header) is likely


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({}, True),
        ({"title": "Other"}, False),
        ({"remote": {**NEW, BODY: OLD[BODY]}}, False),
        ({"remote": {**NEW, PARENT: fingerprint("above")}}, False),
        ({"remote": {**NEW, STATUS: OLD[STATUS]}}, True),
    ],
)
def test_creates_of_one_title_text_and_place_can_not_be_told_apart(other: dict[str, Any], *, same: bool) -> None:
    assert same_page(intent(IntentKind.CREATE), intent(IntentKind.CREATE, **other)) is same
