"""Front matter: YAML between `---` lines at the very top of a file, cut off by hand.

Values are read from YAML's nodes and never built into Python objects, so a title is what the author typed (`1.0`,
`2024-01-01`, `yes`) and no tag, date or merge key of a hostile file can do anything. Knows nothing of Markdown.
"""

import re
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple, cast

from pagemirror.content.frontkeys import KNOWN, Node, Values, WrongValue, build
from pagemirror.model.documents import FrontMatter
from pagemirror.model.ids import MirrorName

__all__ = ["NO_FRONT", "BadFront", "Front", "cut", "read", "table_names"]

MAX_ALIASES = 10
MAX_DEPTH = 50
SMALL = 8 * 1024  # too short for deep nesting by indentation
MAX_SIZE = 256 * 1024
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
    import yaml  # noqa: PLC0415 - most runs meet no changed file; this import would cost them 10 ms

    if len(source) > MAX_SIZE:
        return BadFront(f"the front matter is longer than {MAX_SIZE // 1024} KiB", 1)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        danger = _danger(yaml.parse(source, Loader=loader)) if _suspicious(source) else None
        if danger is not None:
            return danger
        node = yaml.compose(source, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "not valid YAML"
        return BadFront(f"the front matter is not valid YAML: {problem}", mark.line + 2 if mark else 1)
    except yaml.YAMLError as error:
        return BadFront(f"the front matter is not valid YAML: {str(error).splitlines()[0]}", 1)
    if node is None:
        return NO_FRONT
    try:
        return _front(cast("Node", node), mirror)
    except WrongValue as error:
        return BadFront(str(error), error.line)


def table_names(source: str) -> list[tuple[str, int]]:
    """What the keys of the `pagemirror` table are called, each with its line; only for what `read` could read."""
    import yaml  # noqa: PLC0415 - as in `read`

    node = yaml.compose(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    pairs = _pairs(cast("Node", node), "the front matter") if node is not None else []
    tables = (value for key, value in pairs if key.value == _TABLE)
    return [(key.value, key.start_mark.line + 2) for table in tables for key, _ in _pairs(table, f"`{_TABLE}`")]


def _suspicious(source: str) -> bool:
    """Whether a front matter could hold aliases or deep nesting at all; most can't, and are read once."""
    return "*" in source or len(source) > SMALL or sum(map(source.count, "[{?-")) > MAX_DEPTH


def _danger(events: Iterator[object]) -> BadFront | None:
    """Look at the flat events before anything recursive does."""
    depth = aliases = 0
    for event in events:
        name = type(event).__name__
        if name == "AliasEvent":
            aliases += 1
        elif name in {"MappingStartEvent", "SequenceStartEvent"}:
            depth += 1
        elif name in {"MappingEndEvent", "SequenceEndEvent"}:
            depth -= 1
        if aliases > MAX_ALIASES or depth > MAX_DEPTH:
            what = f"more than {MAX_ALIASES} aliases" if aliases > MAX_ALIASES else f"more than {MAX_DEPTH} levels"
            line = getattr(event, "start_mark").line + 2  # noqa: B009 - the library's events are not typed
            return BadFront(f"the front matter has {what}; write the values out", line)
    return None


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
