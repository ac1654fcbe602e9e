"""How the mirrors stand at this moment, as values: what the server's routes are given. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from pagemirror.daemon.verdicts import is_level
from pagemirror.model.ids import CommitId, MirrorName
from pagemirror.model.plans import PassReport
from pagemirror.model.reports.runs import Progress

__all__ = ["STEPS_SHOWN", "Activity", "MirrorView", "after_pass", "shown_of"]

STEPS_SHOWN: Final = 200


class Activity(StrEnum):
    """What a mirror does right now."""

    STARTING = "starting"
    RUNNING = "running"
    IDLE = "idle"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorView:
    """One mirror in the running service. Times are seconds since 1970.

    `last` is the report of the last pass since the service began, `worked` of the last one that had steps, with no more
    than `STEPS_SHOWN` of them. `tried_at` is when the last one ended, `level_at` when the pages
    last were where the commit says. `behind_since` is when the newest commit that is not mirrored was made (for files
    on disk, when the mirror first fell behind), None where there is none. `troubles` counts the passes in a row that
    could not work on the mirror at all. `paused_until` is when it is looked at again after trouble. `note` tells of
    what is worth knowing and no pass reports, such as files that are polled because they can't be watched.
    """

    name: MirrorName
    activity: Activity = Activity.STARTING
    progress: Progress | None = None
    last: PassReport | None = None
    worked: PassReport | None = None
    tried_at: float | None = None
    level_at: float | None = None
    behind_since: float | None = None
    troubles: int = 0
    paused_until: float | None = None
    note: str = ""

    @property
    def commit(self) -> CommitId | None:
        """The commit that the last pass looked at."""
        return self.last.commit if self.last is not None else None

    @property
    def problem(self) -> Mapping[str, str] | None:
        """Why the last pass could not work on the mirror: code, message, hint."""
        return self.last.error if self.last is not None else None

    def is_stale(self, now: float, fresh_within: float) -> bool:
        """Whether the pages may be older than they should: nobody knew them to be level for so long."""
        return self.level_at is None or now - self.level_at > fresh_within


def after_pass(report: PassReport, *, before: MirrorView, now: float) -> tuple[float | None, float | None]:
    """`level_at` and `behind_since` after a pass."""
    if is_level(report):
        return now, None
    if report.committed_at:
        return before.level_at, report.committed_at
    unseen = report.error is not None
    return before.level_at, before.behind_since if unseen else before.behind_since or now


def shown_of(report: PassReport) -> PassReport:
    """A report to be kept for readers, with the first of its steps."""
    return replace(report, steps=report.steps[:STEPS_SHOWN])
