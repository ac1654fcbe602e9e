"""Whether a document is valid in the editor's schema, with the verdict that the editor's own library gives.

As there: attributes that the schema lacks are no breach (they are dropped on loading), the order of marks is none
either (they are sorted on loading). Unlike there, the outermost node must be a `doc`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pagemirror.content.prosemirror.schema import MARKS, NODES, content_letters, content_pattern
from pagemirror.content.prosemirror.shape import Violation

__all__ = ["foreign_names", "validate"]


def validate(doc: object, *, foreign: bool = False) -> tuple[Violation, ...]:
    """Every breach of the editor's schema, outer ones first; none for a valid document.

    `foreign` lets nodes and marks pass that the schema lacks: a newer server's, or an extension's.
    """
    if _is_sound(doc):
        return ()
    found: list[Violation] = []
    if not isinstance(doc, Mapping) or doc.get("type") != "doc":
        return (Violation(path="", message="not a document: the outermost node's type must be `doc`"),)
    reached: list[tuple[int, int, Any]] = [(-1, 0, doc)]  # each node with its parent's position in this list
    for position, (_, _, node) in enumerate(reached):  # grows while it is read
        found.extend(
            Violation(path=_path(reached, position), message=message) for message in _breaches(node, foreign=foreign)
        )
        children = _children(node)
        if children is not None:
            reached.extend((position, number, child) for number, child in enumerate(children))
    return tuple(found)


def foreign_names(doc: Mapping[str, Any]) -> frozenset[str]:
    """The names of a document's nodes and marks that the schema lacks; without recursion."""
    names: set[str] = set()
    waiting: list[Any] = [doc]
    for node in waiting:  # grows while it is read
        if isinstance(node, Mapping):
            names.add(str(node.get("type")))
            marks = node.get("marks")
            names.update(str(mark["type"]) for mark in marks or () if isinstance(mark, Mapping) and "type" in mark)
            waiting.extend(_children(node) or ())
    return frozenset(names - NODES.keys() - MARKS.keys())


def _is_sound(doc: object) -> bool:
    """Whether a document has no breach, told in little time; False also where that takes a closer look."""
    if doc.__class__ is not dict or doc.get("type") != "doc":
        return False
    waiting: list[Any] = [doc]
    try:
        for node in waiting:  # grows while it is read
            kind = node["type"]
            rule = NODES[kind]
            content = node.get("content") or []
            if content.__class__ is not list or (node.get("marks")):
                return False
            if rule.attrs and node.get("attrs") and node["attrs"].__class__ is not dict:
                return False
            kinds = [child["type"] for child in content]
            if not content_pattern(rule.content).fullmatch(content_letters(kinds)):
                return False
            for child in content:
                if child["type"] != "text":
                    waiting.append(child)
                elif not child["text"] or child["text"].__class__ is not str or not _bears(child, rule.marks):
                    return False
    except (KeyError, TypeError, AttributeError):
        return False
    return True


def _bears(text: dict[str, Any], allowed: bool) -> bool:  # noqa: FBT001 - one question, asked for each text
    """Whether a text may bear the marks that it has: none, or one that is as it should be; more take a closer look."""
    marks = text.get("marks")
    if not marks:
        return True
    if not allowed or marks.__class__ is not list:
        return False
    attrs = marks[0].get("attrs")
    return len(marks) == 1 and marks[0]["type"] in MARKS and (not attrs or attrs.__class__ is dict)


def _path(reached: list[tuple[int, int, Any]], position: int) -> str:
    """The JSON pointer to a node."""
    steps: list[str] = []
    while position:
        parent, number, _ = reached[position]
        steps.append(f"/content/{number}")
        position = parent
    return "".join(reversed(steps))


def _children(node: object) -> list[Any] | None:
    """The nodes below; None where there are none to look at."""
    content = node.get("content") if isinstance(node, Mapping) and node.get("type") != "text" else None
    return content if isinstance(content, list) else None


def _breaches(node: object, *, foreign: bool) -> Iterator[str]:  # noqa: C901 - one question after another
    if not isinstance(node, Mapping):
        yield "not a node: an object with a `type` is needed"
        return
    kind = node.get("type")
    rule = NODES.get(kind) if isinstance(kind, str) else None
    if rule is None:
        if not foreign or not isinstance(kind, str):
            yield f"the schema has no node `{kind}`"
        return
    yield from _marks(node.get("marks"), foreign=foreign)
    if kind == "text":
        text = node.get("text")
        if not isinstance(text, str) or not text:
            yield "a text node needs a text that is not empty"
        return
    if rule.attrs and node.get("attrs") and not isinstance(node["attrs"], Mapping):
        yield f"the attributes of `{kind}` are no object"
    content = node.get("content") or []
    if not isinstance(content, list):
        yield f"the content of `{kind}` is no list"
        return
    kinds = [child.get("type") if isinstance(child, Mapping) else None for child in content]
    known = [child for child in kinds if isinstance(child, str) and child in NODES]
    if len(known) < len(kinds):
        return  # told at the child itself
    if not content_pattern(rule.content).fullmatch(content_letters(known)):
        held = ", ".join(known[:5]) + (", …" if len(known) > 5 else "")  # noqa: PLR2004 - a line of text
        yield f"`{kind}` holds ({held or 'nothing'}), where the schema has ({rule.content or 'nothing'})"
    if not rule.marks and any(child.get("marks") for child in content):
        yield f"what is in `{kind}` may bear no marks"


def _marks(marks: object, *, foreign: bool) -> Iterator[str]:
    if not marks:
        return
    if not isinstance(marks, list):
        yield "the marks are no list"
        return
    kinds: list[str] = []
    for mark in marks:
        kind = mark.get("type") if isinstance(mark, Mapping) else None
        if not isinstance(kind, str) or (kind not in MARKS and not foreign):
            yield f"the schema has no mark `{kind}`"
            return
        if MARKS.get(kind) and mark.get("attrs") and not isinstance(mark["attrs"], Mapping):
            yield f"the attributes of the mark `{kind}` are no object"
        kinds.append(kind)
    if len(set(kinds)) < len(kinds):
        yield f"a mark stands twice: {', '.join(kinds)}"
    elif "code" in kinds and len(kinds) > 1:
        yield f"`code` bears no mark beside it: {', '.join(kinds)}"
