"""The look that a pass with nothing to do takes: one mirror's row and counts from an SQLite file, without SQLAlchemy.

Importing SQLAlchemy takes longer than everything else such a pass does. This module reads what `Store.mirror` and
`Store.counts` would say, by the same statements, and gives None wherever it can't: the store then tells why.
"""

import sqlite3
from contextlib import closing
from urllib.parse import quote

from pagemirror.model.ids import MirrorName
from pagemirror.state.figures import (
    MIRROR_SQL,
    OTHERS_SQL,
    SCHEMA_SQL,
    SCHEMA_VERSION,
    STANDINGS_SQL,
    counts_of,
    mirror_of,
)
from pagemirror.state.paths import sqlite_path
from pagemirror.state.standing import Counts, MirrorState

__all__ = ["glance"]


def glance(url: str, name: MirrorName) -> tuple[MirrorState, Counts] | None:
    """A mirror's row and counts at one moment; None if there is no such mirror, or the store must be opened to know."""
    path = sqlite_path(url)
    if path is None or not path.is_file():
        return None
    try:
        uri = f"file:{quote(str(path))}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
            return _look(connection, name)
    except sqlite3.Error:
        return None


def _look(connection: sqlite3.Connection, name: MirrorName) -> tuple[MirrorState, Counts] | None:
    connection.execute("BEGIN")
    version = connection.execute(SCHEMA_SQL).fetchone()
    row = connection.execute(MIRROR_SQL, {"mirror": name}).fetchone()
    if version != (str(SCHEMA_VERSION),) or row is None:
        return None
    standings = connection.execute(STANDINGS_SQL, {"mirror": name}).fetchall()
    others = connection.execute(OTHERS_SQL, {"mirror": name}).fetchone()
    return mirror_of(row), counts_of(standings, others)
