"""Titles: one clean line, from a heading's text or a file's name."""

import re
import unicodedata
from typing import Final, NamedTuple

from pagemirror.model.ids import RepoPath

__all__ = ["Name", "clean", "heading_title", "named", "readable"]

HOME: Final = "Home"

_BLANKS: Final = re.compile(r"[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+")
_ATTRIBUTES: Final = re.compile(r"\s*\{#([^\s{}]+)\}\s*$")
_WIKI: Final = re.compile(r"\[\[(?:[^\[\]|\n]*\|)?([^\[\]|\n]+)\]\]")
_NUMBERED: Final = re.compile(r"(\d{1,3}|0\d{1,8})(?:[-_ ]+|\. *)(?=\D)")
_SEPARATORS: Final = re.compile(r"[-_ ]+")
_DATED: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[-_ ]+|$)")


class Name(NamedTuple):
    """A file's or folder's name: the number before it (None without one), and the rest."""

    number: int | None
    rest: str


def clean(text: str) -> str:
    """One line: control characters out, runs of blanks collapsed, trimmed."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return _BLANKS.sub(" ", _CONTROLS.sub("", text)).strip()


def heading_title(text: str) -> tuple[str, str]:
    """A heading's plain text as a title, and the id that a trailing `{#id}` gives it (or "")."""
    found = _ATTRIBUTES.search(text) if text.endswith(("}", "} ")) else None
    if found:
        text = text[: found.start()]
    if "[[" in text:
        text = _WIKI.sub(r"\1", text)
    return clean(text), found[1] if found else ""


def named(name: str) -> Name:
    """Split `01-getting_started` into 1 and `getting_started`; years, dates and versions are no such numbers."""
    found = _NUMBERED.match(name)
    return Name(int(found[1]), name[found.end() :]) if found else Name(None, name)


def readable(path: RepoPath, *, index: bool, root: RepoPath) -> str:
    """A title made of a file's name: `01-getting_started.md` is "Getting started".

    A folder's own page takes its folder's name; the source folder's own page is "Home".
    """
    folder, _, file = path.rpartition("/")
    if index:
        if folder == root:
            return HOME
        name = folder.rpartition("/")[2]
    else:
        stem, dot, _ = file.rpartition(".")
        name = stem if dot and stem else file
    return _words(unicodedata.normalize("NFC", name)) or clean(name) or HOME


def _words(name: str) -> str:
    rest = named(name).rest
    dated = _DATED.match(rest)
    date = dated[1] if dated else ""
    words = clean(_SEPARATORS.sub(" ", rest[dated.end() :] if dated else rest))
    return clean(f"{date} {words[:1].upper()}{words[1:]}")
