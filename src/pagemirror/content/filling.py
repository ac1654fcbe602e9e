"""Destinations put in, and taken out again: templates to text, and a text with its destinations made blind."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from pagemirror.content.glance import plain_spots
from pagemirror.content.outline import outline
from pagemirror.model.documents import LinkKind, LinkSlot, Template

__all__ = ["blind", "fill", "fill_each", "written"]

_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f<>()\\`$|\"]")
_PLAIN: Final = re.compile(r"[\w:/.#?=~+-]+", re.ASCII)
_ENTITY: Final = re.compile(r"&(?=#?[A-Za-z0-9]+;)")


def fill(template: Template, resolve: Callable[[LinkSlot], str | None]) -> str:
    """The body with new destinations; where `resolve` gives None the text stays as the file has it."""
    return fill_each(template, lambda slot: (resolve(slot),), 1)[0]


def fill_each(template: Template, resolve: Callable[[LinkSlot], Sequence[str | None]], forms: int) -> tuple[str, ...]:
    """So many forms of the body, where `resolve` gives a destination for each of them; asked in the text's order."""
    bodies: list[list[str]] = [[] for _ in range(forms)]
    for part in template:
        if isinstance(part, str):
            for body in bodies:
                body.append(part)
        else:
            for body, destination in zip(bodies, resolve(part), strict=True):
                body.append(written(destination, part))
    return tuple("".join(body) for body in bodies)


def blind(text: str, unresolve: Callable[[str], str | None]) -> str:
    """A Markdown text in which each destination that `unresolve` knows is replaced by its token.

    Two texts that differ only in the URLs of the same pages are equal in this form. Any destination may be given to
    `unresolve`, absolute ones too, and more than once.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError:  # an API gave halves of characters, which no Markdown parser takes
        return text
    parts: list[str] = []
    done = 0
    spots = plain_spots(data, text)
    if spots is None:
        spots = outline(data, text, lambda destination: unresolve(destination) is not None).spots
    for spot in spots:
        token = unresolve(spot.destination)
        if token is None or spot.start < done or spot.style == "wiki":
            continue
        parts += (data[done : spot.start].decode(), _escaped(token, spot.style))
        done = spot.end
    parts.append(data[done:].decode())
    return "".join(parts)


def written(destination: str | None, slot: LinkSlot) -> str:
    """What stands in the body for a slot: as the file has it where there is no destination."""
    if destination is None:
        return slot.raw
    if slot.style != "wiki":
        return _escaped(destination, slot.style)
    mark = "!" if slot.kind is LinkKind.IMAGE else ""
    return f"{mark}[{slot.label}]({_escaped(destination, 'bare')})"


def _escaped(destination: str, style: str) -> str:
    """A destination in the form that its place wants; what would end it there is percent-encoded."""
    if _PLAIN.fullmatch(destination) and not style.startswith("html"):
        return destination
    safe = _UNSAFE.sub(_percent, destination)
    if not style.startswith("html"):
        safe = _ENTITY.sub("&amp;", safe)
        return safe if safe or style == "angle" else "<>"
    safe = safe.replace("&", "&amp;")
    if style == "html":
        return f'"{safe}"'
    return safe.replace("'", "&#39;") if style == "html-'" else safe


def _percent(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"
