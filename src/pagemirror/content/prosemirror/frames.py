"""What the document in the making is made of: open containers, nodes, and notes of what was lost."""

from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from pagemirror.content.prosemirror.shape import Json

__all__ = ["ROOM", "Frame", "FrameKind", "Lost", "item", "node"]

FrameKind = Literal["quote", "list", "item", "footnote", "details", "content", "callout", "section", "flat"]

ROOM: Final[dict[FrameKind, int]] = {
    "quote": 1,
    "list": 2,
    "details": 2,
    "callout": 1,
    "section": 0,
    "item": 0,
    "content": 0,
    "footnote": 0,
    "flat": 0,
}
"""How many containers each opens at once: a list is nothing without its items."""


class Lost(NamedTuple):
    """A loss, by the number of its event."""

    at: int
    kind: str
    message: str


@dataclass(slots=True)
class Frame:
    """An open container: where its node will go, and what is known of it so far. `box` is its directive's number."""

    kind: FrameKind
    parent: list[Json]
    at: int
    attrs: Json = field(default_factory=dict)
    name: str = ""
    checked: bool | None = None
    summary: list[Json] | None = None
    box: int = -1


def node(kind: str, content: list[Json] | None = None, attrs: Json | None = None) -> Json:
    """A node without the parts that say nothing."""
    made: Json = {"type": kind}
    if attrs:
        made["attrs"] = attrs
    if content:
        made["content"] = content
    return made


def item(kind: str, blocks: list[Json], attrs: Json | None = None) -> Json:
    """An item; it begins with a paragraph, if need be an empty one."""
    starts_well = bool(blocks) and blocks[0]["type"] == "paragraph"
    return node(kind, blocks if starts_well else [node("paragraph"), *blocks], attrs)
