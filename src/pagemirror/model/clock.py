"""The clock that every room is handed: what time it is, how long something took, and a pause. Only the seam."""

from typing import Protocol

__all__ = ["Clock"]


class Clock(Protocol):
    """A source of time. Real in the product, advanced by hand in tests and simulations."""

    def now(self) -> float:
        """Seconds since 1970, as the wall clock says; may jump."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never runs backwards."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let others work for this long."""
        ...
