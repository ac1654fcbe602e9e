"""Reading answers leniently, and telling a refused page from a refused token or a wrong address.

Shared by all backends; knows no API's fields. A server's JSON is never trusted to have a shape.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from pagemirror.model.errors import Changed, Rejected, TargetUnusable, UnknownOutcome
from pagemirror.model.ids import PageId
from pagemirror.transport.interface import Answer, Call, Transport

__all__ = [
    "ABSENT",
    "FORBIDDEN",
    "Access",
    "message_of",
    "misread",
    "moment",
    "refused",
    "rows_of",
    "segment",
    "text_of",
    "unusable",
    "whole_number",
]

FORBIDDEN = 403
ABSENT = frozenset({404, 410})
_SUCCESS = range(200, 300)
_PROVE_AGAIN = 10


class Access:
    """Sends a session's calls, and makes sure of token and address before it believes a refusal.

    A 403 may mean one page or the whole key; a 404 one page or a wrong base URL. Which it is, `probe` tells: it raises
    `TargetUnusable` if the target can't be used at all. It is asked as seldom as possible.
    """

    def __init__(self, transport: Transport, probe: Callable[[], Awaitable[object]]) -> None:
        self._transport = transport
        self._probe = probe
        self._proven = False
        self._refusals_since_proof: int | None = None
        self._lock = asyncio.Lock()

    async def send(self, call: Call) -> Answer:
        """Send a call; 403, 404 and 410 come back as answers, and then they are about this page."""
        answer = await self._transport.send(replace(call, statuses=call.statuses | ABSENT | {FORBIDDEN}))
        if answer.status in _SUCCESS:
            self._proven = self._proven or isinstance(answer.body, Mapping)
        elif answer.status == FORBIDDEN:
            await self._prove_key()
        elif answer.status in ABSENT:
            await self._prove_address(call, answer)
        return answer

    async def write(self, call: Call, page_id: PageId | None) -> Answer:
        """Send a write to a page, or one that makes a page; only success comes back.

        A page that was looked at and is not there now has moved: `Changed`, so that it is looked at again.
        """
        answer = await self.send(call)
        if answer.status in _SUCCESS:
            return answer
        if answer.status == FORBIDDEN:
            raise refused(call, answer)
        told = (
            f"{call.method} {call.path}: the target answered {answer.status}{_said(answer.body)}; nothing was changed"
        )
        if page_id is None:
            raise Rejected(told, status=answer.status, hint="something that the page names is not there")
        raise Changed(
            told, status=answer.status, hint="the page was removed since it was looked at; it is looked at again"
        )

    async def _prove_key(self) -> None:
        async with self._lock:
            if self._refusals_since_proof is None or self._refusals_since_proof >= _PROVE_AGAIN:
                await self._probe()
                self._proven, self._refusals_since_proof = True, 0
            self._refusals_since_proof += 1

    async def _prove_address(self, call: Call, answer: Answer) -> None:
        async with self._lock:
            if not self._proven:
                await self._probe()
                self._proven = True
        if not isinstance(answer.body, Mapping) or not isinstance(answer.body.get("error"), Mapping):
            raise Rejected(
                f"{call.method} {call.path}: the server answered {answer.status}, but not in this API's words, so the "
                "page is not taken to be gone",
                status=answer.status,
                hint="something between here and the API may have answered; the next pass asks again",
            )


def refused(call: Call, answer: Answer) -> Rejected:
    """The error for a 403 that is about one page or one right."""
    return Rejected(
        f"{call.method} {call.path}: the target refused this{_said(answer.body)}; nothing was changed",
        status=answer.status,
        code="forbidden",
        hint="the token may read but not do this; give it the right, or leave the page out",
    )


def unusable(what: str, call: Call, answer: Answer) -> TargetUnusable:
    """The error for a probe that was refused."""
    return TargetUnusable(
        f"{what} can't be used: {call.method} {call.path} was answered with {answer.status}{_said(answer.body)}",
        status=answer.status,
        hint="check target.token and target.base_url, and whether the workspace is active",
    )


def misread(call: Call, what: str) -> Rejected | UnknownOutcome:
    """The error for a good answer that doesn't hold what it must: after a write nobody knows what was done."""
    told = f"{call.method} {call.path}: the answer holds {what}"
    if call.effect == "read":
        return Rejected(told, hint="check target.base_url; the page was left as it is")
    return UnknownOutcome(told, hint="the next pass looks at what became of it before it sends anything")


def segment(page_id: PageId) -> str:
    """A page id as one part of a path; raises `Rejected` for one that would name another address."""
    if not page_id.strip(".") or any(ord(char) <= ord(" ") for char in page_id):
        raise Rejected(f"{page_id!r} can't be a page id", hint="correct `page_id` in the front matter")
    return quote(page_id, safe="")


def rows_of(body: Any, name: str) -> tuple[Mapping[str, Any], ...] | None:
    """The objects of a list in an answer; None if there is no such list."""
    rows = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(rows, list):
        return None
    return tuple(row for row in rows if isinstance(row, Mapping))


def text_of(row: Mapping[str, Any], name: str) -> str | None:
    """A string in an answer; None if it isn't there, or is something else."""
    value = row.get(name)
    return value if isinstance(value, str) else None


def whole_number(value: Any) -> int | None:
    """A whole number in an answer."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def moment(value: Any) -> float:
    """An RFC 3339 time as seconds since 1970; 0.0 where there is none that can be read."""
    if not isinstance(value, str):
        return 0.0
    try:
        read = datetime.fromisoformat(value.strip().upper())
        return max(0.0, (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return 0.0


def message_of(body: Any) -> str:
    """The message of an error answer in the form `{"error": {"message": …}}`, or ""."""
    error = body.get("error") if isinstance(body, Mapping) else None
    message = error.get("message") if isinstance(error, Mapping) else None
    return message[:300] if isinstance(message, str) else ""


def _said(body: Any) -> str:
    message = message_of(body)
    return f" ({message})" if message else ""
