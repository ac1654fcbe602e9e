"""Numbers that others write: read, or known for none."""

import pytest

from pagemirror.model.numbers import whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_read(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1.0", "1_0", "²", "٣", "9" * 19, "9" * 5000])
def test_other_texts_are_no_numbers(text: str) -> None:
    assert whole_number(text) is None
