"""What moved between an older snapshot and this one, as Git sees it. Decides nothing about pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pagemirror.model.ids import BlobId, CommitId, RepoPath, TreeId
from pagemirror.source.blobs import absent, kinds_at_hand
from pagemirror.source.command import Git
from pagemirror.source.exact import exact_moves
from pagemirror.source.fetching import fetch_commit, fetch_promised
from pagemirror.source.interface import Rename, TreeDiff
from pagemirror.source.names import joined, readable

if TYPE_CHECKING:
    from pagemirror.source.snapshot import CommitSnapshot

__all__ = ["compare", "precedes"]

_EMPTY: Final = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""Git's id of a folder with nothing in it, by the length of its ids (SHA-1, SHA-256)."""

_RENAME_LIMIT: Final = 2000
"""Above so many files that are new or gone, Git pairs only those with equal bytes: the cost grows with the square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """One record of `diff-tree --raw`: `old` is `new` but for renames, `was` and `is_now` are the two blobs."""

    status: str
    score: int
    old: RepoPath
    new: RepoPath
    was: str
    is_now: str


def compare(snapshot: "CommitSnapshot", old: CommitId | TreeId) -> TreeDiff | None:
    """Compare with an older commit, or with the tree that the folder had then; None where Git doesn't have it any more.

    A tree is taken as the folder's own, wherever it stood. A shallow clone fetches an older commit by itself. Objects
    that are damaged give None too: whoever then reads the whole folder learns whether the new side is sound.
    """
    commit, tree = _old_trees(snapshot, old)
    if tree is None:
        return None
    changes = _folder_changes(snapshot, tree, snapshot.tree or _empty(snapshot))
    elsewhere = _elsewhere(snapshot, commit) if commit is not None else frozenset()
    if changes is None or elsewhere is None:
        return None
    # Git says "copy" where the text of a rewritten file went on under another name: to us the document moved.
    renames = [
        Rename(old=change.old, new=change.new, score=change.score) for change in changes if change.status in "RC"
    ]
    rest = [change for change in changes if change.status not in "RC"]
    renames += exact_moves(
        {change.old: change.was for change in rest if change.status != "A"},
        {change.new: change.is_now for change in rest if change.status != "D"},
    )
    rewritten = {change.new for change in changes if change.status == "M" and change.score}
    moved_here, moved_away = {rename.new for rename in renames}, {rename.old for rename in renames}
    filled_again = moved_away & ({change.new for change in changes if change.status in "AM"} | moved_here)
    return TreeDiff(
        touched=frozenset(path for change in changes for path in (change.old, change.new)),
        renames=tuple(
            sorted(
                (rename for rename in renames if rename.old != rename.new), key=lambda rename: (rename.new, rename.old)
            )
        ),
        broken=frozenset(rewritten | filled_again),
        elsewhere=elsewhere,
    )


def precedes(snapshot: "CommitSnapshot", of: CommitId) -> bool:
    """Whether this snapshot's commit is known to be older than `of`, in its own line. False where nobody can say."""
    if snapshot.git.access is not None:  # a remote's history is followed wherever it goes
        return False
    if of == snapshot.commit or kinds_at_hand(snapshot.git, [of]).get(of, ("",))[0] != "commit":
        return False
    return snapshot.git.ask("merge-base", "--is-ancestor", snapshot.commit, of).code == 0


def _empty(snapshot: "CommitSnapshot") -> TreeId:
    return TreeId(_EMPTY[len(snapshot.commit)])


def _old_trees(snapshot: "CommitSnapshot", old: CommitId | TreeId) -> tuple[CommitId | None, TreeId | None]:
    """The old commit, if it is one, and the old tree of the folder, None where the old object isn't there."""
    below = f"{old}:{snapshot.root}"
    found = kinds_at_hand(snapshot.git, [old, below])
    if old not in found and snapshot.shallow and not fetch_commit(snapshot.git, old):
        found = kinds_at_hand(snapshot.git, [old, below])
    kind = found.get(old, ("", ""))[0]
    if kind == "commit":
        return CommitId(old), TreeId(found[below][1]) if found.get(below, ("",))[0] == "tree" else _empty(snapshot)
    if kind == "tree" or old == _empty(snapshot):
        return None, TreeId(old)
    return None, None


def _folder_changes(snapshot: "CommitSnapshot", old: TreeId, new: TreeId) -> list[_Change] | None:
    command = ("diff-tree", "-r", "-z", "--raw", "--full-index")
    likeness = ("-B", "-M", f"-l{_RENAME_LIMIT}")
    output = snapshot.git.ask(*command, *likeness, old, new)
    if output.code and snapshot.git.access is not None and _bring(snapshot.git, old, new):
        output = snapshot.git.ask(*command, *likeness, old, new)
    if output.code:
        # A partial clone lacks the bytes that tell likeness; equal ids need none.
        output = snapshot.git.ask(*command, "-M100%", old, new)
    return None if output.code else list(_changes(output.out, snapshot.root))


def _bring(git: Git, old: TreeId, new: TreeId) -> bool:
    """Fetch what a clone of ours lacks of the files that moved: they are about to be read."""
    output = git.ask("diff-tree", "-r", "--raw", "--full-index", "--no-renames", "-z", old, new)
    heads = [word.split() for word in output.out.split(b"\0") if word.startswith(b":")]
    blobs = {
        BlobId(oid.decode())
        for head in heads
        for mode, oid in ((head[0][1:], head[2]), (head[1], head[3]))
        if mode.startswith(b"100")
    }
    missing = absent(git, sorted(blobs))
    return bool(missing) and not fetch_promised(git, missing)


def _elsewhere(snapshot: "CommitSnapshot", old: CommitId) -> frozenset[RepoPath] | None:
    if not snapshot.root:
        return frozenset()
    command = ("diff-tree", "-r", "-t", "-z", "--raw", "--no-renames", "--diff-filter=ADT")
    output = snapshot.git.ask(*command, old, snapshot.commit)
    if output.code:
        return None
    inside = f"{snapshot.root}/"
    changes = _changes(output.out, RepoPath(""))
    return frozenset(change.new for change in changes if not change.new.startswith(inside))


def _changes(raw: bytes, root: RepoPath) -> Iterator[_Change]:
    """The records `:modes ids STATUS␀path␀[path␀]`."""
    words = iter(raw.split(b"\0"))
    for head in words:
        if not head:
            break
        _, _, was, is_now, told = head.decode().split(" ")
        old = joined(root, readable(next(words)))
        new = joined(root, readable(next(words))) if told[0] in "RC" else old
        yield _Change(status=told[0], score=int(told[1:] or 0), old=old, new=new, was=was, is_now=is_now)
