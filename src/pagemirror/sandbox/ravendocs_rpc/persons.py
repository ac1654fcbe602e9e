"""A person's hand on a Raven Docs server: all text goes through the editor, which works on its own document.

What an API wrote to a page that an editor had opened before is not in that document: the editor shows the older text,
and the person's save brings it back.
"""

import json
from dataclasses import replace

from pagemirror.sandbox.clock import stamp
from pagemirror.sandbox.editor.document import from_text, problem_in, written
from pagemirror.sandbox.exchange import Json
from pagemirror.sandbox.interface import NotThere, PageVersion, PageView, WrongInput
from pagemirror.sandbox.person_input import known_names, optional_text, text
from pagemirror.sandbox.ravendocs_rpc.pages import Page
from pagemirror.sandbox.ravendocs_rpc.store import Store

__all__ = ["Persons"]


class Persons:
    """What people do and see. They write plain text, or a document as JSON."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, values: Json) -> PageView:
        """Create a page in the web app, which opens it in the editor; `parent` is a page's id, `space` a space's."""
        known_names(values, ("title", "content", "parent", "icon", "space"))
        space = optional_text(values, "space") or next(iter(self._store.spaces))
        if space not in self._store.spaces:
            raise WrongInput(f"there is no space {space}; there are {', '.join(self._store.spaces)}")
        parent, by = optional_text(values, "parent"), self._store.member.id
        document = _document(optional_text(values, "content") or "")
        key, slug = self._store.new_ids()
        draft = Page(
            id=key,
            slug_id=slug,
            title=text(values, "title"),
            icon=optional_text(values, "icon"),
            position="",
            parent=self._page(parent).id if parent else None,
            space=space,
            creator=by,
            updater=by,
            content=document,
            shared=document,
            contributors=(by,),
            created=0,
            updated=0,
        )
        return self.view(self._store.create(draft))

    def edit(self, page_id: str, values: Json) -> PageView:
        """Edit a page: `content` replaces what the editor shows, `append` is a paragraph below it.

        `parent` moves the page, and an empty one moves it to the top; `by` is `owner` where the mirror's user edits.
        """
        known_names(values, ("title", "content", "append", "parent", "icon", "by"))
        page = self._page(page_id)
        by = self._store.owner.id if values.get("by") == "owner" else self._store.member.id
        content, more = optional_text(values, "content"), optional_text(values, "append")
        if content is not None:
            page = self._store.save_editor(page, _document(content), by)
        if more is not None:
            page = self._store.save_editor(page, _with_paragraph(_shown(page), more), by)
        if "title" in values or "icon" in values:
            title = text(values, "title") if values.get("title") is not None else page.title
            icon = optional_text(values, "icon") if "icon" in values else page.icon
            page = self._store.touch(replace(page, title=title, icon=icon), by)
        if "parent" in values:
            page = self._moved(page, optional_text(values, "parent"))
        return self.view(page)

    def take_away(self, page_id: str) -> None:
        """Put a page and all below it into the trash."""
        self._store.trash(self._page(page_id), self._store.member.id)

    def view(self, page: Page) -> PageView:
        """Show a page; where the editor shows another text than the API, as a draft."""
        space, users = self._store.spaces.get(page.space), self._store.users
        shadowed = page.shared is not None and page.shared != page.content
        return PageView(
            id=page.id,
            title=page.title or "",
            content=page.content or "",
            status="trashed" if page.deleted is not None else "published",
            archived=page.deleted is not None,
            created_at=stamp(page.created // 1000),
            updated_at=stamp(page.updated // 1000),
            version=len(page.history),
            draft_title=(page.title or "") if shadowed else None,
            draft_content=page.shared if shadowed else None,
            versions=tuple(
                PageVersion(
                    number=number,
                    title=version.title or "",
                    content=version.content or "",
                    change="saved in the editor",
                    at=stamp(version.at // 1000),
                    by=users[version.by].name,
                )
                for number, version in reversed(list(enumerate(page.history, 1)))
            ),
            facts=(
                ("Slug id", page.slug_id),
                ("Position", page.position),
                ("Icon", page.icon or "—"),
                ("Metadata", page.metadata or "—"),
                ("Space", f"{space.name} ({space.id})" if space else page.space),
                ("Last updated by", users[page.updater].name),
                ("Files", ", ".join(file.name for file in self._store.files.values() if file.page == page.id) or "—"),
                ("Editor", "shows an older text" if shadowed else "opened before" if page.shared else "never opened"),
            ),
            parent=page.parent,
            icon=page.icon or "",
        )

    def views(self) -> list[PageView]:
        """Show all pages, trashed ones too, the one changed last first."""
        return [self.view(page) for page in sorted(self._store.pages, key=lambda page: -page.updated)]

    def find(self, page_id: str) -> PageView:
        """Show one page."""
        return self.view(self._page(page_id, trashed=True))

    def seed(self, kind: str, values: Json) -> Json:
        """Add a space, of which the mirror's user and the colleague are members."""
        if kind != "spaces":
            raise NotThere(f"ravendocs_rpc has no {kind} to add; there are spaces")
        slug = f"space{len(self._store.spaces) + 1}"
        space = self._store.add_space(text(values, "name"), slug, "", by=self._store.owner.id)
        return {"id": space.id, "name": space.name}

    def _moved(self, page: Page, parent: str | None) -> Page:
        if parent and page.id in {self._page(parent).id, *_above(self._store, parent)}:
            raise WrongInput(f"{page.title} cannot stand below itself")
        last = [sibling for sibling in self._store.siblings(page.space, parent or None) if sibling.id != page.id]
        return self._store.move(page, parent or None, self._store.behind(last))

    def _page(self, page_id: str, *, trashed: bool = False) -> Page:
        page = self._store.find(page_id)
        if page is None or (page.deleted is not None and not trashed):
            raise NotThere(f"ravendocs_rpc has no page {page_id}")
        return page


def _above(store: Store, page_id: str) -> set[str]:
    found: set[str] = set()
    current = store.find(page_id)
    while current is not None and current.parent is not None and current.parent not in found:
        found.add(current.parent)
        current = store.find(current.parent)
    return found


def _shown(page: Page) -> str:
    """What the editor shows: its own document, or the API's text where it has none yet."""
    return page.shared or page.content or _document("")


def _with_paragraph(document: str, more: str) -> str:
    value = json.loads(document)
    blocks = [*(value.get("content") or ()), *from_text(more)["content"]]
    return written({**value, "content": blocks}, jsonb=True)


def _document(content: str) -> str:
    """Read what a person wrote: a document as JSON, else plain text."""
    if not content.lstrip().startswith("{"):
        return written(from_text(content), jsonb=True)
    try:
        document: Json = json.loads(content)
    except ValueError as error:
        raise WrongInput(f"the text begins like a document, but it is no JSON: {error}") from error
    problem = problem_in(document)
    if problem is not None:
        raise WrongInput(f"the editor cannot open this document: {problem}")
    return written(document, jsonb=True)
