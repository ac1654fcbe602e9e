"""The endpoints of pages: a call in, an answer out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.exchange import Answer, Call, Endpoint, Json, Refused
from pagemirror.sandbox.paging import bend_rows
from pagemirror.sandbox.ravendocs_rpc import requests as ask
from pagemirror.sandbox.ravendocs_rpc.answers import (
    crumb,
    done,
    full_page,
    history_row,
    listing,
    search_row,
    short_page,
    sidebar_row,
)
from pagemirror.sandbox.ravendocs_rpc.desk import NO_MEMBER, Desk
from pagemirror.sandbox.ravendocs_rpc.pages import Page
from pagemirror.sandbox.ravendocs_rpc.positions import is_position
from pagemirror.sandbox.ravendocs_rpc.store import TRASH
from pagemirror.sandbox.table import Query, Rows

__all__ = ["Endpoints"]

_PAGE_ID = {"pageId": ask.filled}
_PAGING = {"page": (ask.number(),), "limit": (ask.number(100),)}
Fields = dict[str, ask.Check | tuple[ask.Check]]
_CONTENT: Fields = {
    "title": (ask.string,),
    "icon": (ask.string,),
    "content": (ask.string,),
    "parentPageId": (ask.string,),
    "pageType": (ask.string,),
}
_SIDEBAR = 250
_LOCKED_TITLE = "user profile"


def _an_object(name: str, value: Any) -> str | None:
    return None if isinstance(value, dict) else f"{name} must be an object"


class Endpoints:
    """The endpoints of pages over one desk."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk, self._clock, self._store = desk, clock, desk.store

    def table(self) -> tuple[Endpoint, ...]:
        """List them all."""
        lists = {"recent": self.recent, "trash": self.trash, "sidebar-pages": self.sidebar}
        writes = {"create": self.create, "update": self.update}
        others = {
            "info": self.info,
            "delete": self.delete,
            "restore": lambda call: self.restore(call, single=False),
            "restore-single": lambda call: self.restore(call, single=True),
            "move": self.move,
            "move-to-space": self.move_to_space,
            "breadcrumbs": self.breadcrumbs,
            "history": self.history,
            "history/info": self.history_info,
        }
        found = [_post(f"pages/{name}", handler, lists=True) for name, handler in lists.items()]
        found += [_post(f"pages/{name}", handler, writes=True) for name, handler in writes.items()]
        found += [_post(f"pages/{name}", handler) for name, handler in others.items()]
        return (*found, _post("search", self.search))

    # ------------------------------------------------------------------ one page

    def create(self, call: Call) -> Answer:
        """Create a page; only its space must be named."""
        user = self._desk.user(call)
        fields: Fields = {**_CONTENT, "spaceId": ask.a_uuid, "metadata": (_an_object,)}
        body = ask.read(call, fields)
        space = self._desk.space(call, body["spaceId"], writes=True)
        parent = self._desk.parent(body.get("parentPageId"), space.id)
        key, slug = self._store.new_ids()
        now = self._store.began
        draft = Page(
            id=key,
            slug_id=slug,
            title=None,
            icon=None,
            position="",
            parent=parent,
            space=space.id,
            creator=user.id,
            updater=user.id,
            content=None,
            created=now,
            updated=now,
        )
        return done(short_page(self._store.create(self._changed(call, draft, body)), self._store.workspace))

    def info(self, call: Call) -> Answer:
        """Answer one page with its document."""
        self._desk.user(call)
        switches = {"includeSpace": (ask.boolean,), "includeContent": (ask.boolean,)}
        body = ask.read(call, {**_PAGE_ID, "includeDeleted": (ask.boolean,), **switches})
        return self._full(self._desk.page(call, body["pageId"], trashed=body.get("includeDeleted") is True))

    def update(self, call: Call) -> Answer:
        """Change a page's own fields; a parent is read and not used."""
        user = self._desk.user(call)
        body = ask.read(call, {"pageId": ask.string, **_CONTENT, "metadata": (_an_object,)})
        page = self._desk.page(call, body["pageId"], writes=True)
        if len(body) == 1:
            call.note("empty_update", "an update without any field")
        if "parentPageId" in body:
            call.note("ignored_field", "parentPageId does nothing in an update")
        return self._full(self._store.touch(self._changed(call, page, body), user.id))

    def delete(self, call: Call) -> Answer:
        """Put a page and all below it into the trash."""
        user = self._desk.user(call)
        key = ask.read(call, _PAGE_ID)["pageId"]
        page = self._desk.page(call, key, writes=True)
        self._desk.uuid_only(call, key)
        if (page.title or "").lower().startswith(_LOCKED_TITLE):
            raise Refused(403, "User profile pages cannot be deleted")
        self._store.trash(page, user.id)
        return done()

    def restore(self, call: Call, *, single: bool) -> Answer:
        """Take a page out of the trash."""
        user = self._desk.user(call)
        key = ask.read(call, _PAGE_ID)["pageId"]
        page = self._desk.page(call, key, writes=True, trashed=True)
        if not single:
            self._desk.uuid_only(call, key)
        self._store.restore(page, user.id, single=single)
        return done({"success": True})

    def move(self, call: Call) -> Answer:
        """Move a page; no parent is the top, and a place below itself is not refused."""
        self._desk.user(call)
        fields: Fields = {"pageId": ask.string, "position": ask.position, "parentPageId": (ask.string,)}
        body = ask.read(call, fields)
        page = self._desk.page(call, body["pageId"], writes=True, message="Moved page not found")
        if not is_position(body["position"]):
            call.note("bad_position", f"{body['position']} is no position")
            raise Refused(400, "Invalid move position")
        parent = self._desk.parent(body.get("parentPageId"), page.space)
        if parent is not None and parent in {page.id, *(each.id for each in self._store.below(page))}:
            call.note("cycle", f"{page.id} stands below itself")
        self._store.move(page, parent, body["position"])
        return done()

    def move_to_space(self, call: Call) -> Answer:
        """Move a page with all below it to another space."""
        self._desk.user(call)
        body = ask.read(call, {"pageId": ask.string, "spaceId": ask.string})
        page = self._desk.page(call, body["pageId"], writes=True, message="Page to move not found")
        if page.space == body["spaceId"]:
            raise Refused(400, "Page is already in this space")
        self._store.move_to_space(page, self._desk.space(call, body["spaceId"], writes=True).id)
        return done()

    def breadcrumbs(self, call: Call) -> Answer:
        """Answer the pages above one, the topmost first, and the page."""
        self._desk.user(call)
        page = self._desk.page(call, ask.read(call, _PAGE_ID)["pageId"])
        above = [crumb(page, has_children=self._store.has_children(page))]
        alone = page.parent is None
        current, seen = self._store.pages.get(page.parent or ""), {page.id}
        while current is not None and current.id not in seen:
            seen.add(current.id)
            above.insert(0, crumb(current, has_children=False))
            current = self._store.pages.get(current.parent or "")
        above[-1]["hasChildren"] = above[-1]["hasChildren"] and alone
        return done(above)

    # ------------------------------------------------------------------ lists

    def recent(self, call: Call) -> Answer:
        """List a space's pages, or all that the user may see, the last changed first."""
        user = self._desk.user(call)
        body = ask.read(call, {"spaceId": (ask.string,), **_PAGING})
        key = body.get("spaceId")
        if key is None:
            mine = [space.id for space in self._store.spaces.values() if space.role_of(user.id) is not None]
            return self._sliced(self._store.of_spaces(mine), body, self._row)
        self._desk.uuid_only(call, key)
        return self._listed(call, self._desk.space(call, key).id, "updated", body)

    def trash(self, call: Call) -> Answer:
        """List a space's trash, the last deleted first."""
        self._desk.user(call)
        body = ask.read(call, {"spaceId": ask.a_uuid, **_PAGING})
        return self._listed(call, self._desk.space(call, body["spaceId"]).id + TRASH, "deleted", body)

    def sidebar(self, call: Call) -> Answer:
        """List the pages directly below one, or at a space's top, by position."""
        self._desk.user(call)
        body = ask.read(call, {"spaceId": ask.a_uuid, "pageId": (ask.string,), "page": _PAGING["page"]})
        space, parent = self._desk.space(call, body["spaceId"]), None
        if body.get("pageId"):
            above = self._store.find(body["pageId"])
            if above is None:
                raise Refused(500, "Cannot read properties of undefined (reading 'spaceId')")
            if above.space != space.id:
                raise Refused(403, "Forbidden")
            parent = above.id
        rows = self._rows(
            call,
            Query(
                **self._when(call),
                order="position",
                shelf=space.id,
                descending=False,
                offset=0,
                limit=10**9,
                keep=lambda page: page.parent == parent,
            ),
        )
        return self._sliced(
            rows.rows,
            {**body, "limit": _SIDEBAR},
            lambda page: sidebar_row(page, has_children=self._store.has_children(page)),
            total=rows.total,
        )

    def history(self, call: Call) -> Answer:
        """List a page's history, the newest first."""
        self._desk.user(call)
        body = ask.read(call, {**_PAGE_ID, **_PAGING})
        page = self._desk.page(call, body["pageId"])
        row = self._history_row(page)
        return self._sliced(page.history[::-1], body, row)

    def history_info(self, call: Call) -> Answer:
        """Answer one row of a history."""
        self._desk.user(call)
        key = ask.read(call, {"historyId": ask.a_uuid})["historyId"]
        for page in self._store.pages:
            for version in page.history:
                if version.id == key:
                    self._desk.page(call, page.id)
                    return done(self._history_row(page)(version))
        raise Refused(404, "Page history not found")

    def search(self, call: Call) -> Answer:
        """Find pages by a word of their title; text that an API wrote is not found."""
        self._desk.user(call)
        body = ask.read(call, {"query": ask.string, "spaceId": (ask.string,)})
        space = self._desk.space(call, body["spaceId"]) if body.get("spaceId") else None
        if space is None:
            raise Refused(404, NO_MEMBER)
        word = body["query"].casefold()
        found = [page for page in self._store.of_spaces([space.id]) if word in (page.title or "").casefold().split()]
        return done([search_row(page, space) for page in found])

    # ------------------------------------------------------------------ parts

    def _changed(self, call: Call, page: Page, body: Json) -> Page:
        changes: dict[str, Any] = {
            name: ask.keep_text(call, body[key])
            for key, name in (("title", "title"), ("icon", "icon"), ("pageType", "page_type"))
            if key in body
        }
        if "content" in body:
            changes["content"] = ask.read_content(call, body["content"], self._desk.switches())
        if "metadata" in body:
            changes["metadata"] = ask.read_object(call, body["metadata"])
        return replace(page, **changes)

    def _full(self, page: Page) -> Answer:
        space = self._store.space_of(page)
        return done(full_page(page, self._store.workspace, space, self._store.users))

    def _row(self, page: Page) -> Json:
        space = self._store.space_of(page)
        about = {"id": space.id, "name": space.name, "slug": space.slug}
        return {**short_page(page, self._store.workspace), "space": about}

    def _history_row(self, page: Page) -> Callable[[Any], Json]:
        return lambda version: history_row(page, version, self._store.workspace, self._store.users)

    def _listed(self, call: Call, shelf: str, order: str, body: Json) -> Answer:
        page, limit = body.get("page", 1), body.get("limit", 20)
        offset = int((page - 1) * limit)
        found = self._rows(
            call,
            Query(**self._when(call), order=order, shelf=shelf, descending=True, offset=offset, limit=int(limit)),
        )
        rows = [self._row(each) for each in found.rows]
        more = offset + len(rows) < found.total and (bool(rows) or call.bend.lost_rows)
        return listing(rows, page=page, limit=limit, more=more, before=page > 1)

    def _rows(self, call: Call, query: Query[Page]) -> Rows[Page]:
        return bend_rows(self._store.pages.select(query), call.bend, query.offset)

    def _when(self, call: Call) -> Json:
        lag = max(self._desk.switches().list_lag, call.bend.stale_seconds)
        return {"before": self._clock.now() - lag if lag else None, "writes_ago": call.bend.stale_writes}

    @staticmethod
    def _sliced(found: Sequence[Any], body: Json, row: Callable[[Any], Json], *, total: int | None = None) -> Answer:
        page, limit = body.get("page", 1), body.get("limit", 20)
        offset = int((page - 1) * limit)
        rows = [row(each) for each in found[offset : offset + int(limit)]]
        more = offset + len(rows) < (len(found) if total is None else total) and bool(rows)
        return listing(rows, page=page, limit=limit, more=more, before=page > 1)


def _post(name: str, handler: Callable[[Call], Answer], *, lists: bool = False, writes: bool = False) -> Endpoint:
    return Endpoint(method="POST", template=f"/api/{name}", handler=handler, lists=lists, writes=writes)
