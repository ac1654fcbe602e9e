"""One step: it looks, asks the table again with what is there, and does what that says."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from pagemirror.content import Merged, merge
from pagemirror.executor.observe import prints_of, see
from pagemirror.executor.outcomes import based_on, fresh, refreshed, written
from pagemirror.executor.ports import Done, Rendered
from pagemirror.executor.steps import LOOKS, WAITS, Stepper
from pagemirror.model.errors import Changed, NotApplied, PutOff, Rejected
from pagemirror.model.fields import BODY, TITLE
from pagemirror.model.ids import BlobId, PageId, RepoPath, Uid
from pagemirror.model.images import Upload
from pagemirror.model.pages import Absence, Absent, Found, Removal
from pagemirror.model.plans import Action, Outcome, Step
from pagemirror.model.records import Choice, Decision, Failure, Hold, Open, Record, Standing
from pagemirror.planner.policy import Policy, Way
from pagemirror.planner.table import basis
from pagemirror.planner.views import View
from pagemirror.state.interface import DropDecision, DropIntent, PutHold, PutIntent, PutRecord
from support.steps import Memory, Shelf, StillClock, Target, Texts, a_context, a_page, a_record, a_step, a_wanted

EXEC = a_context().backend
POLICY = a_context().policy
NOW = StillClock().now()
UID, ID = Uid("a"), PageId("page-a")
BASE, GIT = "Base.\n\nSecond.\n", "From Git.\n\nSecond.\n"
PAGE = a_page(body=BASE)
EDITED = a_page(body="By hand.\n\nSecond.\n")
UPLOAD = Upload(path=RepoPath("i.png"), blob=BlobId("c" * 40), name="i.png", file="1")


def rendered(body: str = GIT, **but: Any) -> Rendered:
    return Rendered(
        wanted=a_wanted("a", body=body, payload="now", **but), fields={TITLE: "Title", BODY: body}, pending=()
    )


def level(**but: Any) -> Record:
    """A page that stands as Git had it."""
    record, _ = written(EXEC, based_on(a_record("a"), rendered(BASE)), PAGE, PAGE.fields, {})
    return replace(record, **but)


class Merging(Texts):
    """Texts that are merged as the product does."""

    def merge(self, base: str, git: str, remote: str) -> str | None:
        found = merge(base, git, remote)
        return found.text if isinstance(found, Merged) else None


class Case:
    """One step on a target; the file says something else than the page, if nothing else is told."""

    def __init__(
        self,
        *found: Found | Exception,
        action: Action = Action.UPDATE,
        record: Record | None = None,
        given: Rendered | None = None,
        new: bool = False,
        gone: bool = False,
        policy: Policy = POLICY,
        approved: bool = False,
        page: PageId | None = ID,
        answers: Any = (),
        way: str = "",
        read: Found | None = None,
        **of_view: Any,
    ) -> None:
        self.journal = Memory()
        self.target = Target(*found, answers=answers, journal=self.journal)
        self.given = given or rendered()
        self.pages = Shelf({"a": self.given})
        record = None if new else record or level()
        self.view = View(uid=UID, record=record, wanted=None if gone else self.given.wanted, **of_view)
        self.step = a_step("a", action, page_id=page, way=way, reason="planned")
        context = a_context(
            self.target,
            journal=self.journal,
            pages=self.pages,
            policy=policy,
            approved=approved,
            texts=Merging(BASE, GIT),
        )
        self.stepper = Stepper(context, read={} if read is None else {read.id: read})

    def run(self) -> Done:
        return asyncio.run(self.stepper.run(self.step, self.view))

    def looks(self) -> int:
        return len([name for name, _ in self.target.calls if name == "get"])

    @property
    def record(self) -> Record:
        """The record that was written last."""
        return [change.record for change in self.journal.changes if isinstance(change, PutRecord)][-1]


def ended(done: Done) -> tuple[Outcome, str | None]:
    return done.outcome, done.code


# ------------------------------------------------------------ without a look


def test_a_file_that_only_moved_and_a_page_that_is_kept_cost_no_request() -> None:
    for action, gone in ((Action.MOVE, False), (Action.KEEP, True)):
        case = Case(PAGE, action=action, gone=gone)
        assert case.run().outcome is Outcome.DONE
        assert case.target.calls == []


def test_a_new_page_is_made_without_a_look_and_a_named_one_is_looked_at() -> None:
    case = Case(PAGE, action=Action.CREATE, new=True, page=None)
    assert case.run().outcome is Outcome.DONE
    assert case.target.calls == [("create", case.given.fields)]
    case = Case(EDITED, action=Action.CREATE, new=True)
    assert ended(case.run()) == (Outcome.HELD, "foreign")
    assert case.looks() == 1


def test_a_step_without_a_page_has_nothing_to_look_at() -> None:
    with pytest.raises(NotApplied) as caught:
        Case(PAGE, page=None).run()
    assert caught.value.code == "internal"


# ---------------------------------------------------------------- the look


def test_a_page_that_is_as_it_should_be_follows_its_file_that_moved() -> None:
    there = rendered(BASE)
    case = Case(PAGE, given=replace(there, wanted=replace(there.wanted, path=RepoPath("moved.md"))))
    assert case.run().outcome is Outcome.DONE
    assert case.target.calls == [("get", ID)]
    assert case.record == replace(level(), path=RepoPath("moved.md"))


def test_a_page_that_is_as_it_should_be_gets_its_stamp_again() -> None:
    case = Case(PAGE, given=rendered(BASE), record=level(version=None, updated=-7.0))
    done = case.run()
    assert (done.outcome, done.reason) == (Outcome.DONE, "the page is as it should be")
    assert (case.record.version, case.record.updated) == (PAGE.header.version, PAGE.header.updated)


def test_a_page_that_is_away_comes_back_once_the_page_above_it_is_there() -> None:
    there = rendered(BASE)
    below = replace(there, wanted=replace(there.wanted, parent=Uid("above")))
    away = Absent(id=ID, kind=Absence.ARCHIVED, page=PAGE)
    policy = replace(POLICY, on_remote_removal=Way.RECREATE, can_restore=True)
    case = Case(away, given=below, policy=policy)
    done = case.run()
    assert ended(done) == (Outcome.SKIPPED, "parent")
    assert done.record == replace(level(), standing=Standing.REMOVED, removal=Removal.ARCHIVE)
    assert case.target.calls == [("get", ID)]
    case = Case(away, given=below, policy=policy)
    case.pages.known_ids[Uid("above")] = PageId("page-above")
    assert case.run().outcome is Outcome.DONE
    assert [name for name, _ in case.target.calls] == ["get", "restore"]


def test_what_is_as_the_record_says_is_written() -> None:
    case = Case(PAGE)
    assert case.run().outcome is Outcome.DONE
    assert case.target.calls == [("get", ID), ("update", {BODY: GIT})]


def test_a_page_that_moved_between_look_and_write_is_looked_at_again() -> None:
    case = Case(PAGE, PAGE, EDITED, answers=[Changed("moved")] * (LOOKS - 1))
    assert ended(case.run()) == (Outcome.HELD, "conflict")
    assert case.looks() == LOOKS
    drops = [change for change in case.journal.changes if change == DropIntent(uid=UID)]
    assert len(drops) == LOOKS - 1  # nothing was applied


def test_a_page_that_somebody_keeps_changing_waits_for_another_pass() -> None:
    case = Case(PAGE, answers=[Changed("moved")] * (LOOKS + 1))
    done = case.run()
    assert ended(done) == (Outcome.DEFERRED, "changed")
    assert done.reason == "somebody keeps changing the page while it is written; try again later"
    assert (done.page_id, done.record) == (ID, case.view.record)
    assert case.looks() == LOOKS


def test_a_write_that_had_to_wait_is_looked_at_again_more_often() -> None:
    waits: list[Exception] = [PutOff("waited")] * (WAITS - 1)
    case = Case(PAGE, answers=[*waits, *[Changed("moved")] * (LOOKS - 1)])
    assert case.run().outcome is Outcome.DONE
    case = Case(PAGE, answers=[*waits, PutOff("waited")])
    assert ended(case.run()) == (Outcome.DEFERRED, "put_off")
    assert case.looks() == WAITS


def test_a_read_from_before_our_own_write_is_asked_for_once_more() -> None:
    stale = a_page(body="Older.\n", header={"updated": 999.0})
    case = Case(stale, PAGE)
    assert case.run().outcome is Outcome.DONE
    case = Case(stale)
    assert ended(case.run()) == (Outcome.DEFERRED, "stale")
    assert case.target.calls == [("get", ID)] * 2


def test_a_page_that_was_read_to_be_adopted_is_not_read_again_unless_it_moved() -> None:
    same = rendered(BASE)
    case = Case(EDITED, action=Action.ADOPT, new=True, given=same, read=PAGE)
    assert case.run().outcome is Outcome.DONE
    assert case.target.calls == []
    case = Case(EDITED, read=PAGE)
    assert ended(case.run()) == (Outcome.HELD, "conflict")


def test_a_page_that_is_not_visible_is_no_page_that_is_gone() -> None:
    case = Case(Absent(id=ID, kind=Absence.HIDDEN))
    done = case.run()
    assert ended(done) == (Outcome.FAILED, "hidden")
    assert done.action is Action.UPDATE
    assert case.record == replace(level(), open=Open.FAILED)
    new = Case(Absent(id=ID, kind=Absence.HIDDEN), action=Action.ADOPT, new=True)
    assert ended(new.run()) == (Outcome.FAILED, "hidden")


def test_a_document_whose_record_has_no_page_is_tied_to_the_one_that_was_found() -> None:
    case = Case(PAGE, action=Action.ADOPT, record=a_record("a", page_id=None), given=rendered(BASE))
    assert case.run().action is Action.ADOPT
    assert case.record.page_id == ID
    foreign = Case(EDITED, action=Action.ADOPT, record=a_record("a", page_id=None))
    assert ended(foreign.run()) == (Outcome.HELD, "foreign")
    assert foreign.record.page_id is None


# ------------------------------------------------------- what the table says


def test_a_page_that_needs_nothing_any_more_costs_the_look_alone() -> None:
    given = rendered(BASE)
    case = Case(PAGE, given=given)
    assert case.run().outcome is Outcome.DONE
    assert case.target.wrote() == []
    assert case.record == refreshed(level(), given.wanted)


def test_a_plan_that_knew_no_fingerprints_is_asked_again_with_the_rendering() -> None:
    case = Case(PAGE, given=rendered(BASE))
    case.view = replace(case.view, wanted=replace(case.given.wanted, sent={BODY: case.given.wanted.sent[TITLE]}))
    assert case.run().action is None  # an update that sends nothing would call itself one
    assert case.target.wrote() == []


def test_a_persons_edit_turns_an_update_into_a_hold() -> None:
    case = Case(EDITED)
    assert ended(case.run()) == (Outcome.HELD, "conflict")
    assert case.target.wrote() == []


def test_a_conflict_in_which_the_file_has_all_that_people_wrote_asks_nobody() -> None:
    body = "By hand.\n\nSecond.\n\nThird.\n"
    case = Case(EDITED, given=rendered(body))
    assert case.run().outcome is Outcome.DONE
    assert case.target.wrote() == [("update", {BODY: body})]


@pytest.mark.parametrize("policy", [replace(POLICY, on_drift=Way.REMOTE), replace(POLICY, on_drift=Way.GIT)])
def test_an_approved_step_becomes_no_other_one(policy: Policy) -> None:
    free = Case(EDITED, given=rendered(BASE), policy=policy)
    assert free.run().outcome is Outcome.DONE
    case = Case(EDITED, given=rendered(BASE), policy=policy, approved=True)
    done = case.run()
    assert ended(done) == (Outcome.HELD, "plan_changed")
    assert done.reason.startswith("the approved plan says update; now: the page was edited")
    assert case.target.wrote() == []


def test_an_approved_step_goes_on_as_it_was_approved() -> None:
    assert Case(PAGE, approved=True).run().outcome is Outcome.DONE
    assert ended(Case(EDITED, approved=True).run()) == (Outcome.HELD, "conflict")
    gone = Case(Absent(id=ID, kind=Absence.GONE), approved=True)
    assert ended(gone.run()) == (Outcome.HELD, "remote_removed")  # what waits may be of another action


def test_a_page_whose_file_is_gone_is_removed_as_the_settings_say() -> None:
    for how, action in ((Removal.ARCHIVE, Action.ARCHIVE), (Removal.DELETE, Action.DELETE)):
        case = Case(PAGE, action=action, gone=True, policy=replace(POLICY, on_removal=how))
        assert case.run().outcome is Outcome.DONE
        ((name, (page, told, _)),) = case.target.wrote()
        assert (name, page, told) == ("remove", ID, how)


def test_what_the_target_did_is_written_down() -> None:
    case = Case(Absent(id=ID, kind=Absence.GONE), action=Action.ARCHIVE, gone=True)
    assert case.run().action is Action.RECORD
    assert (case.record.standing, case.record.removal) == (Standing.REMOVED, "delete")


def archived() -> Record:
    return level(standing=Standing.REMOVED, removal="archive")


def test_a_page_whose_file_is_back_is_brought_back_where_it_is() -> None:
    policy = replace(POLICY, can_restore=True)
    for found in (Absent(id=ID, kind=Absence.TRASHED, page=PAGE), replace(PAGE, tombstone=True)):
        case = Case(found, action=Action.RESTORE, record=archived(), policy=policy)
        assert case.run().action is Action.RESTORE
        assert case.target.wrote() == [("restore", case.given.fields)]


@pytest.mark.parametrize("can_restore", [True, False])
def test_a_page_that_can_not_be_brought_back_is_made_anew_and_the_old_one_is_known(*, can_restore: bool) -> None:
    away = Absent(id=ID, kind=Absence.GONE if can_restore else Absence.TRASHED)
    record = replace(archived(), former_ids=(PageId("older"),))
    policy = replace(POLICY, can_restore=can_restore)
    case = Case(away, action=Action.CREATE, record=record, policy=policy)
    assert case.run().action is Action.CREATE
    assert (case.record.page_id, case.record.former_ids) == ("page-new", ("older", ID))
    assert [put.intent.record.page_id for put in case.journal.of(PutIntent)] == [None]


@pytest.mark.parametrize("above", [None, Uid("above")])
@pytest.mark.parametrize("said", [True, False])
def test_a_page_that_is_gone_and_waits_for_the_one_above_is_still_known_where_a_person_said_what_to_do(
    above: Uid | None, *, said: bool
) -> None:
    """They may say something else yet. Where nobody said a thing, it waits as a new one does."""
    away = Absent(id=ID, kind=Absence.GONE)
    word = Decision(uid=UID, choice=Choice.GIT, basis="b", at=1.0) if said else None
    case = Case(away, action=Action.CREATE, record=archived(), given=rendered(parent=above), decision=word)
    done = case.run()
    if above is None:
        assert (done.outcome, case.record.page_id, case.record.former_ids) == (Outcome.DONE, "page-new", (ID,))
        assert done.record == case.record
    else:
        waits = archived() if said else replace(archived(), page_id=None, former_ids=(ID,))
        assert (ended(done), done.record) == ((Outcome.SKIPPED, "parent"), waits)


def test_a_page_out_of_a_trash_that_shows_nothing_is_made_anew() -> None:
    away = Absent(id=ID, kind=Absence.TRASHED)
    case = Case(away, action=Action.RESTORE, record=archived(), policy=replace(POLICY, can_restore=True))
    assert case.run().action is Action.CREATE
    assert case.record.former_ids == (ID,)


def test_a_page_that_a_person_named_for_a_file_that_is_gone_goes_with_it() -> None:
    record = a_record("a", page_id=None, remote=prints_of(EXEC, PAGE.fields))
    hold = Hold(
        uid=UID, path=record.path, page_id=None, action="create", code="in_doubt", reason="lost", basis="", at=1.0
    )
    hold = replace(hold, basis=basis(View(uid=UID, record=record, hold=hold)))
    chosen = Decision(uid=UID, choice=Choice.PAGE, basis=hold.basis, at=1.0, page_id=ID)
    case = Case(PAGE, action=Action.ARCHIVE, gone=True, record=record, hold=hold, decision=chosen)
    case.run()
    assert case.record.page_id == ID
    edited = Case(EDITED, action=Action.ARCHIVE, gone=True, record=record, hold=hold, decision=chosen)
    assert ended(edited.run()) == (Outcome.HELD, "removed_and_edited")
    assert [put.hold.page_id for put in edited.journal.of(PutHold)] == [ID]


def test_images_that_this_pass_sent_stay_known() -> None:
    case = Case(EDITED)
    case.pages.sent(UID, (UPLOAD,))
    case.run()
    assert case.record.uploads == (UPLOAD,)


# ------------------------------------------------------------------ refused


def refused(*, code: str = "too_large", **but: Any) -> tuple[Case, Done]:
    case = Case(PAGE, answers=[Rejected("no", code=code)], **but)
    case.pages.sent(UID, (UPLOAD,))
    return case, case.run()


def test_a_page_that_is_refused_fails_until_what_would_be_sent_moves() -> None:
    case, done = refused(record=level(open=Open.UNSETTLED, path=RepoPath("old.md")))
    failure = Failure(code="too_large", reason="no", payload="now", at=NOW)
    assert case.record == replace(level(), failure=failure, uploads=(UPLOAD,))
    assert case.journal.changes[-2:] == [DropIntent(uid=UID), PutRecord(record=case.record)]
    assert done == Done(outcome=Outcome.FAILED, code="too_large", reason="no", page_id=ID, record=case.record)


def test_a_page_whose_parent_is_missing_is_tried_again_whatever_would_be_sent() -> None:
    case, _ = refused(code="parent")
    assert case.record == replace(level(), open=Open.FAILED, uploads=(UPLOAD,))


def test_a_new_page_that_is_refused_stays_the_same_document() -> None:
    case, done = refused(action=Action.CREATE, new=True, page=None)
    assert done.page_id is None
    assert replace(case.record, failure=None) == fresh(case.given.wanted)


def test_a_removal_that_is_refused_goes_on_leaving() -> None:
    case, done = refused(action=Action.ARCHIVE, gone=True)
    assert case.record == replace(level(), open=Open.LEAVING, uploads=(UPLOAD,))
    assert done.record == case.record


# ------------------------------------------------------------------ put off


def put_off(step: Step, **but: Any) -> tuple[Done, Memory]:
    case = Case(PAGE, action=step.action, gone=True, **but)
    return asyncio.run(case.stepper.put_off(step, case.view)), case.journal


def test_a_removal_that_has_to_wait_is_leaving_since_it_first_had_to() -> None:
    step = a_step("a", Action.ARCHIVE, outcome=Outcome.SKIPPED, code="listing", reason="short")
    done, journal = put_off(step)
    leaving = level(leaving_since=NOW)
    assert journal.changes == [PutRecord(record=leaving)]
    assert done == Done(outcome=Outcome.SKIPPED, code="listing", reason="short", page_id=ID, record=leaving)
    assert put_off(step, record=level(leaving_since=1.0))[0].record == level(leaving_since=1.0)


def test_a_removal_that_is_held_is_told_and_what_a_person_decided_stands() -> None:
    step = a_step("a", Action.DELETE, outcome=Outcome.HELD, code="foreign_children", reason="below")
    chosen = Decision(uid=UID, choice=Choice.GIT, basis="b", at=1.0)
    done, journal = put_off(step, decision=chosen)
    ((hold,),) = [[put.hold for put in journal.of(PutHold)]]
    assert (hold.code, hold.action, hold.reason) == ("foreign_children", Action.DELETE, "below")
    assert (done.outcome, done.record) == (Outcome.HELD, level(leaving_since=NOW))
    assert not journal.of(DropDecision)


# ------------------------------------------------- what a look may come to


def test_in_an_approved_run_a_page_may_follow_its_file_and_what_else_came_is_asked_of_nobody_later() -> None:
    there = rendered(BASE)
    moved = replace(there, wanted=replace(there.wanted, path=RepoPath("moved.md")))
    assert ended(Case(PAGE, given=moved, approved=True).run()) == (Outcome.DONE, None)
    case = Case(EDITED, approved=True, policy=replace(POLICY, on_conflict=Way.GIT))
    assert ended(case.run()) == (Outcome.HELD, "plan_changed")
    assert case.journal.of(PutHold) == []


def test_a_step_tells_why_the_look_made_it_write() -> None:
    done = Case(EDITED, given=rendered(BASE), policy=replace(POLICY, on_drift=Way.GIT)).run()
    assert done.reason == "the page was edited; Git wins by policy"


def test_where_the_page_above_is_missing_an_edit_that_was_seen_is_not_forgotten() -> None:
    seen = see(EXEC, level(), EDITED)
    refused = Rejected("no such page", code="parent")
    case = Case(EDITED, policy=replace(POLICY, on_conflict=Way.GIT), answers=[refused], seen=seen)
    assert ended(case.run()) == (Outcome.FAILED, "parent")
    assert case.record.updated == -level().updated


def test_a_persons_word_stands_while_the_page_that_it_is_about_waits_for_the_one_above() -> None:
    there = rendered(BASE)
    below = replace(there, wanted=replace(there.wanted, parent=Uid("above")))
    away = Absent(id=ID, kind=Absence.ARCHIVED, page=PAGE)
    policy = replace(POLICY, on_remote_removal=Way.RECREATE, can_restore=True)
    word = Decision(uid=UID, choice=Choice.GIT, basis="another", at=1.0)
    done = Case(away, given=below, policy=policy, decision=word).run()
    assert (ended(done), done.record) == ((Outcome.SKIPPED, "parent"), level())
