"""One transaction's changes, written table by table; knows neither locks nor how a transaction begins.

The changes of a batch are first brought down to the last word on each key: tables do not depend on each other, so the
result is that of making the changes one after the other.
"""

import zlib
from collections.abc import Iterable, Sequence
from typing import Any, Final, assert_never

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from pagemirror.model.ids import MirrorName, TextId, Uid
from pagemirror.model.records import Record
from pagemirror.state.figures import row_of_mirror
from pagemirror.state.interface import (
    AddPass,
    Change,
    DropDecision,
    DropHold,
    DropIntent,
    DropRecord,
    Keep,
    PassRow,
    PutDecision,
    PutHold,
    PutIntent,
    PutMirror,
    PutRecord,
    PutText,
    text_id,
)
from pagemirror.state.other_rows import row_of_decision, row_of_hold, row_of_keep, row_of_pass, title_of_keep
from pagemirror.state.record_rows import Row, row_of_intent, row_of_record
from pagemirror.state.schema import decisions, holds, intents, kept, links, mirrors, passes, records, texts
from pagemirror.state.standing import MirrorState
from pagemirror.state.statements import drop, insert_missing, links_of, upsert
from pagemirror.state.words import packed

__all__ = ["CHUNK", "PASSES_KEPT", "Batch", "chunks", "text_row"]

PASSES_KEPT: Final = 200
CHUNK: Final = 500
"""How many values one statement names at most."""

COMPRESSION: Final = 3

_TARGET: Final = select(mirrors.c.target).where(mirrors.c.name == bindparam("m"))
_KNOWN: Final = select(texts.c.id).where(texts.c.id.in_(bindparam("some", expanding=True)))
_UNLINK: Final = delete(links).where(
    links.c.mirror == bindparam("m"), links.c.key == bindparam("k"), links.c.uid == bindparam("u")
)
_LINK: Final = insert(links)


def chunks(values: Iterable[str]) -> Iterable[list[str]]:
    """The distinct values as columns hold them, in groups small enough for one statement."""
    words = list(dict.fromkeys(map(packed, values)))
    return (words[start : start + CHUNK] for start in range(0, len(words), CHUNK))


class Batch:
    """The last word on each key of some changes of one mirror."""

    def __init__(self, mirror: MirrorName, changes: Sequence[Change]) -> None:
        self.mirror = mirror
        self.records: dict[Uid, Record | None] = {}
        self._keyed: dict[Table, dict[Uid, Row | None]] = {intents: {}, holds: {}, decisions: {}}
        self._texts: dict[TextId, str] = {}
        self._kept: list[Keep] = []
        self._states: dict[MirrorName, MirrorState] = {}
        self._passes: list[PassRow] = []
        for change in changes:
            self._add(change)

    def _add(self, change: Change) -> None:  # noqa: C901, PLR0912  # one case a change
        match change:
            case PutRecord(record=record):
                self.records[record.uid] = record
            case DropRecord(uid=uid):
                self.records[uid] = None
            case PutIntent(intent=intent):
                self._keyed[intents][intent.uid] = row_of_intent(self.mirror, intent)
            case DropIntent(uid=uid):
                self._keyed[intents][uid] = None
            case PutHold(hold=hold):
                self._keyed[holds][hold.uid] = row_of_hold(self.mirror, hold)
            case DropHold(uid=uid):
                self._keyed[holds][uid] = None
            case PutDecision(decision=decision):
                self._keyed[decisions][decision.uid] = row_of_decision(self.mirror, decision)
            case DropDecision(uid=uid):
                self._keyed[decisions][uid] = None
            case PutText(text=text):
                self._texts[text_id(text)] = text
            case Keep():
                self._kept.append(change)
            case PutMirror(mirror=state):
                self._states[state.name] = state
            case AddPass(row=row):
                self._passes.append(row)
            case _:
                assert_never(change)

    def write(self, connection: Connection, *, free_first: bool = False) -> None:
        """Write all; with `free_first` the pages of the batch's records are free before one is taken."""
        dialect = connection.dialect.name
        self._write_texts(connection, dialect)
        self._write_states(connection, dialect)
        self._write_records(connection, dialect, free_first=free_first)
        for table, rows in self._keyed.items():
            _drop(connection, table, self.mirror, [uid for uid, row in rows.items() if row is None])
            new = [row for row in rows.values() if row is not None]
            if new:
                connection.execute(upsert(table, dialect), new)
        for keep in self._kept:
            self._write_kept(connection, keep)
        for row in self._passes:
            _write_pass(connection, row)

    def _write_texts(self, connection: Connection, dialect: str) -> None:
        wanted = self._texts | {text_id(keep.text): keep.text for keep in self._kept}
        for some in chunks(wanted):
            known = set(connection.execute(_KNOWN, {"some": some}).scalars())
            rows = [text_row(TextId(id_), wanted[TextId(id_)]) for id_ in some if id_ not in known]
            if rows:
                connection.execute(insert_missing(texts, dialect), rows)

    def _write_states(self, connection: Connection, dialect: str) -> None:
        for state in self._states.values():
            before = connection.execute(_TARGET, {"m": state.name}).scalar()
            connection.execute(upsert(mirrors, dialect), row_of_mirror(state))
            if before != state.target:
                connection.execute(update(records).where(records.c.mirror == state.name), {"target": state.target})

    def _write_records(self, connection: Connection, dialect: str, *, free_first: bool) -> None:
        if not self.records:
            return
        if free_first:
            for some in chunks(self.records):
                connection.execute(
                    update(records).where(records.c.mirror == self.mirror, records.c.uid.in_(some)), {"owned": None}
                )
        self._write_links(connection)
        _drop(connection, records, self.mirror, [uid for uid, record in self.records.items() if record is None])
        target = connection.execute(_TARGET, {"m": self.mirror}).scalar()
        rows = [row_of_record(self.mirror, target, record) for record in self.records.values() if record is not None]
        if rows:
            connection.execute(upsert(records, dialect), rows)

    def _write_links(self, connection: Connection) -> None:
        """Bring `links` in step with the records; nothing is written where they did not change."""
        now = {
            (packed(key), packed(uid))
            for uid, record in self.records.items()
            if record is not None
            for key in record.links
        }
        before: set[tuple[str, str]] = set()
        for some in chunks(self.records):
            found = connection.execute(links_of(connection.dialect.name), {"m": self.mirror, "some": some})
            before.update((key, uid) for key, uid in found)
        gone = [{"m": self.mirror, "k": key, "u": uid} for key, uid in sorted(before - now)]
        if gone:
            connection.execute(_UNLINK, gone)
        new = [{"mirror": self.mirror, "key": key, "uid": uid} for key, uid in sorted(now - before)]
        if new:
            connection.execute(_LINK, new)

    def _write_kept(self, connection: Connection, keep: Keep) -> None:
        row = row_of_keep(self.mirror, keep, text_id(keep.text))
        latest = connection.execute(
            select(kept.c.number, kept.c.text, kept.c.at, kept.c.data)
            .where(
                kept.c.mirror == self.mirror,
                kept.c.uid == row["uid"],
                kept.c.page_id.is_not_distinct_from(row["page_id"]),
            )
            .order_by(kept.c.number.desc())
            .limit(1)
        ).one_or_none()
        if latest is None or latest.text != row["text"] or title_of_keep(latest.data) != keep.title:
            connection.execute(insert(kept), row)
        elif keep.at > latest.at:
            connection.execute(update(kept).where(kept.c.number == latest.number), {"at": keep.at})


def text_row(id_: TextId, text: str) -> Row:
    """A text's row in `texts`."""
    data = zlib.compress(text.encode("utf-8", "surrogatepass"), COMPRESSION)
    return {"id": id_, "size": len(data), "packed": data}


def _drop(connection: Connection, table: Table, mirror: MirrorName, uids: Sequence[Uid]) -> None:
    if uids:
        connection.execute(drop(table), [{"m": mirror, "u": packed(uid)} for uid in uids])


def _write_pass(connection: Connection, row: PassRow) -> None:
    connection.execute(insert(passes), row_of_pass(row))
    oldest: Any = (
        select(passes.c.number)
        .where(passes.c.mirror == row.mirror)
        .order_by(passes.c.number.desc())
        .offset(PASSES_KEPT)
        .limit(1)
        .scalar_subquery()
    )
    connection.execute(delete(passes).where(passes.c.mirror == row.mirror, passes.c.number <= oldest))
