"""A Pharen workspace in memory. Deleting is for good; there are no drafts, versions or folders."""

from collections.abc import Callable
from dataclasses import replace

from pagemirror.sandbox.bodies import BodyForm, take_form
from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.minting import letters
from pagemirror.sandbox.pharen.pages import Page
from pagemirror.sandbox.pharen.switches import Switches
from pagemirror.sandbox.table import PageTable

__all__ = ["HIDDEN", "SEEN", "Store"]

SEEN, HIDDEN = "seen", "hidden"


class Store:
    """All data of the workspace."""

    def __init__(self, clock: Clock, seed: str, switches: Callable[[], Switches]) -> None:
        self._clock, self._seed, self._switches = clock, seed, switches
        self.pages: PageTable[Page] = PageTable(
            shelf=lambda page: HIDDEN if page.hidden else SEEN,
            orders={
                "updated_at": lambda page: (page.updated, page.touched),
                "created_at": lambda page: (page.created, page.number),
                "title": lambda page: (page.title.casefold(), page.title, page.number),
            },
        )
        self.minted = 0
        self.writes = 0

    def create(self, title: str, content: str, *, hidden: bool = False, form: BodyForm | None = None) -> Page:
        """Create a page."""
        now, number = self._clock.second(), self._count()
        page = Page(
            id=f"page_{letters(f'{self._seed}|pharen|page|{number}', 25)}",
            number=number,
            title=self._title(title),
            content=self._body(content, form),
            created=now,
            updated=now,
            touched=number,
            hidden=hidden,
        )
        return self._put(page)

    def revise(
        self, page: Page, *, title: str | None = None, content: str | None = None, form: BodyForm | None = None
    ) -> Page:
        """Change a page; None leaves a field as it is."""
        changed = replace(
            page,
            title=page.title if title is None else self._title(title),
            content=page.content if content is None else self._body(content, form),
        )
        if changed == page and not self._switches().touch_unchanged:
            return page
        return self._put(replace(changed, updated=self._clock.second(), touched=self._count()))

    def hide(self, page: Page, *, hidden: bool) -> Page:
        """Take a page out of the key's sight, or show it again."""
        self._count()
        return self._put(replace(page, hidden=hidden))

    def delete(self, page: Page) -> None:
        """Delete a page for good."""
        self._count()
        self.pages.drop(page.id, self._clock.now())

    def restore_page(self, page: Page) -> None:
        """Put a page back as it was kept in a file."""
        self._put(page)

    def _put(self, page: Page) -> Page:
        self.pages.put(page, self._clock.now())
        self.writes += 1
        return page

    def _title(self, title: str) -> str:
        return title.strip() if self._switches().trim_titles else title

    def _body(self, content: str, form: BodyForm | None) -> str:
        return take_form(content, form or self._switches().body)

    def _count(self) -> int:
        self.minted += 1
        self.writes += 1
        return self.minted
