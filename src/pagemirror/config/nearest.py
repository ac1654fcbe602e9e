"""The word that somebody probably meant."""

import difflib
from collections.abc import Iterable

__all__ = ["did_you_mean", "nearest"]

_ALIKE = 0.6


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the known word that is most like this one, or None where none is at all like it."""
    found = difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=_ALIKE)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str], *, form: str = "{}") -> str:
    """Give a sentence, with a space before it, that names the nearest word, or nothing."""
    found = nearest(word, known)
    return "" if found is None else f" Did you mean {form.format(found)}?"
