"""A person's hand on a Raven Docs workspace: edits in the editor, and what the web view shows."""

import json

from pagemirror.sandbox.clock import stamp
from pagemirror.sandbox.editor.document import from_text, problem_in
from pagemirror.sandbox.exchange import Json
from pagemirror.sandbox.interface import NotThere, PageVersion, PageView, WrongInput
from pagemirror.sandbox.person_input import known_names, optional_text, text
from pagemirror.sandbox.ravendocs.pages import Page
from pagemirror.sandbox.ravendocs.store import COLLEAGUE, KEEP, KEY_OWNER, SPACE_ID, NewPage, Revision, Store

__all__ = ["Persons"]

_NAMES = {KEY_OWNER: "API key of Docs", COLLEAGUE: "A colleague"}


class Persons:
    """What people do and see. They write plain text, or a document as JSON."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, values: Json) -> PageView:
        """Create a page; `parent` is a page's id, `space` a space's."""
        known_names(values, ("title", "content", "parent", "icon", "space"))
        space = optional_text(values, "space") or SPACE_ID
        if space not in self._store.spaces:
            raise WrongInput(f"there is no space {space}; there are {', '.join(self._store.spaces)}")
        parent = optional_text(values, "parent")
        new = NewPage(
            title=text(values, "title"),
            content=_document(optional_text(values, "content") or ""),
            space=space,
            parent=self._page(parent).id if parent else None,
            icon=optional_text(values, "icon"),
        )
        return self.view(self._store.create(new, by=COLLEAGUE))

    def edit(self, page_id: str, values: Json) -> PageView:
        """Edit a page; `parent` moves it, and an empty one moves it to the top."""
        known_names(values, ("title", "content", "parent", "icon"))
        page = self._page(page_id)
        content = optional_text(values, "content")
        change = Revision(
            title=text(values, "title") if values.get("title") is not None else KEEP,
            content=None if content is None else _document(content),
            parent=self._new_parent(page, optional_text(values, "parent")) if "parent" in values else KEEP,
            icon=optional_text(values, "icon") if "icon" in values else KEEP,
        )
        return self.view(self._store.revise(page, change, by=COLLEAGUE))

    def take_away(self, page_id: str) -> None:
        """Delete a page."""
        self._store.delete(self._page(page_id))

    def view(self, page: Page) -> PageView:
        """Show a page."""
        space = self._store.spaces.get(page.space)
        return PageView(
            id=page.id,
            title=page.title,
            content=page.content,
            status="published",
            archived=False,
            created_at=stamp(page.created),
            updated_at=stamp(page.updated),
            version=page.versions[-1].number if page.versions else None,
            versions=tuple(
                PageVersion(
                    number=version.number,
                    title=version.title,
                    content=version.content,
                    change=version.summary,
                    at=stamp(version.at),
                    by=_NAMES.get(version.by, version.by),
                )
                for version in reversed(page.versions)
            ),
            facts=(
                ("Slug", page.slug),
                ("Icon", page.icon or "—"),
                ("Space", f"{space.name} ({space.id})" if space else page.space),
                ("Created by", _NAMES.get(page.by, page.by)),
            ),
            parent=page.parent,
            icon=page.icon or "",
        )

    def views(self) -> list[PageView]:
        """Show all pages, the one touched last first."""
        return [self.view(page) for page in sorted(self._store.pages, key=lambda page: -page.touched)]

    def find(self, page_id: str) -> PageView:
        """Show one page."""
        return self.view(self._page(page_id))

    def seed(self, kind: str, values: Json) -> Json:
        """Add a space."""
        if kind != "spaces":
            raise NotThere(f"ravendocs has no {kind} to add; there are spaces")
        space = self._store.add_space(text(values, "name"))
        return {"id": space.id, "name": space.name}

    def _new_parent(self, page: Page, parent: str | None) -> str | None:
        if not parent:
            return None
        if self._store.is_below(self._page(parent).id, page.id):
            raise WrongInput(f"{page.title} cannot stand below itself")
        return parent

    def _page(self, page_id: str) -> Page:
        page = self._store.pages.get(page_id)
        if page is None:
            raise NotThere(f"ravendocs has no page {page_id}")
        return page


def _document(content: str) -> Json:
    """Read what a person wrote: a document as JSON, else plain text."""
    if not content.lstrip().startswith("{"):
        return from_text(content)
    try:
        document: Json = json.loads(content)
    except ValueError as error:
        raise WrongInput(f"the text begins like a document, but it is no JSON: {error}") from error
    problem = problem_in(document)
    if problem is not None:
        raise WrongInput(f"the editor cannot open this document: {problem}")
    return document
