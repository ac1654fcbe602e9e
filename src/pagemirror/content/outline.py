"""One walk over the parser's events: headings, destinations, ids. Knows bytes and Markdown, not what a link means."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pagemirror.content import rawhtml
from pagemirror.content.destinations import in_definition, in_link
from pagemirror.content.wiki import wiki_links
from pagemirror.model.documents import LinkKind

if TYPE_CHECKING:
    from pyromark import Markdown

__all__ = ["Heading", "Outline", "Spot", "outline", "parser"]

_BY_REFERENCE: Final = frozenset({"Reference", "Collapsed", "Shortcut"})
_BLOCKS: Final = frozenset({"Paragraph", "Item", "TableCell"})
_CLOSING: Final = frozenset({"Link", "Image", "HtmlBlock"})
_FENCES: Final = {"Text": "", "Code": "", "InlineMath": "$", "DisplayMath": "$$"}
_BREAK: Final = re.compile(rb"<br[\s/>]", re.IGNORECASE)
_HAS_ID: Final = re.compile(rb"\s(?:id|name)\s*=", re.IGNORECASE)
_RAW: Final = re.compile(rb"<(/?)(code|pre|script|style|textarea)[\s/>]", re.IGNORECASE)


class Spot(NamedTuple):
    """A destination: the bytes that a new one would replace, what it says, and how it is written.

    A wiki link is a spot of style `wiki` with its page's name as destination, and its label.
    """

    start: int
    end: int
    style: str
    kind: LinkKind
    destination: str
    label: str = ""


class Heading(NamedTuple):
    """A heading: its level, its bytes, its plain text, and the same without images' texts (which make no anchor)."""

    level: str
    start: int
    end: int
    text: str
    words: str


class Outline(NamedTuple):
    """What one walk found; `unparsed` are the starts of links whose destination could not be found in the bytes."""

    headings: list[Heading]
    spots: list[Spot]
    ids: list[str]
    unparsed: list[int]


@cache
def parser() -> "Markdown":
    """The parser; never with the metadata option, which takes rules in mid-text for front matter."""
    from pyromark import Markdown, Options  # noqa: PLC0415 - a pass with nothing to do parses nothing

    return Markdown(
        options=Options.ENABLE_TABLES
        | Options.ENABLE_STRIKETHROUGH
        | Options.ENABLE_TASKLISTS
        | Options.ENABLE_FOOTNOTES
        | Options.ENABLE_GFM
        | Options.ENABLE_MATH
    )


def outline(data: bytes, text: str, wanted: Callable[[str], bool]) -> Outline:
    """Walk a Markdown text; `data` is its UTF-8 form. Only destinations that are `wanted` become spots, in order."""
    events: Iterable[tuple[Any, Any]] = parser().events_with_range(text)
    wiki = b"[[" in data
    if wiki:
        events = list(events)  # read twice
    walk = _Walk(data, wanted)
    walk.over(iter(events))
    found = walk.found
    if b"]:" in data:
        walk.definitions(parser().reference_definitions(text).items())
    if wiki:
        found.spots.extend(
            Spot(link.start, link.end, "wiki", link.kind, link.name, link.label)
            for link in wiki_links(data, events)
            if wanted(link.name)
        )
    found.spots.sort()
    return found


class _Walk:
    """The state of one walk: the links that are open, the images' references, whether code in HTML is open."""

    __slots__ = ("_data", "_images", "_open", "_raw", "_wanted", "found")

    def __init__(self, data: bytes, wanted: Callable[[str], bool]) -> None:
        self.found = Outline([], [], [], [])
        self._data = data
        self._wanted = wanted
        self._open: list[tuple[str, dict[str, Any], dict[str, int]]] = []
        self._images: set[str] = set()
        self._raw = 0

    def over(self, events: Iterator[tuple[Any, Any]]) -> None:
        """Take the events in. Most are text and blocks that say nothing here; they are passed over at once."""
        before: dict[str, int] = {}
        for event, span in events:
            if event.__class__ is dict and "Text" not in event:
                value = event.get("Start")
                if value is None:
                    value = event.get("End")
                    if value.__class__ is str:
                        if value in _CLOSING:
                            self._end(value, span, before)
                    elif value is None and "InlineHtml" in event:
                        self._inline_html(span)
                elif value.__class__ is dict:
                    if "Heading" in value:
                        self._raw = 0
                        self._heading(events)
                    else:
                        self._start(value, span)
                elif self._raw and value in _BLOCKS:
                    self._raw = 0
            before = span

    def _heading(self, events: Iterator[tuple[Any, Any]]) -> None:
        """Take in the events of a heading, to its end, for its text too."""
        said: list[str] = []
        words: list[str] = []
        before: dict[str, int] = {}
        for event, span in events:
            ((name, value),) = event.items() if event.__class__ is dict else ((event, None),)
            if name == "End":
                if value.__class__ is dict and "Heading" in value:
                    heading = Heading(value["Heading"], span["start"], span["end"], "".join(said), "".join(words))
                    self.found.headings.append(heading)
                    return
                if value.__class__ is str and value in _CLOSING:
                    self._end(value, span, before)
            elif name == "Start":
                if value.__class__ is dict:
                    self._start(value, span)
            else:
                text = self._text(name, value, span)
                said.append(text)
                if not any(kind == "Image" for kind, _, _ in self._open):
                    words.append(text)
            before = span

    def _text(self, name: str, value: Any, span: dict[str, int]) -> str:
        """The plain text of an inline event."""
        if name == "InlineHtml":
            self._inline_html(span)
            return " " if _BREAK.match(self._data, span["start"]) else ""
        fence = _FENCES.get(name)
        if fence is None:
            return " " if value is None else ""
        return f"{fence}{value}{fence}"

    def definitions(self, definitions: Iterable[tuple[str, Any]]) -> None:
        """Find the destinations of reference definitions; those that images use are images' destinations."""
        for label, definition in definitions:
            destination = definition["dest"]
            if not self._wanted(destination):
                continue
            span = definition["span"]
            place = in_definition(self._data, span["start"], span["end"], destination)
            if place is None:
                self.found.unparsed.append(span["start"])
                continue
            kind = LinkKind.IMAGE if _normal_label(label) in self._images else LinkKind.LINK
            self.found.spots.append(Spot(*place, kind, destination))

    def _start(self, value: dict[str, Any], span: dict[str, int]) -> None:
        if "Link" in value:
            self._open.append(("Link", value["Link"], span))
        elif "Image" in value:
            self._open.append(("Image", value["Image"], span))

    def _end(self, what: str, span: dict[str, int], before: dict[str, int]) -> None:
        if what == "HtmlBlock":
            self._html(span)
            return
        _, link, start = self._open.pop()
        text_end = start["start"] + (what == "Image") if before is start else before["end"]
        self._link(what, link, span, text_end)

    def _link(self, what: str, link: dict[str, Any], span: dict[str, int], text_end: int) -> None:
        form = link["link_type"]
        if form == "Inline":
            destination = link["dest_url"]
            if not self._wanted(destination):
                return
            place = in_link(self._data, text_end, span["end"], destination)
            if place is None:
                self.found.unparsed.append(span["start"])
            else:
                kind = LinkKind.IMAGE if what == "Image" else LinkKind.LINK
                self.found.spots.append(Spot(*place, kind, destination))
        elif what == "Image" and form in _BY_REFERENCE:
            self._images.add(_normal_label(link["id"]))

    def _inline_html(self, span: dict[str, int]) -> None:
        raw = _RAW.match(self._data, span["start"], span["end"])
        if raw is not None:
            self._raw = max(0, self._raw - 1) if raw[1] else self._raw + 1
        elif not self._raw:
            self._html(span)

    def _html(self, span: dict[str, int]) -> None:
        start, end = span["start"], span["end"]
        found = self.found
        found.spots.extend(
            Spot(at.start, at.end, at.style, at.kind, at.value)
            for at in rawhtml.destinations(self._data, start, end)
            if self._wanted(at.value)
        )
        if _HAS_ID.search(self._data, start, end):
            found.ids.extend(rawhtml.ids(self._data, start, end))


def _normal_label(label: str) -> str:
    return " ".join(label.split()).casefold()
