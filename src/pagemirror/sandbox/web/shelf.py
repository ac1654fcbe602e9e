"""Finding and arranging pages for people: search, status, pages of a list, the tree of folders. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from pagemirror.sandbox.interface import Hub, PageView

__all__ = ["Branch", "Found", "arrange", "search"]

_LISTED = 50
_IN_TREE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of search results."""

    pages: Sequence[PageView]
    total: int
    number: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A folder with the first of its pages and the folders in it; `depth` counts from 0."""

    hub: Hub | None
    depth: int
    pages: Sequence[PageView]
    more: int


def search(views: Sequence[PageView], *, text: str, status: str, folder: str, number: int) -> Found:
    """Return the pages whose title or body has the text, in some status, in some folder."""
    wanted = text.casefold()
    hits = [
        view
        for view in views
        if (view.status == status if status else not view.archived)
        and (not folder or folder in view.folders)
        and (not wanted or wanted in view.title.casefold() or wanted in (view.draft_content or view.content).casefold())
    ]
    last = max(1, -(-len(hits) // _LISTED))
    number = min(max(1, number), last)
    return Found(pages=hits[(number - 1) * _LISTED : number * _LISTED], total=len(hits), number=number, last=last)


def arrange(views: Sequence[PageView], hubs: Sequence[Hub]) -> list[Branch]:
    """Return the folders depth first, each with its pages by title, and at the end the pages in no folder."""
    inside: dict[str, list[PageView]] = {}
    for view in views:
        if not view.archived:
            for key in view.folders or ("",):
                inside.setdefault(key, []).append(view)
    children: dict[str | None, list[Hub]] = {}
    for hub in sorted(hubs, key=lambda hub: (hub.name.casefold(), hub.id)):
        children.setdefault(hub.parent, []).append(hub)
    branches: list[Branch] = []

    def grow(parent: str | None, depth: int) -> None:
        for hub in children.get(parent, ()):
            branches.append(_branch(hub, depth, inside.get(hub.id, [])))
            grow(hub.id, depth + 1)

    grow(None, 0)
    loose = inside.get("", [])
    return [*branches, _branch(None, 0, loose)] if loose or not branches else branches


def _branch(hub: Hub | None, depth: int, views: list[PageView]) -> Branch:
    shown = sorted(views, key=lambda view: (view.title.casefold(), view.id))[:_IN_TREE]
    return Branch(hub=hub, depth=depth, pages=shown, more=len(views) - len(shown))
