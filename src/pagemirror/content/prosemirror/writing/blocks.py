"""The forms that each block has in Markdown, the most readable first, and the opaque one last. Knows nodes, reads none.

A container is given the texts of what is in it, so that nothing here descends.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from pagemirror.content.prosemirror.opaque import opaque_block, opaque_text
from pagemirror.content.prosemirror.schema import NODES
from pagemirror.content.prosemirror.shape import Json
from pagemirror.content.prosemirror.writing.escaping import Strength, attribute, destination, escaped, fence
from pagemirror.content.prosemirror.writing.inline import inline
from pagemirror.content.prosemirror.writing.tables import table

__all__ = ["CONTAINERS", "LISTS", "Below", "forms", "joined", "plainest"]

LISTS: Final = {"bulletList": "listItem", "orderedList": "listItem", "taskList": "taskItem"}
CONTAINERS: Final = frozenset({"blockquote", "callout", "details", *LISTS, *LISTS.values()})
"""What holds blocks that are written on their own."""

_KINDS: Final = {"info": "NOTE", "success": "TIP", "default": "IMPORTANT", "warning": "WARNING", "danger": "CAUTION"}
_LAST_NUMBER: Final = 999_999_999


class Below(NamedTuple):
    """What is in a container, written: nodes and texts. `other` asks for a list's second marker."""

    nodes: Sequence[Json]
    texts: Sequence[str]
    other: bool = False


def plainest(node: Json, below: Below) -> str:
    """The most readable form of a block, or of an item without its marker; "" where it has none at all."""
    said = _FORMS[node["type"]](node, below, Strength.PLAIN) if _has_form(node) else None
    return next(forms(node, below), "") if said is None else said


def forms(node: Json, below: Below) -> Iterator[str]:
    """The forms of a block, or of an item without its marker, the most readable first."""
    before: str | None = None
    for strength in Strength if _has_form(node) else ():
        said = _FORMS[node["type"]](node, below, strength)
        if said is not None and said != before:
            yield said
            before = said
    if node["type"] not in LISTS.values():
        block = opaque_block(node)
        if block is not None:
            yield block


def _has_form(node: Json) -> bool:
    kind, attrs = node["type"], node.get("attrs")
    return kind in _FORMS and (not attrs or kind in _TAKES_ANY or not attrs.keys() - _KNOWN[kind])


def joined(nodes: Sequence[Json], texts: Sequence[str], *, tight: bool = False) -> str:
    """Blocks one below the other; in tight items a list stands right below the item's paragraph."""
    if len(texts) == 1:
        return texts[0]
    parts: list[str] = []
    for number, text in enumerate(texts):
        if number:
            close = tight and nodes[number]["type"] in LISTS and nodes[number - 1]["type"] == "paragraph"
            parts.append("\n" if close and _interrupts(nodes[number]) else "\n\n")
        parts.append(text)
    return "".join(parts)


def _interrupts(node: Json) -> bool:
    """Whether a list may stand right below a paragraph: not if it begins with an empty item or another number."""
    items = node.get("content") or [{}]  # none at all against the schema
    first = (items[0].get("content") or [{}])[0]
    return "content" in first and (node.get("attrs") or {}).get("start", 1) == 1


def _paragraph(node: Json, _below: Below, strength: Strength) -> str | None:
    content, attrs = node.get("content") or [], node.get("attrs")
    if not content and not attrs:
        return ""
    return inline(content, strength, attrs=attrs) if strength < Strength.HTML else None


def _heading(node: Json, _below: Below, strength: Strength) -> str | None:
    attrs = node.get("attrs") or {}
    level = attrs.get("level", 1)
    if level not in range(1, 7) or strength is Strength.HTML:
        return None
    more = {name: value for name, value in attrs.items() if name != "level"}
    said = inline(node.get("content") or [], strength, lines=False, attrs=more)
    if said is None:
        return None
    if said.endswith("#") and strength is Strength.PLAIN:
        said = f"{said[:-1]}\\#"
    return f"{'#' * level} {said}".rstrip(" ")


def _code_block(node: Json, _below: Below, _strength: Strength) -> str | None:
    language = (node.get("attrs") or {}).get("language", "")
    if not isinstance(language, str) or any(part["type"] != "text" for part in node.get("content") or []):
        return None
    return fence("".join(part["text"] for part in node.get("content") or []), language)


def _rule(_node: Json, _below: Below, _strength: Strength) -> str:
    return "---"


def _math(node: Json, _below: Below, strength: Strength) -> str | None:
    formula = (node.get("attrs") or {}).get("text", "")
    if not isinstance(formula, str):
        return None
    return f"$$\n{formula}\n$$" if strength is Strength.PLAIN else fence(formula, "math")


def _image(node: Json, _below: Below, strength: Strength) -> str | None:
    attrs = dict(node.get("attrs") or {})
    src, alt = attrs.pop("src", ""), attrs.pop("alt", "")
    if not isinstance(src, str) or not isinstance(alt, str):
        return None
    if strength < Strength.HTML:
        return None if attrs else f"![{escaped(alt, strength, alone=False, linked=True)}]({destination(src)})"
    said = f"<img src={attribute(src)} alt={attribute(alt)}"
    for name in ("width", "align"):
        if isinstance(attrs.get(name), str):
            said += f" {name}={attribute(attrs.pop(name))}"
    more = opaque_text(attrs) if attrs else ""
    if more is None:
        return None
    return f"{said} data-attrs={attribute(more)}>" if more else f"{said}>"


def _quote(_node: Json, below: Below, _strength: Strength) -> str:
    return _led(joined(below.nodes, below.texts), "> ")


def _callout(node: Json, below: Below, _strength: Strength) -> str | None:
    kind = _KINDS.get((node.get("attrs") or {}).get("type", "info"))
    if kind is None:
        return None
    text = joined(below.nodes, below.texts)
    return f"> [!{kind}]" + (f"\n{_led(text, '> ')}" if text else "")


def _details(node: Json, below: Below, _strength: Strength) -> str | None:
    parts = node.get("content") or []
    if [part["type"] for part in parts] != ["detailsSummary", "detailsContent"] or any(
        part.get("attrs") for part in parts
    ):
        return None
    summary = inline(parts[0].get("content") or [], Strength.HTML, lines=False)
    if summary is None:
        return None
    opening = "<details open>" if (node.get("attrs") or {}).get("open") is True else "<details>"
    head = f"{opening}\n<summary>{summary}</summary>" if summary else opening
    text = joined(below.nodes, below.texts)
    return f"{head}\n\n{text}\n\n</details>" if text else f"{head}\n\n</details>"


def _item(node: Json, below: Below, _strength: Strength) -> str:
    nodes, texts = below.nodes, below.texts
    if nodes and nodes[0]["type"] == "paragraph" and not texts[0]:  # not written: what follows stands at the marker
        nodes, texts = nodes[1:], texts[1:]
    text = joined(nodes, texts, tight=True)
    if nodes and nodes[0]["type"] == "horizontalRule":
        text = f"___{text.removeprefix('---')}"  # `- ---` would be a rule
    if node["type"] == "taskItem":
        box = "[x]" if (node.get("attrs") or {}).get("checked") is True else "[ ]"
        text = f"{box} {text}"
    return text


def _list(node: Json, below: Below, _strength: Strength) -> str | None:
    numbered = node["type"] == "orderedList"
    number = (node.get("attrs") or {}).get("start", 1)
    if not below.texts or not isinstance(number, int) or not 0 <= number <= _LAST_NUMBER - len(below.texts):
        return None
    lines: list[str] = []
    loose = False
    for place, (item, text) in enumerate(zip(below.nodes, below.texts, strict=True)):
        if item["type"] != LISTS[node["type"]]:
            return None
        blocks = item.get("content") or ()
        if len(blocks) > 1 and not loose:
            loose = sum([block["type"] == "paragraph" and "content" in block for block in blocks]) > 1
        sign = f"{number + place}{')' if below.other else '.'}" if numbered else ("*" if below.other else "-")
        indented = _led(text, " " * (len(sign) + 1))[len(sign) + 1 :] if "\n" in text else text
        lines.append(f"{sign} {indented}" if text else sign)
    return ("\n\n" if loose else "\n").join(lines)


def _led(text: str, lead: str) -> str:
    """Each line with a lead before it; lines without text have none of its blanks."""
    bare = lead.rstrip(" ")
    return "\n".join([f"{lead}{line}" if line else bare for line in text.split("\n")])


_Form = Callable[[Json, Below, Strength], str | None]
"""A block's form at a strength; None where it has none."""

_FORMS: Final[dict[str, _Form]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "codeBlock": _code_block,
    "horizontalRule": _rule,
    "mathBlock": _math,
    "image": _image,
    "blockquote": _quote,
    "callout": _callout,
    "details": _details,
    "listItem": _item,
    "taskItem": _item,
    "table": lambda node, _below, strength: table(node, strength),
    **dict.fromkeys(LISTS, _list),
}
_TAKES_ANY: Final = frozenset({"paragraph", "heading"})
_KNOWN: Final = {
    kind: frozenset(dict(NODES[kind].attrs)) - ({"type"} if kind == "orderedList" else set())
    for kind in _FORMS.keys() - _TAKES_ANY
}
"""The attributes that a form holds; with others a block is opaque."""
