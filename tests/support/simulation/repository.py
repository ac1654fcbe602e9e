"""A repository in memory: files, commits, and snapshots that compare as Git does, likeness counted by lines."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from pagemirror.model.ids import BlobId, CommitId, RepoPath, TreeId
from pagemirror.source import Entry, Listing, Rename, TreeDiff

__all__ = ["ROOT", "Repository", "SimSnapshot"]

ROOT: Final = RepoPath("docs")
LIKE: Final = 0.5
"""From what likeness on Git takes two files for the same."""

Tree = Mapping[RepoPath, str]


@lru_cache(maxsize=4096)
def _blob(text: str) -> BlobId:
    return BlobId(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


@dataclass(frozen=True, slots=True)
class _Commit:
    id: CommitId
    tree: TreeId
    files: Tree


class Repository:
    """Commits in a line; the last one is the head."""

    def __init__(self) -> None:
        self.commits: list[_Commit] = []

    def commit(self, files: Mapping[str, str]) -> None:
        """Commit these files, by their paths in the source folder."""
        tree = {RepoPath(f"{ROOT}/{path}"): text for path, text in sorted(files.items())}
        told = "\n".join(f"{path} {_blob(text)}" for path, text in tree.items())
        self.commits.append(
            _Commit(CommitId(_blob(f"commit {len(self.commits)}\n{told}")), TreeId(_blob(f"tree\n{told}")), tree)
        )

    def snapshot(self) -> "SimSnapshot":
        """The head, as it is now."""
        return SimSnapshot(self, len(self.commits) - 1)


class SimSnapshot:
    """A `Snapshot` of one commit."""

    ref_name = "main"
    detached = False
    root = ROOT
    committed_at = 0.0
    shallow = False
    notes: tuple[str, ...] = ()

    def __init__(self, repository: Repository, number: int) -> None:
        self._repository = repository
        self._number = number
        self._commit = repository.commits[number]
        self._files = self._commit.files

    @property
    def commit(self) -> CommitId | None:
        return self._commit.id

    @property
    def head(self) -> str:
        return self._commit.id

    @property
    def tree(self) -> TreeId | None:
        return self._commit.tree

    def key_parts(self) -> tuple[tuple[str, str], ...]:
        return ()

    def entries(self, only: Collection[RepoPath] | None = None) -> Listing:
        return Listing(
            entries=tuple(
                Entry(path=path, git_path=path.encode(), blob=_blob(text), size=len(text))
                for path, text in self._files.items()
                if only is None or path in only
            )
        )

    def read(self, blobs: Iterable[BlobId]) -> Iterator[tuple[BlobId, bytes]]:
        texts = {_blob(text): text for text in self._files.values()}
        for blob in blobs:
            yield blob, texts[blob].encode()

    def texts(self, paths: Iterable[RepoPath]) -> dict[RepoPath, bytes]:
        return {path: self._files[path].encode() for path in paths if path in self._files}

    def images(self, paths: Iterable[RepoPath]) -> dict[RepoPath, BlobId]:
        return {path: _blob(self._files[path]) for path in paths if path in self._files}

    def exists(self, paths: Iterable[RepoPath]) -> dict[RepoPath, Literal["file", "folder"]]:
        found: dict[RepoPath, Literal["file", "folder"]] = {}
        for path in paths:
            if path in self._files:
                found[path] = "file"
            elif any(other.startswith(f"{path.rstrip('/')}/") for other in self._files):
                found[path] = "folder"
        return found

    def author(self, path: RepoPath) -> str:
        return f"the author of {path}"

    def root_commit(self) -> str:
        return self._repository.commits[0].id

    def verify_root(self, known: str) -> bool:
        return known in {"", self.root_commit()}

    def diff(self, old: CommitId | TreeId) -> TreeDiff | None:
        for commit in self._repository.commits:
            if old in (commit.id, commit.tree):
                return compare(commit.files, self._files)
        return None

    def is_strict_ancestor(self, of: CommitId) -> bool:
        later = self._repository.commits[self._number + 1 :]
        return any(commit.id == of for commit in later)

    def in_progress(self) -> str:
        return ""

    def remember(self) -> None:
        """Nothing has to be noted of commits."""


def compare(old: Tree, new: Tree) -> TreeDiff:
    """What moved from one tree to another, with renames, and rewritten files broken in two."""
    changed = {path for path in old.keys() & new.keys() if old[path] != new[path]}
    broken = {path for path in changed if _likeness(old[path], new[path]) < LIKE}
    sources = sorted((old.keys() - new.keys()) | broken)
    there = sorted((new.keys() - old.keys()) | broken)
    pairs = sorted(
        (-_likeness(old[source], new[path]), path, source)
        for path in there
        for source in sources
        if source != path and _likeness(old[source], new[path]) >= LIKE
    )
    renames: dict[RepoPath, Rename] = {}
    used: set[RepoPath] = set()
    for likeness, path, source in pairs:
        if path not in renames and source not in used:
            renames[path] = Rename(old=source, new=path, score=int(-likeness * 100))
            used.add(source)
    return TreeDiff(
        touched=frozenset(changed | (old.keys() ^ new.keys())),
        renames=tuple(rename for _, rename in sorted(renames.items())),
        broken=frozenset(broken),
    )


@lru_cache(maxsize=16384)
def _likeness(one: str, other: str) -> float:
    """The share of the longer text's bytes that stands in both, by lines."""
    if one == other:
        return 1.0
    shared = Counter(one.splitlines(keepends=True)) & Counter(other.splitlines(keepends=True))
    return sum(len(line) * count for line, count in shared.items()) / max(len(one), len(other), 1)
