"""What stands in one text block, as Markdown: texts with their marks, line breaks, formulas. Knows no blocks.

Where marks overlap, the one that goes on longest is outermost.
"""

import re
from typing import Final, NamedTuple

from pagemirror.content.prosemirror.opaque import opaque_text, tag_for
from pagemirror.content.prosemirror.shape import Json
from pagemirror.content.prosemirror.writing.escaping import Strength, attribute, code_span, destination, escaped

__all__ = ["inline"]

_DELIMITERS: Final = {"bold": ("**", "strong"), "italic": ("*", "em"), "strike": ("~~", "s")}
_TAGS: Final = {"underline": "u", "subscript": "sub", "superscript": "sup", "highlight": "mark"}
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>|]*")
_MAIL: Final = re.compile(r"[A-Za-z0-9.+_-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


class _Open(NamedTuple):
    """A mark that is open: what it is, and what closes it."""

    key: str
    kind: str
    end: str


def inline(nodes: list[Json], strength: Strength, *, lines: bool = True, attrs: Json | None = None) -> str | None:
    """The nodes of a text block; None for what can't be told. `lines` says that a line may end within it.

    `attrs` are those of the text block which Markdown has no form for.
    """
    made: list[str] = []
    if attrs:
        tag = tag_for("attrs", attrs)
        if tag is None:
            return None
        made.append(f"{tag}</span>")
    if len(nodes) == 1 and nodes[0]["type"] == "text" and "marks" not in nodes[0]:  # most text blocks are only that
        made.append(escaped(nodes[0]["text"], strength, starts=lines and not made))
        return "".join(made)
    keys = [_keys(node) for node in nodes]
    ends = _ends(keys)
    stack: list[_Open] = []
    starts = lines and not made
    for number, node in enumerate(nodes):
        wanted = keys[number]
        if wanted is not None:
            keep = 0
            while keep < len(stack) and stack[keep].key in wanted:
                keep += 1
            made.extend(stack.pop().end for _ in range(len(stack) - keep))
            held = {opened.key for opened in stack}
            for key in sorted(wanted.keys() - held, key=lambda key: (-ends[number][key], list(wanted).index(key))):
                if _is_address(nodes, number, key, ends[number][key], strength):
                    continue
                said = _tags(wanted[key], strength)
                if said is None:
                    return None
                made.append(said[0])
                stack.append(_Open(key, wanted[key]["type"], said[1]))
        said_node = _node(node, strength, starts=starts, stack=stack, lines=lines, alone=len(nodes) == 1)
        if said_node is None:
            return None
        made.append(said_node)
        starts = lines and node["type"] == "hardBreak"
    made.extend(opened.end for opened in reversed(stack))
    return "".join(made)


def _keys(node: Json) -> dict[str, Json] | None:
    """A text's marks by what tells them apart; None for what bears none, where marks stay open."""
    if node["type"] != "text":
        return None
    marks = node.get("marks") or ()
    return {(mark["type"] if "attrs" not in mark else opaque_text(mark) or ""): mark for mark in marks}


def _ends(keys: list[dict[str, Json] | None]) -> list[dict[str, int]]:
    """For each node, how far each of its marks goes on."""
    ends: list[dict[str, int]] = [{}] * len(keys)
    after: dict[str, int] = {}
    for number in range(len(keys) - 1, -1, -1):
        held = keys[number]
        if held is not None:
            after = {key: after.get(key, number) for key in held}
        ends[number] = after
    return ends


def _is_address(nodes: list[Json], number: int, key: str, end: int, strength: Strength) -> bool:
    """Whether a link is an address that says itself: `<https://…>`."""
    node = nodes[number]
    link = _link(node)
    if strength >= Strength.TAGS or end != number or link is None or opaque_text(link) != key:
        return False
    text, href = node["text"], link["attrs"]["href"]
    if href == f"mailto:{text}":
        return _MAIL.fullmatch(text) is not None
    return bool(href == text) and _ADDRESS.fullmatch(text) is not None


def _link(node: Json) -> Json | None:
    for mark in node.get("marks") or ():
        if mark["type"] == "link":
            return mark if _is_plain_link(mark) else None
    return None


def _is_plain_link(mark: Json) -> bool:
    attrs = mark.get("attrs") or {}
    return attrs.keys() == {"href"} and isinstance(attrs["href"], str)


def _tags(mark: Json, strength: Strength) -> tuple[str, str] | None:
    """What opens a mark, and what closes it; None for what can't be told."""
    kind, attrs = mark["type"], mark.get("attrs")
    if kind == "code" and not attrs:
        return ("", "") if strength < Strength.TAGS else ("<code>", "</code>")
    if kind in _DELIMITERS and not attrs:
        sign, name = _DELIMITERS[kind]
        return (sign, sign) if strength < Strength.TAGS else (f"<{name}>", f"</{name}>")
    if kind in _TAGS and not attrs:
        return f"<{_TAGS[kind]}>", f"</{_TAGS[kind]}>"
    if kind == "highlight" and attrs and attrs.keys() == {"color"} and isinstance(attrs["color"], str):
        return f"<mark data-color={attribute(attrs['color'])}>", "</mark>"
    if kind == "link" and _is_plain_link(mark):
        href = mark["attrs"]["href"]
        if strength < Strength.TAGS:
            return "[", f"]({destination(href)})"
        return f"<a href={attribute(href)}>", "</a>"
    tag = tag_for("mark", mark)
    return None if tag is None else (tag, "</span>")


def _node(
    node: Json, strength: Strength, *, starts: bool, stack: list[_Open], lines: bool, alone: bool
) -> str | None:
    kind = node["type"]
    if kind == "text":
        return _text(node, strength, starts=starts and not stack, stack=stack, alone=alone)
    if kind == "hardBreak" and "attrs" not in node:
        return "\\\n" if lines and strength < Strength.HTML else "<br>"
    if kind == "mathInline" and strength < Strength.TAGS:
        formula = (node.get("attrs") or {}).get("text")
        if isinstance(formula, str) and formula and "\n" not in formula:
            return f"${formula}$"
    tag = tag_for("node", node)
    return None if tag is None else f"{tag}</span>"


def _text(node: Json, strength: Strength, *, starts: bool, stack: list[_Open], alone: bool) -> str:
    text = node["text"]
    marks = {mark["type"] for mark in node.get("marks") or ()}
    if marks == {"code"} and strength < Strength.TAGS:
        return code_span(text)
    if "link" in marks and all(opened.kind != "link" for opened in stack):
        return f"<{text}>"
    return escaped(text, strength, starts=starts, alone=alone, linked="link" in marks)
