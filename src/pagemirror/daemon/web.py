"""The web application of the service, put together from its families of routes.

Each family is a function that gives Starlette routes; a new one is one more line here.
"""

from collections.abc import Sequence
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pagemirror.daemon import api, health, pages
from pagemirror.daemon.access import Access
from pagemirror.daemon.interface import Service
from pagemirror.daemon.limits import Limited

__all__ = ["create_app"]

_SHUT: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (
        b"content-security-policy",
        b"; ".join(
            (
                b"default-src 'none'",
                b"style-src 'self'",
                b"img-src 'self'",
                b"form-action 'self'",
                b"frame-ancestors 'none'",
                b"base-uri 'none'",
            )
        ),
    ),
)
"""On every answer; a route's own header of the same name stays."""


def create_app(service: Service, access: Access, *, more: Sequence[BaseRoute] = ()) -> ASGIApp:
    """The application; `more` are routes made elsewhere, such as webhooks and metrics."""
    app = Starlette(
        routes=[*health.routes(service), *api.routes(service, access), *pages.routes(service, access), *more],
        middleware=[Middleware(_Shut), Middleware(Limited)],
        exception_handlers={HTTPException: _nothing_told, Exception: _nothing_told},
    )
    app.router.redirect_slashes = False  # such an answer would name the host that the request did
    return app


async def _nothing_told(_: Request, error: Exception) -> Response:
    """What went wrong is in the log, and no business of whoever asks."""
    if isinstance(error, HTTPException):
        return PlainTextResponse("", error.status_code, error.headers)
    return PlainTextResponse("", 500)


class _Shut:
    """Adds the headers that keep browsers from doing more than they should with an answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to its answer."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(pair for pair in _SHUT if pair[0] not in own)]
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)
