"""Patterns as in .gitignore, which settings name files by: whether one can be read. Pure."""

import re
from typing import Final

__all__ = ["check_pattern"]

_PLAIN: Final = re.compile(r"[\w./*-]+")
"""What is surely a pattern, so that most settings need no library to say so."""


def check_pattern(pattern: str) -> str:
    """The pattern itself; raises ValueError, with the words for a person, for one that can't be read."""
    if _PLAIN.fullmatch(pattern):
        return pattern
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - 30 ms that only an odd pattern is worth

    try:
        GitIgnoreSpec.from_lines([pattern])
    except (ValueError, re.error) as error:
        raise ValueError(f'{pattern!r} is no pattern; they are those of .gitignore, for example "drafts/**"') from error
    return pattern
