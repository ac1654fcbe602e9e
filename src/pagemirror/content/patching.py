"""Words that a person changed, put into a block of a file as it is written there: its lines, signs and comments stay.

Knows no target. A block that was patched is believed only if the target makes of it what the person left: a guess about
which words of the two styles belong together may be wrong, but what comes out never is.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

__all__ = ["Form", "patched"]

Form = Callable[[str], str]
"""A Markdown text as the target gives it back."""

_TOKEN: Final = re.compile(r"[^\W_]+|[^\w\s]|_")
_SIGNS: Final = frozenset(">\\")
"""Signs that one style may have where the other has none: before a line of a quote, before a character."""

_PAIRS: Final = 200_000
"""Equal tokens of two texts, each with each: where there are more, comparing them takes too long."""

_ITEM: Final = re.compile(r"^(\s*)([-*+])(?=\s)", re.MULTILINE)
_NOTE: Final = re.compile(r"^ {0,3}(\[\^[^\]\n]+\]):", re.MULTILINE)

_Op = tuple[int, int, int, int]


class _Token(NamedTuple):
    """A word or a sign, the blanks before it, and where it ends."""

    text: str
    gap: str
    end: int


def patched(own: str, *, before: str, after: str, form: Form, context: str = "") -> str | None:
    """The file's block with what changed from `before` to `after`; None where that can't be done for sure.

    `before` is what the target shows of `own`, in its style. `context` are definitions that the block's links need.
    """
    for was, now in ((_signed(before, own), _signed(after, own)), (before, after)):
        made = _replaced(own, was, now)
        if made is not None and _holds(own, made, before, after, form, context):
            return made
    return None


def _signed(text: str, own: str) -> str:
    """A text whose list items have the sign that the file's have."""
    ours = _ITEM.search(own)
    return _ITEM.sub(lambda found: found[1] + ours[2], text) if ours is not None else text


def _holds(own: str, made: str, before: str, after: str, form: Form, context: str) -> bool:
    """Whether the target shows of the patched block what the person left, where it showed the one that was sent."""
    here = f"\n\n{context}".replace(own.strip(), "") if context and "[" in own + made else ""
    here += "".join(f"\n\n{name}" for name in _NOTE.findall(own))  # a footnote is shown where something refers to it
    was, now = form(own + here).strip(), form(made + here).strip()
    if was == before.strip():
        return now == after.strip()
    wanted = _changes(before, after)
    return wanted is not None and _changes(was, now) == wanted


def _changes(one: str, other: str) -> list[tuple[str, str]] | None:
    """What went and what came, in order."""
    first, second = _tokens(one), _tokens(other)
    ops = _compared(_keys(first), _keys(second))
    if ops is None:
        return None
    return [(_joined(first[a:b]), _joined(second[c:d])) for a, b, c, d in ops]


def _replaced(own: str, before: str, after: str) -> str | None:
    """The file's block with those words in it that changed."""
    there, now, here = _tokens(before), _tokens(after), _tokens(own)
    ops = _compared(_keys(there), _keys(now))
    places = _places([token.text for token in there], [token.text for token in here])
    if not ops or places is None:
        return None
    made, done = "", 0
    for a, b, c, d in ops:
        spot = _spot(places, a, b, there, here)
        if spot is None:
            return None
        start, end = (here[at - 1].end if at else 0 for at in spot)
        if start < done:
            return None
        said = _joined(now[c:d])
        if a < b and c < d and there[a].gap == now[c].gap:
            said = here[spot[0]].gap + said.removeprefix(now[c].gap)
        elif not end:
            said = f"{said} "  # before the first word
        elif not start and not said:
            end += len(here[spot[1]].gap) if spot[1] < len(here) else 0
        made += own[done:start] + said
        done = end
    return made + own[done:]


def _spot(
    places: Sequence[int | None], a: int, b: int, there: Sequence[_Token], here: Sequence[_Token]
) -> tuple[int, int] | None:
    """Which tokens of the file are those from `a` to `b` of what was sent; None where it has others in their midst."""
    known = [place for place in places[a:b] if place is not None]
    if not known:
        left = places[a - 1] if a else -1
        alone = any(token.text not in _SIGNS for token in there[a:b])
        return None if left is None or alone else (left + 1, left + 1)
    first, last = known[0], known[-1] + 1
    own, sent = ([token.text for token in row if token.text not in _SIGNS] for row in (here[first:last], there[a:b]))
    return (first, last) if own == sent else None


def _places(there: Sequence[str], here: Sequence[str]) -> list[int | None] | None:
    """Where each token of what was sent stands in the file, in order; None where comparing takes too long."""
    ops = _compared(there, here)
    if ops is None:
        return None
    places: list[int | None] = []
    shift = 0
    for a, b, c, d in ops:
        places += range(len(places) + shift, a + shift)
        places += [None] * (b - a)
        shift += (d - c) - (b - a)
    places += range(len(places) + shift, len(there) + shift)
    return places


def _compared(one: Sequence[object], other: Sequence[object]) -> list[_Op] | None:
    """Where two rows differ: from and to in each. None where comparing takes too long."""
    shorter = min(len(one), len(other))
    head = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    rest = shorter - head
    tail = next((at for at in range(rest) if one[~at] != other[~at]), rest)
    first, second = one[head : len(one) - tail], other[head : len(other) - tail]
    counts = Counter(first)
    if sum(number * counts[token] for token, number in Counter(second).items()) > _PAIRS:
        return None
    ops = SequenceMatcher(a=first, b=second, autojunk=False).get_opcodes()
    return [(a + head, b + head, c + head, d + head) for tag, a, b, c, d in ops if tag != "equal"]


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        found.append(_Token(match[0], text[end : match.start()], match.end()))
        end = match.end()
    return found


def _keys(tokens: Sequence[_Token]) -> list[tuple[str, str]]:
    """What tells tokens apart: they, and the blanks before them, but for the first, which has no other before it."""
    return [(token.gap if number else " ", token.text) for number, token in enumerate(tokens)]


def _joined(tokens: Sequence[_Token]) -> str:
    return "".join(token.gap + token.text for token in tokens)
