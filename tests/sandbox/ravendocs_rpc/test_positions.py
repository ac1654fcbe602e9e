"""Positions of siblings: what the server takes, and what it makes."""

import pytest

from pagemirror.sandbox.ravendocs_rpc.positions import after, is_position


@pytest.mark.parametrize("key", ["a0zzz", "ZzzzzZ", "b00zz", "a1"])
def test_a_whole_number_and_a_fraction_is_a_position(key: str) -> None:
    assert is_position(key)


@pytest.mark.parametrize("key", ["!!!!!", "", "b0", "a0zz0", "0aaaa", "a0z-z"])
def test_anything_else_is_none(key: str) -> None:
    assert not is_position(key)


@pytest.mark.parametrize("last", ["a0V", "azzz", "bzzzz", "ZzV", "Yzzzzz", "a9"])
def test_a_page_goes_behind_the_last_one(last: str) -> None:
    made = after(last, "Q7V")
    assert made > last
    assert is_position(made)


def test_many_pages_stand_in_the_order_in_which_they_came() -> None:
    keys, last = [], None
    for _ in range(5_000):
        last = after(last, "V")
        keys.append(last)
    assert keys == sorted(set(keys))
    assert all(is_position(key) for key in keys)
