"""Identity: which record a file of the snapshot belongs to, however it was renamed, edited or moved. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from pagemirror.model.ids import BlobId, RepoPath, Uid
from pagemirror.model.records import Record, Standing

__all__ = ["Candidate", "Matches", "match"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file that looks for its record. `front_id` and `title` are None where it wasn't read yet."""

    path: RepoPath
    blob: BlobId
    front_id: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """`found`: path → record. `ambiguous`: path → the paths of the records it could be. `duplicates`: path → the other
    paths with the same front matter id. `unmatched`: records whose file was not found again.
    """

    found: Mapping[RepoPath, Record]
    ambiguous: Mapping[RepoPath, tuple[RepoPath, ...]] = field(default_factory=dict)
    duplicates: Mapping[RepoPath, tuple[RepoPath, ...]] = field(default_factory=dict)
    unmatched: tuple[Record, ...] = ()


class _Open:
    """Files and records that have not found each other yet, in a fixed order."""

    def __init__(self, files: Iterable[Candidate], records: Iterable[Record]) -> None:
        self.files = {file.path: file for file in sorted(files, key=lambda file: file.path)}
        self.records = {record.uid: record for record in sorted(records, key=_preference)}
        self.found: dict[RepoPath, Record] = {}

    def pair(self, file: Candidate, record: Record) -> None:
        self.found[file.path] = record
        del self.files[file.path]
        del self.records[record.uid]


def _preference(record: Record) -> tuple[bool, RepoPath, Uid]:
    """Live records stand before those that went."""
    return record.standing is not Standing.LIVE, record.path, record.uid


def _compatible(file: Candidate, record: Record) -> bool:
    """Two different front matter ids are two documents, whatever else is alike."""
    return file.front_id is None or record.front_id is None or file.front_id == record.front_id


def match(
    files: Collection[Candidate],
    records: Collection[Record],
    *,
    renames: Mapping[RepoPath, RepoPath],
    broken: Collection[RepoPath],
) -> Matches:
    """Match files with records by the rules, in their order.

    1 front matter `id`; 2 same path and blob; 3 same blob, unique on both sides; 4 same path, unless Git breaks the
    pair; 5 Git's rename (`renames`: new path → old path); 6 title and place, unique. More than one at 3 or 6 with
    nothing better is ambiguous. Records of removed pages take part, after the live ones, and make nothing ambiguous.
    """
    open_ = _Open(files, records)
    duplicates = _by_front_id(open_)
    _by_path(open_, lambda file, record: file.blob == record.blob)
    ambiguous = _unique(open_, lambda file: file.blob, lambda record: record.blob)
    _by_path(open_, lambda file, _: file.path not in broken)
    _by_rename(open_, renames)
    ambiguous |= _by_title(open_)
    _by_path(open_, lambda _file, _record: True)
    for path in list(ambiguous):
        if path in open_.found:
            del ambiguous[path]
    return Matches(
        found=open_.found, ambiguous=ambiguous, duplicates=duplicates, unmatched=tuple(open_.records.values())
    )


def _by_front_id(open_: _Open) -> dict[RepoPath, tuple[RepoPath, ...]]:
    groups: defaultdict[str, list[Candidate]] = defaultdict(list)
    for file in open_.files.values():
        if file.front_id is not None:
            groups[file.front_id].append(file)
    by_id: dict[str, Record] = {}
    for record in open_.records.values():
        by_id.setdefault(record.front_id or record.uid, record)
        by_id.setdefault(record.uid, record)
    duplicates: dict[RepoPath, tuple[RepoPath, ...]] = {}
    for name, group in sorted(groups.items()):
        if len(group) > 1:
            duplicates |= {f.path: tuple(o.path for o in group if o is not f) for f in group}
            continue
        match by_id.get(name):
            case Record() as record if record.uid in open_.records:
                open_.pair(group[0], record)
            case _:
                continue
    for path in duplicates:
        # Its own record, if its path has one, must not be taken for a file that is gone.
        file = open_.files[path]
        own = next((r for r in open_.records.values() if r.path == path), None)
        if own is not None:
            open_.pair(file, own)
        else:
            del open_.files[path]
    return duplicates


def _by_path(open_: _Open, fits: Callable[[Candidate, Record], bool]) -> None:
    for record in list(open_.records.values()):
        file = open_.files.get(record.path)
        if file is not None and record.standing is Standing.LIVE and _compatible(file, record) and fits(file, record):
            open_.pair(file, record)
    for record in list(open_.records.values()):
        file = open_.files.get(record.path)
        if file is not None and _compatible(file, record) and fits(file, record):
            open_.pair(file, record)


def _unique(
    open_: _Open, of_file: Callable[[Candidate], Hashable | None], of_record: Callable[[Record], Hashable | None]
) -> dict[RepoPath, tuple[RepoPath, ...]]:
    """Pair what shares a key that is unique on both sides; give what shares one that isn't."""
    files: defaultdict[Hashable, list[Candidate]] = defaultdict(list)
    for file in open_.files.values():
        key = of_file(file)
        if key is not None:
            files[key].append(file)
    records: defaultdict[Hashable, list[Record]] = defaultdict(list)
    for record in open_.records.values():
        key = of_record(record)
        if key is not None and key in files:
            records[key].append(record)
    several: dict[RepoPath, tuple[RepoPath, ...]] = {}
    for key, group in files.items():
        there = records.get(key, [])
        live = [record for record in there if record.standing is Standing.LIVE]
        pick = live or there
        if len(group) == 1 and len(pick) == 1:
            if _compatible(group[0], pick[0]):
                open_.pair(group[0], pick[0])
        elif live:
            several |= {file.path: tuple(record.path for record in live) for file in group}
    return several


def _by_rename(open_: _Open, renames: Mapping[RepoPath, RepoPath]) -> None:
    by_path: dict[RepoPath, Record] = {}
    for record in open_.records.values():
        by_path.setdefault(record.path, record)
    for new, old in sorted(renames.items()):
        file, was = open_.files.get(new), by_path.get(old)
        if file is not None and was is not None and was.uid in open_.records and _compatible(file, was):
            open_.pair(file, was)


def _place(path: RepoPath) -> str:
    return path.rpartition("/")[0]


def _by_title(open_: _Open) -> dict[RepoPath, tuple[RepoPath, ...]]:
    return _unique(
        open_,
        lambda file: None if file.title is None else (file.title, _place(file.path)),
        lambda record: (record.title, _place(record.path)),
    )
