"""Raven Docs' documented endpoints: a call in, an answer out."""

from collections.abc import Callable

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.exchange import Answer, Call, Endpoint, Refused
from pagemirror.sandbox.paging import bend_rows
from pagemirror.sandbox.ravendocs.answers import full_page, history_row, listing, short_page
from pagemirror.sandbox.ravendocs.pages import Page
from pagemirror.sandbox.ravendocs.requests import Listing, Reader
from pagemirror.sandbox.ravendocs.store import KEY_OWNER, Store
from pagemirror.sandbox.ravendocs.switches import Switches
from pagemirror.sandbox.table import Query

__all__ = ["Endpoints"]


class Endpoints:
    """The endpoints over one store."""

    def __init__(self, store: Store, clock: Clock, switches: Callable[[], Switches]) -> None:
        self._store, self._clock, self._switches = store, clock, switches

    def table(self, prefix: str) -> tuple[Endpoint, ...]:
        """List them all, under a prefix such as `/v1`."""
        pages, page = f"{prefix}/pages", f"{prefix}/pages/{{id}}"
        return (
            Endpoint(method="GET", template=pages, handler=self.list_pages, lists=True),
            Endpoint(method="POST", template=pages, handler=self.create_page, writes=True),
            Endpoint(method="GET", template=page, handler=self.get_page),
            Endpoint(method="PUT", template=page, handler=self.update_page, writes=True),
            Endpoint(method="DELETE", template=page, handler=self.delete_page),
            Endpoint(method="GET", template=f"{page}/history", handler=self.get_history),
            Endpoint(method="POST", template=f"{page}/restore", handler=self.restore_page),
        )

    def list_pages(self, call: Call) -> Answer:
        """Answer one page of a space's pages, without their content."""
        switches = self._switches()
        wanted = self._reader().listing(call)
        lag = max(switches.list_lag, call.bend.stale_seconds)
        found = self._store.pages.select(
            Query(
                order=switches.list_order,
                shelf=wanted.space,
                descending=switches.list_order == "updated",
                offset=wanted.offset,
                limit=wanted.limit,
                keep=_keep(wanted, roots=switches.list_scope == "roots"),
                before=self._clock.now() - lag if lag else None,
                writes_ago=call.bend.stale_writes,
            )
        )
        found = bend_rows(found, call.bend, wanted.offset)
        return listing(
            [short_page(page) for page in found.rows],
            page=wanted.page,
            limit=wanted.limit,
            total=found.total,
            total_pages=switches.total_pages,
        )

    def create_page(self, call: Call) -> Answer:
        """Create a page."""
        page = self._store.create(self._reader().new_page(call), by=KEY_OWNER, form=call.bend.body_form)
        body = full_page(page) if self._switches().create_answer == "full" else short_page(page)
        return Answer(status=201, body={"data": body})

    def get_page(self, call: Call) -> Answer:
        """Answer one page with its content."""
        self._reader().no_query(call)
        return Answer(status=200, body={"data": full_page(self._page(call))})

    def update_page(self, call: Call) -> Answer:
        """Change a page."""
        page = self._page(call)
        change = self._reader().revision(call, page)
        return self._written(self._store.revise(page, change, by=KEY_OWNER, form=call.bend.body_form))

    def delete_page(self, call: Call) -> Answer:
        """Delete a page."""
        self._reader().deletion(call)
        self._store.delete(self._page(call))
        if self._switches().delete_answer == "204":
            return Answer(status=204)
        return Answer(status=200, body={"data": {"success": True}})

    def get_history(self, call: Call) -> Answer:
        """Answer all versions of a page, the newest first."""
        self._reader().no_query(call)
        page = self._page(call)
        return Answer(status=200, body={"data": [history_row(page, version) for version in reversed(page.versions)]})

    def restore_page(self, call: Call) -> Answer:
        """Give a page the title, text and icon of one of its versions."""
        page = self._page(call)
        return self._written(self._store.restore(page, self._reader().version(call, page), by=KEY_OWNER))

    def _written(self, page: Page) -> Answer:
        form = self._switches().update_answer
        if form == "empty":
            return Answer(status=204)
        return Answer(status=200, body={"data": full_page(page) if form == "full" else short_page(page)})

    def _page(self, call: Call) -> Page:
        page_id = call.params["id"]
        page = self._store.pages.get(page_id)
        if page is not None:
            self._reader().space(page.space)
            return page
        if page_id in self._store.gone and self._switches().deleted == "410":
            raise Refused(410, "Page was deleted")
        raise Refused(404, "Page not found")

    def _reader(self) -> Reader:
        return Reader(self._store, self._switches())


def _keep(wanted: Listing, *, roots: bool) -> Callable[[Page], bool] | None:
    if wanted.parent is not None:
        return lambda page: page.parent == wanted.parent
    return (lambda page: page.parent is None) if roots else None
