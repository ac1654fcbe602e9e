"""Links and headings in admonitions, directives and tabs, which plain Markdown takes for code by their indentation.

The text is walked a second time with its boxes marked; what is found there and stands in the file as it is counts too.
"""

from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from pagemirror.content.outline import Outline, outline

__all__ = ["may_have_boxes", "with_boxes"]

_LEAST = 3  # exclamation marks


def with_boxes(found: Outline, data: bytes, text: str, wanted: Callable[[str], bool]) -> Outline:
    """The outline with what stands in boxes; `data` is the text's UTF-8 form. Plain texts pay for a few searches."""
    if not may_have_boxes(data):
        return found
    from pagemirror.content.prosemirror.converting import boxed  # noqa: PLC0415 - few texts have any

    marked = boxed(text.replace("\r\n", "\n"))
    if marked is None:
        return found
    inner_data = marked.text.encode()
    inner = outline(inner_data, marked.text, wanted)
    places = _Places(data, inner_data, marked.origin)
    spots = {spot.start: spot for spot in found.spots}
    for spot in inner.spots:
        place = places.of(spot.start, spot.end)
        if place is not None:
            spots.setdefault(place.start, spot._replace(start=place.start, end=place.end))
    headings = {heading.start: heading for heading in found.headings}
    for heading in inner.headings:
        place = places.of(heading.start, heading.end)
        if place is not None:
            headings.setdefault(place.start, heading._replace(start=place.start, end=place.end))
    ids = [*found.ids, *(name for name in inner.ids if name not in found.ids)]
    return Outline(
        [headings[start] for start in sorted(headings)],
        [spots[start] for start in sorted(spots)],
        ids,
        found.unparsed,
    )


def may_have_boxes(data: bytes) -> bool:
    """Whether the signs of a box are there; each test looks for one byte first, which is quick."""
    return (
        (b"?" in data and b"???" in data)
        or (data.count(b"!") >= _LEAST and b"!!!" in data)
        or (b'"' in data and b"===" in data)
        or (b":" in data and b":::" in data)
    )


class _Place(NamedTuple):
    start: int
    end: int


class _Places:
    """Where bytes of the marked text stand in the file: lines lose bytes at their beginning alone."""

    def __init__(self, data: bytes, inner: bytes, origin: list[int]) -> None:
        self._data = data
        self._inner = inner
        self._origin = origin
        self._starts = _line_starts(inner)
        self._ends = [start - 1 for start in _line_starts(data)[1:]] + [len(data)]

    def of(self, start: int, end: int) -> _Place | None:
        """The place of a stretch; None if it is not on one line, or not in the file as it is."""
        line = bisect_right(self._starts, start) - 1
        last = self._starts[line + 1] - 1 if line + 1 < len(self._starts) else len(self._inner)
        said = self._inner[start:end].rstrip(b"\n")
        if start + len(said) > last:
            return None
        there = self._ends[self._origin[line] - 1]
        if self._data[there - 1 : there] == b"\r":
            there -= 1
        begin = there - (last - start)
        found = self._data[begin : begin + len(said)] if begin >= 0 else b""
        return _Place(begin, begin + len(said)) if found == said else None


def _line_starts(data: bytes) -> list[int]:
    starts = [0]
    at = data.find(b"\n")
    while at >= 0:
        starts.append(at + 1)
        at = data.find(b"\n", at + 1)
    return starts
