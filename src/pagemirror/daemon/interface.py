"""What the server's routes may ask of the running service. Routes know this and nothing else of the loop."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from pagemirror.app import App
from pagemirror.config import Settings
from pagemirror.daemon.views import MirrorView
from pagemirror.model.ids import MirrorName
from pagemirror.model.reports.standings import MirrorStatus

__all__ = ["Service"]

T = TypeVar("T")


class Service(Protocol):
    """The running service, as the routes see it. All of it is called in the event loop's thread.

    Must: answer `views` and `settings` at once, from memory. Must not: let a route run a pass; it can only `poke`.
    """

    @property
    def settings(self) -> Settings:
        """The settings in force; others after a reload, so ask anew each time."""
        ...

    @property
    def started_at(self) -> float:
        """When the service began, in seconds since 1970."""
        ...

    @property
    def stopping(self) -> bool:
        """Whether the service was asked to end."""
        ...

    @property
    def unready(self) -> Sequence[str]:
        """Why the service is not ready, in words that hold no name, path or secret; empty where it is."""
        ...

    def now(self) -> float:
        """Seconds since 1970."""
        ...

    def views(self) -> tuple[MirrorView, ...]:
        """How each configured mirror stands now, in the config's order."""
        ...

    def poke(self, names: Sequence[MirrorName], *, trigger: str, urgent: bool = False) -> None:
        """Mark mirrors dirty; `trigger` is a word for logs and metrics. `urgent`: don't wait out a pause."""
        ...

    async def statuses(self) -> tuple[MirrorStatus, ...]:
        """What the state says of each mirror; read in a thread, and shared by those who ask within a second."""
        ...

    async def ask(self, work: Callable[[App], T]) -> T:
        """Have `work` done in a thread, with an App of its own that is closed afterwards; its errors are raised here.

        For what blocks: reading conflicts, kept texts and records, and noting decisions. Poke the mirror afterwards
        where a decision is to be carried out.
        """
        ...
