"""Reading what a client sends to Exec: keys, bodies and parameters, as strictly as the documentation allows."""

import hmac
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pagemirror.sandbox.checks import (
    Field,
    read_body,
    read_choice,
    read_included,
    read_number,
    read_query,
    read_stamp,
)
from pagemirror.sandbox.exchange import Call, Refused
from pagemirror.sandbox.exec.pages import Page
from pagemirror.sandbox.exec.store import Filing, NewPage, Revision, Store
from pagemirror.sandbox.exec.switches import Switches

__all__ = ["NewSource", "Paging", "Reader", "check_key"]

KEY = re.compile(r"exec_live_[A-Za-z0-9]{40}")
PAGE_SORTS = ("updated_at", "created_at", "title")
STATUSES = ("draft", "published", "archived")
SOURCE_TYPES = ("upload", "url", "notion", "google_drive", "guru", "page", "integration")
SOURCE_STATUSES = ("pending", "processing", "ready", "failed")
_LARGEST_PAGE = 100

_LISTS = (
    Field(name="folder_ids", kind="ids"),
    Field(name="source_ids", kind="ids"),
    Field(name="skill_ids", kind="ids"),
)
_TEXT = (Field(name="title"), Field(name="content"), Field(name="status", choices=("draft", "published")))
CREATE_FIELDS = (*_TEXT, Field(name="visibility", choices=("private", "workspace")), *_LISTS)
PATCH_FIELDS = (*_TEXT, *_LISTS)
SOURCE_FIELDS = (
    Field(name="type", choices=("url",)),
    Field(name="title"),
    Field(name="url"),
    Field(name="cover"),
    Field(name="folder_ids", kind="ids"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Which page of a listing, and how long it is."""

    page: int
    size: int

    @property
    def offset(self) -> int:
        """How many rows come before."""
        return (self.page - 1) * self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """A source to add."""

    title: str
    url: str
    cover: str
    folders: tuple[str, ...]


def check_key(call: Call, tokens: Sequence[str]) -> None:
    """Refuse a missing, malformed or unknown key; all look the same from outside."""
    scheme, _, key = call.headers.get("authorization", "").partition(" ")
    good = scheme == "Bearer" and any(hmac.compare_digest(key.encode(), token.encode()) for token in tokens)
    if not good:
        raise Refused(401, "Invalid or inactive API key", code="invalid_api_key")


class Reader:
    """Turns calls into checked values."""

    def __init__(self, store: Store, switches: Switches) -> None:
        self._store, self._switches = store, switches

    def new_page(self, call: Call) -> NewPage:
        """Read the body of a create."""
        body = read_body(call, CREATE_FIELDS, unknown=self._switches.unknown_fields)
        title = self._title(call, body.get("title", ""))
        return NewPage(
            title=title,
            content=body.get("content"),
            publish=body.get("status") == "published",
            visibility=body.get("visibility", "workspace"),
            filing=self._filing(body),
        )

    def revision(self, call: Call, page: Page) -> Revision:
        """Read the body of an update."""
        body = read_body(call, PATCH_FIELDS, unknown=self._switches.unknown_fields)
        if not body:
            call.note("empty_update", "an update without any field")
            if self._switches.empty_patch == "400":
                raise Refused(400, "at least one field is required")
        title = self._title(call, body["title"], page) if "title" in body else None
        unpublish = body.get("status") == "draft" and page.status == "published"
        if unpublish:
            call.note("unpublish", "status draft for a published page has no documented meaning")
            if self._switches.unpublish == "400":
                raise Refused(400, "a published page cannot become a draft")
        if body.get("status") == "published" and "content" not in body:
            call.note("bare_publish", "status published without content publishes whatever draft there is")
        return Revision(
            title=title,
            content=body.get("content"),
            publish=body.get("status") == "published",
            unpublish=unpublish and self._switches.unpublish == "unpublish",
            filing=self._filing(body),
        )

    def new_source(self, call: Call) -> NewSource:
        """Read the body of a new source."""
        body = read_body(call, SOURCE_FIELDS, unknown=self._switches.unknown_fields)
        for name in ("type", "title", "url"):
            if not body.get(name):
                call.note("missing_field", f"{name} is required")
                raise Refused(400, f"{name} is required")
        url = str(body["url"])
        if not re.match(r"https?://[^\s/]+", url):
            call.note("wrong_type", f"url={url} is not a URL")
            raise Refused(400, "url must be a URL")
        folders = tuple(body.get("folder_ids", ()))
        self._known("Folder", folders, self._store.folders)
        return NewSource(title=body["title"], url=url, cover=body.get("cover", ""), folders=folders)

    def query(self, call: Call, *allowed: str) -> Mapping[str, str]:
        """Read the query parameters of an endpoint."""
        return read_query(call, allowed, unknown=self._switches.unknown_fields)

    def included(self, call: Call, query: Mapping[str, str], *choices: str) -> frozenset[str]:
        """Read `include`."""
        return read_included(call, query, choices)

    def choice(self, call: Call, query: Mapping[str, str], name: str, choices: Sequence[str]) -> str | None:
        """Read a parameter with a fixed set of values."""
        return read_choice(call, query, name, choices)

    def second(self, call: Call, query: Mapping[str, str], name: str) -> int | None:
        """Read a bound on whole-second stamps; a fraction is rounded away from the rows that it shuts out."""
        moment = read_stamp(call, query, name)
        if moment is None:
            return None
        return math.ceil(moment) if name == "updated_after" else math.floor(moment)

    def paging(self, call: Call, query: Mapping[str, str]) -> Paging:
        """Read `page` and `page_size`."""
        page = read_number(call, query, "page", 1)
        size = read_number(call, query, "page_size", 50)
        if page < 1 or not 1 <= size <= _LARGEST_PAGE:
            call.note("invalid_pagination", f"page {page}, page_size {size}")
            raise Refused(400, "Invalid pagination parameters", code="invalid_pagination")
        return Paging(page=page, size=size)

    def _title(self, call: Call, title: str, page: Page | None = None) -> str:
        if not title.strip():
            call.note("missing_field", "title is required")
            raise Refused(400, "title is required")
        others = self._store.titles[title] - (page is not None and page.title == title)
        if self._switches.unique_titles and others > 0:
            raise Refused(400, "a page with this title exists already")
        return title

    def _filing(self, body: Mapping[str, list[str]]) -> Filing:
        found: dict[str, tuple[str, ...] | None] = {}
        places = (("folder", self._store.folders), ("skill", self._store.skills), ("source", self._store.sources))
        for kind, known in places:
            ids = body.get(f"{kind}_ids")
            found[f"{kind}s"] = None if ids is None else tuple(dict.fromkeys(ids))
            self._known(kind.capitalize(), found[f"{kind}s"] or (), known)
        return Filing(**found)

    def _known(self, kind: str, ids: Sequence[str], known: Mapping[str, object]) -> None:
        for key in ids:
            if key not in known:
                raise Refused(int(self._switches.unknown_ids), f"{kind} not found: {key}")
