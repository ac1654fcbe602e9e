"""What is sent to Exec for a page: paths and bodies. Pure."""

from datetime import UTC, datetime
from typing import Any, Final

from pagemirror.backends.answers import segment
from pagemirror.backends.exec.render import DRAFT, PUBLISHED, WORKSPACE
from pagemirror.model.fields import BODY, FOLDERS, SKILLS, SOURCES, STATUS, TITLE, VISIBILITY, Fields
from pagemirror.model.ids import PageId
from pagemirror.transport.interface import Call

__all__ = [
    "archive_page",
    "create_page",
    "list_folders",
    "list_pages",
    "list_skills",
    "list_sources",
    "list_versions",
    "look",
    "update_body",
    "update_page",
    "workspace",
]

PAGE_SIZE: Final = 100
_PAGES: Final = "/knowledge-hub/pages"
_LISTS: Final = ((FOLDERS, "folder_ids"), (SKILLS, "skill_ids"), (SOURCES, "source_ids"))
_TEXT: Final = frozenset({TITLE, BODY, STATUS})


def workspace() -> Call:
    """Whose key this is."""
    return Call(method="GET", path="/workspace")


def list_pages(number: int, changed_since: float | None) -> Call:
    """Page headers, the newest page first; times are whole seconds, so the bound is rounded down."""
    query = {"sort": "created_at", "page": str(number), "page_size": str(PAGE_SIZE)}
    if changed_since is not None:
        since = datetime.fromtimestamp(max(0, int(changed_since)), UTC)
        query["updated_after"] = since.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Call(method="GET", path=_PAGES, query=query)


def look(page_id: PageId) -> Call:
    """One page with its text and its draft."""
    return Call(method="GET", path=f"{_PAGES}/{segment(page_id)}", query={"include": "draft"})


def create_page(fields: Fields) -> Call:
    """A new page; empty sets are left out."""
    body: dict[str, Any] = {
        "title": fields[TITLE],
        "content": fields.get(BODY) or "",
        "status": fields.get(STATUS) or PUBLISHED,
        "visibility": fields.get(VISIBILITY) or WORKSPACE,
    }
    body.update({key: _members(fields, name) for name, key in _LISTS if _members(fields, name)})
    return Call(method="POST", path=_PAGES, body=body, effect="write")


def update_page(page_id: PageId, body: dict[str, Any]) -> Call:
    """A change of a page."""
    return Call(method="PATCH", path=f"{_PAGES}/{segment(page_id)}", body=body, effect="write")


def update_body(changed: Fields, wanted: Fields) -> dict[str, Any]:
    """What an update sends; empty if nothing of it can be sent.

    Title, text and status go together, as text alone would only make a draft, and a bare `published` would publish
    whatever a person has left in the draft. A page that stays a draft gets no status. Sets go alone.
    """
    after = {**wanted, **changed}
    body: dict[str, Any] = {}
    if _TEXT & changed.keys():
        body = {"title": after[TITLE], "content": after.get(BODY) or ""}
        if after.get(STATUS, PUBLISHED) != DRAFT:
            body["status"] = PUBLISHED
    body.update({key: _members(changed, name) for name, key in _LISTS if name in changed})
    return body


def archive_page(page_id: PageId) -> Call:
    """Archive a page; doing it twice does no harm."""
    return Call(method="DELETE", path=f"{_PAGES}/{segment(page_id)}", effect="idempotent")


def list_versions(page_id: PageId) -> Call:
    """A page's latest versions, newest first."""
    query = {"page": "1", "page_size": str(PAGE_SIZE)}
    return Call(method="GET", path=f"{_PAGES}/{segment(page_id)}/versions", query=query)


def list_folders(number: int) -> Call:
    """All folders that are not archived."""
    return _listing("/knowledge-hub/folders", number)


def list_skills(number: int) -> Call:
    """All skills, by name."""
    return _listing("/skills", number)


def list_sources(number: int) -> Call:
    """All sources that are not archived."""
    return _listing("/knowledge-hub/sources", number)


def _listing(path: str, number: int) -> Call:
    return Call(method="GET", path=path, query={"page": str(number), "page_size": str(PAGE_SIZE)})


def _members(fields: Fields, name: Any) -> list[str]:
    value = fields.get(name)
    return list(value) if isinstance(value, tuple) else []
