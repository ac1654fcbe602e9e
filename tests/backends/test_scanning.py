"""A listing is whole only when that can be shown, whatever happens while it is read."""

import asyncio
import random

from hypothesis import given
from hypothesis import strategies as st

from pagemirror.backends.scanning import Part, scan

SIZE = 3


class Shelf:
    """Pages, newest first, that come and go between two requests."""

    def __init__(self, count: int, seed: int, changes: int) -> None:
        self.ids = [f"p{number}" for number in range(count)]
        self.always = set(self.ids)
        self._rng = random.Random(seed)  # noqa: S311 - the same seed, the same changes
        self._changes = changes
        self._next = count

    async def fetch(self, number: int) -> Part:
        if number > 1 and self._changes:
            self._changes -= 1
            self._shake()
        if number == 1:
            self.always = set(self.ids)
        start = (number - 1) * SIZE
        rows = tuple({"id": page_id} for page_id in self.ids[start : start + SIZE])
        return Part(rows=rows, total=len(self.ids), last=number * SIZE >= len(self.ids))

    def _shake(self) -> None:
        for _ in range(self._rng.randint(1, 3)):
            if self.ids and self._rng.random() < 0.5:
                self.always.discard(self.ids.pop(self._rng.randrange(len(self.ids))))
            else:
                self.ids.insert(0, f"p{self._next}")
                self._next += 1


@given(count=st.integers(0, 14), seed=st.integers(0, 10_000), changes=st.integers(0, 12), tries=st.integers(1, 3))
def test_a_whole_listing_holds_every_page_that_was_there_all_the_time(
    count: int, seed: int, changes: int, tries: int
) -> None:
    shelf = Shelf(count, seed, changes)
    found = asyncio.run(scan(shelf.fetch, tries=tries))
    if not found.flaw:
        assert shelf.always <= set(found.rows)


@given(count=st.integers(0, 14), seed=st.integers(0, 10_000))
def test_a_listing_at_rest_is_whole(count: int, seed: int) -> None:
    shelf = Shelf(count, seed, 0)
    found = asyncio.run(scan(shelf.fetch))
    assert found.flaw == ""
    assert list(found.rows) == shelf.ids


def test_without_a_total_nothing_is_proven() -> None:
    async def fetch(_number: int) -> Part:
        return Part(rows=({"id": "a"},), total=None, last=True)

    assert asyncio.run(scan(fetch)).flaw


def test_rows_without_an_id_do_not_count() -> None:
    async def fetch(_number: int) -> Part:
        return Part(rows=({"id": "a"}, {"id": None}, {}), total=3, last=True)

    found = asyncio.run(scan(fetch))
    assert list(found.rows) == ["a"]
    assert found.flaw
