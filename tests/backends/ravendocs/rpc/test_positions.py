"""Keys between two siblings, and which siblings must move for an order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemirror.backends.ravendocs.rpc.positions import LONGEST, between, staying
from pagemirror.sandbox.ravendocs_rpc.positions import after, is_position


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        (None, None),
        ("a0zzz", None),
        (None, "a0zzz"),
        ("a0zzz", "a1zzz"),
        ("ZzzzzZ", "a0V3V"),
        ("a0V3V", "a0V3W"),
        ("azzzz", "b00zz"),
        ("a0", "a0V"),
        (None, "Zz"),
        (None, "a0"),
        ("a0V", "a0V0001"),
    ],
)
def test_a_key_stands_between_its_neighbours_and_the_server_takes_it(before: str | None, behind: str | None) -> None:
    key = between(before, behind)
    assert key is not None
    assert 5 <= len(key) <= LONGEST
    assert is_position(key)
    assert (before or "") < key
    assert behind is None or key < behind


@pytest.mark.parametrize(
    ("before", "behind"), [("a1", "a0"), ("a0", "a0"), ("!!", "a0"), ("zz", None), ("a0VVVVVVVVVV", "a0VVVVVVVVVW")]
)
def test_where_there_is_no_room_there_is_no_key(before: str, behind: str | None) -> None:
    assert between(before, behind) is None


@given(st.lists(st.integers(0, 100), min_size=1, max_size=60))
def test_keys_made_anywhere_keep_all_siblings_in_order(places: list[int]) -> None:
    keys: list[str] = []
    for place in places:
        at = place % (len(keys) + 1)
        key = between(keys[at - 1] if at else None, keys[at] if at < len(keys) else None)
        if key is not None:
            keys.insert(at, key)
    assert all(one < other for one, other in pairwise(keys))
    assert all(is_position(key) and 5 <= len(key) <= LONGEST for key in keys)


def test_a_key_follows_those_that_a_server_makes() -> None:
    last = None
    for number in range(300):
        last = after(last, "Q7V") if number % 2 else between(last, None)
        assert last is not None
        assert is_position(last)


@given(st.permutations(range(12)))
def test_what_stays_is_a_longest_run_in_order(ranks: list[int]) -> None:
    kept = staying(ranks)
    run = [ranks[place] for place in sorted(kept)]
    assert run == sorted(run)
    longest = [1] * len(ranks)
    for place, rank in enumerate(ranks):
        longest[place] += max((longest[other] for other in range(place) if ranks[other] < rank), default=0)
    assert len(kept) == max(longest)


def test_of_nothing_nothing_stays() -> None:
    assert staying([]) == frozenset()
