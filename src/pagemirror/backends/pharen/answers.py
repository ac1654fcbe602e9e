"""Pharen's JSON as pages and headers. Lenient: unknown fields are ignored. Pure.

A list row's `content` is no page's body: it may be a summary. It is never read.
"""

from collections.abc import Mapping
from typing import Any

from pagemirror.backends.answers import moment, text_of, whole_number
from pagemirror.backends.pharen.tombstone import unearthed
from pagemirror.backends.scanning import Part
from pagemirror.model.fields import BODY, TITLE, FieldValue
from pagemirror.model.ids import FieldName, PageId
from pagemirror.model.pages import Header, Page

__all__ = ["header_of", "page_of", "part_of"]

Row = Mapping[str, Any]


def header_of(row: Row, page_id: PageId) -> Header:
    """A page without its body, from a list row or a page."""
    return Header(
        id=page_id,
        title=text_of(row, "title") or "",
        version=None,
        created=moment(row.get("created_at")),
        updated=moment(row.get("updated_at")),
    )


def page_of(row: Any, *, page_id: PageId | None) -> Page | None:
    """A page from an answer; None if the answer holds none, or another one than `page_id`.

    A tombstone's fields are those below its marks; its header has the title as the server has it.
    """
    if not isinstance(row, Mapping):
        return None
    own_id, title = text_of(row, "id") or page_id, text_of(row, "title")
    if not own_id or title is None or (page_id is not None and own_id != page_id):
        return None
    header, body = header_of(row, PageId(own_id)), _body(row)
    fields: dict[FieldName, FieldValue] = {TITLE: title}
    if body is None:
        return Page(header=header, fields=fields, body_known=False)
    below = unearthed(title, body)
    if below is None:
        return Page(header=header, fields={**fields, BODY: body})
    return Page(header=header, fields={TITLE: below.title, BODY: below.body}, tombstone=True)


def part_of(body: Any, number: int, size: int) -> Part | None:
    """One page of a listing; None if the answer is no listing."""
    rows = body.get("data") if isinstance(body, Mapping) else None
    if not isinstance(rows, list):
        return None
    total, given = whole_number(body.get("total")), whole_number(body.get("per_page")) or size
    last = len(rows) < given if total is None else number * given >= total
    return Part(rows=tuple(row for row in rows if isinstance(row, Mapping)), total=total, last=last)


def _body(row: Row) -> str | None:
    if "content" not in row:
        return None
    return text_of(row, "content") or ""
