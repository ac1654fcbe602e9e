"""Reports: what the commands tell, as values; the command line turns them into prose, JSON or Markdown."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pagemirror.model.documents import Level
from pagemirror.model.ids import CommitId, MirrorName, PageId, RepoPath, TargetKey
from pagemirror.model.plans import Plan

__all__ = [
    "AdoptRow",
    "BudgetReport",
    "CheckFinding",
    "CheckReport",
    "Checkup",
    "ConflictReport",
    "Difference",
    "Export",
    "HistoryRow",
    "MirrorStatus",
    "PageDiff",
    "PlanReport",
    "Progress",
    "Pull",
    "PullReport",
    "PullRow",
    "ResolveReport",
    "RunOptions",
    "StateContent",
    "Tie",
    "TreeChange",
    "TreeRow",
    "Verdict",
    "VerifyFinding",
    "VerifyReport",
]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetReport:
    """What is left of a target's budget; None where there is no limit. `finished_at`: when the deferred work will be
    done at this budget (seconds since 1970), None where nothing is deferred.
    """

    minute_limit: int | None
    minute_left: int | None
    day_limit: int | None
    day_left: int | None
    paused_until: float | None = None
    finished_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorStatus:
    """One mirror as `status` tells it. `result` is that of the last pass, "never" where there was none."""

    name: MirrorName
    target: TargetKey
    result: str
    last_pass: float | None
    commit: CommitId | None
    pages: int
    pending: int
    held: int
    failed: int
    unsettled: int
    diverged: int
    deferred: int
    kept_bytes: int
    budget: BudgetReport
    lock: str = ""
    message: str = ""
    configured: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictReport:
    """One hold with its three texts; None where a text isn't known. `choices` are the ways `resolve` offers."""

    mirror: MirrorName
    path: str
    page_id: PageId | None
    url: str
    action: str
    code: str
    reason: str
    at: float
    choices: tuple[str, ...]
    base: str | None = None
    git: str | None = None
    remote: str | None = None
    candidates: tuple[PageId, ...] = ()
    decided: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveReport:
    """A decision that was noted for the next pass."""

    mirror: MirrorName
    path: str
    choice: str
    code: str
    page_id: PageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One kept text. `number` names it for `restore`; `text` is the whole text."""

    mirror: MirrorName
    number: int
    path: str
    page_id: PageId | None
    at: float
    why: str
    title: str
    first_line: str
    size: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFinding:
    """Something that `check` found. `path` is relative to the source folder, `file` to the repository's top; line and
    column count from 1 and are None where nobody can say.
    """

    path: RepoPath
    file: RepoPath
    line: int | None
    column: int | None
    code: str
    level: Level
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What `check` found in one mirror's folder, in the order of files and lines.

    `files` are those that the settings select, `pages` those that can become pages, `left_out` those that say
    `mirror: false`. `error` is why the folder could not be read at all: code, message, hint, exit.
    """

    mirror: MirrorName
    commit: CommitId | None
    files: int
    pages: int
    left_out: int
    findings: tuple[CheckFinding, ...]
    seconds: float = 0.0
    error: Mapping[str, str] | None = None

    @property
    def errors(self) -> int:
        """How many errors there are."""
        return sum(finding.level is Level.ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many warnings there are."""
        return len(self.findings) - self.errors

    @property
    def counts(self) -> Mapping[str, int]:
        """How many findings have each code, the codes in their order."""
        counts = Counter(finding.code for finding in self.findings)
        return dict(sorted(counts.items()))


class Verdict(StrEnum):
    """What a look at one thing came to. `skipped`: something before it is a problem already."""

    OK = "ok"
    PROBLEM = "problem"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """One line of `doctor`: what was looked at, how it stands, and what to do where that is wrong.

    `mirror` is "" where it concerns all. `exit` is the exit code that a sync would end with for this problem.
    """

    mirror: str
    name: str
    message: str
    verdict: Verdict = Verdict.OK
    hint: str = ""
    code: str | None = None
    exit: int = 0


class Tie(StrEnum):
    """What `adopt` makes of a file without a page.

    `tied`: noted for the next pass. `differs`: the only page of its title says something else. `several`: more than one
    has its title. `none`: none has.
    """

    TIED = "tied"
    DIFFERS = "differs"
    SEVERAL = "several"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptRow:
    """A file without a page, and the page that it is tied to. `equal`: that page holds the file's text already."""

    mirror: MirrorName
    path: str
    title: str
    tie: Tie
    equal: bool
    page_id: PageId | None
    candidates: tuple[PageId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StateContent:
    """What a state holds of a mirror, as `state export` and `state import` count it. `texts_bytes` is of kept texts."""

    mirror: MirrorName
    records: int
    pages: int
    intents: int
    holds: int
    decisions: int
    texts_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Some mirrors' records as JSON lines, which are read from the state as they are asked for."""

    mirrors: tuple[StateContent, ...]
    lines: Iterator[str]


class Difference(StrEnum):
    """How a record differs from the target.

    `missing`: its page is not there, or not live. `title`: its page has another title than recorded. `twice`: another
    record has the same page. `no_page`: it has none.
    """

    MISSING = "missing"
    TITLE = "title"
    TWICE = "twice"
    NO_PAGE = "no_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyFinding:
    """A record that differs from the target; `message` says how."""

    path: str
    page_id: PageId | None
    title: str
    difference: Difference
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """A mirror's records against its target. `listed` counts the pages of the listing."""

    mirror: MirrorName
    records: int
    listed: int
    requests: int
    seconds: float
    findings: tuple[VerifyFinding, ...]
    warnings: tuple[str, ...] = ()


class Pull(StrEnum):
    """What `pull` makes of an edit that people made on a page.

    `pulled`: it is a commit on the branch. `held`: Git changed the same lines, so a person decides. `left`: it stays on
    the page alone, for a reason of its own.
    """

    PULLED = "pulled"
    HELD = "held"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRow:
    """An edit on a page. `code` and `reason` say why it was not pulled; `diff` is what it changes in the file.

    `author` is "" where the API does not tell who it was. `url` is "" where nobody said how a page is opened.
    """

    path: str
    title: str
    page_id: PageId
    url: str
    outcome: Pull
    code: str | None = None
    reason: str = ""
    author: str = ""
    diff: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport:
    """What `pull` found on one mirror's target; rows by path.

    `tip` is the branch's newest commit, "" where none was written; `onto` the branch that it starts from, or a commit.
    `pushed`: the source's remote has the branch.
    """

    mirror: MirrorName
    commit: CommitId | None
    branch: str
    onto: str
    rows: tuple[PullRow, ...]
    requests: int
    tip: str = ""
    pushed: bool = False
    warnings: tuple[str, ...] = ()
