"""Lines for people, as values: pieces of text with a style's name; `printing` knows how those look. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pagemirror.cli.output.safe import clean

__all__ = ["Line", "Piece", "Style", "block", "line", "piece", "table"]


class Style(StrEnum):
    """What a piece of text is, not how it looks."""

    PLAIN = "plain"
    STRONG = "strong"
    FAINT = "faint"
    GOOD = "good"
    CHANGE = "change"
    CARE = "care"
    BAD = "bad"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Text in one style, already clean."""

    text: str
    style: Style = Style.PLAIN


Line = tuple[Piece, ...]


def piece(text: str, style: Style = Style.PLAIN) -> Piece:
    """A piece of a text that may come from anywhere: it is cleaned here."""
    return Piece(clean(text), style)


def line(*pieces: Piece | str) -> Line:
    """A line of pieces; plain texts are cleaned and have no style."""
    return tuple(piece(part) if isinstance(part, str) else part for part in pieces)


def block(text: str, *, indent: str = "", style: Style = Style.PLAIN) -> Iterator[Line]:
    """A text of several lines."""
    for row in clean(text, lines=True).split("\n"):
        yield (Piece(f"{indent}{row}".rstrip(), style),)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    """Columns that line up; the last one is not filled."""
    cells = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    yield (Piece(_aligned(head, widths), Style.FAINT),)
    for row in cells:
        yield (Piece(_aligned(row, widths)),)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
