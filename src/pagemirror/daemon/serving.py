"""The HTTP server of the service: binds, serves in the running loop, stops when told. Knows no route.

The application behind it can be exchanged while it serves, as a reload does.
"""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from pagemirror.daemon.limits import HEADERS, Patience, patient
from pagemirror.model.errors import UsageError

__all__ = ["Server", "bind", "host_of"]

_BACKLOG = 512
_LAST_ANSWERS = 5.0


class Server:
    """Serves one listening socket. `patience` is for connections; requests have `limits.Limited` around their app."""

    def __init__(self, listener: socket.socket, app: ASGIApp, *, patience: Patience | None = None) -> None:
        self.app = app
        self._listener = listener
        self._inner = _Quiet(
            uvicorn.Config(
                self._answer,
                interface="asgi3",
                http=patient(patience or Patience()),
                ws="none",
                lifespan="off",
                log_level="error",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=True,
                proxy_headers=False,
                backlog=_BACKLOG,
                h11_max_incomplete_event_size=HEADERS,
                timeout_keep_alive=5,
                timeout_graceful_shutdown=5,
            )
        )
        self._task: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """Where it can be reached, as `host:port`."""
        host, port = self._listener.getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    async def start(self) -> None:
        """Serve from now on."""
        self._task = asyncio.create_task(self._inner.serve(sockets=[self._listener]), name="server")
        await self._inner.accepting.wait()

    async def stop(self) -> None:
        """Take no more requests, and let those under way have their answers."""
        self._inner.should_exit = True
        if self._task is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._task, _LAST_ANSWERS)
        self._listener.close()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class _Quiet(uvicorn.Server):
    """Leaves the signals of the process alone, and tells when it accepts."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.accepting = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        self.accepting.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle none: the service has its own way to end."""
        yield


def host_of(listen: str) -> str:
    """The host of an `address:port`."""
    return listen.rpartition(":")[0].strip("[]")


def bind(listen: str) -> socket.socket:
    """A socket that listens on `address:port`; raises UsageError naming what stands in the way."""
    host, port = host_of(listen), int(listen.rpartition(":")[2])
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _taken(listen, error) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise _taken(listen, error) from error
    return listener


def _taken(listen: str, error: OSError) -> UsageError:
    return UsageError(
        f"The service can't listen on {listen}: {error.strerror or error}.",
        hint='Another process may have the port. Set service.listen to a free one, or to "" for no server.',
        code="listen",
    )
