"""Reading a listing to its end, and knowing whether it is whole.

The listing must be ordered newest first by creation: what is added meanwhile is then never seen on a later page, so
that as many different rows as the total says, with the same total at both ends, prove that no row was skipped.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pagemirror.backends.answers import text_of

__all__ = ["Part", "Row", "Scan", "scan"]

Row = Mapping[str, Any]

TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One page of a listing. `total` is None where the server names none; `last` says that no more follow."""

    rows: tuple[Row, ...]
    total: int | None
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The rows by id, in the order they came; `flaw` says why some may be missing, "" where none can be."""

    rows: Mapping[str, Row]
    flaw: str


async def scan(fetch: Callable[[int], Awaitable[Part]], *, tries: int = TRIES) -> Scan:
    """Read all parts, from page 1 on; again if rows moved meanwhile, `tries` times in all."""
    found = await _once(fetch)
    for _ in range(tries - 1):
        if not found.flaw:
            break
        found = await _once(fetch)
    return found


async def _once(fetch: Callable[[int], Awaitable[Part]]) -> Scan:
    rows: dict[str, Row] = {}
    first: int | None = None
    number = 1
    while True:
        part = await fetch(number)
        if number == 1:
            first = part.total
        for row in part.rows:
            key = text_of(row, "id")
            if key:
                rows.setdefault(key, row)
        if part.last or not part.rows:
            return Scan(rows=rows, flaw=_flaw(first, part.total, len(rows)))
        number += 1


def _flaw(first: int | None, last: int | None, seen: int) -> str:
    if first is None or last is None:
        return "the server doesn't say how many pages there are"
    if first != last:
        return f"the number of pages went from {first} to {last} while they were listed"
    if seen != last:
        return f"{seen} different pages were listed, and the server says there are {last}"
    return ""
