"""What a Git folder holds at one commit. Reads Git objects only, so a dirty working tree never leaks into a page."""

import difflib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal

from pagemirror.model.errors import SourceError
from pagemirror.model.ids import BlobId, CommitId, RepoPath, TreeId
from pagemirror.source.blobs import kinds, kinds_at_hand, read_blobs
from pagemirror.source.changes import compare, precedes
from pagemirror.source.command import MISSING, Git, git_in
from pagemirror.source.history import author_of, is_same_repository, root_of
from pagemirror.source.interface import Listing, TreeDiff
from pagemirror.source.listing import list_tree
from pagemirror.source.names import folder_of
from pagemirror.source.presence import Presence, files_at, look_up
from pagemirror.source.remotes import SUSPECT
from pagemirror.source.settings import SourceSettings

__all__ = ["CommitSnapshot", "open_at", "open_commit"]

_BRANCHES: Final = "refs/heads/"
_TAGS: Final = "refs/tags/"
_REMOTES: Final = "refs/remotes/"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitSnapshot:
    """The source folder at one commit; everything but the ids is read when it is asked for.

    `ref_name` is the branch or tag that was named, or that HEAD is on; where there is none (`detached`) the commit.
    `root` is the source folder from the repository's top, `tree` its tree, None where the commit has no such folder.
    `committed_at` is in seconds since 1970. `beside` are the files above the folder that decide about it. A `shallow`
    clone lacks history: see `root_commit` and `verify_root`.
    """

    settings: SourceSettings
    git: Git = field(repr=False)
    commit: CommitId
    ref_name: str
    detached: bool
    root: RepoPath
    tree: TreeId | None
    committed_at: float
    shallow: bool
    beside: tuple[tuple[RepoPath, BlobId], ...] = ()
    notes: tuple[str, ...] = ()
    _known: dict[RepoPath, Presence] = field(default_factory=dict, repr=False, compare=False)

    @property
    def head(self) -> str:
        """The commit itself."""
        return self.commit

    def key_parts(self) -> tuple[tuple[str, str], ...]:
        """Path and blob of what decides about the folder from outside of it.

        The ignore files are the folder's own, so its tree id covers them.
        """
        return self.beside

    def entries(self, only: Collection[RepoPath] | None = None) -> Listing:
        """The selected Markdown files; with `only`, those among these paths, for the price of those alone.

        With `only` a clash of two names that differ just in their Unicode form is seen where a path is not ASCII.
        """
        if self.tree is None:
            return Listing(entries=())
        with _noting_damage(self.git):
            return list_tree(self.git, self.tree, self.root, self.settings, only)

    def read(self, blobs: Iterable[BlobId]) -> Iterator[tuple[BlobId, bytes]]:
        """Each blob with its bytes, in the order asked for, one at a time. Raises SourceError for a missing object."""
        with _noting_damage(self.git):
            yield from read_blobs(self.git, blobs)

    def texts(self, paths: Iterable[RepoPath]) -> dict[RepoPath, bytes]:
        """The bytes of those of these files, from the repository's top, that are in this commit."""
        names = {f"{self.commit}:{path}": path for path in paths if "\n" not in path}
        found = kinds_at_hand(self.git, names) if names else {}
        blobs = {names[name]: BlobId(oid) for name, (kind, oid) in found.items() if kind == "blob"}
        texts = dict(self.read(dict.fromkeys(blobs.values())))
        return {path: texts[blob] for path, blob in blobs.items()}

    def images(self, paths: Iterable[RepoPath]) -> dict[RepoPath, BlobId]:
        """The blobs of those of these paths, from the repository's top, that are files of this commit."""
        with _noting_damage(self.git):
            return files_at(self.git, self.commit, paths)

    def exists(self, paths: Iterable[RepoPath]) -> dict[RepoPath, Literal["file", "folder"]]:
        """Which of these paths, from the repository's top, are there at this commit, and as what."""
        return look_up(self.git, self.commit, paths, self._known)

    def author(self, path: RepoPath) -> str:
        """Who made the last commit that touched the path; "" where history does not say."""
        return author_of(self.git, self.commit, path)

    def root_commit(self) -> str:
        """The oldest root commit, "" in a shallow clone; walks the whole history, so ask once."""
        return root_of(self.git, self.commit, shallow=self.shallow)

    def verify_root(self, known: str) -> bool:
        """Whether the root commit `known` is here; a shallow clone can't say no."""
        return is_same_repository(self.git, known, shallow=self.shallow)

    def diff(self, old: CommitId | TreeId) -> TreeDiff | None:
        """Compare with an older commit, or with the tree that the folder had then."""
        return compare(self, old)

    def is_strict_ancestor(self, of: CommitId) -> bool:
        """Whether this commit is known to be older than `of`, in its own line."""
        return precedes(self, of)

    def in_progress(self) -> str:
        """Nothing can be in the middle of a commit."""
        return ""

    def remember(self) -> None:
        """Git remembers trees itself."""


@contextmanager
def _noting_damage(git: Git) -> Iterator[None]:
    """Leave a note in a clone of ours in which something could not be read, so that it is made again if it must be."""
    try:
        yield
    except SourceError as error:
        if git.access is not None and error.code in {MISSING, "git"}:
            (git.folder / SUSPECT).touch()
        raise


def open_commit(settings: SourceSettings) -> CommitSnapshot:
    """Resolve the ref to a commit. Raises SourceError where there is no repository, no such ref or no commit."""
    return open_at(settings, git_in(settings.repo), settings.ref)


def open_at(settings: SourceSettings, git: Git, ref: str) -> CommitSnapshot:
    """The snapshot of a repository at a ref."""
    with _noting_damage(git):
        prefix, shallow, full_name = _discover(git, ref)
        root = folder_of(prefix, settings.path)
        commit, tree, committed_at = _commit(git, full_name or ref, ref)
        beside: tuple[tuple[RepoPath, BlobId], ...] = ()
        if root:
            tree, beside = _folder(git, commit, root, settings.outside(root))
    name = _short(full_name)
    return CommitSnapshot(
        settings=settings,
        git=git,
        commit=commit,
        ref_name=name or commit,
        detached=not name,
        root=root,
        tree=tree,
        committed_at=committed_at,
        shallow=shallow,
        beside=beside,
    )


def _discover(git: Git, ref: str) -> tuple[str, bool, str]:
    """Our folder from the top ("a/b/" or ""), whether the clone is shallow, and the ref's full name if it has one."""
    if not ref or ref.startswith("-") or any(not character.isprintable() or character == " " for character in ref):
        raise _unknown_ref(git, ref)
    output = git.ask(
        *("rev-parse", "--show-prefix", "--is-shallow-repository", "--symbolic-full-name", "--revs-only", ref, "--")
    )
    told = output.out.decode(errors="surrogateescape").split("\n")
    if len(told) < 3:  # noqa: PLR2004 - two lines and the end: Git came as far as the ref
        raise git.refusal(output.err, "open the repository")
    if output.code:
        raise _unknown_ref(git, ref)
    return told[0], told[1] == "true", told[2]


def _commit(git: Git, name: str, ref: str) -> tuple[CommitId, TreeId | None, float]:
    """The commit that a name means, its whole tree, and when it was committed."""
    output = git.ask("cat-file", "--batch", stdin=f"{name}^{{commit}}\n".encode())
    head, _, body = output.out.partition(b"\n")
    words = head.split()
    if output.code:
        raise git.refusal(output.err, f"read the commit of {ref}")
    if len(words) != 3 or words[1] != b"commit":  # noqa: PLR2004 - id, kind, size
        raise _unknown_ref(git, ref)
    fields = dict(line.partition(b" ")[::2] for line in body.partition(b"\n\n")[0].split(b"\n"))
    return CommitId(words[0].decode()), TreeId(fields[b"tree"].decode()), float(fields[b"committer"].split()[-2])


def _folder(
    git: Git, commit: CommitId, root: RepoPath, outside: Iterable[RepoPath]
) -> tuple[TreeId | None, tuple[tuple[RepoPath, BlobId], ...]]:
    """The tree of the source folder, None where the commit has none, and which of the files outside of it are there.

    A lost tree is an error, and no absence.
    """
    name = f"{commit}:{root}"
    asked = {f"{commit}:{path}": path for path in outside}
    found = kinds(git, [name, *asked])
    kind, oid = found.get(name, ("", ""))
    beside = tuple(
        (path, BlobId(found[full][1])) for full, path in asked.items() if found.get(full, ("",))[0] == "blob"
    )
    if kind == "tree":
        return TreeId(oid), beside
    if not kind:
        command = ("--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", root)
        words = git.run(*command, purpose=f"look for {root}").split()
        if b"tree" in words[1:2]:
            raise git.refusal(f"its tree {words[2].decode()} is missing or damaged", f"read {root}")
    return None, beside


def _short(full_name: str) -> str:
    for head in (_BRANCHES, _TAGS):
        if full_name.startswith(head):
            return full_name.removeprefix(head)
    return full_name.removeprefix(_REMOTES).partition("/")[2] if full_name.startswith(_REMOTES) else ""


def _unknown_ref(git: Git, ref: str) -> SourceError:
    out = git.run("for-each-ref", "--format=%(refname:short)", purpose="list the branches and tags")
    names = out.decode(errors="replace").splitlines()
    if not names:
        return SourceError(
            f"The repository {git.folder} has no commits yet, so there is nothing to mirror.",
            hint="Commit the source folder, then try again.",
            code="no_commits",
        )
    near = difflib.get_close_matches(ref, names, n=3, cutoff=0.5) or names[:3]
    if ref == "HEAD":
        problem = f"HEAD of {git.folder} is on a branch that has no commits yet."
    else:
        problem = f"There is no branch, tag or commit {ref!r} in {git.folder}."
    return SourceError(
        problem, hint=f"Set source.ref to one of those there are: {', '.join(near)}.", code="unknown_ref"
    )
