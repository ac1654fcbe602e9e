"""Pharen's JSON: pages, listings and errors as its documentation shows them."""

from collections.abc import Sequence

from pagemirror.sandbox.bodies import shorten
from pagemirror.sandbox.clock import stamp
from pagemirror.sandbox.exchange import Answer, Json, Refused
from pagemirror.sandbox.limits import Limit
from pagemirror.sandbox.pharen.pages import Page

__all__ = ["error_answer", "limit_headers", "list_row", "listing", "page_json", "refusal"]

_CODES = {
    400: "bad_request",
    401: "invalid_token",
    403: "insufficient_permissions",
    404: "not_found",
    405: "method_not_allowed",
    422: "validation_error",
    429: "rate_limit_exceeded",
}


def page_json(page: Page) -> Json:
    """Write a page with its body."""
    return {
        "id": page.id,
        "title": page.title,
        "content": page.content,
        "created_at": stamp(page.created),
        "updated_at": stamp(page.updated),
    }


def list_row(page: Page, *, full: bool) -> Json:
    """Write a list row, whose content may be no more than the plain beginning of the body."""
    value = page_json(page)
    return value if full else {**value, "content": shorten(page.content)}


def listing(rows: Sequence[Json], *, page: int, per_page: int, total: int) -> Answer:
    """Write a listing."""
    return Answer(status=200, body={"data": list(rows), "total": total, "page": page, "per_page": per_page})


def error_answer(status: int, message: str, *, code: str | None = None, details: Json | None = None) -> Answer:
    """Write an error."""
    error: Json = {"code": code or _CODES.get(status, "internal_error"), "message": message}
    if details:
        error["details"] = details
    return Answer(status=status, body={"error": error})


def refusal(refused: Refused) -> Answer:
    """Write a refusal."""
    return error_answer(refused.status, refused.message, code=refused.code, details=refused.details)


def limit_headers(limit: Limit) -> tuple[tuple[str, str], ...]:
    """Write what a rate window says."""
    return (
        ("X-RateLimit-Limit", str(limit.limit)),
        ("X-RateLimit-Remaining", str(limit.remaining)),
        ("X-RateLimit-Reset", str(limit.reset_at)),
    )
