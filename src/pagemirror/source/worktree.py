"""What a Git folder holds on disk: uncommitted and untracked files too, ignored and deleted ones not.

Git is asked which files there are (one `ls-files`), the disk what is in them. Blob ids are Git's ids of the bytes as
they lie there, without its filters: line ends are not turned, and a large-file pointer is not resolved. Git's index
would tell cheaply which tracked files did not move, but its ids are those of the bytes after its filters, and it
knows nothing of untracked files; so unchanged files are told by what this mirror remembers of its last look.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from pagemirror.model.errors import SourceError
from pagemirror.model.ids import BlobId, CommitId, RepoPath, TreeId
from pagemirror.source.command import Git, git_in
from pagemirror.source.disk import Disk, Gone, Trouble
from pagemirror.source.exact import exact_moves
from pagemirror.source.history import author_of, is_same_repository, root_of
from pagemirror.source.interface import Listing, TreeDiff
from pagemirror.source.judging import Place
from pagemirror.source.memory import Memory, Remembered, Told
from pagemirror.source.names import folder_of, joined, nfc, parents, readable
from pagemirror.source.ondisk import Look, blob_of, names_on_disk, take_look
from pagemirror.source.settings import SourceSettings
from pagemirror.source.spool import Spool

__all__ = ["UNDER_WAY", "WorktreeSnapshot", "open_worktree", "under_way"]

_BRANCHES: Final = "refs/heads/"
UNDER_WAY: Final = (
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase"),
    ("MERGE_HEAD", "a merge"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
    ("index.lock", "a Git command that writes (index.lock is there)"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Repository:
    """The repository around the folder: what `git rev-parse` tells."""

    git: Git
    folder: Path
    prefix: str
    shallow: bool
    algorithm: str


@dataclass(slots=True)
class _Everything:
    """All files of the repository, listed when they are first asked for: by path, and all folders above them."""

    files: dict[RepoPath, bytes] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorktreeSnapshot:
    """The source folder as it lay on disk when the snapshot was opened.

    What was read then stays as it was read. A file that was known not to have moved is read later; if it moves before
    that and Git doesn't have its bytes, reading it is an error, and the pass has to begin anew.
    """

    head: str
    ref_name: str
    detached: bool
    root: RepoPath
    committed_at: float
    _repository: _Repository = field(repr=False)
    _look: Look | None = field(repr=False)
    _before: Remembered | None = field(repr=False)
    _beside: Mapping[RepoPath, bytes] = field(repr=False)
    _memory: Memory = field(repr=False)
    _spool: Spool = field(repr=False)
    _known: list[_Everything] = field(default_factory=list, repr=False, compare=False)

    @property
    def commit(self) -> None:
        """Files on disk are no commit."""
        return

    @property
    def tree(self) -> TreeId | None:
        """A digest of names and blobs; None where there is no such folder."""
        return self._look.seen.tree if self._look is not None else None

    @property
    def shallow(self) -> bool:
        """Whether the clone lacks history."""
        return self._repository.shallow

    @property
    def notes(self) -> tuple[str, ...]:
        """There is nothing to tell."""
        return ()

    def key_parts(self) -> tuple[tuple[str, str], ...]:
        """Path and blob of what decides about the folder from outside of it; Git's ignore files show in the listing."""
        return tuple((path, blob_of(data, self._repository.algorithm)) for path, data in self._beside.items())

    def entries(self, only: Collection[RepoPath] | None = None) -> Listing:
        """The selected Markdown files; with `only`, those among these paths."""
        if self._look is None:
            return Listing(entries=())
        listing = self._look.listing
        if only is None:
            return listing
        wanted = frozenset(only)
        return Listing(
            entries=tuple(entry for entry in listing.entries if entry.path in wanted),
            problems=tuple(problem for problem in listing.problems if problem.path in wanted),
            findings=tuple(finding for finding in listing.findings if finding.path in wanted),
        )

    def read(self, blobs: Iterable[BlobId]) -> Iterator[tuple[BlobId, bytes]]:
        """Each blob with its bytes, in the order asked for. Raises SourceError for a file that moved meanwhile."""
        with Disk(self._repository.git.folder) as disk:
            for blob in blobs:
                if blob not in self._spool:
                    self._spool.put(blob, self._late(disk, blob))
                yield blob, self._spool.get(blob)

    def _late(self, disk: Disk, blob: BlobId) -> bytes:
        """The bytes of a file that was not read when the folder was looked at."""
        name = self._look.places.get(blob) if self._look is not None else None
        if name is not None:
            try:
                _, data = disk.read(name)
            except (Gone, Trouble):
                data = b""
            if blob_of(data, self._repository.algorithm) == blob:
                return data
        output = self._repository.git.ask("cat-file", "blob", blob)
        if output.code == 0:
            return output.out
        what = readable(name) if name is not None else f"The file with the blob {blob}"
        raise SourceError(
            f"{what} was changed or removed while the pass was under way, so the pass was ended.",
            hint="Run again: the next pass begins with the file as it is then.",
            code="changed_meanwhile",
        )

    def texts(self, paths: Iterable[RepoPath]) -> dict[RepoPath, bytes]:
        """The bytes of those of these files, from the repository's top, that are on disk."""
        return _read_all(self._repository.git.folder, paths)

    def images(self, paths: Iterable[RepoPath]) -> dict[RepoPath, BlobId]:
        """The blobs of those of these paths, from the repository's top, that are files on disk and not ignored."""
        there = [path for path, kind in self.exists(paths).items() if kind == "file"]
        found: dict[RepoPath, BlobId] = {}
        for path, data in _read_all(self._repository.git.folder, there).items():
            found[path] = blob_of(data, self._repository.algorithm)
            self._spool.put(found[path], data)
        return found

    def exists(self, paths: Iterable[RepoPath]) -> dict[RepoPath, Literal["file", "folder"]]:
        """Which of these paths, from the repository's top, are on disk and not ignored, and as what."""
        if not self._known:
            self._known.append(_everything(self._repository.git))
        known = self._known[0]
        found: dict[RepoPath, Literal["file", "folder"]] = {}
        with Disk(self._repository.git.folder) as disk:
            for path in paths:
                bare = nfc(path.removesuffix("/"))
                name = known.files.get(bare)
                if disk.is_folder(name if name is not None else os.fsencode(bare)):
                    if name is not None or bare in known.folders:
                        found[path] = "folder"
                elif name is not None and not path.endswith("/") and _is_there(disk, name):
                    found[path] = "file"
        return found

    def author(self, path: RepoPath) -> str:
        """Who made the last commit that touched the path; "" for one that was never committed."""
        return author_of(self._repository.git, self.head, path)

    def root_commit(self) -> str:
        """The oldest root commit, "" before the first commit and in a shallow clone."""
        return root_of(self._repository.git, self.head, shallow=self.shallow)

    def verify_root(self, known: str) -> bool:
        """Whether the root commit `known` is here; a shallow clone can't say no."""
        return is_same_repository(self._repository.git, known, shallow=self.shallow)

    def diff(self, old: CommitId | TreeId) -> TreeDiff | None:
        """Compare with the folder that was remembered last; None for any other.

        Git's likeness of texts is not at hand for files that it never saw, only equal bytes are: a file that was
        renamed and edited is told by its front matter, or by title and place.
        """
        if self._look is None or self._before is None or self._before.tree != old:
            return None
        before, now = self._before.told, self._look.seen.told
        touched = {
            name: joined(self.root, readable(name))
            for name in before.keys() | now.keys()
            if _word(before, name) != _word(now, name)
        }
        renames = exact_moves(
            {path: before[name].word for name, path in touched.items() if name in before},
            {path: now[name].word for name, path in touched.items() if name in now},
        )
        return TreeDiff(
            touched=frozenset(touched.values()),
            renames=renames,
            broken=frozenset(rename.old for rename in renames) & {touched[name] for name in touched if name in now},
        )

    def is_strict_ancestor(self, of: CommitId) -> bool:  # noqa: ARG002 - what lies on disk is older than nothing
        """Files on disk have no place in history."""
        return False

    def in_progress(self) -> str:
        """What Git is in the middle of in this work tree; "" where nothing is. Asks the disk anew each time."""
        return under_way(self._repository.folder)

    def remember(self) -> None:
        """Note what was seen, so that the next pass reads only what has moved since."""
        if self._look is not None and self._look.seen != self._before:
            self._memory.save(self._look.seen)


def under_way(folder: Path) -> str:
    """What Git is in the middle of in the work tree whose Git folder this is; "" where nothing is."""
    return next((told for name, told in UNDER_WAY if (folder / name).exists()), "")


def open_worktree(settings: SourceSettings) -> WorktreeSnapshot:
    """Look at the folder now. Raises SourceError where there is no repository, or one without files."""
    repository = _discover(git_in(settings.repo))
    git = repository.git
    root = folder_of(repository.prefix, settings.path)
    memory = Memory(settings.memory)
    now = memory.now()
    before = memory.load()
    spool = Spool(memory.path.parent if memory.path is not None and now else None)
    head, committed_at = _head(git)
    branch = git.ask("symbolic-ref", "-q", "HEAD").out.decode(errors="replace").strip()
    name = branch.removeprefix(_BRANCHES)
    return WorktreeSnapshot(
        head=head,
        ref_name=name or head,
        detached=not name,
        root=root,
        committed_at=committed_at,
        _repository=repository,
        _look=take_look(git, Place(root, settings), repository.algorithm, before, spool, now=now),
        _before=before,
        _beside=_read_all(git.folder, settings.outside(root)),
        _memory=memory,
        _spool=spool,
    )


def _read_all(top: Path, paths: Iterable[RepoPath]) -> dict[RepoPath, bytes]:
    """The files of these that are there, whatever Git knows of them."""
    found: dict[RepoPath, bytes] = {}
    with Disk(top) as disk:
        for path in paths:
            with suppress(Gone, Trouble):
                _, found[path] = disk.read(os.fsencode(path))
    return found


def _discover(git: Git) -> _Repository:
    words = ("--show-prefix", "--is-shallow-repository", "--show-object-format", "--absolute-git-dir")
    output = git.ask("rev-parse", *words, "--is-inside-work-tree", "--show-toplevel")
    told = output.out.decode(errors="surrogateescape").split("\n")
    if "must be run in a work tree" in output.err:
        raise SourceError(
            f'{git.folder} has no files on disk (it is a bare repository), and ref = "worktree" mirrors those.',
            hint='Set source.ref to a branch, such as "HEAD", or source.repo to a folder with files.',
            code="no_worktree",
        )
    if output.code:
        raise git.refusal(output.err, "open the repository")
    prefix, shallow, algorithm, folder, _, top = told[:6]
    return _Repository(
        git=Git(Path(top)), folder=Path(folder), prefix=prefix, shallow=shallow == "true", algorithm=algorithm
    )


def _head(git: Git) -> tuple[str, float]:
    """The commit that HEAD is at, and when it was made; nothing before the first commit."""
    output = git.ask("rev-list", "-1", "--timestamp", "HEAD", "--")
    when, _, commit = output.out.decode().strip().partition(" ")
    return (commit, float(when)) if commit else ("", 0.0)


def _everything(git: Git) -> _Everything:
    known = _Everything(folders={""})
    for name in names_on_disk(git, "", strict=False):
        path = readable(name)
        known.folders.update(parents(path))
        if path.endswith("/"):
            known.folders.add(path.rstrip("/"))
        else:
            known.files[path] = name
    return known


def _is_there(disk: Disk, name: bytes) -> bool:
    try:
        disk.look(name)
    except Gone:
        return False
    except Trouble:
        return True
    return True


def _word(told: Mapping[bytes, Told], name: bytes) -> str | None:
    one = told.get(name)
    return one.word if one is not None else None
