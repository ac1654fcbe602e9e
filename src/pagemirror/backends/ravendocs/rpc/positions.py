"""Positions of siblings: keys that sort as text, and which pages must get new ones for an order. Pure.

A key is a whole number and a fraction in base 62; its first letter says how many digits the number has. The server
takes 5 to 12 characters, and keys made by others may be anything that sorts.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

__all__ = ["LONGEST", "between", "staying"]

LONGEST: Final = 12
_SHORTEST: Final = 5
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FIRST: Final = "a0"
_MIDDLE: Final = "V"


def between(before: str | None, after: str | None) -> str | None:
    """A key behind `before` and ahead of `after`; None where the server's 12 characters leave no room.

    None stands for the beginning and the end of the siblings.
    """
    if before is not None and after is not None and before >= after:
        return None
    if after is None:
        key = _FIRST if before is None else _stepped(before, up=True)
    elif before is None:
        key = _stepped(after, up=False)
    else:
        key = _inside(before, after)
    if key is None or len(key) > LONGEST:
        return None
    return key.ljust(_SHORTEST, _MIDDLE)


def staying(ranks: Sequence[int]) -> frozenset[int]:
    """The places of a longest increasing run: what stands there stays, everything else has to move."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for place, rank in enumerate(ranks):
        length = bisect_left(tails, rank)
        before.append(ends[length - 1] if length else None)
        tails[length : length + 1], ends[length : length + 1] = [rank], [place]
    found: set[int] = set()
    current = ends[-1] if ends else None
    while current is not None:
        found.add(current)
        current = before[current]
    return frozenset(found)


def _length(head: str) -> int | None:
    """How many characters the whole number of a key has."""
    if "a" <= head <= "z":
        return ord(head) - ord("a") + 2
    return ord("Z") - ord(head) + 2 if "A" <= head <= "Z" else None


def _whole(key: str) -> str | None:
    length = _length(key[:1])
    if length is None or len(key) < length or any(digit not in _DIGITS for digit in key):
        return None
    return key[:length]


def _stepped(key: str, *, up: bool) -> str | None:
    """The next whole number above or below a key's."""
    whole = _whole(key)
    if whole is None:
        return None
    digits, wrapped = [_DIGITS.index(digit) for digit in whole[1:]], True
    for place in reversed(range(len(digits))):
        if wrapped:
            number = digits[place] + (1 if up else -1)
            wrapped = not 0 <= number < len(_DIGITS)
            digits[place] = number % len(_DIGITS)
    head = whole[0]
    if wrapped:
        head = _next_head(head, up=up)
        length = _length(head)
        if length is None:
            return None
        digits = [0 if up else len(_DIGITS) - 1] * (length - 1)
    return head + "".join(_DIGITS[digit] for digit in digits)


def _next_head(head: str, *, up: bool) -> str:
    if up:
        return "a" if head == "Z" else chr(ord(head) + 1)
    return "Z" if head == "a" else chr(ord(head) - 1)


def _inside(before: str, after: str) -> str | None:
    """A key between two: the whole number of one of them, and a fraction."""
    whole, other = _whole(before), _whole(after)
    if whole is None or other is None:
        return None
    if whole == other:
        return whole + _fraction(before[len(whole) :], after[len(whole) :])
    above = _stepped(before, up=True)
    if above is not None and above < other:
        return above
    return whole + _fraction(before[len(whole) :], None)


def _fraction(low: str, high: str | None) -> str:
    """A fraction between two, not ending in 0; `high` None is one."""
    found, place = "", 0
    while True:
        least = _DIGITS.index(low[place]) if place < len(low) else 0
        most = _DIGITS.index(high[place]) if high is not None and place < len(high) else len(_DIGITS)
        if most - least > 1:
            return found + _DIGITS[(least + most) // 2]
        found += _DIGITS[least]
        if most != least:
            high = None
        place += 1
