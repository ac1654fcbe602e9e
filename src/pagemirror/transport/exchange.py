"""What goes over the wire, as bytes, and how it fails: the seam to the HTTP library, which is known to one module."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Request", "Response", "Wire", "WireFailure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, ready to be sent. The headers hold the token, so they stay out of the repr."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes | None

    def __repr__(self) -> str:
        """A form without the headers."""
        return f"Request({self.method} {self.url})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One whole answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class WireFailure(Exception):
    """No usable answer. `sent` is False only if the request surely never reached the server.

    `reason` is prose without secrets. `too_large`: the answer was longer than what is read. `certificate`: the
    server's certificate was refused, so trying again is of no use.
    """

    def __init__(self, reason: str, *, sent: bool, too_large: bool = False, certificate: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.too_large = too_large
        self.certificate = certificate


class Wire(Protocol):
    """Sends bytes and reads bytes."""

    async def exchange(self, request: Request) -> Response:
        """Send one request and read its whole answer; raises `WireFailure`."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...
