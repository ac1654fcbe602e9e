"""What a Raven Docs workspace holds: pages in a tree, each in one space, with the versions that can be restored.

A document is kept as JSON text, so that pages stay frozen and two of them can be compared.
"""

from dataclasses import dataclass

__all__ = ["Page", "Space", "Version"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A space of the workspace."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One state of a page that its history shows; `id` is what a restore names."""

    id: str
    number: int
    title: str
    content: str
    icon: str | None
    by: str
    at: int
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page; `touched` and `number` order writes and births within one second."""

    id: str
    number: int
    slug: str
    title: str
    content: str
    icon: str | None
    parent: str | None
    space: str
    by: str
    created: int
    updated: int
    touched: int
    versions: tuple[Version, ...] = ()
