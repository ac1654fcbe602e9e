"""Raven Docs' JSON as pages, headers and versions. Lenient: unknown fields are ignored. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pagemirror.backends.answers import moment, rows_of, text_of, whole_number
from pagemirror.backends.ravendocs.documents import EMPTY, written
from pagemirror.backends.ravendocs.tombstone import unearthed
from pagemirror.backends.scanning import Part
from pagemirror.model.fields import BODY, ICON, PARENT, TITLE, FieldValue
from pagemirror.model.ids import FieldName, PageId
from pagemirror.model.pages import Header, Page

__all__ = ["Version", "about", "header_of", "page_of", "part_of", "route_missing", "versions_of"]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One row of a page's history; `at` is server time, seconds since 1970."""

    id: str
    number: int | None
    by: str
    at: float
    summary: str


def header_of(row: Row, page_id: PageId, archive_parent: str) -> Header:
    """A page without its body, from a list row or a page; one below `archive_parent` is archived."""
    parent = text_of(row, "parentId") or None
    return Header(
        id=page_id,
        title=text_of(row, "title") or "",
        version=None,
        created=moment(row.get("createdAt")),
        updated=moment(row.get("updatedAt")),
        archived=bool(archive_parent) and parent == archive_parent,
        slug=text_of(row, "slug"),
        parent=None if parent is None else PageId(parent),
    )


def page_of(answer: Any, *, page_id: PageId | None, archive_parent: str = "") -> Page | None:
    """A page from an answer; None if the answer holds none, or another one than `page_id`.

    A tombstone's fields are those below its marks; its header has the title as the server has it.
    """
    row = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(row, Mapping):
        return None
    own_id, title = text_of(row, "id"), text_of(row, "title")
    if not own_id or title is None or (page_id is not None and own_id != page_id):
        return None
    header, body = header_of(row, PageId(own_id), archive_parent), _body(row)
    fields: dict[FieldName, FieldValue] = {TITLE: title, PARENT: header.parent, ICON: text_of(row, "icon")}
    if body is None:
        return Page(header=header, fields=fields, body_known=False)
    below = unearthed(title, body)
    if below is None:
        return Page(header=header, fields={**fields, BODY: body})
    return Page(header=header, fields={**fields, TITLE: below.title, BODY: below.body}, tombstone=True)


def part_of(answer: Any, number: int, size: int) -> Part | None:
    """One page of a listing; None if the answer is no listing."""
    rows = rows_of(answer, "data")
    if rows is None:
        return None
    meta = answer.get("meta")
    meta = meta if isinstance(meta, Mapping) else {}
    total, given = whole_number(meta.get("total")), whole_number(meta.get("limit")) or size
    last = len(rows) < given if total is None else number * given >= total
    return Part(rows=rows, total=total, last=last)


def versions_of(answer: Any) -> tuple[Version, ...] | None:
    """A page's history as it was answered, newest first; None if the answer holds none."""
    rows = rows_of(answer, "data")
    if rows is None:
        return None
    return tuple(
        Version(
            id=key,
            number=whole_number(row.get("version")),
            by=text_of(row, "createdBy") or "",
            at=moment(row.get("createdAt")),
            summary=text_of(row, "summary") or "",
        )
        for row in rows
        if (key := text_of(row, "id"))
    )


def route_missing(answer: Any) -> bool:
    """Whether a 404 says that the server has no such route, which tells nothing of any page."""
    message = answer.get("message") if isinstance(answer, Mapping) else None
    return isinstance(message, str) and message.startswith("Cannot ")


def about(answer: Any) -> str:
    """What a 404 is about: `page`, `parent`, `space`, `workspace` or `version`."""
    error = answer.get("error") if isinstance(answer, Mapping) else None
    error = error if isinstance(error, Mapping) else {}
    details = error.get("details")
    field = text_of(details, "field") if isinstance(details, Mapping) else None
    message = (text_of(error, "message") or "").lower()
    for what, name, words in _SUBJECTS:
        if field == name or message.startswith(words):
            return what
    return "page"


_SUBJECTS = (
    ("parent", "parentId", "parent page"),
    ("space", "spaceId", "space"),
    ("workspace", "workspaceId", "workspace"),
    ("version", "historyId", "page history"),
)


def _body(row: Row) -> str | None:
    """The document as text; a page without one is empty, and one too deep to be written is not known."""
    if "content" not in row:
        return None
    content = row["content"]
    if content is None:
        return EMPTY
    if isinstance(content, str):
        return content or EMPTY
    try:
        return written(content)
    except RecursionError:
        return None
