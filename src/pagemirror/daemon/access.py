"""Who may ask for what: people on this machine, and whoever knows the admin token.

`/healthz`, `/readyz`, `/metrics` and the webhooks don't ask here. Everything with page text and `/api/*` does: it is
open to this machine alone where the service listens on loopback, else to the admin token; deciding always needs it.

A browser on this machine could be made to ask by any web site that it has open, and a proxy here may speak for the
whole world. So a request counts as local only if it was sent to a name of this machine, bears no sign of a proxy, and
doesn't come from another site.
"""

import hmac
import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

__all__ = ["Access", "is_loopback", "same_secret"]

Endpoint = Callable[[Request], Awaitable[Response]]

_BEARER: Final = "Bearer "
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The rules in force. `token` is the admin token, "" where there is none: then nobody is admin."""

    token: str = field(default="", repr=False)
    loopback: bool = True

    def is_admin(self, request: Request) -> bool:
        """Whether the request bears the admin token."""
        given = request.headers.get("authorization", "")
        return given.startswith(_BEARER) and same_secret(given.removeprefix(_BEARER), self.token)

    def is_local(self, request: Request) -> bool:
        """Whether a person or program on this machine asks for itself."""
        host = _name_in(f"//{request.headers.get('host', '')}")
        client = request.client.host if request.client is not None else ""
        return (
            self.loopback
            and is_loopback(client)
            and is_loopback(host)
            and not any(name in request.headers for name in _FORWARDED)
            and not _is_foreign(request)
        )

    def may_read(self, request: Request) -> bool:
        """Whether page texts, statuses and `/api/*` are open to this request."""
        return self.is_local(request) or self.is_admin(request)

    def reading(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, for those alone who may read."""
        return self._guarded(endpoint, self.may_read)

    def deciding(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, for the admin alone."""
        return self._guarded(endpoint, self.is_admin)

    @staticmethod
    def _guarded(endpoint: Endpoint, allows: Callable[[Request], bool]) -> Endpoint:
        async def guarded(request: Request) -> Response:
            if allows(request):
                return await endpoint(request)
            return JSONResponse({"error": "unauthorized"}, 401, {"WWW-Authenticate": 'Bearer realm="pagemirror"'})

        return guarded


def same_secret(given: str, secret: str) -> bool:
    """Whether these are the same, in a time that doesn't tell how alike they are; nothing equals an empty secret."""
    return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())


def is_loopback(host: str) -> bool:
    """Whether this is a name or address of this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _name_in(url: str) -> str:
    """The host's name; "" where there is none that can be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_foreign(request: Request) -> bool:
    """Whether another web site asks: by its origin, or for a change by a form, which needs no script's permission."""
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        return True
    if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        return True
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return request.method not in _READING and kind not in {"", "application/json"}
