"""Positions of siblings: keys that sort as text, with room between any two. Pure.

A key is a whole number and a fraction in base 62; the first letter says how many digits the number has.
"""

__all__ = ["after", "is_position"]

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FIRST = "a0"


def is_position(key: str) -> bool:
    """Whether the server takes a key: a whole number of the right length, and a fraction that does not end in 0."""
    length = _length(key[:1])
    if not key or length is None or len(key) < length or any(digit not in _DIGITS for digit in key):
        return False
    return len(key) == length or not key.endswith("0")


def after(last: str | None, jitter: str) -> str:
    """A key behind the last sibling's; `jitter` makes it differ from what another server would have made."""
    length = None if last is None else _length(last[:1])
    if last is None or length is None:
        return _FIRST + jitter
    digits, carry = list(last[1:length]), True
    for place in reversed(range(len(digits))):
        if carry:
            number = _DIGITS.index(digits[place]) + 1
            carry = number == len(_DIGITS)
            digits[place] = _DIGITS[0] if carry else _DIGITS[number]
    head = last[0]
    if carry:
        head = "a" if head == "Z" else chr(ord(head) + 1)
        digits = [*digits, _DIGITS[0]] if head > "a" else digits[:1]
    return head + "".join(digits) + jitter


def _length(head: str) -> int | None:
    if "a" <= head <= "z":
        return ord(head) - ord("a") + 2
    return ord("Z") - ord(head) + 2 if "A" <= head <= "Z" else None
