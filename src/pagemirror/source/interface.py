"""What a pass asks of a source, whether it is a commit or the files on disk. Knows neither Git nor the disk."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from pagemirror.model.documents import Finding, Unreadable
from pagemirror.model.ids import BlobId, CommitId, RepoPath, TreeId

__all__ = ["Entry", "Listing", "Rename", "Snapshot", "TreeDiff", "diff", "is_strict_ancestor"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A file that Git takes for the same under another name; `score` is the likeness in percent."""

    old: RepoPath
    new: RepoPath
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeDiff:
    """How the source folder differs from what it was.

    `touched`: files of the folder that were added, removed, changed or became another kind, Markdown or not. `broken`:
    paths on both sides whose content has little in common, so that the name alone doesn't make it the same document.
    `elsewhere`: paths outside the folder, files and folders, that came or went; known only from commit to commit.
    """

    touched: frozenset[RepoPath]
    renames: tuple[Rename, ...]
    broken: frozenset[RepoPath]
    elsewhere: frozenset[RepoPath] = frozenset()


class Snapshot(Protocol):
    """The source folder at one moment: at a commit, or as it lies on disk.

    Must: give the same answers for as long as it is held, or raise SourceError where it no longer can; read a file's
    bytes so that they are those of its blob id. Must not: change anything in the repository; follow a symbolic link.
    May: read as late as it is asked.
    """

    @property
    def commit(self) -> CommitId | None:
        """The commit that is mirrored; None for files on disk."""

    @property
    def head(self) -> str:
        """The commit that URLs and banners name: `commit`, on disk the one that HEAD is at, "" where there is none."""

    @property
    def ref_name(self) -> str:
        """The branch or tag that was named, or that HEAD is on; where there is none (`detached`) the commit."""

    @property
    def detached(self) -> bool:
        """Whether `ref_name` is no branch and no tag."""

    @property
    def root(self) -> RepoPath:
        """The source folder from the repository's top."""

    @property
    def tree(self) -> TreeId | None:
        """The folder's identity: equal where nothing moved; None where there is no such folder."""

    @property
    def committed_at(self) -> float:
        """When `head` was committed, in seconds since 1970; 0 where there is no commit."""

    @property
    def shallow(self) -> bool:
        """Whether the clone lacks history: see `root_commit` and `verify_root`."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should hear of how the source was come by."""

    def key_parts(self) -> tuple[tuple[str, str], ...]:
        """Path and blob of what decides about the folder from outside of it."""

    def entries(self, only: Collection[RepoPath] | None = None) -> Listing:
        """The selected Markdown files; with `only`, those among these paths."""

    def read(self, blobs: Iterable[BlobId]) -> Iterator[tuple[BlobId, bytes]]:
        """Each blob with its bytes, in the order asked for, one at a time. Raises SourceError for what is missing."""

    def texts(self, paths: Iterable[RepoPath]) -> dict[RepoPath, bytes]:
        """The bytes of those of these files, from the repository's top, that are there, Markdown or not."""

    def images(self, paths: Iterable[RepoPath]) -> dict[RepoPath, BlobId]:
        """The blobs of those of these paths, from the repository's top, that are files; symbolic links are none.

        `read` gives their bytes.
        """

    def exists(self, paths: Iterable[RepoPath]) -> dict[RepoPath, Literal["file", "folder"]]:
        """Which of these paths, from the repository's top, are there, and as what."""

    def author(self, path: RepoPath) -> str:
        """Who made the last commit that touched the path; "" where history does not say."""

    def root_commit(self) -> str:
        """The repository's identity: its oldest root commit, "" where that can't be known."""

    def verify_root(self, known: str) -> bool:
        """Whether this can still be the repository that has the root commit `known`; False only where it can't."""

    def diff(self, old: CommitId | TreeId) -> TreeDiff | None:
        """Compare with an older commit or `tree`; None where that is not known any more."""

    def is_strict_ancestor(self, of: CommitId) -> bool:
        """Whether this commit is known to be older than `of`, in its own line. False where nobody can say."""

    def in_progress(self) -> str:
        """What Git, or a person with it, is in the middle of, such as "a merge"; "" where nothing is."""

    def remember(self) -> None:
        """Note what the folder holds, as a pass has recorded its `tree`; the next `diff` may need it."""


def diff(snapshot: Snapshot, old: CommitId | TreeId) -> TreeDiff | None:
    """Compare with an older commit or tree; None where that is not known any more."""
    return snapshot.diff(old)


def is_strict_ancestor(snapshot: Snapshot, of: CommitId) -> bool:
    """Whether the snapshot's commit is known to be older than `of`."""
    return snapshot.is_strict_ancestor(of)
