"""Bytes to text: UTF-8 or a reason with its line. Knows nothing of Markdown."""

from codecs import BOM_UTF8
from typing import NamedTuple

__all__ = ["BadText", "Decoded", "decode"]


class Decoded(NamedTuple):
    """A file's bytes below a byte-order mark, and the same as text."""

    data: bytes
    text: str


class BadText(NamedTuple):
    """Why bytes are no text that a page could hold; `line` counts from 1."""

    reason: str
    line: int


def decode(data: bytes) -> Decoded | BadText:
    """Cut a byte-order mark off and decode; NUL bytes are refused, since PostgreSQL and most APIs refuse them."""
    data = data.removeprefix(BOM_UTF8)
    nul = data.find(b"\0")
    if nul >= 0:
        return BadText("holds a NUL byte; the file is not plain text, or was saved as UTF-16", _line(data, nul))
    try:
        return Decoded(data, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        byte = data[error.start]
        return BadText(f"is not UTF-8 (byte 0x{byte:02x}); save the file as UTF-8", _line(data, error.start))


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1
