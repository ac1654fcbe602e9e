"""Whether JSON has the shape that every way through a document relies on. Knows no schema."""

from typing import Any, Final

__all__ = ["DEEPEST", "are_marks", "is_walkable"]

DEEPEST: Final = 300
"""Nodes in each other; the JSON writer gives up some way beyond."""


def is_walkable(node: Any) -> bool:
    """Whether this node and all below, and their marks, are objects with a `type` and parts of the right kind."""
    waiting = [(node, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST or not isinstance(node, dict) or not isinstance(node.get("type"), str):
            return False
        if node["type"] == "text" and not isinstance(node.get("text"), str):
            return False
        attrs, content, marks = node.get("attrs"), node.get("content"), node.get("marks")
        if not (attrs is None or isinstance(attrs, dict)) or not (content is None or isinstance(content, list)):
            return False
        if not are_marks(marks):
            return False
        waiting.extend((child, depth + 1) for child in content or ())
    return True


def are_marks(marks: Any) -> bool:
    """Whether these are a node's marks, or none."""
    if marks is None:
        return True
    return isinstance(marks, list) and all(
        isinstance(mark, dict)
        and isinstance(mark.get("type"), str)
        and (mark.get("attrs") is None or isinstance(mark["attrs"], dict))
        for mark in marks
    )
