"""The budget of requests: counted durably, and never passed by two processes at once."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from pagemirror.model.ids import TargetKey
from pagemirror.state.interface import Store, Usage
from support.staterows import TARGET

DAY = 86_400
ELSEWHERE = TargetKey("pharen")


def _one(_: Usage) -> int:
    return 1


def test_requests_are_counted_in_slots_of_whole_seconds(store: Store) -> None:
    for now in (100.0, 100.9, 101.5):
        assert store.reserve(TARGET, now=now, decide=_one) == 1
    assert store.reserve(TARGET, now=103.0, decide=lambda _: 5) == 5
    assert store.usage(TARGET, now=104.0) == Usage(slots=((100, 2), (101, 1), (103, 5)))
    assert store.usage(ELSEWHERE, now=104.0) == Usage()


def test_who_decides_sees_what_was_counted_before(store: Store) -> None:
    seen: list[Usage] = []

    def decide(usage: Usage) -> int:
        seen.append(usage)
        return 2

    store.reserve(TARGET, now=1.0, decide=decide)
    store.reserve(TARGET, now=2.0, decide=decide)
    assert seen == [Usage(), Usage(slots=((1, 2),))]


def test_nothing_is_counted_where_nothing_may_be_sent(store: Store) -> None:
    assert store.reserve(TARGET, now=1.0, decide=lambda _: 0) == 0
    assert store.usage(TARGET, now=1.0) == Usage()


def test_nothing_is_counted_where_deciding_fails(store: Store) -> None:
    def decide(_: Usage) -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.reserve(TARGET, now=1.0, decide=decide)
    assert store.usage(TARGET, now=1.0) == Usage()
    assert store.reserve(TARGET, now=2.0, decide=_one) == 1


def test_a_request_counts_for_a_whole_day_and_no_longer(store: Store) -> None:
    store.reserve(TARGET, now=10.9, decide=_one)
    assert store.usage(TARGET, now=10.8 + DAY).slots == ((10, 1),)
    assert store.usage(TARGET, now=12.0 + DAY).slots == ()
    store.reserve(TARGET, now=12.0 + DAY, decide=_one)
    assert store.usage(TARGET, now=20.0).slots == ((12 + DAY, 1),)


def test_many_slots_are_merged_without_losing_a_request_or_freeing_one_early(store: Store) -> None:
    for now in range(1_000, 1_420):
        store.reserve(TARGET, now=float(now), decide=_one)
    slots = dict(store.usage(TARGET, now=1_420.0).slots)
    assert sum(slots.values()) == 420
    assert len(slots) < 250
    assert all(slots[now] == 1 for now in range(1_300, 1_420))
    for now in range(1_000, 1_420):
        counted = sum(count for slot, count in slots.items() if slot >= now)
        assert counted >= 1_420 - now


def test_a_pause_lasts_until_its_later_end(store: Store, any_url: str, opened_any: Callable[[str], Store]) -> None:
    store.pause(TARGET, until=50.5)
    store.pause(TARGET, until=40.0)
    store.reserve(TARGET, now=1.0, decide=_one)
    assert opened_any(any_url).usage(TARGET, now=2.0) == Usage(slots=((1, 1),), paused_until=50.5)
    assert store.usage(ELSEWHERE, now=2.0).paused_until == 0.0


def test_two_processes_never_pass_the_limit_together(url: str, opened_any: Callable[[str], Store]) -> None:
    code = (
        "import sys\n"
        "from pagemirror.state.opening import open_store\n"
        "store = open_store(sys.argv[1])\n"
        "def decide(usage):\n"
        "    return 1 if sum(count for _, count in usage.slots) < 150 else 0\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "print(sum(store.reserve(sys.argv[2], now=1000.0 + n / 10, decide=decide) for n in range(120)))\n"
        "store.close()\n"
    )
    command = [sys.executable, "-c", code, url, TARGET]
    children = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        taken = [int(child.communicate(timeout=60)[0]) for child in _started(children)]
    finally:
        for child in children:
            child.kill()
            child.wait()
    assert sum(taken) == 150
    assert min(taken) > 0
    assert sum(count for _, count in opened_any(url).usage(TARGET, now=1_012.0).slots) == 150


def _started(children: list[subprocess.Popen[str]]) -> list[subprocess.Popen[str]]:
    """All told to go, before the first is waited for."""
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    return children
