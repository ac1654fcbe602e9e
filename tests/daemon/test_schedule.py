"""When a mirror's next pass is due."""

import math

from hypothesis import given
from hypothesis import strategies as st

from pagemirror.daemon.schedule import (
    Broken,
    Deferred,
    NotNow,
    OpenWork,
    Run,
    Schedule,
    Settled,
    Times,
    Verdict,
    Wait,
)

TIMES = Times()
Step = tuple[str, float, Verdict]


def idle(at: float = 0.0) -> Schedule:
    """A mirror that was looked at in every way."""
    run = Run(drift=True, removals=True, failed=True)
    return Schedule.begin(TIMES, at).started(run).finished(at, Settled(), chance=0.5)


def runs(schedule: Schedule, now: float) -> bool:
    return isinstance(schedule.should_run(now), Run)


def waits(schedule: Schedule, now: float) -> float:
    due = schedule.should_run(now)
    assert isinstance(due, Wait)
    return due.until


def test_a_new_mirror_is_looked_at_at_once_in_every_way_but_for_what_failed_for_good() -> None:
    assert Schedule.begin(TIMES, 7.0).should_run(7.0) == Run(drift=True, removals=True, failed=False)


def test_an_idle_mirror_waits_for_its_poll() -> None:
    assert waits(idle(), 1.0) == TIMES.poll
    assert idle().should_run(TIMES.poll) == Run()


def test_drift_and_removals_are_due_at_their_own_times() -> None:
    assert idle().should_run(TIMES.drift) == Run(drift=True)
    assert idle().should_run(TIMES.removals) == Run(drift=True, removals=True, failed=True)


def test_any_number_of_triggers_make_one_pass() -> None:
    schedule = idle()
    for at in (1.0, 1.1, 1.2):
        schedule = schedule.poke(at)
    assert runs(schedule, 1.2)
    after = schedule.started(Run()).finished(2.0, Settled(), chance=0.5)
    assert not runs(after, 2.0)


def test_a_trigger_during_a_pass_makes_another_one_afterwards() -> None:
    running = idle().poke(1.0).started(Run()).poke(1.5)
    assert waits(running, 1.6) == math.inf
    assert runs(running.finished(2.0, Settled(), chance=0.5), 2.0)


def test_a_broken_mirror_waits_longer_each_time_up_to_a_bound() -> None:
    schedule, now, pauses = idle(), 0.0, []
    for _ in range(10):
        schedule = schedule.poke(now).started(Run()).finished(now, Broken(), chance=1.0)
        pauses.append(waits(schedule, now) - now)
        now += pauses[-1]
    assert pauses[:4] == [5.0, 10.0, 20.0, 40.0]
    assert pauses[-1] == TIMES.longest_pause


def test_chance_spreads_the_pauses_but_leaves_one() -> None:
    broken = [idle().started(Run()).finished(0.0, Broken(), chance=chance) for chance in (0.0, 0.5, 1.0)]
    assert [waits(schedule, 0.0) for schedule in broken] == [1.0, 2.5, 5.0]


def test_news_does_not_hurry_a_broken_mirror_but_a_person_does() -> None:
    broken = idle().started(Run()).finished(0.0, Broken(), chance=1.0)
    assert not runs(broken.poke(1.0), 1.0)
    assert runs(broken.poke(1.0, urgent=True), 1.0)


def test_what_was_due_when_the_mirror_broke_is_still_due() -> None:
    due = Schedule.begin(TIMES, 0.0)
    broken = due.started(Run(drift=True, removals=True)).finished(0.0, Broken(), chance=1.0)
    assert broken.should_run(5.0) == Run(drift=True, removals=True)


def test_a_deferred_mirror_wakes_when_its_budget_allows() -> None:
    deferred = idle().started(Run()).finished(0.0, Deferred(until=600.0), chance=0.5)
    assert waits(deferred.poke(1.0), 1.0) == 600.0
    assert runs(deferred, 600.0)


def test_a_long_deferral_is_looked_at_now_and_then() -> None:
    deferred = idle().started(Run()).finished(0.0, Deferred(until=86_400.0), chance=0.5)
    assert waits(deferred, 0.0) == TIMES.longest_deferral


def test_open_work_is_tried_again_soon_and_news_need_not_wait_for_that() -> None:
    open_work = idle().started(Run()).finished(0.0, OpenWork(), chance=1.0)
    assert waits(open_work, 0.0) == 5.0
    assert runs(open_work.poke(1.0), 1.0)


def test_a_source_in_motion_is_no_trouble_and_waits_for_the_next_trigger() -> None:
    moved = idle().poke(1.0).started(Run()).finished(1.0, NotNow(), chance=0.5)
    assert moved.troubles == 0
    assert waits(moved, 1.0) == 1.0 + TIMES.poll
    assert runs(moved.poke(2.0), 2.0)


def test_other_settings_end_a_pause() -> None:
    broken = idle().started(Run()).finished(0.0, Broken(), chance=1.0)
    assert runs(broken.retimed(Times(poll=10.0), 1.0), 1.0)


VERDICTS: st.SearchStrategy[Verdict] = st.one_of(
    st.just(Settled()),
    st.just(OpenWork()),
    st.just(Broken()),
    st.just(NotNow()),
    st.floats(0.0, 1e6).map(lambda until: Deferred(until=until)),
)
STEPS = st.lists(st.tuples(st.sampled_from(["poke", "urgent", "pass", "renew"]), st.floats(0.0, 1e4), VERDICTS))


@given(STEPS, st.floats(0.0, 1.0))
def test_whatever_happens_one_pass_at_a_time_and_never_for_ever_without_one(steps: list[Step], chance: float) -> None:
    now, schedule = 0.0, Schedule.begin(TIMES, 0.0)
    for kind, passed, verdict in steps:
        now += passed
        if kind == "renew":
            schedule = schedule.retimed(Times(poll=passed + 1.0), now)
        elif kind != "pass":
            schedule = schedule.poke(now, urgent=kind == "urgent")
            assert schedule.dirty
        elif isinstance(due := schedule.should_run(now), Run):
            running = schedule.started(due)
            assert running.should_run(now) == Wait(math.inf)
            schedule = running.finished(now, verdict, chance=chance)
        due = schedule.should_run(now)
        if isinstance(due, Wait):
            assert now < due.until <= now + max(schedule.times.poll, TIMES.longest_deferral, TIMES.longest_pause)
            assert runs(schedule, due.until)


@given(STEPS, st.floats(0.0, 1.0))
def test_no_trigger_is_ever_lost(steps: list[Step], chance: float) -> None:
    now, schedule, unserved = 0.0, idle(), False
    for kind, passed, verdict in steps:
        now += passed
        if kind == "pass" and isinstance(due := schedule.should_run(now), Run):
            schedule = schedule.started(due).finished(now, verdict, chance=chance)
            unserved = isinstance(verdict, Broken | Deferred)
        elif kind in {"poke", "urgent"}:
            schedule, unserved = schedule.poke(now), True
        if unserved:
            assert schedule.dirty
