"""Time and chance for tests: a clock that only moves by hand, and jitter that is always the most it can be."""

import asyncio

__all__ = ["START", "HandClock", "NoChance"]

START = 1_800_000_000.0


class HandClock:
    """Time passes only while somebody sleeps; each sleep is written down."""

    def __init__(self, start: float = START) -> None:
        self.time = start
        self.slept: list[float] = []
        self.asleep = asyncio.Event()

    def now(self) -> float:
        """Seconds since 1970."""
        return self.time

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Move the time on, and let others run."""
        self.slept.append(seconds)
        self.time += seconds
        self.asleep.set()
        await asyncio.sleep(0)


class NoChance:
    """Jitter that is always the most that it can be."""

    def uniform(self, a: float, b: float) -> float:
        """The greater of the two."""
        return max(a, b)
