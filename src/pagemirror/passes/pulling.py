"""`pull`: what people edited on the target, as changes of the files in Git, merged with what Git has since.

Asks the target and changes nothing, neither there nor in the records; who writes the commits is handed them.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pagemirror.backends.interface import Crediting, Session
from pagemirror.executor.observe import is_stale
from pagemirror.executor.stop import Stop
from pagemirror.model.errors import UsageError
from pagemirror.model.fields import BODY, TITLE
from pagemirror.model.ids import PageId, RepoPath, Uid, named
from pagemirror.model.pages import Absence, Absent, Found, Page
from pagemirror.model.records import Record, Standing
from pagemirror.model.reports.edits import Pull, PullRow
from pagemirror.passes.drifting import Drift, check_drift
from pagemirror.passes.fileedits import FileEdits, Left
from pagemirror.passes.gathering import Gathered
from pagemirror.passes.leasing import Leased
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.passes.tools import Tools
from pagemirror.passes.viewing import view_all
from pagemirror.planner.table import remote_change
from pagemirror.planner.views import Present, View
from pagemirror.source import Snapshot
from pagemirror.state.interface import Store

__all__ = ["Edit", "Edits", "find_edits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An edit that can be a commit: the file's new bytes, and when the page was saved (seconds since 1970)."""

    path: RepoPath
    data: bytes
    message: str
    author: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What was found: a row each, by path, and the edits among them that can be commits."""

    rows: tuple[PullRow, ...]
    edits: tuple[Edit, ...]
    requests: int
    warnings: tuple[str, ...] = ()


async def find_edits(
    setup: MirrorSetup,
    snapshot: Snapshot,
    store: Store,
    tools: Tools,
    *,
    dry: bool,
    on_disk: Snapshot | None = None,
) -> Edits:
    """Look at each page that moved, and turn its edit back. `on_disk` are the files that a worktree mirror is made of.

    Unless `dry` no pass of this mirror may run meanwhile.
    """
    if dry:
        return await _found(setup, snapshot, store, tools, on_disk)
    async with Leased(store, setup.name, tools.owner, clock=tools.clock, stop=Stop(), wait=0.0):
        return await _found(setup, snapshot, store, tools, on_disk)


async def _found(setup: MirrorSetup, snapshot: Snapshot, store: Store, tools: Tools, on_disk: Snapshot | None) -> Edits:
    connection = tools.connect(setup, store, tools.clock)
    try:
        drift = await _drift(setup, store, connection.session)
        gathered = _gathered(setup, snapshot, store, tools, drift.seen)
        files = FileEdits(setup, snapshot, store, gathered, on_disk)
        puller = _Puller(setup, snapshot, connection.session, files)
        for uid, found in drift.seen.items():
            if uid in gathered.views:
                await puller.take(gathered.views[uid], found)
    finally:
        await connection.close()
    lacking = f"the target's listing was incomplete ({drift.incomplete}), so an edit may be missing here"
    return Edits(
        rows=tuple(sorted(puller.rows, key=lambda row: row.path)),
        edits=tuple(sorted(puller.edits, key=lambda edit: edit.path)),
        requests=connection.requests,
        warnings=(lacking,) if drift.incomplete else (),
    )


async def _drift(setup: MirrorSetup, store: Store, session: Session) -> Drift:
    """What moved since it was recorded, and what is known to be another text than Git's."""
    state = store.mirror(setup.name)
    pages = store.page_ids(setup.name)
    if state is None or not pages:
        return Drift()
    records = store.records_by_uid(setup.name, pages.values())
    diverged = {uid for uid, record in records.items() if record.diverged and record.standing is Standing.LIVE}
    return await check_drift(
        session,
        setup.backend,
        cursor=state.cursor,
        records={page: records[uid] for page, uid in pages.items() if uid in records},
        suspects=diverged | {hold.uid for hold in store.holds(setup.name)},
    )


def _gathered(
    setup: MirrorSetup, snapshot: Snapshot, store: Store, tools: Tools, seen: Mapping[Uid, Found]
) -> Gathered:
    gathered = view_all(setup, snapshot, store, tools, seen=seen)
    if gathered.situation.other_repository or gathered.situation.other_target:
        what = "repository" if gathered.situation.other_repository else "target"
        raise UsageError(
            f"The records of mirror {setup.name} are of another {what}; nothing was pulled.",
            hint=f"`pagemirror plan {setup.name}` says what differs.",
            code=f"other_{what}",
        )
    return gathered


class _Puller:
    """Takes pages one by one, and notes what becomes of their edits."""

    def __init__(self, setup: MirrorSetup, snapshot: Snapshot, session: Session, files: FileEdits) -> None:
        self._setup = setup
        self._snapshot = snapshot
        self._session = session
        self._files = files
        self.rows: list[PullRow] = []
        self.edits: list[Edit] = []

    async def take(self, view: View, found: Found) -> None:
        """Look at one page that was read."""
        record = view.record
        if record is None or record.standing is not Standing.LIVE or is_stale(record, found):
            return
        if isinstance(found, Absent):
            self._absent(view, record, found)
            return
        if isinstance(view.seen, Present) and view.seen.draft is not None:
            reason = "an unpublished draft waits on the page; it is pulled once it is published there"
            self._leave(view, record, found, Left(outcome=Pull.LEFT, code="draft", reason=reason))
        moved = remote_change(record, view.seen) if isinstance(view.seen, Present) else frozenset()
        if found.tombstone or not (record.diverged or moved & {TITLE, BODY}):
            return
        made = self._files.of(view, record, found)
        if isinstance(made, Left):
            self._leave(view, record, found, made)
        elif made is not None:
            await self._keep(view, record, found, *made)

    def _absent(self, view: View, record: Record, found: Absent) -> None:
        hidden = found.kind is Absence.HIDDEN
        reason = (
            "the page is not visible to this token"
            if hidden
            else f"the page is {found.kind} on the target; pull brings edits, and removes no file"
        )
        code = "hidden" if hidden else "remote_removed"
        self._leave(view, record, found, Left(outcome=Pull.LEFT, code=code, reason=reason))

    async def _keep(self, view: View, record: Record, page: Page, ours: bytes, merged: bytes) -> None:
        path = view.wanted.path if view.wanted is not None else record.path
        author = await self._session.editor(page) if isinstance(self._session, Crediting) else ""
        row = replace(self._row(view, record, page), author=author, diff=_diff(ours, merged, path))
        self.rows.append(row)
        at = page.header.updated or self._snapshot.committed_at
        self.edits.append(Edit(path=path, data=merged, message=_message(row, self._setup), author=author, at=at))

    def _leave(self, view: View, record: Record, found: Found, why: Left) -> None:
        row = self._row(view, record, found)
        self.rows.append(replace(row, outcome=why.outcome, code=why.code, reason=why.reason))

    def _row(self, view: View, record: Record, found: Found) -> PullRow:
        path = view.wanted.path if view.wanted is not None else record.path
        page_id: PageId = found.id
        slug = found.header.slug if isinstance(found, Page) else None
        return PullRow(
            path=shown(path, self._snapshot.root),
            title=found.header.title if isinstance(found, Page) else record.title,
            page_id=page_id,
            url=self._setup.url(page_id, slug=slug) if self._setup.page_url else "",
            outcome=Pull.PULLED,
        )


def _message(row: PullRow, setup: MirrorSetup) -> str:
    where = row.url or f"page {named(row.page_id)}"
    return f"Take in the edit of {row.path}\n\nIt was made on its page: {where}\n\nMirror: {setup.name}\n"


def _diff(before: bytes, after: bytes, path: RepoPath) -> str:
    old, new = (text.decode(errors="replace").splitlines() for text in (before, after))
    return "\n".join(difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm=""))
