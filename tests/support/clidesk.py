"""The command line in front of a made-up App: words in, exit code and both streams out."""

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from pagemirror.backends import registry
from pagemirror.cli.entry import run
from pagemirror.cli.facade import Watch
from pagemirror.cli.ports import Ports
from pagemirror.executor.stop import Stop
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import PassReport
from pagemirror.model.reports.checks import CheckReport, Checkup
from pagemirror.model.reports.contents import Export, StateContent, VerifyReport
from pagemirror.model.reports.edits import PullReport
from pagemirror.model.reports.holds import ConflictReport, HistoryRow, ResolveReport
from pagemirror.model.reports.runs import PlanReport, RunOptions
from pagemirror.model.reports.standings import MirrorStatus
from pagemirror.model.reports.ties import AdoptRow

NOW = 1_800_000_000.0


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


@dataclass
class HandClock:
    """A clock that is moved by hand."""

    at: float = NOW

    def now(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class LogTable:
    level: str = "info"
    format: str = "auto"


@dataclass
class MadeUpApp:
    """Answers what it was given, and remembers what it was asked."""

    mirrors: tuple[MirrorName, ...] = (MirrorName("handbook"),)
    log: LogTable = field(default_factory=LogTable)
    passes: tuple[PassReport, ...] = ()
    plans: tuple[PlanReport | PassReport, ...] = ()
    checks: tuple[CheckReport, ...] = ()
    statuses: tuple[MirrorStatus, ...] = ()
    checkups: tuple[Checkup, ...] = ()
    ties: tuple[AdoptRow, ...] = ()
    pulls: tuple[PullReport, ...] = ()
    holds: tuple[ConflictReport, ...] = ()
    texts: tuple[HistoryRow, ...] = ()
    exported: Export = field(default_factory=lambda: Export(mirrors=(), lines=iter(())))
    verified: tuple[VerifyReport, ...] = ()
    fault: Exception | None = None
    during: Callable[[Watch | None, Stop | None], None] | None = None
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    opened: list[dict[str, Any]] = field(default_factory=list)
    closed: int = 0

    def open(
        self,
        config: Path | None,
        *,
        env: Mapping[str, str],
        cwd: Path,
        overrides: Mapping[str, object],
        log_level: str | None,
    ) -> "MadeUpApp":
        self.opened.append({"config": config, "cwd": cwd, "log_level": log_level, "env": env, "overrides": overrides})
        return self

    def sync(
        self, names: Sequence[str], options: RunOptions, *, watch: Watch | None = None, stop: Stop | None = None
    ) -> tuple[PassReport, ...]:
        self._note("sync", tuple(names), options)
        if self.during is not None:
            self.during(watch, stop)
        return self.passes

    def plan(self, names: Sequence[str], options: RunOptions) -> tuple[PlanReport | PassReport, ...]:
        self._note("plan", tuple(names), options)
        return self.plans

    def check(self, names: Sequence[str]) -> tuple[CheckReport, ...]:
        self._note("check", tuple(names))
        return self.checks

    def folder(self, name: str) -> str:
        return f"docs-of-{name}"

    def doctor(self, names: Sequence[str]) -> tuple[Checkup, ...]:
        self._note("doctor", tuple(names))
        return self.checkups

    def status(self) -> tuple[MirrorStatus, ...]:
        self._note("status")
        return self.statuses

    def conflicts(self, names: Sequence[str], paths: Sequence[str]) -> tuple[ConflictReport, ...]:
        self._note("conflicts", tuple(names), tuple(paths))
        return self.holds

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
        self._note("resolve", path, mirror, take, page, new, gone, of)
        choice = take or ("new" if new else f"page {page}")
        return ResolveReport(mirror=self.mirrors[0], path=path, choice=choice, code="conflict")

    def adopt(self, paths: Sequence[str], *, mirror: str | None, dry: bool) -> tuple[AdoptRow, ...]:
        self._note("adopt", tuple(paths), mirror, dry)
        return self.ties

    def pull(self, names: Sequence[str], *, branch: str, dry: bool) -> tuple[PullReport, ...]:
        self._note("pull", tuple(names), branch, dry)
        return self.pulls

    def history(self, path: str, *, mirror: str | None) -> tuple[HistoryRow, ...]:
        self._note("history", path, mirror)
        return self.texts

    def restore(self, path: str, number: int, *, mirror: str | None) -> ResolveReport:
        self._note("restore", path, number, mirror)
        return ResolveReport(mirror=self.mirrors[0], path=path, choice=f"text {number}", code="restore")

    def export(self, names: Sequence[str], *, texts: bool) -> Export:
        self._note("export", tuple(names), texts)
        return self.exported

    def take_in(self, lines: Iterable[str], where: str) -> tuple[StateContent, ...]:
        self._note("take_in", tuple(lines), where)
        return self.exported.mirrors

    def verify(self, names: Sequence[str]) -> tuple[VerifyReport, ...]:
        self._note("verify", tuple(names))
        return self.verified

    def close(self) -> None:
        self.closed += 1

    def _note(self, *call: Any) -> None:
        self.asked.append(call)
        if self.fault is not None:
            raise self.fault


@dataclass(frozen=True)
class Told:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Left(BaseException):
    """The process would be gone now."""


@dataclass
class Desk:
    """Runs commands against one App."""

    app: MadeUpApp = field(default_factory=MadeUpApp)
    clock: HandClock = field(default_factory=HandClock)
    env: dict[str, str] = field(default_factory=dict)
    cwd: Path = Path("/nowhere")
    stdin: io.StringIO = field(default_factory=io.StringIO)

    def __call__(self, *words: str, terminal: bool = False) -> Told:
        make = Terminal if terminal else io.StringIO
        out, err = make(), make()
        code = run(words, self.ports(out, err))
        return Told(code, out.getvalue(), err.getvalue())

    def ports(self, out: io.StringIO, err: io.StringIO) -> Ports:
        return Ports(
            env=self.env,
            cwd=self.cwd,
            stdin=self.stdin,
            stdout=out,
            stderr=err,
            clock=lambda: self.clock,
            open_app=self.app.open,
            backends=lambda: registry,
            leave=_leave,
        )


def _leave(code: int) -> NoReturn:
    raise Left(code)
