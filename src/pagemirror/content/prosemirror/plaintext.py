"""A document's words without its form: for search, and for tests that no word is lost."""

from typing import Final

from pagemirror.content.prosemirror.schema import NODES
from pagemirror.content.prosemirror.shape import Json

__all__ = ["plain_text"]

_SAID_BY: Final = {"image": "alt", "mathBlock": "text", "mathInline": "text", "mention": "label", "attachment": "name"}


def plain_text(doc: Json) -> str:
    """The text in reading order: a line a block and a hard break; images by their text, formulas as their source."""
    lines: list[str] = []
    words: list[str] = []
    waiting = [doc]
    while waiting:
        node = waiting.pop()
        kind = node["type"]
        rule = NODES.get(kind)
        if kind == "hardBreak" or (rule is not None and rule.group != "inline"):
            lines.append("".join(words))
            words.clear()
        if kind == "text":
            words.append(node["text"])
        elif kind in _SAID_BY:
            words.append((node.get("attrs") or {}).get(_SAID_BY[kind]) or "")
        if kind != "text":
            waiting.extend(reversed(node.get("content") or ()))
    lines.append("".join(words))
    return "\n".join(line for line in lines if line)
