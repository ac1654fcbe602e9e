"""Children that Ctrl-C reaches, also where the test run itself was started in the background of a script.

Such a run ignores SIGINT, and a child that it starts would inherit that.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["heeding_interrupts"]


@contextmanager
def heeding_interrupts() -> Iterator[None]:
    """Start children in this context, which must be entered in the main thread: they begin with SIGINT's default."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
