"""Raven Docs' JSON: pages, listings, history and errors as its documentation shows them."""

import json
from collections.abc import Sequence

from pagemirror.sandbox.clock import stamp
from pagemirror.sandbox.exchange import Answer, Json, Refused
from pagemirror.sandbox.limits import Limit
from pagemirror.sandbox.ravendocs.pages import Page, Version
from pagemirror.sandbox.ravendocs.store import WORKSPACE_ID

__all__ = [
    "error_answer",
    "framework_answer",
    "full_page",
    "history_row",
    "limit_headers",
    "listing",
    "refusal",
    "short_page",
]

_CODES = {
    400: "INVALID_PARAMETER",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    410: "DELETED",
    422: "VALIDATION_ERROR",
    429: "RATE_LIMITED",
    503: "SERVICE_UNAVAILABLE",
}


def short_page(page: Page) -> Json:
    """Write a page as listings and most writes show it: without content and workspace."""
    return {
        "id": page.id,
        "title": page.title,
        "slug": page.slug,
        "icon": page.icon,
        "parentId": page.parent,
        "spaceId": page.space,
        "createdAt": stamp(page.created),
        "updatedAt": stamp(page.updated),
        "createdBy": page.by,
    }


def full_page(page: Page) -> Json:
    """Write a page with its document."""
    return {**short_page(page), "workspaceId": WORKSPACE_ID, "content": json.loads(page.content)}


def history_row(page: Page, version: Version) -> Json:
    """Write one row of a page's history; it holds no document."""
    return {
        "id": version.id,
        "pageId": page.id,
        "version": version.number,
        "createdAt": stamp(version.at),
        "createdBy": version.by,
        "summary": version.summary,
    }


def listing(rows: Sequence[Json], *, page: int, limit: int, total: int, total_pages: bool) -> Answer:
    """Write a listing."""
    meta: Json = {"page": page, "limit": limit, "total": total}
    if total_pages:
        meta["totalPages"] = -(-total // limit)
    return Answer(status=200, body={"data": list(rows), "meta": meta})


def error_answer(status: int, message: str, *, code: str | None = None, details: Json | None = None) -> Answer:
    """Write an error of the API."""
    error: Json = {"code": code or _CODES.get(status, "INTERNAL_ERROR"), "message": message}
    if details:
        error["details"] = details
    return Answer(status=status, body={"error": error})


def refusal(refused: Refused) -> Answer:
    """Write a refusal; details name the field and the reason."""
    details = None if refused.details is None else {**refused.details, "reason": refused.message}
    return error_answer(refused.status, refused.message, code=refused.code, details=details)


def framework_answer(status: int, message: str, *, path: str, now: int, own: bool) -> Answer:
    """Write an error of the framework below the API, which knows no codes."""
    if own:
        return Answer(status=status, body={"message": message, "error": "Not Found", "statusCode": status})
    body = {"statusCode": status, "message": message, "timestamp": stamp(now), "path": path}
    return Answer(status=status, body=body)


def limit_headers(limit: Limit) -> tuple[tuple[str, str], ...]:
    """Write what a rate window says."""
    return (
        ("X-RateLimit-Limit", str(limit.limit)),
        ("X-RateLimit-Remaining", str(limit.remaining)),
        ("X-RateLimit-Reset", str(limit.reset_at)),
    )
