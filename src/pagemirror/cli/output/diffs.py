"""Unified diffs, made and given their styles. Pure."""

import difflib
from collections.abc import Iterator

from pagemirror.cli.output.lines import Line, Piece, Style
from pagemirror.cli.output.safe import clean

__all__ = ["diff_lines", "unified"]

_STYLES = {"+": Style.GOOD, "-": Style.BAD, "@": Style.FAINT}
_HEADS = ("+++", "---")


def unified(before: str, after: str, *, before_name: str, after_name: str) -> str:
    """What turns one text into the other; empty where they are equal."""
    rows = difflib.unified_diff(
        before.splitlines(), after.splitlines(), fromfile=before_name, tofile=after_name, lineterm=""
    )
    return "\n".join(rows)


def diff_lines(diff: str, *, indent: str = "") -> Iterator[Line]:
    """A diff's lines, each in the style of its sign."""
    in_head = True
    for row in diff.split("\n"):
        in_head = in_head and not row.startswith("@@")
        style = Style.STRONG if in_head and row.startswith(_HEADS) else _STYLES.get(row[:1], Style.PLAIN)
        yield (Piece(f"{indent}{clean(row)}".rstrip(), style),)
