"""Destinations and ids in raw HTML: `<a href>`, `<img src>`, `id`, `name`. Reads tags, builds no tree.

Each byte is looked at a bounded number of times: what a broken tag has eaten is not read again.
"""

import re
from html import unescape
from typing import Final, NamedTuple

from pagemirror.model.documents import LinkKind

__all__ = ["Attribute", "destinations", "ids"]

_NEXT: Final = re.compile(
    rb"<!--(?:.*?)(?:-->|\Z)"
    rb"|<!\[CDATA\[.*?(?:\]\]>|\Z)"
    rb"|<\?.*?(?:\?>|\Z)"
    rb"|<(pre|code|script|style|textarea)(?=[\s/>]).*?(?:</\1\s*>|\Z)"
    rb"|<(a|img)(?=[\s/>])",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(
    rb"[\s/]*([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]++)(?=[ \r\n>])))?", re.DOTALL
)
_END: Final = re.compile(rb"[\s/]*>")
_ID: Final = re.compile(rb"\s(?:id|name)\s*=\s*(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s\"'=<>`]+))", re.IGNORECASE)
_STYLES: Final = ((2, 'html-"'), (3, "html-'"), (4, "html"))


class Attribute(NamedTuple):
    """The value of an `href` or `src`: its bytes without quotes, what it says, and its quoting."""

    start: int
    end: int
    style: str
    kind: LinkKind
    value: str


def destinations(data: bytes, start: int, end: int) -> list[Attribute]:
    """The destinations of links and images in a stretch of HTML; not in comments, `<pre>`, `<code>` and their like."""
    found: list[Attribute] = []
    while True:
        opening = _NEXT.search(data, start, end)
        if opening is None:
            return found
        start = opening.end()
        if opening[2]:
            start = _tag(data, start, end, opening[2].lower(), found)


def _tag(data: bytes, start: int, end: int, tag: bytes, found: list[Attribute]) -> int:
    """Read one tag's attributes and return where reading goes on; a tag that isn't closed gives nothing."""
    wanted, kind = (b"href", LinkKind.LINK) if tag == b"a" else (b"src", LinkKind.IMAGE)
    value: Attribute | None = None
    while True:
        attribute = _ATTRIBUTE.match(data, start, end)
        if attribute is None:
            break
        start = attribute.end()
        if value is None and attribute[1].lower() == wanted:
            value = _value(attribute, kind)
    closed = _END.match(data, start, end)
    if closed is None:
        return start
    if value is not None:
        found.append(value)
    return closed.end()


def _value(attribute: re.Match[bytes], kind: LinkKind) -> Attribute | None:
    for group, style in _STYLES:
        written = attribute[group]
        if written is not None and b"\n" not in written:
            value = unescape(written.decode("utf-8", "replace")).strip(" \t\r\f")
            return Attribute(attribute.start(group), attribute.end(group), style, kind, value)
    return None


def ids(data: bytes, start: int, end: int) -> list[str]:
    """The ids and names that tags in a stretch of HTML give to places of the page."""
    return [
        unescape((double or single or plain).decode("utf-8", "replace"))
        for double, single, plain in _ID.findall(data, start, end)
    ]
