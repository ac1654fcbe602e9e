"""Who works when, what the target's errors become, and what the end of a pass leaves to be done."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest

from pagemirror.executor import run
from pagemirror.executor.ports import Done, Rendered
from pagemirror.executor.sparing import Sparing
from pagemirror.executor.stop import Stop
from pagemirror.model.errors import (
    BackendError,
    Deferred,
    NotApplied,
    Rejected,
    StateError,
    TargetUnusable,
    UnknownOutcome,
)
from pagemirror.model.fields import BODY, PARENT, TITLE, Fields, fingerprint
from pagemirror.model.ids import BlobId, PageId, RepoPath, Uid
from pagemirror.model.images import Upload
from pagemirror.model.pages import Complete, Found, Header, Listing
from pagemirror.model.plans import Action, Outcome, Step
from pagemirror.model.records import Choice, Decision, Hold, Open, Record
from pagemirror.planner.views import Present
from pagemirror.state.interface import DropIntent, PutRecord
from support.steps import Act, Memory, Shelf, a_page, a_record, a_step, a_wanted, run_steps, well

NAMES = [f"s{number:02}" for number in range(10)]
STEPS = [a_step(name) for name in NAMES]


def test_all_steps_end_and_are_told_in_the_plans_order() -> None:
    ran, _ = run_steps(STEPS, well)
    assert [result.step.uid for result in ran.results] == NAMES
    assert {result.outcome for result in ran.results} == {Outcome.DONE}
    assert [result.requests for result in ran.results] == [1] * 10


def test_the_first_request_goes_alone_and_then_many_at_once() -> None:
    _, stepper = run_steps(STEPS, well, concurrency=4)
    assert stepper.crowd[:2] == [1, 1]
    assert max(stepper.crowd) == 4


def test_a_step_without_a_request_does_not_end_the_caution() -> None:
    _, stepper = run_steps(STEPS, well, silent=NAMES[:2])
    assert stepper.crowd[:4] == [1, 1, 1, 1]
    assert max(stepper.crowd) == 4


def test_the_caution_is_over_with_the_first_request() -> None:
    _, stepper = run_steps(STEPS, well, silent=NAMES[1:])
    assert stepper.crowd[1:] == [1, 2, 3, 4, 1, 2, 3, 4, 1]


def test_an_unusable_target_stops_the_rest_and_says_why() -> None:
    async def act(step: Step) -> Done:
        if step.uid == "s02":
            raise TargetUnusable("the token was refused", code="credentials")
        return await well(step)

    ran, stepper = run_steps(STEPS, act, concurrency=1)
    assert stepper.order == NAMES[:3]
    assert ran.unusable is not None
    outcomes = [(result.outcome, result.code) for result in ran.results]
    assert outcomes[2] == (Outcome.FAILED, "credentials")
    assert set(outcomes[3:]) == {(Outcome.SKIPPED, "credentials")}


def test_a_refused_token_costs_one_request() -> None:
    async def act(_: Step) -> Done:
        raise TargetUnusable("the token was refused", code="credentials")

    _, stepper = run_steps(STEPS, act, concurrency=8)
    assert stepper.order == NAMES[:1]


def test_no_connection_stops_the_mirror_but_a_server_error_of_one_page_does_not() -> None:
    async def unreachable(step: Step) -> Done:
        if step.uid == "s02":
            raise NotApplied("no connection")
        return await well(step)

    async def unwell(step: Step) -> Done:
        if step.uid == "s02":
            raise NotApplied("the server answered 503", status=503)
        return await well(step)

    assert run_steps(STEPS, unreachable, concurrency=1)[1].order == NAMES[:3]
    ran, stepper = run_steps(STEPS, unwell, concurrency=1)
    assert stepper.order == NAMES
    assert ran.unusable is None
    assert [result.step.uid for result in ran.results if result.outcome is Outcome.FAILED] == ["s02"]


def test_a_budget_that_is_used_up_defers_the_rest_until_it_is_free_again() -> None:
    async def act(step: Step) -> Done:
        if step.uid == "s02":
            raise Deferred("used up", until=12345.0)
        return await well(step)

    ran, stepper = run_steps(STEPS, act, concurrency=1)
    assert stepper.order == NAMES[:3]
    assert ran.until == 12345.0
    assert {result.outcome for result in ran.results[2:]} == {Outcome.DEFERRED}


def test_no_step_begins_after_somebody_asked_to_stop() -> None:
    stop = Stop()

    async def act(step: Step) -> Done:
        if step.uid == "s03":
            stop.ask()
        return await well(step)

    ran, stepper = run_steps(STEPS, act, stop=stop, concurrency=1)
    assert stepper.order == NAMES[:4]
    assert {(result.outcome, result.code) for result in ran.results[4:]} == {(Outcome.SKIPPED, "stopped")}


def test_nothing_begins_when_the_stop_came_first() -> None:
    stop = Stop()
    stop.ask()
    ran, stepper = run_steps(STEPS, well, stop=stop)
    assert stepper.order == []
    assert {result.outcome for result in ran.results} == {Outcome.SKIPPED}


def test_an_unknown_outcome_keeps_its_intent_and_every_other_error_drops_it() -> None:
    for error, dropped in (
        (UnknownOutcome("cut"), False),
        (NotApplied("429", status=429), True),
        (Deferred("later", until=1.0), True),
        (TargetUnusable("no"), True),
    ):
        journal = Memory()

        async def act(_: Step, error: BackendError = error) -> Done:
            raise error

        ran, _ = run_steps(STEPS[:1], act, journal=journal)
        assert bool(journal.of(DropIntent)) == dropped
        assert (ran.results[0].outcome is Outcome.UNKNOWN) == (not dropped)


@pytest.mark.parametrize(
    ("error", "mark"),
    [
        (UnknownOutcome("cut"), Open.UNKNOWN),
        (Deferred("later", until=1.0), Open.DEFERRED),
        (NotApplied("503", status=503), Open.FAILED),
        (TargetUnusable("no"), Open.FAILED),
    ],
)
def test_what_must_be_tried_again_is_marked_in_its_record(error: BackendError, mark: Open) -> None:
    journal = Memory()

    async def act(_: Step) -> Done:
        raise error

    run_steps(STEPS[:1], act, journal=journal)
    assert [change.record.open for change in journal.of(PutRecord)] == [mark]


@pytest.mark.parametrize(
    ("error", "marks"),
    [
        (UnknownOutcome("cut"), [Open.UNKNOWN]),
        (Deferred("later", until=1.0), []),
        (NotApplied("503", status=503), []),
        (TargetUnusable("no"), []),
    ],
)
def test_what_is_to_be_settled_stays_so_while_it_is_put_off(error: BackendError, marks: list[Open]) -> None:
    journal = Memory()

    async def act(_: Step) -> Done:
        raise error

    run_steps(STEPS[:1], act, journal=journal, records={"s00": a_record("s00", open=Open.UNSETTLED)})
    assert [change.record.open for change in journal.of(PutRecord)] == marks


def test_a_page_that_is_gone_and_waits_for_the_one_above_is_remembered_without_it() -> None:
    journal = Memory()
    record = a_record("s00", open=Open.UNSETTLED, page_id=None)

    async def act(_: Step) -> Done:
        return Done(outcome=Outcome.SKIPPED, code="parent", record=record)

    run_steps(STEPS[:1], act, journal=journal, records={"s00": a_record("s00", open=Open.UNSETTLED)})
    assert [change.record for change in journal.of(PutRecord)] == [replace(record, open=Open.DEFERRED)]


@pytest.mark.parametrize("open_", [Open.NONE, Open.UNSETTLED])
@pytest.mark.parametrize(
    ("error", "mark"),
    [
        (NotApplied("busy", status=503), Open.FAILED),
        (UnknownOutcome("no answer"), Open.UNKNOWN),
        (Deferred("the budget is used up", until=9.0), Open.DEFERRED),
    ],
)
def test_an_edit_that_a_failed_step_was_about_is_looked_at_again(error: BackendError, mark: Open, open_: Open) -> None:
    journal, base = Memory(), {BODY: fingerprint("Text.\n")}
    record = a_record("s00", open=open_, remote=base, version="3", updated=7.0)

    async def act(_: Step) -> Done:
        raise error

    seen = Present(page_id=PageId("page-s00"), prints={BODY: fingerprint("By hand.\n")})
    run_steps(STEPS[:1], act, journal=journal, records={"s00": record}, seen=seen)
    kept = open_ if open_ is Open.UNSETTLED and mark is not Open.UNKNOWN else mark
    expected = replace(record, open=kept, version=None, updated=-7.0)
    assert [change.record for change in journal.of(PutRecord)] == [expected]
    journal.changes.clear()
    run_steps(STEPS[:1], act, journal=journal, records={"s00": record}, seen=replace(seen, prints=base))
    assert all(change.record.updated > 0 for change in journal.of(PutRecord))


def test_a_page_refused_for_its_own_reason_is_not_open_work() -> None:
    journal = Memory()

    async def act(_: Step) -> Done:
        raise Rejected("too long")

    ran, _ = run_steps(STEPS[:1], act, journal=journal)
    assert ran.results[0].code == "rejected"
    assert journal.of(PutRecord) == []


def test_a_page_sent_with_a_link_to_a_page_made_later_is_sent_once_more() -> None:
    final = {TITLE: fingerprint("Title"), BODY: fingerprint("final")}
    shelf = Shelf({"a": Rendered(wanted=a_wanted("a", sent=final), fields={TITLE: "Title", BODY: "final"}, pending=())})

    async def act(step: Step) -> Done:
        loose = Open.UNSETTLED if step.reason != "links settled" and step.uid == "a" else Open.NONE
        return Done(outcome=Outcome.DONE, record=a_record(step.uid, open=loose))

    ran, stepper = run_steps([a_step("a"), a_step("b", Action.CREATE)], act, shelf=shelf, concurrency=1)
    assert stepper.order == ["a", "b", "a"]
    assert [(result.step.reason, result.requests) for result in ran.results if result.step.uid == "a"] == [("", 2)]
    assert ran.unsettled == 0


def test_a_page_whose_link_still_leads_nowhere_is_not_sent_again() -> None:
    wanted = a_wanted("a")
    shelf = Shelf({"a": Rendered(wanted=wanted, fields={TITLE: "Title", BODY: "x"}, pending=(Uid("b"),))})

    async def act(step: Step) -> Done:
        return Done(outcome=Outcome.DONE, record=a_record(step.uid, open=Open.UNSETTLED, sent=wanted.sent))

    ran, stepper = run_steps([a_step("a")], act, shelf=shelf)
    assert stepper.order == ["a"]
    assert ran.unsettled == 1


LOOSE = [a_step(name) for name in "abcde"]
FINAL = {TITLE: fingerprint("Title"), BODY: fingerprint("final")}
FULL: dict[str, Rendered] = {
    step.uid: Rendered(wanted=a_wanted(step.uid, sent=FINAL), fields={TITLE: "Title", BODY: "final"}, pending=())
    for step in LOOSE
}


def test_however_many_pages_are_to_be_settled_few_records_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_SETTLED_AT_ONCE", 2)

    async def act(step: Step) -> Done:
        loose = Open.NONE if step.reason == "links settled" else Open.UNSETTLED
        return Done(outcome=Outcome.DONE, record=a_record(step.uid, open=loose))

    ran, stepper = run_steps(LOOSE, act, shelf=Shelf(FULL), concurrency=1)
    assert stepper.order == [*"abcde", *"abcde"]
    assert stepper.read == [["a", "b"], ["c", "d"], ["e"]]
    assert ran.unsettled == 0
    assert {(result.outcome, result.requests) for result in ran.results} == {(Outcome.DONE, 2)}


def test_pages_that_were_not_settled_when_the_pass_was_stopped_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_SETTLED_AT_ONCE", 2)
    stop = Stop()

    async def act(step: Step) -> Done:
        if step.reason == "links settled":
            stop.ask()
            return Done(outcome=Outcome.DONE, record=a_record(step.uid, open=Open.NONE))
        return Done(outcome=Outcome.DONE, record=a_record(step.uid, open=Open.UNSETTLED))

    ran, stepper = run_steps(LOOSE, act, shelf=Shelf(FULL), concurrency=1, stop=stop)
    assert stepper.order == [*"abcde", "a"]
    assert stepper.read == [["a", "b"]]
    assert ran.unsettled == 4
    assert {result.outcome for result in ran.results} == {Outcome.DONE}


def test_a_page_that_could_not_be_settled_is_open_work_of_the_next_pass() -> None:
    journal = Memory()

    async def act(step: Step) -> Done:
        if step.reason == "links settled":
            raise UnknownOutcome("no answer")
        return Done(outcome=Outcome.DONE, record=a_record(step.uid, open=Open.UNSETTLED))

    ran, _ = run_steps(LOOSE[:1], act, shelf=Shelf(FULL), journal=journal)
    assert ran.results[0].outcome is Outcome.UNKNOWN
    assert [change.record.open for change in journal.of(PutRecord)] == [Open.UNKNOWN]


def test_steps_that_were_never_to_be_sent_are_told_as_the_plan_has_them() -> None:
    held = a_step("held", outcome=Outcome.HELD, code="conflict", reason="both moved")
    ran, stepper = run_steps([held, a_step("a")], well)
    assert stepper.order == ["a"]
    assert (ran.results[0].outcome, ran.results[0].code, ran.results[0].requests) == (Outcome.HELD, "conflict", 0)


def test_children_wait_for_their_parent_and_removals_for_everything() -> None:
    steps = [
        a_step("child", Action.CREATE, after=("parent",)),
        a_step("gone", Action.ARCHIVE),
        a_step("parent", Action.CREATE),
    ]
    _, stepper = run_steps(steps, well, concurrency=3)
    assert stepper.order == ["parent", "child", "gone"]


# ------------------------------------------------------------------ what is told


def test_a_result_has_the_page_the_action_and_the_warnings_of_its_step() -> None:
    async def act(step: Step) -> Done:
        if step.uid == "new":
            return Done(outcome=Outcome.DONE, page_id=PageId("made"), warnings=("lowered", "lowered"))
        return Done(outcome=Outcome.DONE, action=Action.RECORD, reason="the same", warnings=("lowered",))

    ran, _ = run_steps([a_step("new", Action.CREATE), a_step("a")], act)
    assert [(each.page_id, each.step.action, each.reason) for each in ran.results] == [
        ("made", Action.CREATE, ""),
        ("page-a", Action.RECORD, "the same"),
    ]
    assert sorted(ran.warnings) == [("a.md", "lowered"), ("new.md", "lowered")]


def test_each_end_has_its_code_and_its_page() -> None:
    for error, code in ((UnknownOutcome("cut"), "unknown"), (Deferred("later", until=1.0), "budget")):

        async def act(_: Step, error: BackendError = error) -> Done:
            raise error

        ran, _ = run_steps(STEPS[:1], act)
        assert [(each.code, each.page_id, each.reason) for each in ran.results] == [(code, "page-s00", error.message)]


def test_whoever_watches_hears_how_many_steps_have_ended() -> None:
    heard: list[int] = []
    run_steps(STEPS[:3], well, concurrency=1, watch=heard.append)
    assert heard == [1, 2, 3]


def test_steps_that_were_not_reached_cost_nothing_and_removals_are_among_them() -> None:
    async def act(_: Step) -> Done:
        raise Deferred("used up", until=7.0)

    ran, _ = run_steps([a_step("a"), a_step("b"), a_step("gone", Action.ARCHIVE)], act)
    assert [(each.outcome, each.requests) for each in ran.results] == [
        (Outcome.DEFERRED, 1),
        (Outcome.DEFERRED, 0),
        (Outcome.DEFERRED, 0),
    ]


def test_the_first_of_several_reasons_to_stop_is_told() -> None:
    async def act(step: Step) -> Done:
        if step.uid == "s00":
            return await well(step)
        number = float(step.uid[1:])
        raise Deferred(step.uid, until=number) if number < 3 else TargetUnusable(step.uid)

    ran, _ = run_steps(STEPS[:5], act)
    assert ran.until == 1.0
    assert ran.unusable is not None
    assert ran.unusable.message == "s03"


def test_what_is_in_flight_when_the_pass_stops_is_finished() -> None:
    async def act(step: Step) -> Done:
        if step.uid == "s01":
            raise Deferred("used up", until=7.0)
        for _ in range(20):
            await asyncio.sleep(0)
        return await well(step)

    ran, _ = run_steps(STEPS[:4], act, concurrency=2)
    assert [each.outcome for each in ran.results] == [Outcome.DONE, Outcome.DEFERRED, Outcome.DONE, Outcome.DEFERRED]


# -------------------------------------------------------- what is no target's fault


@pytest.mark.parametrize(("concurrency", "begun"), [(1, 3), (2, 3), (3, 4)])
def test_a_fault_of_the_state_ends_the_pass_when_what_is_in_flight_has_finished(concurrency: int, begun: int) -> None:
    finished: list[str] = []
    order: list[str] = []

    async def act(step: Step) -> Done:
        order.append(step.uid)
        if step.uid == "s02":
            raise StateError("the disk is full")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        finished.append(step.uid)
        return await well(step)

    with pytest.raises(StateError, match="the disk is full"):
        run_steps([*STEPS, a_step("gone", Action.ARCHIVE)], act, concurrency=concurrency)
    assert len(order) == begun
    assert sorted([*finished, "s02"]) == sorted(order)


def test_of_several_faults_the_first_is_raised() -> None:
    async def act(step: Step) -> Done:
        if step.uid in {"s01", "s02"}:
            for _ in range(20 if step.uid == "s02" else 0):  # so that the other has ended for good
                await asyncio.sleep(0)
            raise StateError(step.uid)
        return await well(step)

    with pytest.raises(StateError, match="s01"):
        run_steps(STEPS, act)


def test_a_worker_that_is_free_waits_for_no_other() -> None:
    later = asyncio.Event()

    async def act(step: Step) -> Done:
        if step.uid == "s01":
            await later.wait()
        if step.uid == "s05":
            later.set()
        return await well(step)

    assert run_steps(STEPS, act, concurrency=2)[1].order == NAMES


# ----------------------------------------------------------------------- settle


def loose(*, pending: bool = False, sent: str = "final") -> Shelf:
    prints = {TITLE: fingerprint("Title"), BODY: fingerprint(sent)}
    waits = (Uid("b"),) if pending else ()
    fields: Fields = {TITLE: "Title", BODY: "final"}
    return Shelf({"a": Rendered(wanted=a_wanted("a", sent=prints), fields=fields, pending=waits)})


def unsettled(name: str = "a", **but: Any) -> Record:
    return a_record(name, open=Open.UNSETTLED, sent={BODY: fingerprint("loose")}, **but)


def sending(record: Record, *, then: Done | BackendError | None = None, outcome: Outcome = Outcome.DONE) -> Act:
    async def act(step: Step) -> Done:
        if step.reason != "links settled":
            return Done(outcome=outcome, record=record)
        if isinstance(then, BackendError):
            raise then
        return then or Done(outcome=Outcome.DONE, record=replace(record, open=Open.NONE))

    return act


def test_a_page_is_settled_by_an_update_of_its_text_whatever_was_asked_about_it() -> None:
    hold = Hold(
        uid=Uid("a"), path=RepoPath("a.md"), page_id=None, action="update", code="drift", reason="", basis="", at=1.0
    )
    decision = Decision(uid=Uid("a"), choice=Choice.GIT, basis="", at=1.0)
    record = unsettled(page_id=PageId("made"), path=RepoPath("new.md"), title="New")
    _, stepper = run_steps([a_step("a")], sending(record), shelf=loose(), hold=hold, decision=decision)
    (_, first), (step, view) = stepper.taken
    assert (first.hold, first.decision) == (hold, decision)
    assert (view.record, view.hold, view.decision) == (record, None, None)
    assert step == Step(
        action=Action.UPDATE,
        uid=Uid("a"),
        path=RepoPath("new.md"),
        title="New",
        page_id=PageId("made"),
        reason="links settled",
        changed=frozenset({BODY}),
        derived=True,
    )


def test_a_page_is_settled_too_where_only_some_links_are_known_or_only_its_record_says_otherwise() -> None:
    assert len(run_steps([a_step("a")], sending(unsettled()), shelf=loose(pending=True))[1].taken) == 2
    same = replace(unsettled(), sent=loose().render(Uid("a")).wanted.sent)
    assert len(run_steps([a_step("a")], sending(same), shelf=loose())[1].taken) == 2


def test_only_pages_that_were_sent_are_settled() -> None:
    for act in (sending(unsettled(page_id=None)), sending(unsettled(), outcome=Outcome.HELD)):
        assert len(run_steps([a_step("a")], act, shelf=loose())[1].taken) == 1
    gone = sending(unsettled())
    assert len(run_steps([a_step("a")], gone, shelf=loose(), wanted=False)[1].taken) == 1


def test_a_settlement_that_fails_is_how_the_step_ends() -> None:
    ran, _ = run_steps([a_step("a")], sending(unsettled(), then=Rejected("too long")), shelf=loose())
    ((result,),) = [ran.results]
    assert (result.outcome, result.code, result.reason, result.requests) == (Outcome.FAILED, "rejected", "too long", 2)
    assert ran.unsettled == 1


def test_a_page_that_is_loose_after_its_settlement_too_is_counted_once() -> None:
    still = Done(outcome=Outcome.DONE, record=unsettled())
    ran, stepper = run_steps([a_step("a")], sending(unsettled(), then=still), shelf=loose())
    assert (len(stepper.taken), ran.unsettled) == (2, 1)


def test_only_unsettled_pages_are_counted_as_such() -> None:
    async def act(_: Step) -> Done:
        raise UnknownOutcome("cut")

    assert run_steps(STEPS[:1], act)[0].unsettled == 0
    left = Done(outcome=Outcome.DEFERRED, record=a_record("a", open=Open.DEFERRED))
    assert run_steps([a_step("a")], sending(unsettled(), then=left), shelf=loose())[0].unsettled == 0


def test_a_record_that_is_marked_is_written_with_the_images_that_are_there_and_only_if_it_was_not() -> None:
    async def act(_: Step) -> Done:
        raise UnknownOutcome("cut")

    there = Upload(path=RepoPath("i.png"), blob=BlobId("c" * 40), name="i.png", file="1")
    shelf, journal = Shelf(), Memory()
    shelf.sent(Uid("s00"), (there,))
    run_steps(STEPS[:1], act, shelf=shelf, journal=journal)
    assert [change.record.uploads for change in journal.of(PutRecord)] == [(there,)]
    again = Memory()
    run_steps(STEPS[:1], act, journal=again, records={"s00": a_record("s00", open=Open.UNKNOWN)})
    assert again.changes == []


@pytest.mark.parametrize("error", [UnknownOutcome("cut"), Deferred("later", until=1.0), NotApplied("503", status=503)])
def test_a_page_that_was_unsettled_and_was_not_written_still_is(error: BackendError) -> None:
    async def act(_: Step) -> Done:
        raise error

    assert run_steps([a_step("a")], act, records={"a": unsettled()})[0].unsettled == 1


def test_a_new_page_of_which_nothing_is_known_has_no_record_to_mark() -> None:
    async def act(_: Step) -> Done:
        raise UnknownOutcome("cut")

    journal = Memory()
    ran, _ = run_steps([a_step("a", Action.CREATE)], act, journal=journal, records={"a": None})
    assert (ran.results[0].outcome, journal.changes) == (Outcome.UNKNOWN, [])


def test_steps_that_were_not_reached_are_marked_for_the_next_pass() -> None:
    async def act(_: Step) -> Done:
        raise Deferred("used up", until=7.0)

    journal = Memory()
    run_steps(STEPS[:3], act, journal=journal)
    marked = {change.record.uid: change.record.open for change in journal.of(PutRecord)}
    assert marked == dict.fromkeys(map(Uid, NAMES[:3]), Open.DEFERRED)


# --------------------------------------------------------------------- removals


class Tree:
    """What a target tells of the pages below those that go: name of a page → the one above it."""

    def __init__(self, *, late: Collection[str] = (), broken: bool = False, **above: str) -> None:
        self.above, self.late, self.broken = above, late, broken
        self.read: list[str] = []
        self.listed = 0

    def header(self, name: str) -> Header:
        return replace(a_page(name).header, parent=PageId(f"page-{self.above[name]}"))

    async def listing(self) -> Listing:
        self.listed += 1
        if self.broken:
            raise NotApplied("no connection")
        return Complete(headers=tuple(self.header(name) for name in self.above if name not in self.late))

    async def get(self, page: PageId) -> Found:
        self.read.append(page)
        return replace(a_page(), header=self.header(page.removeprefix("page-")))

    def sparing(self) -> Sparing:
        return Sparing(listing=self.listing, get=self.get, owned=frozenset, buried=lambda _: frozenset())


GONE = a_step("gone", Action.ARCHIVE)
FOREIGN = (Outcome.HELD, "foreign_children", 0)


def removing(tree: Tree, *steps: Step, act: Act = well, **but: Any) -> list[tuple[Outcome, str | None, int]]:
    ran, _ = run_steps(steps, act, sparing=tree.sparing(), **but)
    return [(each.outcome, each.code, each.requests) for each in ran.results]


def test_a_page_above_one_that_stays_is_put_off() -> None:
    assert removing(Tree(x="gone"), GONE) == [FOREIGN]
    assert removing(Tree(x="other"), GONE) == [(Outcome.DONE, None, 1)]
    _, stepper = run_steps([GONE, a_step("free", Action.ARCHIVE)], well, sparing=Tree(x="gone").sparing())
    assert (stepper.waiting, stepper.order) == (["gone"], ["free"])
    assert removing(Tree(), a_step("a", Action.CREATE), GONE, records={"a": None})[1] == (Outcome.DONE, None, 1)


@pytest.mark.parametrize("action", [Action.UPDATE, Action.RESTORE])
def test_a_page_that_this_pass_wrote_stands_where_its_file_says(action: Action) -> None:
    assert removing(Tree(a="gone"), a_step("a", action), GONE)[1] == (Outcome.DONE, None, 1)


def test_a_page_that_was_not_written_still_stands_where_it_stood() -> None:
    async def refused(step: Step) -> Done:
        if step.uid == "a":
            raise Rejected("no")
        return await well(step)

    assert removing(Tree(a="gone"), a_step("a"), GONE, act=refused)[1] == FOREIGN
    assert removing(Tree(a="gone"), a_step("a", Action.ADOPT), GONE)[1] == FOREIGN


def test_a_page_whose_new_parent_is_not_made_yet_still_stands_below() -> None:
    shelf = Shelf({"a": Rendered(wanted=a_wanted("a"), fields={}, pending=(Uid("b"),))})
    for parent, ends in (("page-gone", FOREIGN), ("page-other", (Outcome.DONE, None, 1))):
        record = a_record("a", open=Open.UNSETTLED, values={PARENT: parent}, sent=a_wanted("a").sent)
        assert removing(Tree(a="gone"), a_step("a"), GONE, act=sending(record), shelf=shelf)[1] == ends
        settled_ = replace(record, open=Open.FAILED)
        assert removing(Tree(a="gone"), a_step("a"), GONE, act=sending(settled_), shelf=shelf)[1][0] is Outcome.DONE


def test_pages_that_a_listing_leaves_out_are_read_unless_this_pass_wrote_them() -> None:
    below = a_record("a", remote={PARENT: fingerprint("page-gone")})
    tree = Tree(a="gone", late=["a"])
    held = a_step("a", outcome=Outcome.HELD, code="conflict")
    assert removing(tree, held, GONE, records={"a": below})[1] == FOREIGN
    assert tree.read == ["page-a"]
    written = Tree(a="gone", late=["a"])
    assert removing(written, a_step("a"), GONE, records={"a": below})[1] == (Outcome.DONE, None, 1)
    assert written.read == []


def test_a_page_goes_only_after_those_below_it_have_gone() -> None:
    async def refused(step: Step) -> Done:
        if step.uid == "below":
            raise Rejected("no")
        return await well(step)

    steps = [GONE, a_step("below", Action.DELETE)]
    assert removing(Tree(below="gone"), *steps) == [(Outcome.DONE, None, 1)] * 2
    assert removing(Tree(below="gone"), *steps, act=refused) == [
        (Outcome.SKIPPED, "foreign_children", 0),
        (Outcome.FAILED, "rejected", 1),
    ]
    flat, _ = run_steps([replace(GONE, after=(Uid("below"),)), steps[1]], refused)
    assert flat.results[0].outcome is Outcome.DONE  # where nothing stands below a page, nothing goes with it


def test_a_listing_that_is_not_to_be_had_stops_the_pass_before_any_removal() -> None:
    ran, stepper = run_steps([a_step("a"), GONE], well, sparing=Tree(broken=True).sparing())
    assert ran.unusable is not None
    assert stepper.order == ["a"]
    assert (ran.results[1].outcome, ran.results[1].code) == (Outcome.SKIPPED, "unreachable")


def test_nothing_is_listed_where_nothing_is_removed_or_the_pass_has_stopped() -> None:
    async def act(_: Step) -> Done:
        raise Deferred("used up", until=7.0)

    tree = Tree()
    removing(tree, a_step("a"))
    removing(tree, a_step("a"), GONE, act=act)
    assert tree.listed == 0


def test_what_was_seen_says_nothing_of_a_record_that_was_written_since() -> None:
    journal, base = Memory(), {BODY: fingerprint("Text.\n")}
    record = a_record("s00", remote=base, version="3", updated=7.0)

    async def act(_: Step) -> Done:
        return Done(outcome=Outcome.SKIPPED, code="parent", record=replace(record, title="Written since"))

    seen = Present(page_id=PageId("page-s00"), prints={BODY: fingerprint("By hand.\n")})
    run_steps(STEPS[:1], act, journal=journal, records={"s00": record}, seen=seen)
    assert [change.record.updated for change in journal.of(PutRecord)] == [7.0]
