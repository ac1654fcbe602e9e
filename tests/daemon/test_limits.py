"""What a connection may cost, over real sockets: slow heads, slow bodies, too many connections, long heads."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pagemirror.daemon.limits import HEADERS, Limited, Patience
from pagemirror.daemon.serving import Server, bind

SHORT = Patience(head=0.2, body=0.2, answer=5.0, connections=5)
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"


class Line:
    """One connection by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def says(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self) -> bytes:
        """Everything until the other end closes."""
        async with asyncio.timeout(10.0):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""


class House:
    """A server with one route, and lines to it."""

    def __init__(self, server: Server) -> None:
        self._port = int(server.address.rpartition(":")[2])
        self.lines: list[Line] = []

    async def line(self) -> Line:
        self.lines.append(Line(*await asyncio.open_connection("127.0.0.1", self._port)))
        return self.lines[-1]

    async def status(self) -> int:
        """The status of a request as it should be."""
        line = await self.line()
        await line.says(HEAD + b"Connection: close\r\n\r\n")
        return int((await line.answer()).split(b" ")[1])


@pytest.fixture
def served() -> Callable[[Callable[[House], Coroutine[Any, Any, None]]], None]:
    """Run a test against a server with little patience."""

    async def echo(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async def serve(test: Callable[[House], Coroutine[Any, Any, None]]) -> None:
        app = Limited(Starlette(routes=[Route("/", echo, methods=["GET", "POST"])]), patience=SHORT)
        server = Server(bind("127.0.0.1:0"), app, patience=SHORT)
        await server.start()
        house = House(server)
        try:
            await test(house)
        finally:
            for line in house.lines:
                line.writer.close()
            await server.stop()

    return lambda test: asyncio.run(serve(test))


Served = Callable[[Callable[[House], Coroutine[Any, Any, None]]], None]


def test_a_head_that_never_ends_is_cut_off_however_it_trickles(served: Served) -> None:
    async def test(house: House) -> None:
        line = await house.line()
        await line.says(HEAD)
        await line.says(b"X-A: ")
        assert await line.answer() == b""

    served(test)


def test_a_connection_that_says_nothing_is_closed(served: Served) -> None:
    async def test(house: House) -> None:
        assert await (await house.line()).answer() == b""

    served(test)


def test_a_body_that_never_comes_is_answered_408(served: Served) -> None:
    async def test(house: House) -> None:
        line = await house.line()
        await line.says(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        assert (await line.answer()).startswith(b"HTTP/1.1 408 ")

    served(test)


def test_a_head_that_is_too_long_is_refused(served: Served) -> None:
    async def test(house: House) -> None:
        line = await house.line()
        await line.says(HEAD + b"X-A: " + b"a" * (4 * HEADERS))
        assert b" 400 " in await line.answer()

    served(test)


def test_who_opens_many_connections_and_says_nothing_shuts_nobody_out(served: Served) -> None:
    async def test(house: House) -> None:
        for _ in range(4 * SHORT.connections):
            await (await house.line()).says(b"GET / HT")
        assert await house.status() == 200

    served(test)


def test_whoever_asks_all_the_time_keeps_the_connection_while_others_open_many(served: Served) -> None:
    async def test(house: House) -> None:
        line = await house.line()
        for _ in range(3 * SHORT.connections):
            await line.says(HEAD + b"\r\n")
            async with asyncio.timeout(10.0):
                await line.reader.readuntil(b"\r\n\r\n")
                await line.reader.readexactly(1)
            await (await house.line()).says(b"GET / HT")

    served(test)


def test_a_second_request_on_one_connection_is_served(served: Served) -> None:
    async def test(house: House) -> None:
        line = await house.line()
        await line.says(HEAD + b"\r\n")
        async with asyncio.timeout(10.0):
            assert (await line.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
            await line.reader.readexactly(1)
        await line.says(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc")
        assert (await line.answer()).endswith(b"3")

    served(test)
