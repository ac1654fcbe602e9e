"""The marks of a page that is archived where it stands: a word before the title, a callout above the text. Pure.

The callout has one form, so that a page can be told from one that a person archived by hand, and its own text can be
had again.
"""

import re
from typing import Final, NamedTuple

from pagemirror.backends.ravendocs.documents import read, written
from pagemirror.content.prosemirror import Json, normal_form

__all__ = ["PREFIX", "Buried", "buried", "unearthed"]

PREFIX: Final = "[Archived] "
_WORDS: Final = " The file that this page was made from is gone. The text below is as it was."
_DATE: Final = re.compile(r"Archived on \d{4}-\d{2}-\d{2}\.")


class Buried(NamedTuple):
    """A title and body."""

    title: str
    body: str


def buried(title: str, body: str, on: str) -> Buried | None:
    """Title and body with the marks on; None if the body is no document. `on` is a date or time in ISO 8601."""
    doc = read(body)
    if doc is None:
        return None
    blocks = [_note(f"Archived on {on[:10]}."), *(doc.get("content") or ())]
    return Buried(title=f"{PREFIX}{title}", body=written({**doc, "content": blocks}))


def unearthed(title: str, body: str) -> Buried | None:
    """Title and body below the marks; None if the page doesn't wear both."""
    if not title.startswith(PREFIX.rstrip()):
        return None
    doc = read(body)
    blocks = (doc.get("content") or []) if doc is not None else []
    if doc is None or not blocks or not _is_note(blocks[0]):
        return None
    below = blocks[1:] or [{"type": "paragraph"}]
    own = title.removeprefix(PREFIX.rstrip()).removeprefix(" ")
    return Buried(title=own, body=written({**doc, "content": below}))


def _note(date: str) -> Json:
    bold = {"type": "text", "text": date, "marks": [{"type": "bold"}]}
    said = {"type": "paragraph", "content": [bold, {"type": "text", "text": _WORDS}]}
    return {"type": "callout", "attrs": {"type": "warning"}, "content": [said]}


def _is_note(block: Json) -> bool:
    """Whether a block is the note, whatever defaults were filled in and whenever it was written."""
    if block["type"] != "callout":
        return False
    plain = normal_form({"type": "doc", "content": [block]})["content"][0]
    try:
        date = plain["content"][0]["content"][0]["text"]
    except (KeyError, IndexError):
        return False
    return _DATE.fullmatch(date) is not None and plain == _note(date)
