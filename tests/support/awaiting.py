"""Tests written as coroutines: each in an event loop of its own, on real or on virtual time."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any

from pagemirror.testing import awaited

__all__ = ["LoopClock", "awaited", "run_virtually"]


def run_virtually(work: Callable[["LoopClock"], Coroutine[Any, Any, None]], *, start: float = 1_000_000.0) -> None:
    """Run a coroutine in a loop whose time jumps to the next wake-up instead of passing."""
    loop = _JumpingLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(work(LoopClock(loop, start)))


class LoopClock:
    """A clock on a loop's time."""

    def __init__(self, loop: asyncio.AbstractEventLoop, start: float) -> None:
        self._loop = loop
        self._start = start

    def now(self) -> float:
        return self._start + self._loop.time()

    def monotonic(self) -> float:
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumped = 0.0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self._jumped

    def jump(self, seconds: float) -> None:
        self._jumped += seconds


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self, loop: _JumpingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is not None and timeout > 0:
            self._loop.jump(timeout)
        return ready
