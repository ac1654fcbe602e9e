"""A server on a raw socket that answers as badly as a test asks for: cuts, silence, garbage, redirects."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

__all__ = ["Behaviour", "Heard", "RudeServer", "answer", "cut", "drip", "page", "raw", "silent"]

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A request as it came in; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class RudeServer:
    """Behaves by a script: one behaviour a request, the last one for all that follow."""

    def __init__(self, *script: Behaviour) -> None:
        self._script: Sequence[Behaviour] = script
        self._tasks: set[asyncio.Task[None]] = set()
        self.heard: list[Heard] = []
        self.asked = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while not writer.is_closing():
                self.heard.append(await _read(reader))
                self.asked.set()
                await self._script[min(len(self.heard), len(self._script)) - 1](writer)
                await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        if task is not None:
            self._tasks.discard(task)


def raw(data: bytes) -> Behaviour:
    """Send these bytes."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return behave


def page(status: int, content: bytes, **headers: str) -> Behaviour:
    """Send a well-formed answer."""
    lines = {"content-length": str(len(content)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return raw(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + content)


def answer(status: int, body: Any = None, **headers: str) -> Behaviour:
    """Send a well-formed JSON answer."""
    content = b"" if body is None else json.dumps(body).encode()
    return page(status, content, content_type="application/json", **headers)


def cut(after: bytes = b"") -> Behaviour:
    """Close the connection, perhaps in the middle of an answer."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(after)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    return behave


def silent() -> Behaviour:
    """Say nothing until the client goes away."""

    async def behave(_writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    return behave


def drip(head: bytes, size: int, piece: bytes) -> Behaviour:
    """Send a head and then so many pieces, for as long as the client listens."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        for _ in range(size):
            writer.write(piece)
            await writer.drain()

    return behave


async def _read(reader: asyncio.StreamReader) -> Heard:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *rest = head.split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Heard(method=method, target=target, headers=headers, body=body)
