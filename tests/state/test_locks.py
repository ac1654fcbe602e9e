"""The lock: one writer a mirror, and a writer that lost it without noticing is refused."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from pagemirror.model.errors import LockedError
from pagemirror.state.interface import DropRecord, Owner, PutIntent, PutRecord, Store
from pagemirror.state.liveness import Processes
from pagemirror.state.store import SqlStore
from support.staterows import GUIDES, HANDBOOK, ME, OTHER, a_mirror, a_record, an_intent

NOON = 1_767_268_800.0
"""2026-01-01 12:00:00 UTC."""

Open = Callable[[str], SqlStore]


@pytest.fixture
def store(any_url: str, opened_any: Callable[[str], Store], gone: set[int]) -> Store:
    store = opened_any(any_url)
    if isinstance(store, SqlStore):
        return SqlStore(store.engine, "state", gone=lambda owner: owner.pid in gone)
    return store


def test_each_taking_raises_the_epoch(store: Store) -> None:
    first = store.acquire(HANDBOOK, ME, now=NOON, lease=60.0)
    assert (first.epoch, first.until, first.taken_over, first.owner) == (1, NOON + 60.0, None, ME)
    store.release(first)
    second = store.acquire(HANDBOOK, OTHER, now=NOON + 1, lease=60.0)
    assert (second.epoch, second.taken_over) == (2, None)


def test_each_mirror_has_a_lock_of_its_own(store: Store) -> None:
    store.acquire(HANDBOOK, ME, now=NOON, lease=60.0)
    assert store.acquire(GUIDES, OTHER, now=NOON, lease=60.0).epoch == 1


def test_a_lock_that_is_held_names_its_holder_and_the_way_out(store: Store) -> None:
    store.acquire(HANDBOOK, ME, now=NOON, lease=60.0)
    with pytest.raises(LockedError) as locked:
        store.acquire(HANDBOOK, OTHER, now=NOON + 59.0, lease=60.0)
    for word in ("handbook", "process 100", "(sync)", "docs", "2026-01-01 12:00:00 UTC", "2026-01-01 12:01:00 UTC"):
        assert word in locked.value.message
    assert "--lock-wait" in locked.value.hint
    assert locked.value.exit_code == 7
    assert store.holder(HANDBOOK, now=NOON + 59.0) == ME


def test_the_same_process_can_not_take_a_lock_twice(store: Store) -> None:
    store.acquire(HANDBOOK, ME, now=NOON, lease=60.0)
    with pytest.raises(LockedError):
        store.acquire(HANDBOOK, ME, now=NOON + 1, lease=60.0)


def test_a_lock_whose_lease_ran_out_is_taken_over_and_said_so(store: Store) -> None:
    store.acquire(HANDBOOK, ME, now=NOON, lease=60.0)
    assert store.holder(HANDBOOK, now=NOON + 60.0) is None
    lease = store.acquire(HANDBOOK, OTHER, now=NOON + 60.0, lease=60.0)
    assert (lease.epoch, lease.taken_over) == (2, ME)


def test_a_lock_whose_process_is_gone_is_taken_over_at_once(store: Store, gone: set[int]) -> None:
    store.acquire(HANDBOOK, ME, now=NOON, lease=60.0)
    gone.add(ME.pid)
    assert store.holder(HANDBOOK, now=NOON + 1.0) is None
    assert store.acquire(HANDBOOK, OTHER, now=NOON + 1.0, lease=60.0).taken_over == ME


def test_a_renewed_lock_lasts_longer(store: Store) -> None:
    lease = store.acquire(HANDBOOK, ME, now=NOON, lease=60.0)
    renewed = store.renew(lease, now=NOON + 15.0, seconds=60.0)
    assert renewed == replace(lease, until=NOON + 75.0)
    with pytest.raises(LockedError):
        store.acquire(HANDBOOK, OTHER, now=NOON + 70.0, lease=60.0)


def test_a_lock_is_renewed_late_as_long_as_nobody_took_it(store: Store) -> None:
    lease = store.acquire(HANDBOOK, ME, now=NOON, lease=60.0)
    assert store.renew(lease, now=NOON + 500.0, seconds=60.0).until == NOON + 560.0


def test_who_lost_the_lock_can_neither_renew_nor_write_nor_free_it(store: Store) -> None:
    lost = store.acquire(HANDBOOK, ME, now=NOON, lease=60.0)
    store.apply(HANDBOOK, [a_mirror(), PutRecord(record=a_record(1))], epoch=lost.epoch)
    store.acquire(HANDBOOK, OTHER, now=NOON + 61.0, lease=60.0)
    with pytest.raises(LockedError, match="process 200"):
        store.renew(lost, now=NOON + 62.0, seconds=60.0)
    with pytest.raises(LockedError, match="process 200"):
        store.apply(HANDBOOK, [DropRecord(uid=a_record(1).uid)], epoch=lost.epoch)
    with pytest.raises(LockedError):
        store.apply(HANDBOOK, [PutIntent(intent=an_intent(a_record(2)))], epoch=lost.epoch)
    store.release(lost)
    assert store.holder(HANDBOOK, now=NOON + 62.0) == OTHER
    assert list(store.records(HANDBOOK)) == [a_record(1)]
    assert store.intents(HANDBOOK) == ()


def test_a_lock_given_back_is_not_renewed(store: Store) -> None:
    lease = store.acquire(HANDBOOK, ME, now=NOON, lease=60.0)
    store.release(lease)
    with pytest.raises(LockedError, match="given back"):
        store.renew(lease, now=NOON + 1.0, seconds=60.0)


def test_an_epoch_of_a_lock_that_was_never_taken_is_refused(store: Store) -> None:
    with pytest.raises(LockedError, match="never taken"):
        store.apply(HANDBOOK, [a_mirror()], epoch=1)
    assert store.mirror(HANDBOOK) is None


def test_who_writes_under_a_mirrors_former_name_is_refused(store: Store) -> None:
    lease = store.acquire(HANDBOOK, ME, now=NOON, lease=60.0)
    store.apply(HANDBOOK, [a_mirror()], epoch=lease.epoch)
    assert store.rename_mirror(HANDBOOK, GUIDES)
    with pytest.raises(LockedError):
        store.apply(HANDBOOK, [PutRecord(record=a_record(1))], epoch=lease.epoch)


def test_the_lock_of_a_killed_process_is_taken_over(file_url: str, opened: Open) -> None:
    code = (
        "import sys\n"
        "from pagemirror.state.opening import open_store\n"
        "from pagemirror.state.liveness import Processes\n"
        "open_store(sys.argv[1]).acquire('handbook', Processes().this('sync'), now=0.0, lease=1e6)\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, file_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        store = opened(file_url)
        me = Processes().this("sync")
        with pytest.raises(LockedError, match=str(child.pid)):
            store.acquire(HANDBOOK, me, now=1.0, lease=60.0)
        child.kill()
        child.wait()
        taken_over = store.acquire(HANDBOOK, me, now=2.0, lease=60.0).taken_over
    assert isinstance(taken_over, Owner)
    assert taken_over.pid == child.pid
