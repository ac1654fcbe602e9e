"""A mirror without records: which of the target's pages could be its files' pages. Changes nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from pagemirror.backends.interface import Backend, Session
from pagemirror.executor.ports import Pages
from pagemirror.model.fields import BODY, TITLE
from pagemirror.model.ids import PageId, Uid
from pagemirror.model.pages import Complete, Found, Header, Listing, Page
from pagemirror.passes.book import Book
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
) -> tuple[dict[Uid, View], dict[PageId, Found]]:
    """Read each candidate; tie it to the one document whose text it holds, link-blind; the others are foreign.

    An adopted page makes links known by which another one can be told, so it goes on until nothing more is found.
    Gives the pages that were read too.
    """
    tentative(candidates, book)
    read: dict[PageId, Found] = {}
    for headers in candidates.pages.values():
        for header in headers:
            if header.id not in read:
                read[header.id] = await session.get(header.id)
    taken: dict[PageId, Uid] = {}
    left = sorted(candidates.pages, key=lambda uid: _path(views[uid]))
    found_more = True
    while left and found_more:
        found_more = False
        for uid in list(left):
            equal = _first_equal(uid, candidates.pages[uid], read, taken, backend, pages)
            if equal is not None:
                taken[equal.id] = uid
                book.learn(uid, equal.id, equal.slug)
                left.remove(uid)
                found_more = True
    result = {uid: replace(views[uid], adopt=page, equal=True) for page, uid in taken.items()}
    for uid in left:
        foreign = tuple(header.id for header in candidates.pages[uid] if header.id not in taken)
        result[uid] = replace(views[uid], foreign=foreign)
    return result, {page: read[page] for page in taken}


def _first_equal(
    uid: Uid,
    headers: Iterable[Header],
    read: Mapping[PageId, Found],
    taken: Mapping[PageId, Uid],
    backend: Backend,
    pages: Pages,
) -> Header | None:
    for header in headers:
        found = read[header.id]
        if header.id not in taken and isinstance(found, Page) and _equal(uid, found, backend, pages):
            return header
    return None


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
