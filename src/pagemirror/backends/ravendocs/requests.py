"""What is sent to Raven Docs for a page: paths, parameters and bodies. Pure."""

from typing import Any, Final

from pagemirror.backends.answers import segment
from pagemirror.backends.ravendocs.documents import read
from pagemirror.backends.ravendocs.limits import PAGE_SIZE
from pagemirror.backends.ravendocs.settings import RavendocsSettings
from pagemirror.model.errors import Rejected
from pagemirror.model.fields import BODY, ICON, PARENT, TITLE, Fields
from pagemirror.model.ids import PageId
from pagemirror.transport.interface import Call

__all__ = [
    "create_page",
    "delete_page",
    "list_pages",
    "list_versions",
    "look",
    "probe",
    "restore_version",
    "update_page",
]

_PAGES: Final = "/pages"


def probe(own: RavendocsSettings) -> Call:
    """The cheapest read that needs key, workspace and space."""
    return Call(method="GET", path=_PAGES, query={**_where(own), "page": "1", "limit": "1"})


def list_pages(own: RavendocsSettings, number: int, parent: PageId | None = None) -> Call:
    """Page headers of a space, or of the pages below one."""
    below = {} if parent is None else {"parentId": parent}
    return Call(method="GET", path=_PAGES, query={**_where(own), **below, "page": str(number), "limit": str(PAGE_SIZE)})


def look(page_id: PageId) -> Call:
    """One page with its document."""
    return Call(method="GET", path=f"{_PAGES}/{_segment(page_id)}")


def create_page(own: RavendocsSettings, fields: Fields) -> Call:
    """A new page; no parent and no icon are left out."""
    body = {**_where(own), "title": fields[TITLE], "content": _document(fields)}
    body.update({key: fields[name] for name, key in ((PARENT, "parentId"), (ICON, "icon")) if fields.get(name)})
    return Call(method="POST", path=_PAGES, body=body, effect="write")


def update_page(own: RavendocsSettings, page_id: PageId, fields: Fields) -> Call:
    """A page as it shall stand, whole: whether a PUT keeps or clears what it leaves out is not documented."""
    body = {
        "workspaceId": own.workspace_id,
        "title": fields[TITLE],
        "content": _document(fields),
        "parentId": fields.get(PARENT),
        "icon": fields.get(ICON),
    }
    return Call(method="PUT", path=f"{_PAGES}/{_segment(page_id)}", body=body, effect="write")


def delete_page(own: RavendocsSettings, page_id: PageId) -> Call:
    """Delete a page; doing it twice does no harm."""
    query = {"workspaceId": own.workspace_id}
    return Call(method="DELETE", path=f"{_PAGES}/{_segment(page_id)}", query=query, effect="idempotent")


def list_versions(page_id: PageId) -> Call:
    """A page's history, newest first."""
    return Call(method="GET", path=f"{_PAGES}/{_segment(page_id)}/history")


def restore_version(page_id: PageId, version: str) -> Call:
    """Give a page the text of one of its versions."""
    path = f"{_PAGES}/{_segment(page_id)}/restore"
    return Call(method="POST", path=path, body={"historyId": version}, effect="write")


def _segment(page_id: PageId) -> str:
    """A page id as one part of a path; one with a slash would be another route, which says nothing of the page."""
    if "/" in page_id or "\\" in page_id:
        raise Rejected(f"{page_id!r} can't be a page id", hint="correct `page_id` in the front matter")
    return segment(page_id)


def _where(own: RavendocsSettings) -> dict[str, str]:
    return {"workspaceId": own.workspace_id, "spaceId": own.space_id}


def _document(fields: Fields) -> Any:
    doc = read(str(fields.get(BODY) or ""))
    if doc is None:
        raise ValueError("a body that is no document reached the requests")
    return doc
