"""What is sent to Pharen for a page: paths and bodies. Pure."""

from typing import Any, Final

from pagemirror.backends.answers import segment
from pagemirror.backends.pharen.limits import PAGE_SIZE
from pagemirror.model.fields import BODY, TITLE, Fields
from pagemirror.model.ids import PageId
from pagemirror.transport.interface import Call

__all__ = ["create_page", "delete_page", "list_pages", "look", "probe", "update_body", "update_page"]

_KEYS: Final = ((TITLE, "title"), (BODY, "content"))


def probe(path: str) -> Call:
    """The cheapest read that needs a key."""
    return Call(method="GET", path=path, query={"page": "1", "per_page": "1"})


def list_pages(path: str, number: int) -> Call:
    """Page headers, the newest page first, so that a listing can be shown to be whole."""
    query = {"sort": "created_at", "order": "desc", "page": str(number), "per_page": str(PAGE_SIZE)}
    return Call(method="GET", path=path, query=query)


def look(path: str, page_id: PageId) -> Call:
    """One page with its body."""
    return Call(method="GET", path=f"{path}/{segment(page_id)}")


def create_page(path: str, fields: Fields) -> Call:
    """A new page."""
    body = {"title": fields[TITLE], "content": fields.get(BODY) or ""}
    return Call(method="POST", path=path, body=body, effect="write")


def update_body(changed: Fields) -> dict[str, Any]:
    """What an update sends: title and content, each only if it moved."""
    return {key: changed[name] or "" for name, key in _KEYS if name in changed}


def update_page(path: str, page_id: PageId, body: dict[str, Any]) -> Call:
    """A change of a page; what is left out stays as it is."""
    return Call(method="PUT", path=f"{path}/{segment(page_id)}", body=body, effect="write")


def delete_page(path: str, page_id: PageId) -> Call:
    """Delete a page for good; doing it twice does no harm."""
    return Call(method="DELETE", path=f"{path}/{segment(page_id)}", effect="idempotent")
