"""The ownership mark: an HTML comment at the end of a Markdown body that says which mirror and file made it. Pure.

The mark is no part of what people wrote: comparisons, diffs and merges leave it out.
"""

import re
from typing import NamedTuple
from urllib.parse import quote, unquote

__all__ = ["Mark", "find_mark", "marked", "unmarked"]

_OPENING = "<!-- pagemirror: "
_MARK = re.compile(r"\n*<!-- pagemirror: (?P<mirror>[a-z0-9_]+)/(?P<path>[^\s<>]*) -->[ \t]*\n*\Z")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$", re.MULTILINE)


class Mark(NamedTuple):
    """Whose page it is: the mirror's name, and the file's path relative to the source folder when it was written."""

    mirror: str
    path: str


def marked(body: str, mirror: str, path: str) -> str:
    """The body with the mark below it; as it is where a mark would be shown, below a code fence that never ends."""
    plain = unmarked(body)
    if _ends_in_fence(plain):
        return plain
    place = quote(path, safe="/").replace("--", "-%2D")
    mark = f"<!-- pagemirror: {mirror}/{place} -->\n"
    text = plain.rstrip("\n")
    return f"{text}\n\n{mark}" if text else mark


def unmarked(body: str) -> str:
    """The body without its mark, to the letter but for the line ends before the mark."""
    found = _MARK.search(body) if _OPENING in body else None  # most bodies have none, and the pattern tries each line
    if found is None:
        return body
    text = body[: found.start()]
    return f"{text}\n" if text else ""


def find_mark(body: str) -> Mark | None:
    """The mark at the end of a body, if there is one."""
    found = _MARK.search(body)
    return None if found is None else Mark(found["mirror"], unquote(found["path"]))


def _ends_in_fence(body: str) -> bool:
    open_with = ""
    for found in _FENCE.finditer(body):
        fence, rest = found[1], found[2]
        if not open_with:
            open_with = fence if fence[0] == "~" or "`" not in rest else ""
        elif fence.startswith(open_with) and not rest.strip():
            open_with = ""
    return bool(open_with)
