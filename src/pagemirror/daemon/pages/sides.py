"""Two texts side by side, with the words that differ marked. Pure; knows nothing of pages and of HTML."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from pagemirror.model.worddiff import Kind as Version
from pagemirror.model.worddiff import Span, line_pairs

__all__ = ["Cell", "Kind", "Part", "Row", "side_by_side"]

_CONTEXT: Final = 3
_PAIRED_AT_MOST: Final = 800
"""In larger changes no line is looked for in its other version."""

_LINES_AT_MOST: Final = 4_000
"""Of longer texts only the middle that differs is shown as another one: comparing takes the square of it."""


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
    pairs = line_pairs(old, new) if len(old) + len(new) <= _PAIRED_AT_MOST else _unpaired(old, new)
    for one, other, spans in pairs:
        a0 += one is not None
        b0 += other is not None
        if one is not None and other is not None:
            left = Cell(number=a0, parts=_parts(spans, Version.OLD))
            yield Row(kind=Kind.CHANGED, left=left, right=Cell(number=b0, parts=_parts(spans, Version.NEW)))
        elif one is not None:
            yield Row(kind=Kind.LEFT, left=Cell(number=a0, parts=(Part(text=one),)))
        else:
            yield Row(kind=Kind.RIGHT, right=Cell(number=b0, parts=(Part(text=other or ""),)))


def _unpaired(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str | None, str | None, tuple[Span, ...]]]:
    yield from ((line, None, ()) for line in old)
    yield from ((None, line, ()) for line in new)


def _parts(spans: Sequence[Span], version: Version) -> tuple[Part, ...]:
    """One version of a line, what only it has marked."""
    return tuple(
        Part(text=span.text, marked=span.kind is version) for span in spans if span.kind in {version, Version.BOTH}
    )
