"""Adoption: an existing page is tied to a file."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from pagemirror.executor.adopting import adopt
from pagemirror.executor.observe import prints_of, see
from pagemirror.executor.outcomes import fresh
from pagemirror.executor.ports import Done, Rendered
from pagemirror.model.fields import BODY, FOLDERS, STATUS, TITLE, Fields
from pagemirror.model.ids import PageId, RepoPath, Uid
from pagemirror.model.pages import Absence, Absent, Draft, Found, Page
from pagemirror.model.plans import Action, Outcome
from pagemirror.model.records import Choice, Decision, Failure, Hold, Open, Record, Standing
from pagemirror.planner.views import View
from pagemirror.state.interface import Change, DropDecision, DropHold, Keep, PutHold, PutRecord, PutText
from support.steps import Memory, Shelf, StillClock, Target, a_context, a_page, a_record, a_step, a_wanted

EXEC = a_context().backend
UID = Uid("a")
FIELDS: Fields = {TITLE: "Title", BODY: "Text.\n", FOLDERS: ("ours",)}
WANTED = replace(
    a_wanted("a", payload="payload"),
    path=RepoPath("moved.md"),
    full={**prints_of(EXEC, FIELDS), FOLDERS: prints_of(EXEC, {STATUS: "x"})[STATUS]},
)
RENDERED = Rendered(wanted=WANTED, fields=FIELDS, pending=())
FOUND = a_page(body="Text.\n\n", more={STATUS: "published"})
OTHER = a_page(body="Another text.\n")
GONE = Absent(id=FOUND.id, kind=Absence.GONE)
DECISION = Decision(uid=UID, choice=Choice.PAGE, basis="b", at=1.0, page_id=FOUND.id)
HOLD = Hold(
    uid=UID, path=RepoPath("a.md"), page_id=None, action="adopt", code="foreign", reason="there", basis="b", at=1.0
)


class Linked(Shelf):
    """Renderings in which the address of another page means its uid."""

    def blind(self, text: str, of: Uid) -> str:
        assert of == UID
        return text.replace("https://pages.example/b", "uid-b").replace("b.md", "uid-b")


class Case:
    """One adoption."""

    def __init__(self, found: Found, rendered: Rendered = RENDERED, action: Action = Action.ADOPT, **but: Any) -> None:
        self.journal, self.pages, self.target = Memory(), Linked({"a": rendered}), Target(found)
        record = but.get("record")
        view = View(**{"uid": UID, "wanted": rendered.wanted, "seen": see(EXEC, record, found), **but})
        context = a_context(self.target, journal=self.journal, pages=self.pages)
        step = a_step("a", action, page_id=FOUND.id, reason="named")
        self.done: Done = asyncio.run(adopt(context, step, view, rendered, found))

    @property
    def record(self) -> Record:
        """The one record that was written; the step says the same."""
        (record,) = [change.record for change in self.journal.changes if isinstance(change, PutRecord)]
        assert self.done.record == record
        return record

    def ended(self) -> tuple[Outcome, str | None, Action | None, PageId | None]:
        return self.done.outcome, self.done.code, self.done.action, self.done.page_id


def test_a_page_with_the_same_text_is_tied_and_nothing_is_sent() -> None:
    case = Case(FOUND, hold=HOLD, decision=DECISION)
    record = case.record
    assert case.ended() == (Outcome.DONE, None, Action.ADOPT, FOUND.id)
    assert (record.page_id, record.path, record.open) == (FOUND.id, WANTED.path, Open.NONE)
    assert record.remote == prints_of(EXEC, {TITLE: "Title", BODY: "Text.\n"})  # no set, and no status of nobody's
    assert (record.sent, record.ours) == (WANTED.sent, {})
    rest: list[Change] = [change for change in case.journal.changes if not isinstance(change, PutRecord)]
    assert rest == [PutText(text="Text.\n\n"), DropHold(uid=UID), DropDecision(uid=UID)]
    assert case.pages.known_ids == {UID: FOUND.id}
    assert case.target.calls == []


def test_a_document_that_had_a_page_goes_on_as_the_same_document() -> None:
    before = a_record("a", page_id=None, former_ids=(PageId("former"),), standing=Standing.LEFT)
    assert Case(FOUND, record=before).record.former_ids == ("former",)
    assert Case(FOUND).record == replace(Case(FOUND, record=before).record, former_ids=(), open=Open.NONE)


def test_a_page_in_which_another_field_differs_is_tied_and_sent_next() -> None:
    differing = replace(RENDERED, wanted=replace(WANTED, full={**WANTED.full, STATUS: prints_of(EXEC, FIELDS)[TITLE]}))
    record = Case(FOUND, differing).record
    assert (record.sent, record.open) == ({}, Open.UNSETTLED)
    assert set(record.remote) == {TITLE, BODY, STATUS}


def test_a_page_that_links_to_one_that_is_not_there_yet_is_settled_later() -> None:
    record = Case(FOUND, replace(RENDERED, pending=(Uid("b"),))).record
    assert (record.sent, record.open) == (WANTED.sent, Open.UNSETTLED)


@pytest.mark.parametrize(
    ("git", "page", "same"),
    [
        ("To [b](b.md).\n", "To [b](https://pages.example/b).\n", True),
        ("To [b](b.md).\n", "To [c](b.md).\n", False),
        ("", None, True),
        ("Text.\n", None, False),
        (None, "Text.\n", False),
        (None, "None", False),
        ("None", None, False),
    ],
)
def test_texts_are_compared_by_what_their_links_mean(git: str | None, page: str | None, *, same: bool) -> None:
    case = Case(a_page(more={BODY: page}), replace(RENDERED, fields={TITLE: "Title", BODY: git}))
    assert case.done.outcome is (Outcome.DONE if same else Outcome.HELD)


@pytest.mark.parametrize("found", [OTHER, a_page(title="Other")])
def test_a_page_with_another_text_or_title_is_a_persons_to_judge(found: Page) -> None:
    case = Case(found)
    assert case.ended() == (Outcome.HELD, "foreign", Action.ADOPT, None)
    (put,) = case.journal.of(PutHold)
    assert (put.hold.code, put.hold.candidates) == ("foreign", (found.id,))
    assert case.pages.known_ids == {}


def named_and_sent(case: Case) -> Any:
    ((name, sent),) = case.target.calls
    assert name == "update"
    assert case.ended() == (Outcome.DONE, None, Action.UPDATE, FOUND.id)
    assert case.pages.known_ids == {UID: FOUND.id}
    return sent


def test_a_page_that_was_named_is_written_where_it_differs_and_its_text_is_kept() -> None:
    case = Case(OTHER, action=Action.UPDATE)
    assert named_and_sent(case) == {BODY: "Text.\n", FOLDERS: ("ours",)}
    assert [kept.text for kept in case.journal.of(Keep)] == ["Another text.\n"]
    assert case.done.record is not None
    assert case.done.record.sent == WANTED.sent


def test_a_persons_draft_on_a_page_that_a_file_names_waits_for_them() -> None:
    drafted = replace(OTHER, draft=Draft(title="Title", body="Mine.\n"))
    case = Case(drafted, action=Action.UPDATE)
    assert case.ended() == (Outcome.HELD, "draft", Action.UPDATE, None)
    assert case.target.calls == []
    assert named_and_sent(Case(drafted, action=Action.UPDATE, decision=DECISION))[BODY] == "Text.\n"
    assert Case(replace(FOUND, draft=drafted.draft)).done.outcome is Outcome.DONE  # nothing is written over it


def test_a_page_that_a_person_named_and_that_went_is_asked_about_again() -> None:
    case = Case(GONE, decision=DECISION, hold=HOLD, adopt=FOUND.id)
    assert case.ended() == (Outcome.HELD, "foreign", Action.ADOPT, FOUND.id)
    assert case.journal.of(DropDecision)


def test_a_file_that_names_a_page_that_is_not_there_fails_until_one_of_them_moves() -> None:
    case = Case(GONE, adopt=FOUND.id)
    assert case.ended() == (Outcome.FAILED, "remote_removed", Action.ADOPT, FOUND.id)
    assert case.done.reason == f"page {FOUND.id} is gone; nothing was adopted"
    failure = Failure(code="remote_removed", reason=case.done.reason, payload="payload", at=StillClock().now())
    assert case.record == replace(fresh(WANTED), failure=failure)
    before = a_record("a", page_id=None, former_ids=(PageId("former"),))
    assert Case(GONE, adopt=FOUND.id, record=before).record == replace(before, failure=failure, path=WANTED.path)


def test_a_page_that_was_found_by_its_title_and_went_is_tried_again() -> None:
    case = Case(GONE, record=a_record("a", page_id=None))
    assert case.ended() == (Outcome.FAILED, "remote_removed", Action.ADOPT, None)
    assert (case.record.failure, case.record.open) == (None, Open.FAILED)
