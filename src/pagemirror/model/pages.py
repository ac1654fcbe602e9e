"""Pages: what a target holds, as its backend tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pagemirror.model.fields import Fields
from pagemirror.model.ids import FieldName, PageId

__all__ = [
    "Absence",
    "Absent",
    "Capabilities",
    "Complete",
    "Draft",
    "Found",
    "Header",
    "Listing",
    "Page",
    "Partial",
    "Removal",
    "Tree",
]


class Absence(StrEnum):
    """Why a page can't be had; four states, never one."""

    GONE = "gone"
    ARCHIVED = "archived"
    TRASHED = "trashed"
    HIDDEN = "hidden"


class Removal(StrEnum):
    """What happens to a page whose file is gone."""

    ARCHIVE = "archive"
    DELETE = "delete"
    KEEP = "keep"


class Tree(StrEnum):
    """How a backend expresses the folder tree."""

    PARENTS = "parents"
    FOLDERS = "folders"
    TITLE = "title"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A page without its body. `created` and `updated` are server time, seconds since 1970 (0.0 where none is given).

    `version` moves with each change of the live text, None where the API has none. `parent` is the page above, where
    the API's tree is parents.
    """

    id: PageId
    title: str
    version: str | None
    created: float
    updated: float
    archived: bool = False
    slug: str | None = None
    parent: PageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A person's unpublished text that differs from the live one."""

    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page with its body, in the backend's Markdown or in its own form as text.

    `fields` holds every field that the backend can read, as it can be owned; sets as resolved ids. `body_known` is
    False where an answer did not hold the body (then `fields` has none). `tombstone` says that the page wears the
    backend's own archive marks; `fields` are then those below the marks. `put_back`: who looked found that the editor
    put an older text back over the one last written.
    """

    header: Header
    fields: Fields
    draft: Draft | None = None
    body_known: bool = True
    tombstone: bool = False
    put_back: bool = False

    @property
    def id(self) -> PageId:
        """The page's id."""
        return self.header.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """A read by id that found no live page."""

    id: PageId
    kind: Absence
    page: Page | None = None


Found = Page | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """A listing known to hold every page that was there from its start to its end: same total at both ends."""

    headers: tuple[Header, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """A listing that may lack rows; it can prove that a page is there, never that it is not."""

    headers: tuple[Header, ...]
    reason: str


Listing = Complete | Partial


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an API can do; `gaps` says in prose what is missing and what it costs.

    `title_limit` is in code points, None where the API names none. `body_limit` is in bytes of UTF-8. `fields` are
    those that can be owned beside title and body; `create_only` those that no update can change. `versions`: the API
    gives a token that moves with each change of the live text; without one the body is read before each write.
    `changed_since`: the listing can be asked for what moved since a time. `live_editor`: people edit a document that a
    write doesn't reach, and may put an older text back without having meant it.
    """

    format: Literal["markdown", "prosemirror"]
    tree: Tree
    title_limit: int | None
    body_limit: int | None
    fields: frozenset[FieldName]
    create_only: frozenset[FieldName]
    versions: bool
    changed_since: bool
    archive: Literal["native", "tombstone"]
    restore: bool
    delete: bool
    drafts: bool
    page_size: int
    gaps: Mapping[str, str]
    live_editor: bool = False
