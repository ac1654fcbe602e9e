"""Markdown to a document: the text made ready for the parser, one walk over its events, and the lines of losses.

Boxes are marked first, and marked again without those whose marks the parser did not meet.
"""

from typing import Final

from pagemirror.content.prosemirror.containers import Marked, marked
from pagemirror.content.prosemirror.definitions import shielded, unshielded
from pagemirror.content.prosemirror.events import walked
from pagemirror.content.prosemirror.includes import includes
from pagemirror.content.prosemirror.lines import with_lines
from pagemirror.content.prosemirror.page import Page
from pagemirror.content.prosemirror.reading import Rarities, parser_for, rarities, sendable
from pagemirror.content.prosemirror.shape import Converted, Json, Loss, Lowering

__all__ = ["boxed", "to_prosemirror"]

_DEFAULT: Final = Lowering()
_BOTH: Final = "oc"  # a box's marks, that it opens and that it closes


def to_prosemirror(markdown: str, *, options: Lowering = _DEFAULT) -> Converted:
    """Convert a Markdown text without front matter. Never raises; the document is valid in the editor's schema."""
    source = sendable(markdown)
    rare = rarities(source)
    if rare.boxes and options.directives:
        doc, losses, boxes = _settled(source, options, rare)
    else:
        doc, losses, _ = _converted(source, options, rare, None)
        boxes = None
    told = boxes.losses if boxes else []
    if rare.includes:
        told += includes(source)
    if told:
        losses = tuple(sorted((*losses, *told), key=lambda loss: loss.line))
    return Converted(doc=doc, losses=losses)


def boxed(markdown: str) -> Marked | None:
    """The text as the parser reads it, its boxes marked; None where it has none. Line ends are LF."""
    rare = rarities(markdown)
    return _settled(markdown, _DEFAULT, rare)[2] if rare.boxes else None


def _settled(source: str, options: Lowering, rare: Rarities) -> tuple[Json, tuple[Loss, ...], Marked | None]:
    """Convert until the parser meets the marks of all boxes: one whose marks stand in code or raw HTML is none."""
    boxes = marked(source, options)
    doc, losses, unmet = _converted(source, options, rare, boxes)
    if unmet:
        boxes = marked(source, options, unmet)
        doc, losses, unmet = _converted(source, options, rare, boxes)
    if unmet:
        boxes = None
        doc, losses, _ = _converted(source, options, rare, None)
    return doc, losses, boxes


def _converted(
    source: str, options: Lowering, rare: Rarities, boxes: Marked | None
) -> tuple[Json, tuple[Loss, ...], set[int]]:
    """The document, what is lost with the lines of `source`, and the boxes whose marks the parser did not meet."""
    text = boxes.text if boxes else source
    terms = shielded(text) if rare.definitions and options.definitions == "list" else None
    parser = parser_for(
        subscript=options.subscript,
        superscript=options.superscript,
        definitions=terms is not None,
        heading_ids=rare.heading_ids,
    )
    page = Page(text, options)
    events = iter(parser.events(text)) if terms is None else unshielded(parser.events(terms))
    doc, met = walked(page, events, boxes)
    lost = page.losses
    losses = with_lines(lost, terms or text, parser.events_with_range(terms or text)) if lost else ()
    if boxes is None:
        return doc, losses, set()
    losses = tuple([Loss(kind=one.kind, line=boxes.origin[one.line - 1], message=one.message) for one in losses])
    return doc, losses, {number for number in boxes.directives if met.get(number) != _BOTH}
