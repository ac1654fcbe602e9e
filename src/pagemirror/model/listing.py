"""A mirror's pages a screenful at a time: what is asked for, and what comes back. Knows no database and no screen."""

from dataclasses import dataclass
from enum import StrEnum

from pagemirror.model.ids import MirrorName, PageId, RepoPath, Uid
from pagemirror.model.records import Decision, Open, Record, Standing
from pagemirror.model.reports.holds import ConflictReport, HistoryRow

__all__ = ["PageQuery", "PageRow", "PageRows", "PageStory", "Place", "Show"]


class Show(StrEnum):
    """Which pages are asked for. `all` are those that are mirrored now; `removed` those that no longer are."""

    ALL = "all"
    HELD = "held"
    FAILED = "failed"
    UNSETTLED = "unsettled"
    DIVERGED = "diverged"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Between which rows a screenful begins or ends: at this one, which is not part of it."""

    path: RepoPath
    uid: Uid


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """A screenful of pages by path. `text` is looked for in paths and titles. Of `after` and `before` one is None."""

    show: Show = Show.ALL
    text: str = ""
    after: Place | None = None
    before: Place | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRow:
    """One page in a list. `held` is the code of its hold, `failure` that of its failure, "" where there is none.

    `shown` is the path as people name it. What is held before it has a record has no title.
    """

    uid: Uid
    path: RepoPath
    title: str = ""
    page_id: PageId | None = None
    standing: Standing = Standing.LIVE
    open: Open = Open.NONE
    diverged: bool = False
    failure: str = ""
    held: str = ""
    updated: float = 0.0
    shown: str = ""

    @property
    def place(self) -> Place:
        """Where the row stands in the order."""
        return Place(path=self.path, uid=self.uid)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRows:
    """A screenful, in order, and whether there are more rows before and after it."""

    rows: tuple[PageRow, ...]
    earlier: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStory:
    """All that is known of one page. `record` is None for what is held before it has one.

    `links` are pairs of a link's key as people name it and whether a page of the mirror stands there; `linkers` the
    paths of the pages that link here.
    """

    mirror: MirrorName
    path: str
    record: Record | None
    url: str = ""
    links: tuple[tuple[str, bool], ...] = ()
    linkers: tuple[str, ...] = ()
    kept: tuple[HistoryRow, ...] = ()
    holds: tuple[ConflictReport, ...] = ()
    decision: Decision | None = None
