"""What history says of a repository and its files. Knows no snapshot."""

from pagemirror.model.ids import RepoPath
from pagemirror.source.blobs import kinds
from pagemirror.source.command import Git

__all__ = ["author_of", "is_same_repository", "root_of"]


def author_of(git: Git, commit: str, path: RepoPath) -> str:
    """Who made the last commit that touched the path; "" where history does not say."""
    if not commit:
        return ""
    out = git.run(
        *("rev-list", "-1", "--format=%an", "--encoding=UTF-8", commit, "--", f":(top,literal){path}"),
        purpose=f"find the author of {path}",
    )
    return out.decode(errors="replace").partition("\n")[2].strip()


def root_of(git: Git, commit: str, *, shallow: bool) -> str:
    """The repository's identity: its oldest root commit, "" without a commit, and in a shallow clone, which can't know.

    Walks the whole history: ask once, remember the answer, and give it to `is_same_repository` from then on.
    """
    if shallow or not commit:
        return ""
    out = git.run("rev-list", "--max-parents=0", "--timestamp", commit, purpose="read the history")
    roots = [(int(when), oid) for when, oid in (line.split() for line in out.decode().splitlines())]
    return min(roots)[1]


def is_same_repository(git: Git, known: str, *, shallow: bool) -> bool:
    """Whether this can still be the repository that has the root commit `known`; False only where it can't.

    The object's presence decides, not ancestry: a branch of its own root is the same repository, and the answer costs
    one look instead of the history. A shallow clone lacks its root, which proves nothing.
    """
    return not known or shallow or known in kinds(git, [known])
