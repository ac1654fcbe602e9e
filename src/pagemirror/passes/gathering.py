"""From a snapshot and the state to the planner's views. Asks no target."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pagemirror import source
from pagemirror.content import ancestors, parents
from pagemirror.executor.observe import see
from pagemirror.model.documents import Document, Finding, Unreadable
from pagemirror.model.fields import BODY
from pagemirror.model.ids import PageId, RepoPath, Uid, named
from pagemirror.model.pages import Absent, Found, Tree
from pagemirror.model.records import Decision, Hold, Intent, IntentKind, Record, Standing
from pagemirror.passes.book import Book
from pagemirror.passes.booking import make_book, make_linker
from pagemirror.passes.reader import Reader
from pagemirror.passes.reading import Reading
from pagemirror.passes.rendering import Rendering
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.planner.views import UNSEEN, Situation, View, Wanted
from pagemirror.source import Snapshot
from pagemirror.state.interface import Store
from pagemirror.state.standing import Counts, MirrorState

__all__ = ["GUARD_CODES", "Gathered", "gather", "named_parent"]

GUARD_CODES = frozenset(
    {"max_removals", "max_rerender", "rewind", "other_repository", "other_target", "plan_changed", "plan_digest"}
)
"""Holds that no decision lifts; they are judged anew in each pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything a plan is made from.

    `parent` is the document above one, None where the target's tree isn't parents. `over` are holds of documents that
    are no more, under the uids they had.
    """

    views: Mapping[Uid, View]
    situation: Situation
    rendering: Rendering
    book: Book
    findings: tuple[Finding, ...]
    seen: Mapping[Uid, Found]
    reading: Reading
    parent: Callable[[RepoPath], Uid | None] | None
    over: tuple[Uid, ...] = ()

    def git_body(self, view: View) -> str | None:
        """The body as Git gives it, rendered; None where the file is gone or can't be read."""
        return str(self.rendering.render(view.uid).fields.get(BODY) or "") if view.wanted is not None else None

    def cautions(self, uids: Iterable[Uid]) -> Iterator[tuple[RepoPath, str]]:
        """What people should know of pages that are not sent: what their files ask for and no update can do."""
        for uid in uids:
            rendered = self.rendering.render(uid)
            yield from ((rendered.wanted.path, said) for said in rendered.warnings)

    def remote_body(self, view: View) -> str | None:
        """The body as the page has it, or a person's draft; None where nobody looked in this pass."""
        found = self.seen.get(view.uid)
        page = found.page if isinstance(found, Absent) else found
        if page is None:
            return None
        return page.draft.body if page.draft is not None else str(page.fields.get(BODY) or "")


def gather(
    *,
    setup: MirrorSetup,
    snapshot: Snapshot,
    store: Store,
    state: MirrorState | None,
    counts: Counts,
    mint: Callable[[], Uid],
    now: float,
    seen: Mapping[Uid, Found],
    in_doubt: Mapping[Uid, Intent],
    whole: bool = False,
) -> Gathered:
    """Make the views of one pass. `seen` are pages that were read already; `in_doubt` are creates still unknown."""
    decisions = store.decisions(setup.name)
    reader = Reader(
        setup=setup,
        snapshot=snapshot,
        store=store,
        state=state,
        mint=mint,
        doubts=in_doubt,
        decisions=decisions,
    )
    reading = reader.read(seen, whole=whole)
    book = make_book(reading, setup, store)
    holds = {hold.uid: hold for hold in store.holds(setup.name) if hold.code not in GUARD_CODES}
    parent = _parent(setup, reading, snapshot.root)
    rendering = Rendering(
        setup=setup,
        snapshot=snapshot,
        library=reading.library,
        linker=make_linker(reading, setup, snapshot, store, book, state.root if state is not None else ""),
        book=book,
        paths={uid: path for path, uid in reading.uids.items()},
        records=reading.records,
        ancestors=_ancestors(setup, reading),
        parent=parent,
        texts=store.text,
        gone=(hold.uid for hold in holds.values() if hold.code == "remote_removed"),
    )
    viewer = _Viewer(setup, snapshot, store, reading, rendering, seen, in_doubt, holds, decisions)
    views = {view.uid: view for view in viewer.views()}
    situation = _situation(setup, snapshot, state, counts, reading, views, now)
    return Gathered(
        views=views,
        situation=situation,
        rendering=rendering,
        book=book,
        findings=tuple(reading.findings),
        seen=seen,
        reading=reading,
        parent=parent,
        over=_over([uid for uid in holds if uid not in views], reading, snapshot),
    )


def _over(left: list[Uid], reading: Reading, snapshot: Snapshot) -> tuple[Uid, ...]:
    """Of the holds without a view those that are over; where a part was read, those of removed pages without a file."""
    if reading.whole:
        return tuple(left)
    records = [reading.records[uid] for uid in left if uid in reading.records]
    away = {record.uid: record.path for record in records if record.standing is Standing.REMOVED}
    there = snapshot.exists(away.values()) if away else {}
    return tuple(uid for uid, path in away.items() if path not in there)


@dataclass(frozen=True, slots=True)
class _Viewer:
    """Puts what is known of each page together."""

    setup: MirrorSetup
    snapshot: Snapshot
    store: Store
    reading: Reading
    rendering: Rendering
    seen: Mapping[Uid, Found]
    doubts: Mapping[Uid, Intent]
    holds: Mapping[Uid, Hold]
    decisions: Mapping[Uid, Decision]

    def views(self) -> Iterator[View]:
        """Documents, files that can't be read, and records whose file is gone."""
        reading = self.reading
        owners = self._page_owners()
        paths = sorted(reading.documents)
        for path in paths:
            uid = reading.uids[path]
            slim = reading.library.slim(path)
            if isinstance(slim, Document) and not self._is_known(uid):
                yield self._document(path, self.rendering.new(uid, slim), owners)
        for path, item in reading.library.each(path for path in paths if self._is_known(reading.uids[path])):
            if isinstance(item, Document):
                yield self._document(path, self.rendering.rendered(reading.uids[path], item).wanted, owners)
        for path, item in sorted(reading.parsed.items()):
            if isinstance(item, Unreadable):
                yield self._view(reading.uids[path], path, unreadable=item)
        yield from self._gone()

    def _is_known(self, uid: Uid) -> bool:
        """Whether there is something that a document's fingerprints are compared with; else its text isn't needed."""
        return uid in self.reading.records or uid in self.holds or uid in self.decisions

    def _document(self, path: RepoPath, wanted: Wanted, owners: Mapping[PageId, Uid | None]) -> View:
        reading, uid = self.reading, wanted.uid
        record = reading.records.get(uid)
        if wanted.page_id is not None and owners.get(wanted.page_id, uid) != uid:
            taken = f"the page named by page_id {named(wanted.page_id)} belongs to another file already"
            wanted = replace(wanted, problem=("duplicate_id", taken))
        doubt = self.doubts.get(uid)
        return self._view(
            uid,
            path,
            wanted=wanted,
            adopt=wanted.page_id if record is None or record.page_id is None else None,
            ambiguous=reading.matches.ambiguous.get(path, ()),
            duplicate=reading.matches.duplicates.get(path, ()),
            in_doubt=doubt is not None and doubt.kind is IntentKind.CREATE,
        )

    def _gone(self) -> Iterator[View]:
        reading = self.reading
        there = set(reading.uids.values())
        candidates = {record.uid: record for record in reading.matches.unmatched} | reading.quiet
        gone = [
            record
            for uid, record in sorted(candidates.items())
            if uid not in there and record.standing is Standing.LIVE
        ]
        exists = self.snapshot.exists(record.path for record in gone) if gone else {}
        for record in gone:
            taken = record.path in reading.left_out or record.path in reading.parsed
            section = record.path.endswith("/") and not self.setup.section_pages
            outside = (section or exists.get(record.path) == "file") and not taken
            yield self._view(record.uid, record.path, outside=outside)

    def _view(self, uid: Uid, path: RepoPath, **more: Any) -> View:
        record = self.reading.records.get(uid)
        found = self.seen.get(uid)
        return View(
            uid=uid,
            record=record,
            seen=UNSEEN if found is None else see(self.setup.backend, record, found),
            hold=self.holds.get(uid),
            decision=self.decisions.get(uid),
            protected=self.setup.protected(shown(path, self.snapshot.root)),
            **more,
        )

    def _page_owners(self) -> dict[PageId, Uid | None]:
        """Whose pages those are that front matters name; None where another mirror has them."""
        documents = self.reading.documents.values()
        named = [item.front.page_id for item in documents if item.front.page_id is not None]
        owners = self.store.pages_at(self.setup.key, named) if named else {}
        return {page: uid if mirror == self.setup.name else None for page, (mirror, uid) in owners.items()}


def _ancestors(setup: MirrorSetup, reading: Reading) -> Callable[[RepoPath], tuple[str, ...]]:
    """The titles above a document, where the target shows them."""
    if setup.backend.tree(setup.target) not in {Tree.TITLE, Tree.PARENTS}:
        return lambda _: ()
    documents = reading.documents
    above = parents({path: item.place for path, item in documents.items()})
    titles = {path: item.title for path, item in documents.items()}
    return lambda path: ancestors(path, above, titles)


def _parent(setup: MirrorSetup, reading: Reading, root: RepoPath) -> Callable[[RepoPath], Uid | None] | None:
    """The document above one, where the target's tree is parents; None where a page's place isn't ours."""
    if setup.backend.tree(setup.target) is not Tree.PARENTS:
        return None
    documents = reading.documents
    chosen = {
        path: named
        for path, item in documents.items()
        if item.front.parent is not None and (named := named_parent(item.front.parent, root, documents)) is not None
    }
    above = parents({path: item.place for path, item in documents.items()}, chosen=chosen)

    def parent(path: RepoPath) -> Uid | None:
        """The nearest one that is mirrored: what stands below a page that was let go goes up."""
        found = above.get(path)
        seen = {path}
        while found is not None and found not in seen:
            record = reading.records.get(reading.uids[found])
            if record is None or record.standing is not Standing.LEFT:
                return reading.uids[found]
            seen.add(found)
            found = above.get(found)
        return None

    return parent


def named_parent(name: str, root: RepoPath, documents: Mapping[RepoPath, Document]) -> RepoPath | None:
    """The document that a front matter's `parent` names: by its path from the source folder, or by its title."""
    path = RepoPath(f"{root}/{name.lstrip('/')}" if root else name.lstrip("/"))
    if path in documents:
        return path
    titled = [path for path, item in sorted(documents.items()) if item.title == name]
    return titled[0] if len(titled) == 1 else None


def _situation(
    setup: MirrorSetup,
    snapshot: Snapshot,
    state: MirrorState | None,
    counts: Counts,
    reading: Reading,
    views: Mapping[Uid, View],
    now: float,
) -> Situation:
    """What is true of the pass as a whole."""
    known = state is not None and counts.records > 0
    in_views = [view.record for view in views.values() if view.record is not None and _is_page(view.record)]
    diverged = sum(1 for record in in_views if record.diverged)
    last = state.commit if state is not None else None
    return Situation(
        now=now,
        pages=counts.pages,
        unchanged=max(0, counts.pages - counts.diverged - (len(in_views) - diverged)),
        diverged=max(0, counts.diverged - diverged),
        empty_source=not reading.files and not snapshot.entries().entries,
        missing_folder=snapshot.tree is None,
        folder=snapshot.root,
        other_repository=state is not None and known and not snapshot.verify_root(state.root),
        other_target=state is not None and known and state.target != setup.key,
        rewind=last is not None and last != snapshot.commit and source.is_strict_ancestor(snapshot, last),
        hidden_halves=tuple(_hidden_halves(reading)),
        commit=snapshot.commit or "",
        last_commit=last or "",
    )


def _is_page(record: Record) -> bool:
    return record.page_id is not None and record.standing is Standing.LIVE


def _hidden_halves(reading: Reading) -> Iterable[RepoPath]:
    """Files that can't be read and came when a file went, any of which could be the other half of its removal."""
    waiting = [record.leaving_since for record in reading.records.values() if record.leaving_since is not None]
    for path, item in sorted(reading.parsed.items()):
        if not isinstance(item, Unreadable):
            continue
        record = reading.records.get(reading.uids[path])
        seen = record.failure.at if record is not None and record.failure is not None else None
        if record is None or (record.page_id is None and seen is not None and any(seen >= gone for gone in waiting)):
            yield path
