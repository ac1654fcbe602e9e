"""The normal form in which documents are compared and hashed, and its canonical text.

What goes is what the editor and the server add on their own and what no reader sees; a person's edit never does.
"""

import json
from typing import Any, Final

from pagemirror.content.prosemirror.schema import RANKS, mark_defaults, node_defaults
from pagemirror.content.prosemirror.shape import Json
from pagemirror.content.prosemirror.textblock import BLANKS, is_code, join, trim

__all__ = ["canonical_json", "normal_form"]

_TEXT_BLOCKS: Final = frozenset({"paragraph", "heading", "detailsSummary"})
_BLOCKS_NEEDED: Final = frozenset({"doc", "blockquote", "callout", "tableHeader", "tableCell"})
_ITEMS: Final = frozenset({"listItem", "taskItem"})
_MARKS_OUT: Final = frozenset({"comment", "textStyle"})
_EMPTY: Final[Json] = {"type": "paragraph"}
_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), check_circular=False)


def canonical_json(doc: Json) -> str:
    """A document as one ASCII text, the same for equal documents: keys sorted, no blanks. For fingerprints."""
    return _CANONICAL.encode(doc)


def normal_form(doc: Json, *, comments: bool = False) -> Json:
    """A new document that reads the same; idempotent. Nodes and marks that the schema lacks are kept.

    Out go: attributes that are null or have their default, `id` of tasks, links' `target`, `rel` and `class`, comment
    marks unless `comments` are asked for, marks of inline nodes that are no text, hard breaks and blanks at the ends
    of text blocks, blanks around hard breaks, and empty paragraphs but where the schema needs one. Marks stand in the
    schema's order, neighbouring texts of equal marks are one.
    """
    root = _bare(doc, comments)
    made: list[tuple[Json, Json]] = [(root, doc)]
    for node, old in made:  # grows while it is read: parents come before children
        children = [(_bare(child, comments), child) for child in old.get("content") or ()]
        if children and old["type"] != "text":
            node["content"] = [child for child, _ in children]
            made.extend(children)
    for node, _ in reversed(made):
        if "content" in node:
            content = _content(node["type"], node["content"])
            node["content"] = content
            if not content:
                del node["content"]
        elif node["type"] in _BLOCKS_NEEDED or node["type"] in _ITEMS:
            node["content"] = [dict(_EMPTY)]
    return root


def _bare(node: Json, comments: bool) -> Json:  # noqa: FBT001 - private, and called for each node
    """One node without its content."""
    kind = node["type"]
    bare: Json = {"type": kind}
    if kind == "text":
        bare["text"] = node["text"]
        marks = node.get("marks")
        if marks and (marks := _marks(marks, comments)):
            bare["marks"] = marks
        return bare
    if not node.get("attrs"):
        return bare
    attrs = _attrs(node.get("attrs") or {}, node_defaults(kind))
    if kind == "taskItem":
        attrs.pop("id", None)
    if attrs:
        bare["attrs"] = attrs
    return bare


def _attrs(attrs: Json, defaults: Json) -> Json:
    """What is not null and not the default; whole numbers as such, as some libraries read every number as a float."""
    kept: Json = {}
    for name, value in attrs.items():
        said = int(value) if isinstance(value, float) and value.is_integer() else value
        if said is not None and not _same(said, defaults.get(name)):
            kept[name] = said
    return kept


def _same(value: Any, default: Any) -> bool:
    return bool(value == default) and isinstance(value, bool) == isinstance(default, bool)


def _marks(marks: Any, comments: bool) -> list[Json]:  # noqa: FBT001 - the same
    kept: dict[str, Json] = {}
    if len(marks) == 1 and not marks[0].get("attrs") and marks[0]["type"] not in _MARKS_OUT:
        return [{"type": marks[0]["type"]}]
    for mark in marks:
        kind = mark["type"]
        attrs = _attrs(mark.get("attrs") or {}, mark_defaults(kind))
        if kind == "link":
            attrs = {name: value for name, value in attrs.items() if name not in {"target", "rel", "class"}}
        if (kind == "comment" and not comments) or (kind == "textStyle" and not attrs):
            continue
        kept[kind] = {"type": kind, "attrs": attrs} if attrs else {"type": kind}
    return sorted(kept.values(), key=_rank)


def _rank(mark: Json) -> tuple[int, str]:
    return RANKS.get(mark["type"], len(RANKS)), mark["type"]


def _content(kind: str, nodes: list[Json]) -> list[Json]:
    """A node's content, whose parts are in normal form already."""
    if kind in _TEXT_BLOCKS:
        return _inline([node for node in nodes if node.get("text") != ""])
    if kind == "codeBlock":
        return join([node for node in nodes if node.get("text") != ""])
    blocks = [node for node in nodes if node["type"] != "paragraph" or "content" in node]
    if (not blocks and kind in _BLOCKS_NEEDED) or (kind in _ITEMS and (not blocks or blocks[0]["type"] != "paragraph")):
        blocks.insert(0, dict(_EMPTY))
    return blocks


def _inline(nodes: list[Json]) -> list[Json]:
    kept: list[Json] = []
    if len(nodes) == 1 and nodes[0]["type"] == "text":
        trim(nodes)
        return nodes
    for node in join(nodes):
        if node["type"] == "hardBreak":
            _strip_last(kept)
        elif node["type"] == "text" and kept and kept[-1]["type"] == "hardBreak" and not is_code(node):
            node["text"] = node["text"].lstrip(BLANKS)
            if not node["text"]:
                continue
        kept.append(node)
    trim(kept)
    return join(kept)


def _strip_last(nodes: list[Json]) -> None:
    """Take the blanks before a hard break away."""
    while nodes and nodes[-1]["type"] == "text" and not is_code(nodes[-1]):
        nodes[-1]["text"] = nodes[-1]["text"].rstrip(BLANKS)
        if nodes[-1]["text"]:
            return
        nodes.pop()
