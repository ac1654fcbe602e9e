"""Reading what a client sends to Raven Docs: keys, bodies and parameters, as strictly as the documentation allows."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pagemirror.sandbox.checks import Field, read_body, read_number, read_query
from pagemirror.sandbox.editor.document import EMPTY, depth_of, problem_in
from pagemirror.sandbox.exchange import Call, Json, Refused
from pagemirror.sandbox.ravendocs.pages import Page, Version
from pagemirror.sandbox.ravendocs.store import KEEP, WORKSPACE_ID, NewPage, Revision, Store
from pagemirror.sandbox.ravendocs.switches import Switches

__all__ = ["Listing", "Reader", "check_key"]

_LARGEST_PAGE = 100
_DEEPEST = 850  # nested lists and objects; the JSON writer gives up some way beyond
_PAGE_FIELDS = (
    Field(name="workspaceId"),
    Field(name="title"),
    Field(name="content", kind="object"),
    Field(name="parentId", nullable=True),
    Field(name="icon", nullable=True),
)
_NEW_FIELDS = (*_PAGE_FIELDS, Field(name="spaceId"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a listing is asked for."""

    space: str
    parent: str | None
    page: int
    limit: int

    @property
    def offset(self) -> int:
        """How many rows come before."""
        return (self.page - 1) * self.limit


def check_key(call: Call, tokens: Sequence[str], viewers: Sequence[str], *, expired: bool) -> None:
    """Refuse a missing, wrong or expired key, and a write with a key that may only read."""
    scheme, _, key = call.headers.get("authorization", "").partition(" ")
    known = [token for token in (*tokens, *viewers) if hmac.compare_digest(key.encode(), token.encode())]
    if scheme != "Bearer" or not known:
        raise Refused(401, "Unauthorized")
    if expired:
        raise Refused(401, "The API key has expired.", code="TOKEN_EXPIRED")
    if call.method != "GET" and known[0] in viewers:
        raise Refused(403, "The API key may only read.")


class Reader:
    """Turns calls into checked values."""

    def __init__(self, store: Store, switches: Switches) -> None:
        self._store, self._switches = store, switches

    def listing(self, call: Call) -> Listing:
        """Read the parameters of a listing."""
        names = ("workspaceId", "spaceId", "parentId", "limit", "page")
        query = read_query(call, names, unknown=self._switches.unknown_fields)
        self._required(call, query, "workspaceId", "spaceId")
        self._workspace(query["workspaceId"])
        return Listing(
            space=self.space(query["spaceId"]),
            parent=query.get("parentId"),
            page=self._within(call, query, "page", 1, None),
            limit=self._within(call, query, "limit", 20, _LARGEST_PAGE),
        )

    def new_page(self, call: Call) -> NewPage:
        """Read the body of a create."""
        body = self._body(call, _NEW_FIELDS)
        self._required(call, body, "workspaceId", "spaceId", "title", "content")
        self._workspace(body["workspaceId"])
        space = self.space(body["spaceId"])
        return NewPage(
            title=self._title(call, body["title"], space),
            content=self._content(call, body["content"]),
            space=space,
            parent=self._parent(body.get("parentId"), space),
            icon=body.get("icon"),
        )

    def revision(self, call: Call, page: Page) -> Revision:
        """Read the body of an update."""
        body = self._body(call, _PAGE_FIELDS)
        self._required(call, body, "workspaceId")
        self._workspace(body["workspaceId"])
        if len(body) == 1:
            call.note("empty_update", "an update without title, content, parentId and icon")
            if self._switches.empty_put == "400":
                raise Refused(400, "Nothing to update.", code="MISSING_REQUIRED")
        if self._switches.missing_on_put == "clear":
            body = {"content": EMPTY, "parentId": None, "icon": None, **body}
        return Revision(
            title=self._title(call, body["title"], page.space, page) if "title" in body else KEEP,
            content=self._content(call, body["content"]) if "content" in body else None,
            parent=self._new_parent(call, body["parentId"], page) if "parentId" in body else KEEP,
            icon=body.get("icon", KEEP),
        )

    def version(self, call: Call, page: Page) -> Version:
        """Read the body of a restore: one of the page's versions."""
        body = self._body(call, (Field(name="historyId"),))
        self._required(call, body, "historyId")
        for version in page.versions:
            if version.id == body["historyId"]:
                return version
        raise Refused(404, "Page history not found", details={"field": "historyId"})

    def deletion(self, call: Call) -> None:
        """Read the parameters of a delete."""
        query = read_query(call, ("workspaceId",), unknown=self._switches.unknown_fields)
        self._required(call, query, "workspaceId")
        self._workspace(query["workspaceId"])

    def no_query(self, call: Call) -> None:
        """Refuse parameters where none is documented."""
        read_query(call, (), unknown=self._switches.unknown_fields)

    def space(self, space_id: str) -> str:
        """Return a space that the key may enter."""
        if space_id in self._store.spaces and self._switches.access == "open":
            return space_id
        raise Refused(int(self._switches.foreign_space), "Space permissions not found", details={"field": "spaceId"})

    def _body(self, call: Call, fields: Sequence[Field]) -> Json:
        self.no_query(call)
        limit = self._switches.body_limit
        if limit and len(call.body) > limit:
            call.note("large_body", f"the body has {len(call.body)} bytes, {limit} are allowed")
            raise Refused(413, "Request body is too large", details={"path": call.path})
        try:
            return read_body(call, fields, unknown=self._switches.unknown_fields)
        except Refused as refused:
            if call.problems and call.problems[-1].rule in ("wrong_type", "bad_text") and refused.details:
                raise Refused(422, refused.message, details=refused.details) from None
            raise

    def _required(self, call: Call, values: Mapping[str, object], *names: str) -> None:
        for name in names:
            if values.get(name) in (None, ""):
                call.note("missing_field", f"{name} is required")
                raise Refused(400, f"{name} is required", code="MISSING_REQUIRED", details={"field": name})

    def _workspace(self, workspace_id: str) -> None:
        if workspace_id != WORKSPACE_ID:
            status = int(self._switches.foreign_workspace)
            raise Refused(status, "Workspace not found", details={"field": "workspaceId"})

    def _title(self, call: Call, title: str, space: str, page: Page | None = None) -> str:
        if not title.strip():
            call.note("missing_field", "title is empty")
            raise Refused(422, "title should not be empty", details={"field": "title"})
        longest = self._switches.longest_title
        if longest and len(title) > longest:
            call.note("long_title", f"the title has {len(title)} characters")
            raise Refused(422, f"title has more than {longest} characters", details={"field": "title"})
        others = self._store.titles[space, title] - (page is not None and page.title == title)
        if self._switches.unique_titles and others > 0:
            raise Refused(409, "A page with this title exists already.", details={"field": "title"})
        return title

    def _content(self, call: Call, document: Json) -> Json:
        problem = problem_in(document)
        if problem is not None:
            call.note("invalid_content", problem)
            if self._switches.invalid_content == "422":
                raise Refused(422, f"content is not valid: {problem}", details={"field": "content"})
        if depth_of(document) > _DEEPEST:
            call.note("deep_content", f"content is nested more than {_DEEPEST} levels deep")
            raise Refused(422, "content is nested too deep", details={"field": "content"})
        return document

    def _parent(self, parent: str | None, space: str) -> str | None:
        if parent is None:
            return None
        found = self._store.pages.get(parent)
        if found is None or found.space != space:
            raise Refused(int(self._switches.unknown_parent), "Parent page not found", details={"field": "parentId"})
        return parent

    def _new_parent(self, call: Call, parent: str | None, page: Page) -> str | None:
        if self._switches.put_parent == "ignore" or parent == page.parent:
            return page.parent
        parent = self._parent(parent, page.space)
        if parent is not None and self._store.is_below(parent, page.id):
            call.note("cycle", f"{page.id} would stand below itself")
            if self._switches.cycle == "422":
                raise Refused(422, "A page cannot stand below itself.", details={"field": "parentId"})
        return parent

    def _within(self, call: Call, query: Mapping[str, str], name: str, default: int, most: int | None) -> int:
        value = read_number(call, query, name, default)
        fitting = max(1, value if most is None else min(value, most))
        if fitting != value:
            call.note("invalid_pagination", f"{name}={query[name]}")
            if self._switches.out_of_range == "400":
                raise Refused(400, f"{name} is out of range", details={"field": name})
        return fitting
