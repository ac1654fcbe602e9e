"""Two texts beside each other, line for line, for people at a terminal. Pure."""

import difflib
import textwrap
import unicodedata
from collections.abc import Iterator
from typing import Final

from pagemirror.cli.output.lines import Line, Piece, Style
from pagemirror.cli.output.safe import clean

__all__ = ["beside", "cells", "filled"]

_CONTEXT: Final = 2
"""How many equal lines stand around what differs."""

_LEAST: Final = 20
"""The narrowest a column may be, in cells."""

_Row = tuple[str, str, str]
"""Left, sign, right: `=` equal, `~` changed, `<` only left, `>` only right, `…` left out."""

_STYLES: Final = {"~": Style.CHANGE, "<": Style.BAD, ">": Style.GOOD, "…": Style.FAINT}


def beside(left: str, right: str, *, heads: tuple[str, str], width: int, indent: str = "") -> Iterator[Line]:
    """Both texts in columns, at most `width` cells wide; equal lines far from what differs are left out."""
    column = max(_LEAST, (width - len(indent) - 3) // 2)
    yield (Piece(f"{indent}{filled(heads[0], column)}   {heads[1]}", Style.STRONG),)
    for one, sign, other in _rows(clean(left, lines=True).splitlines(), clean(right, lines=True).splitlines()):
        style = _STYLES.get(sign, Style.PLAIN)
        wrapped = _wrapped(one, column), _wrapped(other, column)
        for number in range(max(map(len, wrapped))):
            here, there = (rows[number] if number < len(rows) else "" for rows in wrapped)
            mark = sign if sign != "=" and number == 0 else " "
            yield (Piece(f"{indent}{filled(here, column)} {mark} {there}".rstrip(), style),)


def _rows(left: list[str], right: list[str]) -> Iterator[_Row]:
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        if group[0][1] or group[0][3]:
            yield ("…", "…", "…")
        for tag, i, j, k, m in group:
            if tag == "equal":
                yield from ((row, "=", row) for row in left[i:j])
                continue
            ours, theirs = left[i:j], right[k:m]
            pairs = min(len(ours), len(theirs))
            yield from ((ours[at], "~", theirs[at]) for at in range(pairs))
            yield from ((row, "<", "") for row in ours[pairs:])
            yield from (("", ">", row) for row in theirs[pairs:])


def _wrapped(row: str, column: int) -> list[str]:
    """A line in pieces that fit; wide characters count double, so pieces of a text with any are half as long."""
    wide = any(unicodedata.east_asian_width(char) in "WF" for char in row)
    return textwrap.wrap(row, column // 2 if wide else column, drop_whitespace=False) or [""]


def cells(text: str) -> int:
    """How wide a text is on a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def filled(text: str, column: int) -> str:
    """The text with spaces up to a column's width."""
    return text + " " * max(0, column - cells(text))
