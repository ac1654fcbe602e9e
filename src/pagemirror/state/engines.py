"""Connections to a state's database, and how a transaction begins on each; knows no table.

SQLite: write-ahead log, each commit on the disk before it is acknowledged, and a write transaction takes its place in
the queue when it begins, not at its first write.
"""

import sqlite3
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.pool import QueuePool, StaticPool

from pagemirror.model.errors import StateError
from pagemirror.state.location import ServerState

__all__ = [
    "BUSY_SECONDS",
    "WRITES",
    "file_engine",
    "flushing",
    "not_flushing",
    "nowhere_engine",
    "one_view",
    "server_engine",
]

BUSY_SECONDS: Final = 30.0
"""How long a transaction waits for another process's."""

_ASKED_AGAIN: Final = 0.01
"""Seconds until a lock is asked for again that SQLite itself doesn't wait for."""

_LOG_KEPT: Final = 8_000_000
"""Bytes that the write-ahead log may keep when it has been written back; a large pass leaves more."""

WRITES: Final = "pagemirror_writes"
"""The execution option of a connection whose transaction is going to write."""


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _own_transactions(engine: Engine) -> Engine:
    """Let this module begin the transactions, not the driver."""

    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", _begin)
    return engine


def file_engine(path: Path, *, readonly: bool, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine over an SQLite file that is there."""
    uri = f"file:{quote(str(path))}?mode={'ro' if readonly else 'rw'}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
        try:
            if not readonly:
                _keep_log(connection, busy_seconds)
                connection.execute(f"PRAGMA journal_size_limit={_LOG_KEPT}")
                connection.execute("PRAGMA synchronous=FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    return _own_transactions(
        create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=4, max_overflow=12)
    )


def _keep_log(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Turn the write-ahead log on, which stays on for the file.

    Where another process is just beginning the file SQLite says so at once, and doesn't wait as for every other lock.
    """
    until = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_ASKED_AGAIN)
        else:
            return


def nowhere_engine() -> Engine:
    """An engine over an empty database in memory: what a state that is not there yet says when it is only read."""
    return _own_transactions(
        create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    )


def server_engine(place: ServerState) -> Engine:
    """An engine over a PostgreSQL database."""
    try:
        return create_engine(place.url, pool_size=4, max_overflow=12, pool_pre_ping=True)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StateError(
            "A state in PostgreSQL needs the package psycopg, which is not installed.",
            hint="Install it with `pip install 'pagemirror[postgres]'`.",
            code="state_driver",
        ) from error


def one_view(engine: Engine) -> Engine:
    """The engine, with transactions of which each sees the database as it stood at its first statement."""
    return (
        engine.execution_options(isolation_level="REPEATABLE READ") if engine.dialect.name == "postgresql" else engine
    )


def flushing(connection: Connection) -> None:
    """Let the next transaction be on the disk before it is acknowledged."""
    _synchronous(connection, "FULL")


def not_flushing(connection: Connection) -> None:
    """Let the next transaction survive a crash of this process, but not of the machine: for what only saves work."""
    _synchronous(connection, "NORMAL")


def _synchronous(connection: Connection, how: str) -> None:
    if connection.dialect.name != "sqlite":
        return
    known = connection.info
    if known.get("synchronous") != how:
        driver = connection.connection.driver_connection
        if driver is not None:
            driver.execute(f"PRAGMA synchronous={how}")  # before the transaction: within one it does nothing
            known["synchronous"] = how
