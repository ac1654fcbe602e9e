"""Which listed files become pages, and what to tell of the others. Knows names, kinds, sizes and texts, and no Git."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from posixpath import normpath
from typing import Final, NamedTuple

from pagemirror.model.documents import Finding, Unreadable
from pagemirror.model.ids import BlobId, RepoPath
from pagemirror.source.interface import Entry, Listing
from pagemirror.source.names import joined, readable, repo_path
from pagemirror.source.settings import SourceSettings

__all__ = ["LOOKED_INTO", "SYMLINK", "Place", "Row", "Sorted", "judge", "sort_out"]

SYMLINK: Final = b"120000"
LOOKED_INTO: Final = range(120, 200)
"""Files of such a size are looked into: a Git LFS pointer has some 130 bytes."""
_LFS_HEAD: Final = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a listing reads: the source folder from the top, and what a person says of it."""

    root: RepoPath
    settings: SourceSettings


class Row(NamedTuple):
    """A listed file; `name` is relative to the source folder."""

    mode: bytes
    blob: BlobId
    size: int | None
    name: bytes


@dataclass(frozen=True, slots=True)
class Sorted:
    """Selected files by path, all symbolic links by path, and files whose names can't be told."""

    files: dict[RepoPath, Row]
    links: dict[RepoPath, Row]
    problems: list[Unreadable]


def sort_out(
    place: Place, rows: Iterable[Row], selects: Callable[[RepoPath], bool], wanted: Collection[str] | None
) -> Sorted:
    """Sort the listed files; with `wanted`, paths relative to the source folder, only those."""
    files: dict[RepoPath, Row] = {}
    links: dict[RepoPath, Row] = {}
    problems: list[Unreadable] = []
    for row in rows:
        try:
            path = repo_path(row.name)
        except UnicodeDecodeError:
            path = readable(row.name)
            if wanted is None and selects(path):
                problems.append(_unnamed(place, path, row))
            continue
        if wanted is not None and path not in wanted:
            continue
        if row.mode == SYMLINK:
            links[path] = row
        elif selects(path):
            if path in files:
                files[path], row = _nfc_first(path, files[path], row)  # noqa: PLW2901 - the other of the two
                problems.append(_second_name(place, path, row))
            else:
                files[path] = row
    return Sorted(files, links, problems)


def judge(
    place: Place,
    sorted_: Sorted,
    rows: Iterable[Row],
    selects: Callable[[RepoPath], bool],
    texts_of: Callable[[list[BlobId]], Mapping[BlobId, bytes]],
) -> Listing:
    """Make a listing of sorted files. `rows` are all that were listed: what links may lead to."""
    files, links, problems = sorted_.files, sorted_.links, list(sorted_.problems)
    small = {row.blob for row in files.values() if row.size in LOOKED_INTO}
    texts = texts_of(sorted(small | {row.blob for row in links.values()}))
    pointers = {blob for blob in small if texts[blob].startswith(_LFS_HEAD)}
    entries = []
    for path, row in files.items():
        problem = _problem(place, path, row, pointer=row.blob in pointers)
        if problem is not None:
            problems.append(problem)
        else:
            git_path = f"{place.root}/".encode() + row.name if place.root else row.name
            entries.append(Entry(path=joined(place.root, path), git_path=git_path, blob=row.blob, size=row.size))
    findings = []
    for path, row in links.items():
        match _link(place, path, row.blob, texts[row.blob], rows, selected=selects(path)):
            case Unreadable() as unreadable:
                problems.append(unreadable)
            case Finding() as finding:
                findings.append(finding)
    return Listing(
        entries=tuple(sorted(entries, key=_by_path)),
        problems=tuple(sorted(problems, key=_by_path)),
        findings=tuple(sorted(findings, key=_by_path)),
    )


def _by_path(told: Entry | Unreadable | Finding) -> str:
    return told.path


def _nfc_first(path: RepoPath, one: Row, other: Row) -> tuple[Row, Row]:
    return (other, one) if other.name == path.encode() else (one, other)


def _unnamed(place: Place, path: RepoPath, row: Row) -> Unreadable:
    return Unreadable(
        path=joined(place.root, path),
        blob=row.blob,
        code="encoding",
        reason="the file's name is not UTF-8, so no record can name it; rename the file",
    )


def _second_name(place: Place, path: RepoPath, row: Row) -> Unreadable:
    spelled = row.name.decode().encode("ascii", "backslashreplace").decode()
    return Unreadable(
        path=joined(place.root, spelled),
        blob=row.blob,
        code="encoding",
        reason=f"another file has the same name {joined(place.root, path)!r}, only with its accents encoded otherwise "
        "(Unicode NFC and NFD); rename or remove one of the two",
    )


def _problem(place: Place, path: RepoPath, row: Row, *, pointer: bool) -> Unreadable | None:
    limit = place.settings.max_file_size
    if row.size is not None and row.size > limit:
        code, reason = "too_large", f"the file has {row.size:,} bytes; source.max_file_size is {limit:,}"
    elif pointer:
        code, reason = "unsupported", "it is a Git LFS pointer; the text itself is not in the repository"
    else:
        return None
    return Unreadable(path=joined(place.root, path), blob=row.blob, code=code, reason=reason)


def _link(
    place: Place, path: RepoPath, blob: BlobId, content: bytes, rows: Iterable[Row], *, selected: bool
) -> Unreadable | Finding | None:
    """What to tell of a symbolic link; it is never followed, whatever it points to."""
    named = readable(content)
    target = normpath(f"{path.rpartition('/')[0] or '.'}/{named}")
    leaves = named.startswith("/") or target == ".." or target.startswith("../")
    whole = joined(place.root, path)
    if selected and leaves:
        reason = f"it is a symbolic link that leaves the source folder ({named}); it is not followed"
        return Unreadable(path=whole, blob=blob, code="unsupported", reason=reason)
    below = f"{target}/".encode()
    to_folder = target == "." or (
        "." not in named.rpartition("/")[2] if leaves else any(r.name.startswith(below) for r in rows)
    )
    if selected or to_folder:
        message = f"it is a symbolic link to {named}; links are not followed, so there is no page for it"
        return Finding(path=whole, code="unsupported", message=message)
    return None
