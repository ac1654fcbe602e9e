"""Where a Markdown link's destination stands, to the byte, by CommonMark's rules. What it means is not known here."""

import re
from html.entities import html5
from typing import Final, NamedTuple

__all__ = ["Place", "in_definition", "in_link", "unescape"]

_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])|&(?:#[xX]([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([A-Za-z][A-Za-z0-9]*));")
_LABEL: Final = re.compile(rb"\[[^\[\]\\]*(?:\\.[^\[\]\\]*)*\]:", re.DOTALL)
_GAP: Final = re.compile(rb"[ \t\x0b\x0c]*(?:\r\n?|\n)?[ \t\x0b\x0c]*")
_GAP_IN_QUOTE: Final = re.compile(rb"[ \t\x0b\x0c]*(?:\r\n?|\n)[ \t\x0b\x0c>]*")
_ANGLE: Final = re.compile(rb"<([^<>\\\r\n]*(?:\\.[^<>\\\r\n]*)*)>")
_RUN: Final = re.compile(rb"[^\x00-\x20]*")
_SIMPLE: Final = re.compile(rb"[^\x00-\x20()\\]*(?=[ \t\r\n)])")
_TURN: Final = re.compile(rb"\\.|[()]", re.DOTALL)
_MAX_CODE_POINT: Final = 0x10FFFF


class Place(NamedTuple):
    """The bytes of a destination, without angle brackets, and how it is written: `bare` or `angle`."""

    start: int
    end: int
    style: str


def unescape(text: str) -> str:
    """Backslashes and entities taken away, as CommonMark does in destinations."""
    return _ESCAPED.sub(_plain, text) if "\\" in text or "&" in text else text


def _plain(found: re.Match[str]) -> str:
    escaped, sixteen, ten, name = found.groups()
    if escaped:
        return str(escaped)
    if name:
        return html5.get(f"{name};", found[0])
    number = int(sixteen, 16) if sixteen else int(ten)
    surrogate = 0xD800 <= number <= 0xDFFF  # noqa: PLR2004 - Unicode's own figures
    return "\ufffd" if number == 0 or surrogate or number > _MAX_CODE_POINT else chr(number)


def in_link(data: bytes, text_end: int, link_end: int, wanted: str) -> Place | None:
    """The destination of an inline link whose text ends at `text_end`; None unless it reads as `wanted`."""
    opening = data.find(b"](", text_end, link_end)
    return None if opening < 0 else _after(data, opening + 2, link_end, wanted)


def in_definition(data: bytes, start: int, end: int, wanted: str) -> Place | None:
    """The destination of a reference definition; None unless it reads as `wanted`."""
    label = _LABEL.match(data, start, end)
    return None if label is None else _after(data, label.end(), end, wanted)


def _after(data: bytes, start: int, end: int, wanted: str) -> Place | None:
    for gap in (_GAP, _GAP_IN_QUOTE):
        skipped = gap.match(data, start, end)
        if skipped is None:
            continue
        for place in _readings(data, skipped.end(), end):
            if _reads_as(data[place.start : place.end].decode("utf-8", "replace"), wanted):
                return place
    return None


def _reads_as(written: str, wanted: str) -> bool:
    """Whether a destination as written says what the parser says; a table takes the backslash before a bar first."""
    return unescape(written) == wanted or ("\\|" in written and unescape(written.replace("\\|", "|")) == wanted)


def _readings(data: bytes, start: int, end: int) -> tuple[Place, ...]:
    """What could be the destination at a position; the one that reads as the parser says is right."""
    angle = _ANGLE.match(data, start, end)
    if angle is not None:
        return (Place(angle.start(1), angle.end(1), "angle"),)
    simple = _SIMPLE.match(data, start, end)
    if simple is not None:
        return (Place(start, simple.end(), "bare"),)
    run = _RUN.match(data, start, end)
    stop = run.end() if run else start
    return Place(start, _balanced(data, start, stop), "bare"), Place(start, stop, "bare")


def _balanced(data: bytes, start: int, stop: int) -> int:
    """Where a bare destination ends: at the first closing parenthesis that none in it has opened."""
    depth = 0
    for found in _TURN.finditer(data, start, stop):
        turn = found[0]
        if turn == b"(":
            depth += 1
        elif turn == b")":
            if depth == 0:
                return found.start()
            depth -= 1
    return stop
