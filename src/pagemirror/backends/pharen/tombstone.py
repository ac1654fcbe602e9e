"""The marks of an archived page, as Pharen has no archive: a word before the title, a note above the body. Pure.

The note has one form, so that a page can be told from one that a person archived by hand, and its own text can be had
again to the letter. A title that is cut to make room stands whole in the note.
"""

import re
from typing import Final, NamedTuple

from pagemirror.backends.pharen.limits import TITLE_LIMIT

__all__ = ["PREFIX", "Buried", "buried", "unearthed"]

PREFIX: Final = "[Archived] "
_WORDS: Final = "The file that this page was made from is gone. The text below is as it was."
_NOTE: Final = re.compile(
    r"\A\s*>[ \t]*[*_]{2}Archived on (?P<date>\d{4}-\d{2}-\d{2})\.[*_]{2}[ \t]+" + re.escape(_WORDS) + r"[ \t]*\n"
    r"(?:>[ \t]*\n>[ \t]*Title: (?P<title>[^\n]*)\n)?\n*"
)


class Buried(NamedTuple):
    """A title and body."""

    title: str
    body: str


def buried(title: str, body: str, on: str) -> Buried:
    """Title and body with the marks on; `on` is a date or time in ISO 8601, of which the day is shown."""
    marked = f"{PREFIX}{title}"
    note = f"> **Archived on {on[:10]}.** {_WORDS}\n"
    if len(marked) > TITLE_LIMIT:
        marked = marked[:TITLE_LIMIT]
        note += f">\n> Title: {title}\n"
    return Buried(title=marked, body=f"{note}\n{body}")


def unearthed(title: str, body: str) -> Buried | None:
    """Title and body below the marks; None if the page doesn't wear both."""
    found = _NOTE.match(body)
    if found is None or not title.startswith(PREFIX.rstrip()):
        return None
    own = title.removeprefix(PREFIX.rstrip()).removeprefix(" ")
    whole = found["title"]
    if whole is not None and whole.startswith(own.rstrip()):
        own = whole
    return Buried(title=own, body=body[found.end() :])
