"""What a request may cost: its size, its time, and how many may be open at once. Knows no route.

Two halves: `Limited` holds each request to its size and time, `PatientProtocol` holds connections that send no whole
request to theirs. Where there are too many connections, the one that has waited longest without one gives way, so that
whoever opens many and says nothing shuts nobody out.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Final, cast

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from pagemirror.model.numbers import whole_number

__all__ = ["BODY", "HEADERS", "Limited", "Patience", "PatientProtocol", "patient"]

BODY: Final = 1024 * 1024
"""The largest body, in bytes."""

HEADERS: Final = 16 * 1024
"""The largest request line with headers, in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Times in seconds: for a request's head to arrive, for its body, for its answer; and how many connections."""

    head: float = 10.0
    body: float = 10.0
    answer: float = 60.0
    connections: int = 256


class _TooLarge(Exception):
    """The body is larger than any may be."""


class Limited:
    """Passes requests on that keep to their size and time; the others are answered 413 and 408."""

    def __init__(self, app: ASGIApp, *, patience: Patience | None = None) -> None:
        self._app = app
        self._patience = patience or Patience()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body read whole, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._patience.body):
                body = await _whole(Headers(scope=scope), receive)
        except _TooLarge:
            await _refuse(413, scope, receive, send)
            return
        except TimeoutError:
            await _refuse(408, scope, receive, send)
            return
        if body is None:
            return
        async with asyncio.timeout(self._patience.answer):
            await self._app(scope, _again(body, receive), send)


async def _whole(headers: Headers, receive: Receive) -> bytes | None:
    """The body; None where the client left before its end."""
    told = whole_number(headers.get("content-length", "0"))
    if told is None or told > BODY:
        raise _TooLarge
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > BODY:
            raise _TooLarge
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Give the body that was read, then what comes after it."""
    given = False

    async def once() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


async def _refuse(status: int, scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("", status, {"Connection": "close"})(scope, receive, send)


class PatientProtocol(H11Protocol):
    """HTTP/1.1 over a connection that is closed when it doesn't get to a whole head in time."""

    patience = Patience()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hurry: asyncio.TimerHandle | None = None
        self.waits_since = 0.0

    @property
    def at_work(self) -> bool:
        """Whether a request with a whole head has no whole answer yet."""
        cycle = cast("Any", self.cycle)
        return cycle is not None and not cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent has it
        """Begin to wait for the first head; where there are too many that wait, the longest gives way."""
        super().connection_made(transport)
        self.waits_since = self.loop.time()
        self._wait()
        if len(self.connections) > self.patience.connections:
            waiting = [one for one in self.connections if isinstance(one, PatientProtocol) and not one.at_work]
            min(waiting, key=lambda one: one.waits_since, default=self).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what came; a head that is whole ends the wait, a part of one begins it."""
        super().data_received(data)
        if self.at_work or self.transport.is_closing():
            self._calm()
        elif self._hurry is None:
            self._wait()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self.waits_since = self.loop.time()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._calm()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._hurry = self.loop.call_later(self.patience.head, self.transport.abort)

    def _calm(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None


def patient(patience: Patience) -> type[PatientProtocol]:
    """The protocol with this much patience, in the form that the server's library takes: a class."""
    return type("_Patient", (PatientProtocol,), {"patience": patience})
