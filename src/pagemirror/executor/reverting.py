"""Whether an editor put an older text back over ours, as against a person's own edit. Pure.

Some editors keep a document of their own, which a write by the API does not reach: whoever edits there next saves that
older document. What a write changed is kept as marks of lines; a page on which none of it is left may be reverted.
"""

import hashlib

__all__ = ["is_reverted", "is_whole_again", "marks_of", "older_is_back"]

_MOST = 40


def marks_of(before: str, after: str) -> tuple[str, ...]:
    """What a write changed: `+` and a mark of each line that came, `-` of each that went; the first 40 of both."""
    old, new = _lines(before), _lines(after)
    came = [f"+{mark}" for mark in new if mark not in old]
    went = [f"-{mark}" for mark in old if mark not in new]
    return (*came[:_MOST], *went[:_MOST])


def is_reverted(marks: tuple[str, ...], now: str) -> bool:
    """Whether nothing that came is there now, and where nothing came, all that went is back."""
    there = _lines(now)
    came = [mark[1:] for mark in marks if mark.startswith("+")]
    went = [mark[1:] for mark in marks if mark.startswith("-")]
    if came:
        return not any(mark in there for mark in came)
    return bool(went) and all(mark in there for mark in went)


def is_whole_again(marks: tuple[str, ...], now: str) -> bool:
    """Whether all that a write took away is there again, and nothing that it brought."""
    there = _lines(now)
    went = [mark[1:] for mark in marks if mark.startswith("-")]
    return bool(went) and is_reverted(marks, now) and all(mark in there for mark in went)


def older_is_back(marks: tuple[str, ...], now: str) -> bool:
    """Whether a line that a write took away is there again, or it took none: else a person wrote over what came."""
    went = [mark[1:] for mark in marks if mark.startswith("-")]
    there = _lines(now)
    return not went or any(mark in there for mark in went)


def _lines(text: str) -> dict[str, None]:
    lines = (line.strip() for line in text.splitlines())
    return {hashlib.blake2b(line.encode("utf-8", "replace"), digest_size=5).hexdigest(): None for line in lines if line}
