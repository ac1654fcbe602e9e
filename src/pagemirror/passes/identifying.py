"""Which document each file is: whose record it gets, what a person said of it, and the uid of a new one."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from pagemirror.model.documents import Document, Unreadable
from pagemirror.model.fields import digest_of
from pagemirror.model.ids import MirrorName, RepoPath, Uid
from pagemirror.model.records import Choice, Decision, Intent, IntentKind, Record
from pagemirror.passes.reading import Reading
from pagemirror.planner.identity import Candidate, Matches, match
from pagemirror.source import TreeDiff

__all__ = ["Identities"]


class Identities:
    """Ties the files of a reading to its records. Of `doubts` nobody knows whether they were applied."""

    def __init__(
        self,
        name: MirrorName,
        *,
        mint: Callable[[], Uid],
        doubts: Mapping[Uid, Intent],
        decisions: Mapping[Uid, Decision],
    ) -> None:
        self._name = name
        self._mint = mint
        self._doubts = doubts
        self._decisions = decisions

    def match(self, reading: Reading, diff: TreeDiff | None) -> None:
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

    def name_files(self, reading: Reading) -> None:
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
