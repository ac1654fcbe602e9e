"""The journal: what was acknowledged is written, in order, many commits in one transaction."""

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest

from pagemirror.model.errors import LockedError, StateError
from pagemirror.model.ids import MirrorName, PageId, Uid
from pagemirror.state.interface import Change, DropRecord, PutRecord
from pagemirror.state.journal import Journal
from pagemirror.state.store import SqlStore
from support.staterows import GUIDES, HANDBOOK, ME, OTHER, a_mirror, a_record


class Watched(SqlStore):
    """A store that remembers its batches, and whose writing a test can hold up or break."""

    def __init__(self, inner: SqlStore) -> None:
        super().__init__(inner.engine, "state")
        self.batches: list[list[Change]] = []
        self.threads: set[int] = set()
        self.may_write = threading.Event()
        self.may_write.set()
        self.broken: Callable[[Sequence[Change]], Exception | None] = lambda _: None

    def apply(self, name: MirrorName, changes: Sequence[Change], *, epoch: int | None = None) -> None:
        self.threads.add(threading.get_ident())
        self.may_write.wait()
        error = self.broken(changes)
        if error is not None:
            raise error
        super().apply(name, changes, epoch=epoch)
        self.batches.append(list(changes))


@pytest.fixture
def store(file_url: str, opened: Callable[[str], SqlStore]) -> Watched:
    inner = opened(file_url)
    inner.apply(HANDBOOK, [a_mirror()])
    return Watched(inner)


def _put(number: int, **fields: object) -> list[Change]:
    return [PutRecord(record=a_record(number, **fields))]


def test_a_commit_is_durable_when_it_returns(store: Watched) -> None:
    async def body() -> None:
        journal = Journal(store, HANDBOOK)
        await journal.commit(_put(1))
        assert list(store.records(HANDBOOK)) == [a_record(1)]
        await journal.close()

    asyncio.run(body())


def test_what_comes_while_a_transaction_is_written_goes_into_one_next_transaction(store: Watched) -> None:
    async def body() -> None:
        journal = Journal(store, HANDBOOK)
        store.may_write.clear()
        tasks = [asyncio.create_task(journal.commit(_put(n))) for n in range(20)]
        await asyncio.sleep(0)
        late = [asyncio.create_task(journal.commit(_put(n))) for n in range(20, 30)]
        await asyncio.sleep(0)
        store.may_write.set()
        await asyncio.gather(*tasks, *late)
        await journal.close()

    asyncio.run(body())
    assert len(store.batches) <= 2
    assert [change for batch in store.batches for change in batch] == [_put(n)[0] for n in range(30)]
    assert len(store.threads) == 1


def test_many_tasks_lose_no_commit_and_keep_their_order(store: Watched) -> None:
    async def one(journal: Journal, task: int) -> None:
        for turn in range(25):
            await journal.commit(_put(task, title=str(turn)))
            assert store.records_by_uid(HANDBOOK, [Uid(f"u{task}")])[Uid(f"u{task}")].title == str(turn)

    async def body() -> None:
        journal = Journal(store, HANDBOOK)
        await asyncio.gather(*(one(journal, task) for task in range(16)))
        await journal.close()

    asyncio.run(body())
    titles: dict[Uid, list[str]] = {}
    for batch in store.batches:
        for change in batch:
            assert isinstance(change, PutRecord)
            titles.setdefault(change.record.uid, []).append(change.record.title)
    assert len(titles) == 16
    assert all(found == [str(turn) for turn in range(25)] for found in titles.values())
    assert len(store.batches) < 16 * 25


def test_only_the_guilty_commit_of_a_group_fails(store: Watched) -> None:
    async def body() -> list[BaseException | None]:
        journal = Journal(store, HANDBOOK)
        commits = [_put(1), _put(2, page_id=PageId("p1")), _put(3), [*_put(4), *_put(5, page_id=PageId("p3"))], _put(6)]
        results = await asyncio.gather(*map(journal.commit, commits), return_exceptions=True)
        await journal.close()
        return results

    results = asyncio.run(body())
    codes = [error.code if isinstance(error, StateError) else error for error in results]
    assert codes == [None, "foreign", None, "foreign", None]
    assert [record.uid for record in store.records(HANDBOOK)] == ["u1", "u3", "u6"]


def test_an_error_of_a_change_itself_is_its_own(store: Watched) -> None:
    bad = _put(2, order_key=b"not a word")

    async def body() -> list[BaseException | None]:
        journal = Journal(store, HANDBOOK)
        results = await asyncio.gather(*map(journal.commit, [_put(1), bad, _put(3)]), return_exceptions=True)
        await journal.close()
        return results

    assert [type(result) for result in asyncio.run(body())] == [type(None), TypeError, type(None)]
    assert [record.uid for record in store.records(HANDBOOK)] == ["u1", "u3"]


@pytest.mark.parametrize("error", [LockedError("lost"), StateError("full", code="state_full")])
def test_an_error_of_the_state_reaches_all_that_wait_at_once(store: Watched, error: Exception) -> None:
    tried: list[int] = []

    def broken(changes: Sequence[Change]) -> Exception:
        tried.append(len(changes))
        return error

    async def body() -> list[BaseException | None]:
        journal = Journal(store, HANDBOOK)
        store.broken = broken
        results = await asyncio.gather(*(journal.commit(_put(n)) for n in range(5)), return_exceptions=True)
        store.broken = lambda _: None
        await journal.commit(_put(9))
        await journal.close()
        return results

    assert asyncio.run(body()) == [error] * 5
    assert tried == [5]
    assert [record.uid for record in store.records(HANDBOOK)] == ["u9"]


def test_a_lock_that_was_taken_over_stops_every_commit(store: Watched) -> None:
    lease = store.acquire(HANDBOOK, ME, now=0.0, lease=60.0)

    async def body() -> None:
        journal = Journal(store, HANDBOOK, epoch=lease.epoch)
        await journal.commit(_put(1))
        store.acquire(HANDBOOK, OTHER, now=61.0, lease=60.0)
        for number in (2, 3):
            with pytest.raises(LockedError):
                await journal.commit(_put(number))
        await journal.close()

    asyncio.run(body())
    assert [record.uid for record in store.records(HANDBOOK)] == ["u1"]


def test_a_cancelled_task_neither_loses_its_changes_nor_disturbs_the_others(store: Watched) -> None:
    async def body() -> None:
        journal = Journal(store, HANDBOOK)
        store.may_write.clear()
        tasks = [asyncio.create_task(journal.commit(_put(n))) for n in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.sleep(0)
        store.may_write.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [type(None), asyncio.CancelledError, type(None)]
        await journal.close()

    asyncio.run(body())
    assert [record.uid for record in store.records(HANDBOOK)] == ["u0", "u1", "u2"]


def test_closing_writes_what_waits(store: Watched) -> None:
    async def body() -> None:
        journal = Journal(store, HANDBOOK)
        tasks = [asyncio.create_task(journal.commit(_put(n))) for n in range(4)]
        await asyncio.sleep(0)
        await journal.close()
        assert [record.uid for record in store.records(HANDBOOK)] == ["u0", "u1", "u2", "u3"]
        await asyncio.gather(*tasks)

    asyncio.run(body())


def test_a_closed_journal_takes_nothing(store: Watched) -> None:
    async def body() -> None:
        journal = Journal(store, HANDBOOK)
        await journal.close()
        await journal.close()
        with pytest.raises(StateError, match="closed"):
            await journal.commit(_put(1))
        with pytest.raises(StateError, match="closed"):
            await journal.run(lambda: None)

    asyncio.run(body())


def test_a_question_runs_in_the_same_thread_after_what_is_being_written(store: Watched) -> None:
    async def body() -> None:
        journal = Journal(store, HANDBOOK)
        task = asyncio.create_task(journal.commit(_put(1)))
        await asyncio.sleep(0)
        found, thread = await journal.run(lambda: (list(store.records(HANDBOOK)), threading.get_ident()))
        assert found == [a_record(1)]
        assert {thread} == store.threads
        with pytest.raises(ZeroDivisionError):
            await journal.run(lambda: 1 // 0)
        await task
        await journal.close()

    asyncio.run(body())


def test_the_loop_is_free_while_a_transaction_is_written(store: Watched) -> None:
    async def body() -> None:
        journal = Journal(store, HANDBOOK)
        store.may_write.clear()
        task = asyncio.create_task(journal.commit(_put(1)))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not task.done()
        store.may_write.set()
        await task
        await journal.close()

    asyncio.run(body())


def test_each_journal_writes_its_own_mirror(store: Watched) -> None:
    async def body() -> None:
        first, second = Journal(store, HANDBOOK), Journal(store, GUIDES)
        await asyncio.gather(first.commit(_put(1)), second.commit(_put(2)), first.commit([DropRecord(uid=Uid("u2"))]))
        await first.close()
        await second.close()

    asyncio.run(body())
    assert [record.uid for record in store.records(HANDBOOK)] == ["u1"]
    assert [record.uid for record in store.records(GUIDES)] == ["u2"]


def test_closing_ends_although_the_writing_was_cancelled_before_it_began(store: Watched) -> None:
    """As at the end of a process that is told to stop at once: it waited for ever, at full load."""

    async def body() -> None:
        journal = Journal(store, HANDBOOK)
        asyncio.create_task(journal.commit(_put(1)))  # noqa: RUF006 - cancelled below with the one that it starts
        await asyncio.sleep(0)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.wait_for(journal.close(), 5)

    asyncio.run(body())
