"""One `sync` of one mirror: the least that is needed when there is nothing to do, a pass when there may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pagemirror.executor.stop import Stop
from pagemirror.mirrors import Mirrors
from pagemirror.model.errors import PagemirrorError, SourceError, UsageError
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import PassReport
from pagemirror.model.reports.runs import Progress, RunOptions
from pagemirror.passes.setup import MirrorSetup
from pagemirror.source import Snapshot
from pagemirror.state.glance import glance

if TYPE_CHECKING:
    from pagemirror.state.interface import Store

__all__ = ["Watch", "broken", "sync"]

_PRUNE_EVERY: Final = 86_400.0
"""Seconds between two clearings of the state of texts that nothing names any more."""

Watch = Callable[[Progress], None]


def sync(mirrors: Mirrors, name: MirrorName, options: RunOptions, *, watch: Watch, stop: Stop) -> PassReport:
    """Bring a mirror's target where its source is; what goes wrong is in the report."""
    started = mirrors.clock.monotonic()
    try:
        _rename(mirrors, name)
        setup = mirrors.setup(name, options)
        snapshot = mirrors.look(setup)
        if options.steady and (under_way := snapshot.in_progress()):
            raise _in_motion(under_way)
        report = _glance(mirrors, setup, snapshot, options, started)
        if report is not None:
            snapshot.remember()
        else:
            report = _pass(mirrors, setup, snapshot, options, watch=watch, stop=stop)
    except PagemirrorError as error:
        return broken(mirrors, name, error, started)
    committed_at = snapshot.committed_at if snapshot.commit is not None else 0.0
    return mirrors.with_cautions(replace(report, committed_at=committed_at))


def broken(mirrors: Mirrors, name: MirrorName, error: PagemirrorError, started: float) -> PassReport:
    """The report of a pass that could not be made; `started` by the monotonic clock."""
    from pagemirror.passes import reporting  # noqa: PLC0415 - only where something is wrong

    return reporting.broken(name, None, error, seconds=mirrors.clock.monotonic() - started)


def _pass(
    mirrors: Mirrors, setup: MirrorSetup, snapshot: Snapshot, options: RunOptions, *, watch: Watch, stop: Stop
) -> PassReport:
    from pagemirror.passes.sync import run_pass  # noqa: PLC0415 - a pass with nothing to do needs none of it

    store = mirrors.open()
    _mind_forgotten(mirrors, store, setup, snapshot)
    report = run_pass(setup, snapshot, store, mirrors.tools(), options, stop=stop, watch=watch)
    keep = mirrors.loaded.settings.state.keep.total_seconds()
    store.prune(now=mirrors.clock.now(), keep=keep, every=_PRUNE_EVERY)
    recorded = store.mirror(setup.name)
    if recorded is not None and recorded.tree == snapshot.tree:
        snapshot.remember()
    return report


def _glance(
    mirrors: Mirrors, setup: MirrorSetup, snapshot: Snapshot, options: RunOptions, started: float
) -> PassReport | None:
    """The report of a pass with nothing to do, without opening the state; None if there may be something."""
    from pagemirror.passes.quiet import input_key, is_quiet, quiet_report  # noqa: PLC0415

    seen = glance(mirrors.loaded.settings.state.url, setup.name)
    if seen is None:
        return None
    state, counts = seen
    key, token = input_key(setup, snapshot), setup.token_print
    if counts.held or counts.failed or not is_quiet(state, counts, key, options, token=token):
        return None
    return quiet_report(setup, snapshot, counts, (), mirrors.clock.monotonic() - started)


def _rename(mirrors: Mirrors, name: MirrorName) -> None:
    """Move the records of a mirror that had another name."""
    was = mirrors.loaded.settings.mirrors[name].was
    if was:
        mirrors.open().rename_mirror(MirrorName(was), name)


def _mind_forgotten(mirrors: Mirrors, store: Store, setup: MirrorSetup, snapshot: Snapshot) -> None:
    """Name the mirrors that are only in the state; refuse one that is this mirror under its former name."""
    configured = mirrors.loaded.settings.mirrors
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
        mirrors.add_cautions(
            (f"the state holds records of the mirror {row.name}, which is not configured; its pages are left alone",)
        )


def _in_motion(under_way: str) -> SourceError:
    return SourceError(
        f"Git is in the middle of {under_way} in the work tree, so the files on disk were not read.",
        hint="Finish or abort it; the next pass begins when that is done.",
        code="in_progress",
    )
