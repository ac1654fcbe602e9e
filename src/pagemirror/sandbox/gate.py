"""The door of one API: HTTP in, endpoint in the middle, HTTP out, with faults, limits and the log around it.

Knows every API only by its interface. The order is: count, faults before the effect, key, limits, endpoint, faults
after the effect.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import formatdate
from urllib.parse import parse_qsl

from starlette.types import Message, Receive, Scope, Send

from pagemirror.sandbox.clock import Clock, stamp
from pagemirror.sandbox.exchange import Answer, Call, Endpoint, NoRoute, Refused
from pagemirror.sandbox.faults import FaultBook, Target, Verdict
from pagemirror.sandbox.interface import Api
from pagemirror.sandbox.journal import Entry, Journal

__all__ = ["SEVER", "ConnectionSevered", "Gate"]

SEVER = "pagemirror.sandbox.sever"
_UNKNOWN = "(unknown)"


class ConnectionSevered(ConnectionError):
    """The answer is withheld on purpose, on a server that cannot close a connection without one."""


@dataclass(frozen=True, slots=True)
class _Match:
    endpoint: Endpoint | None
    template: str
    params: dict[str, str]
    path_known: bool


class Gate:
    """An ASGI application for one API."""

    def __init__(self, api: Api, *, clock: Clock, faults: FaultBook, journal: Journal) -> None:
        self._api = api
        self._clock = clock
        self._faults = faults
        self._journal = journal
        self._learn()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        started = time.perf_counter()
        method, path = str(scope["method"]), str(scope["path"])[len(self._api.base) :]
        match = self._match(method, path)
        seq = self._journal.open(self._api.name, method, match.template)
        epoch = self._journal.epoch(self._api.name)
        body = await _read(receive)
        call = _call(scope, path, match, body)
        verdict = self._faults.decide(_target(self._api.name, call, match))
        answer = await self._answer(call, match, verdict, epoch)
        payload = _payload(answer)
        entry = Entry(
            seq=seq,
            at=stamp(self._clock.second()),
            api=self._api.name,
            method=method,
            path=self._journal.redact(path),
            query=self._journal.redact(scope["query_string"].decode("latin-1")),
            template=match.template,
            status=answer.status if answer else None,
            fault=verdict.label,
            seconds=round(time.perf_counter() - started, 6),
            request_bytes=len(body),
            response_bytes=len(payload),
        )
        if epoch == self._journal.epoch(self._api.name):
            self._journal.close(entry, call.problems)
        if answer is None:
            await _sever(scope, receive)
        else:
            await _send(send, answer, payload, date=formatdate(self._clock.now(), usegmt=True))

    async def _answer(self, call: Call, match: _Match, verdict: Verdict, epoch: int) -> Answer | None:
        """Return the answer, or None where the client gets none, as when a reset overtook its request."""
        slow = verdict.get("slow")
        delay = self._faults.settings.latency + (slow.seconds if slow and slow.when == "before" else 0)
        if delay:
            await asyncio.sleep(delay)
        if epoch != self._journal.epoch(self._api.name):
            return None
        first = verdict.get("cut", "rate_limited", "error_before", "status")
        if first is not None:
            if first.fault == "rate_limited":
                return self._api.limited(first.retry_after)
            return None if first.fault == "cut" else self._api.failure(first.status if first.fault == "status" else 500)
        call.bend = verdict.bend
        answer = self._handle(call, match)
        if slow and slow.when == "after":
            await asyncio.sleep(slow.seconds)
        last = verdict.get("lost_answer", "error_after")
        if last is not None:
            return None if last.fault == "lost_answer" else self._api.failure(500)
        return answer

    def _handle(self, call: Call, match: _Match) -> Answer:
        try:
            self._api.authorise(call)
            limited = self._api.throttle()
            if limited is not None:
                return limited
            answer = _endpoint(call, match).handler(call)
        except Refused as refused:
            answer = self._api.refuse(refused, call)
        headers = self._api.rate_headers()
        return replace(answer, headers=answer.headers + headers) if headers else answer

    def _learn(self) -> None:
        self._endpoints = self._api.endpoints
        self._routes = [(_pattern(item.template), item) for item in self._endpoints]
        self._plain = {(item.method, item.template): item for item in self._endpoints if "{" not in item.template}

    def _match(self, method: str, path: str) -> _Match:
        if self._endpoints is not self._api.endpoints:
            self._learn()
        plain = self._plain.get((method, path))
        if plain is not None:
            return _Match(plain, plain.template, {}, path_known=True)
        known = ""
        for pattern, endpoint in self._routes:
            found = pattern.fullmatch(path)
            if found and endpoint.method == method:
                return _Match(endpoint, endpoint.template, found.groupdict(), path_known=True)
            known = endpoint.template if found else known
        return _Match(None, known or _UNKNOWN, {}, path_known=bool(known))


def _endpoint(call: Call, match: _Match) -> Endpoint:
    if match.endpoint is not None:
        return match.endpoint
    if match.path_known:
        call.note("unknown_method", f"{call.method} is not documented for {match.template}")
        raise NoRoute(405, "method not allowed")
    call.note("unknown_route", f"{call.path} is not a documented path")
    raise NoRoute(404, f"no route for {call.path}")


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)))


def _call(scope: Scope, path: str, match: _Match, body: bytes) -> Call:
    query = scope["query_string"].decode("latin-1")
    call = Call(
        method=str(scope["method"]),
        path=path,
        params=match.params,
        query=tuple(parse_qsl(query, keep_blank_values=True)) if query else (),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=body,
    )
    if body and call.method in ("GET", "HEAD", "DELETE"):
        call.note("unexpected_body", f"{call.method} takes no body")
    return call


def _target(api: str, call: Call, match: _Match) -> Target:
    return Target(
        api=api,
        method=call.method,
        path=call.path,
        template=match.template,
        body=call.body,
        lists=match.endpoint is not None and match.endpoint.lists,
        writes=match.endpoint is not None and match.endpoint.writes,
    )


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message: Message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return b"".join(parts)


def _payload(answer: Answer | None) -> bytes:
    if answer is None:
        return b""
    if answer.body is None:
        return answer.raw or b""
    return json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")).encode()


async def _send(send: Send, answer: Answer, payload: bytes, *, date: str) -> None:
    headers = [(b"date", date.encode("latin-1"))]
    headers += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    if answer.body is not None or answer.raw is not None:
        headers.append((b"content-type", answer.kind.encode("latin-1")))
    if answer.status != 204:  # noqa: PLR2004 - the one status without a body
        headers.append((b"content-length", str(len(payload)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": payload})


async def _sever(scope: Scope, receive: Receive) -> None:
    """Close the connection without a byte of an answer, and wait until it is closed."""
    sever: Callable[[], None] | None = scope.get("extensions", {}).get(SEVER)
    if sever is None:
        raise ConnectionSevered("the connection ends here without an answer")
    sever()
    while (await receive())["type"] != "http.disconnect":
        continue
