"""What can be asked of a store, on an open connection; changes nothing and knows no transaction."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, bindparam, literal_column, select, text

from pagemirror.model.ids import MirrorName, PageId, RepoPath, TargetKey, TextId, Uid
from pagemirror.model.records import Decision, Hold, Intent, KeptText, Record, Standing
from pagemirror.state.figures import MIRROR_SQL, MIRRORS_SQL, OTHERS_SQL, STANDINGS_SQL, counts_of, mirror_of
from pagemirror.state.interface import PassRow
from pagemirror.state.other_rows import read_decision, read_hold, read_kept, read_pass
from pagemirror.state.record_rows import RECORD_COLUMNS, read_intent, read_record
from pagemirror.state.schema import decisions, holds, intents, kept, links, mirrors, passes, records, texts
from pagemirror.state.standing import Counts, MirrorState
from pagemirror.state.words import packed, unpacked
from pagemirror.state.writing import chunks

__all__ = [
    "all_mirrors",
    "counts",
    "elsewhere",
    "every_decision",
    "every_hold",
    "every_intent",
    "every_record",
    "kept_texts",
    "last_passes",
    "linkers",
    "live_pages",
    "one_mirror",
    "owners_of_pages",
    "records_at",
    "records_away",
    "records_of",
    "records_open",
    "stored_text",
]

BLOCK: Final = 500
"""How many rows are fetched at a time."""

_RECORD: Final = tuple(records.c[name] for name in RECORD_COLUMNS)
_OURS: Final = records.c.mirror == bindparam("m")
_BUSY: Final[ColumnElement[bool]] = literal_column("busy = 1")


def one_mirror(connection: Connection, name: MirrorName) -> MirrorState | None:
    """The mirror's row."""
    row = connection.execute(text(MIRROR_SQL), {"mirror": name}).one_or_none()
    return None if row is None else mirror_of(row)


def all_mirrors(connection: Connection) -> tuple[MirrorState, ...]:
    """All mirrors, by name."""
    return tuple(map(mirror_of, connection.execute(text(MIRRORS_SQL))))


def counts(connection: Connection, name: MirrorName) -> Counts:
    """The mirror's figures."""
    standings = connection.execute(text(STANDINGS_SQL), {"mirror": name}).all()
    return counts_of(standings, connection.execute(text(OTHERS_SQL), {"mirror": name}).one())


def every_record(connection: Connection, name: MirrorName) -> Iterator[Record]:
    """All records, by path, fetched a block at a time."""
    streaming = connection.execution_options(yield_per=BLOCK)
    query = select(*_RECORD).where(_OURS).order_by(records.c.path, records.c.uid)
    yield from map(read_record, streaming.execute(query, {"m": name}))


def _some(connection: Connection, query: Select[Any], name: MirrorName, many: Iterable[str]) -> Iterator[Any]:
    """The rows of a query that names some values by `some`."""
    for some in chunks(many):
        yield from connection.execute(query, {"m": name, "some": some})


def _among(column: Any) -> Any:
    return column.in_(bindparam("some", expanding=True))


def records_of(connection: Connection, name: MirrorName, uids: Iterable[Uid]) -> dict[Uid, Record]:
    """The records of these uids."""
    query = select(*_RECORD).where(_OURS, _among(records.c.uid))
    found = map(read_record, _some(connection, query, name, uids))
    return {record.uid: record for record in found}


def records_at(connection: Connection, name: MirrorName, paths: Iterable[RepoPath]) -> tuple[Record, ...]:
    """The records at these paths, by path."""
    query = select(*_RECORD).where(_OURS, _among(records.c.path))
    return _sorted(map(read_record, _some(connection, query, name, paths)))


def _sorted(found: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(sorted(found, key=lambda record: (record.path, record.uid)))


def records_open(connection: Connection, name: MirrorName) -> tuple[Record, ...]:
    """Records with open work, a failure, a hold or a decision, by path."""
    busy = select(*_RECORD).where(_OURS, _BUSY)
    found = {record.uid: record for record in map(read_record, connection.execute(busy, {"m": name}))}
    for table in (holds, decisions):
        waiting = select(*_RECORD).join(table, (table.c.mirror == records.c.mirror) & (table.c.uid == records.c.uid))
        for row in connection.execute(waiting.where(table.c.mirror == bindparam("m")), {"m": name}):
            record = read_record(row)
            found[record.uid] = record
    return _sorted(found.values())


def records_away(connection: Connection, name: MirrorName) -> tuple[Record, ...]:
    """Records that are not live, by path."""
    away = tuple(standing.value for standing in Standing if standing is not Standing.LIVE)
    query = select(*_RECORD).where(_OURS, records.c.standing.in_(away))
    return _sorted(map(read_record, connection.execute(query, {"m": name})))


def linkers(connection: Connection, name: MirrorName, keys: Iterable[str]) -> frozenset[Uid]:
    """The uids of records that link to one of these keys."""
    query = select(links.c.uid).where(links.c.mirror == bindparam("m"), _among(links.c.key))
    return frozenset(Uid(unpacked(uid)) for (uid,) in _some(connection, query, name, keys))


def owners_of_pages(
    connection: Connection, target: TargetKey, page_ids: Iterable[PageId]
) -> dict[PageId, tuple[MirrorName, Uid]]:
    """Which record each page belongs to: a live one before a removed one; never one that a person let go."""
    order = {Standing.LIVE.value: 1, Standing.REMOVED.value: 0}
    query = select(records.c.page_id, records.c.standing, records.c.mirror, records.c.uid).where(
        records.c.target == target, records.c.standing.in_(tuple(order)), _among(records.c.page_id)
    )
    rows: list[Any] = []
    for some in chunks(page_ids):
        rows.extend(connection.execute(query, {"some": some}))
    rows.sort(key=lambda row: (order[row.standing], row.mirror, row.uid))
    return {PageId(unpacked(row.page_id)): (MirrorName(row.mirror), Uid(unpacked(row.uid))) for row in rows}


def live_pages(connection: Connection, name: MirrorName) -> dict[PageId, Uid]:
    """The page ids of live records."""
    query = select(records.c.owned, records.c.uid).where(_OURS, records.c.owned.is_not(None))
    rows = connection.execute(query, {"m": name})
    return {PageId(unpacked(page)): Uid(unpacked(uid)) for page, uid in rows}


def elsewhere(
    connection: Connection, root: str, paths: Iterable[RepoPath]
) -> dict[RepoPath, tuple[MirrorName, Record]]:
    """Live records of any mirror of a repository at these paths; of several, one with a page, then by name."""
    if not root:
        return {}
    query = (
        select(records.c.mirror, records.c.paged, *_RECORD)
        .join(mirrors, mirrors.c.name == records.c.mirror)
        .where(mirrors.c.root == root, records.c.standing == Standing.LIVE.value, _among(records.c.path))
    )
    rows: list[Any] = []
    for some in chunks(paths):
        rows.extend(connection.execute(query, {"some": some}))
    rows.sort(key=lambda row: (-row.paged, row.mirror, row.uid), reverse=True)
    found = ((MirrorName(mirror), read_record(row)) for mirror, _, *row in rows)
    return {record.path: (mirror, record) for mirror, record in found}


def every_intent(connection: Connection, name: MirrorName) -> tuple[Intent, ...]:
    """Open intents, oldest first."""
    query = (
        select(intents.c.uid, intents.c.sent_at, intents.c.data)
        .where(intents.c.mirror == bindparam("m"))
        .order_by(intents.c.sent_at, intents.c.uid)
    )
    return tuple(read_intent(*row) for row in connection.execute(query, {"m": name}))


def every_hold(connection: Connection, name: MirrorName) -> tuple[Hold, ...]:
    """Holds, by path."""
    query = select(holds.c.uid, holds.c.path, holds.c.base, holds.c.git, holds.c.remote, holds.c.data).where(
        holds.c.mirror == bindparam("m")
    )
    rows = connection.execute(query, {"m": name})
    found = [read_hold(uid, path, (base, git, remote), data) for uid, path, base, git, remote, data in rows]
    return tuple(sorted(found, key=lambda hold: (hold.path, hold.uid)))


def every_decision(connection: Connection, name: MirrorName) -> dict[Uid, Decision]:
    """Decisions, by uid."""
    query = (
        select(decisions.c.uid, decisions.c.text, decisions.c.data)
        .where(decisions.c.mirror == bindparam("m"))
        .order_by(decisions.c.uid)
    )
    found = (read_decision(*row) for row in connection.execute(query, {"m": name}))
    return {decision.uid: decision for decision in found}


def stored_text(connection: Connection, id_: TextId) -> str | None:
    """A stored text."""
    data = connection.execute(select(texts.c.packed).where(texts.c.id == bindparam("t")), {"t": id_}).scalar()
    return None if data is None else zlib.decompress(data).decode("utf-8", "surrogatepass")


def kept_texts(connection: Connection, name: MirrorName, uid: Uid | None) -> tuple[KeptText, ...]:
    """Kept texts, newest first."""
    query = (
        select(kept.c.number, kept.c.uid, kept.c.page_id, kept.c.at, kept.c.text, kept.c.data)
        .where(kept.c.mirror == name)
        .order_by(kept.c.number.desc())
    )
    if uid is not None:
        query = query.where(kept.c.uid == packed(uid))
    return tuple(read_kept(name, row) for row in connection.execute(query))


def last_passes(connection: Connection, name: MirrorName, limit: int) -> tuple[PassRow, ...]:
    """The last passes, newest first."""
    query = select(passes.c.id, passes.c.data).where(passes.c.mirror == name).order_by(passes.c.number.desc())
    return tuple(read_pass(name, *row) for row in connection.execute(query.limit(limit)))
