"""Ctrl-C and SIGTERM while a pass runs: the first asks it to stop, the second ends the process at once."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from pagemirror.executor.stop import Stop

__all__ = ["Interruption", "stoppable"]

_ASKING = (signal.SIGINT, signal.SIGTERM)
_BASE = 128


class Interruption:
    """Whether, and by which signal, the process was asked to end."""

    def __init__(self) -> None:
        self.number = 0

    @property
    def exit_code(self) -> int:
        """130 or 143; 0 where nobody asked."""
        return _BASE + self.number if self.number else 0


@contextmanager
def stoppable(
    stop: Stop, *, announce: Callable[[str], None], leave: Callable[[int], NoReturn]
) -> Iterator[Interruption]:
    """Handle both signals for as long as the context lasts; outside the main thread, where none arrive, do nothing."""
    asked = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def handle(number: int, _frame: FrameType | None) -> None:
        if asked.number:
            leave(_BASE + number)
        asked.number = number
        stop.ask()
        announce("Stopping: requests under way are finished and noted (up to 30 s). Once more stops at once.")

    before = {number: signal.signal(number, handle) for number in _ASKING}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
