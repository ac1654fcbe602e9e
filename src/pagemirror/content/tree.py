"""The tree: from folders and names to parents and order. Knows paths only; reads no file."""

import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from pagemirror.content.navigation import Navigation
from pagemirror.content.titles import named
from pagemirror.model.documents import Place
from pagemirror.model.ids import RepoPath

__all__ = ["Nav", "Rule", "ancestors", "parents", "place"]

_DIGITS: Final = re.compile(r"\d+")
_INDEXES: Final = {f"{stem}.{end}": stem for stem in ("index", "readme") for end in ("md", "markdown")}
_NOWHERE: Final[Mapping[RepoPath, RepoPath]] = MappingProxyType({})

NO_NAVIGATION: Final = Navigation()


class Rule(IntEnum):
    """What puts a page in its place among its siblings, and in which order these rules come."""

    FIRST = -1
    ORDERED = 0
    IN_NAV = 1
    NUMBERED = 2
    NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Nav:
    """What stands around a file: the page of each folder, and what navigation files say.

    `indexes` is the page of each folder that has one; a folder that isn't named there is judged by the file's name
    alone, so `Nav.none()` does where no folder holds both an `index.md` and a `README.md`.
    """

    files: Navigation = field(default_factory=Navigation)
    indexes: Mapping[RepoPath, RepoPath] = field(default_factory=dict)

    @classmethod
    def none(cls) -> "Nav":
        """No navigation file, nothing known of the files around."""
        return _NO_NAV

    @classmethod
    def of(cls, paths: Iterable[RepoPath], files: Navigation = NO_NAVIGATION) -> "Nav":
        """The page of each folder: `index.md`, or else `README.md`, or else another spelling of these."""
        best: dict[RepoPath, tuple[int, RepoPath]] = {}
        for path in paths:
            folder, _, name = path.rpartition("/")
            stem = _INDEXES.get(name.lower())
            if stem is None:
                continue
            rank = 2 * (stem == "readme") + (name not in {"index.md", "README.md"})
            key = (rank, path)
            if RepoPath(folder) not in best or key < best[RepoPath(folder)]:
                best[RepoPath(folder)] = key
        return cls(files=files, indexes={folder: path for folder, (_, path) in best.items()})

    def position(self, path: RepoPath) -> tuple[int, int] | None:
        """Where navigation files put a page among its siblings: the kind of position, and its number.

        A folder's own page has what is said of itself, else of its folder.
        """
        folder, _, name = path.rpartition("/")
        own = RepoPath(folder) if not name or self.is_index(path) else None
        if own is not None and own in self.files.orders:
            return Rule.ORDERED.value, self.files.orders[own]
        above = path if own is None else own
        rest = self.files.rest.get(RepoPath(above.rpartition("/")[0]))
        for said in (self.files.positions.get(path), self.files.positions.get(above), rest):
            if said is not None:
                return Rule.IN_NAV.value, said
        return None

    def is_index(self, path: RepoPath) -> bool:
        """Whether a file is its folder's own page."""
        folder, _, name = path.rpartition("/")
        return name.lower() in _INDEXES and self.indexes.get(RepoPath(folder), path) == path


_NO_NAV: Final = Nav()


def place(path: RepoPath, *, root: RepoPath, nav: Nav, order: int | None = None) -> Place:
    """Where a file, or a section page (`folder/`), stands in the tree.

    A folder's own page stands in the folder above, under its folder's name. The source folder's own page is a page at
    the top like the others, and the first of them: a tree in which everything hangs below one page would move as a
    whole when that page comes or goes.
    """
    index = path.endswith("/") or nav.is_index(path)
    folder, _, name = path.rstrip("/").rpartition("/") if path.endswith("/") else path.rpartition("/")
    if not index:
        name = name.rpartition(".")[0] or name
    elif not path.endswith("/"):
        if folder == root:
            return Place(folder=RepoPath(""), index=False, key=_key(path, "", order, nav, Rule.FIRST.value))
        folder, _, name = folder.rpartition("/")
    above = RepoPath("" if folder == root else sys.intern(folder))
    return Place(folder=above, index=index, key=_key(path, name, order, nav, Rule.NAMED.value))


def _key(path: RepoPath, name: str, order: int | None, nav: Nav, otherwise: int) -> tuple[int, int, str]:
    number, rest = named(name)
    text = _natural(rest)
    if order is not None:
        return (Rule.ORDERED.value, order, text)
    position = nav.position(path)
    if position is not None:
        return (*position, text)
    if number is not None:
        return (Rule.NUMBERED.value, number, text)
    return (otherwise, 0, text)


def _natural(name: str) -> str:
    """A form of a name that sorts `a2` before `a10`, and capitals beside small letters; the name itself ends ties."""
    folded = unicodedata.normalize("NFC", name).casefold()
    return _DIGITS.sub(lambda found: found[0].zfill(12), folded) + "\0" + name


def parents(
    places: Mapping[RepoPath, Place], *, chosen: Mapping[RepoPath, RepoPath] = _NOWHERE
) -> dict[RepoPath, RepoPath | None]:
    """The parent of each page: the page of the nearest folder above that has one, or None.

    `chosen` are parents that a front matter names, as paths; one that is not there, or that would close a circle, is
    passed over.
    """
    pages = {RepoPath(path.rstrip("/") if path.endswith("/") else path.rpartition("/")[0]): path
             for path, where in sorted(places.items()) if where.index}  # fmt: skip
    found = {path: _nearest(where.folder, pages) for path, where in places.items()}
    for path in sorted(chosen):
        wanted = chosen[path]
        if path in found and wanted in found and not _leads_to(wanted, path, found):
            found[path] = wanted
    return found


def _nearest(folder: RepoPath, pages: Mapping[RepoPath, RepoPath]) -> RepoPath | None:
    while folder:
        page = pages.get(folder)
        if page is not None:
            return page
        folder = RepoPath(folder.rpartition("/")[0])
    return None


def _leads_to(start: RepoPath, end: RepoPath, found: Mapping[RepoPath, RepoPath | None]) -> bool:
    step: RepoPath | None = start
    while step is not None:
        if step == end:
            return True
        step = found.get(step)
    return False


def ancestors(
    path: RepoPath, above: Mapping[RepoPath, RepoPath | None], titles: Mapping[RepoPath, str]
) -> tuple[str, ...]:
    """The titles of the pages above one, from the top down; `above` is what `parents` gave."""
    chain: list[str] = []
    step = above.get(path)
    while step is not None:
        chain.append(titles[step])
        step = above.get(step)
    return tuple(reversed(chain))
