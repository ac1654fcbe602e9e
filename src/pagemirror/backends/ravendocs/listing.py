"""All pages of a space, listed in whatever order and to whatever depth the server lists them.

Neither is documented: the order is judged by the rows, and the depth by pages that are known to stand below others.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import pairwise

from pagemirror.backends.answers import text_of
from pagemirror.backends.ravendocs.limits import PAGE_SIZE
from pagemirror.backends.scanning import Part, Row, Scan, scan
from pagemirror.model.ids import PageId

__all__ = ["SpaceListing"]

Fetch = Callable[[int, PageId | None], Awaitable[Part]]


class SpaceListing:
    """Lists a space; learns from the pages that a session sees whether a listing holds those below others."""

    def __init__(self, fetch: Fetch, *, roots_only: bool) -> None:
        self._fetch = fetch
        self._roots_only = roots_only
        self._nested: dict[PageId, PageId] = {}

    def saw(self, page_id: PageId, parent: PageId | None) -> None:
        """Note where a page stands."""
        self._nested.pop(page_id, None)
        if parent is not None:
            self._nested[page_id] = parent

    async def read(self) -> Scan:
        """All pages; where a listing holds those at the top only, the ones below are asked for page by page."""
        found = await self._scan(None)
        if not self._roots_only and not any(text_of(row, "parentId") for row in found.rows.values()):
            self._roots_only = await self._hides_nested(found)
        return await self._walk(found) if self._roots_only else found

    async def _hides_nested(self, found: Scan) -> bool:
        """Whether a page that stands below another is there, and not in a listing in which none stands below any."""
        missing = next((page for page in reversed(self._nested) if page not in found.rows), None)
        if missing is None:
            return False
        below = await self._scan(self._nested[missing])
        return missing in below.rows

    async def _walk(self, found: Scan) -> Scan:
        rows: dict[str, Row] = dict(found.rows)
        flaws = [found.flaw] if found.flaw else []
        waiting = list(rows)
        for above in waiting:  # grows while it is read
            below = await self._scan(PageId(above))
            flaws += [below.flaw] if below.flaw else []
            fresh = {key: row for key, row in below.rows.items() if key not in rows}
            rows |= fresh
            waiting.extend(fresh)
        return Scan(rows=rows, flaw=flaws[0] if flaws else "")

    async def _scan(self, parent: PageId | None) -> Scan:
        """One listing to its end; a long one that isn't newest first counts only if a second one is the same."""
        found = await scan(lambda number: self._fetch(number, parent))
        if found.flaw or len(found.rows) <= PAGE_SIZE or _is_newest_first(found):
            return found
        again = await scan(lambda number: self._fetch(number, parent))
        if again.flaw or again.rows.keys() == found.rows.keys():
            return again
        return replace(again, flaw="pages came and went while they were listed")


def _is_newest_first(found: Scan) -> bool:
    for key in ("createdAt", "updatedAt"):
        times = [text_of(row, key) or "" for row in found.rows.values()]
        if all(times) and all(earlier >= later for earlier, later in pairwise(times)):
            return True
    return False
