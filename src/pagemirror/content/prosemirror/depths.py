"""Containers far deeper in each other than any page's, as signs without end make them. Knows lines, no document.

Where a text has as many is told by reading it; only then its signs are looked at, as some may stand in code.
"""

import re
from typing import Final

__all__ = ["DEEPEST", "MOST_SIGNS", "BottomlessError", "shallow"]

DEEPEST: Final = 5_000
"""So many containers are read, and set flat where they are too deep for a document."""
MOST_SIGNS: Final = 2_500

_BEYOND: Final = re.compile(
    rf"^((?:[ \t]*+(?:>|[-*+](?=[ \t])|[0-9]{{1,9}}[.)](?=[ \t]))){{{MOST_SIGNS}}}[ \t]*+[0-9]{{0,9}})(?=[->*+.)])",
    re.MULTILINE,
)


class BottomlessError(Exception):
    """A text has more than `DEEPEST` containers in each other."""


def shallow(text: str) -> str:
    """The text with no more than `MOST_SIGNS` signs of containers at the start of a line; what follows is text."""
    return _BEYOND.sub(r"\1\\", text)
