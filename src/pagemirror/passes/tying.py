"""`adopt`: which pages of the target are the pages of files that have none, and a person's word on it.

Asks the target, and changes nothing there: the next pass carries out what is noted here.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from pagemirror.executor.outcomes import fresh
from pagemirror.executor.stop import Stop
from pagemirror.model.clock import Clock
from pagemirror.model.errors import UsageError
from pagemirror.model.ids import PageId
from pagemirror.model.records import Choice, Decision, Open
from pagemirror.model.reports.ties import AdoptRow, Tie
from pagemirror.passes.adopting import adopt_equal, find_candidates
from pagemirror.passes.gathering import Gathered
from pagemirror.passes.leasing import Leased
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.passes.tools import Tools
from pagemirror.passes.viewing import view_all
from pagemirror.planner.views import View, Wanted, git_print
from pagemirror.source import Snapshot
from pagemirror.state.interface import Change, PutDecision, PutRecord, Store

__all__ = ["tie"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A document without a page, and what could be it."""

    view: View
    wanted: Wanted
    equal: PageId | None
    others: tuple[PageId, ...]


async def tie(
    setup: MirrorSetup, snapshot: Snapshot, store: Store, tools: Tools, *, paths: Collection[str], dry: bool
) -> tuple[AdoptRow, ...]:
    """Find the pages of documents that have none, and note which are tied unless `dry`; rows by path.

    Without `paths` (relative to the source folder) a page is tied only if it holds the file's text; with them also one
    of another text, if it is the only one of that title.
    """
    if dry:
        rows, _ = await _told(setup, snapshot, store, tools, paths)
        return rows
    async with Leased(store, setup.name, tools.owner, clock=tools.clock, stop=Stop(), wait=0.0) as lease:
        rows, changes = await _told(setup, snapshot, store, tools, paths)
        if changes:
            store.apply(setup.name, changes, epoch=lease.epoch)
    return rows


async def _told(
    setup: MirrorSetup, snapshot: Snapshot, store: Store, tools: Tools, paths: Collection[str]
) -> tuple[tuple[AdoptRow, ...], list[Change]]:
    """What is told, and what is to be noted."""
    gathered = view_all(setup, snapshot, store, tools)
    _check_paths(paths, gathered, snapshot)
    rows: list[AdoptRow] = []
    changes: list[Change] = []
    for one in await _look(setup, store, tools, gathered):
        path = shown(one.wanted.path, snapshot.root)
        if path in paths or (not paths and one.others):
            row = _row(setup, one, path, named=path in paths)
            rows.append(row)
            if row.tie is Tie.TIED and row.page_id is not None:
                changes += _changes(one, row.page_id, tools.clock)
    return tuple(rows), changes


async def _look(setup: MirrorSetup, store: Store, tools: Tools, gathered: Gathered) -> tuple[_Found, ...]:
    """One listing, and a read of each page that has a title of ours."""

    def owned(pages: Iterable[PageId]) -> frozenset[PageId]:
        return frozenset(store.pages_at(setup.key, pages))

    connection = tools.connect(setup, store, tools.clock)
    try:
        candidates = find_candidates(gathered.views, await connection.session.list_headers(), owned)
        if candidates.incomplete:
            raise UsageError(
                f"The target's listing is incomplete ({candidates.incomplete}), so which pages are free can't be told; "
                "nothing was noted.",
                hint="Run it again later.",
                code="listing",
            )
        equal, _ = await adopt_equal(
            gathered.views,
            candidates,
            backend=setup.backend,
            session=connection.session,
            pages=gathered.rendering,
            book=gathered.book,
        )
    finally:
        await connection.close()
    found = (
        _Found(
            view=view,
            wanted=gathered.rendering.render(uid).wanted,
            equal=equal[uid].adopt if uid in equal and equal[uid].equal else None,
            others=tuple(header.id for header in candidates.pages.get(uid, ())),
        )
        for uid, view in gathered.views.items()
        if view.wanted is not None and not view.in_doubt
    )
    return tuple(sorted(found, key=lambda one: one.wanted.path))


def _check_paths(paths: Iterable[str], gathered: Gathered, snapshot: Snapshot) -> None:
    without = {
        shown(view.wanted.path, snapshot.root): view.record is None or view.record.page_id is None
        for view in gathered.views.values()
        if view.wanted is not None
    }
    for path in paths:
        if path not in without:
            raise UsageError(
                f"{path} is no file that is mirrored; nothing was noted.",
                hint="A PATH is relative to source.path, with /: guide/start.md",
                code="unknown_path",
            )
        if not without[path]:
            raise UsageError(
                f"{path} has its page already; nothing was noted.",
                hint="To tie it to another one, set page_id in its front matter.",
                code="has_page",
            )


def _row(setup: MirrorSetup, one: _Found, path: str, *, named: bool) -> AdoptRow:
    page_id = one.equal or (one.others[0] if len(one.others) == 1 else None)
    if page_id is None:
        told = Tie.SEVERAL if one.others else Tie.NONE
    else:
        told = Tie.TIED if one.equal is not None or named else Tie.DIFFERS
    return AdoptRow(
        mirror=setup.name,
        path=path,
        title=one.wanted.title,
        tie=told,
        equal=one.equal is not None,
        page_id=page_id,
        candidates=one.others,
    )


def _changes(one: _Found, page_id: PageId, clock: Clock) -> tuple[Change, ...]:
    """The decision; a document that no record knows gets one, so that it stays the same document."""
    uid = one.view.uid
    decision = Decision(uid=uid, choice=Choice.PAGE, basis=f"{git_print(one.wanted)}:", at=clock.now(), page_id=page_id)
    if one.view.record is not None:
        return (PutDecision(decision=decision),)
    return PutRecord(record=replace(fresh(one.wanted), open=Open.DEFERRED)), PutDecision(decision=decision)
