"""A new title put where a file's title came from: its front matter, its first heading, or a new heading.

Knows no target. What it writes is read again before it is given, so a title that a place can't hold goes to another.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Final

from pagemirror.content import frontmatter
from pagemirror.content.frontmatter import BadFront
from pagemirror.content.outline import outline
from pagemirror.content.titles import heading_title

__all__ = ["retitled"]

_ATX: Final = re.compile(rb"( {0,3}#[ \t]+)(.*?)((?:[ \t]+\{#[^\s{}]+\})?(?:[ \t]+#+)?[ \t]*(?:\r?\n)?)\Z", re.DOTALL)
_UNDERLINE: Final = re.compile(rb"\r?\n {0,3}=+[ \t]*(?:\r?\n)?\Z")
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#&$~{}|^!])")
_PLAIN: Final = re.compile(r"[^\W\d_][\w .,;!?()/+-]*", re.UNICODE)
_BOM: Final = b"\xef\xbb\xbf"


def retitled(
    data: bytes, title: str, mirror: str, says: Callable[[bytes], str], *, above: bool = False
) -> bytes | None:
    """The file with another title, by the smallest change that does it; None where there is none.

    `says` gives a file's title as this mirror reads it. With `above` the first heading is of the text, and stays.
    """
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    mark = _BOM if data.startswith(_BOM) else b""
    old = None if above else says(data)
    found = (mark + made for made in _ways(data[len(mark) :], old, title, mirror, newline))
    return next((made for made in found if says(made) == title), None)


def _ways(data: bytes, old: str | None, title: str, mirror: str, newline: bytes) -> Iterator[bytes]:
    """What may do, the best one first."""
    front = frontmatter.cut(data)
    if isinstance(front, BadFront):
        return
    start = front[1] if front is not None else 0
    head, body = data[:start], data[start:]
    heading = _heading(body, old) if old is not None else None
    headed = list(_headings(body, heading, title)) if heading is not None else []
    if front is not None:
        for line in _in_front(head, front[0], title, mirror):
            yield from (line + made for made in (*headed, body))
    yield from (head + made for made in headed)
    if front is None and heading is None:
        said = _SPECIAL.sub(r"\\\1", title)
        yield f"# {said}".encode() + newline * 2 + body.lstrip(b"\r\n")
    if front is not None:
        opened = head.index(b"\n") + 1
        yield head[:opened] + b"title: " + _quoted(title) + newline + head[opened:] + body
    else:
        yield b"---" + newline + b"title: " + _quoted(title) + newline + b"---" + newline + data


def _heading(body: bytes, title: str) -> tuple[int, int] | None:
    """The bytes of an H1 that is the first block and says the title."""
    first = next(iter(outline(body, body.decode(), lambda _: False).headings), None)
    if (
        first is None
        or heading_title(first.text)[0] != title
        or first.level != "H1"
        or body[: first.start].strip(b" \t\r\n")
    ):
        return None
    return body.rfind(b"\n", 0, first.start) + 1, first.end


def _headings(body: bytes, place: tuple[int, int], title: str) -> Iterator[bytes]:
    """The text with other words in its heading: as they are, else with what Markdown would take for its own escaped."""
    before, was, after = body[: place[0]], body[place[0] : place[1]], body[place[1] :]
    for said in dict.fromkeys((title, _SPECIAL.sub(r"\\\1", title))):
        atx, underline = _ATX.match(was), _UNDERLINE.search(was)
        if atx is not None:
            yield before + atx[1] + said.encode() + atx[3] + after
        elif underline is not None:
            yield before + said.encode() + underline[0] + after


def _in_front(head: bytes, source: bytes, title: str, mirror: str) -> Iterator[bytes]:
    """The front matter with another value where its title stands."""
    text = source.decode()
    place = frontmatter.title_place(text, mirror)
    if place is None:
        return
    begin = head.index(source) if source else 0
    was = text[place[0] : place[1]]
    value = was.rstrip("\r\n")
    end = was[len(value) :] if value[:1] in "|>" else ""
    if value[:1] == "'":
        forms = ["'" + title.replace("'", "''") + "'"]
    elif value[:1] == '"' or not _PLAIN.fullmatch(title):
        forms = [_quoted(title).decode()]
    else:
        forms = [title, _quoted(title).decode()]
    for form in forms:
        changed = text[: place[0]] + form + end + text[place[1] :]
        yield head[:begin] + changed.encode() + head[begin + len(source) :]


def _quoted(title: str) -> bytes:
    """A title as YAML takes it whatever it holds: JSON's strings are YAML's."""
    return json.dumps(title, ensure_ascii=False).encode()
