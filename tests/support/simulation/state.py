"""Where a simulated world keeps its state: in plain dicts, or in the real database, kept in memory."""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from sqlalchemy import Engine

from pagemirror.state.engines import nowhere_engine
from pagemirror.state.interface import Owner, Store
from pagemirror.state.migrate import begin
from pagemirror.state.schema import METADATA, meta
from pagemirror.state.store import SqlStore
from support.memory.store import MemoryStore
from support.memory.tables import Tables

__all__ = ["STATES", "FreshState"]

FreshState = Callable[[Callable[[Owner], bool]], Store]
"""Makes an empty state, which asks this whether a process has surely ended."""


def in_memory(gone: Callable[[Owner], bool]) -> Store:
    """A state that costs nearly nothing."""
    return MemoryStore(Tables(), gone=gone)


def in_sql(gone: Callable[[Owner], bool]) -> Store:
    """The product's own; the last one of this process is gone, as making one costs more than a whole history."""
    engine = _database()
    with engine.begin() as connection:
        for table in METADATA.sorted_tables:
            if table is not meta:
                connection.exec_driver_sql(f"DELETE FROM {table.name}")  # noqa: S608 - our own tables
    return SqlStore(engine, "memory", gone=gone)


@cache
def _database() -> Engine:
    engine = nowhere_engine()
    with engine.begin() as connection:
        begin(connection)
    return engine


STATES: Final[Mapping[str, FreshState]] = MappingProxyType({"memory": in_memory, "sql": in_sql})
