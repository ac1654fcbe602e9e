"""The form in which paths and titles are searched: equal for what people take for equal. Pure."""

import re
import unicodedata
from typing import Final

__all__ = ["folded", "words_of"]

_UNHELD: Final = re.compile("[\0\ud800-\udfff]")
"""What no column can hold."""


def folded(text: str) -> str:
    """A text whatever its case, and whether its accents are letters' own or put upon them.

    NUL and lone surrogates become U+FFFD: one of them is found by any other.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return _UNHELD.sub("\ufffd", text.lower())


def words_of(path: str, title: str) -> str:
    """What a page is found by; the two stand on lines of their own, so that nothing is found across them."""
    return folded(f"{path}\n{title}")
