"""Unified diffs, made and given their styles; where it reads better a changed line is shown word by word. Pure."""

import difflib
from collections.abc import Iterator
from itertools import groupby

from pagemirror.cli.output.lines import Line, Piece, Style
from pagemirror.cli.output.safe import clean
from pagemirror.model.worddiff import Kind, Span, line_pairs

__all__ = ["diff_lines", "unified"]

_STYLES = {"+": Style.GOOD, "-": Style.BAD, "@": Style.FAINT}
_WORDS = {Kind.BOTH: Style.PLAIN, Kind.OLD: Style.OLD, Kind.NEW: Style.NEW}


def unified(before: str, after: str, *, before_name: str, after_name: str) -> str:
    """What turns one text into the other; empty where they are equal."""
    rows = difflib.unified_diff(
        before.splitlines(), after.splitlines(), fromfile=before_name, tofile=after_name, lineterm=""
    )
    return "\n".join(rows)


def diff_lines(diff: str, *, indent: str = "") -> Iterator[Line]:
    """A diff's lines, each in the style of its sign; `~` is one whose two versions share half of their words."""
    rows = diff.split("\n")
    start = next((number for number, row in enumerate(rows) if row.startswith("@@")), 0)
    yield from (_line(indent, row, Style.STRONG) for row in rows[:start])
    for changed, some in groupby(rows[start:], key=lambda row: row.startswith(("-", "+"))):
        if changed:
            yield from _change(list(some), indent)
        else:
            yield from (_line(indent, row, _STYLES.get(row[:1], Style.PLAIN)) for row in some)


def _change(rows: list[str], indent: str) -> Iterator[Line]:
    gone = [row[1:] for row in rows if row.startswith("-")]
    come = [row[1:] for row in rows if row.startswith("+")]
    for old, new, spans in line_pairs(gone, come):
        if spans:
            yield (Piece(f"{indent}~", Style.CHANGE), *map(_words, spans))
        else:
            sign, row = ("-", old) if old is not None else ("+", new)
            yield _line(indent, f"{sign}{row}", _STYLES[sign])


def _words(span: Span) -> Piece:
    return Piece(clean(span.text), _WORDS[span.kind])


def _line(indent: str, row: str, style: Style) -> Line:
    return (Piece(f"{indent}{clean(row)}".rstrip(), style),)
