"""The table keeps every order, remembers older states, and stays quick with many pages."""

import random
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pagemirror.sandbox.table import PageTable, Query


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    title: str
    when: int
    shelf: str = "live"


def table_of() -> PageTable[Row]:
    return PageTable(
        shelf=lambda row: row.shelf, orders={"title": lambda row: (row.title,), "when": lambda row: (row.when,)}
    )


def query(**values: Any) -> Query[Row]:
    return Query(**{"order": "title", "shelf": "live", "descending": False, "offset": 0, "limit": 1000, **values})


operations = st.lists(
    st.tuples(
        st.sampled_from("abcdef"), st.sampled_from("xyz"), st.integers(0, 5), st.sampled_from(["live", "old", ""])
    ),
    max_size=30,
)


@given(operations, st.sampled_from(["up", "down"]), st.integers(0, 6), st.integers(0, 4))
def test_a_listing_is_what_sorting_everything_would_give(
    steps: list[tuple[str, str, int, str]],
    direction: str,
    offset: int,
    limit: int,
) -> None:
    table, plain = table_of(), dict[str, Row]()
    for key, title, when, shelf in steps:
        if shelf:
            plain[key] = Row(key, title, when, shelf)
            table.put(plain[key], at=0.0)
        elif key in plain:
            del plain[key]
            table.drop(key, at=0.0)
    for order in ("title", "when"):
        rows = sorted(
            (row for row in plain.values() if row.shelf == "live"), key=lambda row: (getattr(row, order), row.id)
        )
        if direction == "down":
            rows.reverse()
        asked = query(order=order, descending=direction == "down", offset=offset, limit=limit)
        for keep in (None, lambda _row: True):
            found = table.select(replace(asked, keep=keep))
            assert (list(found.rows), found.total) == (rows[offset : offset + limit], len(rows))
        low = [row for row in rows if getattr(row, order) >= (3 if order == "when" else "y")]
        cut = table.select(replace(asked, lowest=(3,) if order == "when" else ("y",)))
        assert (list(cut.rows), cut.total) == (low[offset : offset + limit], len(low))


@given(operations, st.integers(0, 31))
def test_an_older_listing_is_what_it_was_then(steps: list[tuple[str, str, int, str]], ago: int) -> None:
    table, states = table_of(), [()]
    for number, (key, title, when, shelf) in enumerate(steps):
        if shelf:
            table.put(Row(key, title, when, shelf), at=float(number))
        elif table.get(key):
            table.drop(key, at=float(number))
        else:
            continue
        states.append(table.select(query()).rows)  # type: ignore[arg-type]  # the first state is the empty one
    if ago == 0:
        assert table.select(query(writes_ago=0)).rows == states[-1]
        return
    assert table.select(query(writes_ago=ago)).rows == states[max(0, len(states) - 1 - ago)]


def test_writes_up_to_a_moment_are_seen_and_later_ones_are_not() -> None:
    table = table_of()
    for moment, title in enumerate("abc"):
        table.put(Row("1", title, 0), at=float(moment))
    assert [row.title for row in table.select(query(before=1.0)).rows] == ["b"]
    assert table.select(query(before=-1.0)).total == 0


def test_a_hundred_thousand_pages_are_written_and_listed() -> None:
    table, numbers = table_of(), list(range(100_000))
    random.Random(1).shuffle(numbers)  # noqa: S311 - any order will do
    for number in numbers:
        table.put(Row(str(number), f"title {number:06}", number), at=0.0)
    for page in range(1000):
        found = table.select(query(order="when", descending=True, offset=page * 100, limit=100))
        assert found.rows[0].when == 99_999 - page * 100
