"""Which blocks of a file belong to which of what the target shows of it: by their words, and in their order.

Knows neither Markdown nor a target. A block that one side alone has (a comment, a list of footnotes) belongs to none.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

__all__ = ["Pair", "alike", "paired"]

_WORD: Final = re.compile(r"\w+")
_ALIKE: Final = 0.5
_MOST: Final = 2_500
"""So many blocks, each with each, are compared by their words; of more, those that are left belong together as one."""


class Pair(NamedTuple):
    """Blocks of the file, and those of what was sent that belong to them; either may be none."""

    own: range
    sent: range


def paired(own: Sequence[tuple[str, str]], sent: Sequence[tuple[str, str]]) -> list[Pair]:
    """A way through both sides, each block once. A block is what tells it from others, and its text.

    Those told alike belong together; between them those of mostly the same words; what is left one by one where both
    sides have as many, else all in one.
    """
    pairs: list[Pair] = []
    rows = [told for told, _ in own], [told for told, _ in sent]
    for tag, a, b, c, d in SequenceMatcher(a=rows[0], b=rows[1], autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += _one_by_one(range(a, b), range(c, d))
            continue
        alike = _alike([text for _, text in own[a:b]], [text for _, text in sent[c:d]])
        at, there = a, c
        for x, y in [(a + x, c + y) for x, y in alike]:
            pairs += _left(range(at, x), range(there, y))
            pairs += _one_by_one(range(x, x + 1), range(y, y + 1))
            at, there = x + 1, y + 1
        pairs += _left(range(at, b), range(there, d))
    return _joined(pairs)


def _joined(pairs: Sequence[Pair]) -> list[Pair]:
    """What was sent without a block of the file is of the block before it: one may be shown as several (an image)."""
    found: list[Pair] = []
    last = -1
    for pair in pairs:
        if pair.sent and not pair.own and last >= 0:
            found[last] = Pair(found[last].own, range(found[last].sent.start, pair.sent.stop))
            continue
        if pair.sent:
            last = len(found)
        found.append(pair)
    return found


def _one_by_one(own: range, sent: range) -> Iterator[Pair]:
    return (Pair(range(x, x + 1), range(y, y + 1)) for x, y in zip(own, sent, strict=True))


def _left(own: range, sent: range) -> Iterator[Pair]:
    """Blocks that have little in common."""
    if len(own) == len(sent):
        yield from _one_by_one(own, sent)
    else:
        yield Pair(own, sent)


def _alike(own: Sequence[str], sent: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of mostly the same words, in order, so chosen that they have the most in common."""
    if len(own) * len(sent) > _MOST:
        return []
    ours, theirs = ([_counted(text) for text in side] for side in (own, sent))
    best = [[0.0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    likes = [[_likeness(one, other) for other in theirs] for one in ours]
    for x in reversed(range(len(ours))):
        for y in reversed(range(len(theirs))):
            taken = likes[x][y] + best[x + 1][y + 1] if likes[x][y] else 0.0
            best[x][y] = max(taken, best[x + 1][y], best[x][y + 1])
    found: list[tuple[int, int]] = []
    x = y = 0
    while x < len(ours) and y < len(theirs):
        if likes[x][y] and best[x][y] == likes[x][y] + best[x + 1][y + 1]:
            found.append((x, y))
            x, y = x + 1, y + 1
        elif best[x][y] == best[x + 1][y]:
            x += 1
        else:
            y += 1
    return found


def alike(one: str, other: str) -> bool:
    """Whether two texts have most of their words in common."""
    return _likeness(_counted(one), _counted(other)) > 0


def _counted(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """How much of all words both have, 0 below the least that counts."""
    total = one.total() + other.total()
    share = 2 * (one & other).total() / total if total else 0.0
    return share if share >= _ALIKE else 0.0
