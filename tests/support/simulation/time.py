"""Time that passes only when all work has stopped: a clock with things to come, and an event loop that runs on it.

Nothing here waits for real, and nothing runs beside anything else, so that the same dice give the same course.
"""

import asyncio
import heapq
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from pagemirror.sandbox.clock import Clock as SandboxClock

__all__ = ["Loop", "ServerClock", "SimClock", "Stuck", "run_out"]

START = 1_800_000_000.0
T = TypeVar("T")


class Stuck(AssertionError):
    """Everything waits, and nothing is to come."""


class SimClock:
    """The product's clock, and what is to happen in the world at which time."""

    def __init__(self) -> None:
        self._now = START
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._serial = 0

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Let something happen in so many seconds."""
        self._serial += 1
        heapq.heappush(self._due, (self._now + seconds, self._serial, act))

    def step(self, most: float | None) -> None:
        """Go on to the next thing that is to happen, or by `most` seconds, whichever comes first."""
        until = None if most is None else self._now + most
        if self._due and (until is None or self._due[0][0] <= until):
            at, _, act = heapq.heappop(self._due)
            self._now = max(self._now, at)
            act()
        elif until is not None:
            self._now = until
        else:
            raise Stuck("everything waits, and nothing is to come")

    def advance(self, seconds: float) -> None:
        """Let time pass while no process runs."""
        until = self._now + seconds
        while self._now < until:
            self.step(until - self._now)


class ServerClock(SandboxClock):
    """A server's clock: the same time."""

    __slots__ = ("_sim",)

    def __init__(self, sim: SimClock) -> None:
        super().__init__()
        self._sim = sim

    def now(self) -> float:
        return self._sim.now()


class _NoFiles:
    """A selector without files: where all tasks wait, time passes instead."""

    def __init__(self, clock: SimClock) -> None:
        self._clock = clock

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None or timeout > 0:
            self._clock.step(timeout)
        return []


class Loop(asyncio.BaseEventLoop):
    """An event loop on a simulated clock; what would go to another thread is done at once."""

    def __init__(self, clock: SimClock) -> None:
        super().__init__()
        self._clock = clock
        self._clock_resolution = 1e-5
        self._selector = _NoFiles(clock)
        self.set_exception_handler(lambda *_: None)  # a killed process leaves errors that nobody asks for

    def time(self) -> float:
        return self._clock.now()

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> "asyncio.Future[T]":  # type: ignore[override]  # the base gives the same
        del executor
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            done.set_exception(error)
        return done

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody else could have to be woken."""


def run_out(loop: Loop, main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, or until the loop is stopped; whatever still runs is ended then."""
    task = loop.create_task(main)
    try:
        return loop.run_until_complete(task)
    finally:
        _end(loop)


def _end(loop: Loop) -> None:
    for _ in range(3):
        left = [task for task in asyncio.all_tasks(loop) if not task.done()]
        if not left:
            break
        for task in left:
            task.cancel()
        try:
            loop.run_until_complete(asyncio.wait(left))
        except (Stuck, RuntimeError):
            break
    loop.close()
