"""One target's pace: blocks, waits, pauses, and what is kept for recovery."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagemirror.model.errors import Deferred
from pagemirror.transport.pacer import Pacer, Unshared
from pagemirror.transport.pacing import Limits, Used
from support.awaiting import LoopClock, awaited, run_virtually
from support.transports import START, HandClock


class Ledger(Unshared):
    """A count that also tells how often it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def reserve(self, now: float, decide: Callable[[Used], int]) -> int:
        self.asked += 1
        return super().reserve(now, decide)

    @property
    def counted(self) -> int:
        return sum(count for _, count in self.slots)


def most_in_a_minute(times: Sequence[float]) -> int:
    """The most of these times in any 60 seconds."""
    return max((sum(start <= time < start + 60 for time in times) for start in times), default=0)


@settings(max_examples=40)
@given(
    per_minute=st.integers(1, 70),
    gaps=st.lists(st.floats(0.0, 25.0), min_size=1, max_size=12),
    tasks=st.integers(1, 6),
)
def test_no_rolling_minute_ever_holds_more_than_the_limit(per_minute: int, gaps: list[float], tasks: int) -> None:
    sent: list[float] = []

    async def scenario(clock: LoopClock) -> None:
        pacer = Pacer(Limits(per_minute=per_minute), reserve=Ledger(), clock=clock)

        async def worker() -> None:
            for gap in gaps:
                for _ in range(max(1, per_minute // tasks)):
                    await pacer.take(max_wait=None)
                    sent.append(clock.now())
                await clock.sleep(gap)

        await asyncio.gather(*(worker() for _ in range(tasks)))

    run_virtually(scenario)
    assert most_in_a_minute(sent) <= per_minute


@settings(max_examples=15)
@given(per_minute=st.integers(2, 60), processes=st.integers(2, 4))
def test_several_processes_with_one_count_stay_within_the_limit_together(per_minute: int, processes: int) -> None:
    sent: list[float] = []

    async def scenario(clock: LoopClock) -> None:
        shared = Ledger()

        async def process() -> None:
            pacer = Pacer(Limits(per_minute=per_minute), reserve=shared, clock=clock)
            for _ in range(per_minute):
                await pacer.take(max_wait=None)
                sent.append(clock.now())
                await clock.sleep(0.05)
            pacer.close()

        await asyncio.gather(*(process() for _ in range(processes)))

    run_virtually(scenario)
    assert len(sent) == per_minute * processes
    assert most_in_a_minute(sent) <= per_minute


@awaited
async def test_without_limits_nothing_is_counted() -> None:
    ledger = Ledger()
    pacer = Pacer(Limits(), reserve=ledger, clock=HandClock())
    for _ in range(1000):
        await pacer.take(max_wait=None)
    pacer.close()
    assert ledger.asked == 0


@awaited
async def test_a_thousand_requests_cost_few_transactions() -> None:
    ledger = Ledger()
    pacer = Pacer(Limits(per_minute=1000), reserve=ledger, clock=HandClock())
    for _ in range(500):
        await pacer.take(max_wait=None)
    assert ledger.asked <= 25


@awaited
async def test_what_was_not_sent_is_given_back_at_the_end() -> None:
    ledger = Ledger()
    pacer = Pacer(Limits(per_minute=1000, per_day=5000), reserve=ledger, clock=HandClock())
    for _ in range(9):
        await pacer.take(max_wait=None)
    pacer.close()
    pacer.close()
    assert ledger.counted == 9


@awaited
async def test_leave_that_never_reached_the_server_is_given_back() -> None:
    ledger = Ledger()
    pacer = Pacer(Limits(per_day=100), reserve=ledger, clock=HandClock())
    await pacer.take(max_wait=None)
    pacer.untaken()
    pacer.close()
    assert ledger.counted == 0


@awaited
async def test_where_the_day_is_short_a_killed_process_loses_no_request() -> None:
    ledger = Ledger()
    pacer = Pacer(Limits(per_minute=60, per_day=1000), reserve=ledger, clock=HandClock())
    for _ in range(9):
        await pacer.take(max_wait=None)
    assert ledger.counted == 9


@awaited
async def test_a_slow_drip_of_requests_wastes_none_of_the_day() -> None:
    ledger, clock = Ledger(), HandClock()
    pacer = Pacer(Limits(per_minute=1000, per_day=1000), reserve=ledger, clock=clock)
    for _ in range(50):
        await pacer.take(max_wait=None)
        clock.time += 60
    pacer.close()
    assert ledger.counted == 50


@awaited
async def test_a_wait_longer_than_allowed_is_deferred_with_its_end() -> None:
    clock = HandClock()
    pacer = Pacer(Limits(per_day=12), reserve=Ledger(), clock=clock)
    for _ in range(7):
        await pacer.take(max_wait=600.0)
    with pytest.raises(Deferred) as caught:
        await pacer.take(max_wait=600.0)
    assert caught.value.until == pytest.approx(START + 86_400, abs=2)
    assert "24 hours" in caught.value.message
    assert clock.slept == []


@awaited
async def test_the_last_requests_of_a_day_go_to_recovery() -> None:
    pacer = Pacer(Limits(per_day=12), reserve=Ledger(), clock=HandClock())
    for _ in range(7):
        await pacer.take(max_wait=0.0)
    with pacer.recovery():
        for _ in range(5):
            await pacer.take(max_wait=0.0)
    with pytest.raises(Deferred):
        await pacer.take(max_wait=0.0)


@awaited
async def test_a_pause_makes_all_wait_and_is_told_to_others() -> None:
    clock, ledger = HandClock(), Ledger()
    pacer = Pacer(Limits(per_minute=60), reserve=ledger, clock=clock)
    other = Pacer(Limits(per_minute=60), reserve=ledger, clock=clock)
    pacer.pause(START + 30)
    assert ledger.paused_until == START + 30
    await other.take(max_wait=None)
    assert clock.time >= START + 30


@awaited
async def test_an_earlier_end_of_a_pause_is_ignored() -> None:
    clock = HandClock()
    pacer = Pacer(Limits(), reserve=Ledger(), clock=clock)
    pacer.pause(START + 30)
    pacer.pause(START + 5)
    await pacer.take(max_wait=None)
    assert clock.time == START + 30
