"""How long a write had to wait since the look that it builds on: what was seen then may be old by the time it leaves.

Told by the transport, across awaits and tasks; asked before a write leaves. Knows neither pages nor requests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

__all__ = ["apart", "looked", "waited", "waited_too_long"]

LONGEST: Final = 3.0
"""Seconds; the requests themselves, however slow, don't count, as a second look would be as slow."""


class _Look:
    """What became of one look: the seconds waited since, also between the writes of one change."""

    __slots__ = ("waited",)

    def __init__(self) -> None:
        self.waited = 0.0


_look: ContextVar[_Look | None] = ContextVar("pagemirror_look", default=None)


@contextmanager
def looked() -> Iterator[None]:
    """What is written inside builds on a look that was just taken."""
    token = _look.set(_Look())
    try:
        yield
    finally:
        _look.reset(token)


@contextmanager
def apart() -> Iterator[None]:
    """What is sent inside changes no page that was looked at."""
    token = _look.set(None)
    try:
        yield
    finally:
        _look.reset(token)


def waited(seconds: float) -> None:
    """A request waited for its turn, or for the server's sake."""
    look = _look.get()
    if look is not None:
        look.waited += seconds


def waited_too_long() -> bool:
    """Whether a write that is about to leave had to wait so long that a new look is due."""
    look = _look.get()
    return look is not None and look.waited > LONGEST
