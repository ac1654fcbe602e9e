"""What Markdown has no form for, carried in it so that nothing is lost: the forms, and how they are read back. Pure.

A whole block is a fence of code under a reserved language, which holds the node as JSON. A mark, a node within a line
and the attributes of a text block or a cell are tags `span` that carry them. What can't be a node in its place is
refused, and stays the code or text that it is.
"""

import json
import re
from html import escape
from typing import Any, Final

from pagemirror.content.prosemirror.schema import NODES
from pagemirror.content.prosemirror.shape import Json
from pagemirror.content.prosemirror.validating import validate
from pagemirror.content.prosemirror.walking import are_marks, is_walkable

__all__ = [
    "OPAQUE",
    "carried_attrs",
    "carried_mark",
    "carried_node",
    "opaque_block",
    "opaque_text",
    "read_opaque",
    "tag_for",
]

OPAQUE: Final = "prosemirror-node"
"""The language of a fence that holds a node."""

_UNSENDABLE: Final = re.compile("[\0\ud800-\udfff]")
_NO_BLOCKS: Final = frozenset({"doc", *(name for name, rule in NODES.items() if rule.group != "block")})
_NO_BLOCKS_IN_LINES: Final = frozenset(
    {"doc", "text", *(name for name, rule in NODES.items() if rule.group != "inline")}
)


def opaque_text(value: Json) -> str | None:
    """A node, mark or attributes as JSON on one line, the same for equal values; None if it is too deep to be told."""
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    except RecursionError:
        return None


def opaque_block(node: Json) -> str | None:
    """A block as a fence; None if it is too deep to be told."""
    text = opaque_text(node)
    if text is None:
        return None
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{OPAQUE}\n{text}\n{fence}"


def read_opaque(source: str) -> Json | None:
    """The block that a fence holds; None unless it can stand where a block can. Types that the schema lacks may."""
    node = _read(source)
    if node is None or not is_walkable(node) or node["type"] in _NO_BLOCKS:
        return None
    return None if validate({"type": "doc", "content": [node]}, foreign=True) else node


def tag_for(role: str, value: Json) -> str | None:
    """The opening tag that carries a `mark`, a `node`, the `attrs` of a text block, or those of its `cell`."""
    text = opaque_text(value)
    return None if text is None else f"<span data-{role}='{escape(text, quote=False).replace(chr(39), '&#39;')}'>"


def carried_mark(source: str) -> Json | None:
    """The mark that a tag carries."""
    mark = _read(source)
    return mark if mark is not None and are_marks([mark]) and mark["type"] != "code" else None


def carried_node(source: str) -> Json | None:
    """The node within a line that a tag carries."""
    node = _read(source)
    if node is None or not is_walkable(node) or node["type"] in _NO_BLOCKS_IN_LINES:
        return None
    return None if node["type"] in NODES and set(node) - {"type", "attrs"} else node


def carried_attrs(source: str) -> Json | None:
    """The attributes that a tag carries."""
    return _read(source)


def _read(source: str) -> Json | None:
    """An object of JSON in which every text can be sent."""
    try:
        value: Any = json.loads(source)
        told = json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or _UNSENDABLE.search(told) or "\\u0000" in told:
        return None
    return value
