"""Front matter: YAML between `---` lines at the very top of a file, cut off by hand.

Values are read from YAML's nodes and never built into Python objects, so a title is what the author typed (`1.0`,
`2024-01-01`, `yes`) and no tag, date or merge key of a hostile file can do anything. Knows nothing of Markdown.
"""

import re
from operator import itemgetter
from typing import NamedTuple

from pagemirror.content.frontkeys import KNOWN, Values, WrongValue, build
from pagemirror.content.yamlnodes import BadYaml, Node, compose
from pagemirror.model.documents import FrontMatter
from pagemirror.model.ids import MirrorName

__all__ = ["NO_FRONT", "BadFront", "Front", "cut", "read", "table_names", "title_place"]

_TABLE = "pagemirror"

_OPENING = re.compile(rb"---[ \t]*\r?\n")
_CLOSING = re.compile(rb"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_KEY_LINE = re.compile(rb"[A-Za-z_][\w.-]*[ \t]*:(?:[ \t]|\r?$)", re.MULTILINE)


class Front(NamedTuple):
    """What the front matter says for one mirror; `warnings` are prose with the line each."""

    values: FrontMatter
    warnings: tuple[tuple[str, int], ...] = ()


class BadFront(NamedTuple):
    """Why the front matter can't be read; `line` counts from 1 in the file."""

    reason: str
    line: int


NO_FRONT = Front(FrontMatter())


def cut(data: bytes) -> tuple[bytes, int] | BadFront | None:
    """The YAML and where the body begins; None where a file has no front matter.

    An opening line that is never closed is a thematic break, unless a `key:` follows right after it.
    """
    opening = _OPENING.match(data)
    if opening is None:
        return None
    closing = _CLOSING.search(data, opening.end())
    if closing is not None:
        return data[opening.end() : closing.start()], closing.end()
    if _KEY_LINE.match(data, opening.end()):
        return BadFront("the front matter is never closed; end it with a line of three hyphens", 1)
    return None


def read(source: str, mirror: MirrorName) -> Front | BadFront:
    """The known keys of a front matter, with those of the `pagemirror` table for this mirror on top."""
    node = compose(source)
    if isinstance(node, BadYaml):
        return BadFront(f"the front matter {node.reason}", node.line + 1)  # it begins on the file's second line
    if node is None:
        return NO_FRONT
    try:
        return _front(node, mirror)
    except WrongValue as error:
        return BadFront(str(error), error.line)


def table_names(source: str) -> list[tuple[str, int]]:
    """What the keys of the `pagemirror` table are called, each with its line; only for what `read` could read."""
    node = compose(source)
    pairs = [] if node is None or isinstance(node, BadYaml) else _pairs(node, "the front matter")
    tables = (value for key, value in pairs if key.value == _TABLE)
    return [(key.value, key.start_mark.line + 2) for table in tables for key, _ in _pairs(table, f"`{_TABLE}`")]


def title_place(source: str, mirror: str) -> tuple[int, int] | None:
    """Where the title that this mirror reads stands, in characters; None where there is none, or no plain value."""
    node = compose(source)
    pairs = [] if node is None or isinstance(node, BadYaml) else _pairs(node, "the front matter")
    tables = (value for key, value in pairs if key.value == _TABLE and value.id == "mapping")
    own = [
        pair
        for table in tables
        for name, values in _pairs(table, _TABLE)
        if name.value == mirror and values.id == "mapping"
        for pair in _pairs(values, mirror)
    ]
    titles = [value for key, value in (*own, *pairs) if key.value == "title" and value.id == "scalar"]
    if not titles:
        return None
    lines = source.splitlines(keepends=True)
    start, end = (
        sum(map(len, lines[: mark.line])) + mark.column for mark in (titles[0].start_mark, titles[0].end_mark)
    )
    return start, end


def _front(node: Node, mirror: MirrorName) -> Front:
    values: Values = {}
    warnings: list[tuple[str, int]] = []
    table: Node | None = None
    for key, value in _pairs(node, "the front matter"):
        if key.value in KNOWN:
            values[key.value] = value
        elif key.value == _TABLE:
            table = value
    if table is not None:
        values.update(_own(table, mirror, warnings))
    return Front(build(values), tuple(sorted(warnings, key=itemgetter(1))))


def _own(table: Node, mirror: MirrorName, warnings: list[tuple[str, int]]) -> Values:
    """The values that the `pagemirror` table holds for one mirror."""
    own: Values = {}
    for name, values in _pairs(table, f"`{_TABLE}`"):
        if name.value in KNOWN and values.id != "mapping":
            text = f"`{name.value}` stands in the `{_TABLE}` table without a mirror's name, and was ignored"
            warnings.append((text, name.start_mark.line + 2))
        elif name.value == mirror:
            for key, value in _pairs(values, f"`{_TABLE}.{mirror}`"):
                if key.value in KNOWN:
                    own[key.value] = value
                else:
                    text = f"`{_TABLE}.{mirror}.{key.value}` is not a known key, and was ignored"
                    warnings.append((text, key.start_mark.line + 2))
    return own


def _pairs(node: Node, what: str) -> list[tuple[Node, Node]]:
    if node.id == "mapping":
        return [(key, value) for key, value in node.value if key.id == "scalar"]
    if node.id == "scalar" and node.value in {"", "~", "null"}:
        return []
    raise WrongValue(f"{what} must be a table of `key: value` lines", node.start_mark.line + 2)
