"""A whole mirror for tests: a real repository, a config file, a sandbox over real HTTP, and passes in this process."""

import json
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pagemirror.app import App
from pagemirror.executor.stop import Stop
from pagemirror.model.plans import PassReport, StepResult
from pagemirror.model.reports.edits import PullReport
from pagemirror.model.reports.holds import ConflictReport, HistoryRow, ResolveReport
from pagemirror.model.reports.runs import PlanReport, RunOptions
from pagemirror.model.reports.ties import AdoptRow
from pagemirror.sandbox.process import SandboxProcess
from support.gitrepo import GitRepo
from support.targets import BACKENDS
from support.warm import WarmChild, start_warm

__all__ = ["Mirror", "SkewedClock", "ended", "many"]

NAME = "handbook"
TOKEN_NAME = "SANDBOX_TOKEN"
READING = frozenset(f"/api/pages/{name}" for name in ("info", "recent", "trash", "sidebar-pages", "history"))
"""Calls of an API in which everything is a POST that change nothing."""

LISTINGS = frozenset({"/knowledge-hub/pages", "/new-page", "/v1/pages", "/api/pages/recent"})


@dataclass(slots=True)
class SkewedClock:
    """The system's clock, put forward by hand; it sleeps for real."""

    ahead: float = 0.0

    def now(self) -> float:
        return time.time() + self.ahead

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    async def sleep(self, seconds: float) -> None:
        import asyncio  # noqa: PLC0415 - the product's own clock does the same

        await asyncio.sleep(seconds)


def many(count: int, *, folder: str = "", word: str = "Page") -> dict[str, str | bytes]:
    """Plain files, each with a text of its own."""
    prefix, text = f"{folder}/" if folder else "", "Text" if word == "Page" else f"{word} text"
    return {f"{prefix}p{n:03}.md": f"# {word} {n}\n\n{text} {n}.\n" for n in range(count)}


def ended(report: PassReport) -> Counter[str]:
    """How many steps ended how: `create done`, `update held conflict`, …"""
    words = ((step.step.action, step.outcome, step.code or "") for step in report.steps)
    return Counter(" ".join(word for word in row if word) for row in words)


class Mirror:
    """A repository with a `docs` folder, mirrored to one API of a sandbox.

    Paths are relative to the source folder, as people name them.
    """

    def __init__(self, folder: Path, box: SandboxProcess, api: str) -> None:
        self.folder = folder
        self.box = box
        self.api = api
        self.repo = GitRepo.init(folder / "repo")
        self.root = "docs"
        self.clock = SkewedClock()
        self.source: dict[str, Any] = {"repo": "repo", "path": self.root}
        self.target: dict[str, Any] = {}
        self.rules: dict[str, Any] = {}
        self.token = box.api(api).token
        self.configure()

    # ------------------------------------------------------------------ config

    @property
    def config(self) -> Path:
        """The config file."""
        return self.folder / "pagemirror.toml"

    @property
    def state(self) -> Path:
        """The state's database."""
        return self.folder / ".pagemirror" / "state.db"

    @property
    def env(self) -> dict[str, str]:
        """The environment of a run: nothing but the token and a path to Git."""
        import os  # noqa: PLC0415

        kept = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, TOKEN_NAME: self.token}

    def configure(
        self,
        rules: Mapping[str, Any] | None = None,
        *,
        source: Mapping[str, Any] | None = None,
        target: Mapping[str, Any] | None = None,
    ) -> None:
        """Write the config file with these settings beside those set before."""
        self.rules |= rules or {}
        self.source |= source or {}
        self.target |= target or {}
        access = self.box.api(self.api)
        web = "https://git.example.com/acme/blob/{ref}/{path}"
        tables = {
            "source": {"web_url": web, "raw_url": web.replace("blob", "raw"), **self.source},
            "target": {
                "backend": BACKENDS.get(self.api, self.api),
                "base_url": access.base_url,
                "token": f"env:{TOKEN_NAME}",
                "page_url": access.page_url,
                "requests_per_minute": 0,
                "requests_per_day": 0,
                "settle": "0.2s",
                **access.settings,
                **self.target,
            },
            "sync": self.rules,
        }
        lines = []
        for table, values in tables.items():
            lines.append(f"[mirrors.{NAME}.{table}]")
            lines += [f"{key} = {_toml(value)}" for key, value in values.items()]
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")

    # --------------------------------------------------------------------- Git

    def write(self, path: str, content: str | bytes) -> None:
        """Write a file without committing it."""
        self.repo.write(f"{self.root}/{path}", content)

    def read(self, path: str) -> str:
        """A file's text."""
        return (self.repo.path / self.root / path).read_text(encoding="utf-8")

    def commit(self, files: Mapping[str, str | bytes] | None = None) -> str:
        """Write the files and commit all that moved."""
        for path, content in (files or {}).items():
            self.write(path, content)
        return self.repo.commit()

    def rename(self, old: str, new: str) -> None:
        """Rename a file or folder without committing it."""
        self.repo.rename(f"{self.root}/{old}", f"{self.root}/{new}")

    def remove(self, *paths: str) -> None:
        """Remove files without committing it."""
        for path in paths:
            self.repo.remove(f"{self.root}/{path}")

    # ------------------------------------------------------------------ passes

    def open(self, *, sealed: bool = False) -> App:
        """The program, with this config."""
        kind = SealedApp if sealed else App
        return kind.open(self.config, env=self.env, cwd=self.folder, clock=self.clock)

    def sync(self, *, stop: Stop | None = None, sealed: bool = False, **options: Any) -> PassReport:
        """One pass; `sealed` with a target on which every call is an error."""
        app = self.open(sealed=sealed)
        try:
            (report,) = app.sync([], RunOptions(**options), stop=stop)
        finally:
            app.close()
        return report

    def done(self, **options: Any) -> PassReport:
        """One pass that must end well."""
        report = self.sync(**options)
        assert report.result == "ok", (report.error, ended(report), report.guards, report.warnings)
        return report

    def quiet(self) -> None:
        """A pass that must have nothing to do and ask nothing."""
        before = self.requests()
        report = self.done()
        assert (report.requests, ended(report), self.requests()) == (0, Counter(), before)

    def start(self, *words: str) -> WarmChild:
        """`pagemirror` as a process, with this config."""
        return start_warm(["--config", str(self.config), *words], cwd=self.folder, env=self.env)

    def plan(self, **options: Any) -> PlanReport:
        """What a pass would do."""
        app = self.open()
        try:
            (report,) = app.plan([], RunOptions(**options))
        finally:
            app.close()
        assert isinstance(report, PlanReport), report
        return report

    def conflicts(self) -> dict[str, ConflictReport]:
        """What waits for a person, by path."""
        app = self.open()
        try:
            return {report.path: report for report in app.conflicts([], [])}
        finally:
            app.close()

    def resolve(
        self,
        path: str,
        take: str | None = None,
        *,
        page: str | None = None,
        new: bool = False,
        gone: bool | None = None,
        of: str | None = None,
    ) -> ResolveReport:
        """Note a decision."""
        app = self.open()
        try:
            return app.resolve(path, mirror=None, take=take, page=page, new=new, gone=gone, of=of)
        finally:
            app.close()

    def adopt(self, *paths: str, dry: bool = False) -> dict[str, AdoptRow]:
        """Tie pages that are there to files, by path."""
        app = self.open()
        try:
            return {row.path: row for row in app.adopt(paths, mirror=None, dry=dry)}
        finally:
            app.close()

    def pull(self, branch: str = "pagemirror/edits", *, dry: bool = False) -> PullReport:
        """People's edits as commits on a branch."""
        app = self.open()
        try:
            (report,) = app.pull([], branch=branch, dry=dry)
        finally:
            app.close()
        return report

    def history(self, path: str) -> tuple[HistoryRow, ...]:
        """The kept texts of a path, newest first."""
        app = self.open()
        try:
            return app.history(path, mirror=None)
        finally:
            app.close()

    def restore(self, path: str, number: int) -> ResolveReport:
        """Ask for a kept text to be put back."""
        app = self.open()
        try:
            return app.restore(path, number, mirror=None)
        finally:
            app.close()

    def lose_state(self) -> None:
        """Remove all records."""
        for name in ("state.db", "state.db-wal", "state.db-shm"):
            (self.state.parent / name).unlink(missing_ok=True)

    # ------------------------------------------------------------------ target

    def pages(self) -> dict[str, dict[str, Any]]:
        """The live pages by title; a test with two pages of one title counts them by `titles`."""
        return {page["title"]: page for page in self._live()}

    def titles(self) -> list[str]:
        """The titles of the live pages, sorted; equal ones stand there twice."""
        return sorted(page["title"] for page in self._live())

    def bodies(self) -> dict[str, str]:
        """The live pages' texts by title."""
        return {page["title"]: page["content"] for page in self._live()}

    def ids(self) -> dict[str, str]:
        """The live pages' ids by title."""
        return {page["title"]: page["id"] for page in self._live()}

    def _live(self) -> list[dict[str, Any]]:
        """Pages that a reader finds: neither archived nor a tombstone."""
        rows = self.box.pages(self.api)
        return [row for row in rows if not row["archived"] and not row["title"].startswith("[Archived]")]

    def url(self, title: str) -> str:
        """Where a reader opens a page."""
        template = self.target.get("page_url", self.box.api(self.api).page_url)
        return str(template).replace("{id}", self.ids()[title])

    def requests(self) -> int:
        """How many requests the API has seen."""
        return self.box.requests(self.api)

    def writes(self, since: int = 0) -> Counter[str]:
        """The requests that change something, by method."""
        log = self.box.log(self.api, since=since)
        return Counter(row["method"] for row in log if row["method"] != "GET" and row["template"] not in READING)

    def person_edits(self, page: str, **values: Any) -> None:
        """A person edits a page, some seconds after all that happened before."""
        self.box.advance(5)
        self.box.edit(self.api, self.ids()[page], **values)

    def person_removes(self, title: str) -> None:
        """A person archives or deletes a page."""
        self.box.advance(5)
        self.box.archive(self.api, self.ids()[title])

    def last_step(self, report: PassReport, path: str) -> StepResult:
        """A pass's step for a path."""
        return next(step for step in report.steps if step.step.path == path)


class SealedApp(App):
    """The program in front of a target on which every call is an error."""

    def _connect(self, *_: object) -> Any:
        return SealedConnection()


class SealedSession:
    """Every method raises."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was called, and nothing was to be asked of the target")


class SealedConnection:
    """An open target with nothing behind it."""

    session = SealedSession()
    requests = 0

    def recovery(self) -> AbstractContextManager[None]:
        return nullcontext()

    async def close(self) -> None:
        return


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
