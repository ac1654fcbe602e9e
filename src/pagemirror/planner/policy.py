"""Policy: what the settings, and the flags of one run, say about what a plan may do."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from pagemirror.model.ids import MirrorName
from pagemirror.model.pages import Removal

__all__ = ["Limit", "Policy", "Way"]

ROUNDING: Final = 1e-9
"""29 % of 100 pages are 29 pages, whatever binary fractions say."""


class Way(StrEnum):
    """A policy's word, and a person's."""

    HOLD = "hold"
    GIT = "git"
    REMOTE = "remote"
    MERGE = "merge"
    RECREATE = "recreate"
    ACCEPT = "accept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A guard's limit: a share of the mirror's pages (0.2 for 20 %), or a number; `explicit` if given for this run.

    Nothing at all is allowed by 0 and 0 %.
    """

    share: float | None = None
    number: int | None = None
    explicit: bool = False

    def __str__(self) -> str:
        """As it would stand in the config."""
        return f"{self.share * 100:g}%" if self.share is not None else str(self.number)

    def allows(self, count: int, pages: int, *, smallest: int = 0) -> bool:
        """Whether `count` of `pages` is within it; a share speaks only from `smallest` pages on."""
        if count == 0:
            return True
        if self.number is not None:
            return count <= self.number
        share = self.share or 0.0
        return share > 0 and (pages < smallest or count <= share * pages + ROUNDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The `sync` settings, and what was allowed for this run."""

    mirror: MirrorName
    upsert: bool = False
    on_conflict: Way = Way.HOLD
    on_drift: Way = Way.HOLD
    on_remote_removal: Way = Way.HOLD
    on_removal: Removal = Removal.ARCHIVE
    removal_delay: timedelta = timedelta(0)
    max_removals: Limit = Limit(share=0.2)
    max_rerender: Limit = Limit(share=0.2)
    allow_rewind: bool = False
    allow_other_repository: bool = False
    allow_settings_removals: bool = False
    retry_failed: bool = False
    can_restore: bool = False
