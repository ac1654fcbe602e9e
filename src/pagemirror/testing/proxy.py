"""A proxy before the server under test, which loses, cuts, delays and bends what goes through it.

Knows HTTP and no API. It forwards with HTTP/1.0, so that an answer ends with its connection and never comes in chunks.
"""

import asyncio
import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from pagemirror.testing.faults import BEFORE, Fault, Rule

__all__ = ["Proxy"]

_NOT_FORWARDED: Final = frozenset({"connection", "accept-encoding", "host"})
_HEAD_END: Final = b"\r\n\r\n"
_PAGE: Final = b"<!doctype html><title>Welcome</title><p>Please log in."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def address(self) -> str:
        """The path, and after a # a digest of the body: in some APIs the body alone says what is asked for."""
        return f"{self.path}#{hashlib.sha256(self.body).hexdigest()[:16]}" if self.body else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """`head` is the status line and the headers, without the blank line."""

    head: bytes
    body: bytes


class Proxy:
    """Stands before one server while it is entered. `seen` lists the requests that the server got, each as its
    method and path, and with the path a digest of the body after a #.
    """

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        if parts.scheme != "http" or parts.hostname is None:
            raise ValueError(f"the suite needs a server at http://host:port, not at {upstream}")
        self._host, self._port, self._base = parts.hostname, parts.port or 80, parts.path
        self._rules: list[tuple[Rule, list[int]]] = []
        self._last: dict[tuple[str, str], _Answer] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.seen: list[tuple[str, str]] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.root = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self.base_url = self.root + self._base
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Take no more connections, and cut those there are."""
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def fail(self, *rules: Rule) -> None:
        """Put these rules in force and no others; the first that fits a request holds."""
        self._rules = [(rule, [0]) for rule in rules]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._once(reader, writer):
                pass
        writer.close()
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await writer.wait_closed()

    async def _once(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Carry one request and its answer; False when the connection must end."""
        request = await _read(reader)
        rule = self._rule(request)
        fault = rule.fault if rule is not None else None
        before = self._last.get((request.method, request.address))
        answer = None
        if fault not in BEFORE and not (fault is Fault.STALE and before is not None):
            answer = await self._forward(request)
        if rule is None:
            made = answer
        elif rule.fault is Fault.STALE:
            made = before or answer
        else:
            made = _spoilt(rule, answer)
        if fault in {Fault.NO_ANSWER_BEFORE, Fault.NO_ANSWER_AFTER}:
            await reader.read()  # until the client gives up
        if made is None:
            return False
        return await _send(writer, made, half=fault is Fault.HALF_ANSWER)

    def _rule(self, request: _Request) -> Rule | None:
        for rule, count in self._rules:
            if rule.fits(request.method, request.address):
                count[0] += 1
                if rule.first <= count[0] and (rule.times is None or count[0] < rule.first + rule.times):
                    return rule
        return None

    async def _forward(self, request: _Request) -> _Answer:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        headers = {name: value for name, value in request.headers.items() if name not in _NOT_FORWARDED}
        lines = [f"{request.method} {request.path} HTTP/1.0", f"host: {self._host}:{self._port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join(lines).encode("latin-1") + _HEAD_END + request.body)
        await writer.drain()
        head, _, body = (await reader.read(-1)).partition(_HEAD_END)
        writer.close()
        self.seen.append((request.method, request.address))
        answer = _Answer(head=head, body=body)
        self._last[request.method, request.address] = answer
        return answer


def _spoilt(rule: Rule, answer: _Answer | None) -> _Answer | None:
    """What the client gets instead of the server's answer; None for nothing at all."""
    match rule.fault:
        case Fault.ERROR_BEFORE | Fault.ERROR_AFTER:
            return _made(500)
        case Fault.STATUS:
            return _made(rule.status)
        case Fault.RATE_LIMITED:
            return _made(429, **({} if rule.retry_after is None else {"retry-after": f"{rule.retry_after:g}"}))
        case Fault.WEB_PAGE:
            return _Answer(head=b"HTTP/1.1 200 OK\r\ncontent-type: text/html", body=_PAGE)
        case Fault.GARBLED if answer is not None:
            return _Answer(head=answer.head, body=answer.body[: len(answer.body) // 2] or b"{")
        case Fault.HALF_ANSWER:
            return answer
        case Fault.SHORT if answer is not None:
            return _Answer(head=answer.head, body=json.dumps(rule.bend(json.loads(answer.body))).encode())
        case _:
            return None


def _made(status: int, **headers: str) -> _Answer:
    lines = [f"HTTP/1.1 {status} Made", "content-type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    words = {"code": "refused", "message": "Request refused for a test"}
    return _Answer(head="\r\n".join(lines).encode(), body=json.dumps({"error": words}).encode())


async def _send(writer: asyncio.StreamWriter, answer: _Answer, *, half: bool) -> bool:
    """Send an answer with its true length; False if the connection is to be cut."""
    kept = [
        line
        for line in answer.head.split(b"\r\n")
        if not line.lower().startswith((b"content-length:", b"connection:", b"transfer-encoding:"))
    ]
    kept[0] = b"HTTP/1.1 " + kept[0].partition(b" ")[2]
    bodiless = kept[0].split(b" ")[1:2] == [b"204"]
    if not bodiless:
        kept.append(b"content-length: %d" % len(answer.body))
    whole = b"\r\n".join(kept) + _HEAD_END + answer.body
    writer.write(whole[: len(whole) - len(answer.body) // 2 - 1] if half else whole)
    await writer.drain()
    return not half


async def _read(reader: asyncio.StreamReader) -> _Request:
    first, *rest = (await reader.readuntil(_HEAD_END)).decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return _Request(method=method, path=path, headers=headers, body=body)
