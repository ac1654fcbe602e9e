"""Stop: somebody asked the pass to end. No new request is sent; those in flight finish."""

from collections.abc import Callable

__all__ = ["Stop"]


class Stop:
    """A wish to end, asked by a signal handler and seen by everything that is about to send or to wait."""

    def __init__(self) -> None:
        self._asked = False
        self._hearers: list[Callable[[], None]] = []

    @property
    def asked(self) -> bool:
        """Whether somebody asked."""
        return self._asked

    def ask(self) -> None:
        """Ask the pass to end; safe in a signal handler."""
        self._asked = True
        for hear in tuple(self._hearers):
            hear()

    def on_ask(self, hear: Callable[[], None]) -> Callable[[], None]:
        """Call `hear` when somebody asks, at once if somebody did; gives what takes it back."""
        self._hearers.append(hear)
        if self._asked:
            hear()
        return lambda: self._hearers.remove(hear)
