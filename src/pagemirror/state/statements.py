"""Statements that both databases have but build apart; each is built once. Knows no value."""

from functools import cache

from sqlalchemy import Delete, Executable, Insert, Table, Text, bindparam, column, delete, select, text
from sqlalchemy.dialects import sqlite

from pagemirror.state.schema import links

__all__ = ["drop", "insert_missing", "links_of", "upsert"]


@cache
def links_of(dialect: str) -> Executable:
    """Key and uid of what `some` records (uids) of the mirror `m` link to.

    SQLite is told which index to take: it keeps no statistics, and would go over all links of the mirror each time.
    """
    there = text("links INDEXED BY links_of") if dialect == "sqlite" else links
    ours, theirs = column("mirror", Text) == bindparam("m"), column("uid", Text).in_(bindparam("some", expanding=True))
    return select(column("key", Text), column("uid", Text)).select_from(there).where(ours, theirs)


@cache
def drop(table: Table) -> Delete:
    """Forget the row of the uid `u` of the mirror `m`."""
    return delete(table).where(table.c.mirror == bindparam("m"), table.c.uid == bindparam("u"))


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
