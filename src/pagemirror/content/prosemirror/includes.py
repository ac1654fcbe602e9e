"""Includes of other files, which only a site's builder can follow: they stay as text, and are told."""

import re
from typing import Final

from pagemirror.content.prosemirror.shape import Loss

__all__ = ["includes"]

_INCLUDE: Final = re.compile(
    r"^[ \t>]*(-{1,8}8<-{1,8})"
    r"|(?<!\\)(\{\{[ ]?#(?:include|rustdoc_include|playground|playpen|template)\b)"
    r"|(\{%-?[ ]{0,9}(?:include|include-markdown|include_relative|snippet)\b)",
    re.MULTILINE,
)


def includes(source: str) -> list[Loss]:
    """A loss for each include, in code too, as there a builder follows it just the same."""
    losses: list[Loss] = []
    line, counted = 1, 0
    for found in _INCLUDE.finditer(source):
        start = found.start(found.lastindex or 0)
        line += source.count("\n", counted, start)
        counted = start
        said = f"`{found[found.lastindex or 0]}` includes another file; the line stands as it is written"
        if not losses or losses[-1].line != line:
            losses.append(Loss(kind="include", line=line, message=said))
    return losses
