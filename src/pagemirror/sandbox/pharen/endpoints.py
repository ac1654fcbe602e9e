"""Pharen's documented endpoints: a call in, an answer out."""

from collections.abc import Callable

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.exchange import Answer, Call, Endpoint, Refused
from pagemirror.sandbox.paging import bend_rows
from pagemirror.sandbox.pharen.answers import list_row, listing, page_json
from pagemirror.sandbox.pharen.pages import Page
from pagemirror.sandbox.pharen.requests import Reader
from pagemirror.sandbox.pharen.store import SEEN, Store
from pagemirror.sandbox.pharen.switches import Switches
from pagemirror.sandbox.table import Query

__all__ = ["Endpoints"]

_PAGES, _PAGE = "/new-page", "/new-page/{id}"


class Endpoints:
    """The endpoints over one store."""

    def __init__(self, store: Store, clock: Clock, switches: Callable[[], Switches]) -> None:
        self._store, self._clock, self._switches = store, clock, switches

    def table(self) -> tuple[Endpoint, ...]:
        """List them all."""
        return (
            Endpoint(method="GET", template=_PAGES, handler=self.list_pages, lists=True),
            Endpoint(method="POST", template=_PAGES, handler=self.create_page, writes=True),
            Endpoint(method="GET", template=_PAGE, handler=self.get_page),
            Endpoint(method="PUT", template=_PAGE, handler=self.update_page, writes=True),
            Endpoint(method="DELETE", template=_PAGE, handler=self.delete_page),
        )

    def list_pages(self, call: Call) -> Answer:
        """Answer one page of the pages that the key may see."""
        wanted = Reader(self._switches()).listing(call)
        text = wanted.search.casefold()
        lag = max(self._switches().list_lag, call.bend.stale_seconds)
        found = self._store.pages.select(
            Query(
                order=wanted.sort,
                shelf=SEEN,
                descending=wanted.descending,
                offset=wanted.offset,
                limit=wanted.per_page,
                keep=(lambda page: text in page.title.casefold()) if text else None,
                before=self._clock.now() - lag if lag else None,
                writes_ago=call.bend.stale_writes,
            )
        )
        found = bend_rows(found, call.bend, wanted.offset)
        full = self._switches().list_content == "full"
        rows = [list_row(page, full=full) for page in found.rows]
        return listing(rows, page=wanted.page, per_page=wanted.per_page, total=found.total)

    def create_page(self, call: Call) -> Answer:
        """Create a page."""
        title, content = Reader(self._switches()).new_page(call)
        return Answer(status=201, body=page_json(self._store.create(title, content, form=call.bend.body_form)))

    def get_page(self, call: Call) -> Answer:
        """Answer one page with its body."""
        Reader(self._switches()).no_query(call)
        return Answer(status=200, body=page_json(self._page(call)))

    def update_page(self, call: Call) -> Answer:
        """Change only the fields that are given."""
        page = self._page(call)
        title, content = Reader(self._switches()).revision(call)
        page = self._store.revise(page, title=title, content=content, form=call.bend.body_form)
        return Answer(status=200, body=page_json(page))

    def delete_page(self, call: Call) -> Answer:
        """Delete a page for good."""
        self._store.delete(self._page(call))
        return Answer(status=204)

    def _page(self, call: Call) -> Page:
        page_id = call.params["id"]
        page = self._store.pages.get(page_id)
        if page is not None and page.hidden and self._switches().hidden_page == "403":
            raise Refused(403, "The API key may not see this page.")
        if page is None or page.hidden:
            raise Refused(404, f"No page with ID '{page_id}' exists in this workspace.")
        return page
