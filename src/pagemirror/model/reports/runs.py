"""What is asked of a run, where it stands, and what a plan says."""

from dataclasses import dataclass
from enum import StrEnum

from pagemirror.model.ids import CommitId, MirrorName, PageId
from pagemirror.model.plans import Plan

__all__ = ["PageDiff", "PlanReport", "Progress", "RunOptions", "TreeChange", "TreeRow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What was asked of one run. Paths are repository paths; limits are `"20%"` or a number.

    `vanished`: a look for edits (`drift`) is one for pages that vanished from the target, too.
    `steady`: files on disk are not read while Git is in the middle of something, such as a merge.
    """

    drift: bool = False
    only: tuple[str, ...] = ()
    plan_digest: str = ""
    retry_failed: bool = False
    lock_wait: float = 0.0
    max_removals: str = ""
    max_rerender: str = ""
    allow_rewind: bool = False
    allow_other_repository: bool = False
    allow_settings_removals: bool = False
    assume_empty: bool = False
    diff: bool = False
    tree: bool = False
    vanished: bool = True
    steady: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a running pass stands. `total` is the number of planned steps; `requests` those sent so far."""

    mirror: MirrorName
    stage: str
    done: int
    total: int
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDiff:
    """What a step would change in a page's Markdown: a unified diff, empty where the text stays."""

    path: str
    diff: str


class TreeChange(StrEnum):
    """How a page of the target stands to its document's place.

    `same`: where it belongs. `new`: not there yet. `moved`: below another page. `gone`: its file is. `let_go`: a person
    decided that it is no longer mirrored.
    """

    SAME = "same"
    NEW = "new"
    MOVED = "moved"
    GONE = "gone"
    LET_GO = "let_go"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRow:
    """A document and its page, each in its tree. Depths count what is above, parents are paths as people name them.

    `page_*` are as recorded: None where there is no page, `page_parent` is None at the top and the page's id where no
    record has it. `why` says what the document's place comes from.
    """

    path: str
    title: str | None
    depth: int
    parent: str | None
    why: str
    change: TreeChange
    page_id: PageId | None = None
    page_title: str | None = None
    page_depth: int = 0
    page_parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReport:
    """A plan with what belongs beside it; `done_by` as for a pass."""

    plan: Plan
    commit: CommitId | None
    requests: int
    seconds: float
    diffs: tuple[PageDiff, ...] = ()
    tree: tuple[TreeRow, ...] = ()
    done_by: float | None = None
    warnings: tuple[str, ...] = ()
