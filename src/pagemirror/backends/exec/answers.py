"""Exec's JSON as pages and headers. Lenient: no field is documented as required, unknown ones are ignored. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pagemirror.backends.answers import moment, text_of, whole_number
from pagemirror.backends.exec.render import DRAFT, PUBLISHED
from pagemirror.backends.scanning import Part
from pagemirror.backends.texts import same_text
from pagemirror.model.fields import BODY, FOLDERS, SKILLS, SOURCES, STATUS, TITLE, VISIBILITY, FieldValue
from pagemirror.model.ids import FieldName, PageId
from pagemirror.model.pages import Draft, Header, Page

__all__ = ["ARCHIVED", "Published", "header_of", "page_of", "part_of", "published_between", "publisher_of", "status_of"]

ARCHIVED = "archived"

Row = Mapping[str, Any]


class Published(NamedTuple):
    """One row of a page's version history."""

    number: int
    by: str
    at: str


def header_of(row: Row, page_id: PageId) -> Header:
    """A page without its body, from a list row or a page."""
    version = whole_number(row.get("version"))
    return Header(
        id=page_id,
        title=text_of(row, "title") or "",
        version=None if version is None else str(version),
        created=moment(row.get("created_at")),
        updated=moment(row.get("updated_at")),
        archived=status_of(row) == ARCHIVED,
    )


def page_of(row: Any, *, page_id: PageId | None, sent_body: str | None = None) -> Page | None:
    """A page from an answer; None if the answer holds none, or another one than `page_id`.

    A published page shows its live text, and its draft if that says something else. A page that was never published
    is its draft. `sent_body` goes with a write, whose answer may leave the text out or give none: then it is unknown.
    """
    if not isinstance(row, Mapping):
        return None
    own_id, title = text_of(row, "id") or page_id, text_of(row, "title")
    if not own_id or title is None or (page_id is not None and own_id != page_id):
        return None
    status = status_of(row)
    draft = row.get("draft") if isinstance(row.get("draft"), Mapping) else None
    fields: dict[FieldName, FieldValue] = {TITLE: title, STATUS: status}
    unpublished = status == DRAFT or (status == ARCHIVED and row.get("version") is None)
    if unpublished:
        if draft is not None and text_of(draft, "title"):
            fields[TITLE] = text_of(draft, "title")
        body = _draft_body(row, draft)
    else:
        body = _live_body(row, sent_body)
    if body is not None:
        fields[BODY] = body
    visibility = text_of(row, "visibility")
    if visibility is not None:
        fields[VISIBILITY] = visibility
    for name, key in ((FOLDERS, "folders"), (SKILLS, "skills"), (SOURCES, "sources")):
        members = _ids(row.get(key))
        if members is not None:
            fields[name] = members
    return Page(
        header=header_of(row, PageId(own_id)),
        fields=fields,
        draft=None if unpublished or draft is None else _other_text(draft, title, body),
        body_known=body is not None,
    )


def status_of(row: Row) -> str:
    """`draft`, `published` or `archived`; where it isn't said, a version or a time of publishing tells."""
    said = text_of(row, "status")
    if said:
        return said
    return PUBLISHED if row.get("version") is not None or row.get("published_at") else DRAFT


def part_of(body: Any, number: int, size: int) -> Part | None:
    """One page of a listing; None if the answer is no listing."""
    rows = body.get("data") if isinstance(body, Mapping) else None
    if not isinstance(rows, list):
        return None
    paging = body.get("pagination")
    paging = paging if isinstance(paging, Mapping) else {}
    total, pages = whole_number(paging.get("total_count")), whole_number(paging.get("total_pages"))
    if pages is None and total is not None:
        pages = -(-total // (whole_number(paging.get("page_size")) or size))
    last = len(rows) < size if pages is None else number >= pages
    return Part(rows=tuple(row for row in rows if isinstance(row, Mapping)), total=total, last=last)


def published_between(rows: tuple[Row, ...], looked: int, answered: int) -> tuple[Published, ...]:
    """The versions between the looked-at one and the answered one, oldest first."""
    found: list[Published] = []
    for row in rows:
        number = whole_number(row.get("version"))
        if number is not None and looked < number < answered:
            found.append(
                Published(number=number, by=_person(row.get("created_by")), at=text_of(row, "created_at") or "")
            )
    return tuple(sorted(found))


def publisher_of(rows: tuple[Row, ...], version: str | None) -> str:
    """Who made a version, by name; "" for the system, and where the version is not there."""
    made = (row.get("created_by") for row in rows if str(whole_number(row.get("version"))) == version)
    person = next(made, None)
    return _person(person) if isinstance(person, Mapping) else ""


def _live_body(row: Row, sent_body: str | None) -> str | None:
    if "content" not in row:
        return None
    content = row["content"]
    if isinstance(content, str):
        return content
    return None if content is not None or sent_body else ""


def _draft_body(row: Row, draft: Row | None) -> str | None:
    if draft is not None:
        return text_of(draft, "content") or ""
    if "draft" in row:
        return text_of(row, "content") or ""
    return text_of(row, "content")


def _other_text(draft: Row, title: str, body: str | None) -> Draft | None:
    """The draft, where it differs from the live text."""
    draft_title, draft_body = text_of(draft, "title"), text_of(draft, "content")
    draft_title = title if draft_title is None else draft_title
    draft_body = (body or "") if draft_body is None else draft_body
    if draft_title.strip() == title.strip() and same_text(draft_body, body or ""):
        return None
    return Draft(title=draft_title, body=draft_body)


def _ids(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    found = [text_of(item, "id") if isinstance(item, Mapping) else item for item in value]
    return tuple(item for item in found if isinstance(item, str))


def _person(value: Any) -> str:
    if not isinstance(value, Mapping):
        return "the system"
    name = " ".join(part for part in (text_of(value, "first_name"), text_of(value, "last_name")) if part)
    return name or text_of(value, "email") or text_of(value, "id") or "somebody"
