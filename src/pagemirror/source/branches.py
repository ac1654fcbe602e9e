"""Commits on a branch, made of a repository's objects alone: no file of the work tree and no index is touched.

Works on bare repositories and on clones of ours. Knows nothing of pages; whose words a commit holds it is told.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pagemirror.model.errors import SourceError, UsageError
from pagemirror.model.ids import CommitId, RepoPath
from pagemirror.source.command import Git
from pagemirror.source.names import readable
from pagemirror.source.snapshot import CommitSnapshot

__all__ = ["COMMITTER", "Change", "Made", "make_branch", "push_branch", "put_branch"]

COMMITTER: Final = "Pagemirror"
"""Who made the commits of such a branch, whoever wrote their words; a branch with others' commits is left alone."""

_NOBODY: Final = "pagemirror@localhost"
_HEADS: Final = "refs/heads/"
_TAKEN: Final = frozenset({"@", "HEAD"})
"""Names that Git means something else by."""

_TIMEOUT: Final = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One commit: a file's new bytes, and whose words they are. `at` is in seconds since 1970."""

    path: RepoPath
    data: bytes
    message: str
    author: str = ""
    email: str = ""
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A branch as it stands now: its full name, its tip, and the tip before, "" where there was no such branch.

    `pushed`: its remote has it too.
    """

    name: str
    tip: CommitId
    before: str
    pushed: bool = False


def put_branch(snapshot: CommitSnapshot, branch: str, changes: Sequence[Change]) -> Made:
    """Make `branch` anew from a snapshot's commit; where the repository is a clone of ours its remote gets it too."""
    made = make_branch(snapshot.git, branch, snapshot.commit, changes)
    if snapshot.git.access is None:
        return made
    push_branch(snapshot.git, made)
    return replace(made, pushed=True)


def make_branch(git: Git, branch: str, base: CommitId, changes: Sequence[Change]) -> Made:
    """Make `branch` anew from `base`, one commit a change, in their order.

    A branch that is there is replaced if all that it has above `base` was made here. Raises SourceError where it holds
    somebody else's commits, is checked out, or has a name that no branch can have.
    """
    name = _checked_name(git, branch)
    if git.access is not None:
        _bring(git, branch, name)
    before = _tip(git, name)
    if before:
        _check_ours(git, branch, base, before)
    _check_free(git, branch, name)
    tip = base
    with _index(git) as indexed:
        indexed.run("read-tree", base, purpose=f"read {base[:10]}")
        for change in changes:
            tip = _commit(indexed, tip, change)
    git.run("update-ref", "-m", "pagemirror pull", name, tip, before or "0" * len(tip), purpose=f"write {branch}")
    return Made(name=name, tip=tip, before=before)


def push_branch(git: Git, made: Made) -> None:
    """Bring a branch of a clone of ours to its remote; raises SourceError where that is refused."""
    lease = f"--force-with-lease={made.name}:{made.before}"
    output = git.reach("push", "--quiet", lease, "origin", f"{made.tip}:{made.name}", timeout=_TIMEOUT)
    if output.code:
        raise SourceError(
            f"The branch {made.name.removeprefix(_HEADS)} can't be pushed: {_last(git, output.err)}",
            hint="Give source.token (or source.ssh_key) the right to write, or run pull in a clone of your own.",
            code="push_failed",
        )


def _bring(git: Git, branch: str, name: str) -> None:
    """Have the branch as the remote has it, or not at all: somebody may have gone on with it there."""
    told = git.reach("ls-remote", "origin", name, timeout=_TIMEOUT)
    if told.code == 0 and not told.out.strip():
        git.run("update-ref", "-d", name, purpose=f"forget {branch}")
        return
    output = (
        told if told.code else git.reach("fetch", "--quiet", "--no-tags", "origin", f"+{name}:{name}", timeout=_TIMEOUT)
    )
    if output.code:
        raise SourceError(
            f"The branch {branch} can't be fetched: {_last(git, output.err)}",
            hint="Look whether the remote can be reached, and try again.",
            code="fetch_failed",
        )


def _last(git: Git, err: str) -> str:
    told = git.access.redacted(err) if git.access is not None else err
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    return lines[-1] if lines else "Git said nothing"


def _checked_name(git: Git, branch: str) -> str:
    name = f"{_HEADS}{branch}"
    if branch in _TAKEN or branch.startswith(("-", "refs/")) or git.ask("check-ref-format", name).code:
        raise UsageError(
            f"{branch!r} is no name that a branch can have; nothing was written.",
            hint="Name another one with --branch.",
            code="branch",
        )
    return name


def _tip(git: Git, name: str) -> str:
    output = git.ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    return "" if output.code else output.out.decode().strip()


def _check_ours(git: Git, branch: str, base: CommitId, tip: str) -> None:
    """Whether a branch holds nothing but commits that were made here, beside what the base has."""
    out = git.run("log", "--format=%cn", f"{base}..{tip}", "--", purpose=f"read {branch}")
    others = sorted({line for line in out.decode(errors="replace").splitlines() if line != COMMITTER})
    if others:
        raise SourceError(
            f"The branch {branch} holds commits of {', '.join(others)}; it was left as it is.",
            hint="Merge or remove it, or name another one with --branch.",
            code="branch",
        )


def _check_free(git: Git, branch: str, name: str) -> None:
    """A branch that somebody works on would move under their files."""
    out = git.run("worktree", "list", "--porcelain", purpose="list the work trees")
    if f"branch {name}" in out.decode(errors="replace").splitlines():
        raise SourceError(
            f"The branch {branch} is checked out; it was left as it is.",
            hint="Switch to another branch there, or name another one with --branch.",
            code="branch",
        )


@contextmanager
def _index(git: Git) -> Iterator[Git]:
    """The same repository with an index of its own, that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="pagemirror-index-") as folder:
        place = Path(folder) / "index"
        yield replace(git, environment={**git.environment, "GIT_INDEX_FILE": str(place)})


def _commit(git: Git, parent: CommitId, change: Change) -> CommitId:
    mode, name = _entry(git, parent, change.path)
    stored = git.run("hash-object", "-w", "--stdin", stdin=change.data, purpose=f"store {change.path}")
    line = b"%s %s\t%s\0" % (mode, stored.strip(), name)
    git.run("update-index", "-z", "--index-info", stdin=line, purpose=f"note {change.path}")
    tree = git.run("write-tree", purpose="write the tree").decode().strip()
    people = _people(change)
    made = replace(git, environment={**git.environment, **people})
    out = made.run("commit-tree", tree, "-p", parent, stdin=change.message.encode(), purpose="write the commit")
    return CommitId(out.decode().strip())


def _people(change: Change) -> Mapping[str, str]:
    when = f"{int(change.at)} +0000"
    return {
        "GIT_AUTHOR_NAME": _tame(change.author) or COMMITTER,
        "GIT_AUTHOR_EMAIL": _tame(change.email) or _NOBODY,
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_NAME": COMMITTER,
        "GIT_COMMITTER_EMAIL": _NOBODY,
        "GIT_COMMITTER_DATE": when,
    }


def _tame(text: str) -> str:
    """A name without what would end it in a commit's head."""
    return " ".join(text.translate(dict.fromkeys(map(ord, "<>\n\r\0"), " ")).split())


def _entry(git: Git, commit: CommitId, path: RepoPath) -> tuple[bytes, bytes]:
    """A file's mode and its name as Git has it, whose Unicode form may be another one than ours."""
    command = ("--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--")
    out = git.run(*command, path, purpose=f"look for {path}")
    if not out:
        out = git.run(*command[:3], "-r", *command[3:], purpose="list the files")
    for row in out.split(b"\0"):
        meta, _, name = row.partition(b"\t")
        if name and readable(name) == path:
            return meta.split()[0], name
    return b"100644", os.fsencode(path)
