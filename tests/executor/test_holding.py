"""A step that turned into something that waits, or failed: what a person is given to decide with."""

import asyncio
from dataclasses import replace

import pytest

from pagemirror.executor.holding import put_down
from pagemirror.executor.observe import see
from pagemirror.executor.ports import Done, Rendered
from pagemirror.model.fields import BODY, TITLE
from pagemirror.model.ids import PageId, RepoPath, Uid
from pagemirror.model.pages import Absence, Absent, Draft, Found
from pagemirror.model.plans import Action, Outcome
from pagemirror.model.records import Choice, Decision, Hold, Open, Record
from pagemirror.planner.table import basis
from pagemirror.planner.verdicts import Verdict
from pagemirror.planner.views import View
from pagemirror.state.interface import Change, DropDecision, PutHold, PutRecord, PutText, text_id
from support.steps import Memory, Shelf, StillClock, Texts, a_context, a_page, a_record, a_wanted

UID = Uid("a")
WANTED = replace(a_wanted("a", body="From Git.\n"), path=RepoPath("moved.md"))
RENDERED = Rendered(wanted=WANTED, fields={TITLE: "Title", BODY: "From Git.\n"}, pending=())
RECORD = a_record("a", text=text_id("Base.\n"), server_text=text_id("Served.\n"), open=Open.UNSETTLED)
PAGE = a_page(body="By hand.\n")
CONFLICT = Verdict(
    action=Action.UPDATE, outcome=Outcome.HELD, code="conflict", reason="both", candidates=(PageId("one"),)
)
FAILED = Verdict(action=Action.UPDATE, outcome=Outcome.FAILED, code="hidden", reason="not visible")
DECISION = Decision(uid=UID, choice=Choice.GIT, basis="b", at=1.0)
NOW = StillClock().now()


def put(view: View, verdict: Verdict, found: Found | None = PAGE) -> tuple[Done, list[Change]]:
    journal = Memory()
    pages, texts = Shelf({"a": RENDERED}), Texts("Served.\n")
    return asyncio.run(
        put_down(a_context(journal=journal, pages=pages, texts=texts), view, verdict, found)
    ), journal.changes


def the_hold(view: View, verdict: Verdict = CONFLICT, found: Found | None = PAGE) -> Hold:
    _, changes = put(view, verdict, found)
    (hold,) = [change.hold for change in changes if isinstance(change, PutHold)]
    return hold


def view_of(record: Record | None = RECORD) -> View:
    return View(uid=UID, record=record, wanted=WANTED, seen=see(a_context().backend, record, PAGE))


def test_a_hold_has_the_three_texts_and_what_it_is_bound_to() -> None:
    view = view_of()
    done, changes = put(view, CONFLICT)
    moved = replace(RECORD, path=WANTED.path)
    assert changes == [
        PutText(text="From Git.\n"),
        PutText(text="By hand.\n"),
        PutHold(
            hold=Hold(
                uid=UID,
                path=WANTED.path,
                page_id=PageId("page-a"),
                action=Action.UPDATE,
                code="conflict",
                reason="both",
                basis=basis(view),
                at=NOW,
                base=text_id("Base.\n"),
                git=text_id("From Git.\n"),
                remote=text_id("By hand.\n"),
                candidates=(PageId("one"),),
                since_pass="pass",
            )
        ),
        PutRecord(record=moved),
    ]
    assert done == Done(
        outcome=Outcome.HELD,
        code="conflict",
        reason="both",
        page_id=PageId("page-a"),
        record=moved,
        action=Action.UPDATE,
    )


def test_a_page_that_waited_before_waits_since_then() -> None:
    first = the_hold(view_of())
    assert the_hold(replace(view_of(), hold=replace(first, at=1.0, reason="before"))) == replace(first, at=1.0)


def test_a_failure_is_looked_at_again_and_asks_nobody() -> None:
    done, changes = put(view_of(), FAILED)
    moved = replace(RECORD, path=WANTED.path, open=Open.FAILED)
    assert changes == [PutRecord(record=moved)]
    assert (done.outcome, done.code, done.record) == (Outcome.FAILED, "hidden", moved)


@pytest.mark.parametrize("verdict", [CONFLICT, FAILED])
def test_a_decision_that_led_here_is_void(verdict: Verdict) -> None:
    _, changes = put(replace(view_of(), decision=DECISION), verdict)
    assert changes[-1] == DropDecision(uid=UID)


def test_a_document_without_a_record_waits_for_the_page_that_it_names() -> None:
    view = replace(view_of(None), adopt=PageId("named"))
    done, changes = put(view, CONFLICT)
    hold = the_hold(view)
    assert (hold.path, hold.page_id, hold.base) == (WANTED.path, "named", None)
    assert (done.page_id, done.record) == ("named", None)
    assert not [change for change in changes if isinstance(change, PutRecord)]


def test_a_new_document_whose_plan_had_no_fingerprints_is_bound_to_its_rendering() -> None:
    bare = replace(WANTED, own={}, sent={}, full={}, raw_body=type(WANTED.raw_body)(""))
    assert the_hold(replace(view_of(), wanted=bare)).basis == basis(view_of())


def test_a_page_whose_file_is_gone_keeps_its_path_and_has_no_text_of_git() -> None:
    view = replace(view_of(), wanted=None)
    hold = the_hold(view, replace(CONFLICT, code=None))
    assert (hold.path, hold.git, hold.code, hold.basis) == (RECORD.path, None, "held", basis(view))
    done, changes = put(view, CONFLICT)
    assert done.record == RECORD
    assert [change.text for change in changes if isinstance(change, PutText)] == ["By hand.\n"]


def test_a_draft_is_the_targets_text_only_where_it_is_what_waits() -> None:
    drafted = replace(PAGE, draft=Draft(title="Title", body="Mine.\n"))
    assert the_hold(view_of(), replace(CONFLICT, code="draft"), drafted).remote == text_id("Mine.\n")
    assert the_hold(view_of(), CONFLICT, drafted).remote == text_id("By hand.\n")
    assert the_hold(view_of(), replace(CONFLICT, code="draft")).remote == text_id("By hand.\n")


def test_of_a_page_that_is_away_its_last_text_is_shown() -> None:
    for found in (Absent(id=PAGE.id, kind=Absence.GONE), None):
        assert the_hold(view_of(), CONFLICT, found).remote == text_id("Served.\n")
        assert the_hold(view_of(replace(RECORD, server_text=None)), CONFLICT, found).remote is None
        assert the_hold(view_of(replace(RECORD, server_text=text_id("lost"))), CONFLICT, found).remote is None
        assert the_hold(view_of(None), CONFLICT, found).remote is None
    in_trash = Absent(id=PAGE.id, kind=Absence.TRASHED, page=PAGE)
    assert the_hold(view_of(), CONFLICT, in_trash).remote == text_id("By hand.\n")
