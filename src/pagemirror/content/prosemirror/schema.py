"""The editor's schema as a table: what each node may hold, its attributes and their defaults, the marks in rank order.

Content expressions are ProseMirror's. Each is compiled into a regular expression over one character a node type.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

__all__ = [
    "MARKS",
    "NODES",
    "RANKS",
    "NodeRule",
    "content_letters",
    "content_pattern",
    "mark_defaults",
    "node_defaults",
]


@dataclass(frozen=True, slots=True)
class NodeRule:
    """One node type: its content expression, its group, whether its inline content may bear marks, its attributes."""

    content: str = ""
    group: str = ""
    marks: bool = False
    attrs: tuple[tuple[str, Any], ...] = ()


_ALIGNED: Final = (("textAlign", None),)
_CELL: Final = (("colspan", 1), ("rowspan", 1), ("colwidth", None))
_MEDIA: Final = (("src", ""), ("width", "100%"), ("size", None), ("align", "center"), ("attachmentId", None))
_MENTION: Final = ("id", "label", "entityType", "entityId", "slugId", "creatorId")

NODES: Final[Mapping[str, NodeRule]] = {
    "doc": NodeRule("block+"),
    "paragraph": NodeRule("inline*", "block", marks=True, attrs=_ALIGNED),
    "heading": NodeRule("inline*", "block", marks=True, attrs=(*_ALIGNED, ("level", 1))),
    "blockquote": NodeRule("block+", "block"),
    "callout": NodeRule("block+", "block", attrs=(("type", "info"),)),
    "codeBlock": NodeRule("text*", "block", attrs=(("language", None),)),
    "horizontalRule": NodeRule("", "block"),
    "bulletList": NodeRule("listItem+", "block"),
    "orderedList": NodeRule("listItem+", "block", attrs=(("start", 1), ("type", None))),
    "listItem": NodeRule("paragraph block*"),
    "taskList": NodeRule("taskItem+", "block"),
    "taskItem": NodeRule("paragraph block*", attrs=(("checked", False), ("id", None))),
    "details": NodeRule("detailsSummary detailsContent", "block", attrs=(("open", False),)),
    "detailsSummary": NodeRule("inline*", "block", marks=True),
    "detailsContent": NodeRule("block*", "block"),
    "table": NodeRule("tableRow+", "block"),
    "tableRow": NodeRule("(tableCell | tableHeader)*"),
    "tableHeader": NodeRule("block+", attrs=_CELL),
    "tableCell": NodeRule("paragraph+", attrs=_CELL),
    "mathBlock": NodeRule("", "block", attrs=(("text", ""),)),
    "image": NodeRule("", "block", attrs=(*_MEDIA, ("alt", None))),
    "video": NodeRule("", "block", attrs=_MEDIA),
    "drawio": NodeRule("", "block", attrs=(*_MEDIA, ("title", None))),
    "excalidraw": NodeRule("", "block", attrs=(*_MEDIA, ("title", None))),
    "youtube": NodeRule("", "block", attrs=(("src", None), ("start", 0), ("width", 640), ("height", 480))),
    "embed": NodeRule(
        "", "block", attrs=(("src", ""), ("provider", ""), ("align", "center"), ("width", 640), ("height", 480))
    ),
    "attachment": NodeRule(
        "", "block", attrs=(("url", ""), ("name", None), ("mime", None), ("size", None), ("attachmentId", None))
    ),
    "text": NodeRule("", "inline"),
    "hardBreak": NodeRule("", "inline"),
    "mathInline": NodeRule("", "inline", attrs=(("text", ""),)),
    "mention": NodeRule("", "inline", attrs=tuple((name, None) for name in _MENTION)),
}

MARKS: Final[Mapping[str, tuple[tuple[str, Any], ...]]] = {
    "link": (("href", None), ("target", "_blank"), ("rel", "noopener noreferrer nofollow"), ("class", None)),
    "textStyle": (("color", None),),
    "bold": (),
    "code": (),  # excludes every other mark
    "italic": (),
    "strike": (),
    "underline": (),
    "superscript": (),
    "subscript": (),
    "highlight": (("color", None),),
    "comment": (("commentId", None),),
}
"""The marks in rank order, with their attributes and defaults."""

RANKS: Final[Mapping[str, int]] = {name: rank for rank, name in enumerate(MARKS)}

_LETTERS: Final[Mapping[str, str]] = {name: chr(ord("A") + number) for number, name in enumerate(NODES)}
_WORD: Final = re.compile(r"\w+")


def node_defaults(kind: str) -> dict[str, Any]:
    """The attributes that a node of this type has when none are written; empty for types that the schema lacks."""
    rule = NODES.get(kind)
    return dict(rule.attrs) if rule else {}


def mark_defaults(kind: str) -> dict[str, Any]:
    """The attributes that a mark of this type has when none are written; empty for types that the schema lacks."""
    return dict(MARKS.get(kind, ()))


def content_letters(kinds: list[str]) -> str:
    """Node types as the string that a content pattern matches."""
    return "".join([_LETTERS[kind] for kind in kinds])


@cache
def content_pattern(expression: str) -> re.Pattern[str]:
    """A content expression as a pattern over `content_letters`."""
    return re.compile(_WORD.sub(_letters, expression).replace(" ", ""))


def _letters(found: re.Match[str]) -> str:
    name = found[0]
    kinds = [name] if name in NODES else [kind for kind, rule in NODES.items() if rule.group == name]
    return "[" + re.escape("".join(_LETTERS[kind] for kind in kinds)) + "]"
