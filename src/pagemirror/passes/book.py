"""The book of a pass: the documents that links may lead to, their pages as they become known, and their names."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pagemirror.model.ids import PageId, RepoPath, Uid
from pagemirror.model.images import Upload
from pagemirror.model.pages import Header

__all__ = ["TOKEN", "Book", "names_of"]

TOKEN = "pagemirror:"  # noqa: S105 - the scheme of a link-blind destination, no secret
"""What a link-blind destination begins with; never sent."""


@dataclass(slots=True)
class Book:
    """What is known of each document that can be linked to: where it is, its page as soon as it has one, and the
    page's images on the target.
    """

    paths: dict[RepoPath, Uid] = field(default_factory=dict)
    pages: dict[Uid, tuple[PageId, str | None]] = field(default_factory=dict)
    names: dict[str, tuple[RepoPath, ...]] = field(default_factory=dict)
    by_id: dict[PageId, Uid] = field(default_factory=dict)
    uploads: dict[Uid, tuple[Upload, ...]] = field(default_factory=dict)

    def add(self, path: RepoPath, uid: Uid, page_id: PageId | None, slug: str | None) -> None:
        """Note a document, and its page if it has one."""
        self.paths[path] = uid
        if page_id is not None:
            self.learn(uid, page_id, slug)

    def learn(self, uid: Uid, page_id: PageId, slug: str | None) -> None:
        """A page id became known."""
        self.pages[uid] = (page_id, slug)
        self.by_id[page_id] = uid

    def learned(self, uid: Uid, header: Header) -> None:
        """The same, from a page."""
        self.learn(uid, header.id, header.slug)


def names_of(documents: Iterable[tuple[str, RepoPath]]) -> dict[str, tuple[RepoPath, ...]]:
    """Wiki names: key → the documents that have it."""
    names: dict[str, tuple[RepoPath, ...]] = {}
    for key, path in documents:
        names[key] = (*names.get(key, ()), path)
    return names
