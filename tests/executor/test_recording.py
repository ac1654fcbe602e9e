"""Steps that send nothing: what is written down, and what no longer waits for a person then."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest

from pagemirror.executor.observe import prints_of
from pagemirror.executor.outcomes import accepted, refreshed
from pagemirror.executor.ports import Done, Rendered
from pagemirror.executor.recording import keep_page, record_found, refresh
from pagemirror.model.errors import NotApplied
from pagemirror.model.fields import BODY, FOLDERS, SKILLS, TITLE
from pagemirror.model.ids import PageId, RepoPath, Uid
from pagemirror.model.pages import Absence, Absent, Found
from pagemirror.model.plans import Action, Outcome
from pagemirror.model.records import Choice, Decision, Hold, Open, Record, Standing
from pagemirror.planner.policy import Way
from pagemirror.planner.verdicts import Verdict
from pagemirror.planner.views import View
from pagemirror.state.interface import Change, DropDecision, DropHold, PutRecord, PutText, text_id
from support.steps import Memory, a_context, a_page, a_record, a_wanted

UID = Uid("a")
WANTED = replace(a_wanted("a", body="From Git.\n", wants=(Uid("b"),)), path=RepoPath("moved.md"))
RENDERED = Rendered(wanted=WANTED, fields={TITLE: "Title", BODY: "From Git.\n", FOLDERS: ("x",)}, pending=())
HOLD = Hold(
    uid=UID, path=RepoPath("a.md"), page_id=None, action="update", code="conflict", reason="both", basis="b", at=1.0
)
DECISION = Decision(uid=UID, choice=Choice.PAGE, basis="b", at=1.0, page_id=PageId("chosen"))
EDITED = a_page(body="By hand.\n", more={FOLDERS: ("x", "theirs")})


def done_by(
    work: Coroutine[Any, Any, Done], journal: Memory, *, said: tuple[Action | None, str] = (None, "")
) -> tuple[Record, list[Change]]:
    """The record that a step wrote, and all else that it did; the step says the same."""
    done = asyncio.run(work)
    written = [change for change in journal.changes if isinstance(change, PutRecord)]
    assert [change.record for change in written] == [done.record]
    assert done.record is not None
    assert (done.outcome, done.page_id) == (Outcome.DONE, done.record.page_id)
    assert (done.action, done.reason) == said
    return done.record, [change for change in journal.changes if change not in written]


def found_with(
    way: str, found: Found, record: Record, *, rendered: Rendered | None = RENDERED, **of_view: Any
) -> tuple[Record, list[Change]]:
    journal = Memory()
    verdict = Verdict(action=Action.RECORD, way=way, reason="why")
    wanted = rendered.wanted if rendered is not None else None
    view = View(uid=UID, record=record, wanted=wanted, **of_view)
    work = record_found(a_context(journal=journal), verdict, view, rendered, found)
    return done_by(work, journal, said=(Action.RECORD, "why"))


def away(kind: Absence = Absence.GONE) -> Absent:
    return Absent(id=PageId("page-a"), kind=kind)


def test_a_file_that_moved_and_needs_nothing_sent_moves_its_git_base_alone() -> None:
    journal, record = Memory(), a_record("a")
    written, rest = done_by(refresh(a_context(journal=journal), View(uid=UID, record=record, wanted=WANTED)), journal)
    assert (written, rest) == (refreshed(record, WANTED), [])


def test_a_record_whose_file_is_gone_stays_as_it_is() -> None:
    journal, record = Memory(), a_record("a")
    assert done_by(refresh(a_context(journal=journal), View(uid=UID, record=record)), journal) == (record, [])


@pytest.mark.parametrize(
    ("page", "decision", "kept"),
    [("page-a", None, "page-a"), ("page-a", DECISION, "page-a"), (None, DECISION, "chosen"), (None, None, None)],
)
def test_a_page_that_is_kept_is_its_records_own_or_the_one_that_a_person_named(
    page: str | None, decision: Decision | None, kept: str | None
) -> None:
    journal, record = Memory(), a_record("a", page_id=page)
    written, rest = done_by(
        keep_page(a_context(journal=journal), View(uid=UID, record=record, decision=decision)), journal
    )
    assert (written.standing, written.removal, written.page_id) == (Standing.REMOVED, "keep", kept)
    assert rest == ([DropDecision(uid=UID)] if decision else [])


def test_an_accepted_edit_is_the_remote_base_and_nobody_has_to_decide_any_more() -> None:
    record = a_record("a")
    written, rest = found_with(Way.REMOTE, EDITED, record, hold=HOLD, decision=DECISION)
    assert written == accepted(a_context().backend, record, EDITED, RENDERED)[0]
    texts = [PutText(text="From Git.\n"), PutText(text="By hand.\n")]
    assert rest == [*texts, DropHold(uid=UID), DropDecision(uid=UID)]


@pytest.mark.parametrize("found", [away(), EDITED])
def test_a_page_that_is_let_go_is_nobodys_work_any_more(found: Found) -> None:
    record = a_record("a", open=Open.LEAVING)
    written, _ = found_with(Way.REMOTE, found, record, rendered=None)
    assert written == replace(record, standing=Standing.LEFT, removal="released", open=Open.NONE)


def test_a_removal_that_is_accepted_lets_the_file_go_and_follows_its_name() -> None:
    record = a_record("a", open=Open.UNSETTLED)
    written, _ = found_with(Way.ACCEPT, away(), record)
    left = replace(refreshed(record, WANTED), standing=Standing.LEFT, removal="accepted", open=Open.NONE)
    assert written == left


@pytest.mark.parametrize(
    ("kind", "how"), [(Absence.GONE, "delete"), (Absence.ARCHIVED, "archive"), (Absence.TRASHED, "archive")]
)
def test_a_page_that_went_as_its_file_did_is_as_removed_as_it_is(kind: Absence, how: str) -> None:
    written, _ = found_with(Way.ACCEPT, away(kind), a_record("a"), rendered=None)
    assert (written.standing, written.removal, written.page_id) == (Standing.REMOVED, how, "page-a")


def test_a_page_that_says_what_the_file_says_is_written_down_as_if_we_had_sent_it() -> None:
    record = a_record("a", ours={FOLDERS: ("x", "gone"), SKILLS: ("s",)})
    written, rest = found_with("", replace(EDITED, fields={**EDITED.fields, BODY: "From Git.\n\n"}), record)
    assert (written.path, written.sent) == (WANTED.path, WANTED.sent)
    assert written.remote == prints_of(a_context().backend, {TITLE: "Title", BODY: "From Git.\n"})
    assert written.ours == {FOLDERS: ("x",), SKILLS: ("s",)}  # of what is no longer wanted it is still known
    assert (written.text, written.server_text) == (text_id("From Git.\n"), text_id("From Git.\n\n"))
    assert rest == [PutText(text="From Git.\n"), PutText(text="From Git.\n\n")]


@pytest.mark.parametrize(("found", "rendered"), [(away(), RENDERED), (EDITED, None)])
def test_what_fits_nothing_writes_nothing(found: Found, rendered: Rendered | None) -> None:
    with pytest.raises(NotApplied) as caught:
        found_with("", found, a_record("a"), rendered=rendered)
    assert caught.value.code == "internal"
