"""A person's hand on a Pharen workspace: edits in the web app, and what the web view shows."""

from pagemirror.sandbox.clock import stamp
from pagemirror.sandbox.exchange import Json
from pagemirror.sandbox.interface import NotThere, PageView
from pagemirror.sandbox.person_input import flag, optional_text, text
from pagemirror.sandbox.pharen.pages import Page
from pagemirror.sandbox.pharen.store import Store

__all__ = ["Persons"]


class Persons:
    """What people do and see."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, values: Json) -> PageView:
        """Create a page; `hidden` takes it out of the key's sight."""
        content = optional_text(values, "content") or ""
        hidden = flag(values, "hidden", default=False)
        return self.view(self._store.create(text(values, "title"), content, hidden=hidden))

    def edit(self, page_id: str, values: Json) -> PageView:
        """Edit a page; with `hidden` it leaves the key's sight or comes back."""
        page = self._page(page_id)
        title, content = optional_text(values, "title"), optional_text(values, "content")
        if "hidden" in values:
            page = self._store.hide(page, hidden=flag(values, "hidden", default=False))
        if title is not None or content is not None:
            page = self._store.revise(page, title=title, content=content)
        return self.view(page)

    def take_away(self, page_id: str) -> None:
        """Delete a page for good."""
        self._store.delete(self._page(page_id))

    def view(self, page: Page) -> PageView:
        """Show a page."""
        return PageView(
            id=page.id,
            title=page.title,
            content=page.content,
            status="hidden" if page.hidden else "published",
            archived=False,
            created_at=stamp(page.created),
            updated_at=stamp(page.updated),
        )

    def views(self) -> list[PageView]:
        """Show all pages, the one touched last first."""
        return [self.view(page) for page in sorted(self._store.pages, key=lambda page: -page.touched)]

    def find(self, page_id: str) -> PageView:
        """Show one page."""
        return self.view(self._page(page_id))

    def seed(self, kind: str, values: Json) -> Json:
        """Refuse: a Pharen workspace holds nothing but pages."""
        raise NotThere(f"pharen has no {kind} to add, only pages ({len(values)} values were not used)")

    def _page(self, page_id: str) -> Page:
        page = self._store.pages.get(page_id)
        if page is None:
            raise NotThere(f"pharen has no page {page_id}")
        return page
