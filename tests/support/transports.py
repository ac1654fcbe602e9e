"""Transports for tests: a clock that only moves by hand, chance that is none, and a real transport on top of both."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from pagemirror.transport import Exchange, HttpTransport, Limits, Pacer, TransportSettings, Unshared, open_transport

__all__ = ["START", "HandClock", "NoChance", "make_transport"]

START = 1_800_000_000.0


class HandClock:
    """Time passes only while somebody sleeps; each sleep is written down."""

    def __init__(self, start: float = START) -> None:
        self.time = start
        self.slept: list[float] = []
        self.asleep = asyncio.Event()

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        self.asleep.set()
        await asyncio.sleep(0)


class NoChance:
    """Jitter that is always the most that it can be."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


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
