"""A clock whose pauses end when the pass is asked to stop: nobody waits for a budget that nobody wants any more."""

import asyncio
from contextlib import suppress

from pagemirror.executor.stop import Stop
from pagemirror.model.clock import Clock
from pagemirror.model.errors import Deferred

__all__ = ["StoppableClock"]


class StoppableClock:
    """The given clock; `sleep` raises `Deferred` as soon as somebody asks to stop."""

    def __init__(self, clock: Clock, stop: Stop) -> None:
        self._clock = clock
        self._stop = stop

    def now(self) -> float:
        """Seconds since 1970."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Seconds since some fixed moment."""
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Pause this task, or raise `Deferred` when the pass is asked to stop before the end."""
        loop = asyncio.get_running_loop()
        asked = asyncio.Event()
        forget = self._stop.on_ask(lambda: _tell(loop, asked))
        pause, wish = asyncio.create_task(_sleep(self._clock, seconds)), asyncio.create_task(asked.wait())
        try:
            await asyncio.wait((pause, wish), return_when=asyncio.FIRST_COMPLETED)
        finally:
            forget()
            for task in (pause, wish):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        if self._stop.asked:
            raise Deferred("the pass was asked to stop while it waited", until=self.now(), code="stopped")


def _tell(loop: asyncio.AbstractEventLoop, asked: asyncio.Event) -> None:
    """Set the event from wherever the wish comes: a signal handler doesn't wake the loop by itself."""
    loop.call_soon_threadsafe(asked.set)


async def _sleep(clock: Clock, seconds: float) -> None:
    await clock.sleep(seconds)
