"""Documents: what one Markdown file says, before any target is thought of."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from pagemirror.model.ids import BlobId, PageId, RepoPath

__all__ = [
    "MKDOCS",
    "Document",
    "Finding",
    "FrontMatter",
    "Level",
    "LinkKind",
    "LinkSlot",
    "Place",
    "Template",
    "Unreadable",
]

MKDOCS: Final = ("mkdocs.yml", "mkdocs.yaml")
"""Navigation files that stand at the repository's root, or in a folder above the source folder."""


class Level(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to tell about a file: where, a stable code, and what it means for its page."""

    path: RepoPath
    code: str
    message: str
    level: Level = Level.WARNING
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A file that can't become a page now; its page on the target stays as it was.

    `code` is `encoding`, `too_large`, `front_matter`, `title`, `unsupported`, …; `blob` tells later whether it moved.
    """

    path: RepoPath
    blob: BlobId
    code: str
    reason: str
    line: int | None = None

    @property
    def told(self) -> str:
        """The reason with its place in the file."""
        return self.reason if self.line is None else f"line {self.line}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The known keys of a file's front matter; None means "not set"."""

    title: str | None = None
    id: str | None = None
    page_id: PageId | None = None
    parent: str | None = None
    order: int | None = None
    position: int | None = None
    icon: str | None = None
    status: str | None = None
    visibility: str | None = None
    slug: str | None = None
    folders: tuple[str, ...] | None = None
    skills: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None
    protect: bool = False
    mirror: bool = True


class LinkKind(StrEnum):
    """What a destination is for."""

    LINK = "link"
    IMAGE = "image"


class LinkSlot(NamedTuple):
    """One destination in a body that may have to be rewritten; a tuple, as a pass makes millions of them.

    `raw` is what the file says, to the letter, and is sent when there is nothing better. `path` is the repository path
    that it means (None for a wiki link, whose `name` says the page). `suffix` is `?query#fragment` as written. `style`
    tells how a new destination must be escaped where it stands: `bare` and `angle` (Markdown), `html-"`, `html-'` and
    `html` (attribute values), `wiki` (the whole `[[…]]` is replaced by `[label](destination)`).
    """

    raw: str
    kind: LinkKind
    path: RepoPath | None
    suffix: str = ""
    style: str = "bare"
    name: str = ""
    label: str = ""
    line: int = 0
    column: int = 0


Template = tuple[str | LinkSlot, ...]
"""A body cut at its rewritable destinations; the strings are the file's own text, to the letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a document stands in the tree: its folder's chain of repository paths below the source folder.

    `folder` is the folder it stands in as a page ("" at the top): an `index.md` stands in its folder's parent folder.
    `index` says that it is its folder's own page. `key` sorts siblings: order, nav position, number, name.
    """

    folder: RepoPath
    index: bool
    key: tuple[int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One parsed Markdown file.

    `body` is the text below front matter and title heading. `headings` are the plain texts of its headings, `ids` those
    in raw HTML: what anchors are made of.
    `note` says where the body's destinations stand in the file; `content.with_body` makes the body again from it.
    """

    path: RepoPath
    blob: BlobId
    front: FrontMatter
    title: str
    body: Template
    place: Place
    headings: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    note: bytes = field(default=b"", compare=False, repr=False)

    @property
    def links(self) -> tuple[LinkSlot, ...]:
        """The rewritable destinations, in the order of the text."""
        return tuple([part for part in self.body if isinstance(part, LinkSlot)])

    @property
    def text(self) -> str:
        """The body as the file has it, to the letter."""
        return "".join([part if isinstance(part, str) else part.raw for part in self.body])
