"""Which siblings must move, and where to, so that ours stand in an order and the others where they were. Pure."""

from collections.abc import Sequence

from pagemirror.backends.ravendocs.rpc.answers import Sibling
from pagemirror.backends.ravendocs.rpc.positions import between, staying
from pagemirror.model.ids import PageId

__all__ = ["arranged"]


def arranged(there: Sequence[Sibling], order: Sequence[PageId]) -> tuple[tuple[Sibling, ...], int]:
    """The moves, in turn, and how many pages find no room.

    `there` are all siblings by position. A page goes right behind the one that comes before it in `order`; the first
    one right before the next of ours.
    """
    rank = {page: number for number, page in enumerate(order)}
    ours = [sibling for sibling in there if sibling.id in rank]
    kept = staying([rank[sibling.id] for sibling in ours])
    fixed = {sibling.id for place, sibling in enumerate(ours) if place in kept}
    line = [sibling for sibling in there if sibling.id in fixed or sibling.id not in rank]
    known = {sibling.id for sibling in ours}
    moves: list[Sibling] = []
    left = 0
    for number, page in enumerate(order):
        if page in fixed or page not in known:
            continue
        at = _place(line, order, number)
        before = line[at - 1].position if at else None
        after = line[at].position if at < len(line) else None
        position = between(before, after)
        if position is None:
            left += 1
            continue
        move = Sibling(id=page, position=position)
        line.insert(at, move)
        moves.append(move)
    return tuple(moves), left


def _place(line: Sequence[Sibling], order: Sequence[PageId], number: int) -> int:
    """Where in the line the page of this number goes."""
    places = {sibling.id: place for place, sibling in enumerate(line)}
    for before in reversed(order[:number]):
        if before in places:
            return places[before] + 1
    return min((places[after] for after in order[number + 1 :] if after in places), default=len(line))
