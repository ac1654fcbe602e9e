"""Insert statements that both databases have but build apart; each is built once. Knows no value."""

from functools import cache

from sqlalchemy import Insert, Table
from sqlalchemy.dialects import sqlite

__all__ = ["insert_missing", "upsert"]


@cache
def upsert(table: Table, dialect: str) -> Insert:
    """Write a row, whole, whether it is there or not."""
    keys = [column.name for column in table.primary_key]
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415  # its import is paid only where it is used

        there = postgresql.insert(table)
        others = {column.name: there.excluded[column.name] for column in table.c if not column.primary_key}
        return there.on_conflict_do_update(index_elements=keys, set_=others)
    here = sqlite.insert(table)
    others = {column.name: here.excluded[column.name] for column in table.c if not column.primary_key}
    return here.on_conflict_do_update(index_elements=keys, set_=others)


@cache
def insert_missing(table: Table, dialect: str) -> Insert:
    """Write a row unless there is one with its key."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415  # as above

        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()
