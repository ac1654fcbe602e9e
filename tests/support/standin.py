"""A made-up service behind the routes, which notes what it is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pagemirror.app import App
from pagemirror.config import Settings
from pagemirror.daemon.views import MirrorView
from pagemirror.model.errors import PagemirrorError
from pagemirror.model.ids import MirrorName
from pagemirror.model.reports.standings import MirrorStatus

__all__ = ["HANDBOOK", "NOW", "StandIn"]

T = TypeVar("T")
NOW = 1_800_000_000.0
HANDBOOK = MirrorName("handbook")


@dataclass
class StandIn:
    """A service with one mirror that was tried, if nobody says otherwise."""

    mirrors: tuple[MirrorView, ...] = (MirrorView(name=HANDBOOK, tried_at=NOW, level_at=NOW),)
    rows: tuple[MirrorStatus, ...] = ()
    settings: Settings = field(default_factory=Settings)
    started_at: float = NOW - 100.0
    stopping: bool = False
    unready: Sequence[str] = ()
    unreadable: PagemirrorError | None = None
    poked: list[tuple[tuple[str, ...], str, bool]] = field(default_factory=list)

    def now(self) -> float:
        return NOW

    def views(self) -> tuple[MirrorView, ...]:
        return self.mirrors

    def poke(self, names: Sequence[MirrorName], *, trigger: str, urgent: bool = False) -> None:
        self.poked.append((tuple(names), trigger, urgent))

    async def statuses(self) -> tuple[MirrorStatus, ...]:
        if self.unreadable is not None:
            raise self.unreadable
        return self.rows

    async def ask(self, work: Callable[[App], T]) -> T:
        raise AssertionError(f"nobody expected {work}")
