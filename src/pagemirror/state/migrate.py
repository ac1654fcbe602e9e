"""The state's version: what a database is, how one is begun, and how an older one is brought up to date.

Knows the tables only as a whole. A step changes a database from one version to the next in the transaction that also
writes the new version, after a copy was laid beside the file.
"""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from pagemirror.model.errors import StateError
from pagemirror.state.failures import START_AFRESH, from_sqlite
from pagemirror.state.figures import SCHEMA_SQL, SCHEMA_VERSION
from pagemirror.state.schema import METADATA, meta
from pagemirror.state.statements import upsert
from pagemirror.state.steps import Step

__all__ = ["back_up", "begin", "bring_up", "check", "version_of"]


def version_of(connection: Connection, where: str) -> int | None:
    """The version of the state, None where nothing is there yet; raises `StateError` for another program's database."""
    names = set(inspect(connection).get_table_names())
    if "meta" in names:
        columns = {column["name"] for column in inspect(connection).get_columns("meta")}
        if columns >= {"name", "value"}:
            value = connection.execute(text(SCHEMA_SQL)).scalar()
            if value is not None and str(value).isdigit():
                return int(value)
    ours = names if connection.dialect.name == "sqlite" else names & set(METADATA.tables)
    if not ours:
        return None
    raise StateError(
        f"{where} is a database, but not a state of pagemirror; nothing was changed in it.",
        hint="Name another place as `url` under [state]. " + START_AFRESH.format(path=where),
        code="state_foreign",
    )


def check(version: int, where: str, *, newest: int = SCHEMA_VERSION) -> bool:
    """Whether the version is this program's; False for an older one, `StateError` for a newer one."""
    if version > newest:
        raise StateError(
            f"The state {where} has version {version}; this pagemirror knows versions up to {newest}. "
            "Nothing was changed.",
            hint="Use a newer pagemirror, or name another state as `url` under [state].",
            code="state_newer",
        )
    return version == newest


def begin(connection: Connection) -> None:
    """Make all tables, and note the version."""
    METADATA.create_all(connection)
    _note(connection, SCHEMA_VERSION)


def _note(connection: Connection, version: int) -> None:
    connection.execute(upsert(meta, connection.dialect.name), {"name": "schema", "value": str(version)})


def bring_up(connection: Connection, version: int, where: str, steps: Mapping[int, Step]) -> None:
    """Take the steps from `version` to this program's, in the transaction of `connection`."""
    for at in range(version, SCHEMA_VERSION):
        step = steps.get(at)
        if step is None:
            raise StateError(
                f"The state {where} has version {at}, and this pagemirror no longer knows how to bring it up to date.",
                hint="Sync once with an older pagemirror first. " + START_AFRESH.format(path=where),
                code="state_older",
            )
        step(connection)
    _note(connection, SCHEMA_VERSION)


def back_up(path: Path, version: int) -> Path:
    """Copy an SQLite file beside itself as `<name>.v<version>.bak`; an earlier copy is replaced."""
    copy = path.with_name(f"{path.name}.v{version}.bak")
    partial = copy.with_name(copy.name + ".part")
    try:
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as target:
            source.backup(target)
        partial.replace(copy)
    except sqlite3.Error as error:
        raise from_sqlite(error, str(path)) from error
    except OSError as error:
        raise StateError(
            f"No copy of the state {path} could be made before bringing it up to date: {error.strerror or error}. "
            "Nothing was changed.",
            hint=f"Make room for {copy.name} beside it.",
            code="state_full",
        ) from error
    return copy
