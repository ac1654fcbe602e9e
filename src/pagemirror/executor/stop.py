"""Stop: somebody asked the pass to end. No new request is sent; those in flight finish."""

__all__ = ["Stop"]


class Stop:
    """A wish to end, asked once by a signal handler and seen by everything that is about to send."""

    def __init__(self) -> None:
        self._asked = False

    @property
    def asked(self) -> bool:
        """Whether somebody asked."""
        return self._asked

    def ask(self) -> None:
        """Ask the pass to end; safe in a signal handler."""
        self._asked = True
