"""`pull`: what people edited on the target, as changes of the files in Git, merged with what Git has since.

Asks the target and changes nothing, neither there nor in the records; who writes the commits is handed them.
"""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pagemirror.backends.interface import Crediting, Session
from pagemirror.executor.observe import is_stale
from pagemirror.executor.reverting import older_is_back
from pagemirror.executor.stop import Stop
from pagemirror.model.documents import Document
from pagemirror.model.errors import SourceError, UsageError
from pagemirror.model.fields import BODY, TITLE
from pagemirror.model.ids import BlobId, PageId, RepoPath, Uid
from pagemirror.model.pages import Absence, Absent, Found, Page
from pagemirror.model.records import Record, Standing
from pagemirror.model.reports.edits import Pull, PullRow
from pagemirror.passes.drifting import Drift, check_drift
from pagemirror.passes.gathering import Gathered, gather
from pagemirror.passes.leasing import Leased
from pagemirror.passes.linking import TOKEN
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.passes.tools import Tools
from pagemirror.passes.turning import Turner, merged_file, raw_of, relative
from pagemirror.planner.table import remote_change
from pagemirror.planner.views import Present, View
from pagemirror.source import Snapshot
from pagemirror.state.interface import Store

__all__ = ["Edit", "Edits", "find_edits"]

_CONFLICT: Final = (
    "Git changed the same lines; look with `pagemirror conflicts {path}` after a sync, decide with `pagemirror resolve`"
)
_NO_BASE: Final = "the text that was sent, or the file's text at that time, is no longer there to compare with"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    """Why an edit is not pulled."""

    outcome: Pull
    code: str
    reason: str


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
        puller = _Puller(setup, snapshot, store, gathered, connection.session, on_disk)
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
    gathered = gather(
        setup=setup,
        snapshot=snapshot,
        store=store,
        state=store.mirror(setup.name),
        counts=store.counts(setup.name),
        mint=tools.uid,
        now=tools.clock.now(),
        seen=seen,
        in_doubt={intent.uid: intent for intent in store.intents(setup.name)},
        whole=True,
    )
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

    def __init__(
        self,
        setup: MirrorSetup,
        snapshot: Snapshot,
        store: Store,
        gathered: Gathered,
        session: Session,
        on_disk: Snapshot | None,
    ) -> None:
        self._setup = setup
        self._snapshot = snapshot
        self._store = store
        self._gathered = gathered
        self._session = session
        self._on_disk = on_disk
        self._turner = Turner(backend=setup.backend, mirror=setup.name, root=snapshot.root, banner=setup.banner)
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
            self._leave(view, record, found, _Left(outcome=Pull.LEFT, code="draft", reason=reason))
        moved = remote_change(record, view.seen) if isinstance(view.seen, Present) else frozenset()
        if found.tombstone or not (record.diverged or moved & {TITLE, BODY}):
            return
        made = self._turned(view, record, found)
        if isinstance(made, _Left):
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
        self._leave(view, record, found, _Left(outcome=Pull.LEFT, code=code, reason=reason))

    # ------------------------------------------------------------------ texts

    def _turned(self, view: View, record: Record, page: Page) -> tuple[bytes, bytes] | _Left | None:
        """The file as Git has it and as it shall be; None where Git has all that the page says."""
        wanted = view.wanted
        if wanted is None:
            code, told = ("removed", "the file is gone from Git")
            if view.unreadable is not None:
                code, told = view.unreadable.code, view.unreadable.told
            return _Left(outcome=Pull.LEFT, code=code, reason=f"{told}; the edit stays on the page")
        if wanted.path.endswith("/"):
            return _Left(outcome=Pull.LEFT, code="section", reason="a section page is made of no file")
        plain = self._setup.backend.to_markdown(page.fields)
        if isinstance(view.seen, Present) and view.seen.reverted and older_is_back(record.last_write, plain):
            return _Left(
                outcome=Pull.LEFT, code="reverted", reason="the target's editor put an older text back; nobody wrote it"
            )
        base, ours = self._bytes(record.blob), self._bytes(wanted.blob)
        text = self._store.text(record.text) if record.text is not None else None
        if base is None or ours is None or text is None:
            return _Left(outcome=Pull.LEFT, code="no_base", reason=_NO_BASE)
        theirs = self._theirs(record, page, base, self._sent(record, text), wanted.path)
        if isinstance(theirs, _Left):
            return theirs
        merged = merged_file(base, ours, theirs)
        if merged is None:
            said = _CONFLICT.format(path=shown(wanted.path, self._snapshot.root))
            return _Left(outcome=Pull.HELD, code="conflict", reason=said)
        if merged == ours:
            return None
        if self._dirty(wanted.path, ours):
            reason = "the file has uncommitted changes; commit them and pull again"
            return _Left(outcome=Pull.LEFT, code="uncommitted", reason=reason)
        return ours, merged

    def _sent(self, record: Record, text: str) -> str:
        """The body that people started from: where the page isn't diverged, as the server gave it back."""
        if record.diverged or record.server_text is None:
            return text
        return self._store.text(record.server_text) or text

    def _theirs(self, record: Record, page: Page, base: bytes, sent: str, path: RepoPath) -> bytes | _Left:
        """The file at the record's blob with the page's edits in it."""
        document = self._turner.read(base, path)
        if not isinstance(document, Document):
            return _Left(outcome=Pull.LEFT, code="no_base", reason=_NO_BASE)
        now = str(page.fields.get(BODY) or "") if page.body_known else sent
        made = self._turner.with_text(base, document, sent=sent, now=now, links=self._links(document))
        title = self._title(record, page)
        if title is None:
            reason = "the page's title no longer begins with those above it, so its own part can't be told"
            return _Left(outcome=Pull.LEFT, code="title", reason=reason)
        if title == record.title:
            return made
        retitled = self._turner.with_title(made, path, title)
        if retitled is None:
            return _Left(outcome=Pull.LEFT, code="title", reason=f"the title {title!r} can't be written into the file")
        return retitled

    def _title(self, record: Record, page: Page) -> str | None:
        """The page's own title now, without those above it where the target shows them; None where that is unclear."""
        sent, now = str(record.values.get(TITLE) or record.title), str(page.fields.get(TITLE) or "").strip()
        if now == sent.strip() or not now:
            return record.title
        if not sent.endswith(record.title):
            return None
        above = sent.removesuffix(record.title)
        return now.removeprefix(above) if now.startswith(above) else None

    def _links(self, document: Document) -> Callable[[str], str | None]:
        """The way from a destination on the page to the one that the file has, or would have."""
        rendering, page = self._gathered.rendering, document.path
        raws = raw_of(document, rendering.meant)

        def back(url: str) -> str | None:
            token = rendering.token(url, page)
            if token is None or token in raws:
                return raws.get(token or "")
            return self._written(token, page)

        return back

    def _written(self, token: str, page: RepoPath) -> str | None:
        """A destination that the file does not have yet, relative to it."""
        name = token.removeprefix(TOKEN)
        at = min((place for place in (name.find("#"), name.find("?")) if place >= 0), default=len(name))
        name, suffix = name[:at], name[at:]
        if name == "self":
            return suffix or "#"
        if name.startswith("file/"):
            return relative(RepoPath(name.removeprefix("file/")), suffix, page)
        view = self._gathered.views.get(Uid(name.removeprefix("/")))
        if view is None or view.wanted is None or view.wanted.path.endswith("/"):
            return None
        return suffix if suffix and view.wanted.path == page else relative(view.wanted.path, suffix, page)

    def _bytes(self, blob: BlobId) -> bytes | None:
        try:
            return next((data for _, data in self._snapshot.read([blob])), None)
        except SourceError:
            return None  # told as an edit without a base

    def _dirty(self, path: RepoPath, ours: bytes) -> bool:
        """Whether the file on disk is another one than the commit's; its line ends are Git's affair."""
        if self._on_disk is None:
            return False
        there = self._on_disk.texts((path,)).get(path)
        return there is None or there.replace(b"\r\n", b"\n") != ours.replace(b"\r\n", b"\n")

    # ------------------------------------------------------------------- rows

    async def _keep(self, view: View, record: Record, page: Page, ours: bytes, merged: bytes) -> None:
        path = view.wanted.path if view.wanted is not None else record.path
        author = await self._session.editor(page) if isinstance(self._session, Crediting) else ""
        row = replace(self._row(view, record, page), author=author, diff=_diff(ours, merged, path))
        self.rows.append(row)
        at = page.header.updated or self._snapshot.committed_at
        self.edits.append(Edit(path=path, data=merged, message=_message(row, self._setup), author=author, at=at))

    def _leave(self, view: View, record: Record, found: Found, why: _Left) -> None:
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
    where = row.url or f"page {row.page_id}"
    return f"Take in the edit of {row.path}\n\nIt was made on its page: {where}\n\nMirror: {setup.name}\n"


def _diff(before: bytes, after: bytes, path: RepoPath) -> str:
    old, new = (text.decode(errors="replace").splitlines() for text in (before, after))
    return "\n".join(difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm=""))
