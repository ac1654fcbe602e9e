"""What a link means: a page, a file, nothing yet. Knows paths and names, no URLs."""

import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import unquote

from pagemirror.model.documents import LinkKind, LinkSlot
from pagemirror.model.ids import RepoPath

__all__ = [
    "Ambiguous",
    "LinkIndex",
    "PathIndex",
    "Resolved",
    "ToFile",
    "ToMissing",
    "ToPage",
    "ToSelf",
    "candidates",
    "file_keys",
    "fragment",
    "link_key",
    "link_keys",
    "name_keys",
    "resolve",
]

_INDEXES: Final = ("index.md", "README.md", "readme.md")
_SUFFIX: Final = ".md"
_HTML: Final = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class ToSelf:
    """The page itself: its URL is the fragment alone."""


@dataclass(frozen=True, slots=True)
class ToPage:
    """Another mirrored document (or section page, whose path ends in `/`)."""

    path: RepoPath


@dataclass(frozen=True, slots=True)
class ToFile:
    """A file, or with a path that ends in `/` a folder, of the repository that is no page."""

    path: RepoPath


@dataclass(frozen=True, slots=True)
class ToMissing:
    """Nothing is there yet; None for a wiki link's name."""

    path: RepoPath | None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A wiki link's name that several pages have."""

    paths: tuple[RepoPath, ...]


Resolved = ToSelf | ToPage | ToFile | ToMissing | Ambiguous


class LinkIndex(Protocol):
    """What is there to link to. Must: answer the same for the same snapshot. Must not: read files."""

    def page(self, path: RepoPath) -> RepoPath | None:
        """The document that a path means: the first of `candidates(path)` that is mirrored."""
        ...

    def file(self, path: RepoPath) -> bool:
        """Whether the repository has a file of exactly this path; with a `/` at the end, a folder."""
        ...

    def named(self, name: str) -> tuple[RepoPath, ...]:
        """The documents with this title or file stem; `name` is one that `name_keys` gives, without brackets."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PathIndex:
    """A `LinkIndex` over what is held in memory; `names` maps the keys of `name_keys` (with brackets) to documents."""

    pages: Container[RepoPath]
    files: Container[RepoPath] = ()
    names: Mapping[str, tuple[RepoPath, ...]] = field(default_factory=dict)

    def page(self, path: RepoPath) -> RepoPath | None:
        """The first mirrored candidate."""
        return next((candidate for candidate in candidates(path) if candidate in self.pages), None)

    def file(self, path: RepoPath) -> bool:
        """Whether the file is there."""
        return path in self.files

    def named(self, name: str) -> tuple[RepoPath, ...]:
        """The documents of a name."""
        return self.names.get(f"[[{name}]]", ())


def candidates(path: RepoPath) -> tuple[RepoPath, ...]:
    """The paths that a link to `path` may mean, the best first: itself, then what docs sites make of it.

    `guide` may be `guide.md` or the folder's page, `guide/` the folder's page or `guide.md`, `guide.html` the file
    `guide.md`.
    """
    if path.endswith(_SUFFIX):
        return (path,)
    if path.endswith("/"):
        folder = "" if path == "/" else path
        own = [folder + name for name in _INDEXES]
        return tuple(map(RepoPath, (*own, path, *([folder[:-1] + _SUFFIX] if folder else []))))
    stem = next((path.removesuffix(end) for end in _HTML if path.endswith(end)), None)
    if stem is not None:
        return path, RepoPath(stem + _SUFFIX)
    return tuple(map(RepoPath, (path, path + _SUFFIX, *(f"{path}/{name}" for name in _INDEXES), path + "/")))


def resolve(slot: LinkSlot, *, page: RepoPath, index: LinkIndex) -> Resolved:
    """What a slot on a page means now."""
    if slot.name:
        named = index.named(_folded(slot.name))
        if len(named) > 1:
            return Ambiguous(tuple(sorted(named)))
        if named:
            return ToSelf() if named[0] == page else ToPage(named[0])
    path = slot.path
    if path is None:
        return ToMissing(None)
    if path == page:
        return ToSelf()
    found = index.page(path)
    if found != path and not path.endswith("/") and index.file(path):
        return ToFile(path)  # LICENSE is the file, although there is a LICENSE.md
    if found is not None and not (slot.kind is LinkKind.IMAGE and found != path):
        return ToSelf() if found == page else ToPage(found)
    folder = path if path.endswith("/") else RepoPath(path + "/")
    return ToFile(folder) if index.file(folder) else ToMissing(path)


def fragment(slot: LinkSlot) -> str:
    """The anchor that a slot points to, percent-decoded, without `#`; "" if there is none."""
    return unquote(slot.suffix.partition("#")[2])


def link_key(slot: LinkSlot) -> str:
    """The key of a link as written: a repository path, or `[[name]]`."""
    return f"[[{_folded(slot.name)}]]" if slot.name else slot.path or ""


def link_keys(slot: LinkSlot) -> tuple[str, ...]:
    """Every key under which something may appear that changes what the link means; `file_keys` are the other half."""
    keys: tuple[str, ...] = candidates(slot.path) if slot.path else ()
    return (link_key(slot), *keys) if slot.name else keys


def file_keys(path: RepoPath) -> tuple[str, ...]:
    """The keys that a file answers to when it comes or goes: its path, and its folder's for a folder's own page."""
    folder, slash, name = path.rpartition("/")
    index = name.lower() in {"index.md", "readme.md", "index.markdown", "readme.markdown"}
    return (path, folder + slash or "/") if index else (path,)


def name_keys(path: RepoPath, title: str) -> tuple[str, ...]:
    """The keys by which wiki links may name a document: its title and its file's stem."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    return tuple(sorted({f"[[{_folded(name)}]]" for name in (title, stem) if name}))


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name.removesuffix(_SUFFIX)).casefold().split())
