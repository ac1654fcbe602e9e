"""The tree written out: each page below its parent, in order, with what its place and its order come from. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, assert_never

from pagemirror.content.tree import Rule
from pagemirror.model.documents import Document
from pagemirror.model.ids import RepoPath

__all__ = ["Branch", "branches"]

_TOP: Final = RepoPath("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A page in the tree. `depth` counts the pages above it, `why` says what its place and order come from."""

    path: RepoPath
    depth: int
    parent: RepoPath | None
    why: str


def branches(
    documents: Mapping[RepoPath, Document],
    above: Mapping[RepoPath, RepoPath | None],
    *,
    chosen: Collection[RepoPath],
    root: RepoPath,
) -> tuple[Branch, ...]:
    """All documents, from the top down and in the order of siblings.

    `above` is the parent of each; `chosen` are those whose front matter named it.
    """
    children: defaultdict[RepoPath | None, list[RepoPath]] = defaultdict(list)
    for path in sorted(documents, key=lambda path: (documents[path].place.key, path)):
        children[above[path]].append(path)

    found: list[Branch] = []
    waiting = [(path, 0) for path in reversed(children[None])]
    while waiting:
        path, depth = waiting.pop()
        reasons = (_place(documents[path], above[path], root, named=path in chosen), *_order(documents[path]))
        found.append(Branch(path=path, depth=depth, parent=above[path], why="; ".join(reasons)))
        waiting += [(child, depth + 1) for child in reversed(children[path])]
    return tuple(found)


def _place(document: Document, parent: RepoPath | None, root: RepoPath, *, named: bool) -> str:
    """What the place comes from."""
    own = RepoPath(document.path.rstrip("/").rpartition("/")[0])
    if document.path.endswith("/"):
        kind = "section page of its folder"
    elif document.place.index:
        kind = f"index of the folder {own[len(root) :].lstrip('/')}"
    elif document.place.folder == _TOP:
        kind = "at the top of the source folder"
    else:
        kind = f"in the folder {document.place.folder[len(root) :].lstrip('/')}"
        kind += "" if parent is not None else ", which has no page"
    return "`parent` in its front matter" if named else kind


def _order(document: Document) -> Iterator[str]:
    """What the order among siblings comes from; nothing is said of the name alone."""
    rule, number, _ = document.place.key
    match Rule(rule):
        case Rule.FIRST:
            yield "the folder's own page is first"
        case Rule.ORDERED if document.front.order is not None:
            yield f"`order` {number}"
        case Rule.ORDERED if document.front.position is not None:
            yield f"`sidebar_position` {number}"
        case Rule.ORDERED:
            yield f"position {number} in its folder's `_category_` file"
        case Rule.IN_NAV:
            yield f"place {number + 1} in a navigation file"
        case Rule.NUMBERED:
            yield f"number {number} in its name"
        case Rule.NAMED:
            return
        case other:
            assert_never(other)
