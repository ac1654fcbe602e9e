"""The things that an Exec workspace holds, as frozen values."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Draft", "Folder", "Member", "Page", "Skill", "Source", "Status", "Version", "Visibility"]

Status = Literal["draft", "published", "archived"]
Visibility = Literal["private", "workspace", "global"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The text beside the live one."""

    title: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One publish; `by` is a member's id or None for the system."""

    number: int
    title: str
    content: str
    change: str
    by: str | None
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page; `touched` and `number` order writes and births within one second."""

    id: str
    number: int
    title: str
    status: Status
    visibility: Visibility
    owner: str | None
    created: int
    updated: int
    touched: int
    content: str | None = None
    draft: Draft | None = None
    published: int | None = None
    version: int | None = None
    numbers_used: int = 0
    versions: tuple[Version, ...] = ()
    folders: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder; they nest."""

    id: str
    name: str
    emoji: str | None
    parent: str | None
    visibility: Visibility
    created: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """A skill that pages can be linked to."""

    id: str
    name: str
    slug: str
    description: str
    created: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of the workspace."""

    id: str
    email: str
    first_name: str
    last_name: str
    role: Literal["admin", "staff", "member"]
    created: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A URL whose text is extracted some seconds after it was added."""

    id: str
    number: int
    title: str
    url: str
    cover: str
    folders: tuple[str, ...]
    by: str | None
    created: int
    archived: bool = False
