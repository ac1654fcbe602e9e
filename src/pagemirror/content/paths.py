"""Destinations as repository paths: what `../guide/a%20b.md?x#y` in a page means. Knows no Markdown and no disk."""

import re
import unicodedata
from typing import Final, NamedTuple
from urllib.parse import unquote

from pagemirror.model.ids import RepoPath

__all__ = ["Outside", "Relative", "is_relative", "locate", "tidy_root"]

_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_MARK: Final = re.compile(r"[?#]")
_PLAIN: Final = re.compile(r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*", re.ASCII)


class Relative(NamedTuple):
    """A place in the repository, and the `?query#fragment` behind it; a folder's path ends in `/`."""

    path: RepoPath
    suffix: str


class Outside(NamedTuple):
    """A destination that leads out of the repository."""

    destination: str


def is_relative(destination: str) -> bool:
    """Whether a destination means something in the repository: no scheme, no host, not empty."""
    if ":" not in destination and not destination.startswith("//"):
        return bool(destination)  # most of them
    return _ABSOLUTE.match(destination) is None


def tidy_root(root: str) -> RepoPath:
    """The source folder without slashes around it; "" is the repository's root."""
    return RepoPath("" if root in {".", "./"} else root.strip("/"))


def locate(destination: str, *, page: RepoPath, root: RepoPath) -> Relative | Outside:
    """The repository path that a relative destination means on a page.

    A leading `/` is the source folder, as on docs sites. The path is percent-decoded and in NFC; the suffix is as
    written. The repository's root itself is `/`.
    """
    written, suffix = destination, ""
    if "#" in destination or "?" in destination:
        written = _MARK.split(destination, maxsplit=1)[0]
        suffix = destination[len(written) :]
    if not written:
        return Relative(page, suffix)
    folder, rest = page.rpartition("/")[0], written
    while rest.startswith("../") and folder:
        folder, rest = folder.rpartition("/")[0], rest[3:]
    if _PLAIN.fullmatch(rest):
        return Relative(RepoPath(f"{folder}/{rest}" if folder else rest), suffix)
    plain = unquote(written) if "%" in written else written
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", plain)
    base = root if plain.startswith("/") else page.rpartition("/")[0]
    parts = base.split("/") if base else []
    for part in plain.split("/"):
        if part == "..":
            if not parts:
                return Outside(destination)
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    is_folder = not parts or plain.endswith(("/", "/.", "/..")) or plain in {".", ".."}
    return Relative(RepoPath("/".join(parts) + "/" * is_folder), suffix)
