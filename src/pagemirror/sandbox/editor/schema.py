"""The editor's schema as a table: which nodes and marks there are, what may stand in them, which attributes they have.

Data alone; `document` checks with it. Content is written as ProseMirror writes it, with `block` and `inline` as groups.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

__all__ = ["CALLOUTS", "MARKS", "NODES", "Attribute", "Kind", "NodeType"]

Kind = Literal["text", "text_or_null", "flag", "count", "level", "start", "widths", "measure", "callout", "any_or_null"]
Attributes = Mapping[str, "Attribute"]
CALLOUTS = ("default", "info", "success", "warning", "danger")
_NONE: Attributes = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Attribute:
    """What an attribute is when it is left out, and what it can be."""

    default: object
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeType:
    """A node type; a leaf has no content, and only text in `marked` parents can carry marks."""

    content: str = ""
    group: Literal["", "block", "inline"] = ""
    marked: bool = False
    attributes: Attributes = field(default_factory=dict)


_NAME = Attribute(None, "text_or_null")
_SIZED: Attributes = {
    "src": Attribute("", "text"),
    "width": Attribute("100%", "measure"),
    "size": Attribute(None, "any_or_null"),
    "align": Attribute("center", "text"),
    "attachmentId": _NAME,
}
_CELL: Attributes = {
    "colspan": Attribute(1, "count"),
    "rowspan": Attribute(1, "count"),
    "colwidth": Attribute(None, "widths"),
}
_FRAME: Attributes = {"width": Attribute(640, "measure"), "height": Attribute(480, "measure")}
_ALIGNED: Attributes = {"textAlign": _NAME}
_MATH: Attributes = {"text": Attribute("", "text")}


def _block(content: str = "", attributes: Attributes = _NONE, *, marked: bool = False) -> NodeType:
    return NodeType(content=content, group="block", attributes=attributes, marked=marked)


def _part(content: str, attributes: Attributes = _NONE) -> NodeType:
    return NodeType(content=content, attributes=attributes)


def _inline(attributes: Attributes = _NONE) -> NodeType:
    return NodeType(group="inline", attributes=attributes)


NODES: Mapping[str, NodeType] = {
    "doc": _part("block+"),
    "paragraph": _block("inline*", _ALIGNED, marked=True),
    "heading": _block("inline*", {**_ALIGNED, "level": Attribute(1, "level")}, marked=True),
    "blockquote": _block("block+"),
    "bulletList": _block("listItem+"),
    "orderedList": _block("listItem+", {"start": Attribute(1, "start"), "type": _NAME}),
    "listItem": _part("paragraph block*"),
    "taskList": _block("taskItem+"),
    "taskItem": _part("paragraph block*", {"checked": Attribute(default=False, kind="flag"), "id": _NAME}),
    "codeBlock": _block("text*", {"language": _NAME}),
    "horizontalRule": _block(),
    "table": _block("tableRow+"),
    "tableRow": _part("(tableCell | tableHeader)*"),
    "tableHeader": _part("block+", _CELL),
    "tableCell": _part("paragraph+", _CELL),
    "callout": _block("block+", {"type": Attribute("info", "callout")}),
    "details": _block("detailsSummary detailsContent", {"open": Attribute(default=False, kind="flag")}),
    "detailsSummary": _block("inline*", marked=True),
    "detailsContent": _block("block*"),
    "mathBlock": _block(attributes=_MATH),
    "image": _block(attributes={**_SIZED, "alt": _NAME}),
    "video": _block(attributes=_SIZED),
    "attachment": _block(
        attributes={
            "url": Attribute("", "text"),
            "name": _NAME,
            "mime": _NAME,
            "size": Attribute(None, "any_or_null"),
            "attachmentId": _NAME,
        }
    ),
    "drawio": _block(attributes={**_SIZED, "title": _NAME}),
    "excalidraw": _block(attributes={**_SIZED, "title": _NAME}),
    "embed": _block(
        attributes={
            "src": Attribute("", "text"),
            "provider": Attribute("", "text"),
            "align": Attribute("center", "text"),
            **_FRAME,
        }
    ),
    "youtube": _block(attributes={"src": _NAME, "start": Attribute(0, "start"), **_FRAME}),
    "text": _inline(),
    "hardBreak": _inline(),
    "mathInline": _inline(_MATH),
    "mention": _inline(dict.fromkeys(("id", "label", "entityType", "entityId", "slugId", "creatorId"), _NAME)),
}

MARKS: Mapping[str, Attributes] = {
    "link": {
        "href": _NAME,
        "target": Attribute("_blank", "text_or_null"),
        "rel": Attribute("noopener noreferrer nofollow", "text_or_null"),
        "class": _NAME,
    },
    "textStyle": {"color": _NAME},
    "bold": {},
    "code": {},
    "italic": {},
    "strike": {},
    "underline": {},
    "superscript": {},
    "subscript": {},
    "highlight": {"color": _NAME},
    "comment": {"commentId": _NAME},
}
