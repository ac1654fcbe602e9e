"""One exchange with an API as plain values: what was asked, what is answered, what is refused.

Endpoints see nothing of HTTP, sockets or faults: they take a `Call` and return an `Answer`, or raise `Refused`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pagemirror.sandbox.bodies import BodyForm

__all__ = ["Answer", "Bend", "Call", "Endpoint", "Json", "NoRoute", "Problem", "Refused"]

Json = dict[str, Any]


class Problem(NamedTuple):
    """Something a client should never send: the rule it breaks, by a stable word, and the detail."""

    rule: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bend:
    """How faults bend one call inside its endpoint, as against before or after it."""

    stale_seconds: float = 0.0
    stale_writes: int = 0
    lost_rows: bool = False
    wrong_total: bool = False
    body_form: BodyForm | None = None


STRAIGHT = Bend()


@dataclass(slots=True, kw_only=True)
class Call:
    """A request as an endpoint sees it; `problems` collects what the client did wrong."""

    method: str
    path: str
    params: Mapping[str, str]
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    bend: Bend = STRAIGHT
    problems: list[Problem] = field(default_factory=list)

    def note(self, rule: str, detail: str) -> None:
        """Put a violation on record."""
        self.problems.append(Problem(rule, detail))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status with a JSON body, with bytes, or with nothing; `kind` is the content type of what there is."""

    status: int
    body: Json | None = None
    headers: tuple[tuple[str, str], ...] = ()
    raw: bytes | None = None
    kind: str = "application/json"


class Refused(Exception):
    """The API says no; each API gives it its own body."""

    def __init__(self, status: int, message: str, *, code: str | None = None, details: Json | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.details = details


class NoRoute(Refused):
    """Nothing lives at this path, or nothing answers to this method there; says nothing on any page."""


Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One documented endpoint; `lists` marks those whose rows the listing faults can bend."""

    method: str
    template: str
    handler: Handler
    lists: bool = False
    writes: bool = False
