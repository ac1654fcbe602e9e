"""Counting the requests that were sent for one piece of work, across its awaits and the tasks it starts."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

__all__ = ["Exchange", "Tally", "count_request", "counted"]


@dataclass(slots=True)
class Tally:
    """How many requests were sent since it was opened."""

    requests: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request as it ended, for metrics and logs: no query, no body. `status` is None where no answer came."""

    method: str
    path: str
    status: int | None
    seconds: float


_open: ContextVar[tuple[Tally, ...]] = ContextVar("pagemirror_tallies", default=())


@contextmanager
def counted() -> Iterator[Tally]:
    """Count the requests sent inside; tallies may be nested, the outer one counts the inner one's too."""
    tally = Tally()
    token = _open.set((*_open.get(), tally))
    try:
        yield tally
    finally:
        _open.reset(token)


def count_request() -> None:
    """Tell every open tally of one request."""
    for tally in _open.get():
        tally.requests += 1
