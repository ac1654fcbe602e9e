"""A state store in memory: all that `pagemirror.state.interface.Store` asks for, in plain dicts.

The state's suites run over it. For one process and one thread. Values go in and come out as they are: nobody changes
one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Table

from pagemirror.model.errors import LockedError, StateError
from pagemirror.model.ids import MirrorName, PageId, RepoPath, TargetKey, TextId, Uid
from pagemirror.model.listing import PageQuery, PageRow, PageRows, Show
from pagemirror.model.records import Decision, Hold, Intent, KeptText, Open, Record, Standing
from pagemirror.state.budgets import DAY, MANY, merged
from pagemirror.state.figures import SCHEMA_VERSION, row_of_mirror
from pagemirror.state.interface import Change, Keep, Lease, Owner, PassRow, Store, Usage
from pagemirror.state.other_rows import row_of_decision, row_of_hold, row_of_keep
from pagemirror.state.record_rows import Row, row_of_intent, row_of_record
from pagemirror.state.schema import decisions, holds, intents, kept, mirrors, records, texts
from pagemirror.state.searching import folded
from pagemirror.state.shards import outer
from pagemirror.state.standing import Counts, MirrorState
from pagemirror.state.words import dump, packed
from pagemirror.state.writing import text_row
from support.memory.tables import Lock, Rows, Tables, size_of

__all__ = ["MemoryStore"]

_OWNED = (Standing.REMOVED, Standing.LIVE)
"""The standings in which a page belongs to a record, the strongest last."""


class MemoryStore(Store):
    """A state store over some tables; `gone` tells whether a process has surely ended."""

    def __init__(self, tables: Tables, *, gone: Callable[[Owner], bool] = lambda _: False) -> None:
        self._tables = tables
        self._gone = gone

    @property
    def writable(self) -> bool:
        """It is."""
        return True

    @property
    def keeps_texts(self) -> bool:
        """They stay."""
        return True

    def close(self) -> None:
        """There is nothing to give back."""

    # ----------------------------------------------------------------- mirrors

    def mirror(self, name: MirrorName) -> MirrorState | None:
        """The mirror's row."""
        return self._tables.mirrors.get(name)

    def mirrors(self) -> tuple[MirrorState, ...]:
        """All mirrors known, by name."""
        return tuple(state for _, state in sorted(self._tables.mirrors.items()))

    def rename_mirror(self, old: MirrorName, new: MirrorName) -> bool:
        """Move all rows of `old` to `new`."""
        there, rows = self._tables.mirrors, self._tables.rows
        if old == new or (old not in there and not rows[old].begun()) or rows[new].begun():
            return False
        there.pop(new, None)
        if old in there:
            there[new] = replace(there.pop(old), name=new)
        moved = rows.pop(old)
        moved.kept = [replace(one, mirror=new) for one in moved.kept]
        moved.passes = [replace(one, mirror=new) for one in moved.passes]
        rows[new] = moved
        self._fence(old)
        return True

    def counts(self, name: MirrorName) -> Counts:
        """The mirror's figures."""
        rows = self._rows(name)
        all_ = rows.records.values()
        live = [record for record in all_ if record.standing is Standing.LIVE]
        opens = [record.open for record in all_ if record.open is not Open.NONE]
        sizes = [size_of(self._tables.texts[text]) for text in {one.text for one in rows.kept}]
        return Counts(
            records=len(all_),
            pages=sum(record.page_id is not None for record in live),
            held=len(rows.holds),
            unsettled=opens.count(Open.UNSETTLED),
            diverged=sum(record.diverged for record in live),
            unknown=opens.count(Open.UNKNOWN),
            failed=sum(record.failure is not None or record.open is Open.FAILED for record in all_),
            retrying=opens.count(Open.FAILED),
            deferred=opens.count(Open.DEFERRED),
            leaving=opens.count(Open.LEAVING),
            decided=len(rows.decisions),
            intents=len(rows.intents),
            texts_bytes=sum(sizes),
        )

    # ----------------------------------------------------------------- records

    def records(self, name: MirrorName) -> Iterator[Record]:
        """All records, by path as a column holds it."""
        there = self._rows(name).records.values()
        yield from sorted(there, key=lambda record: (packed(record.path), record.uid))

    def page_rows(self, name: MirrorName, query: PageQuery) -> PageRows:
        """A screenful of pages by path."""
        rows = self._rows(name)
        found = [row for row in _listed(rows, query.show) if _says(row, query.text)]
        found.sort(key=lambda row: (row.path, row.uid))
        if query.before is not None:
            place = (query.before.path, query.before.uid)
            left = [row for row in found if (row.path, row.uid) < place]
            return PageRows(rows=tuple(left[-query.limit :]), earlier=len(left) > query.limit, later=True)
        if query.after is not None:
            place = (query.after.path, query.after.uid)
            found = [row for row in found if (row.path, row.uid) > place]
        return PageRows(
            rows=tuple(found[: query.limit]), earlier=query.after is not None, later=len(found) > query.limit
        )

    def records_by_uid(self, name: MirrorName, uids: Iterable[Uid]) -> dict[Uid, Record]:
        """The records of these uids that there are."""
        there = self._rows(name).records
        return {uid: there[uid] for uid in uids if uid in there}

    def records_by_path(self, name: MirrorName, paths: Iterable[RepoPath]) -> tuple[Record, ...]:
        """The records at these paths, by path."""
        wanted = set(paths)
        return _by_path(record for record in self._rows(name).records.values() if record.path in wanted)

    def records_open(self, name: MirrorName) -> tuple[Record, ...]:
        """Records with open work, a failure, a hold or a decision, by path."""
        rows = self._rows(name)
        return _by_path(
            record
            for uid, record in rows.records.items()
            if record.open is not Open.NONE or record.failure is not None or uid in rows.holds or uid in rows.decisions
        )

    def records_away(self, name: MirrorName) -> tuple[Record, ...]:
        """Records that are not live, by path."""
        there = self._rows(name).records.values()
        return _by_path(record for record in there if record.standing is not Standing.LIVE)

    def linkers(self, name: MirrorName, keys: Iterable[str]) -> frozenset[Uid]:
        """The uids of records that link to one of these keys."""
        wanted = set(keys)
        there = self._rows(name).records.items()
        return frozenset(uid for uid, record in there if not wanted.isdisjoint(record.links))

    def pages_at(self, target: TargetKey, page_ids: Iterable[PageId]) -> dict[PageId, tuple[MirrorName, Uid]]:
        """Which record each page belongs to: a live one before a removed one, never one that a person let go."""
        wanted = set(page_ids)
        claims = [
            (_OWNED.index(record.standing), name, uid, record.page_id)
            for name in self._tables.at(target)
            for uid, record in self._tables.rows[name].records.items()
            if record.page_id in wanted and record.standing in _OWNED
        ]
        return {page: (name, uid) for _, name, uid, page in sorted(claims)}

    def page_ids(self, name: MirrorName) -> dict[PageId, Uid]:
        """The page ids of live records."""
        there = self._rows(name).records.items()
        return {
            record.page_id: uid
            for uid, record in there
            if record.page_id is not None and record.standing is Standing.LIVE
        }

    def elsewhere(self, root: str, paths: Iterable[RepoPath]) -> dict[RepoPath, tuple[MirrorName, Record]]:
        """Live records of any mirror of a repository at these paths; of several, one with a page, then by name."""
        wanted = set(paths)
        found = [
            ((record.page_id is None, name, uid), name, record)
            for name, state in self._tables.mirrors.items()
            if root and state.root == root
            for uid, record in self._rows(name).records.items()
            if record.path in wanted and record.standing is Standing.LIVE
        ]
        found.sort(key=lambda each: each[0], reverse=True)
        return {record.path: (name, record) for _, name, record in found}

    # ------------------------------------------------------- what is to be done

    def intents(self, name: MirrorName) -> tuple[Intent, ...]:
        """Open intents, oldest first."""
        return tuple(sorted(self._rows(name).intents.values(), key=lambda intent: (intent.sent_at, intent.uid)))

    def holds(self, name: MirrorName) -> tuple[Hold, ...]:
        """Holds, by path."""
        return tuple(sorted(self._rows(name).holds.values(), key=lambda hold: (hold.path, hold.uid)))

    def decisions(self, name: MirrorName) -> dict[Uid, Decision]:
        """Decisions, by uid."""
        return dict(sorted(self._rows(name).decisions.items()))

    def text(self, text: TextId) -> str | None:
        """A stored text."""
        return self._tables.texts.get(text)

    def kept(self, name: MirrorName, uid: Uid | None = None) -> tuple[KeptText, ...]:
        """Kept texts, newest first."""
        return tuple(one for one in reversed(self._rows(name).kept) if uid is None or one.uid == uid)

    def passes(self, name: MirrorName, limit: int = 1) -> tuple[PassRow, ...]:
        """The last passes, newest first."""
        return tuple(reversed(self._rows(name).passes[-limit:]))

    # ----------------------------------------------------------------- changes

    def apply(self, name: MirrorName, changes: Sequence[Change], *, epoch: int | None = None) -> None:
        """Make these changes, all or none."""
        if epoch is not None:
            self._check_epoch(name, epoch)
        self._tables.put(name, changes)

    def announce(self, name: MirrorName, changes: Iterable[Change], *, epoch: int) -> None:
        """Nothing to do: each intent is there before its request is sent."""

    def prune(self, *, now: float, keep: float, every: float = 0.0) -> int:
        """Forget kept texts older than `keep` seconds and texts that nothing names; gives the bytes freed."""
        last, self._tables.pruned = self._tables.pruned, now
        if every and 0 <= now - last < every:
            self._tables.pruned = last
            return 0
        return self._tables.forget_texts((min(now, last) if every else now) - keep)

    def export(self, names: Sequence[MirrorName], *, texts: bool) -> Iterator[str]:
        """What there is of these mirrors as JSON lines."""
        yield dump({"pagemirror": "state", "schema": SCHEMA_VERSION, "mirrors": names, "texts": texts})
        lines = [dump({"table": table.name, **outer(table, row)}) for table, row in self._exported(names, texts=texts)]
        yield from lines
        yield dump({"rows": len(lines)})

    def _exported(self, names: Sequence[MirrorName], *, texts: bool) -> Iterator[tuple[Table, Row]]:
        named = [(name, self._rows(name)) for name in sorted(names)]
        states = [self._tables.mirrors[name] for name, _ in named if name in self._tables.mirrors]
        yield from ((mirrors, row_of_mirror(state)) for state in states)
        targets = {state.name: state.target for state in states}
        for name, rows in named:
            for _, record in sorted(rows.records.items()):
                yield records, row_of_record(name, targets.get(name), record)
        for name, rows in named:
            yield from ((intents, row_of_intent(name, intent)) for _, intent in sorted(rows.intents.items()))
        for name, rows in named:
            yield from ((holds, row_of_hold(name, hold)) for _, hold in sorted(rows.holds.items()))
        for name, rows in named:
            yield from ((decisions, row_of_decision(name, decision)) for _, decision in sorted(rows.decisions.items()))
        if texts:
            yield from self._exported_texts([rows for _, rows in named])

    def _exported_texts(self, some: Sequence[Rows]) -> Iterator[tuple[Table, Row]]:
        for one in sorted((one for rows in some for one in rows.kept), key=lambda one: one.number):
            text = self._tables.texts[one.text]
            keep = Keep(
                uid=one.uid, path=one.path, page_id=one.page_id, at=one.at, why=one.why, title=one.title, text=text
            )
            yield kept, {"number": one.number, **row_of_keep(one.mirror, keep, one.text)}
        named = {text for rows in some for text in rows.texts()}
        for id_, text in sorted(self._tables.texts.items()):
            if id_ in named:
                yield texts, text_row(id_, text)

    def take_in(self, content: Mapping[MirrorName, Sequence[Change]], *, now: float) -> None:
        """Put mirrors in that there is nothing of yet."""
        for name in content:
            owner = self.holder(name, now=now)
            if owner is not None:
                raise LockedError(
                    f"Process {owner.pid} on {owner.host} is at work on the mirror {name}; nothing was imported.",
                    hint="Import again when it is done.",
                )
            if self._rows(name).begun():
                raise StateError(
                    f"The state has records of the mirror {name} already; nothing was imported.",
                    hint="Import into an empty state.",
                    code="state_taken",
                )
        for name, changes in content.items():
            self._tables.refuse_taken_page(name, changes)
        for name, changes in content.items():
            self._fence(name)
            self._tables.put(name, changes)

    # ------------------------------------------------------------------- locks

    def acquire(self, name: MirrorName, owner: Owner, *, now: float, lease: float) -> Lease:
        """Take the mirror's lock."""
        lock, other = self._tables.locks[name], self.holder(name, now=now)
        if other is not None:
            raise LockedError(
                f"The mirror {name} is locked by {_told(other)} since {_when(lock.since)}, until {_when(lock.until)}.",
                hint="Wait for it with `--lock-wait 5m`.",
            )
        before = lock.owner if lock.held else None
        taken = Lock(owner=owner, epoch=lock.epoch + 1, held=True, since=now, until=now + lease)
        self._tables.locks[name] = taken
        return Lease(mirror=name, owner=owner, epoch=taken.epoch, until=taken.until, taken_over=before)

    def renew(self, lease: Lease, *, now: float, seconds: float) -> Lease:
        """Prolong a lock."""
        self._check_epoch(lease.mirror, lease.epoch)
        lock = self._tables.locks[lease.mirror]
        if not lock.held:
            raise _lost(lease.mirror, "it was given back")
        lock.until = now + seconds
        return replace(lease, until=lock.until)

    def release(self, lease: Lease) -> None:
        """Give a lock back; nothing happens if it was taken over."""
        lock = self._tables.locks[lease.mirror]
        if lock.epoch == lease.epoch:
            lock.held, lock.until = False, 0.0

    def holder(self, name: MirrorName, *, now: float) -> Owner | None:
        """Who holds the lock now."""
        lock = self._tables.locks[name]
        if not lock.held or lock.until <= now or lock.owner is None or self._gone(lock.owner):
            return None
        return lock.owner

    def _fence(self, name: MirrorName) -> None:
        """End the mirror's lock whoever holds it: its holder's next write is refused."""
        lock = self._tables.locks[name]
        lock.epoch, lock.held, lock.until = lock.epoch + bool(lock.epoch), False, 0.0

    def _check_epoch(self, name: MirrorName, epoch: int) -> None:
        lock = self._tables.locks[name]
        if lock.owner is None:
            raise _lost(name, "it was never taken")
        if lock.epoch != epoch:
            raise _lost(name, f"taken over by {_told(lock.owner)}")

    # ----------------------------------------------------------------- budgets

    def reserve(self, target: TargetKey, *, now: float, decide: Callable[[Usage], int]) -> int:
        """Count as many requests as `decide` says."""
        usage = self.usage(target, now=now)
        count = decide(usage)
        if count:
            slots = dict(usage.slots)
            if len(slots) > MANY:
                slots, _ = merged(slots, now)
            slots[int(now)] = slots.get(int(now), 0) + count
            self._tables.budgets[target] = slots
        return count

    def usage(self, target: TargetKey, *, now: float) -> Usage:
        """A target's requests of the last 24 hours."""
        first = int(now) - DAY
        slots = tuple(sorted(slot for slot in self._tables.budgets[target].items() if slot[0] >= first))
        return Usage(slots=slots, paused_until=self._tables.pauses.get(target, 0.0))

    def pause(self, target: TargetKey, *, until: float) -> None:
        """Remember the later end of two pauses."""
        self._tables.pauses[target] = max(until, self._tables.pauses.get(target, 0.0))

    def _rows(self, name: MirrorName) -> Rows:
        return self._tables.rows[name]


def _by_path(found: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(sorted(found, key=lambda record: (record.path, record.uid)))


def _listed(rows: Rows, show: Show) -> Iterator[PageRow]:
    if show is Show.HELD:
        return (_row(hold.uid, hold.path, rows.records.get(hold.uid), hold) for hold in rows.holds.values())
    shown = (record for record in rows.records.values() if _shows(record, show))
    return (_row(record.uid, record.path, record, rows.holds.get(record.uid)) for record in shown)


def _shows(record: Record, show: Show) -> bool:
    live = record.standing is Standing.LIVE
    match show:
        case Show.FAILED:
            return record.failure is not None
        case Show.UNSETTLED:
            return record.open is Open.UNSETTLED
        case Show.DIVERGED:
            return live and record.diverged
        case Show.REMOVED:
            return not live
        case _:
            return live


def _row(uid: Uid, path: RepoPath, record: Record | None, hold: Hold | None) -> PageRow:
    held = hold.code if hold is not None else ""
    if record is None:
        return PageRow(uid=uid, path=path, held=held)
    return PageRow(
        uid=uid,
        path=path,
        title=record.title,
        page_id=record.page_id,
        standing=record.standing,
        open=record.open,
        diverged=record.diverged,
        failure=record.failure.code or "unnamed" if record.failure is not None else "",
        held=held,
        updated=record.updated,
    )


def _says(row: PageRow, text: str) -> bool:
    return folded(text) in folded(row.path) or folded(text) in folded(row.title)


def _told(owner: Owner) -> str:
    return f"process {owner.pid} ({owner.command}) on {owner.host}"


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, tz=UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _lost(name: MirrorName, told: str) -> LockedError:
    return LockedError(
        f"The lock of the mirror {name} was lost: {told}. What was not yet recorded was not written.",
        hint="Run again when the other one is done.",
        code="lock_lost",
    )
