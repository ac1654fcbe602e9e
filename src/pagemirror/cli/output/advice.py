"""What a person can do about a step that waits or failed: the commands to type next. Pure."""

import shlex
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass

from pagemirror.model.ids import RepoPath
from pagemirror.model.plans import LEAVING, Action, Outcome, StepResult

__all__ = ["Decision", "held_twice", "look", "resolve"]

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
_WHICH_PAGE = frozenset({"ambiguous", "foreign", "in_doubt"})


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


def held_twice(results: Iterable[StepResult]) -> frozenset[RepoPath]:
    """The paths under which two wait: a file, and the page of one that is gone from there."""
    paths = Counter(result.step.path for result in results if result.outcome is Outcome.HELD)
    return frozenset(path for path, count in paths.items() if count > 1)


def resolve(result: StepResult, mirror: str = "", *, twice: Container[RepoPath] = ()) -> Decision | None:
    """The command that decides; None where a guard holds the step, which has its own way out.

    `twice` are the paths under which two wait, so that the command has to say which of them is meant.
    """
    path = result.step.path
    which = "" if path not in twice else " --gone" if result.step.action in LEAVING else " --there"
    start = f"pagemirror resolve {shlex.quote(path)}{_of(mirror)}{which}"
    if result.code in _WAYS:
        back = result.step.action is Action.RESTORE  # there is no text to merge from
        first, *others = (way for way in _WAYS[result.code] if way != "merge" or not back)
        return Decision(command=f"{start} --take {first}", others=", ".join(f"--take {way}" for way in others))
    if result.code in _WHICH_PAGE:
        known = result.step.candidates
        return Decision(command=f"{start} --page {shlex.quote(known[0]) if known else 'ID'}", others="--new")
    return None


def _of(mirror: str) -> str:
    return f" --mirror {mirror}" if mirror else ""
