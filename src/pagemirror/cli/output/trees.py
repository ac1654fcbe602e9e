"""Source and target tree side by side, for people. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from pagemirror.cli.output.columns import cells, filled
from pagemirror.cli.output.lines import Line, Piece, Style
from pagemirror.cli.output.safe import clean, shortened
from pagemirror.model.reports.runs import TreeChange, TreeRow

__all__ = ["tree_lines"]

_SIGNS: Final = {
    TreeChange.SAME: ("=", Style.FAINT),
    TreeChange.NEW: ("+", Style.GOOD),
    TreeChange.MOVED: (">", Style.CHANGE),
    TreeChange.GONE: ("-", Style.CHANGE),
    TreeChange.LET_GO: (".", Style.FAINT),
}
_STEP: Final = "  "


def tree_lines(rows: Sequence[TreeRow]) -> Iterator[Line]:
    """A line a document: where it stands, how its page stands to that, where the page stands, and why."""
    sides = [(_source(row), _target(row)) for row in rows]
    heads = ("source", "target")
    widths = [max(map(cells, column)) for column in zip(heads, *sides, strict=True)]
    yield (Piece(f"  {filled(heads[0], widths[0])}    {filled(heads[1], widths[1])}  why", Style.FAINT),)
    for row, (source, target) in zip(rows, sides, strict=True):
        sign, style = _SIGNS[row.change]
        yield (
            Piece(f"  {filled(source, widths[0])}  "),
            Piece(sign, style),
            Piece(f" {filled(target, widths[1])}", style if row.change is TreeChange.MOVED else Style.PLAIN),
            Piece(f"  {clean(row.why if row.title is not None else f'{row.path}: {row.why}')}", Style.FAINT),
        )


def _source(row: TreeRow) -> str:
    """The file's path from the folder of its parent; empty where there is none to be a page."""
    if row.title is None:
        return ""
    folder = "" if row.parent is None else row.parent[: row.parent.rfind("/") + 1]
    return _STEP * row.depth + clean(row.path.removeprefix(folder))


def _target(row: TreeRow) -> str:
    return "" if row.page_title is None else _STEP * row.page_depth + shortened(clean(row.page_title))
