"""What the source folder holds at one commit: its selected Markdown files, and those that can't become pages.

Reads names, kinds and sizes; of contents only symbolic links, ignore files and files small enough to be Git LFS
pointers. One `ls-tree`, and at most two `cat-file` besides, however many files there are.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

from pagemirror.model.ids import BlobId, RepoPath, TreeId
from pagemirror.source.blobs import read_blobs, sizes
from pagemirror.source.command import Git
from pagemirror.source.interface import Listing
from pagemirror.source.judging import SYMLINK, Place, Row, judge, sort_out
from pagemirror.source.names import joined, parents, readable
from pagemirror.source.selection import IGNORE_FILE, selector
from pagemirror.source.settings import SourceSettings

__all__ = ["list_tree"]

_FEW: Final = 200
"""Up to so many paths are asked for by name instead of listing the whole folder."""


@dataclass(frozen=True, slots=True)
class _Folder:
    """Where a listing reads: the tree of the source folder, and where it stands."""

    git: Git
    tree: TreeId
    root: RepoPath
    settings: SourceSettings


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
    place = Place(root, settings)
    sorted_ = sort_out(place, rows, selects, wanted)
    sorted_ = replace(sorted_, files=_with_sizes(folder, sorted_.files))
    return judge(place, sorted_, rows, selects, lambda blobs: dict(read_blobs(git, blobs)))


def _inside(paths: Collection[RepoPath], root: RepoPath) -> frozenset[str]:
    head = f"{root}/" if root else ""
    return frozenset(path[len(head) :] for path in paths if path.startswith(head) and not path.endswith("/"))


def _can_be_named(wanted: Collection[str]) -> bool:
    """Whether Git finds these files by the names that we have: others may be written otherwise there (NFD)."""
    return len(wanted) <= _FEW and all(path.isascii() and path.isprintable() for path in wanted)


def _rows(folder: _Folder, named: Collection[str] | None) -> list[Row]:
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
                    Row(mode, BlobId(blob.decode()), int(size[0]) if size and size[0].isdigit() else None, name)
                )
    return rows


def _ignore_texts(folder: _Folder, rows: Iterable[Row]) -> dict[str, str]:
    """The text of each ignore file by its folder."""
    tail = f"/{IGNORE_FILE}".encode()
    found = [row for row in rows if row.mode != SYMLINK and (b"/" + row.name).endswith(tail)]
    if not found:
        return {}
    texts = dict(read_blobs(folder.git, dict.fromkeys(row.blob for row in found)))
    return {readable(row.name[: -len(tail)]): texts[row.blob].decode(errors="replace") for row in found}


def _with_sizes(folder: _Folder, files: dict[RepoPath, Row]) -> dict[RepoPath, Row]:
    unknown = {row.blob for row in files.values() if row.size is None}
    if not unknown:
        return files
    known = sizes(folder.git, sorted(unknown))
    return {path: row._replace(size=known.get(row.blob, row.size)) for path, row in files.items()}
