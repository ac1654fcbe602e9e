"""What the overview shows of each mirror, as values with the words and tones that people see. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pagemirror.daemon.pages import words
from pagemirror.daemon.views import Activity, MirrorView
from pagemirror.model.ids import CommitId, MirrorName
from pagemirror.model.listing import PageRow, Show
from pagemirror.model.plans import Guard, Result
from pagemirror.model.records import Open, Record, Standing
from pagemirror.model.reports.runs import Progress
from pagemirror.model.reports.standings import BudgetReport, MirrorStatus

__all__ = ["Badge", "Budget", "Figure", "MirrorCard", "Tone", "badges_of", "bases_of", "card_of", "result_badge"]


class Tone(StrEnum):
    """A colour with a meaning; words always stand beside it."""

    GOOD = "good"
    BUSY = "busy"
    WARN = "warn"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A word in a colour."""

    tone: Tone
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A count of pages, and the list that shows them."""

    word: str
    number: int
    show: Show
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What is left of a budget of requests."""

    word: str
    left: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorCard:
    """One mirror on the overview. Times are seconds since 1970. `said` is what a person should know, `hint` what to do.

    `guards` are the limits that the last pass met. `percent` is how far the pass under way is, None where that isn't
    known.
    """

    name: MirrorName
    badge: Badge
    said: str
    hint: str
    progress: Progress | None
    percent: int | None
    last_pass: float | None
    level_at: float | None
    stale: bool
    commit: CommitId | None
    figures: tuple[Figure, ...]
    budgets: tuple[Budget, ...]
    pending: int
    done_by: float | None
    note: str
    guards: tuple[Guard, ...] = ()


_RESULTS: Final = {
    "ok": Badge(tone=Tone.GOOD, word="Up to date"),
    "held": Badge(tone=Tone.WARN, word="Pages held"),
    "failed": Badge(tone=Tone.BAD, word="Pages failed"),
    "deferred": Badge(tone=Tone.WARN, word="Deferred"),
    "unusable": Badge(tone=Tone.BAD, word="Can't work"),
    "locked": Badge(tone=Tone.WARN, word="Locked"),
}


def result_badge(result: str) -> Badge:
    """How a pass ended."""
    return _RESULTS.get(result, Badge(tone=Tone.QUIET, word="Not run yet"))


def card_of(view: MirrorView, row: MirrorStatus | None, *, now: float, fresh_within: float) -> MirrorCard:
    """A mirror's card, from the service's memory and what the state says."""
    problem = view.problem or {}
    stale = view.is_stale(now, fresh_within)
    progress = view.progress
    return MirrorCard(
        name=view.name,
        badge=_badge(view, row, stale=stale),
        said=problem.get("message", ""),
        hint=problem.get("hint", ""),
        progress=progress,
        percent=100 * progress.done // progress.total if progress is not None and progress.total else None,
        last_pass=view.tried_at or (row.last_pass if row is not None else None),
        level_at=view.level_at,
        stale=stale,
        commit=view.commit or (row.commit if row is not None else None),
        figures=_figures(row) if row is not None else (),
        budgets=_budgets(row.budget) if row is not None else (),
        pending=row.pending if row is not None else 0,
        done_by=row.budget.finished_at if row is not None else None,
        note=view.note,
        guards=view.last.guards if view.last is not None else (),
    )


def _badge(view: MirrorView, row: MirrorStatus | None, *, stale: bool) -> Badge:
    result = view.last.result if view.last is not None else (row.result if row is not None else "never")
    if view.activity is Activity.RUNNING:
        return Badge(tone=Tone.BUSY, word="Pass under way")
    if view.activity is Activity.STOPPED:
        return Badge(tone=Tone.QUIET, word="Stopped")
    if view.tried_at is None:
        return Badge(tone=Tone.QUIET, word="Starting")
    if result == Result.OK and stale:
        return Badge(tone=Tone.WARN, word="Stale")
    if result == Result.HELD:
        return Badge(tone=Tone.WARN, word="Waits for you")
    return result_badge(result)


def _figures(row: MirrorStatus) -> tuple[Figure, ...]:
    rows = (
        ("pages", row.pages, Show.ALL, Tone.QUIET),
        ("held", row.held, Show.HELD, Tone.WARN),
        ("failed", row.failed, Show.FAILED, Tone.BAD),
        ("unsettled", row.unsettled, Show.UNSETTLED, Tone.BUSY),
        ("diverged", row.diverged, Show.DIVERGED, Tone.BUSY),
    )
    return tuple(
        Figure(word="page" if word == "pages" and number == 1 else word, number=number, show=show, tone=tone)
        for word, number, show, tone in rows
    )


def _budgets(budget: BudgetReport) -> tuple[Budget, ...]:
    rows = (("today", budget.day_left, budget.day_limit), ("this minute", budget.minute_left, budget.minute_limit))
    return tuple(
        Budget(word=word, left=left, limit=limit)
        for word, left, limit in rows
        if left is not None and limit is not None
    )


def badges_of(row: PageRow | Record, *, held: Sequence[str] = ()) -> tuple[Badge, ...]:
    """How a page stands, most pressing first; without any trouble it is settled."""
    codes = (row.held,) if isinstance(row, PageRow) and row.held else held
    failed = bool(row.failure)
    found = [Badge(tone=Tone.WARN, word="held") for _ in codes[:1]]
    if failed:
        found.append(Badge(tone=Tone.BAD, word="failed"))
    if row.standing is not Standing.LIVE:
        found.append(
            Badge(tone=Tone.QUIET, word="removed" if row.standing is Standing.REMOVED else "no longer mirrored")
        )
    if row.open not in {Open.NONE, Open.FAILED} or (row.open is Open.FAILED and not failed):
        found.append(Badge(tone=Tone.BUSY, word=row.open.value))
    if row.diverged and row.standing is Standing.LIVE:
        found.append(Badge(tone=Tone.BUSY, word="diverged"))
    if not found:
        settled = row.page_id is not None
        found.append(Badge(tone=Tone.GOOD if settled else Tone.QUIET, word="settled" if settled else "no page yet"))
    return tuple(found)


def bases_of(record: Record, now: float) -> tuple[str, str]:
    """Both bases in words: what the file last gave, and what the target was last known to hold."""
    git = f"The file last gave blob {record.blob[:10]}."
    if not record.remote:
        return git, "Nothing has been written to the target yet."
    version = f"version {record.version}" if record.version else "a version without a number"
    since = f", stamped {words.ago(abs(record.updated), now)} by the target" if record.updated else ""
    way = "accepted from a person's edit" if record.diverged else "written or taken over by pagemirror"
    return git, f"The target last held {version}{since}: {way}."
