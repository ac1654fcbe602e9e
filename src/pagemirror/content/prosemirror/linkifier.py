"""Bare addresses in text, by the rules of GitHub's Markdown: `www.`, `http://`, `https://`, `ftp://` and mail.

Knows plain text only. Each candidate's host is read up to a bound, so that hostile text costs no more than its length.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

__all__ = ["Bare", "bare_links", "signs"]

_MAX_HOST: Final = 300
_SIGN: Final = re.compile(r"[:@wW](?:(?<=:)//|(?<=@)|(?<=[wW])[wW]{2}\.)(?=[\w-])")
_SCHEME: Final = re.compile(r"(?:https?|ftp)\Z", re.IGNORECASE)
_LONGEST_SCHEME: Final = 5
_HOST: Final = re.compile(rf"[\w-]{{0,{_MAX_HOST}}}(?:\.[\w-]{{1,{_MAX_HOST}}}){{0,20}}")
_REST: Final = re.compile(r"[^\s<]*")
_MAIL_HOST: Final = re.compile(r"[A-Za-z0-9._-]+")
_LOCAL: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+_-"
_ENTITY: Final = re.compile(r"&[A-Za-z0-9]+;\Z")
_TRAILING: Final = "?!.,:*_~'\""
_BEFORE: Final = " \t\n\r\f\v*_~("


class Bare(NamedTuple):
    """An address: where it stands in the text, its URL, and its sign: what tells that it is one, up to the host."""

    start: int
    end: int
    url: str
    sign: str


def bare_links(text: str) -> Iterator[Bare]:
    """The addresses in a text, in order; none overlaps another."""
    done = floor = 0  # how far addresses go; where a mail address may begin
    for start, end in _starts(text):
        if start < done:
            continue
        if text[start] == "@":
            link = _mail(text, start, floor)
            floor = end
        else:
            link = _web(text, start, end)
        if link is not None:
            yield link
            done = floor = link.end


def _starts(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses may start, and where their hosts do; of mail addresses, where the sign is."""
    for found in _SIGN.finditer(text):
        start, end = found.span()
        if text[start] != ":":
            yield start, end
        elif scheme := _SCHEME.search(text, max(0, start - _LONGEST_SCHEME), start):
            yield scheme.start(), end


def signs(source: str) -> frozenset[str]:
    """The signs that stand in a Markdown text as they are: what is not among them was written with escapes."""
    found: set[str] = set()
    floor = 0
    for start, end in _starts(source):
        local = ""
        if source[start] == "@":
            host = _MAIL_HOST.match(source, end)
            local = _local(source[floor:start])
            floor = end
        else:
            host = _HOST.match(source, end)
        found.add(_bared(local + source[start : host.end() if host else end]))
    return frozenset(found)


def _bared(sign: str) -> str:
    """A sign without what emphasis or the end of a sentence may have put around it."""
    return sign.strip("_.-")


def _local(before: str) -> str:
    """The mail address's part before the `@` that a text ends with."""
    return before[len(before.rstrip(_LOCAL)) :]


def _web(text: str, start: int, after: int) -> Bare | None:
    if start and text[start - 1] not in _BEFORE:
        return None
    bare = text[start] in "wW"
    host = _HOST.match(text, start if bare else after)
    if host is None or not _is_host(host[0], dotted=bare):
        return None
    rest = _REST.match(text, host.end())
    end = _trimmed(text, host.end(), rest.end() if rest else host.end())
    if end < host.end() and not _is_host(text[host.start() : end], dotted=bare):
        return None
    url = text[start:end]
    return Bare(start, end, f"http://{url}" if bare else url, _bared(text[start : min(end, host.end())]))


def _is_host(host: str, *, dotted: bool) -> bool:
    """A host has names between dots (`localhost` will do after a scheme), and no `_` in the last two."""
    names = host.split(".")
    enough = len(names) > 1 and bool(names[-1]) if dotted else bool(names[0])
    return enough and len(host) < _MAX_HOST and not any("_" in name for name in names[-2:])


def _trimmed(text: str, least: int, end: int) -> int:
    """The end without punctuation, closing parentheses that none opens, and what looks like an entity."""
    opened = text.count("(", least, end)
    closed = text.count(")", least, end)
    while end > least:
        last = text[end - 1]
        if last in _TRAILING:
            end -= 1
        elif last == ")" and closed > opened:
            closed -= 1
            end -= 1
        elif last == ";":
            entity = _ENTITY.search(text, max(least, end - 40), end)
            end = entity.start() if entity else end - 1
        else:
            break
    return end


def _mail(text: str, at: int, floor: int) -> Bare | None:
    local = _local(text[floor:at])
    host = _MAIL_HOST.match(text, at + 1)
    if not local or host is None:
        return None
    name = host[0].rstrip(".")
    if "." not in name or name[-1] in "-_" or ".." in name:
        return None
    start, end = at - len(local), at + 1 + len(name)
    address = text[start:end]
    if text[max(floor, start - 7) : start].lower() == "mailto:":
        start -= 7
    return Bare(start, end, f"mailto:{address}", _bared(address))
