"""One time for an event loop and for the threads beside it, which passes as soon as everything waits for it.

Work itself is real: processes, files, sockets. While a thread works, time goes on only by what that thread waits for.
"""

import asyncio
import heapq
import selectors
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

__all__ = ["VirtualClock", "VirtualLoop", "run_in"]

T = TypeVar("T")

_GRACE: Final = 0.002
"""Real seconds in which something that is under way in the system (an event of a file, an answer) may still arrive."""

_STEP: Final = 0.01
"""Real seconds that a pause in a thread takes, however long it is."""


class VirtualClock:
    """The product's clock. `ahead` is what the wall clock shows beside the true time, and may be changed at will."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.on_jump: Callable[[float], None] = lambda _: None
        self.loop: VirtualLoop | None = None
        self._start = time.time()
        self._at = 0.0
        self._turn = threading.Lock()
        self._waiting: list[tuple[float, int]] = []
        self._serial = 0

    def now(self) -> float:
        return self._start + self._at + self.ahead

    def monotonic(self) -> float:
        return self._at

    async def sleep(self, seconds: float) -> None:
        if asyncio.get_running_loop() is self.loop:
            await asyncio.sleep(seconds)
            return
        with self._pause(seconds) as due:
            await asyncio.sleep(0)
            while self._at < due:
                await asyncio.sleep(_STEP)
                self._take_turn(due)

    def jump(self, seconds: float) -> None:
        """Let time pass at once."""
        with self._turn:
            self._at += seconds
        self.on_jump(self._at)

    @contextmanager
    def _pause(self, seconds: float) -> Iterator[float]:
        with self._turn:
            self._serial += 1
            row = (self._at + max(0.0, seconds), self._serial)
            heapq.heappush(self._waiting, row)
        try:
            yield row[0]
        finally:
            with self._turn:
                self._waiting.remove(row)
                heapq.heapify(self._waiting)

    def _take_turn(self, due: float) -> None:
        """Go on to this moment, if it is the next one that a thread waits for."""
        with self._turn:
            if self._waiting[0][0] >= due:
                self._at = max(self._at, due)


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop on a virtual clock."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.busy = 0
        super().__init__(_Selector(self))
        clock.loop = self

    def time(self) -> float:
        return self.clock.monotonic()

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> "asyncio.Future[T]":  # type: ignore[override]  # the base gives the same
        future = super().run_in_executor(executor, func, *args)
        self.busy += 1
        future.add_done_callback(self._freed)
        return future

    def _freed(self, _: object) -> None:
        self.busy -= 1


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if self._loop.busy:
            return super().select(_STEP)
        ready = super().select(_GRACE if timeout is not None else None)
        if not ready and timeout is not None:
            self._loop.clock.jump(timeout)
        return ready


def run_in(clock: VirtualClock, main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on virtual time."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(clock)) as runner:
        return runner.run(main)
