"""What a person can do about a step that waits or failed: the commands to type next. Pure."""

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pagemirror.model.ids import RepoPath
from pagemirror.model.plans import LEAVING, Action, Outcome, StepResult

__all__ = ["Decision", "Held", "held_at", "look", "resolve"]

Held = Mapping[tuple[RepoPath, bool], int]
"""How many wait under each path: files, and (with True) pages of files that are gone from there."""

_NONE_ELSE: Held = MappingProxyType({})
_THREE_WAYS = ("git", "remote", "merge")
_TWO_WAYS = ("git", "remote")
_WAYS = {
    "conflict": _THREE_WAYS,
    "drift": _THREE_WAYS,
    "reverted": _THREE_WAYS,
    "draft": _TWO_WAYS,
    "remote_removed": _TWO_WAYS,
    "removed_and_edited": _TWO_WAYS,
}
_WHICH_PAGE = frozenset({"ambiguous", "foreign", "in_doubt", "page_taken"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The command with the likeliest choice, ready to paste, and the other choices that it has."""

    command: str
    others: str


def look(result: StepResult, mirror: str = "") -> str:
    """The command that shows what is held; empty where the hold is a guard's, which has its own way out."""
    if result.code not in _WAYS and result.code not in _WHICH_PAGE:
        return ""
    return f"pagemirror conflicts {shlex.quote(result.step.path)}{_of(mirror)}"


def held_at(results: Iterable[StepResult]) -> Held:
    """How many wait under each path."""
    held = (result.step for result in results if result.outcome is Outcome.HELD)
    return Counter((step.path, step.action in LEAVING) for step in held)


def resolve(result: StepResult, mirror: str = "", *, held: Held = _NONE_ELSE) -> Decision | None:
    """The command that decides; None where a guard holds the step, which has its own way out.

    `held` is what waits in all, as the command has to say which is meant of several under one path.
    """
    path, page, gone = result.step.path, result.page_id or result.step.page_id, result.step.action in LEAVING
    which = (" --gone" if gone else " --there") if held.get((path, not gone)) else ""
    which += f" --of {shlex.quote(page)}" if page is not None and held.get((path, gone), 0) > 1 else ""
    start = f"pagemirror resolve {shlex.quote(path)}{_of(mirror)}{which}"
    if result.code in _WAYS:
        back = result.step.action is Action.RESTORE  # there is no text to merge from
        first, *others = (way for way in _WAYS[result.code] if way != "merge" or not back)
        return Decision(command=f"{start} --take {first}", others=", ".join(f"--take {way}" for way in others))
    if result.code == "page_taken":  # the page that it could be is another file's
        return Decision(command=f"{start} --new", others="--page ID")
    if result.code in _WHICH_PAGE:
        known = result.step.candidates
        return Decision(command=f"{start} --page {shlex.quote(known[0]) if known else 'ID'}", others="--new")
    return None


def _of(mirror: str) -> str:
    return f" --mirror {mirror}" if mirror else ""
