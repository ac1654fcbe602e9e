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
_TYPE_AND_ONE: Final = 2  # keys: a text's are its type and its text, a paragraph's its type and its content
_MARKS_OUT: Final = frozenset({"comment", "textStyle"})
_OFTEN_NORMAL: Final = frozenset({"paragraph", "tableHeader", "tableCell", "listItem"})
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

    Texts, paragraphs and what holds just one, if in that form already, are those of the given document.
    """
    root = _bare(doc)
    made: list[tuple[Json, Json]] = [(root, doc)]
    for node, old in made:  # grows while it is read: parents come before children
        children: list[Json] = []
        for child in old.get("content") or ():
            kind = child["type"]
            if kind == "text":
                children.append(_text(child, comments))
            elif kind in _OFTEN_NORMAL and _is_normal(child):
                children.append(child)
            else:
                bare = _bare(child)
                children.append(bare)
                made.append((bare, child))
        if children:
            node["content"] = children
    for node, _ in reversed(made):
        content = _content(node["type"], node.get("content") or [])
        if content:
            node["content"] = content
        else:
            node.pop("content", None)
    return root


def _bare(node: Json) -> Json:
    """A node without its content."""
    kind = node["type"]
    bare: Json = {"type": kind}
    if node.get("attrs"):
        attrs = _attrs(node["attrs"], node_defaults(kind))
        if kind == "taskItem":
            attrs.pop("id", None)
        if attrs:
            bare["attrs"] = attrs
    return bare


def _text(node: Json, comments: bool) -> Json:  # noqa: FBT001 - private, and called for each node
    """A text with its marks in normal form: the same one where they are."""
    if _is_normal_text(node):
        return node
    marks = _marks(node.get("marks") or (), comments)
    return {"type": "text", "text": node["text"], **({"marks": marks} if marks else {})}


def _is_normal(node: Json) -> bool:
    """Whether a paragraph, or what holds just one, is as it should be; False also where that takes a closer look."""
    content = node.get("content")
    if not content or len(node) > _TYPE_AND_ONE:
        return False
    if node["type"] != "paragraph":
        return len(content) == 1 and content[0]["type"] == "paragraph" and _is_normal(content[0])
    before: object = ""
    for text in content:
        if text["type"] != "text" or not text["text"]:
            return False
        marks = text.get("marks")
        if marks == before or not (_is_normal_text(text) if marks else len(text) == _TYPE_AND_ONE):
            return False
        before = marks
    return content[0]["text"][0] not in BLANKS and content[-1]["text"][-1] not in BLANKS


def _is_normal_text(node: Json) -> bool:
    """Whether a text has one mark as it should be, or none; False also where that takes a closer look."""
    if "marks" not in node:
        return len(node) == _TYPE_AND_ONE
    marks = node["marks"]
    if not marks or len(marks) > 1 or len(node) > _TYPE_AND_ONE + 1:
        return False
    mark = marks[0]
    kind = mark["type"]
    if len(mark) == 1:
        return kind not in _MARKS_OUT
    attrs = mark.get("attrs")
    return kind == "link" and bool(attrs) and len(attrs) == 1 and isinstance(attrs.get("href"), str)


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
    for node in join(nodes):
        if node["type"] == "hardBreak":
            _strip_last(kept)
        elif node["type"] == "text" and kept and kept[-1]["type"] == "hardBreak" and not is_code(node):
            text = node["text"].lstrip(BLANKS)
            if text:
                kept.append({**node, "text": text})
            continue
        kept.append(node)
    trim(kept)
    return join(kept)


def _strip_last(nodes: list[Json]) -> None:
    """Take the blanks before a hard break away."""
    while nodes and nodes[-1]["type"] == "text" and not is_code(nodes[-1]):
        text = nodes[-1]["text"].rstrip(BLANKS)
        if text:
            nodes[-1] = {**nodes[-1], "text": text}
            return
        nodes.pop()
