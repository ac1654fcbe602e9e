"""The seam between backends and the HTTP library: a request in, an answer or an error of ours out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

__all__ = ["Answer", "Call", "Form", "Transport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form with one file, sent instead of JSON; `name` and `mime` are the file's."""

    fields: Mapping[str, str]
    name: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. `path` is appended to the base URL. `body` is sent as JSON, `form` as a form;
    neither sends no body.

    `effect` says what a lost answer means: `read` and `idempotent` calls may be repeated by the transport; a `write`
    is sent once, and after it was sent an error raises `UnknownOutcome`. `statuses` are the statuses that the caller
    wants to see as answers beside 2xx (404, 400, …); others become errors. `refusal` says by status and body of an
    error whether it surely is a refusal that the caller wants to see too: some servers answer 500 to a bad request.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    form: Form | None = None
    effect: Literal["read", "idempotent", "write"] = "read"
    statuses: frozenset[int] = frozenset()
    refusal: Callable[[int, Any], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A server's answer: `body` is the parsed JSON, or None where there was none; header names in lower case."""

    status: int
    body: Any
    headers: Mapping[str, str]


class Transport(Protocol):
    """Sends calls, paced and counted, with the token where it belongs and nowhere else."""

    requests: int

    async def send(self, call: Call) -> Answer:
        """Send one call; raises the family of `BackendError`."""
        ...

    def authorise(self, token: str) -> None:
        """Use this token from now on, for an API that gives one at a login; it is as secret as a configured one."""
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...
