"""Finding and arranging pages for people: search, status, pages of a list, the tree of folders or pages. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pagemirror.sandbox.interface import Hub, PageView

__all__ = ["Branch", "Found", "Leaf", "arrange", "grow_tree", "search", "trail"]

_LISTED = 50
_IN_TREE = 40
_IN_PAGE_TREE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of search results."""

    pages: Sequence[PageView]
    total: int
    number: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page in the tree; `depth` counts the pages above it."""

    page: PageView
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A folder with the first of its pages and the folders in it; `depth` counts from 0."""

    hub: Hub | None
    depth: int
    pages: Sequence[Leaf]
    more: int


def search(
    views: Sequence[PageView], *, text: str, status: str, folder: str, number: int, plain: Callable[[str], str]
) -> Found:
    """Return the pages whose title or plain body has the text, in some status, in some folder."""
    wanted = text.casefold()
    hits = [
        view
        for view in views
        if (view.status == status if status else not view.archived)
        and (not folder or folder in view.folders)
        and (
            not wanted
            or wanted in view.title.casefold()
            or wanted in plain(view.draft_content or view.content).casefold()
        )
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


def grow_tree(views: Sequence[PageView]) -> list[Branch]:
    """Return one branch with all pages depth first, each below its parent; a page without one there is at the top."""
    there = {view.id for view in views if not view.archived}
    children: dict[str | None, list[PageView]] = {}
    for view in sorted(views, key=lambda view: (view.title.casefold(), view.id), reverse=True):
        if view.id in there:
            children.setdefault(view.parent if view.parent in there else None, []).append(view)
    leaves: dict[str, Leaf] = {}
    for start in (children.get(None, []), sorted(views, key=lambda view: view.id)):
        waiting = [(view, 0) for view in start if view.id in there]
        while waiting:
            view, depth = waiting.pop()
            if view.id not in leaves:
                leaves[view.id] = Leaf(page=view, depth=depth)
                waiting += [(child, depth + 1) for child in children.get(view.id, ())]
    shown = list(leaves.values())[:_IN_PAGE_TREE]
    return [Branch(hub=None, depth=0, pages=shown, more=len(leaves) - len(shown))]


def trail(views: Sequence[PageView], page: PageView) -> list[PageView]:
    """Return the pages above a page, the topmost first."""
    by_id = {view.id: view for view in views}
    above: list[PageView] = []
    current = by_id.get(page.parent or "")
    while current is not None and current not in above:
        above.insert(0, current)
        current = by_id.get(current.parent or "")
    return above


def _branch(hub: Hub | None, depth: int, views: list[PageView]) -> Branch:
    shown = sorted(views, key=lambda view: (view.title.casefold(), view.id))[:_IN_TREE]
    leaves = [Leaf(page=view) for view in shown]
    return Branch(hub=hub, depth=depth, pages=leaves, more=len(views) - len(shown))
