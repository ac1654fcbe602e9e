"""Which files and records a pass looks at: all of them, or only what moved and what depends on it."""

from collections.abc import Callable, Collection, Iterable, Mapping

from pagemirror import source
from pagemirror.content import (
    LeftOut,
    Nav,
    Navigation,
    file_keys,
    may_navigate,
    name_keys,
    read_navigation,
    sections,
)
from pagemirror.model.documents import Document
from pagemirror.model.ids import BlobId, RepoPath, Uid
from pagemirror.model.pages import Tree
from pagemirror.model.records import Decision, Intent, Record
from pagemirror.passes.identifying import Identities
from pagemirror.passes.library import Known, Library
from pagemirror.passes.reading import Reading
from pagemirror.passes.setup import MirrorSetup
from pagemirror.source import Snapshot, TreeDiff
from pagemirror.state.interface import Store
from pagemirror.state.standing import MirrorState

__all__ = ["Reader", "keys_of"]


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
        self._decisions = decisions
        self._name = setup.name
        self._identities = Identities(setup.name, mint=mint, doubts=doubts, decisions=decisions)

    def read(self, extra: Iterable[Uid], *, whole: bool) -> Reading:
        """Everything, where that is needed or asked for; else the part that the change touches, and `extra`."""
        diff = self._diff()
        part = None if whole or diff is None or self._needs_all() else self._part(diff, extra)
        reading = part if part is not None else self._all(diff)
        self._identities.name_files(reading)
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
        self._identities.match(reading, diff)
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
        self._identities.match(reading, diff)
        while copied := self._copied(reading, touched):
            reading.records = {uid: one for uid, one in reading.records.items() if uid not in copied}
            self._identities.match(reading, diff)
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


def keys_of(path: RepoPath, title: str) -> Iterable[str]:
    """All the ways in which a link may mean a document."""
    return (*file_keys(path), *_spellings(path), *name_keys(path, title))


def _decides_about_others(path: RepoPath) -> bool:
    """Files that say which others are pages, or what a folder's page is."""
    name = path.rpartition("/")[2].lower()
    return name == ".pagemirrorignore" or name.partition(".")[0] in {"index", "readme"}


def _spellings(path: RepoPath) -> tuple[str, ...]:
    """The other ways in which a link may name a file that comes or goes."""
    stem = path.removesuffix(".md")
    folder = path.rpartition("/")[0]
    return (stem, f"{stem}/", f"{stem}.html", folder, f"{folder}/")
