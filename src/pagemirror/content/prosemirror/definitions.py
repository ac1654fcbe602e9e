"""Which lines begin a definition. The parser takes any line with a colon in front, also `:::` and `:tada:`.

Those are shielded from it by a sign that stands for the colon, and the sign is taken out of its events again.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

__all__ = ["shielded", "unshielded"]

_DEFINITION: Final = re.compile(r"^[ \t>]*+:[ \t]", re.MULTILINE)
_COLON: Final = re.compile(r"^([ \t>]*+):(?![ \t]|-[-:| \t]*$)", re.MULTILINE)  # a table's second line stays
_SIGN: Final = "\ue001"


def shielded(text: str) -> str | None:
    """The text as a parser that knows definitions may read it; None where it has none."""
    if _SIGN in text or not _DEFINITION.search(text):
        return None
    return _COLON.sub(rf"\1{_SIGN}", text)


def unshielded(events: Iterable[Any]) -> Iterator[Any]:
    """The events of a shielded text with its colons."""
    for event in events:
        if event.__class__ is dict and "Text" in event:
            yield {"Text": event["Text"].replace(_SIGN, ":")}
        else:
            yield _restored(event)


def _restored(value: Any) -> Any:
    """An event or a part of one; they are shallow."""
    if isinstance(value, str):
        return value.replace(_SIGN, ":") if _SIGN in value else value
    if isinstance(value, dict):
        return {name: _restored(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_restored(part) for part in value)
    return value
