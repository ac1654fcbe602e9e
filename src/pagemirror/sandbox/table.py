"""Pages by id, kept sorted in every order that a listing can ask for, with a memory of the last writes.

Pages are frozen values and a write replaces the whole value, so an older state of the listing is the present one with
the remembered values put back. A write costs a few binary searches; a plain listing costs only the rows that it shows.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

__all__ = ["PageTable", "Query", "Rows"]

REMEMBERED_WRITES = 20_000


class Row(Protocol):
    """What the table needs of a page."""

    @property
    def id(self) -> str:
        """The page's id."""
        ...


P = TypeVar("P", bound=Row)
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(Generic[P]):
    """Which rows, in which order, and from which to which; `lowest` cuts the order at its low end (inclusive)."""

    order: str
    shelf: str
    descending: bool
    offset: int
    limit: int
    lowest: Key | None = None
    keep: Callable[[P], bool] | None = None
    before: float | None = None
    writes_ago: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows(Generic[P]):
    """One page of a listing and how many rows there are in all."""

    rows: tuple[P, ...]
    total: int


@dataclass(frozen=True, slots=True)
class _Write(Generic[P]):
    at: float
    page_id: str
    before: P | None


class PageTable(Generic[P]):
    """The pages of one API."""

    def __init__(self, *, shelf: Callable[[P], str], orders: Mapping[str, Callable[[P], Key]]) -> None:
        self._shelf = shelf
        self._orders = dict(orders)
        self._pages: dict[str, P] = {}
        self._sorted: dict[tuple[str, str], list[tuple[Key, str]]] = {}
        self._writes: deque[_Write[P]] = deque(maxlen=REMEMBERED_WRITES)

    def __len__(self) -> int:
        return len(self._pages)

    def __iter__(self) -> Iterator[P]:
        return iter(self._pages.values())

    def get(self, page_id: str) -> P | None:
        """Return a page, or None where there is none with this id."""
        return self._pages.get(page_id)

    def put(self, page: P, at: float) -> None:
        """Write a page, new or not."""
        old = self._pages.get(page.id)
        self._writes.append(_Write(at, page.id, old))
        self._pages[page.id] = page
        shelf = self._shelf(page)
        for order, key_of in self._orders.items():
            key = key_of(page)
            if old is not None:
                old_key, old_shelf = key_of(old), self._shelf(old)
                if (old_key, old_shelf) == (key, shelf):
                    continue
                self._unsort(order, old_shelf, old_key, page.id)
            insort(self._sorted.setdefault((order, shelf), []), (key, page.id))

    def drop(self, page_id: str, at: float) -> None:
        """Remove a page for good."""
        old = self._pages.pop(page_id)
        self._writes.append(_Write(at, page_id, old))
        for order, key_of in self._orders.items():
            self._unsort(order, self._shelf(old), key_of(old), page_id)

    def select(self, query: Query[P]) -> Rows[P]:
        """Return one page of a listing."""
        stale = self._undone(query)
        entries = self._sorted.get((query.order, query.shelf), [])
        if query.keep is None and not stale:
            return self._slice(entries, query)
        pages: Iterator[P] = (self._pages[page_id] for _, page_id in entries)
        if stale:
            pages = iter(self._put_back(pages, stale, query))
        rows = [page for page in pages if self._wanted(page, query)]
        if query.descending:
            rows.reverse()
        return Rows(rows=tuple(rows[query.offset : query.offset + query.limit]), total=len(rows))

    def _slice(self, entries: list[tuple[Key, str]], query: Query[P]) -> Rows[P]:
        first = 0 if query.lowest is None else bisect_left(entries, (query.lowest, ""))
        total = len(entries) - first
        if query.descending:
            high = len(entries) - query.offset
            window = entries[max(first, high - query.limit) : max(first, high)][::-1]
        else:
            window = entries[first + query.offset : first + query.offset + query.limit]
        return Rows(rows=tuple(self._pages[page_id] for _, page_id in window), total=total)

    def _wanted(self, page: P, query: Query[P]) -> bool:
        if query.lowest is not None and self._orders[query.order](page) < query.lowest:
            return False
        return query.keep is None or query.keep(page)

    def _undone(self, query: Query[P]) -> dict[str, P | None]:
        """Return what each page was before the writes that this listing must not show yet."""
        older: dict[str, P | None] = {}
        if query.before is None and not query.writes_ago:
            return older
        for age, write in enumerate(reversed(self._writes)):
            too_new = query.before is not None and write.at > query.before
            if not too_new and age >= query.writes_ago:
                break
            older[write.page_id] = write.before
        return older

    def _put_back(self, pages: Iterator[P], older: Mapping[str, P | None], query: Query[P]) -> list[P]:
        rows = [page for page in pages if page.id not in older]
        rows += [page for page in older.values() if page is not None and self._shelf(page) == query.shelf]
        key_of = self._orders[query.order]
        return sorted(rows, key=lambda page: (key_of(page), page.id))

    def _unsort(self, order: str, shelf: str, key: Key, page_id: str) -> None:
        entries = self._sorted[order, shelf]
        del entries[bisect_left(entries, (key, page_id))]
