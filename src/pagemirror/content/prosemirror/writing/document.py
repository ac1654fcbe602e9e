"""A document as Markdown: written as plainly as can be, read back, and only where that differs written harder.

Each block has forms. The first of each is tried for the whole document at once; where the document does not come back
so, block by block, inner ones first, the first form that comes back is taken. The last form is opaque and holds all.
"""

from dataclasses import dataclass
from typing import Any, Final

from pagemirror.content.prosemirror.converting import document_of
from pagemirror.content.prosemirror.normalform import normal_form
from pagemirror.content.prosemirror.opaque import opaque_block
from pagemirror.content.prosemirror.shape import Json, Loss, Lowering
from pagemirror.content.prosemirror.textblock import is_code
from pagemirror.content.prosemirror.writing.blocks import CONTAINERS, LISTS, Below, forms, joined, plainest

__all__ = ["Written", "to_markdown"]

_NOTHING: Final = Below((), ())
_FAMILIES: Final = {"bulletList": "bullets", "taskList": "bullets", "orderedList": "numbers"}
_DEEPEST: Final = Lowering().max_depth
"""What is deeper would be set flat when it is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document as Markdown, and what of it the text does not hold; `line` of a loss is a line of this text."""

    markdown: str
    losses: tuple[Loss, ...] = ()


def to_markdown(doc: Json) -> Written:
    """Write a document, whose shape is that of `walking`. Documents that are equal in normal form give equal texts.

    Reading the text gives the document again in that form, comments kept; what does not come back is a loss. Where
    there are losses, the text is for people to read, and not to make a document of.
    """
    blocks: list[Json] = normal_form(doc, comments=True)["content"]
    others = _others(blocks)
    texts = [_block(block, other=other) for block, other in zip(blocks, others, strict=True)]
    body = joined(blocks, texts)
    if _reads_as(body, blocks):
        return Written(markdown=_ended(body))
    bared = _bare_code(blocks)
    if bared:
        written = to_markdown({"type": "doc", "content": blocks})
        return Written(markdown=written.markdown, losses=(*bared, *written.losses))
    texts = [
        text if _reads_as(text, [block]) else _block(block, other=other, careful=True)
        for block, text, other in zip(blocks, texts, others, strict=True)
    ]
    if not _reads_as(joined(blocks, texts), blocks):
        texts = _told_apart(blocks, texts)
    return Written(markdown=_ended(joined(blocks, texts)), losses=tuple(_losses(blocks, texts)))


def _ended(text: str) -> str:
    return f"{text}\n" if text else ""


def _read(text: str) -> list[Json]:
    return _normal(document_of(text)["content"])


def _normal(blocks: list[Json]) -> list[Json]:
    content: list[Json] = normal_form({"type": "doc", "content": blocks}, comments=True)["content"]
    return content


def _reads_as(text: str, blocks: list[Json]) -> bool:
    """Whether a text gives just these blocks, which are in normal form. Most of what is read is in that form, too."""
    found = document_of(text)["content"]
    if len(found) != len(blocks):
        return _normal(found) == blocks
    return all(one == block or _normal([one]) == [block] for one, block in zip(found, blocks, strict=True))


def _bare_code(blocks: list[Json]) -> list[Loss]:
    """Take the marks away that code bears against the schema, and that no text gives it; tells which."""
    lost: set[str] = set()
    reached: list[Json] = [{"content": blocks}]
    for node in reached:  # grows while it is read
        content = node.get("content") or []
        for number, child in enumerate(content):
            marks = child.get("marks") or ()
            if len(marks) > 1 and is_code(child):
                lost.update(mark["type"] for mark in marks if mark["type"] != "code")
                content[number] = {**child, "marks": [mark for mark in marks if mark["type"] == "code"]}
        reached.extend(content)
    message = f"code bears no other mark in Markdown; {', '.join(sorted(lost))} was left out"
    return [Loss(kind="code_marks", line=1, message=message)] if lost else []


def _others(nodes: list[Json]) -> list[bool]:
    """Which lists need the other marker, as a list of their kind stands right before them."""
    if len(nodes) == 1:
        return [False]
    others: list[bool] = []
    before: str | None = None
    other = False
    for node in nodes:
        family = _FAMILIES.get(node["type"])
        other = family is not None and family == before and not other
        others.append(other)
        before = family
    return others


def _block(block: Json, *, other: bool, careful: bool = False) -> str:
    """One block: its first form, or with care, inner blocks first, the first form that comes back."""
    if not careful and block["type"] not in CONTAINERS:
        return plainest(block, _NOTHING)
    nodes, others, depths = [block], [other], [0]
    insides: dict[int, slice] = {}  # of a container, where what is in it stands among the nodes
    for number, node in enumerate(nodes):  # grows while it is read: what is outside comes before what is inside
        if node["type"] in CONTAINERS and (inner := _inner(node)):
            insides[number] = slice(len(nodes), len(nodes) + len(inner))
            nodes += inner
            others += _others(inner)
            depths += [depths[number] + 1] * len(inner)
    if depths[-1] > _DEEPEST:
        return opaque_block(block) or ""
    texts = [""] * len(nodes)
    for number in range(len(nodes) - 1, -1, -1):
        node, inside = nodes[number], insides.get(number)
        below = Below(nodes[inside], texts[inside], others[number]) if inside else _NOTHING
        if not careful or node["type"] in LISTS.values():
            texts[number] = plainest(node, below)
            continue
        for form in forms(node, below):
            texts[number] = form
            if _reads_as(form, [node]):
                break
    return texts[0]


def _inner(node: Json) -> list[Json]:
    """The blocks that a container holds."""
    content: list[Any] = node.get("content") or []
    if node["type"] == "details":
        content = content[-1].get("content") or [] if content else []
    return content


def _told_apart(blocks: list[Json], texts: list[str]) -> list[str]:
    """The texts with those blocks opaque that do not come back beside their neighbours."""
    found = _read(joined(blocks, texts))
    least = min(len(found), len(blocks))
    start = next((number for number in range(least) if found[number] != blocks[number]), least)
    end = next((number for number in range(least - start) if found[-1 - number] != blocks[-1 - number]), least - start)
    return [
        (opaque_block(block) or text) if start <= number < max(len(blocks) - end, start + 1) else text
        for number, (block, text) in enumerate(zip(blocks, texts, strict=True))
    ]


def _losses(blocks: list[Json], texts: list[str]) -> list[Loss]:
    """What is said of blocks that do not come back whatever their form: they break the schema."""
    found = _read(joined(blocks, texts))
    if found == blocks:
        return []
    losses: list[Loss] = []
    line = 1
    for block, text in zip(blocks, texts, strict=True):
        if not _reads_as(text, [block]):
            message = f"this `{block['type']}` breaks the editor's schema; Markdown can't hold it as it is"
            losses.append(Loss(kind="unwritten", line=line, message=message))
        line += text.count("\n") + 2
    return losses or [Loss(kind="unwritten", line=1, message="the blocks do not come back beside each other")]
