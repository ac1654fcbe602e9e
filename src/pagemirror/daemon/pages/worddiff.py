"""Two texts side by side, with the words that differ marked. Pure; knows nothing of pages and of HTML."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Final

__all__ = ["Cell", "Kind", "Part", "Row", "side_by_side"]

_WORDS: Final = re.compile(r"\w+|\s+|[^\w\s]")
_CONTEXT: Final = 3
_WORDS_AT_MOST: Final = 600
"""Of longer lines no words are compared: comparing takes the square of it."""
_LINES_AT_MOST: Final = 4_000


class Kind(StrEnum):
    """How the two sides of a row stand to each other. `gap` is a run of equal lines that is left out."""

    SAME = "same"
    CHANGED = "changed"
    LEFT = "left"
    RIGHT = "right"
    GAP = "gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a line; `marked` where the other side has something else."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A line of one side. `number` counts from 1. The texts of its parts make up the line."""

    number: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of both sides; None where a side has no line there. `skipped` counts the lines of a gap."""

    kind: Kind
    left: Cell | None = None
    right: Cell | None = None
    skipped: int = 0


def side_by_side(left: str, right: str) -> tuple[Row, ...]:
    """The rows of two texts. Lines of each side come in their order, none is left out but those of gaps."""
    a, b = left.splitlines(), right.splitlines()
    rows: list[Row] = []
    blocks = _blocks(a, b)
    for place, (tag, a0, a1, b0, b1) in enumerate(blocks):
        if tag == "equal":
            rows += _equal(a[a0:a1], a0, b0, first=place == 0, last=place == len(blocks) - 1)
        else:
            rows += _changed(a[a0:a1], b[b0:b1], a0, b0)
    return tuple(rows)


def _blocks(a: Sequence[str], b: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    if len(a) + len(b) > _LINES_AT_MOST:
        return _coarse(a, b)
    return list(SequenceMatcher(None, a, b, autojunk=False).get_opcodes())


def _coarse(a: Sequence[str], b: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """For very long texts: what both begin and end with is equal, the middle is another one."""
    shorter = min(len(a), len(b))
    head = next((n for n in range(shorter) if a[n] != b[n]), shorter)
    tail = next((n for n in range(shorter - head) if a[-1 - n] != b[-1 - n]), shorter - head)
    blocks = [
        ("equal", 0, head, 0, head),
        ("replace", head, len(a) - tail, head, len(b) - tail),
        ("equal", len(a) - tail, len(a), len(b) - tail, len(b)),
    ]
    return [block for block in blocks if block[2] > block[1] or block[4] > block[3]]


def _equal(lines: Sequence[str], a0: int, b0: int, *, first: bool, last: bool) -> Iterator[Row]:
    """Equal lines, those far from any change left out."""
    before, after = (0 if first else _CONTEXT), (0 if last else _CONTEXT)
    left_out = range(before, len(lines) - after)
    if len(left_out) <= 1:
        left_out = range(0)
    for place, line in enumerate(lines):
        if place in left_out:
            if place == left_out.start:
                yield Row(kind=Kind.GAP, skipped=len(left_out))
            continue
        parts = (Part(text=line),)
        left, right = Cell(number=a0 + place + 1, parts=parts), Cell(number=b0 + place + 1, parts=parts)
        yield Row(kind=Kind.SAME, left=left, right=right)


def _changed(old: Sequence[str], new: Sequence[str], a0: int, b0: int) -> Iterator[Row]:
    for place, (one, other) in enumerate(zip_longest(old, new)):
        if one is None:
            yield Row(kind=Kind.RIGHT, right=Cell(number=b0 + place + 1, parts=(Part(text=other),)))
        elif other is None:
            yield Row(kind=Kind.LEFT, left=Cell(number=a0 + place + 1, parts=(Part(text=one),)))
        else:
            parts, other_parts = _words(one, other)
            left, right = Cell(number=a0 + place + 1, parts=parts), Cell(number=b0 + place + 1, parts=other_parts)
            yield Row(kind=Kind.CHANGED, left=left, right=right)


def _words(one: str, other: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    a, b = _WORDS.findall(one), _WORDS.findall(other)
    if len(a) + len(b) > _WORDS_AT_MOST:
        return (Part(text=one, marked=True),), (Part(text=other, marked=True),)
    left: list[Part] = []
    right: list[Part] = []
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        for parts, words in ((left, a[a0:a1]), (right, b[b0:b1])):
            if words:
                parts.append(Part(text="".join(words), marked=tag != "equal"))
    return tuple(left), tuple(right)
