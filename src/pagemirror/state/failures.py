"""What a database library raises, as the errors that a user meets; knows no statement.

Codes: `state_newer`, `state_older`, `state_foreign`, `state_corrupt`, `state_readonly`, `state_full`,
`state_busy` (passes by itself: try again), `state_io`, `state_unreachable`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from pagemirror.model.errors import StateError

__all__ = ["START_AFRESH", "Clash", "explained", "from_sqlite", "guarded"]

START_AFRESH: Final = (
    "Move the file aside (for instance to {path}.old) and sync again: a first sync ties each page that is equal to its "
    "file and removes nothing."
)

_LOOK_CLOSER: Final = "Run `pagemirror doctor`, which looks at the state, the folder and the disk."

_SQLITE: Final = {
    "SQLITE_FULL": ("state_full", "the disk is full", "Free some space; the next pass goes on where this one stopped."),
    "SQLITE_READONLY": (
        "state_readonly",
        "it can't be written to",
        "Let the user that runs pagemirror write to the file and to its folder.",
    ),
    "SQLITE_PERM": (
        "state_readonly",
        "access was refused",
        "Let the user that runs pagemirror read and write the file.",
    ),
    "SQLITE_AUTH": (
        "state_readonly",
        "access was refused",
        "Let the user that runs pagemirror read and write the file.",
    ),
    "SQLITE_CANTOPEN": (
        "state_readonly",
        "it can't be opened",
        "Look whether its folder is there and may be written to by the user that runs pagemirror.",
    ),
    "SQLITE_BUSY": (
        "state_busy",
        "another process kept it locked for too long",
        "Nothing was written; run again when the other process is done.",
    ),
    "SQLITE_LOCKED": ("state_busy", "another connection kept it locked", "Nothing was written; run again."),
    "SQLITE_IOERR": (
        "state_io",
        "the disk or the file system reported an error",
        "Look at the system's log; SQLite needs a local disk, not a network share.",
    ),
    "SQLITE_CORRUPT": ("state_corrupt", "the file is damaged", START_AFRESH),
    "SQLITE_NOTADB": ("state_corrupt", "the file is not a database", START_AFRESH),
}

_POSTGRES: Final = {
    "53100": ("state_full", "the server's disk is full", "Free some space on the database server."),
    "53300": ("state_busy", "the server has no connection left", "Run again later, or raise max_connections."),
    "25006": ("state_readonly", "the server is read-only", "Give the URL of the primary server."),
    "42501": ("state_readonly", "the role has no permission", "Grant the role the use of its schema and tables."),
    "55P03": ("state_busy", "another process kept a row locked for too long", "Nothing was written; run again."),
    "40P01": ("state_busy", "two processes waited for each other", "Nothing was written; run again."),
    "40001": ("state_busy", "another process wrote at the same time", "Nothing was written; run again."),
}


class Clash(Exception):
    """A unique index refused a row; never seen outside this room (see `clashes`)."""


def from_sqlite(error: sqlite3.Error, where: str) -> StateError:
    """The error for what `sqlite3` raised; `where` is the file."""
    name = getattr(error, "sqlite_errorname", None) or ""
    for known, (code, what, hint) in _SQLITE.items():
        if name == known or name.startswith(known + "_"):
            return StateError(f"The state {where} can't be used: {what}.", hint=hint.format(path=where), code=code)
    return StateError(f"The state {where} can't be used: {error}", hint=_LOOK_CLOSER)


def _from_postgres(error: BaseException, where: str) -> StateError:
    known = _POSTGRES.get(getattr(error, "sqlstate", None) or "")
    if known is not None:
        code, what, hint = known
        return StateError(f"The state {where} can't be used: {what}.", hint=hint, code=code)
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return StateError(
        f"The state {where} can't be used: {first}",
        hint="Look whether the database server runs and takes this role; then run again.",
        code="state_unreachable",
    )


def explained(error: SQLAlchemyError, where: str) -> StateError:
    """The error for what SQLAlchemy raised; `where` names the state without a password."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(cause, sqlite3.Error):
        return from_sqlite(cause, where)
    if cause is not None:
        return _from_postgres(cause, where)
    if isinstance(error, PoolTimeout):
        return StateError(
            f"The state {where} can't be used: all its connections are in use.",
            hint="Nothing was written; run again.",
            code="state_busy",
        )
    return StateError(f"The state {where} can't be used: {error}", hint=_LOOK_CLOSER)


@contextmanager
def guarded(where: str) -> Iterator[None]:
    """Let nothing of the database library out of the block but `Clash`."""
    try:
        yield
    except IntegrityError as error:
        raise Clash(str(error.orig)) from error
    except SQLAlchemyError as error:
        raise explained(error, where) from error
    except sqlite3.Error as error:
        raise from_sqlite(error, where) from error
