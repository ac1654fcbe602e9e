"""What concerns many rows at once, on an open write transaction: forgetting old texts, giving a mirror a new name,
making sure that there is nothing of one yet.
"""

from collections.abc import Callable, Iterable
from typing import Final

from sqlalchemy import Connection, delete, except_, select, text, union_all, update

from pagemirror.model.errors import LockedError, StateError
from pagemirror.model.ids import MirrorName
from pagemirror.state.interface import Owner
from pagemirror.state.locks import fence, holder
from pagemirror.state.schema import BY_MIRROR, decisions, holds, intents, kept, meta, mirrors, records, texts
from pagemirror.state.statements import upsert
from pagemirror.state.writing import chunks

__all__ = ["NAMING", "prune", "pruned_at", "refuse_taken", "rename", "shrink"]

_PRUNED: Final = "pruned"
"""The name in `meta` of when `prune` was last done."""

_EMPTY: Final = 0.25
_WORTH_IT: Final = 4_000_000
"""From which share and size, in bytes, of empty space on a file is written anew."""

NAMING: Final = (
    records.c.text,
    records.c.server_text,
    intents.c.text,
    intents.c.server_text,
    holds.c.base,
    holds.c.git,
    holds.c.remote,
    decisions.c.text,
    kept.c.text,
)
"""The columns that name a text."""


def pruned_at(connection: Connection) -> float:
    """When `prune` was last done, in seconds since 1970; 0 where it never was."""
    value = connection.execute(select(meta.c.value).where(meta.c.name == _PRUNED)).scalar()
    return 0.0 if value is None else float(value)


def prune(connection: Connection, *, now: float, before: float) -> int:
    """Forget texts kept before that time and texts that nothing names; gives the bytes freed.

    A text is put in the transaction that also names it: one put alone is taken for a forgotten one.
    """
    if connection.dialect.name == "postgresql":  # else a text could go that a transaction in flight finds and names
        connection.execute(text("LOCK TABLE texts IN SHARE ROW EXCLUSIVE MODE"))
    connection.execute(delete(kept).where(kept.c.at < before))
    named = union_all(*(select(column) for column in NAMING)).subquery()
    unnamed = except_(select(texts.c.id), select(named))
    sizes = {
        row.id: row.size for row in connection.execute(select(texts.c.id, texts.c.size).where(texts.c.id.in_(unnamed)))
    }
    for some in chunks(sizes):
        connection.execute(delete(texts).where(texts.c.id.in_(some)))
    connection.execute(upsert(meta, connection.dialect.name), {"name": _PRUNED, "value": repr(now)})
    return sum(sizes.values())


def shrink(connection: Connection) -> None:
    """Write an SQLite file anew where much of it is empty, which takes as much free disk as it has content.

    No transaction may be open. A server looks after its files by itself.
    """
    if connection.dialect.name != "sqlite":
        return
    driver = connection.connection.driver_connection
    if driver is None:
        return
    empty, pages, size = (
        int(driver.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("freelist_count", "page_count", "page_size")
    )
    if empty > _EMPTY * pages and empty * size > _WORTH_IT:
        driver.execute("VACUUM")


def rename(connection: Connection, old: MirrorName, new: MirrorName) -> bool:
    """Move all rows of a mirror to a new name; False if there is nothing to move, or something under the new name.

    Whoever still writes under the old name is refused from now on.
    """
    there = connection.execute(select(mirrors.c.name).where(mirrors.c.name == old)).first()
    if old == new or (there is None and not _has_rows(connection, old)) or _has_rows(connection, new):
        return False
    connection.execute(delete(mirrors).where(mirrors.c.name == new))
    connection.execute(update(mirrors).where(mirrors.c.name == old), {"name": new})
    for table in BY_MIRROR:
        connection.execute(update(table).where(table.c.mirror == old), {"mirror": new})
    fence(connection, old)
    return True


def refuse_taken(
    connection: Connection, where: str, names: Iterable[MirrorName], *, now: float, gone: Callable[[Owner], bool]
) -> None:
    """Raise `StateError` where there is something under one of these names, `LockedError` where one is at work.

    Whoever still writes under one of them is refused from now on.
    """
    for name in names:
        owner = holder(connection, name, now=now, gone=gone)
        if owner is not None:
            raise LockedError(
                f"Process {owner.pid} on {owner.host} is at work on the mirror {name}; nothing was imported.",
                hint="Import again when it is done, into a state that has no records of this mirror.",
            )
        if _has_rows(connection, name):
            raise StateError(
                f"The state {where} has records of the mirror {name} already; nothing was imported.",
                hint="Import into an empty state: name another `url` under [state], or move the old state aside.",
                code="state_taken",
            )
        fence(connection, name)


def _has_rows(connection: Connection, name: MirrorName) -> bool:
    """Whether something stands under the name that a sync made and needs."""
    tables = (records, intents, holds, decisions)
    return any(
        connection.execute(select(table.c.uid).where(table.c.mirror == name).limit(1)).first() is not None
        for table in tables
    )
