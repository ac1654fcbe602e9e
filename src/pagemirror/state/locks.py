"""A mirror's lock, on an open write transaction; knows neither the clock nor how a process is found to be gone.

The epoch grows by one with each taking, so that a writer that lost its lock without noticing is refused.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from pagemirror.model.errors import LockedError
from pagemirror.model.ids import MirrorName
from pagemirror.state.interface import Lease, Owner
from pagemirror.state.schema import locks
from pagemirror.state.statements import insert_missing
from pagemirror.state.words import dump, load

__all__ = ["acquire", "check_epoch", "fence", "holder", "holders", "release", "renew"]

_ROW: Final = select(locks.c.epoch, locks.c.held, locks.c.since, locks.c.until, locks.c.data).where(
    locks.c.mirror == bindparam("m")
)
_ROW_TO_WRITE: Final = _ROW.with_for_update()
_EPOCH: Final = select(locks.c.epoch, locks.c.data).where(locks.c.mirror == bindparam("m")).with_for_update(read=True)


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, tz=UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _owner(data: str) -> Owner:
    return Owner(**load(data))


def _told(owner: Owner) -> str:
    command = f" ({owner.command})" if owner.command else ""
    return f"process {owner.pid}{command} on {owner.host}"


def _data(owner: Owner) -> str:
    return dump({"pid": owner.pid, "host": owner.host, "command": owner.command, "started": owner.started})


def _current(row: Any, now: float, gone: Callable[[Owner], bool]) -> Owner | None:
    """Who holds the lock of this row now."""
    if not row.held or row.until <= now:
        return None
    owner = _owner(row.data)
    return None if gone(owner) else owner


def acquire(
    connection: Connection, name: MirrorName, owner: Owner, *, now: float, lease: float, gone: Callable[[Owner], bool]
) -> Lease:
    """Take the lock, or raise `LockedError` that names the holder."""
    free = {"mirror": name, "epoch": 0, "held": 0, "since": 0.0, "until": 0.0, "data": _data(owner)}
    connection.execute(insert_missing(locks, connection.dialect.name), free)
    row = connection.execute(_ROW_TO_WRITE, {"m": name}).one()
    other = _current(row, now, gone)
    if other is not None:
        raise LockedError(
            f"The mirror {name} is locked by {_told(other)} since {_when(row.since)}, until {_when(row.until)} "
            "unless it is renewed. Nothing was done.",
            hint="Wait for it with `--lock-wait 5m`, or stop that process: its lock then ends by itself.",
        )
    epoch = row.epoch + 1
    connection.execute(
        update(locks).where(locks.c.mirror == name),
        {"epoch": epoch, "held": 1, "since": now, "until": now + lease, "data": _data(owner)},
    )
    taken_over = _owner(row.data) if row.held else None
    return Lease(mirror=name, owner=owner, epoch=epoch, until=now + lease, taken_over=taken_over)


def _lost(name: MirrorName, told: str) -> LockedError:
    return LockedError(
        f"The lock of the mirror {name} was lost: {told}. What was not yet recorded was not written.",
        hint="Another process goes on with this mirror; run again when it is done.",
        code="lock_lost",
    )


def renew(connection: Connection, lease: Lease, *, until: float) -> Lease:
    """Prolong the lock, or raise `LockedError` if another took it."""
    check_epoch(connection, lease.mirror, lease.epoch)
    changed = connection.execute(
        update(locks).where(locks.c.mirror == lease.mirror, locks.c.epoch == lease.epoch, locks.c.held == 1),
        {"until": until},
    )
    if changed.rowcount != 1:
        raise _lost(lease.mirror, "it was given back")
    return Lease(mirror=lease.mirror, owner=lease.owner, epoch=lease.epoch, until=until, taken_over=lease.taken_over)


def release(connection: Connection, lease: Lease) -> None:
    """Give the lock back, if it is still ours."""
    connection.execute(
        update(locks).where(locks.c.mirror == lease.mirror, locks.c.epoch == lease.epoch),
        {"held": 0, "until": 0.0},
    )


def fence(connection: Connection, name: MirrorName) -> None:
    """End the mirror's lock whoever holds it: its holder's next write is refused."""
    connection.execute(update(locks).where(locks.c.mirror == name).values(epoch=locks.c.epoch + 1, held=0, until=0.0))


def holder(connection: Connection, name: MirrorName, *, now: float, gone: Callable[[Owner], bool]) -> Owner | None:
    """Who holds the lock now."""
    row = connection.execute(_ROW, {"m": name}).one_or_none()
    return None if row is None else _current(row, now, gone)


def holders(connection: Connection, *, now: float, gone: Callable[[Owner], bool]) -> dict[MirrorName, Owner]:
    """Who holds a lock now, for each mirror that is locked."""
    rows = connection.execute(select(locks).order_by(locks.c.mirror))
    current = ((MirrorName(row.mirror), _current(row, now, gone)) for row in rows)
    return {name: owner for name, owner in current if owner is not None}


def check_epoch(connection: Connection, name: MirrorName, epoch: int) -> None:
    """Raise `LockedError` if the lock's epoch is another one; it can't move any more in this transaction."""
    row = connection.execute(_EPOCH, {"m": name}).one_or_none()
    if row is None:
        raise _lost(name, "it was never taken")
    if row.epoch != epoch:
        raise _lost(name, f"taken over by {_told(_owner(row.data))}")
