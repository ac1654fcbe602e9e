"""Strings as every database can hold them, and compact JSON; knows no value's meaning.

JSON is kept in ASCII: it then holds every string, also those with NUL or a lone surrogate, which databases refuse.
Columns that are queried hold such strings escaped. (Only a high surrogate right before a low one, left unpaired, would
come back as a pair; no file name and no JSON gives such a string.)
"""

import json
import re
from collections.abc import Callable
from typing import Any, Final

__all__ = ["ESCAPED", "dump", "load", "packed", "packed_or_none", "unpacked"]

ESCAPED: Final = "\x01"
"""What an escaped word begins with."""

_ODD: Final = re.compile("[\0\ud800-\udfff]|^\x01")

dump: Final[Callable[[object], str]] = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
load: Final[Callable[[str], Any]] = json.JSONDecoder().decode


def packed(word: str) -> str:
    """The word as a column can hold it: itself, but for NUL and lone surrogates."""
    return word if _ODD.search(word) is None else ESCAPED + dump(word)


def unpacked(word: str) -> str:
    """The word that `packed` was given."""
    return str(load(word[1:])) if word.startswith(ESCAPED) else word


def packed_or_none(word: str | None) -> str | None:
    """As `packed`, None for None."""
    return None if word is None else packed(word)
