"""From a snapshot and the state to the planner's views: only what moved, and what depends on it. Asks no target."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pagemirror import source
from pagemirror.content import LeftOut, Nav, ancestors, file_keys, link_keys, name_keys, parents
from pagemirror.executor.observe import see
from pagemirror.model.documents import Document, Finding, Place, Unreadable
from pagemirror.model.fields import digest_of
from pagemirror.model.ids import BlobId, PageId, RepoPath, Uid
from pagemirror.model.pages import Found, Tree
from pagemirror.model.records import Choice, Decision, Hold, Intent, IntentKind, Record, Standing
from pagemirror.passes.library import Library
from pagemirror.passes.linking import Book, Linker, names_of, other_pages
from pagemirror.passes.rendering import Rendering
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.planner.identity import Candidate, Matches, match
from pagemirror.planner.views import Situation, View
from pagemirror.source import Snapshot, TreeDiff
from pagemirror.state.interface import Counts, MirrorState, Store

__all__ = ["GUARD_CODES", "Gathered", "gather"]

GUARD_CODES = frozenset(
    {"max_removals", "max_rerender", "rewind", "other_repository", "other_target", "plan_changed", "plan_digest"}
)
"""Holds that no decision lifts; they are judged anew in each pass."""

Parsed = Document | Unreadable | LeftOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything a plan is made from."""

    views: Mapping[Uid, View]
    situation: Situation
    rendering: Rendering
    book: Book
    findings: tuple[Finding, ...]
    whole: bool


@dataclass(slots=True)
class _Work:
    """What is collected on the way."""

    files: dict[RepoPath, BlobId] = field(default_factory=dict)
    parsed: dict[RepoPath, Document | Unreadable] = field(default_factory=dict)
    left_out: set[RepoPath] = field(default_factory=set)
    records: dict[Uid, Record] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


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
    extra: Iterable[Uid] = (),
    whole: bool = False,
) -> Gathered:
    """Make the views of one pass. `seen` are pages that were read already; `extra` are uids that must be looked at."""
    gatherer = _Gatherer(setup, snapshot, store, state, counts, mint, now, seen, in_doubt)
    return gatherer.run(extra, whole=whole)


class _Gatherer:
    """Collects one pass's views; used once."""

    def __init__(
        self,
        setup: MirrorSetup,
        snapshot: Snapshot,
        store: Store,
        state: MirrorState | None,
        counts: Counts,
        mint: Callable[[], Uid],
        now: float,
        seen: Mapping[Uid, Found],
        in_doubt: Mapping[Uid, Intent],
    ) -> None:
        self._setup = setup
        self._snapshot = snapshot
        self._store = store
        self._state = state
        self._counts = counts
        self._mint = mint
        self._now = now
        self._seen = seen
        self._doubts = in_doubt
        self._name = setup.name
        self._work = _Work()
        self._holds: dict[Uid, Hold] = {}
        self._decisions: dict[Uid, Decision] = {}
        self._ambiguous: dict[Uid, tuple[RepoPath, ...]] = {}

    def run(self, extra: Iterable[Uid], *, whole: bool) -> Gathered:
        self._holds = {hold.uid: hold for hold in self._store.holds(self._name) if hold.code not in GUARD_CODES}
        self._decisions = self._store.decisions(self._name)
        diff = self._diff()
        part = None if whole or diff is None or self._needs_all() else self._part(diff, extra)
        if part is None:
            self._work = _Work()
        matches = part if part is not None else self._all(diff)
        return self._finish(matches, whole=part is None)

    # ------------------------------------------------------------- what to read

    def _diff(self) -> TreeDiff | None:
        state = self._state
        if state is None or (state.commit is None and state.tree is None):
            return None
        base = state.commit if state.commit is not None else state.tree
        return source.diff(self._snapshot, base) if base is not None else None

    def _needs_all(self) -> bool:
        """Whether something moved that every page may depend on."""
        state = self._state
        return (
            state is None
            or state.settings != self._setup.settings_digest
            or state.selection != self._setup.selection_digest
            or state.folder != self._snapshot.root
            or self._setup.backend.tree(self._setup.target) in {Tree.TITLE, Tree.PARENTS}
        )

    def _all(self, diff: TreeDiff | None) -> Matches:
        """Every file and every record."""
        listing = self._snapshot.entries()
        work = self._work
        work.files = {entry.path: entry.blob for entry in listing.entries}
        self._problems(listing.problems)
        work.findings += list(listing.findings)
        work.records = {record.uid: record for record in self._store.records(self._name)}
        self._library = self._new_library()
        self._parse(work.files)
        return self._match(work.records.values(), diff)

    def _part(self, diff: TreeDiff, extra: Iterable[Uid]) -> Matches | None:
        """Only what the change touches; None if it turns out that everything must be read."""
        work = self._work
        touched = diff.touched
        if any(_decides_about_others(path) for path in touched):
            return None
        listing = self._snapshot.entries(touched) if touched else None
        if listing is not None:
            work.files = {entry.path: entry.blob for entry in listing.entries}
            self._problems(listing.problems)
            work.findings += list(listing.findings)
        self._library = self._new_library()
        self._parse(work.files)
        documents = [item for item in work.parsed.values() if isinstance(item, Document)]
        if any(item.front.id is not None or any(slot.name for slot in item.links) for item in documents):
            return None
        at_paths = self._store.records_by_path(self._name, touched) if touched else ()
        away = self._store.records_away(self._name) if work.files else ()
        work.records = {record.uid: record for record in (*away, *at_paths)}
        matches = self._match(work.records.values(), diff)
        self._add_dependents(matches, extra, diff)
        return matches

    def _add_dependents(self, matches: Matches, extra: Iterable[Uid], diff: TreeDiff) -> None:
        """Documents that did not move, and are to be looked at all the same."""
        work = self._work
        keys: set[str] = set()
        for path in (*diff.touched, *diff.elsewhere):
            keys.update(file_keys(path))
            keys.update(_spellings(path))
        for path, record in matches.found.items():
            document = work.parsed.get(path)
            if isinstance(document, Document) and document.title != record.title:
                keys.update((*name_keys(path, document.title), *name_keys(record.path, record.title)))
        uids = set(self._store.linkers(self._name, keys)) | set(extra) | set(self._seen) | set(self._decisions)
        found = {record.uid for record in matches.found.values()}
        more = self._store.records_by_uid(self._name, uids - found)
        opened = {record.uid: record for record in self._store.records_open(self._name)}
        wanted = {uid: record for uid, record in {**opened, **more}.items() if uid not in work.records}
        live = {uid: record for uid, record in wanted.items() if record.standing is Standing.LIVE}
        listing = self._snapshot.entries({record.path for record in live.values()}) if live else None
        entries = {entry.path: entry.blob for entry in listing.entries} if listing is not None else {}
        if listing is not None:
            self._problems(listing.problems)
        fresh = {path: blob for path, blob in entries.items() if path not in work.files}
        work.files.update(fresh)
        self._library = self._new_library()
        self._parse(fresh)
        work.records.update(wanted)
        self._quiet = wanted

    def _problems(self, problems: Iterable[Unreadable]) -> None:
        self._work.parsed.update({problem.path: problem for problem in problems})

    def _new_library(self) -> Library:
        return Library(self._snapshot, self._name, Nav.of(self._work.files), self._work.files)

    def _parse(self, paths: Iterable[RepoPath]) -> None:
        """Read files; what can be told without their text is kept."""
        work = self._work
        for path, item in self._library.each(sorted(paths)):
            if isinstance(item, LeftOut):
                work.left_out.add(path)
            else:
                work.parsed[path] = item
                if isinstance(item, Document):
                    work.findings += item.findings

    # ---------------------------------------------------------------- identity

    def _match(self, records: Iterable[Record], diff: TreeDiff | None) -> Matches:
        pool = {record.uid: record for record in records}
        for uid, intent in self._doubts.items():
            if intent.kind is IntentKind.CREATE:
                pool.setdefault(uid, replace(intent.record, page_id=None))
        files = [_candidate(path, item) for path, item in self._work.parsed.items()]
        renames = {rename.new: rename.old for rename in diff.renames} if diff is not None else {}
        matches = match(files, tuple(pool.values()), renames=renames, broken=diff.broken if diff else frozenset())
        return self._with_choices(matches, pool)

    def _with_choices(self, matches: Matches, pool: Mapping[Uid, Record]) -> Matches:
        """Carry out what a person said of ambiguous files."""
        found, ambiguous = dict(matches.found), dict(matches.ambiguous)
        by_page = {record.page_id: record for record in pool.values() if record.page_id is not None}
        for path in matches.ambiguous:
            uid = self._waiting_uid(path)
            decision = self._decisions.get(uid)
            if decision is None:
                self._ambiguous[uid] = matches.ambiguous[path]
                continue
            del ambiguous[path]
            chosen = by_page.get(decision.page_id) if decision.page_id is not None else None
            if decision.choice is Choice.PAGE and chosen is not None and chosen not in found.values():
                found[path] = chosen
        taken = {record.uid for record in found.values()}
        unmatched = tuple(record for record in matches.unmatched if record.uid not in taken)
        return Matches(found=found, ambiguous=ambiguous, duplicates=matches.duplicates, unmatched=unmatched)

    def _waiting_uid(self, path: RepoPath) -> Uid:
        """The uid under which an ambiguous file waits: the same in each pass, until somebody decides."""
        item = self._work.parsed[path]
        return Uid(f"ambiguous-{digest_of(self._name, path, item.blob)}")

    def _uid(self, path: RepoPath, matches: Matches, used: set[Uid]) -> Uid:
        item = self._work.parsed[path]
        if path in matches.ambiguous:
            return self._waiting_uid(path)
        front = item.front.id if isinstance(item, Document) else None
        if front is not None and path not in matches.duplicates and Uid(front) not in used:
            return Uid(front)
        return self._mint()

    # ------------------------------------------------------------------- views

    def _finish(self, matches: Matches, *, whole: bool) -> Gathered:
        work = self._work
        uids: dict[RepoPath, Uid] = {path: record.uid for path, record in matches.found.items()}
        if not whole:
            for record in self._quiet.values():
                if record.path in work.parsed and record.standing is Standing.LIVE:
                    uids.setdefault(record.path, record.uid)
        used = {*work.records, *uids.values()}
        for path in sorted(work.parsed):
            if path not in uids:
                uids[path] = self._uid(path, matches, used)
        book = self._book(uids, whole=whole)
        linker = self._linker(book)
        places = {path: item.place for path, item in work.parsed.items() if isinstance(item, Document)}
        rendering = Rendering(
            setup=self._setup,
            snapshot=self._snapshot,
            library=self._library,
            linker=linker,
            book=book,
            paths={uid: path for path, uid in uids.items()},
            records=work.records,
            ancestors=self._ancestors(places),
        )
        views = {view.uid: view for view in self._views(uids, matches, rendering)}
        return Gathered(
            views=views,
            situation=self._situation(views, uids, matches),
            rendering=rendering,
            book=book,
            findings=tuple(work.findings),
            whole=whole,
        )

    def _views(self, uids: Mapping[RepoPath, Uid], matches: Matches, rendering: Rendering) -> Iterator[View]:
        work = self._work
        owners = self._page_owners(uids)
        order = sorted(path for path, item in work.parsed.items() if isinstance(item, Document))
        for path, item in self._library.each(order):
            uid = uids[path]
            if isinstance(item, Document):
                wanted = rendering.rendered(uid, item).wanted
                owner = owners.get(wanted.page_id) if wanted.page_id is not None else None
                if owner is not None and owner != uid:
                    taken = f"the page named by page_id {wanted.page_id} belongs to another file already"
                    wanted = replace(wanted, problem=("duplicate_id", taken))
                record = work.records.get(uid)
                adopt = wanted.page_id if record is None or record.page_id is None else None
                yield replace(
                    self._view(uid, path),
                    wanted=wanted,
                    adopt=adopt,
                    ambiguous=matches.ambiguous.get(path, ()),
                    duplicate=matches.duplicates.get(path, ()),
                    in_doubt=uid in self._doubts and self._doubts[uid].kind is IntentKind.CREATE,
                )
        for path, item in sorted(work.parsed.items()):
            if isinstance(item, Unreadable):
                yield replace(self._view(uids[path], path), unreadable=item)
        yield from self._gone(uids, matches)

    def _gone(self, uids: Mapping[RepoPath, Uid], matches: Matches) -> Iterator[View]:
        """Records whose file isn't among the selected any more."""
        there = set(uids.values())
        candidates = {record.uid: record for record in matches.unmatched} | {
            uid: record for uid, record in self._work.records.items() if uid in self._quiet
        }
        waiting = {name for names in self._ambiguous.values() for name in names}
        gone = [record for uid, record in sorted(candidates.items()) if uid not in there]
        open_ = [record for record in gone if record.standing is Standing.LIVE]
        exists = self._snapshot.exists(record.path for record in open_) if open_ else {}
        for record in open_:
            if record.path in waiting:
                continue
            outside = exists.get(record.path) == "file" and record.path not in self._work.left_out
            yield replace(self._view(record.uid, record.path), outside=outside)

    def _view(self, uid: Uid, path: RepoPath) -> View:
        record = self._work.records.get(uid)
        found = self._seen.get(uid)
        view = View(
            uid=uid,
            record=record,
            hold=self._holds.get(uid),
            decision=self._decisions.get(uid),
            protected=self._setup.protected(shown(path, self._snapshot.root)),
        )
        return view if found is None else replace(view, seen=see(self._setup.backend, record, found))

    def _page_owners(self, uids: Mapping[RepoPath, Uid]) -> dict[PageId, Uid | None]:
        named = [
            item.front.page_id
            for path, item in self._work.parsed.items()
            if path in uids and isinstance(item, Document) and item.front.page_id is not None
        ]
        if not named:
            return {}
        owners = self._store.pages_at(self._setup.key, named)
        return {page: uid if mirror == self._name else None for page, (mirror, uid) in owners.items()}

    # ------------------------------------------------------------------- links

    def _book(self, uids: Mapping[RepoPath, Uid], *, whole: bool) -> Book:
        book = Book()
        work = self._work
        for path, uid in uids.items():
            record = work.records.get(uid)
            live = record is not None and record.standing is Standing.LIVE
            if record is not None and live:
                book.add(path, uid, record.page_id, record.slug)
            elif isinstance(work.parsed.get(path), Document):
                book.add(path, uid, None, None)
        if not whole:
            self._add_targets(book)
        named = [
            (key, path)
            for path, item in sorted(work.parsed.items())
            if isinstance(item, Document)
            for key in name_keys(path, item.title)
        ]
        book.names = names_of(named)
        return book

    def _add_targets(self, book: Book) -> None:
        """The records that the documents at hand link to; the others aren't needed."""
        keys = {
            RepoPath(key)
            for item in self._work.parsed.values()
            if isinstance(item, Document)
            for slot in item.links
            for key in link_keys(slot)
        }
        gone = {record.path for record in self._work.records.values() if record.uid not in book.pages}
        for record in self._store.records_by_path(self._name, keys):
            if record.standing is Standing.LIVE and record.path not in book.paths and record.path not in gone:
                book.add(record.path, record.uid, record.page_id, record.slug)

    def _linker(self, book: Book) -> Linker:
        targets = {
            slot.path
            for item in self._work.parsed.values()
            if isinstance(item, Document)
            for slot in item.links
            if slot.path is not None
        }
        linker = Linker(self._setup, self._snapshot, book, {})
        outside = {path for path in targets if linker.page(path) is None}
        linker.look_up(outside)
        root = self._state.root if self._state is not None else ""
        if self._setup.others and outside and root:
            found = self._store.elsewhere(root, outside)
            pages = {
                path: (mirror, record.page_id, record.slug)
                for path, (mirror, record) in found.items()
                if mirror != self._name and record.page_id is not None
            }
            linker.foreign(other_pages(pages, self._setup.others))
        return linker

    def _ancestors(self, places: Mapping[RepoPath, Place]) -> Callable[[RepoPath], tuple[str, ...]]:
        if self._setup.backend.tree(self._setup.target) not in {Tree.TITLE, Tree.PARENTS}:
            return lambda _: ()
        above = parents(places)
        titles = {path: item.title for path, item in self._work.parsed.items() if isinstance(item, Document)}
        return lambda path: ancestors(path, above, titles)

    # --------------------------------------------------------------- situation

    def _situation(self, views: Mapping[Uid, View], uids: Mapping[RepoPath, Uid], matches: Matches) -> Situation:
        counts, state, snapshot = self._counts, self._state, self._snapshot
        shown_pages = [
            view.record
            for view in views.values()
            if view.record is not None and view.record.page_id is not None and view.record.standing is Standing.LIVE
        ]
        diverged = sum(1 for record in shown_pages if record.diverged)
        hidden = tuple(
            path
            for path, item in sorted(self._work.parsed.items())
            if path in matches.ambiguous or (isinstance(item, Unreadable) and views[uids[path]].record is None)
        )
        known = state is not None and counts.records > 0
        empty = known and not self._work.files and not snapshot.entries().entries
        return Situation(
            now=self._now,
            pages=counts.pages,
            unchanged=max(0, counts.pages - counts.diverged - (len(shown_pages) - diverged)),
            diverged=max(0, counts.diverged - diverged),
            empty_source=empty,
            missing_folder=snapshot.tree is None,
            folder=snapshot.root,
            other_repository=state is not None and known and not snapshot.verify_root(state.root),
            other_target=state is not None and known and state.target != self._setup.key,
            rewind=state is not None
            and state.commit is not None
            and state.commit != snapshot.commit
            and source.is_strict_ancestor(snapshot, state.commit),
            hidden_halves=hidden,
            commit=snapshot.commit,
            last_commit=state.commit or "" if state is not None else "",
        )

    _library: Library
    _quiet: Mapping[Uid, Record] = {}


def _candidate(path: RepoPath, item: Document | Unreadable) -> Candidate:
    if isinstance(item, Document):
        return Candidate(path=path, blob=item.blob, front_id=item.front.id, title=item.title)
    return Candidate(path=path, blob=item.blob)


def _decides_about_others(path: RepoPath) -> bool:
    """Files that say which others are pages, or what a folder's page is."""
    name = path.rpartition("/")[2].lower()
    return name == ".pagemirrorignore" or name.partition(".")[0] in {"index", "readme"}


def _spellings(path: RepoPath) -> tuple[str, ...]:
    """The other ways in which a link may name a file that comes or goes."""
    stem = path.removesuffix(".md")
    folder = path.rpartition("/")[0]
    return (stem, f"{stem}/", f"{stem}.html", folder, f"{folder}/")
