"""Anchors: the fragment ids that headings get, as GitHub makes them; used to check links, never sent."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from pagemirror.content.titles import heading_title
from pagemirror.model.documents import Document

__all__ = ["anchors", "slug", "slugs"]

_OUT_ASCII: Final = re.compile(r"[^a-z0-9_ -]+")
_OUT: Final = re.compile(r"[^\w\- ]")


def slug(text: str) -> str:
    """A heading's plain text in lower case, punctuation out, each space a hyphen."""
    text = text.strip().lower()
    text = _OUT_ASCII.sub("", text) if text.isascii() else _OUT.sub(_kept, text)
    return text.replace(" ", "-")


def slugs(headings: Iterable[str]) -> list[str]:
    """One slug a heading, in order; a slug that is taken gets `-1`, `-2`, …"""
    taken: dict[str, int] = {}
    made = []
    for heading in headings:
        wanted = found = slug(heading)
        while found in taken:
            taken[wanted] += 1
            found = f"{wanted}-{taken[wanted]}"
        taken[found] = 0
        made.append(found)
    return made


def anchors(document: Document) -> frozenset[str]:
    """The ids that links may point to: headings' slugs, their `{#id}` and ids in raw HTML."""
    titled = [heading_title(heading) for heading in document.headings]
    return frozenset((*slugs(title for title, _ in titled), *(own for _, own in titled if own), *document.ids))


def _kept(found: re.Match[str]) -> str:
    """Combining marks and connectors belong to words, though the pattern's class doesn't know it."""
    return found[0] if unicodedata.category(found[0]) in {"Mn", "Mc", "Me", "Pc"} else ""
