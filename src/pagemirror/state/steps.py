"""The steps from one version of the tables to the next, in plain SQL: `schema` tells how they are, not how they were.

A step runs in the transaction that also writes the new version, and never changes once it has shipped.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, text

from pagemirror.state.searching import words_of
from pagemirror.state.words import load, unpacked

__all__ = ["STEPS", "Step"]

Step = Callable[[Connection], None]

_BLOCK: Final = text(
    "SELECT mirror, uid, path, data FROM records WHERE (mirror, uid) > (:mirror, :uid) ORDER BY mirror, uid LIMIT 2000"
)
_FILL: Final = text("UPDATE records SET words = :words WHERE mirror = :mirror AND uid = :uid")


def _add_words(connection: Connection) -> None:
    """From 1 to 2: what a record is found by has a column; SQLite has it in the index that lists pages, too."""
    sqlite = connection.dialect.name == "sqlite"
    kind = "TEXT" if sqlite else 'TEXT COLLATE "C"'
    connection.execute(text(f"ALTER TABLE records ADD COLUMN words {kind} NOT NULL DEFAULT ''"))
    last = {"mirror": "", "uid": ""}
    while rows := connection.execute(_BLOCK, last).all():
        connection.execute(
            _FILL,
            [
                {"mirror": mirror, "uid": uid, "words": words_of(unpacked(path), load(data)["title"])}
                for mirror, uid, path, data in rows
            ],
        )
        last = {"mirror": rows[-1].mirror, "uid": rows[-1].uid}
    if sqlite:
        connection.execute(text("DROP INDEX IF EXISTS records_at"))
        connection.execute(
            text("CREATE INDEX records_listed ON records (mirror, path, uid, standing, diverged, busy, words)")
        )


STEPS: Final[Mapping[int, Step]] = MappingProxyType({1: _add_words})
"""From version → the step to the next one."""
