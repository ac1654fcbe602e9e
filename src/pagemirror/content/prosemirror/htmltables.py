"""An HTML table as rows of cells, where it is a plain grid. Knows tags; knows no nodes.

Cells keep their pieces (tags of the line, and texts), for the page to make of them what it makes of any.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pagemirror.content.prosemirror.tags import Tag, attributes, is_comment, is_inline, pieces, read_tag

__all__ = ["Cell", "Grid", "read_table"]

_AROUND: Final = frozenset({"thead", "tbody", "tfoot", "colgroup", "col"})
_WIDEST: Final = 200  # columns, and rows that one cell may cover


@dataclass(slots=True, kw_only=True)
class Cell:
    """One cell: whether it is a header, how far it reaches, and what is in it."""

    header: bool
    colspan: int = 1
    rowspan: int = 1
    pieces: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """A table: its caption's pieces and its rows, all of one width. `plain` is False if a style is lost."""

    caption: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    plain: bool = True


def read_table(html: str) -> Grid | None:
    """Read one table; None if there is anything around it, or in it what no cell of text can hold."""
    grid = Grid()
    into: list[str] | None = None
    depth = 0
    for piece in pieces(html):
        tag = read_tag(piece) if piece.startswith("<") else None
        name = tag.name if tag else ""
        if name == "table":
            depth += -1 if tag and tag.closing else 1
            into = None
            if depth not in {0, 1} or (depth == 1 and grid.rows):
                return None
        elif depth != 1:
            if piece.strip() and not is_comment(piece):
                return None
        elif tag and name in {"td", "th", "tr", "caption"} | _AROUND:
            into = _structure(grid, tag)
        elif into is not None:
            if tag and not is_inline(tag) and name != "p":
                return None
            into.append(piece)
        elif piece.strip() and not is_comment(piece):
            return None
    return grid if depth == 0 and _squared(grid) else None


def _structure(grid: Grid, tag: Tag) -> list[str] | None:
    """Take a tag of the grid, and give where the pieces behind it go."""
    if tag.closing or tag.name in _AROUND:
        return None
    if tag.name == "caption":
        return grid.caption
    if tag.name == "tr" or not grid.rows:
        grid.rows.append([])
        if tag.name == "tr":
            return None
    found = attributes(tag)
    cell = Cell(header=tag.name == "th", colspan=_span(found.get("colspan")), rowspan=_span(found.get("rowspan")))
    grid.plain = grid.plain and not found.keys() - {"colspan", "rowspan", "scope", "id", "headers"}
    grid.rows[-1].append(cell)
    return cell.pieces


def _span(said: str | None) -> int:
    return max(1, min(int(said), _WIDEST)) if said and said.isascii() and said.isdigit() and len(said) < 9 else 1  # noqa: PLR2004


def _squared(grid: Grid) -> bool:
    """Fill short rows up, and cut spans that reach below the table; False for no table or one that is too wide."""
    grid.rows = [row for row in grid.rows if row]
    widths: list[int] = []
    for width in _widths(grid.rows):
        if width > _WIDEST:
            return False
        widths.append(width)
    width = max(widths, default=0)
    for row, filled in zip(grid.rows, widths, strict=True):
        row.extend(Cell(header=False) for _ in range(width - filled))
    return width > 0


def _widths(rows: list[list[Cell]]) -> Iterator[int]:
    """How many columns each row fills, with what reaches into it from above."""
    reaching: list[tuple[int, int]] = []  # (the last row, columns) of the cells that reach further down
    for number, row in enumerate(rows):
        reaching = [(last, columns) for last, columns in reaching if last >= number]
        width = sum(columns for _, columns in reaching)
        for cell in row:
            width += cell.colspan
            cell.rowspan = min(cell.rowspan, len(rows) - number)
            if cell.rowspan > 1:
                reaching.append((number + cell.rowspan - 1, cell.colspan))
        yield width
