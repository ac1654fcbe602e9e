"""Whole numbers as others write them. Pure."""

from typing import Final

__all__ = ["whole_number"]

_DIGITS: Final = 18
"""As many as any count, size or time has. Python refuses to read 4,301 digits, and takes signs like `²` for digits."""


def whole_number(text: str) -> int | None:
    """The number that a text of one to 18 ASCII digits is; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
