"""A whole state as files of JSON lines, and back: for a place that keeps files and no database.

One row a line, in a fixed order; records, intents and texts go into 256 files by a hash of their path or id, so that
little moves when few pages do. What follows from other rows is left out. Knows no place, and no record type.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, insert, select

from pagemirror.model.errors import StateError
from pagemirror.model.fields import digest_of
from pagemirror.model.ids import TextId
from pagemirror.state.failures import START_AFRESH
from pagemirror.state.figures import SCHEMA_VERSION
from pagemirror.state.migrate import check
from pagemirror.state.record_rows import Row
from pagemirror.state.schema import (
    METADATA,
    budgets,
    decisions,
    holds,
    intents,
    kept,
    links,
    locks,
    meta,
    mirrors,
    passes,
    pauses,
    records,
    texts,
)
from pagemirror.state.searching import words_of
from pagemirror.state.words import dump, load, packed, unpacked
from pagemirror.state.writing import text_row

__all__ = ["FILES_SINCE", "fill", "inner", "outer", "to_files"]

_HEAD: Final = "state.json"
_WHOLE: Final = (mirrors, holds, decisions, passes, locks, budgets, pauses)
_SHARDED: Final = {records: "path", intents: "uid", texts: "id"}
_TEXTS: Final = frozenset({texts, kept})
"""The tables that go in only where page texts do."""

_WORDS: Final = records.c.words.name

FILES_SINCE: Final = 1
"""The version since which a state's files are what they are now; what follows from other columns is not in them."""


def to_files(connection: Connection, more_intents: Iterable[Row], *, with_texts: bool) -> dict[str, bytes]:
    """The state as files, by their names; `more_intents` stand beside those of the database that they don't repeat."""
    head = {row.name: row.value for row in connection.execute(select(meta).order_by(meta.c.name))}
    lines: defaultdict[str, list[str]] = defaultdict(list)
    lines[_HEAD].append(dump(head))
    for table in (*_WHOLE, *_SHARDED, kept):
        if table in _TEXTS and not with_texts:
            continue
        rows = [dict(row) for row in connection.execute(select(table)).mappings()]
        if table is intents:
            there = {(row["mirror"], row["uid"]) for row in rows}
            rows += [row for row in more_intents if (row["mirror"], row["uid"]) not in there]
        key = _SHARDED.get(table)
        for row in sorted(rows, key=lambda row: [row[column.name] for column in table.primary_key]):
            name = f"{table.name}/{digest_of(row[key])[:2]}.jsonl" if key else f"{table.name}.jsonl"
            lines[name].append(dump(outer(table, row)))
    return {name: "".join(f"{line}\n" for line in some).encode("ascii") for name, some in sorted(lines.items())}


def fill(connection: Connection, files: Mapping[str, bytes], where: str) -> None:
    """Put the files' rows in place of all that is in the database; no files are an empty state.

    Raises `StateError` for files that are no state, or not one of this program's version.
    """
    head = _head(files, where)
    for table in METADATA.tables.values():
        connection.execute(delete(table))
    connection.execute(insert(meta), [{"name": name, "value": value} for name, value in head.items()])
    try:
        rows = _rows(files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StateError(
            f"The state {where} can't be used: a file in it is damaged.",
            hint="Delete the ref and sync again: a first sync ties each page that is equal to its file.",
            code="state_corrupt",
        ) from error
    for table, some in rows.items():
        connection.execute(insert(table), some)


def _head(files: Mapping[str, bytes], where: str) -> dict[str, str]:
    if not files:
        return {"schema": str(SCHEMA_VERSION)}
    try:
        head = {str(name): str(value) for name, value in load(files[_HEAD].decode("ascii")).items()}
        version = int(head["schema"])
    except (ValueError, KeyError, AttributeError) as error:
        raise StateError(
            f"{where} holds something else than a state of pagemirror; nothing was changed in it.",
            hint='Name another ref as `url` under [state], such as "git:refs/pagemirror/state".',
            code="state_foreign",
        ) from error
    if not check(version, where) and version < FILES_SINCE:
        raise StateError(
            f"The state {where} has version {version}, and this pagemirror no longer knows how to bring it up to date.",
            hint="Sync once with an older pagemirror first. " + START_AFRESH.format(path=where),
            code="state_older",
        )
    return head | {"schema": str(SCHEMA_VERSION)}


def _rows(files: Mapping[str, bytes]) -> dict[Table, list[Row]]:
    """The rows of each table that has any; links follow from the records."""
    rows: defaultdict[Table, list[Row]] = defaultdict(list)
    for name, data in sorted(files.items()):
        table = METADATA.tables.get(name.partition("/")[0].removesuffix(".jsonl"))
        if table is None or name == _HEAD:
            continue
        for line in data.decode("ascii").splitlines():
            said = load(line)
            rows[table].append(inner(table, said))
            if table is records:
                keys = dict.fromkeys(map(packed, said["data"].get("links", ())))
                rows[links] += [{"mirror": said["mirror"], "key": key, "uid": said["uid"]} for key in keys]
    return {table: some for table, some in rows.items() if some}


def outer(table: Table, row: Row) -> dict[str, Any]:
    """A row as it stands in a file: without empty columns, its JSON and its texts readable."""
    if table is texts:
        return {"id": row["id"], "text": zlib.decompress(row["packed"]).decode("utf-8", "surrogatepass")}
    said = {name: value for name, value in row.items() if value is not None and name != _WORDS}
    if "data" in said:
        said["data"] = load(said["data"])
    return said


def inner(table: Table, said: Mapping[str, Any]) -> Row:
    """The row that `outer` was given."""
    if table is texts:
        return text_row(TextId(said["id"]), said["text"])
    row = {column.name: said.get(column.name) for column in table.c}
    if "data" in row:
        row["data"] = dump(said["data"])
    if _WORDS in row:
        row[_WORDS] = words_of(unpacked(said["path"]), said["data"]["title"])
    return row
