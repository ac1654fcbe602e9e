"""What a plan leaves to be written without any request, and how a pass ended."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from pagemirror.model.documents import Unreadable
from pagemirror.model.fields import BODY, fingerprint
from pagemirror.model.ids import BlobId, Fingerprint, PageId, RepoPath, Uid
from pagemirror.model.pages import Absence, Removal
from pagemirror.model.plans import Action, Guard, Outcome, Plan, Result, Step, StepResult
from pagemirror.model.records import Choice, Decision, Failure, Hold, Open, Record, Standing
from pagemirror.passes.closing import finished, planned_changes, result_of
from pagemirror.planner.views import Missing, Present, View, Wanted
from pagemirror.planner.words import basis
from pagemirror.state.interface import Change, DropDecision, DropHold, DropRecord, PutHold, PutRecord, PutText, text_id
from support.steps import a_record, a_step, a_wanted, plan_of

NOW = 5000.0
GONE = Missing(kind=Absence.GONE)
FAILURE = Failure(code="rejected", reason="no", payload="p", at=1.0)


def whole(uid: Uid) -> Wanted:
    """A document with all that its record keeps."""
    return a_wanted(uid, body="Whole.\n", links=("all.md",), payload="whole")


def a_view(name: str = "a", **but: Any) -> View:
    """A page whose file is there."""
    return View(uid=Uid(name), **{"wanted": a_wanted(name), **but})


def noted(
    *views: View,
    steps: Sequence[Step] = (),
    texts: tuple[str | None, str | None] = (None, None),
    over: Iterable[str] = (),
    **lists: Any,
) -> list[Change]:
    """What is written when a plan of these steps was made; `texts` are Git's and the page's."""
    return planned_changes(
        replace(plan_of(*steps), **lists),
        {view.uid: view for view in views},
        whole=whole,
        git=lambda _: texts[0],
        remote=lambda _: texts[1],
        now=NOW,
        pass_id="pass",
        over=[Uid(uid) for uid in over],
    )


def left(view: View, step: Step) -> Record | None:
    """The record that one step leaves, None if it leaves the one that is there."""
    records = [change.record for change in noted(view, steps=[step]) if isinstance(change, PutRecord)]
    assert len(records) <= 1
    return records[0] if records else None


def ended(outcome: Outcome, action: Action = Action.UPDATE, **but: Any) -> Step:
    """A step that is not to be sent."""
    return a_step("a", action, outcome=outcome, **but)


def said(name: str = "a") -> Decision:
    return Decision(uid=Uid(name), choice=Choice.GIT, basis="", at=1.0)


def a_hold(name: str = "a", **but: Any) -> Hold:
    usual: dict[str, Any] = {"page_id": None, "action": "update", "code": "drift", "reason": "", "basis": ""}
    return Hold(uid=Uid(name), path=RepoPath(f"{name}.md"), at=1.0, **{**usual, **but})


# ------------------------------------------------------------ without a step


def test_what_moved_in_git_alone_gets_its_new_base_and_what_never_had_a_page_is_forgotten() -> None:
    moved, never = a_record("a", title="old", failure=FAILURE), a_record("b", page_id=None)
    views = a_view("a", record=moved), a_view("b", record=never, wanted=None), a_view("c", record=None, wanted=None)
    (put, drop) = noted(*views, refresh=(Uid("a"),), forget=(Uid("b"), Uid("c")))
    assert isinstance(put, PutRecord)
    assert (put.record.uid, put.record.title, put.record.failure) == ("a", "Title", None)
    assert drop == DropRecord(uid=Uid("b"))


def test_a_page_with_nothing_to_do_has_no_failure_and_nothing_open_any_more() -> None:
    calm = a_record("a")
    was = replace(calm, failure=FAILURE, open=Open.DEFERRED, leaving_since=3.0)
    assert noted(a_view(record=was)) == [PutRecord(record=calm)]
    assert noted(a_view(record=calm)) == []
    assert noted(a_view(record=was, wanted=None)) == []
    assert noted(a_view(record=was), steps=[a_step("a")]) == []


@pytest.mark.parametrize(
    ("before", "wants", "after"),
    [
        (Open.UNSETTLED, (Uid("b"),), Open.UNSETTLED),
        (Open.UNSETTLED, (), Open.NONE),
        (Open.DEFERRED, (Uid("b"),), Open.UNSETTLED),
        (Open.DEFERRED, (), Open.NONE),
    ],
)
def test_a_page_that_still_waits_for_a_link_stays_unsettled(before: Open, wants: tuple[Uid, ...], after: Open) -> None:
    was = a_record("a", open=before, failure=FAILURE)
    (put,) = noted(a_view(record=was, wanted=a_wanted("a", wants=wants)))
    assert put == PutRecord(record=replace(was, open=after, failure=None))


def test_what_waited_for_a_person_waits_no_more_where_there_is_no_step() -> None:
    view = a_view(hold=a_hold(), decision=said())
    assert noted(view) == [DropHold(uid=Uid("a")), DropDecision(uid=Uid("a"))]
    assert noted(view, steps=[a_step("a")]) == []
    assert noted(over=["x"]) == [DropHold(uid=Uid("x")), DropDecision(uid=Uid("x"))]


# --------------------------------------------------------------------- holds


def test_a_hold_has_all_that_a_person_is_to_see() -> None:
    record = a_record("a", text=text_id("base"))
    view = a_view(record=record, decision=said())
    step = ended(Outcome.HELD, code="drift", reason="why", candidates=(PageId("x"),))
    assert noted(view, steps=[step], texts=("git", "page")) == [
        DropDecision(uid=Uid("a")),
        PutText(text="git"),
        PutText(text="page"),
        PutHold(
            hold=Hold(
                uid=Uid("a"),
                path=RepoPath("a.md"),
                page_id=PageId("page-a"),
                action="update",
                code="drift",
                reason="why",
                basis=basis(view),
                at=NOW,
                base=text_id("base"),
                git=text_id("git"),
                remote=text_id("page"),
                candidates=(PageId("x"),),
                since_pass="pass",
            )
        ),
    ]


@pytest.mark.parametrize(
    ("record", "remote"),
    [
        (a_record("a", text=text_id("sent")), text_id("sent")),
        (a_record("a", text=text_id("sent"), server_text=text_id("kept")), text_id("kept")),
        (a_record("a"), None),
    ],
)
def test_where_nobody_read_the_page_its_last_known_text_is_shown(record: Record, remote: str | None) -> None:
    (put,) = noted(a_view(record=record), steps=[ended(Outcome.HELD)])
    assert isinstance(put, PutHold)
    assert (put.hold.git, put.hold.remote, put.hold.code) == (None, remote, "held")


def test_a_hold_that_stands_keeps_its_texts_and_follows_its_file() -> None:
    view = a_view(record=a_record("a"))
    view = replace(view, hold=a_hold(basis=basis(view), git=text_id("old")))
    step = ended(Outcome.HELD, code="drift")
    assert noted(view, steps=[step], texts=("git", "page")) == []
    moved = replace(view, record=a_record("a", path=RepoPath("b.md")))
    assert noted(moved, steps=[replace(step, path=RepoPath("b.md"))], texts=("git", "page")) == [
        PutHold(hold=replace(a_hold(basis=basis(view), git=text_id("old")), path=RepoPath("b.md")))
    ]


@pytest.mark.parametrize(
    ("code", "bound", "since"), [("drift", "before", 1.0), ("conflict", "before", NOW), ("conflict", "now", NOW)]
)
def test_a_hold_is_made_anew_when_a_side_moved_and_is_as_old_as_its_reason(code: str, bound: str, since: float) -> None:
    view = a_view(record=a_record("a"))
    view = replace(view, hold=a_hold(basis=basis(view) if bound == "now" else bound))
    (put,) = noted(view, steps=[ended(Outcome.HELD, code=code)])
    assert isinstance(put, PutHold)
    assert (put.hold.at, put.hold.code, put.hold.basis) == (since, code, basis(view))


def test_a_new_document_is_held_by_all_that_its_file_says_and_one_that_is_gone_by_nothing() -> None:
    new = a_view(record=None)
    step = ended(Outcome.HELD, Action.CREATE, code="foreign")
    put = next(change for change in noted(new, steps=[step]) if isinstance(change, PutHold))
    assert put.hold.basis == basis(replace(new, wanted=whole(Uid("a"))))
    assert (put.hold.base, put.hold.remote) == (None, None)
    known = a_view(record=a_record("a"))
    put = next(change for change in noted(known, steps=[step]) if isinstance(change, PutHold))
    assert put.hold.basis == basis(known)
    away = a_view(record=None, wanted=None)
    put = next(change for change in noted(away, steps=[step]) if isinstance(change, PutHold))
    assert put.hold.basis == basis(away)


def test_what_a_guard_holds_is_asked_of_nobody() -> None:
    assert noted(a_view(record=a_record("a")), steps=[ended(Outcome.HELD, code="max_removals")]) == []


# ------------------------------------------------- steps that are not to be sent


@pytest.mark.parametrize(("outcome", "open_"), [(Outcome.HELD, Open.NONE), (Outcome.SKIPPED, Open.DEFERRED)])
def test_a_new_document_is_the_same_one_in_the_next_pass(outcome: Outcome, open_: Open) -> None:
    record = left(a_view(record=None), ended(outcome, Action.CREATE))
    assert record is not None
    assert (record.page_id, record.links, record.open) == (None, ("all.md",), open_)


def test_a_file_that_may_be_another_document_or_is_gone_gets_no_record() -> None:
    assert left(a_view(record=None, ambiguous=("b.md",)), ended(Outcome.HELD, Action.CREATE)) is None
    assert left(a_view(record=None, wanted=None), ended(Outcome.SKIPPED)) is None


def test_a_page_that_is_held_is_known_by_its_new_path() -> None:
    record = a_record("a")
    assert left(a_view(record=record), ended(Outcome.HELD)) is None
    moved = ended(Outcome.HELD, path=RepoPath("b.md"))
    assert left(a_view(record=record), moved) == replace(record, path=RepoPath("b.md"))


def test_a_page_whose_removal_is_held_is_leaving_since_then() -> None:
    record, held = a_record("a"), ended(Outcome.HELD, Action.ARCHIVE)
    assert left(a_view(record=record, wanted=None), held) == replace(record, leaving_since=NOW)
    assert left(a_view(record=replace(record, leaving_since=3.0), wanted=None), held) is None
    unreadable = Unreadable(path=RepoPath("a.md"), blob=BlobId("c" * 40), code="not_utf8", reason="no text")
    assert left(a_view(record=record, wanted=None, unreadable=unreadable), held) is None


@pytest.mark.parametrize(("before", "since"), [(None, NOW), (3.0, 3.0)])
def test_a_page_that_waits_to_be_removed_is_leaving_since_its_file_went(before: float | None, since: float) -> None:
    record = a_record("a", leaving_since=before)
    view = a_view(record=record, wanted=None)
    assert left(view, ended(Outcome.SKIPPED, Action.ARCHIVE)) == replace(record, open=Open.LEAVING, leaving_since=since)


@pytest.mark.parametrize(
    ("text", "draft", "known"),
    [("Text.\n", None, True), ("By hand.\n", None, False), ("Text.\n", fingerprint("a draft"), False)],
)
def test_an_edit_that_nothing_comes_of_yet_leaves_the_page_to_be_looked_at(
    text: str, draft: Fingerprint | None, *, known: bool
) -> None:
    """The next pass took the page for what it had been, where the file turned out to be another one."""
    record = a_record("a", remote={BODY: fingerprint("Text.\n")}, version="3", updated=7.0)
    seen = Present(page_id=PageId("page-a"), prints={BODY: fingerprint(text)}, draft=draft)
    after = left(a_view(record=record, wanted=None, seen=seen), ended(Outcome.SKIPPED, Action.ARCHIVE))
    assert after is not None
    assert (after.version, after.updated) == (("3", 7.0) if known else (None, -7.0))


@pytest.mark.parametrize(("before", "after"), [(Open.UNSETTLED, Open.UNSETTLED), (Open.FAILED, Open.DEFERRED)])
def test_a_page_that_is_put_off_is_open_work_under_its_new_path(before: Open, after: Open) -> None:
    record = a_record("a", open=before)
    moved = ended(Outcome.SKIPPED, path=RepoPath("b.md"))
    assert left(a_view(record=record), moved) == replace(record, open=after, path=RepoPath("b.md"))


def test_a_page_that_is_gone_and_made_anew_later_waits_as_a_new_one() -> None:
    record = a_record("a", open=Open.UNSETTLED, former_ids=(PageId("first"),))
    waits = replace(record, page_id=None, former_ids=(PageId("first"), PageId("page-a")), open=Open.DEFERRED)
    anew = ended(Outcome.SKIPPED, Action.CREATE)
    assert left(a_view(record=record, seen=GONE), anew) == waits
    assert left(a_view(record=waits, seen=GONE), anew) == waits
    assert left(a_view(record=record, seen=GONE), ended(Outcome.SKIPPED)) == record
    hidden = Missing(kind=Absence.HIDDEN)
    assert left(a_view(record=record, seen=hidden), anew) == record
    decided = a_view(record=record, seen=GONE, decision=said())
    assert left(decided, anew) == record  # they may say something else yet
    there = Present(page_id=PageId("page-a"), prints={})
    assert left(a_view(record=record, seen=there), anew) == record


def test_a_page_that_people_put_away_and_that_comes_back_later_is_known_as_away() -> None:
    """Each pass took it for a page that was there, tried to bring it back, and failed."""
    record = a_record("a", open=Open.UNSETTLED)
    trashed, back = Missing(kind=Absence.TRASHED), ended(Outcome.SKIPPED, Action.RESTORE)
    waits = replace(record, standing=Standing.REMOVED, removal=Removal.ARCHIVE)
    assert left(a_view(record=record, seen=trashed), back) == waits
    assert left(a_view(record=record, seen=trashed, decision=said()), back) == record
    assert left(a_view(record=record), back) == record


def test_what_is_to_be_sent_or_is_unknown_leaves_nothing_yet() -> None:
    record = a_record("a", open=Open.FAILED)
    for outcome in (Outcome.PLANNED, Outcome.UNKNOWN):
        assert left(a_view(record=record, wanted=None), ended(outcome)) is None
        assert left(a_view(record=record), ended(outcome)) is None
        assert left(a_view(record=None), ended(outcome)) is None


# ------------------------------------------------------------------- failures


UNREADABLE = Unreadable(path=RepoPath("a.md"), blob=BlobId("c" * 40), code="not_utf8", reason="no text")


def test_a_file_that_cannot_be_read_has_failed_since_it_was_so() -> None:
    now = Failure(code="not_utf8", reason=UNREADABLE.told, payload=f"blob:{UNREADABLE.blob}", at=NOW)
    view = a_view(record=a_record("a"), wanted=None, unreadable=UNREADABLE)
    moved = ended(Outcome.FAILED, path=RepoPath("b.md"))
    assert left(view, moved) == a_record("a", failure=now, path=RepoPath("b.md"))
    before = replace(now, at=3.0)
    again = replace(view, record=a_record("a", failure=before))
    assert left(again, ended(Outcome.FAILED)) == again.record
    other = replace(view, record=a_record("a", failure=FAILURE))
    assert left(other, ended(Outcome.FAILED)) == a_record("a", failure=now)


def test_a_new_file_that_cannot_be_read_is_remembered_as_failed() -> None:
    record = left(a_view(record=None, wanted=None, unreadable=UNREADABLE), ended(Outcome.FAILED, Action.CREATE))
    assert record is not None
    assert (record.uid, record.path, record.blob, record.title) == ("a", "a.md", UNREADABLE.blob, "a.md")
    assert record.failure is not None


def test_a_page_that_failed_for_its_own_reason_has_that_in_its_record_until_what_is_sent_moves() -> None:
    step = ended(Outcome.FAILED, code="too_large", reason="why")
    failure = Failure(code="too_large", reason="why", payload="p", at=NOW)
    assert left(a_view(record=a_record("a")), step) == a_record("a", failure=failure)
    moved = replace(step, path=RepoPath("b.md"))
    assert left(a_view(record=a_record("a")), moved) == a_record("a", failure=failure, path=RepoPath("b.md"))
    assert left(a_view(record=a_record("a", failure=FAILURE)), step) is None
    other = replace(FAILURE, payload="before")
    assert left(a_view(record=a_record("a", failure=other)), step) == a_record("a", failure=failure)
    assert left(a_view(record=a_record("a")), ended(Outcome.FAILED)) == a_record(
        "a", failure=Failure(code="failed", reason="", payload="p", at=NOW)
    )


def test_a_new_document_that_failed_is_known_by_all_that_its_file_says() -> None:
    record = left(a_view(record=None), ended(Outcome.FAILED, Action.CREATE, code="too_large"))
    assert record is not None
    assert (record.links, record.failure) == (
        ("all.md",),
        Failure(code="too_large", reason="", payload="whole", at=NOW),
    )


def test_what_the_next_pass_tries_again_and_what_has_no_file_is_no_failure_of_a_page() -> None:
    assert left(a_view(record=a_record("a")), ended(Outcome.FAILED, code="hidden")) is None
    assert left(a_view(record=a_record("a"), wanted=None), ended(Outcome.FAILED, code="too_large")) is None


# -------------------------------------------------------------- how it ended


def results(*ends: tuple[Outcome, str | None]) -> list[StepResult]:
    return [
        StepResult(step=a_step(f"s{k}"), outcome=outcome, page_id=None, code=code, reason="", requests=0)
        for k, (outcome, code) in enumerate(ends)
    ]


def guarded(*codes: str) -> Plan:
    return replace(plan_of(), guards=tuple(Guard(code=code, message="", hint="") for code in codes))


@pytest.mark.parametrize(
    ("outcome", "code", "over"),
    [
        (Outcome.DONE, None, True),
        (Outcome.HELD, "drift", True),
        (Outcome.HELD, "max_removals", False),
        (Outcome.FAILED, "rejected", True),
        (Outcome.FAILED, "hidden", False),
        (Outcome.SKIPPED, "parent", False),
        (Outcome.DEFERRED, "budget", False),
        (Outcome.UNKNOWN, None, False),
    ],
)
def test_a_pass_is_finished_where_only_a_steps_own_change_can_alter_its_end(
    outcome: Outcome, code: str | None, *, over: bool
) -> None:
    assert finished(results((Outcome.DONE, None), (outcome, code)), plan_of()) is over
    assert finished(results((outcome, code), (Outcome.DONE, None)), plan_of()) is over


def test_a_pass_that_a_guard_held_is_not_finished() -> None:
    assert finished([], plan_of())
    assert not finished([], guarded("max_removals"))
    assert finished([], guarded("remote_removed"))


@pytest.mark.parametrize(
    ("outcomes", "result"),
    [
        ([], Result.OK),
        ([Outcome.DONE, Outcome.SKIPPED], Result.OK),
        ([Outcome.DONE, Outcome.DEFERRED], Result.DEFERRED),
        ([Outcome.UNKNOWN], Result.DEFERRED),
        ([Outcome.DEFERRED, Outcome.HELD], Result.HELD),
        ([Outcome.HELD, Outcome.FAILED, Outcome.DEFERRED], Result.FAILED),
    ],
)
def test_a_pass_ends_as_the_worst_of_its_steps(outcomes: list[Outcome], result: Result) -> None:
    assert result_of(results(*((each, None) for each in outcomes)), plan_of(), interrupted=False) is result


def test_a_pass_that_was_interrupted_is_deferred_and_one_that_a_guard_met_is_held() -> None:
    done = results((Outcome.DONE, None))
    assert result_of(done, plan_of(), interrupted=True) is Result.DEFERRED
    assert result_of(done, guarded("max_removals"), interrupted=True) is Result.HELD
