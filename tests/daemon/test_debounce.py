"""When a burst of movements is over."""

import math

from hypothesis import given
from hypothesis import strategies as st

from pagemirror.daemon.debounce import Debounce


def test_where_nothing_moved_there_is_nothing_to_wait_for() -> None:
    assert Debounce().over_at() == -math.inf


def test_a_burst_is_over_after_a_moment_of_quiet() -> None:
    burst = Debounce()
    burst.moved(10.0)
    burst.moved(10.2)
    assert burst.over_at() == 10.5


def test_a_burst_that_never_rests_is_looked_at_all_the_same() -> None:
    burst = Debounce()
    for tenth in range(50):
        burst.moved(10.0 + tenth / 10)
    assert burst.over_at() == 12.0


def test_after_it_was_taken_the_next_movement_begins_a_new_one() -> None:
    burst = Debounce()
    burst.moved(10.0)
    burst.taken()
    assert burst.over_at() == -math.inf
    burst.moved(20.0)
    assert burst.over_at() == 20.3


@given(st.lists(st.floats(0.0, 5.0), min_size=1))
def test_it_is_over_within_its_bounds(steps: list[float]) -> None:
    now, burst = 100.0, Debounce()
    first = now + steps[0]
    for step in steps:
        now += step
        burst.moved(now)
    assert first < burst.over_at() <= first + burst.most
    assert burst.over_at() <= now + burst.quiet
