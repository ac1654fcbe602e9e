"""Numbers that others write: read, or known for none."""

from collections.abc import Callable

import pytest

from pagemirror.model import numbers
from pagemirror.sandbox import numbers as sandbox

Read = Callable[[str], int | None]
BOTH = pytest.mark.parametrize("whole_number", [numbers.whole_number, sandbox.whole_number], ids=["ours", "sandbox"])
"""The sandbox stands alone, so that it has its own."""


@BOTH
@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_read(whole_number: Read, text: str, number: int) -> None:
    assert whole_number(text) == number


@BOTH
@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1.0", "1_0", "²", "٣", "9" * 19, "9" * 5000])
def test_other_texts_are_no_numbers(whole_number: Read, text: str) -> None:
    assert whole_number(text) is None
