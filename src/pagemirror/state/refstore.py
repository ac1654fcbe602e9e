"""The state of runners that keep nothing: loaded as a whole, pushed as a whole, a database only in between.

A pass pushes once before its first request that changes something, with its lease and with an intent for all that it
plans to send; then every five minutes, and at its end. So whoever comes after a pass that was killed finds an intent
for everything that it may have sent. Knows the place only as a `RefStorage`.
"""

import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from pagemirror.model.errors import LockedError, Overtaken, StateError
from pagemirror.model.ids import MirrorName, Uid
from pagemirror.model.records import Hold, Intent, IntentKind, Record
from pagemirror.state import locks
from pagemirror.state.engines import file_engine
from pagemirror.state.interface import Change, DropIntent, Lease, Owner, PutHold, PutIntent, PutRecord
from pagemirror.state.migrate import begin
from pagemirror.state.record_rows import row_of_intent
from pagemirror.state.shards import fill, to_files
from pagemirror.state.store import SqlStore

__all__ = ["PUSH_EVERY", "RefStorage", "RefStore"]

PUSH_EVERY: Final = 300.0
"""Seconds between two pushes of a long pass; a lease holds so much longer than where it can be renewed at once."""

_Key = tuple[MirrorName, Uid]

LOOK_EVERY: Final = 5.0
"""Seconds between two looks at the place while a lock is waited for."""


class RefStorage(Protocol):
    """A place that keeps a few files as one version, and takes the next version only from who knows the last.

    A version is a word that is never given twice, "" where there is none yet. All raise `StateError` where the place
    can't be reached or refuses.
    """

    @property
    def where(self) -> str:
        """Its name in messages."""
        ...

    def version(self) -> str:
        """The newest version."""
        ...

    def load(self) -> tuple[str, Mapping[str, bytes]]:
        """The newest version and its files, by their names."""
        ...

    def save(self, files: Mapping[str, bytes], expected: str) -> str | None:
        """Make these files the next version and give it; None, changing nothing, where `expected` isn't the newest."""
        ...


class RefStore(SqlStore):
    """A state store over a `RefStorage`. Without `texts` no page text outlives this process.

    One job at a time may use it, whatever its mirrors. A job that finds the state moved by another one sends nothing
    more: it gets `Overtaken` where it had announced nothing yet, else a `LockedError` with the code `lock_lost`.
    """

    def __init__(
        self,
        storage: RefStorage,
        *,
        now: Callable[[], float],
        texts: bool = True,
        readonly: bool = False,
        gone: Callable[[Owner], bool] | None = None,
    ) -> None:
        self._storage = storage
        self._now = now
        self._texts = texts
        self._folder = tempfile.TemporaryDirectory(prefix="pagemirror-state-")
        path = Path(self._folder.name) / "state.db"
        path.touch(mode=0o600)
        engine = file_engine(path, readonly=False)
        super().__init__(engine, storage.where, readonly=readonly, gone=gone, flush=False)
        self._order = threading.RLock()
        self._version = ""
        self._looked_at = now()
        self._announced: dict[_Key, Intent] = {}
        self._pushed: dict[_Key, Intent] = {}
        self._moved = self._overtaken = False
        self._held: Lease | None = None
        self._told: _Told | None = None
        try:
            with self._writer.begin() as connection:
                begin(connection)
            self.reload()
        except BaseException:
            self.close()
            raise

    @property
    def keeps_texts(self) -> bool:
        """Whether page texts go in."""
        return self._texts

    def reload(self) -> None:
        """Take what is there now in place of what is at hand."""
        with self._order:
            version, files = self._storage.load()
            with self._writer.begin() as connection:
                fill(connection, files, self._where)
            self._version, self._looked_at = version, self._now()
            self._moved = self._overtaken = False
            self._announced.clear()
            self._pushed.clear()

    def close(self) -> None:
        """Forget what is at hand."""
        super().close()
        self._folder.cleanup()

    # ------------------------------------------------------------------ writes

    def apply(self, name: MirrorName, changes: Sequence[Change], *, epoch: int | None = None) -> None:
        """Make these changes; those made without a lock are pushed, and intents that the last push doesn't cover."""
        with self._order:
            if epoch is None:
                self._refuse_others()
            super().apply(name, changes, epoch=epoch)
            self._moved = True
            self._answered(name, changes)
            new = [change.intent for change in changes if isinstance(change, PutIntent)]
            if epoch is None or (new and not self._covered(name, new)):
                self._push()

    def announce(self, name: MirrorName, changes: Iterable[Change], *, epoch: int) -> None:
        """Push what a pass is going to send, with its lease, before the first of it is sent."""
        with self._order:
            intents: dict[_Key, Intent] = {}
            stored: list[Change] = []
            for change in changes:
                if isinstance(change, PutIntent):
                    intents[name, change.intent.uid] = change.intent
                elif self._texts:
                    stored.append(change)
            if stored:
                super().apply(name, stored, epoch=epoch)
            self._announced |= intents
            if intents and not self._covered(name, intents.values()):
                self._push()

    def _answered(self, name: MirrorName, changes: Sequence[Change]) -> None:
        """What was announced is no longer open once its step says something of its own."""
        for change in changes:
            match change:
                case PutRecord(record=Record(uid=uid)) | PutHold(hold=Hold(uid=uid)) | DropIntent(uid=uid):
                    self._announced.pop((name, uid), None)
                case _:
                    pass

    def _covered(self, name: MirrorName, intents: Iterable[Intent]) -> bool:
        """Whether whoever comes after us would find these requests by what was pushed, and nobody can be here yet."""
        if self._told is None or self._now() >= self._told.until:
            return False
        pushed = ((self._pushed.get((name, intent.uid)), intent) for intent in intents)
        return all(known is not None and _covers(known, intent) for known, intent in pushed)

    def _push(self) -> None:
        if self._overtaken:
            raise self._lost()
        with self._reading() as connection:
            more = [row_of_intent(name, intent) for (name, _), intent in self._announced.items()]
            files = to_files(connection, more, with_texts=self._texts)
        version = self._storage.save(files, self._version)
        if version is None:
            self._overtaken = True
            raise self._lost()
        self._version, self._moved = version, False
        if self._held is not None:
            name = self._held.mirror
            self._told = _Told(at=self._now(), until=self._held.until)
            self._pushed = self._announced | {(name, intent.uid): intent for intent in self.intents(name)}

    def _lost(self) -> LockedError:
        if self._told is None:
            return Overtaken(
                f"Another job changed the state {self._where} in the meantime. Nothing was sent.",
                hint="Run again when it is done, or wait for it with `--lock-wait 5m`.",
            )
        return LockedError(
            f"Another job took over the state {self._where}. What was not yet recorded was not written.",
            hint="It finds out what this one sent; run again when it is done.",
            code="lock_lost",
        )

    def rename_mirror(self, old: MirrorName, new: MirrorName) -> bool:
        """Move all rows of `old` to `new`, and push that."""
        with self._order:
            self._refuse_others()
            renamed = super().rename_mirror(old, new)
            if renamed:
                self._push()
            return renamed

    def take_in(self, content: Mapping[MirrorName, Sequence[Change]], *, now: float) -> None:
        """Put mirrors in that there is nothing of yet, and push that."""
        with self._order:
            self._refuse_others()
            super().take_in(content, now=now)
            self._push()

    def prune(self, *, now: float, keep: float, every: float = 0.0) -> int:
        """Forget old texts; pushed where that frees something and no other job is at work, else done another time."""
        with self._order:
            if self._overtaken:
                return 0
            freed = super().prune(now=now, keep=keep, every=every)
            if freed:
                with suppress(LockedError):
                    self._push()
            return freed

    # ------------------------------------------------------------------- locks

    def acquire(self, name: MirrorName, owner: Owner, *, now: float, lease: float) -> Lease:
        """Take the mirror's lock, after a look at what is there now; others learn of it with the first push."""
        with self._order:
            if self._overtaken or now - self._looked_at >= LOOK_EVERY:
                self._looked_at = now
                if self._overtaken or self._storage.version() != self._version:
                    self.reload()
            self._refuse_others(but=name)
            self._told = None
            self._held = super().acquire(name, owner, now=now, lease=lease + PUSH_EVERY)
            return self._held

    def renew(self, lease: Lease, *, now: float, seconds: float) -> Lease:
        """Prolong a lock; pushed every `PUSH_EVERY` seconds. A push that fails is tried again until the lease ends."""
        with self._order:
            self._held = super().renew(lease, now=now, seconds=seconds + PUSH_EVERY)
            told = self._told
            if told is not None and now - told.at >= PUSH_EVERY:
                try:
                    self._push()
                except StateError:
                    if now + seconds / 2 >= told.until:
                        raise
            return self._held

    def release(self, lease: Lease) -> None:
        """Give a lock back, and push what the pass has recorded."""
        with self._order:
            self._held = None
            if self._overtaken:
                return
            super().release(lease)
            self._announced.clear()
            if self._moved or self._told is not None:
                self._push()
            self._told = None
            self._pushed.clear()

    def _refuse_others(self, *, but: MirrorName | None = None) -> None:
        """Raise `LockedError` where another job holds a lock of any mirror: it would take our push for its end."""
        with self._reading() as connection:
            holders = locks.holders(connection, now=self._now(), gone=self._gone)
        for name, owner in holders.items():
            if name != but and (self._held is None or name != self._held.mirror):
                raise LockedError(
                    f"The state {self._where} is in use: process {owner.pid} on {owner.host} holds the lock of the "
                    f"mirror {name}. Nothing was done.",
                    hint="One job at a time may use a state in a Git ref; run again when it is done.",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """When others were last told of our lock, and until when they leave us alone."""

    at: float
    until: float


def _covers(known: Intent, intent: Intent) -> bool:
    """Whether recovery finds this request's page by a pushed intent; a create's does so once it is settled."""
    same = known.kind is intent.kind and known.page_id == intent.page_id
    settles = known.kind is IntentKind.CREATE and intent.kind is IntentKind.UPDATE
    return (same or settles) and (known.title, known.blind) == (intent.title, intent.blind)
