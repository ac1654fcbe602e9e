"""The state in a database: each call is one transaction, and nothing but values goes in and out.

Usable from several threads; writers of one process queue up here rather than at the database. Knows no SQL: each
question and change is a function of a neighbouring module on an open connection.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine

from pagemirror.model.errors import StateError
from pagemirror.model.ids import MirrorName, PageId, RepoPath, TargetKey, TextId, Uid
from pagemirror.model.listing import PageQuery, PageRows
from pagemirror.model.records import Decision, Hold, Intent, KeptText, Record
from pagemirror.state import budgets, listing, locks, reading, transfer, upkeep
from pagemirror.state.clashes import page_taken
from pagemirror.state.engines import WRITES, flushing, not_flushing, one_view
from pagemirror.state.failures import Clash, guarded
from pagemirror.state.interface import Change, Lease, Owner, PassRow, Store, Usage
from pagemirror.state.liveness import Processes
from pagemirror.state.standing import Counts, MirrorState
from pagemirror.state.writing import Batch

__all__ = ["SqlStore"]


class SqlStore(Store):
    """A state store. `where` names it in messages; `gone` tells whether a process has surely ended.

    Without `flush` no transaction waits for the disk: the database need not outlive a power cut.
    """

    def __init__(
        self,
        engine: Engine,
        where: str,
        *,
        readonly: bool = False,
        gone: Callable[[Owner], bool] | None = None,
        flush: bool = True,
    ) -> None:
        self.engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        self._where = where
        self._readonly = readonly
        self._flush = flush
        self._gone = Processes().gone if gone is None else gone
        self._turn = threading.Lock()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with guarded(self._where), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self, *, flush: bool = True) -> Iterator[Connection]:
        """A write transaction; without `flush` a power cut, but no crash, may undo it."""
        if self._readonly:
            raise StateError(
                f"The state {self._where} was opened for reading only; nothing was written.",
                hint="Use a command that may write, such as `pagemirror sync`.",
                code="state_readonly",
            )
        with self._turn, guarded(self._where), self._writer.connect() as connection:
            (flushing if flush and self._flush else not_flushing)(connection)
            with connection.begin():
                yield connection

    @property
    def writable(self) -> bool:
        """Whether it was opened for writing."""
        return not self._readonly

    @property
    def keeps_texts(self) -> bool:
        """Texts stay."""
        return True

    def mirror(self, name: MirrorName) -> MirrorState | None:
        """The mirror's row."""
        with self._reading() as connection:
            return reading.one_mirror(connection, name)

    def mirrors(self) -> tuple[MirrorState, ...]:
        """All mirrors known, by name."""
        with self._reading() as connection:
            return reading.all_mirrors(connection)

    def rename_mirror(self, old: MirrorName, new: MirrorName) -> bool:
        """Move all rows of `old` to `new`; False if there is nothing to move, or something under the new name."""
        with self._writing() as connection:
            return upkeep.rename(connection, old, new)

    def counts(self, name: MirrorName) -> Counts:
        """The mirror's figures."""
        with self._reading() as connection:
            return reading.counts(connection, name)

    def records(self, name: MirrorName) -> Iterator[Record]:
        """All records, by path; streamed, as they stood when the first was asked for."""
        with self._reading() as connection:
            yield from reading.every_record(connection, name)

    def page_rows(self, name: MirrorName, query: PageQuery) -> PageRows:
        """A screenful of pages by path."""
        with self._reading() as connection:
            return listing.page_rows(connection, name, query)

    def records_by_uid(self, name: MirrorName, uids: Iterable[Uid]) -> dict[Uid, Record]:
        """The records of these uids that there are."""
        with self._reading() as connection:
            return reading.records_of(connection, name, uids)

    def records_by_path(self, name: MirrorName, paths: Iterable[RepoPath]) -> tuple[Record, ...]:
        """The records at these paths, by path."""
        with self._reading() as connection:
            return reading.records_at(connection, name, paths)

    def records_open(self, name: MirrorName) -> tuple[Record, ...]:
        """Records with open work, a failure, or a hold or decision on them, by path."""
        with self._reading() as connection:
            return reading.records_open(connection, name)

    def records_away(self, name: MirrorName) -> tuple[Record, ...]:
        """Records that are not live, by path."""
        with self._reading() as connection:
            return reading.records_away(connection, name)

    def linkers(self, name: MirrorName, keys: Iterable[str]) -> frozenset[Uid]:
        """The uids of records that link to one of these keys."""
        with self._reading() as connection:
            return reading.linkers(connection, name, keys)

    def pages_at(self, target: TargetKey, page_ids: Iterable[PageId]) -> dict[PageId, tuple[MirrorName, Uid]]:
        """Which mirror's record these pages belong to."""
        with self._reading() as connection:
            return reading.owners_of_pages(connection, target, page_ids)

    def page_ids(self, name: MirrorName) -> dict[PageId, Uid]:
        """The page ids of all live records."""
        with self._reading() as connection:
            return reading.live_pages(connection, name)

    def elsewhere(self, root: str, paths: Iterable[RepoPath]) -> dict[RepoPath, tuple[MirrorName, Record]]:
        """Live records of any mirror of the same repository at these paths."""
        with self._reading() as connection:
            return reading.elsewhere(connection, root, paths)

    def intents(self, name: MirrorName) -> tuple[Intent, ...]:
        """Open intents, oldest first."""
        with self._reading() as connection:
            return reading.every_intent(connection, name)

    def holds(self, name: MirrorName) -> tuple[Hold, ...]:
        """Holds, by path."""
        with self._reading() as connection:
            return reading.every_hold(connection, name)

    def decisions(self, name: MirrorName) -> dict[Uid, Decision]:
        """Decisions not yet carried out."""
        with self._reading() as connection:
            return reading.every_decision(connection, name)

    def text(self, text: TextId) -> str | None:
        """A stored text."""
        with self._reading() as connection:
            return reading.stored_text(connection, text)

    def kept(self, name: MirrorName, uid: Uid | None = None) -> tuple[KeptText, ...]:
        """Kept texts, newest first."""
        with self._reading() as connection:
            return reading.kept_texts(connection, name, uid)

    def passes(self, name: MirrorName, limit: int = 1) -> tuple[PassRow, ...]:
        """The last passes, newest first."""
        with self._reading() as connection:
            return reading.last_passes(connection, name, limit)

    def apply(self, name: MirrorName, changes: Sequence[Change], *, epoch: int | None = None) -> None:
        """Make these changes, all or none; `StateError` with code `foreign` for a page that another live record has."""
        batch = Batch(name, changes)
        try:
            self._write(batch, epoch, free_first=False)
        except Clash:
            try:  # pages may change hands within the batch, in whatever order
                self._write(batch, epoch, free_first=True)
            except Clash as clash:
                with self._reading() as connection:
                    raise page_taken(connection, batch, clash) from clash

    def _write(self, batch: Batch, epoch: int | None, *, free_first: bool) -> None:
        with self._writing() as connection:
            if epoch is not None:
                locks.check_epoch(connection, batch.mirror, epoch)
            batch.write(connection, free_first=free_first)

    def announce(self, name: MirrorName, changes: Iterable[Change], *, epoch: int) -> None:
        """Nothing to do: each intent is durable before its request is sent."""

    def prune(self, *, now: float, keep: float, every: float = 0.0) -> int:
        """Forget texts kept longer than `keep` seconds and texts that nothing names; gives the bytes freed.

        Nothing is done where that was done less than `every` seconds ago. With `every`, a text goes when it was too
        old at the last time already: a clock that is put far ahead and then back takes no text with it.
        """
        trusted = now
        if every:
            with self._reading() as connection:
                last = upkeep.pruned_at(connection)
            if 0 <= now - last < every:
                return 0
            trusted = min(now, last)
        with self._writing() as connection:
            freed = upkeep.prune(connection, now=now, before=trusted - keep)
        self._shrink()
        return freed

    def _shrink(self) -> None:
        """Give disk space back where much of the file is empty; where that can't be done now, another time will do."""
        with suppress(StateError), self._turn, guarded(self._where), self.engine.connect() as connection:
            upkeep.shrink(connection)

    def export(self, names: Sequence[MirrorName], *, texts: bool) -> Iterator[str]:
        """What there is of these mirrors as JSON lines, as it stood when the first was asked for."""
        with guarded(self._where), one_view(self.engine).connect() as connection:
            yield from transfer.to_lines(connection, names, with_texts=texts)

    def take_in(self, content: Mapping[MirrorName, Sequence[Change]], *, now: float) -> None:
        """Put mirrors in that there is nothing of yet; raises `StateError` where there is, `LockedError` where locked.

        A page that a record of another mirror has is a `StateError` with code `foreign`.
        """
        batches = [Batch(name, changes) for name, changes in content.items()]
        at = 0
        try:
            with self._writing() as connection:
                upkeep.refuse_taken(connection, self._where, content, now=now, gone=self._gone)
                for at, batch in enumerate(batches):  # noqa: B007 - which one clashed is told below
                    batch.write(connection)
        except Clash as clash:
            with self._reading() as connection:
                raise page_taken(connection, batches[at], clash) from clash

    def acquire(self, name: MirrorName, owner: Owner, *, now: float, lease: float) -> Lease:
        """Take the mirror's lock."""
        with self._writing() as connection:
            return locks.acquire(connection, name, owner, now=now, lease=lease, gone=self._gone)

    def renew(self, lease: Lease, *, now: float, seconds: float) -> Lease:
        """Prolong a lock."""
        with self._writing(flush=False) as connection:
            return locks.renew(connection, lease, until=now + seconds)

    def release(self, lease: Lease) -> None:
        """Give a lock back; nothing happens if it was taken over."""
        with self._writing() as connection:
            locks.release(connection, lease)

    def holder(self, name: MirrorName, *, now: float) -> Owner | None:
        """Who holds the lock now."""
        with self._reading() as connection:
            return locks.holder(connection, name, now=now, gone=self._gone)

    def reserve(self, target: TargetKey, *, now: float, decide: Callable[[Usage], int]) -> int:
        """Count as many requests as `decide` says; `decide` must not use the store."""
        with self._writing(flush=False) as connection:
            return budgets.reserve(connection, target, now=now, decide=decide)

    def usage(self, target: TargetKey, *, now: float) -> Usage:
        """A target's requests of the last 24 hours."""
        with self._reading() as connection:
            return budgets.usage(connection, target, now=now)

    def pause(self, target: TargetKey, *, until: float) -> None:
        """Remember that the server asked for a pause."""
        with self._writing(flush=False) as connection:
            budgets.pause(connection, target, until=until)

    def close(self) -> None:
        """Give the database back."""
        self.engine.dispose()
