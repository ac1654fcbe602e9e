"""What is sent to the published server: paths and bodies. Pure.

Everything is a POST; what may be repeated says the call's effect. Bodies are measured as they are sent, the document
written into a string.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from pagemirror.backends.answers import segment
from pagemirror.backends.ravendocs.documents import read
from pagemirror.backends.ravendocs.limits import PAGE_SIZE
from pagemirror.backends.ravendocs.rpc.answers import is_refusal
from pagemirror.model.errors import Rejected
from pagemirror.model.fields import BODY, ICON, PARENT, TITLE, Fields
from pagemirror.model.ids import PageId
from pagemirror.transport.interface import Call, Form

__all__ = [
    "create_page",
    "list_files",
    "list_history",
    "list_recent",
    "list_siblings",
    "list_trash",
    "login",
    "look",
    "move_page",
    "restore_page",
    "trash_page",
    "update_page",
    "upload_file",
]

BODY_LIMIT: Final = 1_048_576
Effect = Literal["read", "idempotent", "write"]


def login(email: str, password: str) -> Call:
    """Ask for a token; doing it twice gives two."""
    return _call("/auth/login", {"email": email, "password": password})


def list_recent(space: str, number: int, limit: int = PAGE_SIZE) -> Call:
    """Page headers of a space, the last changed first."""
    return _call("/pages/recent", {"spaceId": space, "page": number, "limit": limit})


def list_trash(space: str) -> Call:
    """The page that was deleted last."""
    return _call("/pages/trash", {"spaceId": space, "page": 1, "limit": 1})


def list_siblings(space: str, parent: PageId | None, number: int = 1) -> Call:
    """The pages directly below one, or at the top, by position."""
    below = {} if parent is None else {"pageId": parent}
    return _call("/pages/sidebar-pages", {"spaceId": space, **below, "page": number})


def list_history(page_id: PageId, number: int, limit: int = 5) -> Call:
    """Rows of a page's history with their documents, the newest first; the editor's saves make them, never a write."""
    return _call("/pages/history", {"pageId": _named(page_id), "page": number, "limit": limit})


def look(page_id: PageId) -> Call:
    """One page with its document, also from the trash."""
    return _call("/pages/info", {"pageId": _named(page_id), "includeDeleted": True})


def create_page(space: str, fields: Fields, metadata: Mapping[str, Any]) -> Call:
    """A new page behind its last sibling, with the mark of who made it."""
    body: dict[str, Any] = {"spaceId": space, **_content(fields), "metadata": dict(metadata)}
    if fields.get(PARENT):
        body["parentPageId"] = fields[PARENT]
    return _measured("/pages/create", body)


def update_page(page_id: PageId, fields: Fields) -> Call:
    """The fields that move; what is left out stays."""
    return _measured("/pages/update", {"pageId": _named(page_id), **_content(fields)})


def list_files(space: str, page_id: PageId, number: int, limit: int = PAGE_SIZE) -> Call:
    """The files of a page, the newest first."""
    query = {"spaceId": space, "pageId": _named(page_id), "page": str(number), "limit": str(limit)}
    return Call(method="GET", path="/attachments", query=query)


def upload_file(page_id: PageId, name: str, mime: str, content: bytes, file: str | None) -> Call:
    """A file of a page; in the place of another it may be sent twice, a new one would be there twice."""
    fields = {"pageId": _named(page_id), **({"attachmentId": file} if file else {})}
    form = Form(fields=fields, name=name, mime=mime, content=content)
    effect: Effect = "idempotent" if file else "write"
    return Call(method="POST", path="/files/upload", form=form, effect=effect, refusal=is_refusal)


def move_page(page_id: PageId, parent: PageId | None, position: str) -> Call:
    """Put a page below another, or at the top; doing it twice does no harm."""
    body = {"pageId": _named(page_id), "position": position, "parentPageId": parent}
    return _call("/pages/move", body, effect="idempotent")


def trash_page(page_id: PageId) -> Call:
    """Put a page into the trash; doing it twice does no harm."""
    return _call("/pages/delete", {"pageId": _named(page_id)}, effect="idempotent")


def restore_page(page_id: PageId) -> Call:
    """Take one page out of the trash, and none of those below it."""
    return _call("/pages/restore-single", {"pageId": _named(page_id)}, effect="idempotent")


def _call(path: str, body: Mapping[str, Any], *, effect: Effect = "read") -> Call:
    return Call(method="POST", path=path, body=dict(body), effect=effect, refusal=is_refusal)


def _measured(path: str, body: Mapping[str, Any]) -> Call:
    size = len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))
    if size > BODY_LIMIT:
        raise Rejected(
            f"the page has {size} bytes as it would be sent, and the server takes {BODY_LIMIT}; nothing was sent",
            code="too_large",
            hint="split the file into several",
        )
    return _call(path, body, effect="write")


def _content(fields: Fields) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if TITLE in fields:
        body["title"] = fields[TITLE]
    if BODY in fields:
        body["content"] = _document(fields)
    if ICON in fields:
        body["icon"] = fields[ICON] or None
    return body


def _document(fields: Fields) -> str:
    doc = read(str(fields.get(BODY) or ""))
    if doc is None:
        raise ValueError("a body that is no document reached the requests")
    return json.dumps(doc, ensure_ascii=False, separators=(",", ":"))


def _named(page_id: PageId) -> PageId:
    """A page's id; one that could never be one is not sent."""
    segment(page_id)
    return page_id
