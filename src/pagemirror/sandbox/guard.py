"""Keeps other web sites out: a sandbox on loopback is reachable from any page that its user has open.

Holds for the web view and the control API, not for the APIs, which ask for a key.
"""

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["SameOriginOnly"]

CONTROL_PATH = "/_sandbox/"
_READING = ("GET", "HEAD", "OPTIONS")


class SameOriginOnly:
    """Refuses a foreign Host name, and any change that another origin asks for."""

    def __init__(self, app: ASGIApp, *, listen_host: str, hosts: Collection[str], open_paths: Collection[str]) -> None:
        self._app = app
        self._hosts = {"localhost", listen_host, *hosts} if _is_loopback(listen_host) else None
        self._open_paths = tuple(open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] == "http" and not str(scope["path"]).startswith(self._open_paths):
            reason = self._objection(scope)
            if reason is not None:
                await PlainTextResponse(f"Refused: {reason}\n", status_code=403)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _objection(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        name = urlsplit(f"//{host}").hostname or ""
        if self._hosts is not None and name not in self._hosts and not _is_loopback(name):
            return f"this sandbox is not called {name}"
        origin = headers.get("origin")
        if scope["method"] in _READING:
            return None
        if origin is None:
            is_program = str(scope["path"]).startswith(CONTROL_PATH) and not _is_form(headers)
            return None if is_program else "a form must come from a page of this sandbox"
        if urlsplit(origin).netloc != host:
            return "another web site asked for this"
        return None


def _is_form(headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
