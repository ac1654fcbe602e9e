"""The published server's JSON as pages, headers and errors. Lenient: unknown fields are ignored. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pagemirror.backends.answers import moment, rows_of, text_of
from pagemirror.backends.ravendocs.documents import EMPTY, written
from pagemirror.model.fields import BODY, ICON, PARENT, TITLE, FieldValue
from pagemirror.model.ids import FieldName, PageId
from pagemirror.model.pages import Header, Page

__all__ = [
    "NO_ACCESS",
    "Row",
    "Save",
    "Sheet",
    "Sibling",
    "file_of",
    "files_of",
    "header_of",
    "is_refusal",
    "last_editor_of",
    "message_of",
    "others_of",
    "page_of",
    "route_missing",
    "saves_of",
    "sheet_of",
    "siblings_of",
    "speaks",
    "token_of",
]

NO_ACCESS: Final = "Space permissions not found"
_BAD_REQUEST: Final = re.compile(
    r"invalid input syntax|unsupported Unicode escape|invalid byte sequence|Cannot read properties of|"
    r"Unknown (?:node|mark) type"
)
_TOKEN: Final = re.compile(r"(?:^|[,;\s])authToken=([^;,\s]+)")
_SERVER_ERROR: Final = 500
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page of a list; `more` says that the server has a next one."""

    rows: tuple[Row, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """A page among those with the same parent."""

    id: PageId
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """What somebody saved in the editor, and when (server time)."""

    at: float
    body: str | None


def header_of(row: Row, page_id: PageId) -> Header:
    """A page without its body, from a list row or a page."""
    parent = text_of(row, "parentPageId") or None
    return Header(
        id=page_id,
        title=text_of(row, "title") or "",
        version=None,
        created=moment(row.get("createdAt")),
        updated=moment(row.get("updatedAt")),
        archived=row.get("deletedAt") is not None,
        slug=text_of(row, "slugId"),
        parent=None if parent is None else PageId(parent),
    )


def page_of(answer: Any, asked: PageId | None) -> Page | None:
    """A page from an answer; None if the answer holds none, or another than was asked for by id or slugId."""
    row = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(row, Mapping):
        return None
    own_id = text_of(row, "id")
    if not own_id or (asked is not None and asked not in (own_id, text_of(row, "slugId"))):
        return None
    header, body = header_of(row, PageId(own_id)), _body(row)
    fields: dict[FieldName, FieldValue] = {TITLE: header.title, PARENT: header.parent, ICON: text_of(row, "icon")}
    if body is None:
        return Page(header=header, fields=fields, body_known=False)
    return Page(header=header, fields={**fields, BODY: body})


def others_of(answer: Any) -> tuple[str, ...]:
    """Who else worked on a page, by name, from the answer to our own write."""
    row = answer.get("data") if isinstance(answer, Mapping) else None
    row = row if isinstance(row, Mapping) else {}
    people = rows_of(row, "contributors") or ()
    us = text_of(row, "lastUpdatedById")
    return tuple(text_of(person, "name") or "somebody" for person in people if text_of(person, "id") != us)


def last_editor_of(answer: Any) -> str:
    """Who changed a page last, by name; "" where the answer doesn't say."""
    row = answer.get("data") if isinstance(answer, Mapping) else None
    person = row.get("lastUpdatedBy") if isinstance(row, Mapping) else None
    return (text_of(person, "name") or "") if isinstance(person, Mapping) else ""


def sheet_of(answer: Any) -> Sheet | None:
    """One page of a list; None if the answer is none."""
    data = answer.get("data") if isinstance(answer, Mapping) else None
    rows = rows_of(data, "items")
    meta = data.get("meta") if isinstance(data, Mapping) else None
    if rows is None or not isinstance(meta, Mapping):
        return None
    return Sheet(rows=rows, more=meta.get("hasNextPage") is True)


def siblings_of(sheet: Sheet) -> tuple[Sibling, ...]:
    """The pages of a list of siblings, by position."""
    named = ((text_of(row, "id"), text_of(row, "position")) for row in sheet.rows)
    return tuple(Sibling(id=PageId(key), position=place) for key, place in named if key and place)


def saves_of(sheet: Sheet) -> tuple[Save, ...]:
    """The rows of a history."""
    return tuple(Save(at=moment(row.get("createdAt")), body=_body(row)) for row in sheet.rows)


def file_of(answer: Any) -> str | None:
    """The id of a file that was sent: the answer is the file itself, without an envelope."""
    return text_of(answer, "id") or None if isinstance(answer, Mapping) else None


def files_of(sheet: Sheet) -> dict[str, str]:
    """The files of a list: id → name."""
    named = ((text_of(row, "id"), text_of(row, "fileName")) for row in sheet.rows)
    return {key: name for key, name in named if key and name}


def message_of(answer: Any) -> str:
    """What the server says of an error; a list of messages is one text."""
    message = answer.get("message") if isinstance(answer, Mapping) else None
    if isinstance(message, list):
        message = "; ".join(part for part in message if isinstance(part, str))
    return message[:300] if isinstance(message, str) else ""


def speaks(answer: Any) -> bool:
    """Whether an error is in this API's words."""
    return isinstance(answer, Mapping) and isinstance(answer.get("statusCode"), int) and bool(message_of(answer))


def route_missing(answer: Any) -> bool:
    """Whether a 404 says that the server has no such route, which tells nothing of any page."""
    return message_of(answer).startswith("Cannot ")


def is_refusal(status: int, answer: Any) -> bool:
    """Whether an error is a bad request in the guise of a 500: it was not done, and the same again helps nothing."""
    return status == _SERVER_ERROR and speaks(answer) and _BAD_REQUEST.search(message_of(answer)) is not None


def token_of(headers: Mapping[str, str]) -> str:
    """The token that a login gave as a cookie, or ""."""
    found = _TOKEN.search(headers.get("set-cookie", ""))
    return found[1] if found is not None else ""


def _body(row: Row) -> str | None:
    """The document as text; a page without one is empty, and one too deep to be written is not known."""
    if "content" not in row:
        return None
    content = row["content"]
    if content is None:
        return EMPTY
    try:
        return written(content)
    except RecursionError:
        return None
