"""The known keys of a front matter and the types of their values."""

import re
from collections.abc import Mapping
from typing import Final

from pagemirror.content.titles import clean
from pagemirror.content.yamlnodes import Node
from pagemirror.model.documents import FrontMatter
from pagemirror.model.ids import PageId

__all__ = ["KNOWN", "Values", "WrongValue", "build"]


Values = dict[str, Node]

_WORDS: Final = frozenset({"title", "id", "page_id", "parent", "icon", "status", "visibility", "slug"})
_LISTS: Final = frozenset({"folders", "skills", "sources", "labels"})
_FLAGS: Final = frozenset({"protect", "mirror"})
_POSITION: Final = "sidebar_position"
"""Docusaurus' word for where a page stands in its folder; what is no number there is its own business."""
KNOWN: Final = _WORDS | _LISTS | _FLAGS | {"order", _POSITION}
STATUSES: Final = ("draft", "published")

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE: Final = frozenset({"true", "yes", "on"})
_FALSE: Final = frozenset({"false", "no", "off"})
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}")


class WrongValue(Exception):
    """A known key's value has the wrong type; `line` counts from 1 in the file."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def build(values: Mapping[str, Node]) -> FrontMatter:
    """The front matter for the YAML nodes of known keys; raises `WrongValue`."""
    words = {key: _word(key, node) for key, node in values.items() if key in _WORDS}
    lists = {key: _members(key, node) for key, node in values.items() if key in _LISTS}
    flags = {key: _flag(key, node) for key, node in values.items() if key in _FLAGS}
    status = words.get("status")
    if status is not None and status not in STATUSES:
        raise _wrong("status", values["status"], "`draft` or `published`")
    page_id = words.get("page_id")
    return FrontMatter(
        title=words.get("title"),
        id=words.get("id"),
        page_id=None if page_id is None else PageId(page_id),
        parent=words.get("parent"),
        order=_number("order", values["order"]) if "order" in values else None,
        position=_position(values[_POSITION]) if _POSITION in values else None,
        icon=words.get("icon"),
        status=status,
        visibility=words.get("visibility"),
        slug=words.get("slug"),
        folders=lists.get("folders"),
        skills=lists.get("skills"),
        sources=lists.get("sources"),
        labels=lists.get("labels"),
        protect=flags.get("protect") or False,
        mirror=flags.get("mirror") is not False,
    )


def _is_null(node: Node) -> bool:
    """Whether a plain scalar says "nothing"; a quoted "null" is a word."""
    return node.id == "scalar" and node.value in _NULLS and not getattr(node, "style", None)


def _word(key: str, node: Node) -> str | None:
    if node.id != "scalar":
        raise _wrong(key, node, "one line of text")
    return None if _is_null(node) else clean(node.value) or None


def _members(key: str, node: Node) -> tuple[str, ...] | None:
    if _is_null(node):
        return None
    nodes: list[Node] = [node] if node.id == "scalar" else node.value if node.id == "sequence" else []
    if node.id == "mapping" or any(member.id != "scalar" for member in nodes):
        raise _wrong(key, node, "a list of names")
    names = (clean(member.value) for member in nodes if not _is_null(member))
    return tuple(dict.fromkeys(name for name in names if name))


def _flag(key: str, node: Node) -> bool | None:
    if _is_null(node):
        return None
    word = node.value.lower() if node.id == "scalar" else ""
    if word not in _TRUE | _FALSE:
        raise _wrong(key, node, "`true` or `false`")
    return word in _TRUE


def _number(key: str, node: Node) -> int | None:
    if _is_null(node):
        return None
    if node.id != "scalar" or not _NUMBER.fullmatch(node.value):
        raise _wrong(key, node, "a whole number of at most nine digits")
    return int(node.value)


def _position(node: Node) -> int | None:
    found = _NUMBER.match(node.value) if node.id == "scalar" else None
    return int(found[0]) if found is not None else None


def _wrong(key: str, node: Node, wanted: str) -> WrongValue:
    shown = f"`{node.value[:40]}`" if node.id == "scalar" else f"a {node.id}"
    return WrongValue(f"`{key}` in the front matter is {shown}; it must be {wanted}", node.start_mark.line + 2)
