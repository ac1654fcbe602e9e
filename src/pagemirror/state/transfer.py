"""What a state holds of some mirrors as JSON lines, and back: to look at, to keep, to move to another place.

Passes, budgets and locks stay behind, as they say nothing of pages. Knows no transaction and no place.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, select, union

from pagemirror.model.errors import UsageError
from pagemirror.model.ids import MirrorName, TextId
from pagemirror.model.records import KeptText
from pagemirror.state.figures import SCHEMA_VERSION, mirror_of
from pagemirror.state.interface import (
    Change,
    Keep,
    PutDecision,
    PutHold,
    PutIntent,
    PutMirror,
    PutRecord,
    PutText,
    text_id,
)
from pagemirror.state.migrate import check
from pagemirror.state.other_rows import read_decision, read_hold, read_kept
from pagemirror.state.reading import BLOCK
from pagemirror.state.record_rows import RECORD_COLUMNS, Row, read_intent, read_record
from pagemirror.state.schema import decisions, holds, intents, kept, mirrors, records, texts
from pagemirror.state.shards import FILES_SINCE, inner, outer
from pagemirror.state.upkeep import NAMING
from pagemirror.state.words import dump, load

__all__ = ["from_lines", "to_lines"]

_TABLES: Final[Mapping[str, Table]] = {
    table.name: table for table in (mirrors, records, intents, holds, decisions, kept, texts)
}
_KEPT_COLUMNS: Final = ("number", "uid", "page_id", "at", "text", "data")

_BAD: Final = (ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What a row raises that is none."""


def to_lines(connection: Connection, names: Sequence[MirrorName], *, with_texts: bool) -> Iterator[str]:
    """A head, a line for each row, and the number of rows at the end, by which a file that was cut off is known."""
    yield dump({"pagemirror": "state", "schema": SCHEMA_VERSION, "mirrors": names, "texts": with_texts})
    rows = 0
    for table in _TABLES.values():
        if table in (kept, texts) and not with_texts:
            continue
        query = select(table).order_by(*table.primary_key).where(_of(table, names))
        for row in connection.execute(query, execution_options={"yield_per": BLOCK}).mappings():
            yield dump({"table": table.name, **outer(table, dict(row))})
            rows += 1
    yield dump({"rows": rows})


def _of(table: Table, names: Sequence[MirrorName]) -> Any:
    """Which rows are these mirrors' own; texts are those that such rows name."""
    if table is mirrors:
        return mirrors.c.name.in_(names)
    if table is texts:
        named = union(*(select(column).where(column.table.c.mirror.in_(names)) for column in NAMING)).subquery()
        return texts.c.id.in_(select(named))
    return table.c.mirror.in_(names)


def from_lines(lines: Iterable[str], where: str) -> dict[MirrorName, list[Change]]:
    """What the lines say, as changes that put it into a state, by mirror. `where` names the file in messages.

    Raises `UsageError` that names the line for one that is no row, and `StateError` for another version.
    """
    numbered = enumerate(lines, 1)
    names = _head(next(numbered, (1, ""))[1], where)
    reader = _Reader(names)
    for number, line in numbered:
        if reader.ended:
            raise _bad(where, number, "the export ends before it")
        try:
            reader.read(load(line), number)
        except _BAD as error:
            raise _bad(where, number, f"{type(error).__name__}: {error}") from error
    if not reader.ended:
        raise UsageError(
            f"{where} is cut off: its last line, with the number of rows, is missing. Nothing was imported.",
            hint="Export again, and look whether that ends with exit code 0.",
            code="export",
        )
    return reader.content(where)


def _head(line: str, where: str) -> list[MirrorName]:
    try:
        head = load(line)
        names = [MirrorName(str(name)) for name in head["mirrors"]]
        if head["pagemirror"] != "state":
            raise KeyError
        version = int(head["schema"])
    except _BAD as error:
        raise UsageError(
            f"{where} is no export of a state; nothing was imported.",
            hint="Make one with `pagemirror state export --file FILE`.",
            code="export",
        ) from error
    if not check(version, where) and version < FILES_SINCE:
        raise UsageError(
            f"{where} has version {version}, which this pagemirror no longer reads; nothing was imported.",
            hint="Import it with an older pagemirror, and export it again after a sync with this one.",
            code="export",
        )
    return names


def _bad(where: str, number: int, reason: str) -> UsageError:
    return UsageError(
        f"{where}, line {number}: this is no row of a state ({reason}). Nothing was imported.",
        hint="Export again; a line that was edited by hand must keep its keys and their kinds.",
        code="export",
    )


class _Reader:
    """Takes line after line in."""

    def __init__(self, names: Sequence[MirrorName]) -> None:
        self._changes: dict[MirrorName, list[Change]] = {name: [] for name in names}
        self._kept: list[tuple[int, KeptText]] = []
        self._texts: dict[TextId, str] = {}
        self._rows = 0
        self.ended = False

    def read(self, line: Any, number: int) -> None:
        """Take one line in; raises one of `_BAD`."""
        if line.keys() == {"rows"}:
            if line["rows"] != self._rows:
                raise ValueError(f"{line['rows']} rows were exported, and {self._rows} are here")
            self.ended = True
            return
        table = _TABLES[line.pop("table")]
        self._rows += 1
        if table is texts:
            text, id_ = line["text"], TextId(line["id"])
            if text_id(text) != id_:
                raise ValueError("the text is not the one that was exported")
            self._texts[id_] = text
            return
        row = _checked(table, inner(table, line))
        name = MirrorName(row["name" if table is mirrors else "mirror"])
        if table is kept:
            self._kept.append((number, read_kept(name, [row[column] for column in _KEPT_COLUMNS])))
        self._changes[name] += [] if table is kept else [_change(table, row)]

    def content(self, where: str) -> dict[MirrorName, list[Change]]:
        """All changes; a text goes in with the first mirror, whoever names it."""
        for number, item in self._kept:
            if item.text not in self._texts:
                raise _bad(where, number, "its text is not in the file")
            keep = Keep(
                uid=item.uid,
                path=item.path,
                page_id=item.page_id,
                at=item.at,
                why=item.why,
                title=item.title,
                text=self._texts[item.text],
            )
            self._changes[item.mirror].append(keep)
        for changes in list(self._changes.values())[:1]:
            changes += [PutText(text=text) for text in self._texts.values()]
        return self._changes


def _checked(table: Table, row: Row) -> Row:
    """The row, if each column has a value of its kind."""
    for column in table.c:
        value, kind = row[column.name], column.type.python_type
        if value is None and column.nullable:
            continue
        if not isinstance(value, (int, float) if kind is float else kind):
            raise TypeError(f"`{column.name}` is missing or of another kind")
    return row


def _change(table: Table, row: Row) -> Change:
    if table is mirrors:
        return PutMirror(mirror=mirror_of([row[name] for name in ("name", "target", "root", "data")]))
    if table is records:
        return PutRecord(record=read_record([row[name] for name in RECORD_COLUMNS]))
    if table is intents:
        return PutIntent(intent=read_intent(row["uid"], row["sent_at"], row["data"]))
    if table is holds:
        return PutHold(hold=read_hold(row["uid"], row["path"], (row["base"], row["git"], row["remote"]), row["data"]))
    return PutDecision(decision=read_decision(row["uid"], row["text"], row["data"]))
