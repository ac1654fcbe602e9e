"""Raw HTML's tags: which of them the schema has a mark or a node for, their attributes, and a text cut into pieces.

Every pattern reads each byte a bounded number of times, whatever is left open.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape
from typing import Final, NamedTuple

__all__ = ["INLINE_TAGS", "MARK_TAGS", "Tag", "attributes", "is_comment", "is_inline", "pieces", "read_tag"]

MARK_TAGS: Final[Mapping[str, str]] = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strike",
    "del": "strike",
    "strike": "strike",
    "u": "underline",
    "ins": "underline",
    "mark": "highlight",
    "sub": "subscript",
    "sup": "superscript",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
}
INLINE_TAGS: Final = frozenset({*MARK_TAGS, "a", "br", "img"})
"""The tags that a line of text may have."""

_INSIDE: Final = r"(?:[^<>\"']++|\"[^\"]{0,5000}\"|'[^']{0,5000}')*+"
_TAG: Final = re.compile(rf"<(/?)([A-Za-z][A-Za-z0-9-]*)({_INSIDE})>", re.DOTALL)
_PIECE: Final = re.compile(
    r"<!--(?:-?>|.*?(?:-->|\Z))|<\?.*?(?:\?>|\Z)|<![A-Za-z\[].*?(?:>|\Z)"
    rf"|</?[A-Za-z][A-Za-z0-9-]*{_INSIDE}>|[^<]+|<",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+)))?")


class Tag(NamedTuple):
    """A tag: its name in lower case, whether it closes, and its attributes as written."""

    name: str
    closing: bool
    written: str


@lru_cache(maxsize=256)
def read_tag(html: str) -> Tag | None:
    """What one tag says; None for comments, declarations and the like."""
    found = _TAG.match(html)
    return Tag(found[2].lower(), bool(found[1]), found[3]) if found else None


def attributes(tag: Tag) -> dict[str, str]:
    """A tag's attributes by their names in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag.written):
        found.setdefault(name.lower(), unescape(double or single or bare).strip(" \t\n\r\f"))
    return found


def is_inline(tag: Tag | None) -> bool:
    """Whether a line of text may have this tag, with a counterpart; a `span` only if it carries something."""
    if tag is None:
        return False
    return tag.name in INLINE_TAGS or (tag.name == "span" and (tag.closing or "data-" in tag.written))


def is_comment(html: str) -> bool:
    """Whether a piece is a comment."""
    return html.startswith("<!--")


def pieces(html: str) -> list[str]:
    """A text with raw HTML, cut into tags, comments, declarations and what stands between; nothing is left out."""
    return _PIECE.findall(html)
