"""How many requests went to a target in the last 24 hours, on an open transaction; knows no limit.

Requests are counted in slots of whole seconds. Where there are many, those older than two minutes are moved to the last
second of their minute: they count a little longer than they must, never shorter.
"""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select, update

from pagemirror.model.ids import TargetKey
from pagemirror.state.interface import Usage
from pagemirror.state.schema import budgets, pauses
from pagemirror.state.statements import insert_missing, upsert

__all__ = ["DAY", "MANY", "merged", "pause", "reserve", "usage"]

DAY: Final = 86_400
FINE: Final = 120
MANY: Final = 400
MINUTE: Final = 60

_SLOTS: Final = (
    select(budgets.c.slot, budgets.c.requests)
    .where(budgets.c.target == bindparam("t"), budgets.c.slot > bindparam("after"))
    .order_by(budgets.c.slot)
)
_PAUSE: Final = select(pauses.c.until).where(pauses.c.target == bindparam("t"))
_PAUSE_TO_WRITE: Final = _PAUSE.with_for_update()
_FORGET: Final = delete(budgets).where(budgets.c.target == bindparam("t"), budgets.c.slot <= bindparam("upto"))


def usage(connection: Connection, target: TargetKey, *, now: float) -> Usage:
    """The target's usage; a slot counts until its last instant is a day ago."""
    rows = connection.execute(_SLOTS, {"t": target, "after": int(now) - DAY - 1})
    slots = tuple((slot, requests) for slot, requests in rows)
    return Usage(slots=slots, paused_until=connection.execute(_PAUSE, {"t": target}).scalar() or 0.0)


def reserve(connection: Connection, target: TargetKey, *, now: float, decide: Callable[[Usage], int]) -> int:
    """Ask `decide` and count what it says; the target's row in `pauses` keeps others out until the end."""
    _take(connection, target)
    before = usage(connection, target, now=now)
    count = decide(before)
    if count:  # below zero: reserved and not sent, given back
        connection.execute(_FORGET, {"t": target, "upto": int(now) - DAY - 1})
        slots = dict(before.slots)
        if len(slots) > MANY:
            slots = _merge(connection, target, slots, now)
        row = {"target": target, "slot": int(now), "requests": slots.get(int(now), 0) + count}
        connection.execute(upsert(budgets, connection.dialect.name), row)
    return count


def pause(connection: Connection, target: TargetKey, *, until: float) -> None:
    """Remember the later end of two pauses."""
    if until > _take(connection, target):
        connection.execute(update(pauses).where(pauses.c.target == target), {"until": until})


def _take(connection: Connection, target: TargetKey) -> float:
    connection.execute(insert_missing(pauses, connection.dialect.name), {"target": target, "until": 0.0})
    return float(connection.execute(_PAUSE_TO_WRITE, {"t": target}).scalar_one())


def _merge(connection: Connection, target: TargetKey, slots: dict[int, int], now: float) -> dict[int, int]:
    """Move the older slots to the ends of their minutes."""
    coarse, border = merged(slots, now)
    if coarse != slots:
        connection.execute(_FORGET, {"t": target, "upto": border - 1})
        older = [
            {"target": target, "slot": slot, "requests": requests} for slot, requests in coarse.items() if slot < border
        ]
        connection.execute(upsert(budgets, connection.dialect.name), older)
    return coarse


def merged(slots: Mapping[int, int], now: float) -> tuple[dict[int, int], int]:
    """The slots, the older ones at the ends of their minutes, and the slot from which on they are as they were."""
    border = (int(now) - FINE) // MINUTE * MINUTE
    coarse: dict[int, int] = {}
    for slot, requests in slots.items():
        place = slot if slot >= border else slot // MINUTE * MINUTE + MINUTE - 1
        coarse[place] = coarse.get(place, 0) + requests
    return coarse, border
