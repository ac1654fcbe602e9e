"""Documents against the editor's schema: what is wrong with one, and how servers and editors rewrite them.

Pure. Walks without recursion where a client's depth decides, so that no document is too deep to be judged.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import count
from typing import Any

from pagemirror.sandbox.bodies import BodyForm
from pagemirror.sandbox.checks import is_text
from pagemirror.sandbox.editor.schema import CALLOUTS, MARKS, NODES, Attribute, Kind
from pagemirror.sandbox.exchange import Json

__all__ = ["EMPTY", "depth_of", "from_text", "problem_in", "rewritten", "written"]

EMPTY: Json = {"type": "doc", "content": [{"type": "paragraph"}]}
_KEYS = frozenset({"type", "attrs", "content", "marks", "text"})


def problem_in(document: Any) -> str | None:
    """Say what makes a document invalid in the editor's schema, and where; None when it is valid."""
    if not isinstance(document, dict) or document.get("type") != "doc":
        return "the document is no node of type doc"
    waiting: list[tuple[str, Any, bool]] = [("doc", document, False)]
    while waiting:
        place, node, marked = waiting.pop()
        problem = _problem_of(node, marked=marked)
        if problem is not None:
            return f"{place}: {problem}"
        marked = NODES[node["type"]].marked
        inside = node.get("content") or ()
        waiting += [(f"{place}.{number}", child, marked) for number, child in enumerate(inside)][::-1]
    return None


def depth_of(document: Any) -> int:
    """Count how many lists and objects stand in each other at the deepest place."""
    deepest, level = 0, [document]
    while level:
        inside: list[Any] = []
        for value in level:
            inside += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        level, deepest = inside, deepest + 1
    return deepest - 1


def written(document: Json, *, jsonb: bool) -> str:
    """Write a document as it is kept: with its keys as sent, or as the database orders them."""
    value = _each_object(document, _ordered) if jsonb else document
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def rewritten(document: Json, form: BodyForm) -> Json:
    """Rewrite a document as a server with this habit would; each form is stable."""
    match form:
        case "none":
            return document
        case "add_newline":
            return _with_last_line(document, always=True)
        case "strip_newline":
            return _without_last_line(document)
        case "drop_comments":
            return _each_object(document, _without_comments)
        case "rich_text":
            numbers = count(1)
            return _with_last_line(_each_object(document, lambda item: _filled(item, numbers)), always=False)


def from_text(text: str) -> Json:
    """Make a document of plain text: paragraphs between blank lines, `#` headings, a hard break at each line's end."""
    blocks = [_block_of(part) for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")) if part.strip()]
    return {"type": "doc", "content": blocks} if blocks else EMPTY


def _problem_of(node: Any, *, marked: bool) -> str | None:
    if not isinstance(node, dict):
        return "a node is an object"
    kind = node.get("type")
    if not isinstance(kind, str) or kind not in NODES:
        return f"the editor has no node type {kind!r}"
    extra = sorted(set(node) - _KEYS)
    if extra:
        return f"{kind} has a key {extra[0]!r}, which nodes don't have"
    return (
        _wrong_text(node, kind)
        or _wrong_attributes(kind, node.get("attrs"), NODES[kind].attributes)
        or _wrong_content(kind, node.get("content"))
        or _wrong_marks(kind, node.get("marks"), allowed=marked)
    )


def _wrong_text(node: Json, kind: str) -> str | None:
    if kind != "text":
        return f"{kind} has text, which only text nodes have" if "text" in node else None
    text = node.get("text")
    if not isinstance(text, str) or not text:
        return "a text node must have text, and not an empty one"
    return None if is_text(text) else "a text holds a NUL or half a surrogate pair"


def _wrong_attributes(kind: str, given: Any, known: Mapping[str, Attribute]) -> str | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        return f"the attributes of {kind} are no object"
    for name, value in given.items():
        if name not in known:
            return f"{kind} has no attribute {name!r}"
        if not _GOOD[known[name].kind](value):
            return f"{kind} cannot have {name} = {json.dumps(value)[:60]}"
    return None


def _wrong_content(kind: str, given: Any) -> str | None:
    if given is not None and not isinstance(given, list):
        return f"the content of {kind} is no list"
    types = [child.get("type") if isinstance(child, dict) else None for child in given or ()]
    if _pattern(NODES[kind].content).fullmatch("".join(f"{name} " for name in types)):
        return None
    found = ", ".join(map(str, types[:8])) or "nothing"
    return f"{kind} holds {NODES[kind].content or 'nothing'}, not {found}"


def _wrong_marks(kind: str, given: Any, *, allowed: bool) -> str | None:
    if given is None or given == []:
        return None
    if not isinstance(given, list) or not all(isinstance(mark, dict) for mark in given):
        return "marks are a list of objects"
    if not allowed:
        return f"{kind} cannot have marks here"
    names = [mark.get("type") for mark in given]
    for name, mark in zip(names, given, strict=True):
        if not isinstance(name, str) or name not in MARKS:
            return f"the editor has no mark type {name!r}"
        problem = _wrong_attributes(f"mark {name}", mark.get("attrs"), MARKS[name])
        if problem is not None:
            return problem
    if len(set(names)) < len(names):
        return "a mark stands twice on one node"
    return "the mark code stands with no other mark" if "code" in names and len(names) > 1 else None


@lru_cache(maxsize=64)
def _pattern(content: str) -> re.Pattern[str]:
    """Turn a content expression into a pattern over type names, each followed by a space."""

    def names(found: re.Match[str]) -> str:
        group = [name for name, item in NODES.items() if item.group == found[0]] or [found[0]]
        return "(?:" + "|".join(rf"{name}\s" for name in group) + ")"

    return re.compile(re.sub(r"[A-Za-z]+", names, content).replace(" ", ""))


def _is_whole(value: Any, least: int, most: float = math.inf) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_string(value: Any) -> bool:
    return isinstance(value, str) and is_text(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_GOOD: Mapping[Kind, Callable[[Any], bool]] = {
    "text": _is_string,
    "text_or_null": lambda value: value is None or _is_string(value),
    "flag": lambda value: isinstance(value, bool),
    "count": lambda value: _is_whole(value, 1),
    "start": lambda value: _is_whole(value, 0),
    "level": lambda value: _is_whole(value, 1, 6),
    "widths": lambda value: value is None or (isinstance(value, list) and all(map(_is_number, value))),
    "measure": lambda value: _is_number(value) or _is_string(value),
    "callout": lambda value: value in CALLOUTS,
    "any_or_null": lambda value: value is None or _is_number(value) or _is_string(value),
}


def _each_object(value: Json, change: Callable[[Json], Json]) -> Json:
    """Rewrite every object, the inner ones first; the JSON reader walks, which goes deeper than Python calls do."""
    changed: Json = json.loads(json.dumps(value), object_hook=change)
    return changed


def _ordered(item: Json) -> Json:
    return {key: item[key] for key in sorted(item, key=lambda key: (len(key.encode()), key.encode()))}


def _filled(node: Json, numbers: Iterator[int]) -> Json:
    """Fill in what the editor does: defaults of attributes, and an id for each task."""
    kind = node.get("type")
    known = NODES[kind].attributes if isinstance(kind, str) and kind in NODES else {}
    given = node.get("attrs")
    attributes = {name: item.default for name, item in known.items()} | (given if isinstance(given, dict) else {})
    if "checked" in known and attributes.get("id") is None:
        attributes["id"] = f"task-{next(numbers)}"
    return {**node, "attrs": attributes} if attributes else node


def _without_comments(node: Json) -> Json:
    marks = node.get("marks")
    if not isinstance(marks, list):
        return node
    kept = [mark for mark in marks if not (isinstance(mark, dict) and mark.get("type") == "comment")]
    rest = {key: value for key, value in node.items() if key != "marks"}
    return {**rest, "marks": kept} if kept else rest


def _with_last_line(document: Json, *, always: bool) -> Json:
    blocks = document.get("content")
    if not isinstance(blocks, list) or not blocks or not isinstance(blocks[-1], dict):
        return document
    last = blocks[-1]
    if last.get("type") == "paragraph" and (not always or not last.get("content")):
        return document
    return {**document, "content": [*blocks, {"type": "paragraph"}]}


def _without_last_line(document: Json) -> Json:
    blocks = document.get("content")
    if not isinstance(blocks, list):
        return document
    end = len(blocks)
    while end > 1 and isinstance(blocks[end - 1], dict) and _is_empty_line(blocks[end - 1]):
        end -= 1
    return {**document, "content": blocks[:end]}


def _is_empty_line(node: Json) -> bool:
    return node.get("type") == "paragraph" and not node.get("content")


def _block_of(part: str) -> Json:
    heading = re.fullmatch(r"(#{1,6})[ \t]+(\S.*)", part.strip())
    if heading:
        text = {"type": "text", "text": heading[2].strip()}
        return {"type": "heading", "attrs": {"level": len(heading[1])}, "content": [text]}
    inside: list[Json] = []
    for line in part.strip("\n").split("\n"):
        inside += [{"type": "hardBreak"}] if inside else []
        inside += [{"type": "text", "text": line.strip()}] if line.strip() else []
    return {"type": "paragraph", "content": inside}
