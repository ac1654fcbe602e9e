"""Plans: what one pass means to do, one step a page, and how each step ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pagemirror.model.ids import CommitId, FieldName, MirrorName, PageId, RepoPath, Uid

__all__ = ["LEAVING", "Action", "Guard", "Outcome", "PassReport", "Plan", "Result", "Step", "StepResult"]


class Action(StrEnum):
    """What a step does to its page."""

    CREATE = "create"
    UPDATE = "update"
    MOVE = "move"
    RESTORE = "restore"
    ARCHIVE = "archive"
    DELETE = "delete"
    ADOPT = "adopt"
    RECORD = "record"
    KEEP = "keep"


LEAVING: Final = frozenset({Action.ARCHIVE, Action.DELETE, Action.KEEP})
"""What becomes of the page of a file that is gone."""


class Outcome(StrEnum):
    """How a step ended, or in a plan, how it is going to."""

    PLANNED = "planned"
    DONE = "done"
    HELD = "held"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DEFERRED = "deferred"
    SKIPPED = "skipped"


class Result(StrEnum):
    """How a mirror's pass ended."""

    OK = "ok"
    HELD = "held"
    FAILED = "failed"
    DEFERRED = "deferred"
    UNUSABLE = "unusable"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do to one page.

    `outcome` is PLANNED for what may be sent, else HELD, FAILED or SKIPPED with its `code`. `way` says how a page that
    people edited too is treated: `git`, `remote`, `merge`, or "". `changed` are the fields that an update sends.
    `derived` says that the file made no own change, `unsettled` that the page still waits for links of an earlier pass.
    `after` names the uids whose steps must be done before (parents before children; children before parents for
    removals); `wants` those whose page id it would link to. `print` is the step's part of the plan's digest.
    """

    action: Action
    uid: Uid
    path: RepoPath
    title: str
    page_id: PageId | None = None
    moved_from: RepoPath | None = None
    outcome: Outcome = Outcome.PLANNED
    code: str | None = None
    reason: str = ""
    changed: frozenset[FieldName] = frozenset()
    derived: bool = False
    unsettled: bool = False
    after: tuple[Uid, ...] = ()
    wants: tuple[Uid, ...] = ()
    candidates: tuple[PageId, ...] = ()
    way: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A safety limit that was met: its numbers and the flag that lifts it for one run."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The ordered steps of one pass.

    `refresh` are documents that moved in Git without anything to send: only their git base is written again. `forget`
    are records of files that are gone and never had a page. `unchanged` and `diverged` count the pages without a step.
    Of `left_out` the pass says nothing: what waits there, is decided or open stays so.
    """

    mirror: MirrorName
    steps: tuple[Step, ...]
    guards: tuple[Guard, ...]
    refresh: tuple[Uid, ...]
    forget: tuple[Uid, ...]
    unchanged: int
    diverged: int
    digest: str
    left_out: frozenset[Uid] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """A step with how it ended. `requests` counts those sent for it."""

    step: Step
    outcome: Outcome
    page_id: PageId | None
    code: str | None
    reason: str
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PassReport:
    """One mirror's pass, as the command line and the service tell it. `seconds` is wall time.

    `until` is when deferred work may go on, `done_by` when the budget lets the rest be done; both in seconds since
    1970, None where nothing has to wait. `id` is "" for a pass that had nothing to do and left no row. `committed_at`
    is when `commit` was made (seconds since 1970), 0 where there is none.
    """

    mirror: MirrorName
    commit: CommitId | None
    result: Result
    digest: str
    requests: int
    seconds: float
    steps: tuple[StepResult, ...]
    unchanged: int
    diverged: int
    unsettled: int
    guards: tuple[Guard, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    until: float | None = None
    done_by: float | None = None
    error: Mapping[str, str] | None = None
    target: str = ""
    id: str = ""
    committed_at: float = 0.0
