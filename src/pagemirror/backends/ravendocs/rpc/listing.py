"""All pages of a space, or those changed since a time, from a list that says neither how many there are nor what left.

The list is sorted by the last change. Whatever is written while it is read goes to its front and pushes the rest
down, so that a row comes twice; a page that goes into the trash pulls the rest up, and only the trash tells.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from pagemirror.backends.answers import moment, text_of
from pagemirror.backends.ravendocs.rpc.answers import Row, Sheet

__all__ = ["Scan", "scan"]

TRIES = 3


@dataclass(slots=True)
class Scan:
    """The rows by id; `flaw` says why some may be missing, "" where none can be."""

    rows: dict[str, Row] = field(default_factory=dict)
    flaw: str = ""


async def scan(
    fetch: Callable[[int], Awaitable[tuple[Sheet, str]]],
    last_deleted: Callable[[], Awaitable[float]],
    since: float | None,
) -> Scan:
    """Read the list to its end, or to the first row older than `since`; again if it moved meanwhile.

    `fetch` gives a page of the list with its answer's Date header; `last_deleted` when a page last went into the trash.
    """
    found = await _once(fetch, last_deleted, since)
    for _ in range(TRIES - 1):
        if not found.flaw:
            break
        found = await _once(fetch, last_deleted, since)
    return found


async def _once(
    fetch: Callable[[int], Awaitable[tuple[Sheet, str]]],
    last_deleted: Callable[[], Awaitable[float]],
    since: float | None,
) -> Scan:
    found, number, began = Scan(), 1, 0.0
    while True:
        sheet, date = await fetch(number)
        began = began or _seconds(date)
        for row in sheet.rows:
            key = text_of(row, "id")
            if since is not None and moment(row.get("updatedAt")) < since:
                break
            if key in found.rows:
                found.flaw = "pages changed while they were listed"
            elif key:
                found.rows[key] = row
        else:
            if sheet.more and sheet.rows:
                number += 1
                continue
            if sheet.more:
                found.flaw = "the server said that more pages follow, and gave none"
        break
    if number > 1 and not found.flaw and await last_deleted() >= began - 1.0:
        found.flaw = "a page went into the trash while they were listed"
    return found


def _seconds(date: str) -> float:
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return 0.0
