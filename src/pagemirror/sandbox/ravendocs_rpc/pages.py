"""What a Raven Docs server holds: users, spaces with their members, pages in a tree, attached files.

Documents are kept as JSON text, so that pages stay frozen and two of them can be compared. Times are milliseconds.
"""

from dataclasses import dataclass

__all__ = ["Attachment", "Page", "Space", "User", "Version"]


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody with an account; `role` is the one in the workspace."""

    id: str
    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A space; `members` are pairs of user and role: admin, writer or reader."""

    id: str
    slug: str
    name: str
    description: str
    creator: str
    created: int
    members: tuple[tuple[str, str], ...]

    def role_of(self, user: str) -> str | None:
        """What a user is here; None for somebody who is no member."""
        return dict(self.members).get(user)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One row of a page's history; only saves of the editor make them."""

    id: str
    title: str | None
    content: str | None
    icon: str | None
    by: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page. `shared` is the collaborative document as JSON text, None where no editor ever made one."""

    id: str
    slug_id: str
    title: str | None
    icon: str | None
    position: str
    parent: str | None
    space: str
    creator: str
    updater: str
    content: str | None
    created: int
    updated: int
    deleted: int | None = None
    contributors: tuple[str, ...] = ()
    page_type: str | None = None
    metadata: str | None = None
    shared: str | None = None
    history: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that belongs to a page."""

    id: str
    name: str
    mime: str
    content: bytes
    page: str
    creator: str
    created: int
    updated: int
