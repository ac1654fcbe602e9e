"""The real clock: the one module that asks the system for the time or sleeps."""

import time

__all__ = ["SystemClock"]


class SystemClock:
    """The system's wall clock and the event loop's sleep."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some fixed moment."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Pause this task."""
        import asyncio  # noqa: PLC0415 - whoever sleeps has it; a short command reads the clock alone

        await asyncio.sleep(seconds)
