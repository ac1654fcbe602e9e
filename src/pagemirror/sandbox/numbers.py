"""Whole numbers in what clients ask."""

from typing import Final

__all__ = ["whole_number"]

_DIGITS: Final = 18
"""More than any range has, and less than Python refuses to read."""


def whole_number(text: str) -> int | None:
    """The number that a text of one to 18 ASCII digits is; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
