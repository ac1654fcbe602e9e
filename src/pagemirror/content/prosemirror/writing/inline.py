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
    if attrs:
        tag, rest = tag_for("attrs", attrs), _marked(nodes, strength, lines=lines, starts=False)
        return None if tag is None or rest is None else f"{tag}</span>{rest}"
    if len(nodes) == 1 and "marks" not in nodes[0] and nodes[0]["type"] == "text":  # most text blocks are only that
        return escaped(nodes[0]["text"], strength, starts=lines)
    said = _singly(nodes, strength, starts=lines) if strength < Strength.TAGS else None
    return _marked(nodes, strength, lines=lines, starts=lines) if said is None else said


def _singly(nodes: list[Json], strength: Strength, *, starts: bool) -> str | None:
    """Texts that bear one mark at most, as most do: no mark goes on behind its text. None where there are others."""
    made: list[str] = []
    alone = len(nodes) == 1
    for node in nodes:
        if node["type"] != "text":
            return None
        text, marks = node["text"], node.get("marks")
        if not marks:
            made.append(escaped(text, strength, starts=starts, alone=alone))
        elif len(marks) > 1:
            return None
        else:
            said = _bearing(text, marks[0], strength, alone=alone)
            if said is None:
                return None
            made.append(said)
        starts = False
    return "".join(made)


def _bearing(text: str, mark: Json, strength: Strength, *, alone: bool) -> str | None:
    """A text with one mark; None for a mark that can't be told."""
    kind = mark["type"]
    if kind == "code" and "attrs" not in mark:
        return code_span(text)
    linked = kind == "link"
    if linked and _is_address(text, mark):
        return f"<{text}>"
    tags = _tags(mark, strength)
    return None if tags is None else f"{tags[0]}{escaped(text, strength, alone=alone, linked=linked)}{tags[1]}"


def _marked(nodes: list[Json], strength: Strength, *, lines: bool, starts: bool) -> str | None:
    """Texts with marks of every kind, and what stands among them."""
    made: list[str] = []
    keys = [_keys(node) for node in nodes]
    ends = _ends(keys)
    stack: list[_Open] = []
    for number, node in enumerate(nodes):
        wanted = keys[number]
        if wanted or (stack and wanted is not None):
            said = _turned(stack, wanted, ends[number], _address(node, number, ends[number], strength), strength)
            if said is None:
                return None
            made.append(said)
        said_node = _node(node, strength, starts=starts, stack=stack, lines=lines, alone=len(nodes) == 1)
        if said_node is None:
            return None
        made.append(said_node)
        starts = lines and node["type"] == "hardBreak"
    made.extend(opened.end for opened in reversed(stack))
    return "".join(made)


def _turned(
    stack: list[_Open], wanted: dict[str, Json], ends: dict[str, int], left: str | None, strength: Strength
) -> str | None:
    """Close what ends here and open what begins, the longest first; `left` is a link that its text says already."""
    keep = 0
    while keep < len(stack) and stack[keep].key in wanted:
        keep += 1
    made = [stack.pop().end for _ in range(len(stack) - keep)]
    held = {opened.key for opened in stack}
    new = [key for key in wanted if key not in held]
    if len(new) > 1:
        new.sort(key=lambda key: -ends[key])
    for key in new:
        if key == left:
            continue
        said = _tags(wanted[key], strength)
        if said is None:
            return None
        made.append(said[0])
        stack.append(_Open(key, wanted[key]["type"], said[1]))
    return "".join(made)


def _keys(node: Json) -> dict[str, Json] | None:
    """A text's marks by what tells them apart; None for what bears none, where marks stay open."""
    if node["type"] != "text":
        return None
    return {_key(mark): mark for mark in node.get("marks") or ()}


def _key(mark: Json) -> str:
    """What tells a mark apart: its type, for links and others the attributes too."""
    if "attrs" not in mark:
        return str(mark["type"])
    return f"link {mark['attrs']['href']}" if _is_plain_link(mark) else opaque_text(mark) or ""


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


def _address(node: Json, number: int, ends: dict[str, int], strength: Strength) -> str | None:
    """The link that a text alone bears and says itself, as in `<https://…>`, by what tells it apart."""
    link = _link(node) if strength < Strength.TAGS else None
    if link is None:
        return None
    key = _key(link)
    return key if ends[key] == number and _is_address(node["text"], link) else None


def _is_address(text: str, mark: Json) -> bool:
    """Whether a mark is a link that its text says itself."""
    if not _is_plain_link(mark):
        return False
    href = mark["attrs"]["href"]
    found = _MAIL.fullmatch(text) if href == f"mailto:{text}" else href == text and _ADDRESS.fullmatch(text)
    return bool(found)


def _link(node: Json) -> Json | None:
    for mark in node.get("marks") or ():
        if mark["type"] == "link":
            return mark if _is_plain_link(mark) else None
    return None


def _is_plain_link(mark: Json) -> bool:
    if mark["type"] != "link":
        return False
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
    if _is_plain_link(mark):
        href = mark["attrs"]["href"]
        if strength < Strength.TAGS:
            return "[", f"]({destination(href)})"
        return f"<a href={attribute(href)}>", "</a>"
    tag = tag_for("mark", mark)
    return None if tag is None else (tag, "</span>")


def _node(node: Json, strength: Strength, *, starts: bool, stack: list[_Open], lines: bool, alone: bool) -> str | None:
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
