"""Runs the sandbox as a server until it is told to stop, and says where it can be reached."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from pagemirror.sandbox.app import create_app
from pagemirror.sandbox.config import SandboxConfig, parse_listen
from pagemirror.sandbox.exchange import Json
from pagemirror.sandbox.gate import SEVER
from pagemirror.sandbox.world import World

__all__ = ["Addresses", "ApiAddress", "serve"]

_STOPPING = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAddress:
    """What a client of one API must be configured with; `page_url` has a place for `{id}`."""

    base_url: str
    token: str
    page_url: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> Json:
        """Write it, the further settings and what there is instead of the token only where the API has some."""
        value: Json = {"base_url": self.base_url, "token": self.token, "page_url": self.page_url}
        more = {"settings": dict(self.settings), "secrets": dict(self.secrets)}
        return {**value, **{name: part for name, part in more.items() if part}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where a running sandbox can be reached."""

    url: str
    apis: Mapping[str, ApiAddress]

    def to_json(self) -> Json:
        """Write the addresses with each API under its name."""
        return {"schema": 1, "url": self.url, **{name: api.to_json() for name, api in self.apis.items()}}

    def to_text(self) -> str:
        """Write the addresses for a person."""
        rows = [f"Sandbox at {self.url}/"]
        for name, api in self.apis.items():
            rows += [f"  {name:<10} base_url  {api.base_url}", f"  {'':<10} token     {api.token}"]
            rows += [f"  {'':<10} {key:<9} {value}" for key, value in {**api.settings, **api.secrets}.items()]
        return "\n".join([*rows, "Stop with Ctrl-C."])


def serve(config: SandboxConfig, announce: Callable[[Addresses], None], *, until_stdin_closes: bool = False) -> None:
    """Serve until SIGTERM or SIGINT, or until standard input ends if asked; call `announce` once it accepts."""
    app = create_app(config)
    listener = _listener(*parse_listen(config.listen))
    addresses = _addresses(app.state.world, listener)
    server = _Server(
        uvicorn.Config(
            app,
            http=_SeverableProtocol,
            ws="none",
            lifespan="on",
            log_level="error",
            access_log=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
            server_header=False,
            date_header=False,
        ),
        on_start=lambda: announce(addresses),
        until_stdin_closes=until_stdin_closes,
    )
    with _quiet_end():
        server.run(sockets=[listener])


class _SeverableProtocol(H11Protocol):
    """HTTP/1.1 that lets the application close its connection without an answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[SEVER] = self.transport.abort
            await inner(scope, receive, send)

        self.app = app


class _Server(uvicorn.Server):
    """Tells when it accepts, and can watch standard input."""

    def __init__(self, config: uvicorn.Config, *, on_start: Callable[[], None], until_stdin_closes: bool) -> None:
        super().__init__(config)
        self._on_start = on_start
        self._until_stdin_closes = until_stdin_closes

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then announce."""
        await super().startup(sockets)
        if self._until_stdin_closes:
            await asyncio.get_running_loop().connect_read_pipe(lambda: _End(self), sys.stdin)
        self._on_start()


class _End(asyncio.Protocol):
    """Stops a server when a pipe ends, as it does when the process at its other end is gone."""

    def __init__(self, server: uvicorn.Server) -> None:
        self._server = server

    def connection_lost(self, _exc: Exception | None) -> None:
        """Stop the server."""
        self._server.should_exit = True


@contextlib.contextmanager
def _quiet_end() -> Iterator[None]:
    """Let a signal that ended the server end there: uvicorn raises it again afterwards, for others to see."""

    def ignore(_number: int, _frame: FrameType | None) -> None:
        return None

    before = {number: signal.signal(number, ignore) for number in _STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio sends small writes at once only where it is; else each answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _addresses(world: World, listener: socket.socket) -> Addresses:
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    apis = {
        name: ApiAddress(
            base_url=url + api.address,
            token=api.tokens[0],
            page_url=f"{url}/{name}/pages/{{id}}",
            settings=dict(api.own_settings),
            secrets=dict(api.own_secrets),
        )
        for name, api in world.apis.items()
    }
    return Addresses(url=url, apis=apis)
