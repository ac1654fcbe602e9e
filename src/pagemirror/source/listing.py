"""What the source folder holds at one commit: its selected Markdown files, and those that can't become pages.

Reads names, kinds and sizes; of contents only symbolic links, ignore files and files small enough to be Git LFS
pointers. One `ls-tree`, and at most two `cat-file` besides, however many files there are.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from posixpath import normpath
from typing import Final, NamedTuple

from pagemirror.model.documents import Finding, Unreadable
from pagemirror.model.ids import BlobId, RepoPath, TreeId
from pagemirror.source.blobs import read_blobs, sizes
from pagemirror.source.command import Git
from pagemirror.source.names import joined, parents, readable, repo_path
from pagemirror.source.selection import IGNORE_FILE, selector
from pagemirror.source.settings import SourceSettings

__all__ = ["Entry", "Listing", "list_tree"]

_SYMLINK: Final = b"120000"
_LFS_HEAD: Final = b"version https://git-lfs.github.com/spec/"
_LFS_SIZES: Final = range(120, 200)
"""A pointer has some 130 bytes; only files of such a size are looked into."""
_FEW: Final = 200
"""Up to so many paths are asked for by name instead of listing the whole folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One selected Markdown file: `path` for people and records, `git_path` as Git names it, both from the top."""

    path: RepoPath
    git_path: bytes
    blob: BlobId
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The selected files, sorted by path. `findings` tell of files that are left out without being a problem."""

    entries: tuple[Entry, ...]
    problems: tuple[Unreadable, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def selected(self) -> int:
        """How many files the settings select, readable or not."""
        return len(self.entries) + len(self.problems)


@dataclass(frozen=True, slots=True)
class _Folder:
    """Where a listing reads: the tree of the source folder, and where it stands."""

    git: Git
    tree: TreeId
    root: RepoPath
    settings: SourceSettings


class _Row(NamedTuple):
    """A line of ls-tree; `name` is relative to the source folder."""

    mode: bytes
    blob: BlobId
    size: int | None
    name: bytes


def list_tree(
    git: Git, tree: TreeId, root: RepoPath, settings: SourceSettings, only: Collection[RepoPath] | None
) -> Listing:
    """List the folder's tree; with `only`, nothing but these paths of it, for the price of those alone."""
    folder = _Folder(git, tree, root, settings)
    wanted = None if only is None else _inside(only, root)
    if wanted is not None and not wanted:
        return Listing(entries=())
    named = wanted if wanted is not None and _can_be_named(wanted) else None
    rows = _rows(folder, named)
    selects = selector(settings.include, settings.exclude, _ignore_texts(folder, rows))
    files, links, problems = _sorted_out(folder, rows, selects, wanted)
    files = _with_sizes(folder, files)
    small = {row.blob for row in files.values() if row.size in _LFS_SIZES}
    texts = dict(read_blobs(git, sorted(small | {row.blob for row in links.values()})))
    pointers = {blob for blob in small if texts[blob].startswith(_LFS_HEAD)}
    entries = []
    for path, row in files.items():
        problem = _problem(folder, path, row, pointer=row.blob in pointers)
        if problem is not None:
            problems.append(problem)
        else:
            git_path = f"{root}/".encode() + row.name if root else row.name
            entries.append(Entry(path=joined(root, path), git_path=git_path, blob=row.blob, size=row.size))
    findings = []
    for path, row in links.items():
        match _link(folder, path, row.blob, texts[row.blob], rows, selected=selects(path)):
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


def _inside(paths: Collection[RepoPath], root: RepoPath) -> frozenset[str]:
    head = f"{root}/" if root else ""
    return frozenset(path[len(head) :] for path in paths if path.startswith(head) and not path.endswith("/"))


def _can_be_named(wanted: Collection[str]) -> bool:
    """Whether Git finds these files by the names that we have: others may be written otherwise there (NFD)."""
    return len(wanted) <= _FEW and all(path.isascii() and path.isprintable() for path in wanted)


def _rows(folder: _Folder, named: Collection[str] | None) -> list[_Row]:
    """The files of the tree; of a few named ones, those and the ignore files that bear on them."""
    ignores = {joined(higher, IGNORE_FILE) for path in named or () for higher in parents(path)}
    asked = ["--", *sorted({*named, *ignores})] if named is not None else []
    command = ("--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree")
    output = folder.git.ask(*command, "-l", folder.tree, *asked)
    if output.code:
        # For sizes Git needs the files themselves, and gives up where a partial clone left one out.
        output = folder.git.ask(*command, folder.tree, *asked)
    if output.code:
        raise folder.git.refusal(output.err, f"list {folder.root or 'the top folder'}")
    rows = []
    for line in output.out.split(b"\0"):
        meta, _, name = line.partition(b"\t")
        if name:
            mode, kind, blob, *size = meta.split()
            if kind == b"blob":
                rows.append(
                    _Row(mode, BlobId(blob.decode()), int(size[0]) if size and size[0].isdigit() else None, name)
                )
    return rows


def _ignore_texts(folder: _Folder, rows: Iterable[_Row]) -> dict[str, str]:
    """The text of each ignore file by its folder."""
    tail = f"/{IGNORE_FILE}".encode()
    found = [row for row in rows if row.mode != _SYMLINK and (b"/" + row.name).endswith(tail)]
    if not found:
        return {}
    texts = dict(read_blobs(folder.git, dict.fromkeys(row.blob for row in found)))
    return {readable(row.name[: -len(tail)]): texts[row.blob].decode(errors="replace") for row in found}


def _with_sizes(folder: _Folder, files: dict[RepoPath, _Row]) -> dict[RepoPath, _Row]:
    unknown = {row.blob for row in files.values() if row.size is None}
    if not unknown:
        return files
    known = sizes(folder.git, sorted(unknown))
    return {path: row._replace(size=known.get(row.blob, row.size)) for path, row in files.items()}


def _sorted_out(
    folder: _Folder, rows: Iterable[_Row], selects: Callable[[RepoPath], bool], wanted: Collection[str] | None
) -> tuple[dict[RepoPath, _Row], dict[RepoPath, _Row], list[Unreadable]]:
    """Selected files by path, all symbolic links by path, and files whose names can't be told."""
    files: dict[RepoPath, _Row] = {}
    links: dict[RepoPath, _Row] = {}
    problems: list[Unreadable] = []
    for row in rows:
        try:
            path = repo_path(row.name)
        except UnicodeDecodeError:
            path = readable(row.name)
            if wanted is None and selects(path):
                problems.append(_unnamed(folder, path, row))
            continue
        if wanted is not None and path not in wanted:
            continue
        if row.mode == _SYMLINK:
            links[path] = row
        elif selects(path):
            if path in files:
                files[path], row = _nfc_first(path, files[path], row)  # noqa: PLW2901 - the other of the two
                problems.append(_second_name(folder, path, row))
            else:
                files[path] = row
    return files, links, problems


def _nfc_first(path: RepoPath, one: _Row, other: _Row) -> tuple[_Row, _Row]:
    return (other, one) if other.name == path.encode() else (one, other)


def _unnamed(folder: _Folder, path: RepoPath, row: _Row) -> Unreadable:
    return Unreadable(
        path=joined(folder.root, path),
        blob=row.blob,
        code="encoding",
        reason="the file's name is not UTF-8, so no record can name it; rename the file",
    )


def _second_name(folder: _Folder, path: RepoPath, row: _Row) -> Unreadable:
    spelled = row.name.decode().encode("ascii", "backslashreplace").decode()
    return Unreadable(
        path=joined(folder.root, spelled),
        blob=row.blob,
        code="encoding",
        reason=f"another file has the same name {joined(folder.root, path)!r}, only with its accents encoded otherwise "
        "(Unicode NFC and NFD); rename or remove one of the two",
    )


def _problem(folder: _Folder, path: RepoPath, row: _Row, *, pointer: bool) -> Unreadable | None:
    limit = folder.settings.max_file_size
    if row.size is not None and row.size > limit:
        code, reason = "too_large", f"the file has {row.size:,} bytes; source.max_file_size is {limit:,}"
    elif pointer:
        code, reason = "unsupported", "it is a Git LFS pointer; the text itself is not in the repository"
    else:
        return None
    return Unreadable(path=joined(folder.root, path), blob=row.blob, code=code, reason=reason)


def _link(
    folder: _Folder, path: RepoPath, blob: BlobId, content: bytes, rows: Iterable[_Row], *, selected: bool
) -> Unreadable | Finding | None:
    """What to tell of a symbolic link; it is never followed, whatever it points to."""
    named = readable(content)
    target = normpath(f"{path.rpartition('/')[0] or '.'}/{named}")
    leaves = named.startswith("/") or target == ".." or target.startswith("../")
    whole = joined(folder.root, path)
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
