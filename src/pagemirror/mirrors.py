"""The configured mirrors and their state, as every command needs them: names, setups, sources, what to hear of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pagemirror import config, source
from pagemirror.assembly import Assembly
from pagemirror.model.clock import Clock
from pagemirror.model.errors import UsageError
from pagemirror.model.ids import MirrorName, RepoPath
from pagemirror.model.plans import PassReport
from pagemirror.model.reports.runs import PlanReport, RunOptions
from pagemirror.passes.setup import MirrorSetup
from pagemirror.source import Snapshot

if TYPE_CHECKING:
    from pagemirror.passes.tools import Tools
    from pagemirror.state.interface import Store

__all__ = ["Mirrors"]

_Report = TypeVar("_Report", bound=PassReport | PlanReport)
_AS_CONFIGURED = RunOptions()


class Mirrors:
    """All mirrors of one config, over one state that is opened when it is first asked for."""

    def __init__(self, loaded: config.Loaded, assembly: Assembly, clock: Clock) -> None:
        self.loaded = loaded
        self.clock = clock
        self.assembly = assembly
        self._store: Store | None = None

    @property
    def names(self) -> tuple[MirrorName, ...]:
        """The configured mirrors, in the config's order."""
        return tuple(MirrorName(name) for name in self.loaded.settings.mirrors)

    def chosen(self, names: Sequence[str]) -> tuple[MirrorName, ...]:
        """The named mirrors, each once, or all; raises UsageError where one is not configured."""
        for name in names:
            if name not in self.loaded.settings.mirrors:
                raise _unknown_mirror(name, self.names)
        return tuple(MirrorName(name) for name in dict.fromkeys(names)) or self.names

    # ------------------------------------------------------------------- state

    def open(self, *, readonly: bool = False) -> Store:
        """The state; raises StateError where it can't be used so."""
        if self._store is None:
            self._store = self.assembly.store(readonly=readonly)
        return self._store

    @property
    def opened(self) -> Store | None:
        """The state, if it is open."""
        return self._store

    def close(self) -> None:
        """Give the state back."""
        if self._store is not None:
            self._store.close()
            self._store = None

    # -------------------------------------------------------------- one mirror

    def setup(self, name: MirrorName, options: RunOptions = _AS_CONFIGURED, *, token: bool = True) -> MirrorSetup:
        """A mirror, ready to run; without `token` its secret may be missing, as nothing is to be sent."""
        return self.assembly.setup(name, options, token=token)

    def tools(self) -> Tools:
        """Time, ids and connections for a pass."""
        return self.assembly.tools()

    def look(self, setup: MirrorSetup) -> Snapshot:
        """The source as it is now."""
        snapshot = source.open_snapshot(setup.source)
        self.add_cautions(snapshot.notes)
        return snapshot

    def root(self, setup: MirrorSetup, store: Store | None) -> RepoPath:
        """The source folder from the repository's root: as the last pass knew it, else as configured."""
        state = store.mirror(setup.name) if store is not None else None
        return RepoPath(state.folder if state is not None else setup.source.path.strip("./"))

    def that_has(self, path: str, mirror: str | None, *, held: bool) -> MirrorName:
        """The mirror that a path is of: the named one, or the only one with a page there (`held`: one that waits)."""
        from pagemirror.passes import deciding  # noqa: PLC0415 - not on the way of a sync

        if mirror is not None:
            return self.chosen((mirror,))[0]
        store = self.open()
        if len(self.names) == 1:
            return self.names[0]
        found = []
        for name in self.names:
            setup = self.setup(name, token=False)
            root = self.root(setup, store)
            there = (
                any(report.path == path for report in deciding.conflicts(setup, store, root, (path,)))
                if held
                else deciding.find_record(setup, store, root, path) is not None
            )
            if there:
                found.append(name)
        if held and not found:
            raise UsageError(
                f"Nothing is held for {path} in the mirrors {', '.join(self.names)}; nothing was noted.",
                hint="`pagemirror conflicts` shows what is held.",
                code="not_held",
            )
        return deciding.only_one(found, path)

    # ---------------------------------------------------------------- cautions

    def add_cautions(self, words: Iterable[str]) -> None:
        """Note what a person should hear."""
        self.assembly.cautions.extend(words)

    def cautions(self) -> tuple[str, ...]:
        """What a person should hear of secrets and source since this was last asked."""
        said = tuple(self.assembly.cautions)
        self.assembly.cautions.clear()
        return said

    def with_cautions(self, report: _Report) -> _Report:
        """The report with these before its own warnings."""
        said = self.cautions()
        return replace(report, warnings=(*said, *report.warnings)) if said else report


def _unknown_mirror(name: str, known: Sequence[str]) -> UsageError:
    import difflib  # noqa: PLC0415 - only where something is wrong

    near = difflib.get_close_matches(name, known, n=1)
    return UsageError(
        f"There is no mirror {name} in the config.",
        hint=f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}.",
        code="unknown_mirror",
    )
