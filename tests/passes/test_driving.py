"""How a pass's coroutine is run."""

import signal

import pytest

from pagemirror.passes.driving import drive


class Result:
    """What notes that it was written down."""

    written = 0

    def __repr__(self) -> str:
        self.written += 1
        return "a result"


def test_a_result_is_handed_on_and_never_written_down_as_text() -> None:
    made = Result()

    async def work() -> Result:
        return made

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a command: only then asyncio sets its own
    try:
        assert drive(work()) is made
    finally:
        signal.signal(signal.SIGINT, before)
    assert made.written == 0


def test_an_error_comes_out_as_it_is() -> None:
    async def work() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        drive(work())
