"""The application: what each command does, as values in and reports out. Prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from pagemirror import config, source
from pagemirror.assembly import Assembly, OnExchange
from pagemirror.backends import registry
from pagemirror.executor.stop import Stop
from pagemirror.model.clock import Clock
from pagemirror.model.errors import PagemirrorError, SourceError, UsageError
from pagemirror.model.ids import MirrorName, RepoPath
from pagemirror.model.plans import PassReport
from pagemirror.model.reports.runs import PlanReport, Progress, RunOptions
from pagemirror.passes.setup import MirrorSetup
from pagemirror.source import Snapshot
from pagemirror.state.glance import glance
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

_PRUNE_EVERY: Final = 86_400.0
"""Seconds between two clearings of the state of texts that nothing names any more."""

Watch = Callable[[Progress], None]
_Report = TypeVar("_Report", bound=PassReport | PlanReport)


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
        self._loaded = loaded
        self._store: Store | None = None
        self._clock = clock if clock is not None else SystemClock()
        self._assembly = Assembly(loaded, env, self._clock, on_exchange=on_exchange)

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
        return self._loaded

    @property
    def mirrors(self) -> tuple[MirrorName, ...]:
        """The configured mirrors, in the config's order."""
        return tuple(MirrorName(name) for name in self._loaded.settings.mirrors)

    @property
    def log(self) -> config.LogSettings:
        """What the config says of logs."""
        return self._loaded.settings.log

    def begin(self) -> None:
        """Open the state for writing; raises StateError where that can't be done."""
        self._open()

    def close(self) -> None:
        """Give the state back."""
        if self._store is not None:
            self._store.close()
            self._store = None

    # --------------------------------------------------------------- commands

    def sync(
        self, names: Sequence[str], options: RunOptions, *, watch: Watch | None = None, stop: Stop | None = None
    ) -> tuple[PassReport, ...]:
        """One pass of each mirror, one after the other."""
        stop = stop or Stop()
        reports: list[PassReport] = []
        for name in self._chosen(names):
            if stop.asked and reports:
                break
            reports.append(self._sync(name, options, watch or _unwatched, stop))
        return tuple(reports)

    def plan(self, names: Sequence[str], options: RunOptions) -> tuple[PlanReport | PassReport, ...]:
        """What a sync of each mirror would do."""
        from pagemirror.passes.planning import make_report  # noqa: PLC0415 - only a plan needs it

        reports: list[PlanReport | PassReport] = []
        for name in self._chosen(names):
            started = self._clock.monotonic()
            try:
                store = self._open(readonly=not options.drift)
                setup = self._assembly.setup(name, options, token=self._asks_target(store, name, options))
                snapshot = self._look(setup)
                reports.append(
                    self._with_cautions(make_report(setup, snapshot, store, self._assembly.tools(), options))
                )
            except PagemirrorError as error:
                reports.append(self._broken(name, error, started))
        return tuple(reports)

    def check(self, names: Sequence[str]) -> tuple[CheckReport, ...]:
        """What is wrong in each mirror's folder; asks neither a network nor the state."""
        from pagemirror.passes import checking  # noqa: PLC0415 - not on the way of a sync

        reports: list[CheckReport] = []
        for name in self._chosen(names):
            started = self._clock.monotonic()
            try:
                setup = self._assembly.setup(name, RunOptions(), token=False)
                if setup.source.remote is not None:
                    raise _needs_network(name)
                report = checking.check(setup, source.open_snapshot(setup.source), self.mirrors)
            except PagemirrorError as error:
                report = checking.unchecked(name, error)
            reports.append(replace(report, seconds=self._clock.monotonic() - started))
        return tuple(reports)

    def folder(self, name: str) -> str:
        """A mirror's source folder from the repository's top: as the last pass knew it, else as configured."""
        setup = self._assembly.setup(MirrorName(name), RunOptions(), token=False)
        return self._root(setup, self._store) if self._store is not None else setup.source.path.strip("./")

    def status(self) -> tuple[MirrorStatus, ...]:
        """How each mirror stands, also those that are only in the state."""
        from pagemirror.passes import standing  # noqa: PLC0415 - not on the way of a sync

        store, now = self._open(readonly=True), self._clock.now()
        rows = []
        for name in self.mirrors:
            setup = self._assembly.setup(name, RunOptions(), token=False)
            rows.append(standing.configured(store, setup.name, setup.key, setup.limits, now=now))
        known = {row.name for row in rows} | {mirror.was for mirror in self._loaded.settings.mirrors.values()}
        rows += [standing.forgotten(store, row) for row in store.mirrors() if row.name not in known]
        return tuple(rows)

    def doctor(self, names: Sequence[str]) -> tuple[Checkup, ...]:
        """Whether each named mirror, or all, could run: looks at everything that a pass needs, and changes nothing."""
        from pagemirror.model.reports.checks import Checkup, Verdict  # noqa: PLC0415 - not on the way of a sync
        from pagemirror.passes import diagnosing  # noqa: PLC0415 - the same

        chosen = self._chosen(names)
        where = self._loaded.path or "environment variables"
        state = diagnosing.look("", "state", self._assembly.look_at_state)
        found = [
            Checkup(mirror="", name="config", message=f"{where}; mirrors: {', '.join(self.mirrors)}"),
            diagnosing.look("", "git", source.git_version),
            state,
        ]
        if state.verdict is Verdict.PROBLEM:
            return tuple(found)
        store = self._open(readonly=True)
        for name in chosen:
            setup, token = self._assembly.setup(name, RunOptions(), token=False), ""
            try:
                setup = self._assembly.setup(name, RunOptions())
                token = " ".join(("is there, and has the right form.", *self._assembly.cautions))
                said = Checkup(mirror=name, name="token", message=token)
            except PagemirrorError as error:
                said = diagnosing.failed(name, "token", error)
            self._assembly.cautions.clear()
            here = partial(source.open_snapshot, setup.source)
            found += [*diagnosing.mirror_checkups(setup, store, here, now=self._clock.now()), said]
            found += diagnosing.target_checkups(setup, store, self._assembly.tools() if token else None)
        return tuple(found)

    def conflicts(self, names: Sequence[str], paths: Sequence[str]) -> tuple[ConflictReport, ...]:
        """What waits for a person."""
        from pagemirror.passes import deciding  # noqa: PLC0415 - not on the way of a sync

        store = self._open(readonly=True)
        reports: list[ConflictReport] = []
        for name in self._chosen(names):
            setup = self._assembly.setup(name, RunOptions(), token=False)
            reports += deciding.conflicts(setup, store, self._root(setup, store), paths)
        return tuple(reports)

    def resolve(self, path: str, *, mirror: str | None, take: str | None, page: str | None, new: bool) -> ResolveReport:
        """Note a person's decision; the next pass carries it out."""
        from pagemirror.model.records import Choice  # noqa: PLC0415 - not on the way of a sync
        from pagemirror.passes import deciding  # noqa: PLC0415 - the same

        choice = Choice.PAGE if page is not None else Choice.NEW if new else Choice(take or "git")
        store = self._open()
        setup = self._assembly.setup(self._mirror_of(path, mirror, held=True), RunOptions(), token=False)
        return deciding.resolve(
            setup, store, self._root(setup, store), path, choice=choice, page=page, now=self._clock.now()
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
        for name in self._chosen((mirror,) if mirror is not None else ()):
            setup = self._assembly.setup(name, RunOptions())
            store, tools = self._open(readonly=dry), self._assembly.tools()
            rows += asyncio.run(tie(setup, self._look(setup), store, tools, paths=paths, dry=dry))
        return tuple(rows)

    def pull(self, names: Sequence[str], *, branch: str, dry: bool) -> tuple[PullReport, ...]:
        """People's edits on the targets as commits on a branch; only told with `dry`."""
        import asyncio  # noqa: PLC0415 - most commands ask no target

        from pagemirror.passes.branching import Pulled, put_branches  # noqa: PLC0415 - not on the way of a sync
        from pagemirror.passes.pulling import find_edits  # noqa: PLC0415 - the same

        found: list[Pulled] = []
        for name in self._chosen(names):
            setup = self._assembly.setup(name, RunOptions())
            snapshot = source.open_commits(setup.source)
            on_disk = source.open_snapshot(setup.source) if setup.source.ref == source.WORKTREE else None
            self._assembly.cautions.extend(snapshot.notes)
            store, tools = self._open(readonly=dry), self._assembly.tools()
            edits = asyncio.run(find_edits(setup, snapshot, store, tools, dry=dry, on_disk=on_disk))
            cautions = tuple(self._assembly.cautions)
            self._assembly.cautions.clear()
            found.append(Pulled(mirror=name, snapshot=snapshot, edits=edits, cautions=cautions))
        return put_branches(found, branch, dry=dry)

    def history(self, path: str, *, mirror: str | None) -> tuple[HistoryRow, ...]:
        """The kept texts of a path."""
        from pagemirror.passes import deciding  # noqa: PLC0415 - not on the way of a sync

        store = self._open(readonly=True)
        names = (MirrorName(mirror),) if mirror else self.mirrors
        rows: list[HistoryRow] = []
        known = False
        for name in self._chosen(names):
            setup = self._assembly.setup(name, RunOptions(), token=False)
            root = self._root(setup, store)
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

        store = self._open()
        setup = self._assembly.setup(self._mirror_of(path, mirror, held=False), RunOptions(), token=False)
        return deciding.restore(setup, store, self._root(setup, store), path, number, now=self._clock.now())

    def export(self, names: Sequence[str], *, texts: bool) -> Export:
        """The records of these mirrors, or of all that the state knows, as lines."""
        from pagemirror.passes import transferring  # noqa: PLC0415 - not on the way of a sync

        return transferring.export(self._open(readonly=True), names, self.mirrors, texts=texts)

    def take_in(self, lines: Iterable[str], where: str) -> tuple[StateContent, ...]:
        """Put an export into the state, which must have nothing of its mirrors."""
        from pagemirror.passes import transferring  # noqa: PLC0415 - not on the way of a sync

        return transferring.take_in(self._open(), lines, where, now=self._clock.now())

    def verify(self, names: Sequence[str]) -> tuple[VerifyReport, ...]:
        """The records of each named mirror, or of all, against the target; changes nothing."""
        from pagemirror.passes.verifying import verify  # noqa: PLC0415 - not on the way of a sync

        store, tools = self._open(readonly=True), self._assembly.tools()
        setups = [self._assembly.setup(name, RunOptions()) for name in self._chosen(names)]
        return tuple(verify(setup, store, tools, self._root(setup, store)) for setup in setups)

    def page_list(self, name: str, query: PageQuery) -> PageRows:
        """A screenful of a mirror's pages."""
        from pagemirror.passes import showing  # noqa: PLC0415 - not on the way of a sync

        store, setup = self._open(readonly=True), self._shown(name)
        return showing.page_list(setup, store, self._root(setup, store), query)

    def page_story(self, name: str, path: str) -> PageStory | None:
        """All that is known of the page at a path; None where nothing is."""
        from pagemirror.passes import showing  # noqa: PLC0415 - not on the way of a sync

        store, setup = self._open(readonly=True), self._shown(name)
        return showing.page_story(setup, store, self._root(setup, store), path)

    def last_passes(self, name: str, limit: int) -> tuple[PassRow, ...]:
        """The last passes of a mirror, newest first."""
        return self._open(readonly=True).passes(self._chosen((name,))[0], limit)

    def _shown(self, name: str) -> MirrorSetup:
        return self._assembly.setup(self._chosen((name,))[0], RunOptions(), token=False)

    def source_of(self, name: MirrorName) -> source.SourceSettings:
        """Where a mirror's files are. Secrets that are not at hand are left out."""
        return self._assembly.setup(name, RunOptions(), token=False).source

    # ------------------------------------------------------------------- sync

    def _sync(self, name: MirrorName, options: RunOptions, watch: Watch, stop: Stop) -> PassReport:
        started = self._clock.monotonic()
        try:
            self._rename(name)
            setup = self._assembly.setup(name, options)
            snapshot = self._look(setup)
            if options.steady and (under_way := snapshot.in_progress()):
                raise _in_motion(under_way)
            quick = self._glance(setup, snapshot, options, started)
            if quick is not None:
                snapshot.remember()
                return self._with_cautions(replace(quick, committed_at=_committed_at(snapshot)))
            from pagemirror.passes.sync import run_pass  # noqa: PLC0415 - a pass with nothing to do needs none of it

            store = self._open()
            self._mind_forgotten(store, setup, snapshot)
            report = run_pass(setup, snapshot, store, self._assembly.tools(), options, stop=stop, watch=watch)
            keep = self._loaded.settings.state.keep.total_seconds()
            store.prune(now=self._clock.now(), keep=keep, every=_PRUNE_EVERY)
            recorded = store.mirror(name)
            if recorded is not None and recorded.tree == snapshot.tree:
                snapshot.remember()
        except PagemirrorError as error:
            return self._broken(name, error, started)
        return self._with_cautions(replace(report, committed_at=_committed_at(snapshot)))

    def _mind_forgotten(self, store: Store, setup: MirrorSetup, snapshot: Snapshot) -> None:
        """Name the mirrors that are only in the state; refuse one that is this mirror under its former name."""
        configured = self._loaded.settings.mirrors
        named = {*configured, *(mirror.was for mirror in configured.values())}
        for row in store.mirrors():
            if row.name in named:
                continue
            same = row.target == setup.key and row.folder == snapshot.root and bool(row.root)
            if same and snapshot.verify_root(row.root) and not store.counts(setup.name).records:
                raise UsageError(
                    f"The state holds the pages of this folder on this target under the name {row.name}, which is no "
                    f"longer configured; {setup.name} has none. Nothing was sent, as each page would be made twice.",
                    hint=f'If {row.name} was renamed, set was = "{row.name}" in [mirrors.{setup.name}].',
                    code="renamed",
                )
            self._assembly.cautions.append(
                f"the state holds records of the mirror {row.name}, which is not configured; its pages are left alone"
            )

    def _with_cautions(self, report: _Report) -> _Report:
        """The report with what a person should hear of secrets and source."""
        said = tuple(self._assembly.cautions)
        self._assembly.cautions.clear()
        return replace(report, warnings=(*said, *report.warnings)) if said else report

    def _look(self, setup: MirrorSetup) -> Snapshot:
        """The source as it is now."""
        snapshot = source.open_snapshot(setup.source)
        self._assembly.cautions.extend(snapshot.notes)
        return snapshot

    def _glance(self, setup: MirrorSetup, snapshot: Snapshot, options: RunOptions, started: float) -> PassReport | None:
        """The report of a pass with nothing to do, without opening the state; None if there may be something."""
        from pagemirror.passes.quiet import input_key, is_quiet, quiet_report  # noqa: PLC0415

        seen = glance(self._loaded.settings.state.url, setup.name)
        if seen is None:
            return None
        state, counts = seen
        key, token = input_key(setup, snapshot), setup.token_print
        if counts.held or counts.failed or not is_quiet(state, counts, key, options, token=token):
            return None
        return quiet_report(setup, snapshot, counts, (), self._clock.monotonic() - started)

    def _broken(self, name: MirrorName, error: PagemirrorError, started: float) -> PassReport:
        from pagemirror.passes.reporting import broken  # noqa: PLC0415 - only where something is wrong

        return broken(name, None, error, seconds=self._clock.monotonic() - started)

    def _rename(self, name: MirrorName) -> None:
        """Move the records of a mirror that had another name."""
        was = self._loaded.settings.mirrors[name].was
        if was:
            self._open().rename_mirror(MirrorName(was), name)

    def _asks_target(self, store: Store, name: MirrorName, options: RunOptions) -> bool:
        """Whether a plan needs the token: from the records alone it needs none."""
        state = store.mirror(name)
        return options.drift or (not options.assume_empty and (state is None or not state.listed_at))

    # ------------------------------------------------------------------ wiring

    def _chosen(self, names: Sequence[str]) -> tuple[MirrorName, ...]:
        for name in names:
            if name not in self._loaded.settings.mirrors:
                raise _unknown_mirror(name, self.mirrors)
        return tuple(MirrorName(name) for name in names) or self.mirrors

    def _open(self, *, readonly: bool = False) -> Store:
        if self._store is None:
            self._store = self._assembly.store(readonly=readonly)
        return self._store

    def _root(self, setup: MirrorSetup, store: Store) -> RepoPath:
        """The source folder from the repository's root, as the last pass knew it."""
        state = store.mirror(setup.name)
        if state is not None:
            return RepoPath(state.folder)
        return RepoPath(setup.source.path.strip("./"))

    def _mirror_of(self, path: str, mirror: str | None, *, held: bool) -> MirrorName:
        from pagemirror.passes import deciding  # noqa: PLC0415 - not on the way of a sync

        if mirror is not None:
            return self._chosen((mirror,))[0]
        store = self._open()
        if len(self.mirrors) == 1:
            return self.mirrors[0]
        found = []
        for name in self.mirrors:
            setup = self._assembly.setup(name, RunOptions(), token=False)
            root = self._root(setup, store)
            there = (
                any(report.path == path for report in deciding.conflicts(setup, store, root, (path,)))
                if held
                else deciding.find_record(setup, store, root, path) is not None
            )
            if there:
                found.append(name)
        return deciding.only_one(found, path)


def _committed_at(snapshot: Snapshot) -> float:
    return snapshot.committed_at if snapshot.commit is not None else 0.0


def _in_motion(under_way: str) -> SourceError:
    return SourceError(
        f"Git is in the middle of {under_way} in the work tree, so the files on disk were not read.",
        hint="Finish or abort it; the next pass begins when that is done.",
        code="in_progress",
    )


def _needs_network(name: MirrorName) -> UsageError:
    return UsageError(
        f"The source of mirror {name} is a URL, and a check asks no network; its folder was not checked.",
        hint=f"Run it in a clone of that repository, with PAGEMIRROR_MIRRORS__{name.upper()}__SOURCE__REPO=. set.",
        code="source_url",
    )


def _unknown_mirror(name: str, known: Sequence[str]) -> UsageError:
    import difflib  # noqa: PLC0415 - only where something is wrong

    near = difflib.get_close_matches(name, known, n=1)
    return UsageError(
        f"There is no mirror {name} in the config.",
        hint=f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}.",
        code="unknown_mirror",
    )
