"""When the next request may go, from what was counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemirror.transport.pacer import Unshared
from pagemirror.transport.pacing import Exhausted, Go, Limits, Wait, delay, finished_at, left_today

NOW = 1_800_000_000.0


def used(*slots: tuple[int, int], paused_until: float = 0.0) -> Unshared:
    """What was counted; seconds are before now."""
    counted = Unshared()
    counted.slots = [(int(NOW) - ago, count) for ago, count in slots]
    counted.paused_until = paused_until
    return counted


def test_without_limits_everything_may_go() -> None:
    assert delay(used((0, 10_000)), Limits(), NOW, wanted=8) == Go(count=8)


def test_a_minute_with_room_gives_what_is_free() -> None:
    assert delay(used((10, 57)), Limits(per_minute=60), NOW, wanted=8) == Go(count=3)


def test_a_full_minute_waits_until_the_oldest_request_has_left_it() -> None:
    verdict = delay(used((30, 20), (10, 40)), Limits(per_minute=60), NOW)
    assert isinstance(verdict, Wait)
    assert 30 < verdict.seconds <= 32


def test_a_used_day_names_when_it_has_room_again() -> None:
    verdict = delay(used((86_000, 500), (100, 495)), Limits(per_day=1000), NOW)
    assert verdict == Exhausted(until=NOW - 86_000 + 86_400)


def test_the_last_five_of_a_day_are_for_recovery_only() -> None:
    limits = Limits(per_day=1000)
    spent = used((100, 996))
    assert isinstance(delay(spent, limits, NOW), Exhausted)
    assert delay(spent, limits, NOW, wanted=8, recovery=True) == Go(count=4)


@pytest.mark.parametrize(("per_day", "usable"), [(1, 1), (4, 2), (9, 5), (10, 5), (1000, 995)])
def test_a_small_day_keeps_no_more_than_half_for_recovery(per_day: int, usable: int) -> None:
    assert delay(used(), Limits(per_day=per_day), NOW, wanted=10_000) == Go(count=usable)


def test_a_pause_holds_even_where_there_is_room() -> None:
    assert delay(used(paused_until=NOW + 7), Limits(per_minute=60), NOW) == Wait(seconds=7.0)


def test_a_pause_that_is_over_is_none() -> None:
    assert delay(used(paused_until=NOW - 7), Limits(per_minute=60), NOW) == Go(count=1)


def test_what_was_given_back_is_free_again() -> None:
    assert delay(used((10, 60), (9, -8)), Limits(per_minute=60), NOW, wanted=60) == Go(count=8)


def test_what_was_given_back_leaves_with_what_it_was_taken_from() -> None:
    """Eight were counted 70 s ago and three given back 50 s ago: the minute has no three requests of credit."""
    verdict = delay(used((70, 8), (50, -3), (5, 60)), Limits(per_minute=60), NOW)
    assert isinstance(verdict, Wait)


def test_a_clock_that_was_set_back_does_not_block_the_minute() -> None:
    assert delay(used((-3600, 60)), Limits(per_minute=60), NOW) == Go(count=1)


def test_what_is_left_of_a_day_counts_those_kept_for_recovery() -> None:
    assert left_today(used((100, 990)), Limits(per_day=1000), NOW) == 10
    assert left_today(used((100, 2000)), Limits(per_day=1000), NOW) == 0
    assert left_today(used((100, 990)), Limits(per_minute=60), NOW) is None


def test_the_end_of_many_requests_is_foretold_over_days() -> None:
    limits = Limits(per_minute=60, per_day=1000)
    assert finished_at(used(), limits, NOW, 60) == NOW
    assert NOW + 60 <= finished_at(used(), limits, NOW, 61) <= NOW + 63
    assert NOW + 86_400 <= finished_at(used(), limits, NOW, 1000) <= NOW + 86_500
    assert finished_at(used(), Limits(), NOW, 10_000) == NOW


@given(
    slots=st.lists(st.tuples(st.integers(0, 86_000), st.integers(1, 80)), max_size=12),
    per_minute=st.integers(0, 80),
    per_day=st.integers(0, 300),
    wanted=st.integers(1, 40),
)
def test_leave_is_never_given_beyond_a_limit(
    slots: list[tuple[int, int]], per_minute: int, per_day: int, wanted: int
) -> None:
    counted = used(*sorted(slots, reverse=True))
    verdict = delay(counted, Limits(per_minute=per_minute, per_day=per_day), NOW, wanted=wanted)
    if not isinstance(verdict, Go):
        return
    assert 1 <= verdict.count <= wanted
    minute = sum(count for ago, count in slots if ago < 60)
    day = sum(count for _, count in slots)
    assert not per_minute or minute + verdict.count <= per_minute
    assert not per_day or day + verdict.count <= per_day
