"""Wiki links: `[[Page]]`, `[[Page#anchor|label]]`, `![[image.png]]`.

The parser's own wiki option reads `[[1]](note.md)` and `[[defined]]` as wiki links, which every other reader of the
same file takes for Markdown links. So these are found in what Markdown left as plain text, and nowhere else.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from pagemirror.model.documents import LinkKind

__all__ = ["WikiLink", "label_of", "wiki_links"]

_CANDIDATE: Final = re.compile(rb"\[\[([^\[\]|\r\n`<>^][^\[\]|\r\n`<>]*)(?:\|([^\[\]\r\n]*))?\]\]")
_MARKUP: Final = re.compile(r"[\\`*_\[\]<>&~$|^!#]")
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp", ".ico")


class WikiLink(NamedTuple):
    """The bytes of a whole wiki link, the name (with its `#anchor`) and the label as Markdown ("" if there is none)."""

    start: int
    end: int
    kind: LinkKind
    name: str
    label: str


def wiki_links(data: bytes, events: Iterable[tuple[Any, Any]]) -> list[WikiLink]:
    """The wiki links of a text, given the parser's events for it."""
    candidates = list(_CANDIDATE.finditer(data))
    if not candidates:
        return []
    texts, barriers = _plain(events)
    found = []
    for candidate in candidates:
        start, end = candidate.span()
        embed = data[start - 1 : start] == b"!" and start - 1 in texts and data[start - 2 : start - 1] != b"\\"
        brackets = {start + 1, end - 2, end - 1}
        if not (embed or start in texts) or not brackets <= texts or data[start - 1 : start] == b"\\":
            continue
        if data[end - 3 : end - 2] == b"\\":
            continue  # the bracket behind it is escaped
        barrier = bisect_left(barriers, start)
        if barrier < len(barriers) and barriers[barrier] < end:
            continue
        found.append(_link(candidate, embed=embed))
    return found


def _plain(events: Iterable[tuple[Any, Any]]) -> tuple[set[int], list[int]]:
    """Where plain text begins outside links, and where anything begins that no wiki link may hold."""
    texts: set[int] = set()
    barriers: list[int] = []
    depth = 0
    for event, span in events:
        if event.__class__ is str:
            continue
        ((name, value),) = event.items()
        if name == "Text":
            if not depth:
                texts.add(span["start"])
        elif name == "Start":
            link = value.__class__ is dict and ("Link" in value or "Image" in value)
            depth += link
            if link or value == "TableCell":
                barriers.append(span["start"])
            elif value.__class__ is dict and "CodeBlock" in value:
                depth += 1
        elif name == "End":
            depth -= value in ("Link", "Image", "CodeBlock")
        elif name != "TaskListMarker":
            barriers.append(span["start"])
    barriers.sort()
    return texts, barriers


def _link(candidate: re.Match[bytes], *, embed: bool) -> WikiLink:
    written, label = candidate[1].decode("utf-8", "replace"), candidate[2]
    if label is not None:
        written = written.removesuffix("\\")  # in a table the bar must be escaped
    name = written.strip()
    picture = embed and name.lower().endswith(_PICTURES)
    return WikiLink(
        candidate.start() - embed,
        candidate.end(),
        LinkKind.IMAGE if picture else LinkKind.LINK,
        name,
        "" if label is None else label.decode("utf-8", "replace").strip(),
    )


def label_of(name: str) -> str:
    """A page's name as the text of a link, with everything escaped that Markdown would read."""
    return _MARKUP.sub(r"\\\g<0>", name)
