"""Markdown to a document: the text made ready for the parser, one walk over its events, and the lines of losses.

Boxes are marked first, and marked again without those whose marks the parser did not meet.
"""

import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from pagemirror.content.prosemirror.containers import Marked, marked
from pagemirror.content.prosemirror.definitions import shielded, unshielded
from pagemirror.content.prosemirror.depths import MOST_FLAT, BottomlessError, shallow
from pagemirror.content.prosemirror.events import walked
from pagemirror.content.prosemirror.frames import Lost
from pagemirror.content.prosemirror.includes import includes
from pagemirror.content.prosemirror.lines import with_lines
from pagemirror.content.prosemirror.page import Page
from pagemirror.content.prosemirror.reading import Rarities, parser_for, rarities, sendable
from pagemirror.content.prosemirror.shape import Converted, Json, Loss, Lowering

if TYPE_CHECKING:
    from pyromark import Markdown

__all__ = ["boxed", "document_of", "to_prosemirror"]

_DEFAULT: Final = Lowering()
_BOTH: Final = "oc"  # a box's marks, that it opens and that it closes


class _Reading(NamedTuple):
    """What one walk gives: the document, the losses, what the parser read, and the boxes whose marks it didn't meet."""

    doc: Json
    lost: list[Lost]
    text: str
    parser: "Markdown"
    unmet: set[int]


def to_prosemirror(markdown: str, *, options: Lowering = _DEFAULT) -> Converted:
    """Convert a Markdown text without front matter. Never raises; the document is valid in the editor's schema."""
    source = sendable(markdown)
    rare = rarities(source)
    read, boxes = _settled(source, options, rare)
    losses = _losses(read, boxes)
    told = boxes.losses if boxes else []
    if rare.includes:
        told += includes(source)
    if told:
        losses = tuple(sorted((*losses, *told), key=lambda loss: loss.line))
    return Converted(doc=read.doc, losses=losses)


def document_of(markdown: str) -> Json:
    """The document alone, where losses are not asked for."""
    source = sendable(markdown)
    return _settled(source, _DEFAULT, rarities(source))[0].doc


def boxed(markdown: str) -> Marked | None:
    """The text as the parser reads it, its boxes marked; None where it has none. Line ends are LF."""
    rare = rarities(markdown)
    return _met(markdown, _DEFAULT, rare, sys.maxsize)[1] if rare.boxes else None


def _settled(source: str, options: Lowering, rare: Rarities) -> tuple[_Reading, Marked | None]:
    """Read what may have no bottom; if so, its signs are cut, and it is read as deep as it is."""
    try:
        return _met(source, options, rare, MOST_FLAT)
    except BottomlessError:
        return _met(shallow(source), options, rare, sys.maxsize)


def _met(source: str, options: Lowering, rare: Rarities, most_flat: int) -> tuple[_Reading, Marked | None]:
    """Read until the parser meets the marks of all boxes: one whose marks stand in code or raw HTML is none."""
    boxes = marked(source, options) if rare.boxes and options.directives else None
    read = _read(source, options, rare, boxes, most_flat)
    if read.unmet:
        boxes = marked(source, options, read.unmet)
        read = _read(source, options, rare, boxes, most_flat)
    if read.unmet:
        boxes = None
        read = _read(source, options, rare, None, most_flat)
    return read, boxes


def _read(source: str, options: Lowering, rare: Rarities, boxes: Marked | None, most_flat: int) -> _Reading:
    text = boxes.text if boxes else source
    terms = shielded(text) if rare.definitions and options.definitions == "list" else None
    parser = parser_for(
        subscript=options.subscript,
        superscript=options.superscript,
        definitions=terms is not None,
        heading_ids=rare.heading_ids,
    )
    page = Page(text, options, most_flat=most_flat)
    events = iter(parser.events(terms or text))
    if terms not in {None, text}:
        events = unshielded(events)
    doc, met = walked(page, events, boxes)
    unmet = {number for number in boxes.directives if met.get(number) != _BOTH} if boxes else set()
    return _Reading(doc, page.losses, terms or text, parser, unmet)


def _losses(read: _Reading, boxes: Marked | None) -> tuple[Loss, ...]:
    """What is lost, with the lines of the given text."""
    if not read.lost:
        return ()
    losses = with_lines(read.lost, read.text, read.parser.events_with_range(read.text))
    if boxes is None:
        return losses
    return tuple([Loss(kind=one.kind, line=boxes.origin[one.line - 1], message=one.message) for one in losses])
