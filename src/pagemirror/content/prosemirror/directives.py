"""What an admonition, a directive or a tab says of itself on its first line, and the box that it becomes.

Knows the syntaxes of MkDocs, Docusaurus and their kin; knows neither lines around it nor nodes.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal

from pagemirror.content.prosemirror.shape import Lowering

__all__ = ["ALERTS", "Box", "Directive", "read_colons", "read_indented"]

Box = Literal["callout", "details", "heading", "plain"]

ALERTS: Final = {
    "Note": "info",
    "Tip": "success",
    "Important": "default",  # five kinds onto five, so that each comes back
    "Warning": "warning",
    "Caution": "danger",
}
_OWN: Final = {
    "note": "info",
    "info": "info",
    "tip": "success",
    "success": "success",
    "important": "default",
    "warning": "warning",
    "caution": "warning",  # beside `danger` it is the milder one, unlike the alert
    "danger": "danger",
}
"""Kinds that a callout shows by its colour alone; the others are told by a title too."""
_KINDS: Final = {
    **_OWN,
    **dict.fromkeys(("abstract", "summary", "tldr", "todo", "question", "help", "faq", "seealso"), "info"),
    **dict.fromkeys(("hint", "check", "done"), "success"),
    **dict.fromkeys(("attention",), "warning"),
    **dict.fromkeys(("failure", "fail", "missing", "error", "bug"), "danger"),
    **dict.fromkeys(("example", "quote", "cite"), "default"),
}
_LONGEST: Final = 500  # characters of a first line; what is longer is text
_BLOCK: Final = re.compile(r'(!!!|\?\?\?\+?)[ \t]*([\w-]+(?:[ \t]+[\w-]+)*)?(?:[ \t]*"(.*)")?[ \t]*')
_TAB: Final = re.compile(r'===[!+]{0,2}[ \t]+"(.*)"[ \t]*')
_NAME: Final = re.compile(r"[ \t]*(?:\{[.]?(?:callout-)?([A-Za-z][\w-]*)[^{}]*\}|([A-Za-z][\w-]*)(?![\w.]))")
_ATTRIBUTES: Final = re.compile(r"\{[^{}]*\}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """A box with its title in Markdown ("" for none); `kind` is a callout's; `losses` are (kind, message)."""

    box: Box
    title: str = ""
    kind: str = ""
    is_open: bool = False
    needs_body: bool = False
    losses: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=256)
def read_indented(line: str, lowering: Lowering) -> Directive | None:
    """Read `!!! kind "Title"`, `??? …`, `???+ …` or `=== "Tab"`, without the blanks before; None if it is none."""
    if len(line) > _LONGEST:
        return None
    tab = _TAB.fullmatch(line) if line[0] == "=" else None
    if tab:
        box: Box = "details" if lowering.tabs == "details" else "heading"
        said = f"there are no tabs here; each {'folds' if box == 'details' else 'has a heading'}"
        return Directive(box=box, title=tab[1].strip(), needs_body=True, losses=(("tabs", said),))
    found = _BLOCK.fullmatch(line)
    if found is None or (found[2] is None and found[3] is None):
        return None
    kind, *classes = (found[2] or "note").lower().split()
    title = found[3]
    needs_body = title is None
    if found[1] == "!!!":
        made = _callout(kind, title, needs_body=needs_body)
    elif lowering.folded == "callout":
        said = "a callout does not fold here; it stands unfolded"
        made = _also_lost(_callout(kind, title, needs_body=needs_body), "folded", said)
    else:
        made = _folded(kind, title, is_open=found[1].endswith("+"), needs_body=needs_body)
    if classes:
        made = _also_lost(made, "directive", f"`{' '.join(classes)}` says how it looks, which has no counterpart here")
    return made


@lru_cache(maxsize=256)
def read_colons(line: str) -> Directive | None:
    """Read what follows the colons of `:::kind[Title]`, `:::kind Title` or `:::{kind} Title`; None if it is none."""
    found = _NAME.match(line) if len(line) <= _LONGEST else None
    if found is None:
        return None
    kind = (found[1] or found[2]).lower()
    rest = line[found.end() :].strip(" \t").rstrip(":").rstrip(" \t")
    attributes = _ATTRIBUTES.search(rest)
    if attributes:
        rest = rest[: attributes.start()].rstrip(" \t")
    title = rest[1:-1] if rest.startswith("[") and rest.endswith("]") else rest
    if kind == "details":
        made = _folded(kind, title or None, is_open=False)
    elif kind in _KINDS:
        made = _callout(kind, title or None)
    else:
        said = f"`:::{kind}` has no counterpart here; what is in it stands without it"
        made = Directive(box="plain", title=title, losses=(("directive", said),))
    if attributes:
        made = _also_lost(made, "directive", f"`{attributes[0]}` says how it looks, which has no counterpart here")
    return made


def _also_lost(directive: Directive, kind: str, message: str) -> Directive:
    return replace(directive, losses=(*directive.losses, (kind, message)))


def _callout(kind: str, title: str | None, *, needs_body: bool = False) -> Directive:
    """A callout; one whose kind the colour doesn't tell says it as a title."""
    if title is None and kind not in _OWN:
        title = kind.replace("-", " ").capitalize()
    said = "a callout has no title here; it stands in bold at the top"
    return Directive(
        box="callout",
        title=(title or "").strip(),
        kind=_KINDS.get(kind, "default"),
        needs_body=needs_body,
        losses=(("callout_title", said),) if title else (),
    )


def _folded(kind: str, title: str | None, *, is_open: bool, needs_body: bool = False) -> Directive:
    said = f"what folds has no kind here; `{kind}` was left out"
    told = title is not None and kind not in {"details", "note", "info"}
    return Directive(
        box="details",
        title=(kind.replace("-", " ").capitalize() if title is None else title).strip(),
        is_open=is_open,
        needs_body=needs_body,
        losses=(("callout_kind", said),) if told else (),
    )
