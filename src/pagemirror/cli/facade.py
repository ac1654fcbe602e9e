"""What the commands ask of the rest of pagemirror: the composition root's face, as Protocols, so that tests can put
their own behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pagemirror.executor.stop import Stop
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import PassReport
from pagemirror.model.reports.runs import PlanReport, Progress, RunOptions

if TYPE_CHECKING:  # each command makes the classes of its own reports only
    from pagemirror.model.reports.checks import CheckReport, Checkup
    from pagemirror.model.reports.contents import Export, StateContent, VerifyReport
    from pagemirror.model.reports.edits import PullReport
    from pagemirror.model.reports.holds import ConflictReport, HistoryRow, ResolveReport
    from pagemirror.model.reports.standings import MirrorStatus
    from pagemirror.model.reports.ties import AdoptRow

__all__ = ["App", "LogChoice", "OpenApp", "Watch"]

Watch = Callable[[Progress], None]


class LogChoice(Protocol):
    """The config's table `log`."""

    @property
    def level(self) -> str:
        """One of debug, info, warning, error."""
        ...

    @property
    def format(self) -> str:
        """One of auto, console, json."""
        ...


class App(Protocol):
    """All mirrors of one config. What concerns one mirror is in its report; what concerns all is raised."""

    @property
    def mirrors(self) -> tuple[MirrorName, ...]:
        """The configured mirrors, in the config's order."""
        ...

    @property
    def log(self) -> LogChoice:
        """What the config says of logs."""
        ...

    def sync(
        self, names: Sequence[str], options: RunOptions, *, watch: Watch | None = None, stop: Stop | None = None
    ) -> tuple[PassReport, ...]:
        """One pass of each named mirror, or of all."""
        ...

    def plan(self, names: Sequence[str], options: RunOptions) -> tuple[PlanReport | PassReport, ...]:
        """What a sync would do; a PassReport for a mirror that failed before it had a plan."""
        ...

    def check(self, names: Sequence[str]) -> tuple[CheckReport, ...]:
        """What is wrong in the folder of each named mirror, or of all."""
        ...

    def folder(self, name: str) -> str:
        """A mirror's source folder from the repository's top, as far as is known; "" is the top."""
        ...

    def doctor(self, names: Sequence[str]) -> tuple[Checkup, ...]:
        """Whether each named mirror, or all, could run."""
        ...

    def status(self) -> tuple[MirrorStatus, ...]:
        """How each mirror stands."""
        ...

    def conflicts(self, names: Sequence[str], paths: Sequence[str]) -> tuple[ConflictReport, ...]:
        """The holds, of these paths or all."""
        ...

    def resolve(
        self,
        path: str,
        *,
        mirror: str | None,
        take: str | None,
        page: str | None,
        new: bool,
        gone: bool | None,
        of: str | None,
    ) -> ResolveReport:
        """Note a decision for the next pass.

        `gone`: about a file that was there, or that is, where both wait; `of`: about the one whose page this is.
        """
        ...

    def adopt(self, paths: Sequence[str], *, mirror: str | None, dry: bool) -> tuple[AdoptRow, ...]:
        """Note which pages of the target are those of files that have none; with `dry` only tell."""
        ...

    def pull(self, names: Sequence[str], *, branch: str, dry: bool) -> tuple[PullReport, ...]:
        """People's edits on the targets of the named mirrors, or of all, as commits on a branch; `dry` only tells."""
        ...

    def history(self, path: str, *, mirror: str | None) -> tuple[HistoryRow, ...]:
        """The kept texts of a path."""
        ...

    def restore(self, path: str, number: int, *, mirror: str | None) -> ResolveReport:
        """Note that a kept text is to be put back on its page."""
        ...

    def export(self, names: Sequence[str], *, texts: bool) -> Export:
        """The records of these mirrors, or of all that the state knows, as lines."""
        ...

    def take_in(self, lines: Iterable[str], where: str) -> tuple[StateContent, ...]:
        """Put an export into the state; `where` names it in messages."""
        ...

    def verify(self, names: Sequence[str]) -> tuple[VerifyReport, ...]:
        """The records of each named mirror, or of all, against the target."""
        ...

    def close(self) -> None:
        """Let go of the state."""
        ...


class OpenApp(Protocol):
    """How an App is opened. Raises the errors of `model.errors`."""

    def __call__(
        self,
        config: Path | None,
        *,
        env: Mapping[str, str],
        cwd: Path,
        overrides: Mapping[str, object],
        log_level: str | None,
    ) -> App:
        """Load the config and put the objects together."""
        ...
