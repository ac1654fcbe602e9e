"""A Raven Docs workspace in memory, and what writing to it means: the tree, versions, deleting.

Knows neither statuses nor what clients may send: it takes checked values and keeps frozen pages.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Literal

from pagemirror.sandbox.bodies import BodyForm
from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.editor.document import rewritten, written
from pagemirror.sandbox.exchange import Json
from pagemirror.sandbox.minting import letters, uuid_text
from pagemirror.sandbox.ravendocs.pages import Page, Space, Version
from pagemirror.sandbox.ravendocs.switches import Switches
from pagemirror.sandbox.table import PageTable

__all__ = ["COLLEAGUE", "KEEP", "KEY_OWNER", "SPACE_ID", "WORKSPACE_ID", "Keep", "NewPage", "Revision", "Store"]

WORKSPACE_ID, SPACE_ID = "ws_sandbox", "space_handbook"
KEY_OWNER, COLLEAGUE = "user_docs", "user_colleague"


class Keep(Enum):
    """The one value that leaves a field as it is, where None empties it."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """A page to create."""

    title: str
    content: Json
    space: str = SPACE_ID
    parent: str | None = None
    icon: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A change to a page; `KEEP` leaves a field as it is, and the document as None does."""

    title: str | Literal[Keep.KEEP] = KEEP
    content: Json | None = None
    parent: str | Literal[Keep.KEEP] | None = KEEP
    icon: str | Literal[Keep.KEEP] | None = KEEP


class Store:
    """All data of the workspace."""

    def __init__(self, clock: Clock, seed: str, switches: Callable[[], Switches]) -> None:
        self._clock, self._seed, self._switches = clock, seed, switches
        self.pages: PageTable[Page] = PageTable(
            shelf=lambda page: page.space,
            orders={
                "updated": lambda page: (page.updated, page.touched),
                "created": lambda page: (page.created, page.number),
                "title": lambda page: (page.title.casefold(), page.title, page.number),
            },
        )
        self.spaces: dict[str, Space] = {}
        self.gone: dict[str, None] = {}
        self.titles: Counter[tuple[str, str]] = Counter()
        self.minted = 0
        self.writes = 0

    def add_space(self, name: str, key: str | None = None) -> Space:
        """Add a space."""
        space = Space(id=key or self._mint("space"), name=name)
        self.spaces[space.id] = space
        self.writes += 1
        return space

    def create(self, new: NewPage, *, by: str, form: BodyForm | None = None) -> Page:
        """Create a page."""
        now, number, title = self._clock.second(), self._count(), self._title(new.title)
        page = Page(
            id=self._mint("page"),
            number=number,
            slug=_slug(title),
            title=title,
            content=self._content(new.content, form),
            icon=new.icon,
            parent=new.parent,
            space=new.space,
            by=by,
            created=now,
            updated=now,
            touched=number,
        )
        return self._put(None, self._versioned(page, by, "Created"))

    def revise(self, page: Page, change: Revision, *, by: str, form: BodyForm | None = None) -> Page:
        """Change a page."""
        title = page.title if change.title is KEEP else self._title(change.title)
        changed = replace(
            page,
            title=title,
            slug=_slug(title) if self._switches().slug_follows_title else page.slug,
            content=page.content if change.content is None else self._content(change.content, form),
            parent=page.parent if change.parent is KEEP else change.parent,
            icon=page.icon if change.icon is KEEP else change.icon,
        )
        return self._changed(page, changed, by, "Updated")

    def restore(self, page: Page, version: Version, *, by: str) -> Page:
        """Give a page the title, text and icon of one of its versions; its place in the tree stays."""
        changed = replace(page, title=version.title, content=version.content, icon=version.icon)
        return self._changed(page, changed, by, f"Restored version {version.number}")

    def delete(self, page: Page) -> None:
        """Delete a page for good, and do to its children what the switch says."""
        waiting, children = [page], self._children()
        while waiting:
            page = waiting.pop()
            if self.pages.get(page.id) is None:
                continue
            self._drop(page)
            below = [self.pages.get(key) for key in children.get(page.id, ())]
            for child in filter(None, below):
                if self._switches().delete_children == "delete":
                    waiting.append(child)
                elif self._switches().delete_children == "lift":
                    self._put(child, replace(child, parent=None))

    def is_below(self, page_id: str, ancestor: str) -> bool:
        """Say whether a page is another one, or anywhere below it."""
        seen: set[str] = set()
        current: str | None = page_id
        while current is not None and current not in seen:
            if current == ancestor:
                return True
            seen.add(current)
            page = self.pages.get(current)
            current = page.parent if page else None
        return False

    def restore_page(self, page: Page) -> None:
        """Put a page back as it was kept in a file."""
        self._put(None, page)

    def _children(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for page in self.pages:
            if page.parent is not None:
                found.setdefault(page.parent, []).append(page.id)
        return found

    def _changed(self, page: Page, changed: Page, by: str, summary: str) -> Page:
        if changed == page and not self._switches().touch_unchanged:
            return page
        moved = (changed.title, changed.content, changed.icon) != (page.title, page.content, page.icon)
        changed = replace(changed, updated=self._clock.second(), touched=self._count())
        return self._put(page, self._versioned(changed, by, summary) if moved else changed)

    def _versioned(self, page: Page, by: str, summary: str) -> Page:
        if self._switches().history == "persons" and by == KEY_OWNER:
            return page
        version = Version(
            id=self._mint("hist"),
            number=page.versions[-1].number + 1 if page.versions else 1,
            title=page.title,
            content=page.content,
            icon=page.icon,
            by=by,
            at=page.updated,
            summary=summary,
        )
        return replace(page, versions=(*page.versions, version))

    def _put(self, old: Page | None, page: Page) -> Page:
        for sign, state in ((-1, old), (1, page)):
            if state is not None:
                self.titles[state.space, state.title] += sign
        self.pages.put(page, self._clock.now())
        self.writes += 1
        return page

    def _drop(self, page: Page) -> None:
        self.titles[page.space, page.title] -= 1
        self.gone[page.id] = None
        self.pages.drop(page.id, self._clock.now())
        self.writes += 1

    def _title(self, title: str) -> str:
        return title.strip() if self._switches().trim_titles else title

    def _content(self, document: Json, form: BodyForm | None) -> str:
        document = rewritten(document, form or self._switches().body)
        return written(document, jsonb=self._switches().key_order == "jsonb")

    def _count(self) -> int:
        self.minted += 1
        self.writes += 1
        return self.minted

    def _mint(self, prefix: str) -> str:
        text = f"{self._seed}|ravendocs|{prefix}|{self._count()}"
        return uuid_text(text) if self._switches().ids == "uuid" else f"{prefix}_{letters(text, 16)}"


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
