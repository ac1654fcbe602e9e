"""What a person can do about a step that waits or failed: the commands to type next. Pure."""

import shlex

from pagemirror.model.plans import StepResult

__all__ = ["look", "resolve"]

_THREE_WAYS = ("git", "remote", "merge")
_TWO_WAYS = ("git", "remote")
_WAYS = {
    "conflict": _THREE_WAYS,
    "drift": _THREE_WAYS,
    "draft": _TWO_WAYS,
    "remote_removed": _TWO_WAYS,
    "removed_and_edited": _TWO_WAYS,
}
_WHICH_PAGE = frozenset({"ambiguous", "foreign", "in_doubt"})


def look(result: StepResult, mirror: str = "") -> str:
    """The command that shows what is held; empty where the hold is a guard's, which has its own way out."""
    if result.code not in _WAYS and result.code not in _WHICH_PAGE:
        return ""
    return f"pagemirror conflicts {shlex.quote(result.step.path)}{_of(mirror)}"


def resolve(result: StepResult, mirror: str = "") -> str:
    """The command that decides, the likeliest choice first and the others named behind it."""
    start = f"pagemirror resolve {shlex.quote(result.step.path)}{_of(mirror)}"
    if result.code in _WAYS:
        first, *others = _WAYS[result.code]
        return f"{start} --take {first}   (or {', '.join(others)})"
    if result.code in _WHICH_PAGE:
        known = result.step.candidates
        return f"{start} --page {shlex.quote(known[0]) if known else 'ID'}   (or --new)"
    return ""


def _of(mirror: str) -> str:
    return f" --mirror {mirror}" if mirror else ""
