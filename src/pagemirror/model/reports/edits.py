"""What `pull` makes of people's edits."""

from dataclasses import dataclass
from enum import StrEnum

from pagemirror.model.ids import CommitId, MirrorName, PageId

__all__ = ["Pull", "PullReport", "PullRow"]


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
