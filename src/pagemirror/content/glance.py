"""What a document is made from, told at a glance: from the parser's HTML, which costs an eighth of its events.

HTML says what links to where and which words are headings, and not where they stand in the file. A plain text tells
that by itself: each link closes with a `](` of its own, and they close in the order of the HTML. Where as many `](`
stand in the file as HTML has links, each belongs to one. Any other text is walked, event by event.
"""

import re
from html import unescape
from typing import Final, NamedTuple

from pagemirror.content.boxes import may_have_boxes, with_boxes
from pagemirror.content.outline import Heading, Spot, outline, parser
from pagemirror.content.paths import is_relative
from pagemirror.model.documents import LinkKind

__all__ = ["Seen", "glance", "look", "plain_spots"]

_ENTITY: Final = re.compile(rb"&(?:#|[lL][tT]|nv)")
"""What may stand for a `<`."""
_OPENS: Final = '<a href="'
_SHOWS: Final = '<img src="'
_HEADING: Final = re.compile(r"<h[1-6]>(.*?)</h", re.DOTALL)
_MARK: Final = re.compile(r"</?(?:em|strong|del|code|a)\b[^>]*>")
_FIRST: Final = re.compile(rb"(?:[ \t]*\r?\n)* {0,3}(#(?:[ \t][^\r\n]*)?(?:\r?\n|\Z))")
_DESTINATION: Final = re.compile(rb"[\w./#?=~+:@,;*!%-]+(?=\)|[ \t]+\"[^\"\\\r\n]*\"\))")


class Seen(NamedTuple):
    """What a document is made from: its first heading (None where it can't be the title), the words of all headings,
    its destinations, the ids in raw HTML, and the starts of links whose destination could not be found in the bytes.
    """

    first: Heading | None
    words: tuple[str, ...]
    spots: list[Spot]
    ids: list[str]
    unparsed: list[int]


def look(data: bytes, text: str) -> Seen:
    """What is in a Markdown text; `data` is its UTF-8 form. Only relative destinations are told."""
    seen = glance(data, text)
    if seen is not None:
        return seen
    found = with_boxes(outline(data, text, is_relative), data, text, is_relative)
    first = found.headings[0] if found.headings else None
    return Seen(first, tuple([heading.words for heading in found.headings]), found.spots, found.ids, found.unparsed)


def glance(data: bytes, text: str) -> Seen | None:
    """The same, of a plain text; None where it takes the parser's events to tell."""
    closings = _closings(data)
    if closings is None or may_have_boxes(data):
        return None
    html = parser().html(text)
    links = _links(data, html, closings)
    if links is None:
        return None
    spots: list[Spot] = []
    for kind, destination, at in links:
        if is_relative(destination):
            spot = _spot(data, kind, destination, at)
            if spot is None:
                return None
            spots.append(spot)
    said = [_words(inner) for inner in _HEADING.findall(html)]
    words = tuple([word for word in said if word is not None])
    if len(words) < len(said):
        return None
    first: Heading | None = None
    if html.startswith("<h1>"):
        place = _FIRST.match(data)
        if place is None:
            return None
        first = Heading("H1", place.start(1), place.end(1), words[0], words[0])
    return Seen(first, words, spots, [], [])


def plain_spots(data: bytes, text: str) -> list[Spot] | None:
    """All destinations of a plain text, absolute ones too; None where it takes the parser's events to tell."""
    closings = _closings(data)
    if closings is None:
        return None
    if not closings and b"<" not in data:
        return []
    links = _links(data, parser().html(text), closings)
    if links is None:
        return None
    spots = [_spot(data, *link) for link in links]
    found = [spot for spot in spots if spot is not None]
    return found if len(found) == len(spots) else None


def _closings(data: bytes) -> list[int] | None:
    """Where the destinations begin behind each `](`; None where there may be definitions or wiki links.

    Brackets are few, and one byte is found far faster than two.
    """
    at = data.find(b"[")
    while at >= 0:
        if data[at + 1 : at + 2] == b"[":
            return None
        at = data.find(b"[", at + 1)
    found: list[int] = []
    at = data.find(b"]")
    while at >= 0:
        behind = data[at + 1 : at + 2]
        if behind == b"(":
            found.append(at + 2)
        elif behind == b":":
            return None
        at = data.find(b"]", at + 1)
    return found


def _links(data: bytes, html: str, closings: list[int]) -> list[tuple[LinkKind, str, int]] | None:
    """Links and images in the order in which they close: the destination as HTML has it, and where the file has it.

    None where not each belongs to a `](`.
    """
    if b"<" in data and (html.count("&lt;") != data.count(b"<") or _ENTITY.search(data)):
        return None  # not each is text or code: there is raw HTML, or an address between angle brackets
    found = _shown(html)
    if len(found) != len(closings):
        return None
    return [(kind, destination, at) for (_, kind, destination), at in zip(found, closings, strict=True)]


def _shown(html: str) -> list[tuple[int, LinkKind, str]]:
    """Where links and images close in HTML, their kinds and destinations, in that order. A link holds no other."""
    found: list[tuple[int, LinkKind, str]] = []
    at = html.find(_OPENS)
    while at >= 0:
        start = at + len(_OPENS)
        end = html.index('"', start)
        closing = html.index("</a>", end)
        found.append((closing, LinkKind.LINK, html[start:end]))
        at = html.find(_OPENS, closing)
    at = html.find(_SHOWS)
    while at >= 0:
        start = at + len(_SHOWS)
        end = html.index('"', start)
        found.append((at, LinkKind.IMAGE, html[start:end]))
        at = html.find(_SHOWS, end)
    found.sort()
    return found


def _spot(data: bytes, kind: LinkKind, destination: str, at: int) -> Spot | None:
    """A destination in the file; None where it is escaped or encoded, so that HTML and file say it in other words."""
    written = _DESTINATION.match(data, at)
    if written is None or written[0].decode() != destination:
        return None
    return Spot(at, written.end(), "bare", kind, destination)


def _words(inner: str) -> str | None:
    """The plain text of a heading; None where it has more than plain marks."""
    if "<" in inner:
        inner = _MARK.sub("", inner)
    if "<" in inner or "\n" in inner:
        return None
    return unescape(inner) if "&" in inner else inner
