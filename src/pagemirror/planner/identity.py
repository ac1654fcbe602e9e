"""Identity: which record a file of the snapshot belongs to, however it was renamed, edited or moved. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pagemirror.model.ids import BlobId, RepoPath, Uid
from pagemirror.model.records import Record, Standing

__all__ = ["Candidate", "Matches", "match"]

INDEXES: Final = ("index.md", "README.md", "readme.md")
"""The names of a folder's own page, the better one first."""


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


def _preference(record: Record) -> tuple[bool, bool, RepoPath, Uid]:
    """Live records stand before those whose file went, and these before those whose page did."""
    return record.standing is not Standing.LIVE, record.leaving_since is not None, record.path, record.uid


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
    pair; 5 Git's rename (`renames`: new path → old path), and a folder's page that takes over its section page or the
    other way round; 6 title and place, unique. More than one at 3 or 6 with nothing better is ambiguous. Records of
    removed pages take part in 2 and 3 after the live ones, in the others when no live one is left; they make nothing
    ambiguous.
    """
    open_ = _Open(files, records)
    duplicates = _by_front_id(open_)
    _by_path(open_, lambda file, record: file.blob == record.blob)
    ambiguous = _unique(open_, lambda file: file.blob, lambda record: record.blob)
    for live in (True, False):
        _by_path(open_, lambda file, _: file.path not in broken, live=live)
        _by_rename(open_, renames, live=live)
        _by_folder(open_, live=live)
        ambiguous |= _unique(open_, _title_and_place, lambda record: (record.title, _place(record.path)), live=live)
        _by_path(open_, lambda _file, _record: True, live=live)
    return Matches(
        found=open_.found,
        ambiguous=_still(open_, ambiguous),
        duplicates=duplicates,
        unmatched=tuple(open_.records.values()),
    )


def _still(open_: _Open, ambiguous: Mapping[RepoPath, tuple[Record, ...]]) -> Mapping[RepoPath, tuple[RepoPath, ...]]:
    """What a better rule did not settle: neither the file nor all that it could be has found another half."""
    left = {
        path: tuple(record.path for record in could_be if record.uid in open_.records)
        for path, could_be in ambiguous.items()
        if path in open_.files
    }
    return {path: paths for path, paths in left.items() if paths}


def _by_front_id(open_: _Open) -> dict[RepoPath, tuple[RepoPath, ...]]:
    groups: defaultdict[str, list[Candidate]] = defaultdict(list)
    for file in open_.files.values():
        if file.front_id is not None:
            groups[file.front_id].append(file)
    by_id: dict[str, Record] = {}
    for record in open_.records.values():
        by_id.setdefault(record.front_id or record.uid, record)
    for record in open_.records.values():
        by_id.setdefault(record.uid, record)
    duplicates: dict[RepoPath, tuple[RepoPath, ...]] = {}
    for name, group in sorted(groups.items()):
        record_ = by_id.get(name)
        if len(group) > 1:
            duplicates |= {f.path: tuple(o.path for o in group if o is not f) for f in group}
            _set_aside(open_, group, record_)
        elif record_ is not None and record_.uid in open_.records:
            open_.pair(group[0], record_)
    return duplicates


def _set_aside(open_: _Open, group: Collection[Candidate], record: Record | None) -> None:
    """Files that share an id keep the records of their paths; the id's own record is not taken for a page to remove."""
    for file in group:
        own = next((other for other in open_.records.values() if other.path == file.path), None)
        if own is not None:
            open_.pair(file, own)
        else:
            del open_.files[file.path]
    if record is not None:
        open_.records.pop(record.uid, None)


def _by_path(open_: _Open, fits: Callable[[Candidate, Record], bool], *, live: bool | None = None) -> None:
    for record in list(open_.records.values()):  # the live ones come first
        file = open_.files.get(record.path)
        if file is not None and _stands(record, live=live) and _compatible(file, record) and fits(file, record):
            open_.pair(file, record)


def _stands(record: Record, *, live: bool | None) -> bool:
    return live is None or (record.standing is Standing.LIVE) is live


def _unique(
    open_: _Open,
    of_file: Callable[[Candidate], Hashable | None],
    of_record: Callable[[Record], Hashable],
    *,
    live: bool | None = None,
) -> dict[RepoPath, tuple[Record, ...]]:
    """Pair what shares a key that is unique on both sides; give what shares one that isn't."""
    if not open_.records:
        return {}
    files: defaultdict[Hashable, list[Candidate]] = defaultdict(list)
    for file in open_.files.values():
        key = of_file(file)
        if key is not None:
            files[key].append(file)
    records: defaultdict[Hashable, list[Record]] = defaultdict(list)
    for record in open_.records.values():
        key = of_record(record)
        if key in files and _stands(record, live=live):
            records[key].append(record)
    several: dict[RepoPath, tuple[Record, ...]] = {}
    for key, there in records.items():
        living = [record for record in there if record.standing is Standing.LIVE]
        pick = living or there
        could_be = {file.path: [r for r in pick if _compatible(file, r)] for file in files[key]}
        group = [file for file in files[key] if could_be[file.path]]
        pick = [record for record in pick if any(record in could_be[file.path] for file in group)]
        if len(group) == 1 and len(pick) == 1:
            open_.pair(group[0], pick[0])
        elif living:
            several |= {file.path: tuple(could_be[file.path]) for file in group}
    return several


def _by_rename(open_: _Open, renames: Mapping[RepoPath, RepoPath], *, live: bool) -> None:
    by_path: dict[RepoPath, Record] = {}
    for record in open_.records.values():
        if _stands(record, live=live):
            by_path.setdefault(record.path, record)
    for new, old in sorted(renames.items()):
        file, was = open_.files.get(new), by_path.get(old)
        if file is not None and was is not None and was.uid in open_.records and _compatible(file, was):
            open_.pair(file, was)


def _by_folder(open_: _Open, *, live: bool) -> None:
    """A section page stands for its folder until an index does, and again when that is gone."""
    for record in list(open_.records.values()):
        folder = _folder_page(record.path)
        if folder is None or not _stands(record, live=live):
            continue
        others = [RepoPath(f"{folder}/")] if not record.path.endswith("/") else _indexes(folder)
        file = next((open_.files[path] for path in others if path in open_.files), None)
        if file is not None and _compatible(file, record):
            open_.pair(file, record)


def _indexes(folder: str) -> list[RepoPath]:
    return [RepoPath(f"{folder}/{name}") for name in INDEXES]


def _folder_page(path: RepoPath) -> str | None:
    """The folder whose page this is, None if it is an ordinary file."""
    folder, _, name = path.rpartition("/")
    return folder if folder and (not name or name in INDEXES) else None


def _place(path: RepoPath) -> str:
    return path.rpartition("/")[0]


def _title_and_place(file: Candidate) -> tuple[str, str] | None:
    return None if file.title is None else (file.title, _place(file.path))
