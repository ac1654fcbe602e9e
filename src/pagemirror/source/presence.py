"""Which paths are in the repository at a commit, and as what: for links to files that are not pages."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal

from pagemirror.model.ids import BlobId, CommitId, RepoPath
from pagemirror.source.blobs import kinds_at_hand
from pagemirror.source.command import Git

__all__ = ["Presence", "files_at", "look_up"]

Presence = Literal["file", "folder"] | None

_CHUNK = 300
_REGULAR = frozenset({b"100644", b"100755", b"100664"})


def look_up(
    git: Git, commit: CommitId, paths: Iterable[RepoPath], known: dict[RepoPath, Presence]
) -> dict[RepoPath, Literal["file", "folder"]]:
    """File or folder for each path that is there. `known` keeps the answers, also those that there is nothing.

    One `cat-file --batch-check` for all that are not known yet. What it does not find is asked of the trees
    themselves, which also name submodules, and files whose bytes a partial clone lacks.
    """
    asked = list(dict.fromkeys(paths))
    unknown = [path for path in asked if path not in known]
    _ask_objects(git, commit, [path for path in unknown if _sound(path)], known)
    _ask_trees(git, commit, [path for path in unknown if _sound(path) and path not in known], known)
    for path in unknown:
        known.setdefault(path, None)
    return {path: presence for path in asked if (presence := known[path]) is not None}


def files_at(git: Git, commit: CommitId, paths: Iterable[RepoPath]) -> dict[RepoPath, BlobId]:
    """The blob of each path that is a regular file; asks the trees alone, so a partial clone fetches nothing."""
    found: dict[RepoPath, BlobId] = {}
    for path, meta in _in_trees(git, commit, [path for path in dict.fromkeys(paths) if _sound(path)]):
        mode, kind, oid = meta.split()
        if kind == b"blob" and mode in _REGULAR:
            found[path] = BlobId(oid.decode())
    return found


def _sound(path: str) -> bool:
    """Whether it can be a path from the top: `rev:./x` would mean another place to Git."""
    return path == "" or not any(step in {"", ".", "..", ".git"} for step in path.removesuffix("/").split("/"))


def _forms(path: str) -> tuple[str, ...]:
    """How Git may spell the path; only macOS makes the second one."""
    bare = path.removesuffix("/")
    return tuple(dict.fromkeys((bare, unicodedata.normalize("NFD", bare))))


def _ask_objects(git: Git, commit: CommitId, paths: list[RepoPath], known: dict[RepoPath, Presence]) -> None:
    names = {f"{commit}:{form}": path for path in paths if "\n" not in path for form in _forms(path)}
    for name, (kind, _) in kinds_at_hand(git, names).items():
        _note(known, names[name], "folder" if kind == "tree" else "file")


def _ask_trees(git: Git, commit: CommitId, paths: list[RepoPath], known: dict[RepoPath, Presence]) -> None:
    for path, meta in _in_trees(git, commit, paths):
        _note(known, path, "file" if b" blob " in meta else "folder")


def _in_trees(git: Git, commit: CommitId, paths: list[RepoPath]) -> Iterator[tuple[RepoPath, bytes]]:
    """Mode, kind and id of each path that the trees name."""
    spelled = {form: path for path in paths for form in _forms(path) if form and "\0" not in form}
    forms = list(spelled)
    for start in range(0, len(forms), _CHUNK):
        words = ("--literal-pathspecs", "ls-tree", "-t", "-z", "--full-tree", commit, "--")
        out = git.run(*words, *forms[start : start + _CHUNK], purpose="look paths up")
        for line in out.split(b"\0"):
            meta, _, name = line.partition(b"\t")
            path = spelled.get(name.decode(errors="backslashreplace"))
            if path is not None:
                yield path, meta


def _note(known: dict[RepoPath, Presence], path: RepoPath, presence: Presence) -> None:
    """A path that ends in / means a folder, and nothing else."""
    known[path] = None if path.endswith("/") and presence == "file" else presence
