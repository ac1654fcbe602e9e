"""An order of siblings: the fewest moves, and nobody else's page."""

from hypothesis import given
from hypothesis import strategies as st

from pagemirror.backends.ravendocs.rpc.answers import Sibling
from pagemirror.backends.ravendocs.rpc.arranging import arranged
from pagemirror.backends.ravendocs.rpc.positions import between
from pagemirror.model.ids import PageId


def line(*names: str) -> tuple[Sibling, ...]:
    """Siblings in this order."""
    found: list[Sibling] = []
    for name in names:
        position = between(found[-1].position if found else None, None)
        assert position is not None
        found.append(Sibling(id=PageId(name), position=position))
    return tuple(found)


def after(there: tuple[Sibling, ...], moves: tuple[Sibling, ...]) -> list[PageId]:
    """Who stands where, once the moves are made."""
    positions = {sibling.id: sibling.position for sibling in (*there, *moves)}
    return sorted(positions, key=lambda key: positions[key])


def order(names: str) -> list[PageId]:
    return [PageId(name) for name in names]


def test_what_stands_in_order_is_left_alone() -> None:
    assert arranged(line("a", "x", "b", "c"), order("abc")) == ((), 0)


def test_one_page_out_of_order_is_one_move() -> None:
    there = line("c", "a", "b", "d")
    moves, left = arranged(there, order("abcd"))
    assert [move.id for move in moves] == ["c"]
    assert (after(there, moves), left) == (["a", "b", "c", "d"], 0)


def test_a_strangers_page_stays_where_it_is() -> None:
    there = line("x", "b", "y", "a", "z")
    moves, left = arranged(there, order("ab"))
    assert left == 0
    assert [move.id for move in moves] in (["a"], ["b"])
    assert [name for name in after(there, moves) if name in "xyz"] == ["x", "y", "z"]
    assert [name for name in after(there, moves) if name in "ab"] == ["a", "b"]


def test_a_page_that_is_not_there_is_passed_over() -> None:
    there = line("b", "a")
    moves, left = arranged(there, order("acb"))
    assert (after(there, moves), left) == (["a", "b"], 0)


def test_pages_without_room_between_them_are_told() -> None:
    same = tuple(Sibling(id=PageId(name), position="a0VVV") for name in "xba")
    moves, left = arranged((*same, Sibling(id=PageId("y"), position="a0VVV")), order("ab"))
    assert (moves, left) == ((), 1)


@given(st.permutations("abcdefgh"), st.permutations("abcdefghxyz"))
def test_any_order_is_reached_and_the_others_stay(wanted: list[str], now: list[str]) -> None:
    there = line(*now)
    moves, left = arranged(there, order("".join(wanted)))
    assert left == 0
    made = after(there, moves)
    assert [name for name in made if name in wanted] == wanted
    assert [name for name in made if name not in wanted] == [name for name in now if name not in wanted]
    assert all(5 <= len(move.position) <= 12 for move in moves)
