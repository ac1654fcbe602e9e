"""Transports for tests: a real one, on a clock that only moves by hand and chance that is none."""

from collections.abc import Callable
from dataclasses import replace

from pagemirror.testing import START, HandClock, NoChance
from pagemirror.transport.client import HttpTransport, open_transport
from pagemirror.transport.counting import Exchange
from pagemirror.transport.pacer import Pacer, Unshared
from pagemirror.transport.pacing import Limits
from pagemirror.transport.settings import TransportSettings

__all__ = ["START", "HandClock", "NoChance", "make_transport"]


def make_transport(
    base_url: str,
    *,
    clock: HandClock | None = None,
    settings: TransportSettings | None = None,
    limits: Limits | None = None,
    token: str = "secret-token",
    on_exchange: Callable[[Exchange], None] | None = None,
) -> HttpTransport:
    """A transport over real HTTP that never really sleeps."""
    clock = clock or HandClock()
    settings = replace(settings or TransportSettings(base_url=base_url, timeout=5.0), base_url=base_url, token=token)
    pacer = Pacer(limits or Limits(), reserve=Unshared(), clock=clock)
    return open_transport(settings, pacer=pacer, clock=clock, rng=NoChance(), on_exchange=on_exchange)
