"""The application: what each command does, as values in and reports out. Prints nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pagemirror import config, source
from pagemirror.assembly import Assembly, OnExchange
from pagemirror.backends import registry
from pagemirror.executor.stop import Stop
from pagemirror.mirrors import Mirrors
from pagemirror.model.clock import Clock
from pagemirror.model.errors import PagemirrorError, UsageError
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import PassReport
from pagemirror.model.reports.runs import PlanReport, Progress, RunOptions
from pagemirror.passes.setup import MirrorSetup
from pagemirror.syncing import Watch, broken, sync
from pagemirror.transport.clock import SystemClock

if TYPE_CHECKING:  # each command makes the classes of its own reports only
    from pagemirror.model.listing import PageQuery, PageRows, PageStory
    from pagemirror.model.reports.checks import CheckReport, Checkup
    from pagemirror.model.reports.contents import Export, StateContent, VerifyReport
    from pagemirror.model.reports.edits import PullReport
    from pagemirror.model.reports.holds import ConflictReport, HistoryRow, ResolveReport
    from pagemirror.model.reports.standings import MirrorStatus
    from pagemirror.model.reports.ties import AdoptRow
    from pagemirror.state.interface import PassRow, Store

__all__ = ["App"]


def _unwatched(_: Progress) -> None:
    """Nobody looks."""


class App:
    """All mirrors of one config. What concerns one mirror is in its report; what concerns all is raised."""

    def __init__(
        self,
        loaded: config.Loaded,
        env: Mapping[str, str],
        clock: Clock | None = None,
        *,
        on_exchange: OnExchange | None = None,
    ) -> None:
        clock = clock if clock is not None else SystemClock()
        self._mirrors = Mirrors(loaded, Assembly(loaded, env, clock, on_exchange=on_exchange), clock)

    @classmethod
    def open(
        cls,
        path: Path | None,
        *,
        env: Mapping[str, str],
        cwd: Path,
        overrides: Mapping[str, object] | None = None,
        log_level: str | None = None,
        clock: Clock | None = None,
    ) -> App:
        """Load the config; raises ConfigError with all that is wrong in it."""
        given = dict(overrides or {})
        if log_level is not None:
            given["log.level"] = log_level
        loaded = config.load(
            path,
            env=env,
            cwd=cwd,
            overrides=given,
            backend_settings=registry.backend,
            backend_names=registry.names,
        )
        return cls(loaded, env, clock)

    @property
    def loaded(self) -> config.Loaded:
        """The settings with their origins."""
        return self._mirrors.loaded

    @property
    def mirrors(self) -> tuple[MirrorName, ...]:
        """The configured mirrors, in the config's order."""
        return self._mirrors.names

    @property
    def log(self) -> config.LogSettings:
        """What the config says of logs."""
        return self.loaded.settings.log

    def begin(self) -> None:
        """Open the state for writing; raises StateError where that can't be done."""
        self._mirrors.open()

    def close(self) -> None:
        """Give the state back."""
        self._mirrors.close()

    # --------------------------------------------------------------- commands

    def sync(
        self, names: Sequence[str], options: RunOptions, *, watch: Watch | None = None, stop: Stop | None = None
    ) -> tuple[PassReport, ...]:
        """One pass of each mirror, one after the other."""
        stop = stop or Stop()
        reports: list[PassReport] = []
        for name in self._mirrors.chosen(names):
            if stop.asked and reports:
                break
            reports.append(sync(self._mirrors, name, options, watch=watch or _unwatched, stop=stop))
        return tuple(reports)

    def plan(self, names: Sequence[str], options: RunOptions) -> tuple[PlanReport | PassReport, ...]:
        """What a sync of each mirror would do."""
        from pagemirror.passes.planning import make_report  # noqa: PLC0415 - only a plan needs it

        reports: list[PlanReport | PassReport] = []
        for name in self._mirrors.chosen(names):
            started = self._mirrors.clock.monotonic()
            try:
                store = self._mirrors.open(readonly=not options.drift)
                setup = self._mirrors.setup(name, options, token=self._asks_target(store, name, options))
                report = make_report(setup, self._mirrors.look(setup), store, self._mirrors.tools(), options)
                reports.append(self._mirrors.with_cautions(report))
            except PagemirrorError as error:
                reports.append(broken(self._mirrors, name, error, started))
        return tuple(reports)

    def check(self, names: Sequence[str]) -> tuple[CheckReport, ...]:
        """What is wrong in each mirror's folder; asks neither a network nor the state."""
        from pagemirror.passes import checking  # noqa: PLC0415 - not on the way of a sync

        reports: list[CheckReport] = []
        for name in self._mirrors.chosen(names):
            started = self._mirrors.clock.monotonic()
            try:
                setup = self._mirrors.setup(name, token=False)
                if setup.source.remote is not None:
                    raise _needs_network(name)
                report = checking.check(setup, source.open_snapshot(setup.source), self.mirrors)
            except PagemirrorError as error:
                report = checking.unchecked(name, error)
            reports.append(replace(report, seconds=self._mirrors.clock.monotonic() - started))
        return tuple(reports)

    def folder(self, name: str) -> str:
        """A mirror's source folder from the repository's top: as the last pass knew it, else as configured."""
        return self._mirrors.root(self._mirrors.setup(MirrorName(name), token=False), self._mirrors.opened)

    def status(self) -> tuple[MirrorStatus, ...]:
        """How each mirror stands, also those that are only in the state."""
        from pagemirror.passes import standing  # noqa: PLC0415 - not on the way of a sync

        store, now = self._mirrors.open(readonly=True), self._mirrors.clock.now()
        rows = []
        for name in self.mirrors:
            setup = self._mirrors.setup(name, token=False)
            rows.append(standing.configured(store, setup.name, setup.key, setup.limits, now=now))
        known = {row.name for row in rows} | {mirror.was for mirror in self.loaded.settings.mirrors.values()}
        rows += [standing.forgotten(store, row) for row in store.mirrors() if row.name not in known]
        return tuple(rows)

    def doctor(self, names: Sequence[str]) -> tuple[Checkup, ...]:
        """Whether each named mirror, or all, could run: looks at everything that a pass needs, and changes nothing."""
        from pagemirror.model.reports.checks import Checkup, Verdict  # noqa: PLC0415 - not on the way of a sync
        from pagemirror.passes import diagnosing  # noqa: PLC0415 - the same

        chosen = self._mirrors.chosen(names)
        where = self.loaded.path or "environment variables"
        state = diagnosing.look("", "state", self._mirrors.assembly.look_at_state)
        found = [
            Checkup(mirror="", name="config", message=f"{where}; mirrors: {', '.join(self.mirrors)}"),
            diagnosing.look("", "git", source.git_version),
            state,
        ]
        if state.verdict is Verdict.PROBLEM:
            return tuple(found)
        store = self._mirrors.open(readonly=True)
        for name in chosen:
            setup, token = self._mirrors.setup(name, token=False), ""
            try:
                setup = self._mirrors.setup(name)
                token = " ".join(("is there, and has the right form.", *self._mirrors.cautions()))
                said = Checkup(mirror=name, name="token", message=token)
            except PagemirrorError as error:
                said = diagnosing.failed(name, "token", error)
            self._mirrors.cautions()
            here = partial(source.open_snapshot, setup.source)
            found += [*diagnosing.mirror_checkups(setup, store, here, now=self._mirrors.clock.now()), said]
            found += diagnosing.target_checkups(setup, store, self._mirrors.tools() if token else None)
        return tuple(found)

    def conflicts(self, names: Sequence[str], paths: Sequence[str]) -> tuple[ConflictReport, ...]:
        """What waits for a person."""
        from pagemirror.passes import deciding  # noqa: PLC0415 - not on the way of a sync

        store = self._mirrors.open(readonly=True)
        reports: list[ConflictReport] = []
        for name in self._mirrors.chosen(names):
            setup = self._mirrors.setup(name, token=False)
            reports += deciding.conflicts(setup, store, self._mirrors.root(setup, store), paths)
        return tuple(reports)

    def resolve(
        self,
        path: str,
        *,
        mirror: str | None,
        take: str | None,
        page: str | None,
        new: bool,
        gone: bool | None = None,
        of: str | None = None,
    ) -> ResolveReport:
        """Note a person's decision; the next pass carries it out.

        `gone`: about a file that was there, or that is; `of`: about the one whose page this is.
        """
        from pagemirror.model.records import Choice  # noqa: PLC0415 - not on the way of a sync
        from pagemirror.passes import deciding  # noqa: PLC0415 - the same

        choice = Choice.PAGE if page is not None else Choice.NEW if new else Choice(take or "git")
        store = self._mirrors.open()
        setup = self._mirrors.setup(self._mirrors.that_has(path, mirror, held=True), token=False)
        return deciding.resolve(
            setup,
            store,
            self._mirrors.root(setup, store),
            path,
            choice=choice,
            page=page,
            now=self._mirrors.clock.now(),
            gone=gone,
            of=of,
        )

    def adopt(self, paths: Sequence[str], *, mirror: str | None, dry: bool) -> tuple[AdoptRow, ...]:
        """Note which pages of the target are those of files that have none; the next pass ties them."""
        import asyncio  # noqa: PLC0415 - most commands ask no target

        from pagemirror.passes.tying import tie  # noqa: PLC0415 - not on the way of a sync

        if paths and mirror is None and len(self.mirrors) > 1:
            raise UsageError(
                f"{paths[0]} could mean several mirrors: {', '.join(self.mirrors)}; nothing was noted.",
                hint="Name one with --mirror.",
                code="ambiguous_path",
            )
        rows: list[AdoptRow] = []
        for name in self._mirrors.chosen((mirror,) if mirror is not None else ()):
            setup = self._mirrors.setup(name)
            store, tools = self._mirrors.open(readonly=dry), self._mirrors.tools()
            rows += asyncio.run(tie(setup, self._mirrors.look(setup), store, tools, paths=paths, dry=dry))
        return tuple(rows)

    def pull(self, names: Sequence[str], *, branch: str, dry: bool) -> tuple[PullReport, ...]:
        """People's edits on the targets as commits on a branch; only told with `dry`."""
        import asyncio  # noqa: PLC0415 - most commands ask no target

        from pagemirror.passes.branching import Pulled, put_branches  # noqa: PLC0415 - not on the way of a sync
        from pagemirror.passes.pulling import find_edits  # noqa: PLC0415 - the same

        found: list[Pulled] = []
        for name in self._mirrors.chosen(names):
            setup = self._mirrors.setup(name)
            snapshot = source.open_commits(setup.source)
            on_disk = source.open_snapshot(setup.source) if setup.source.ref == source.WORKTREE else None
            self._mirrors.add_cautions(snapshot.notes)
            store, tools = self._mirrors.open(readonly=dry), self._mirrors.tools()
            edits = asyncio.run(find_edits(setup, snapshot, store, tools, dry=dry, on_disk=on_disk))
            found.append(Pulled(mirror=name, snapshot=snapshot, edits=edits, cautions=self._mirrors.cautions()))
        return put_branches(found, branch, dry=dry)

    def history(self, path: str, *, mirror: str | None) -> tuple[HistoryRow, ...]:
        """The kept texts of a path."""
        from pagemirror.passes import deciding  # noqa: PLC0415 - not on the way of a sync

        store = self._mirrors.open(readonly=True)
        names = (MirrorName(mirror),) if mirror else self.mirrors
        rows: list[HistoryRow] = []
        known = False
        for name in self._mirrors.chosen(names):
            setup = self._mirrors.setup(name, token=False)
            root = self._mirrors.root(setup, store)
            rows += deciding.history(setup, store, root, path)
            known = known or deciding.find_record(setup, store, root, path) is not None
        if not rows and not known:
            raise UsageError(
                f"No page of {path} is known in {'mirror' if len(names) == 1 else 'the mirrors'} {', '.join(names)}, "
                "so there is no text to show.",
                hint="A PATH is relative to source.path, with /: guide/start.md. A new file has its page after a sync.",
                code="unknown_path",
            )
        return tuple(rows)

    def restore(self, path: str, number: int, *, mirror: str | None) -> ResolveReport:
        """Note that a kept text is to be put back."""
        from pagemirror.passes import deciding  # noqa: PLC0415 - not on the way of a sync

        store = self._mirrors.open()
        setup = self._mirrors.setup(self._mirrors.that_has(path, mirror, held=False), token=False)
        return deciding.restore(
            setup, store, self._mirrors.root(setup, store), path, number, now=self._mirrors.clock.now()
        )

    def export(self, names: Sequence[str], *, texts: bool) -> Export:
        """The records of these mirrors, or of all that the state knows, as lines."""
        from pagemirror.passes import transferring  # noqa: PLC0415 - not on the way of a sync

        return transferring.export(self._mirrors.open(readonly=True), names, self.mirrors, texts=texts)

    def take_in(self, lines: Iterable[str], where: str) -> tuple[StateContent, ...]:
        """Put an export into the state, which must have nothing of its mirrors."""
        from pagemirror.passes import transferring  # noqa: PLC0415 - not on the way of a sync

        return transferring.take_in(self._mirrors.open(), lines, where, now=self._mirrors.clock.now())

    def verify(self, names: Sequence[str]) -> tuple[VerifyReport, ...]:
        """The records of each named mirror, or of all, against the target; changes nothing."""
        from pagemirror.passes.verifying import verify  # noqa: PLC0415 - not on the way of a sync

        store, tools = self._mirrors.open(readonly=True), self._mirrors.tools()
        setups = [self._mirrors.setup(name) for name in self._mirrors.chosen(names)]
        return tuple(verify(setup, store, tools, self._mirrors.root(setup, store)) for setup in setups)

    def page_list(self, name: str, query: PageQuery) -> PageRows:
        """A screenful of a mirror's pages."""
        from pagemirror.passes import showing  # noqa: PLC0415 - not on the way of a sync

        store, setup = self._mirrors.open(readonly=True), self._shown(name)
        return showing.page_list(setup, store, self._mirrors.root(setup, store), query)

    def page_story(self, name: str, path: str) -> PageStory | None:
        """All that is known of the page at a path; None where nothing is."""
        from pagemirror.passes import showing  # noqa: PLC0415 - not on the way of a sync

        store, setup = self._mirrors.open(readonly=True), self._shown(name)
        return showing.page_story(setup, store, self._mirrors.root(setup, store), path)

    def last_passes(self, name: str, limit: int) -> tuple[PassRow, ...]:
        """The last passes of a mirror, newest first."""
        return self._mirrors.open(readonly=True).passes(self._mirrors.chosen((name,))[0], limit)

    def _shown(self, name: str) -> MirrorSetup:
        return self._mirrors.setup(self._mirrors.chosen((name,))[0], token=False)

    def source_of(self, name: MirrorName) -> source.SourceSettings:
        """Where a mirror's files are. Secrets that are not at hand are left out."""
        return self._mirrors.setup(name, token=False).source

    def _asks_target(self, store: Store, name: MirrorName, options: RunOptions) -> bool:
        """Whether a plan needs the token: from the records alone it needs none."""
        state = store.mirror(name)
        return options.drift or (not options.assume_empty and (state is None or not state.listed_at))


def _needs_network(name: MirrorName) -> UsageError:
    return UsageError(
        f"The source of mirror {name} is a URL, and a check asks no network; its folder was not checked.",
        hint=f"Run it in a clone of that repository, with PAGEMIRROR_MIRRORS__{name.upper()}__SOURCE__REPO=. set.",
        code="source_url",
    )
