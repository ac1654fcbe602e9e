"""Which files and records a pass looks at: all of them, or only what moved and what depends on it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from pagemirror import source
from pagemirror.content import (
    LeftOut,
    Nav,
    Navigation,
    file_keys,
    link_keys,
    may_navigate,
    name_keys,
    read_navigation,
    sections,
)
from pagemirror.model.documents import Document, Finding, Unreadable
from pagemirror.model.fields import digest_of
from pagemirror.model.ids import BlobId, RepoPath, Uid
from pagemirror.model.pages import Tree
from pagemirror.model.records import Choice, Decision, Intent, IntentKind, Record
from pagemirror.passes.library import Known, Library
from pagemirror.passes.setup import MirrorSetup
from pagemirror.planner.identity import Candidate, Matches, match
from pagemirror.source import Snapshot, TreeDiff
from pagemirror.state.interface import Store
from pagemirror.state.standing import MirrorState

__all__ = ["Reader", "Reading", "keys_of"]


@dataclass(slots=True, kw_only=True)
class Reading:
    """What was read. `whole`: everything was. `quiet` are records whose file did not move, looked at all the same.

    `parsed` is without bodies; the library puts its documents there. Of these, `targets` are the paths that documents
    link to and that are no files at hand, `keys` (of a part alone) all that a link may mean, `names` what wiki links
    name. `uids` gives each file at hand its document's uid.
    """

    whole: bool
    library: Library
    files: dict[RepoPath, BlobId] = field(default_factory=dict)
    parsed: Known = field(default_factory=dict)
    left_out: set[RepoPath] = field(default_factory=set)
    targets: set[RepoPath] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    records: dict[Uid, Record] = field(default_factory=dict)
    quiet: dict[Uid, Record] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    matches: Matches = field(default_factory=lambda: Matches(found={}))
    uids: dict[RepoPath, Uid] = field(default_factory=dict)

    @property
    def documents(self) -> dict[RepoPath, Document]:
        """The files that can be pages."""
        return {path: item for path, item in self.parsed.items() if isinstance(item, Document)}

    @property
    def outside(self) -> set[RepoPath]:
        """What a link may mean that is no document: files that are none, and other paths that are linked to."""
        aside = {path for path in self.files if not isinstance(self.parsed.get(path), Document)}
        return self.targets | aside

    def add(self, document: Document) -> None:
        """Note a document, and what it links to."""
        self.findings += document.findings
        for slot in document.links:
            if slot.name:
                self.names.add(slot.name)
            if slot.path is not None and slot.path not in self.files:
                self.targets.add(slot.path)
            if not self.whole:
                self.keys.update(link_keys(slot))


class Reader:
    """Reads one snapshot against one state; asks no target."""

    def __init__(
        self,
        *,
        setup: MirrorSetup,
        snapshot: Snapshot,
        store: Store,
        state: MirrorState | None,
        mint: Callable[[], Uid],
        doubts: Mapping[Uid, Intent],
        decisions: Mapping[Uid, Decision],
    ) -> None:
        self._setup = setup
        self._snapshot = snapshot
        self._store = store
        self._state = state
        self._mint = mint
        self._doubts = doubts
        self._decisions = decisions
        self._name = setup.name

    def read(self, extra: Iterable[Uid], *, whole: bool) -> Reading:
        """Everything, where that is needed or asked for; else the part that the change touches, and `extra`."""
        diff = self._diff()
        part = None if whole or diff is None or self._needs_all() else self._part(diff, extra)
        reading = part if part is not None else self._all(diff)
        self._name_files(reading)
        return reading

    # ------------------------------------------------------------- what to read

    def _diff(self) -> TreeDiff | None:
        state = self._state
        if state is None:
            return None
        base = state.commit if state.commit is not None else state.tree
        return source.diff(self._snapshot, base) if base is not None else None

    def _needs_all(self) -> bool:
        """Whether something moved that every page may depend on, or a pass was not finished.

        Such a pass leaves records at the paths of a commit that no later comparison starts from.
        """
        state = self._state
        return (
            state is None
            or not state.key
            or state.settings != self._setup.settings_digest
            or state.selection != self._setup.selection_digest
            or state.folder != self._snapshot.root
            or any(hold.code == "ambiguous" for hold in self._store.holds(self._name))
            or self._setup.backend.tree(self._setup.target) in {Tree.TITLE, Tree.PARENTS}
        )

    def _all(self, diff: TreeDiff | None) -> Reading:
        """Every file and every record."""
        listing = self._snapshot.entries()
        files = {entry.path: entry.blob for entry in listing.entries}
        nav = Nav.of(files, self._navigation(files))
        parsed: Known = {}
        reading = Reading(whole=True, library=self._library(files, nav, parsed), files=files, parsed=parsed)
        self._add_listing(reading, listing)
        reading.records = {record.uid: record for record in self._store.records(self._name)}
        self._parse(reading, reading.files)
        self._add_sections(reading, nav)
        self._match(reading, diff)
        return reading

    def _navigation(self, files: Iterable[RepoPath]) -> Navigation:
        """What navigation files say, in the folder and above it. A page's place matters only where all are read."""
        root = self._snapshot.root
        outside = [RepoPath(path) for path, _ in self._snapshot.key_parts()]
        return read_navigation(self._snapshot.texts([*outside, *may_navigate(files, root=root)]), root=root)

    def _add_sections(self, reading: Reading, nav: Nav) -> None:
        """Give folders without a page of their own one, where the target's tree is parents."""
        if not self._setup.section_pages or self._setup.backend.tree(self._setup.target) is not Tree.PARENTS:
            return
        for document in sections(reading.documents, root=self._snapshot.root, nav=nav).values():
            reading.library.add(document)
            reading.add(document)

    def _part(self, diff: TreeDiff, extra: Iterable[Uid]) -> Reading | None:
        """Only what the change touches; None if it turns out that everything must be read."""
        touched = diff.touched
        if any(_decides_about_others(path) for path in touched):
            return None
        listing = self._snapshot.entries(touched) if touched else source.Listing(entries=())
        files = {entry.path: entry.blob for entry in listing.entries}
        parsed: Known = {}
        library = self._library(files, Nav.of(files), parsed)
        reading = Reading(whole=False, library=library, files=files, parsed=parsed)
        self._add_listing(reading, listing)
        self._parse(reading, reading.files)
        if reading.names or any(item.front.id is not None for item in reading.documents.values()):
            return None
        at_paths = self._store.records_by_path(self._name, touched) if touched else ()
        reading.records = {record.uid: record for record in (*self._fileless(reading), *at_paths)}
        self._match(reading, diff)
        while copied := self._copied(reading, touched):
            reading.records = {uid: one for uid, one in reading.records.items() if uid not in copied}
            self._match(reading, diff)
        self._add_dependents(reading, extra, diff)
        return None if reading.names else reading

    def _fileless(self, reading: Reading) -> tuple[Record, ...]:
        """Records whose file went in an earlier pass: their pages are away, or wait to be. A file may be theirs."""
        if not reading.files:
            return ()
        opened = self._store.records_open(self._name)
        leaving = (record for record in opened if record.leaving_since is not None)
        return (*self._store.records_away(self._name), *leaving)

    def _copied(self, reading: Reading, touched: Collection[RepoPath]) -> set[Uid]:
        """Records that a file matched although their own stands where it was: it is a copy, and another document.

        Only those whose file went earlier are at hand without one.
        """
        found = reading.matches.found.items()
        moved = {one.path: one.uid for path, one in found if one.path != path and one.path not in touched}
        there = self._snapshot.exists(moved) if moved else {}
        return {uid for path, uid in moved.items() if there.get(path) == "file"}

    def _add_dependents(self, reading: Reading, extra: Iterable[Uid], diff: TreeDiff) -> None:
        """Documents that did not move, and are to be looked at: they link to what did, or work on them is open."""
        keys: set[str] = set()
        for path in (*diff.touched, *diff.elsewhere):
            keys.update(file_keys(path))
            keys.update(_spellings(path))
        for path, record in reading.matches.found.items():
            document = reading.parsed.get(path)
            if isinstance(document, Document) and document.title != record.title:
                keys.update((*keys_of(path, document.title), *name_keys(record.path, record.title)))
        for path, document in reading.documents.items():
            if path not in reading.matches.found:
                keys.update(name_keys(path, document.title))
        for record in reading.matches.unmatched:
            keys.update(name_keys(record.path, record.title))
        uids = set(self._store.linkers(self._name, keys)) | set(extra) | set(self._decisions)
        found = {record.uid for record in reading.matches.found.values()}
        more = self._store.records_by_uid(self._name, uids - found)
        opened = {record.uid: record for record in self._store.records_open(self._name)}
        # A removed page's record is at hand so that a file may match it; it may have work of its own all the same.
        moved = found | {uid for uid, record in reading.records.items() if record.path in diff.touched}
        reading.quiet = {uid: one for uid, one in {**opened, **more}.items() if uid not in moved}
        here = {record.path for record in reading.quiet.values()}
        if here:
            listing = self._snapshot.entries(here)
            fresh = {entry.path: entry.blob for entry in listing.entries if entry.path not in reading.files}
            reading.files.update(fresh)
            reading.library = self._library(reading.files, Nav.of(reading.files), reading.parsed)
            self._add_listing(reading, listing)
            self._parse(reading, fresh)
            # A path may have been taken over by another document while this one's page still waits to be removed.
            at_paths = self._store.records_by_path(self._name, here)
            rivals = {one.uid: one for one in at_paths if one.uid not in moved}
            reading.quiet.update(rivals)
        reading.records.update(reading.quiet)

    # ------------------------------------------------------------------- files

    def _library(self, files: dict[RepoPath, BlobId], nav: Nav, parsed: Known) -> Library:
        return Library(self._snapshot, self._name, nav, files, parsed)

    def _add_listing(self, reading: Reading, listing: source.Listing) -> None:
        reading.parsed.update({problem.path: problem for problem in listing.problems})
        reading.findings += listing.findings

    def _parse(self, reading: Reading, paths: Iterable[RepoPath]) -> None:
        """Read files; what can be told without their text is kept."""
        for path, item in reading.library.each(sorted(paths)):
            if isinstance(item, LeftOut):
                reading.left_out.add(path)
            elif isinstance(item, Document):
                reading.add(item)
            else:
                reading.parsed[path] = item

    # ---------------------------------------------------------------- identity

    def _match(self, reading: Reading, diff: TreeDiff | None) -> None:
        """Which record each file belongs to; creates in doubt take part as records without a page.

        A file that could never be read is known by its path alone, and only if it isn't another document's new half.
        """
        unread = {record.path: record for record in reading.records.values() if _was_never_read(record)}
        pool = {uid: record for uid, record in reading.records.items() if not _was_never_read(record)}
        for uid, intent in self._doubts.items():
            if intent.kind is IntentKind.CREATE:
                pool.setdefault(uid, replace(intent.record, page_id=None))
        files = [_candidate(path, item) for path, item in reading.parsed.items()]
        renames = {rename.new: rename.old for rename in diff.renames} if diff is not None else {}
        renames |= _moved_sections(renames)
        broken = diff.broken if diff is not None else frozenset[RepoPath]()
        matches = match(files, tuple(pool.values()), renames=renames, broken=broken)
        found = {**matches.found}
        for path, record in unread.items():
            if path in reading.parsed and path not in {*found, *matches.ambiguous, *matches.duplicates}:
                found[path] = record
        lost = (record for path, record in unread.items() if found.get(path) is not record)
        matches = replace(matches, found=found, unmatched=(*matches.unmatched, *lost))
        reading.matches = self._with_choices(reading, matches, pool)

    def _with_choices(self, reading: Reading, matches: Matches, pool: Mapping[Uid, Record]) -> Matches:
        """Carry out what a person said of ambiguous files."""
        found, ambiguous = dict(matches.found), dict(matches.ambiguous)
        by_page = {record.page_id: record for record in pool.values() if record.page_id is not None}
        for path in matches.ambiguous:
            decision = self._decisions.get(self._waiting_uid(reading, path))
            if decision is None:
                continue
            del ambiguous[path]
            chosen = by_page.get(decision.page_id) if decision.page_id is not None else None
            if decision.choice is Choice.PAGE and chosen is not None and chosen not in found.values():
                found[path] = chosen
        taken = {record.uid for record in found.values()}
        unmatched = tuple(record for record in matches.unmatched if record.uid not in taken)
        return Matches(found=found, ambiguous=ambiguous, duplicates=matches.duplicates, unmatched=unmatched)

    def _owners(self, reading: Reading) -> Mapping[RepoPath, Record]:
        """Whose files those are that did not move."""
        paths = {record.path for record in reading.quiet.values()}.intersection(
            reading.parsed
        ) - reading.matches.found.keys()
        files = [_candidate(path, reading.parsed[path]) for path in sorted(paths)]
        here = [record for record in reading.quiet.values() if record.path in paths]
        return match(files, here, renames={}, broken=()).found

    def _waiting_uid(self, reading: Reading, path: RepoPath) -> Uid:
        """The uid under which an ambiguous file waits: the same in each pass, until somebody decides."""
        return Uid(f"ambiguous-{digest_of(self._name, path, reading.parsed[path].blob)}")

    def _name_files(self, reading: Reading) -> None:
        """Give each file at hand its uid: its record's, its front matter's, or a new one."""
        reading.uids = {path: record.uid for path, record in reading.matches.found.items()}
        for path, record in self._owners(reading).items():
            reading.uids.setdefault(path, record.uid)
        used = {*reading.records, *reading.uids.values()}
        for path, item in sorted(reading.parsed.items()):
            if path in reading.uids:
                continue
            front = item.front.id if isinstance(item, Document) else None
            if path in reading.matches.ambiguous:
                reading.uids[path] = self._waiting_uid(reading, path)
            elif front is not None and path not in reading.matches.duplicates and Uid(front) not in used:
                reading.uids[path] = Uid(front)
            else:
                reading.uids[path] = self._mint()


def keys_of(path: RepoPath, title: str) -> Iterable[str]:
    """All the ways in which a link may mean a document."""
    return (*file_keys(path), *_spellings(path), *name_keys(path, title))


def _moved_sections(renames: Mapping[RepoPath, RepoPath]) -> dict[RepoPath, RepoPath]:
    """The section pages of folders that moved with their files: new path → old path."""
    moved: dict[RepoPath, RepoPath] = {}
    for new, old in sorted(renames.items()):
        here, there = new.rpartition("/")[0], old.rpartition("/")[0]
        while here and there and here != there:
            moved.setdefault(RepoPath(f"{here}/"), RepoPath(f"{there}/"))
            here, there = here.rpartition("/")[0], there.rpartition("/")[0]
    return moved


def _candidate(path: RepoPath, item: Document | Unreadable) -> Candidate:
    if isinstance(item, Document):
        return Candidate(path=path, blob=item.blob, front_id=item.front.id, title=item.title)
    return Candidate(path=path, blob=item.blob)


def _was_never_read(record: Record) -> bool:
    """Whether a record only remembers that a file can't be read."""
    return record.page_id is None and record.failure is not None and not record.own and not record.former_ids


def _decides_about_others(path: RepoPath) -> bool:
    """Files that say which others are pages, or what a folder's page is."""
    name = path.rpartition("/")[2].lower()
    return name == ".pagemirrorignore" or name.partition(".")[0] in {"index", "readme"}


def _spellings(path: RepoPath) -> tuple[str, ...]:
    """The other ways in which a link may name a file that comes or goes."""
    stem = path.removesuffix(".md")
    folder = path.rpartition("/")[0]
    return (stem, f"{stem}/", f"{stem}.html", folder, f"{folder}/")
