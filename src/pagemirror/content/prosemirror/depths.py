"""Containers far deeper in each other than any page's, as signs without end make them. Knows lines, no document.

Whether a text has too many is told by reading it; only then its signs are looked at, as some may stand in code.
"""

import re
from typing import Final

__all__ = ["MOST_FLAT", "MOST_SIGNS", "BottomlessError", "shallow"]

MOST_FLAT: Final = 5_000
"""So many containers that are too deep for a document are set flat."""
MOST_SIGNS: Final = 200

_BEYOND: Final = re.compile(
    rf"^((?:[ \t]*+(?:>|[-*+](?=[ \t])|[0-9]{{1,9}}[.)](?=[ \t]))){{{MOST_SIGNS}}}[ \t]*+[0-9]{{0,9}})(?=[->*+.)])",
    re.MULTILINE,
)


class BottomlessError(Exception):
    """A text has more containers that are too deep than are set flat."""


def shallow(text: str) -> str:
    """The text with no more than `MOST_SIGNS` signs of containers at the start of a line; what follows is text."""
    return _BEYOND.sub(r"\1\\", text)
