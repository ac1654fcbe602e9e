"""Includes of other files, which only a site's builder can follow: they stay as text, and are told."""

import re
from typing import Final

from pagemirror.content.prosemirror.shape import Loss

__all__ = ["includes"]

_BRACES: Final = re.compile(
    r"(\{(?:(?<!\\\{)\{[ ]?#(?:include|rustdoc_include|playground|playpen|template)\b"
    r"|%-?[ ]{0,9}(?:include|include-markdown|include_relative|snippet)\b))"
)
_SCISSORS: Final = re.compile(r"^[ \t>]*(-{1,8}8<-{1,8})", re.MULTILINE)


def includes(source: str) -> list[Loss]:
    """A loss for each include, in code too, as there a builder follows it just the same."""
    found = list(_BRACES.finditer(source))
    if "8<-" in source:
        found = sorted([*found, *_SCISSORS.finditer(source)], key=lambda one: one.start(1))
    losses: list[Loss] = []
    line, counted = 1, 0
    for one in found:
        line += source.count("\n", counted, one.start(1))
        counted = one.start(1)
        said = f"`{one[1]}` includes another file; the line stands as it is written"
        if not losses or losses[-1].line != line:
            losses.append(Loss(kind="include", line=line, message=said))
    return losses
