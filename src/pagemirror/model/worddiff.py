"""Two versions of a line, word by word; and which lines of a change are two versions of one. Pure.

Knows no output form: the command line and the status pages show the same spans in their own way.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

__all__ = ["Kind", "Span", "alike", "line_pairs", "word_diff"]

_TOKEN: Final = re.compile(r"\w+|\s+|[^\w\s]")
_WORD: Final = re.compile(r"\w+")

_LONGEST: Final = 600
"""How many tokens of one line are compared; what a longer one has between its equal ends counts as one change."""

_AHEAD: Final = 8
"""How many lines further down a line's other version is looked for."""

_MOST_WORK: Final = 4_000_000
"""How many pairs of tokens are looked at for one change: about a second's work."""


class Kind(StrEnum):
    """In which version a span stands."""

    BOTH = "both"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line, and in which version it stands."""

    kind: Kind
    text: str


def word_diff(old: str, new: str) -> tuple[Span, ...]:
    """What turns one text into the other: those of `BOTH` and `OLD` put together are `old`, of `BOTH` and `NEW` `new`.

    White space alone never stands between two changes as something equal: they read as one then.
    """
    spans: list[Span] = []
    gone = come = ""
    for same, before, after in _changes(_TOKEN.findall(old), _TOKEN.findall(new)):
        if same and (before.strip() or not (gone or come)):
            spans += _spans(gone, come, before)
            gone = come = ""
        else:
            gone, come = gone + before, come + after
    return (*spans, *_spans(gone, come, ""))


def alike(spans: Sequence[Span]) -> bool:
    """Whether both versions share at least half of their words, so that they read better as one line."""
    words = Counter[Kind]()
    for span in spans:
        words[span.kind] += len(_WORD.findall(span.text))
    return bool(words[Kind.BOTH]) and 2 * words[Kind.BOTH] >= words[Kind.OLD] + words[Kind.NEW]


def line_pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str | None, str | None, tuple[Span, ...]]]:
    """The lines of one change, in their order: a line with its other version and the words, or a line alone (no spans).

    Lines that stand alone between two pairs come with the old ones first. In a change that takes too long to compare
    the lines further down all stand alone.
    """
    there = 0
    work = _MOST_WORK
    for line in old:
        found = None
        for at, other in enumerate(new[there : there + _AHEAD] if work >= 0 else ()):
            if not _may_be_alike(line, other):
                continue
            work -= _work(line, other)
            if work < 0:
                break
            spans = word_diff(line, other)
            if alike(spans):
                found = at, spans
                break
        if found is None:
            yield line, None, ()
        else:
            at, spans = found
            yield from ((None, skipped, ()) for skipped in new[there : there + at])
            yield line, new[there + at], spans
            there += at + 1
    yield from ((None, line, ()) for line in new[there:])


def _may_be_alike(line: str, other: str) -> bool:
    """Whether the lines have enough words in common, whatever their order."""
    ours, theirs = Counter(_WORD.findall(line)), Counter(_WORD.findall(other))
    return 4 * (ours & theirs).total() >= ours.total() + theirs.total()


def _work(line: str, other: str) -> int:
    """How many pairs of tokens `word_diff` looks at."""
    ours, theirs, _, _ = _middles(_TOKEN.findall(line), _TOKEN.findall(other))
    return len(ours) * len(theirs) if max(len(ours), len(theirs)) <= _LONGEST else 0


def _middles(old: list[str], new: list[str]) -> tuple[list[str], list[str], list[str], list[str]]:
    """What of both stands between what both begin with and what both end with, and these two."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    return old[start : len(old) - end], new[start : len(new) - end], old[:start], old[len(old) - end :]


def _changes(old: list[str], new: list[str]) -> Iterator[tuple[bool, str, str]]:
    """Runs of tokens, whether they are equal, and their text in both versions."""
    ours, theirs, start, end = _middles(old, new)
    yield True, "".join(start), "".join(start)
    if max(len(ours), len(theirs)) > _LONGEST:
        yield False, "".join(ours), "".join(theirs)
    else:
        for tag, i, j, k, m in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
            yield tag == "equal", "".join(ours[i:j]), "".join(theirs[k:m])
    yield True, "".join(end), "".join(end)


def _common(old: list[str], new: list[str]) -> int:
    """How many tokens both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def _spans(gone: str, come: str, same: str) -> Iterator[Span]:
    """A change and the equal text after it."""
    kinds = ((Kind.OLD, gone), (Kind.NEW, come), (Kind.BOTH, same))
    return (Span(kind, text) for kind, text in kinds if text)
