"""A mirror without records: which of the target's pages could be its files' pages. Changes nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from pagemirror.backends.interface import Backend, Session
from pagemirror.executor.ports import Pages
from pagemirror.model.fields import BODY, TITLE
from pagemirror.model.ids import PageId, Uid
from pagemirror.model.pages import Complete, Found, Header, Listing, Page
from pagemirror.passes.linking import Book
from pagemirror.planner.views import View

__all__ = ["Candidates", "adopt_equal", "find_candidates", "tentative"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Per document without a page, the pages with its title; `incomplete` says why the listing can't be trusted."""

    pages: Mapping[Uid, tuple[Header, ...]]
    incomplete: str = ""


def find_candidates(
    views: Mapping[Uid, View], listing: Listing, owned: Callable[[Iterable[PageId]], frozenset[PageId]]
) -> Candidates:
    """Match documents without a page with live pages of the same title that no mirror knows."""
    by_title: defaultdict[str, list[Header]] = defaultdict(list)
    taken = owned([header.id for header in listing.headers])
    for header in listing.headers:
        if not header.archived and header.id not in taken:
            by_title[header.title].append(header)
    pages = {
        uid: tuple(by_title[title])
        for uid, view in views.items()
        if _without_page(view) and (title := _title(view)) is not None and title in by_title
    }
    return Candidates(pages=pages, incomplete="" if isinstance(listing, Complete) else listing.reason)


def tentative(candidates: Candidates, book: Book) -> None:
    """Let links lead to the pages that would be adopted, so that texts can be compared link-blind."""
    users: defaultdict[PageId, list[Uid]] = defaultdict(list)
    for uid, headers in candidates.pages.items():
        for header in headers:
            users[header.id].append(uid)
    for uid, headers in candidates.pages.items():
        if len(headers) == 1 and len(users[headers[0].id]) == 1:
            book.by_id.setdefault(headers[0].id, uid)


async def adopt_equal(
    views: Mapping[Uid, View], candidates: Candidates, *, backend: Backend, session: Session, pages: Pages, book: Book
) -> dict[Uid, View]:
    """Read each candidate; tie it to the one document whose text it holds, link-blind; the others are foreign."""
    tentative(candidates, book)
    cache: dict[PageId, Found] = {}
    taken: set[PageId] = set()
    result: dict[Uid, View] = {}
    for uid in sorted(candidates.pages, key=lambda uid: _path(views[uid])):
        equal: list[PageId] = []
        other: list[PageId] = []
        for header in candidates.pages[uid]:
            if header.id not in cache:
                cache[header.id] = await session.get(header.id)
            found = cache[header.id]
            if isinstance(found, Page) and header.id not in taken:
                (equal if _equal(uid, found, backend, pages) else other).append(header.id)
        if equal:
            taken.add(equal[0])
            book.learn(uid, equal[0], next(h.slug for h in candidates.pages[uid] if h.id == equal[0]))
            result[uid] = replace(views[uid], adopt=equal[0], equal=True)
        else:
            result[uid] = replace(views[uid], foreign=tuple(other))
    return {uid: _without_taken(view, taken) for uid, view in result.items()}


def _without_taken(view: View, taken: set[PageId]) -> View:
    """A page that another document adopts is nobody else's riddle."""
    return view if view.equal else replace(view, foreign=tuple(page for page in view.foreign if page not in taken))


def _equal(uid: Uid, page: Page, backend: Backend, pages: Pages) -> bool:
    ours, theirs = backend.normal(pages.render(uid).fields), backend.normal(page.fields)
    mine, other = str(ours.get(BODY) or ""), str(theirs.get(BODY) or "")
    if ours.get(TITLE) != theirs.get(TITLE):
        return False
    return mine == other or pages.blind(mine, uid) == pages.blind(other, uid)


def _without_page(view: View) -> bool:
    return view.wanted is not None and view.adopt is None and (view.record is None or view.record.page_id is None)


def _title(view: View) -> str | None:
    """The title as its page has it: the backend may have put the folder in front."""
    if view.wanted is None:
        return None
    value = view.wanted.values.get(TITLE)
    return value if isinstance(value, str) else view.wanted.title


def _path(view: View) -> str:
    return view.wanted.path if view.wanted is not None else ""
