import pytest

from pagemirror.executor import run
from pagemirror.executor.ports import Done, Rendered
from pagemirror.executor.stop import Stop
from pagemirror.model.errors import BackendError, Deferred, NotApplied, Rejected, TargetUnusable, UnknownOutcome
from pagemirror.model.fields import BODY, TITLE, fingerprint
from pagemirror.model.ids import Uid
from pagemirror.model.plans import Action, Outcome, Step
from pagemirror.model.records import Open
from pagemirror.state.interface import DropIntent, PutRecord
from support.steps import Memory, Shelf, a_record, a_step, a_wanted, run_steps, well

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
    asked: list[str] = []

    async def act(step: Step) -> Done:
        asked.append(step.uid)
        return await well(step)

    _, stepper = run_steps(STEPS, act, concurrency=1)
    assert max(stepper.crowd) == 1
    assert asked == NAMES


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
