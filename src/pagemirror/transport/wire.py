"""The HTTP library, and nothing else of pagemirror: bytes out, bytes in. The only module that imports it.

Imported when a transport is opened, not before. Knows whether a request that failed may have reached the server.
"""

import asyncio
import contextlib
import ipaddress
import ssl
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from pagemirror.model.errors import UsageError
from pagemirror.transport.exchange import Request, Response, WireFailure
from pagemirror.transport.redaction import proxy_secrets, redact, shorten
from pagemirror.transport.settings import TransportSettings

__all__ = ["HttpxWire", "open_wire"]

_KEEP_ALIVE = 3.0
"""Seconds that an idle connection is kept; less than the 5 s after which many servers close theirs."""

_WHOLE_ANSWER = 4
"""An exchange whose answer trickles in may take this many times the time-out in all."""

_SLOWEST = 10_000
"""Bytes a second at which a request's own body may leave; the time for it comes on top."""

_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)


class HttpxWire:
    """A few connections to one server, each used by one request at a time. Redirects, cookies and retries are left to
    the caller.

    Each is a pool of its own: one pool of them all looks through all of them, and asks the system of each that is idle,
    whenever a request comes or goes. One whose request had no good end is replaced: where that was cancelled in the
    wrong moment, the library takes the connection for busy for ever.
    """

    def __init__(
        self,
        make: Callable[[], httpx.AsyncBaseTransport],
        *,
        concurrency: int,
        timeout: float,
        answer_limit: int,
        secrets: tuple[str, ...],
        proxy: str = "",
    ) -> None:
        self._make = make
        self._connections = {make() for _ in range(concurrency)}
        self._free: asyncio.LifoQueue[httpx.AsyncBaseTransport] = asyncio.LifoQueue()
        for connection in self._connections:
            self._free.put_nowait(connection)
        self._timeout = timeout
        self._limit = answer_limit
        self._secrets = secrets
        self._through = f" through the proxy {_place(proxy)}" if proxy else ""
        self._extensions = {"timeout": httpx.Timeout(timeout).as_dict()}

    async def exchange(self, request: Request) -> Response:
        """Send one request, as soon as a connection is free, and read its whole answer; raises `WireFailure`."""
        connection = await self._free.get()
        try:
            response = await self._over(connection, request)
        except BaseException:
            await self._replace(connection)
            raise
        self._free.put_nowait(connection)
        return response

    async def close(self) -> None:
        """Close all connections."""
        for connection in tuple(self._connections):
            await connection.aclose()

    async def _replace(self, connection: httpx.AsyncBaseTransport) -> None:
        fresh = self._make()
        self._connections.add(fresh)
        self._free.put_nowait(fresh)
        with contextlib.suppress(httpx.HTTPError, OSError):
            await connection.aclose()
        self._connections.discard(connection)

    async def _over(self, connection: httpx.AsyncBaseTransport, request: Request) -> Response:
        try:
            asked = httpx.Request(
                request.method,
                request.url,
                headers=list(request.headers.items()),
                content=request.content,
                extensions=self._extensions,
            )
            async with asyncio.timeout(self._timeout * _WHOLE_ANSWER + len(request.content or b"") / _SLOWEST):
                answer = await connection.handle_async_request(asked)
                content = await self._read(answer)
        except _NOT_SENT as error:
            raise self._failure(error, request.url, sent=False) from None  # the cause may quote what was sent
        except (httpx.HTTPError, httpx.StreamError, OSError, TimeoutError) as error:
            raise self._failure(error, request.url, sent=True) from None
        headers: Mapping[str, str] = {name.lower(): value for name, value in answer.headers.items()}
        return Response(status=answer.status_code, headers=headers, content=content)

    async def _read(self, answer: httpx.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        try:
            async for part in answer.aiter_bytes():
                size += len(part)
                if size > self._limit:
                    raise WireFailure(
                        f"the answer is larger than {self._limit // (1024 * 1024)} MiB", sent=True, too_large=True
                    )
                parts.append(part)
        finally:
            with contextlib.suppress(httpx.HTTPError, OSError):
                await answer.stream.aclose()  # type: ignore[union-attr]  # an async pool gives async streams
        return b"".join(parts)

    def _failure(self, error: Exception, url: str, *, sent: bool) -> WireFailure:
        said = shorten(redact(str(error), self._secrets))
        return WireFailure(
            _reason(error, said, _place(url) + self._through), sent=sent, certificate="CERTIFICATE" in said.upper()
        )


def open_wire(settings: TransportSettings) -> HttpxWire:
    """Make the connections for these settings; `UsageError` for a proxy or certificate file that can't be used."""
    secure = urlsplit(settings.base_url).scheme == "https"
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=_KEEP_ALIVE)
    proxy = settings.proxy or _system_proxy(settings.base_url)
    secrets = (settings.token, *proxy_secrets(proxy))
    context = _certificates(settings.ca_file) if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if proxy and not urlsplit(proxy).hostname:
            raise ValueError("it names no host")  # noqa: TRY301 - told like the library's own refusals
        return HttpxWire(
            lambda: httpx.AsyncHTTPTransport(
                verify=context, limits=limits, proxy=proxy or None, trust_env=False, http1=True, http2=False
            ),
            concurrency=settings.concurrency,
            timeout=settings.timeout,
            answer_limit=settings.answer_limit,
            secrets=secrets,
            proxy=proxy,
        )
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        raise UsageError(
            f"the proxy {redact(proxy, secrets)} can't be used: {shorten(redact(str(error), secrets))}",
            hint="target.proxy is http://host:port or https://host:port",
        ) from None


def _certificates(ca_file: str) -> ssl.SSLContext:
    if not ca_file:
        context = ssl.create_default_context()
        return context if context.cert_store_stats()["x509_ca"] else httpx.create_ssl_context()
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        there = "it holds no certificate that can be read" if Path(ca_file).is_file() else "there is no such file"
        raise UsageError(
            f"target.ca_file {ca_file} can't be used: {there}",
            hint="give the path of a PEM file with the certificates that sign the server's",
        ) from error


def _system_proxy(base_url: str) -> str:
    """The proxy that the environment names for this server; none for this machine itself."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if _is_here(host) or urllib.request.proxy_bypass(parts.netloc.rpartition("@")[2]):
        return ""
    proxies = urllib.request.getproxies()
    found = proxies.get(parts.scheme) or proxies.get("all") or ""
    return found if not found or "://" in found else f"http://{found}"


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _place(url: str) -> str:
    """Host and port of a URL, without user and password."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _reason(error: Exception, said: str, place: str) -> str:
    match error:
        case httpx.ConnectTimeout():
            return f"no connection to {place} within the time-out"
        case httpx.PoolTimeout():
            return "no free connection within the time-out"
        case httpx.WriteTimeout():
            return "the request could not be sent within the time-out"
        case httpx.TimeoutException() | TimeoutError():
            return "no answer within the time-out"
        case httpx.ProxyError():
            return f"the proxy refused: {said}"
        case httpx.ConnectError():
            return f"no connection to {place}: {said}" if said else f"no connection to {place}"
        case httpx.RemoteProtocolError() | httpx.ReadError() | httpx.WriteError() | httpx.CloseError():
            return f"the connection was cut: {said}" if said else "the connection was cut"
        case httpx.DecodingError():
            return f"the answer can't be unpacked: {said}"
        case _:
            return said or type(error).__name__
