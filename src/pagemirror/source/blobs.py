"""The bytes behind object ids, as a stream: one `git cat-file --batch` however many are asked for."""

from collections.abc import Collection, Iterable, Iterator
from typing import BinaryIO

from pagemirror.model.errors import SourceError
from pagemirror.model.ids import BlobId
from pagemirror.source.command import MISSING, Git
from pagemirror.source.fetching import fetch_promised

__all__ = ["absent", "kinds", "kinds_at_hand", "read_blobs", "sizes"]

_BATCH = ("cat-file", "--batch")


def read_blobs(git: Git, blobs: Iterable[BlobId]) -> Iterator[tuple[BlobId, bytes]]:
    """Each blob with its bytes, in the order asked for; one at a time is in memory.

    What a partial clone left out is fetched from its remote, once, for all that is still to be read. Raises
    SourceError for an object that can't be had, or that is no file.
    """
    wanted = list(blobs)
    done = 0
    try:
        for blob, data in _each(git, wanted):
            if data is None:
                break
            yield blob, data
            done += 1
        else:
            return
    except SourceError as error:
        if error.code != MISSING:
            raise
    rest = wanted[done:]
    gone = absent(git, rest)
    reason = fetch_promised(git, gone) if gone else ""
    if reason:
        raise _missing(git, gone, reason)
    for blob, data in _each(git, rest):
        if data is None:
            raise _missing(git, [blob], "Git can't read it")
        yield blob, data


def sizes(git: Git, blobs: Iterable[BlobId]) -> dict[BlobId, int]:
    """The size in bytes of each blob that can be had; what a partial clone left out is fetched first."""
    wanted = list(dict.fromkeys(blobs))
    gone = absent(git, wanted)
    if gone and fetch_promised(git, gone):
        wanted = [blob for blob in wanted if blob not in gone]
    out = git.run("cat-file", "--batch-check=%(objectsize)", stdin=_lines(wanted), purpose="look sizes up")
    return {blob: int(line) for blob, line in zip(wanted, out.split(b"\n"), strict=False) if line.isdigit()}


def kinds(git: Git, names: Collection[str]) -> dict[str, tuple[str, str]]:
    """Kind (blob, tree, commit, tag) and object id of each name that is there. No name may hold a line's end.

    Raises SourceError where a partial clone left out what must be looked at.
    """
    found, err = _looked_up(git, names)
    if err:
        raise git.refusal(err, "look objects up")
    return found


def kinds_at_hand(git: Git, names: Collection[str]) -> dict[str, tuple[str, str]]:
    """The same, but only up to the first name that a partial clone left out: there Git gives up."""
    found, err = _looked_up(git, names)
    error = git.refusal(err, "look objects up")
    if err and error.code != MISSING:
        raise error
    return found


def _looked_up(git: Git, names: Collection[str]) -> tuple[dict[str, tuple[str, str]], str]:
    """What was found, and what Git said if it gave up."""
    ordered = list(dict.fromkeys(names))
    if not ordered:
        return {}, ""
    output = git.ask("cat-file", "--batch-check=%(objecttype) %(objectname)", stdin=_lines(ordered))
    found = {}
    for name, line in zip(ordered, output.out.decode(errors="replace").split("\n"), strict=False):
        kind, _, oid = line.partition(" ")
        if kind in {"blob", "tree", "commit", "tag"} and oid.isalnum():
            found[name] = (kind, oid)
    return found, output.err if output.code else ""


def absent(git: Git, blobs: Iterable[BlobId]) -> list[BlobId]:
    """Those that aren't in the repository. Only `rev-list` can say so of a partial clone without giving up."""
    ordered = list(dict.fromkeys(blobs))
    out = git.run(
        *("rev-list", "--no-walk", "--objects", "--ignore-missing", "--missing=allow-any", "--no-object-names"),
        "--stdin",
        stdin=_lines(ordered),
        purpose="look for missing objects",
    )
    present = set(out.decode().split())
    return [blob for blob in ordered if blob not in present]


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def _each(git: Git, blobs: list[BlobId]) -> Iterator[tuple[BlobId, bytes | None]]:
    """Blob and bytes, in order; None for what isn't there."""
    if not blobs:
        return
    at = 0
    with git.stream(*_BATCH, lines=blobs, purpose="read files") as out:
        for blob in blobs:
            kind, data = _next(out)
            if kind == "cut":
                break
            if kind not in {"blob", ""}:
                raise SourceError(f"{blob} in {git.folder} is a {kind}, not a file.", code="not_a_file")
            yield blob, data if kind == "blob" else None
            at += 1
    if at < len(blobs):
        raise git.refusal("", f"read {blobs[at]}")


def _next(out: BinaryIO) -> tuple[str, bytes]:
    """Kind and bytes of the next object: "" where it is missing, "cut" where the output ends in the middle."""
    head = out.readline()
    if not head.endswith(b"\n"):
        return "cut", b""
    words = head.split()
    if words[-1] in {b"missing", b"ambiguous"}:
        return "", b""
    size = int(words[-1])
    data = out.read(size + 1)
    return (words[-2].decode() if len(data) == size + 1 else "cut"), data[:size]


def _missing(git: Git, blobs: list[BlobId], reason: str) -> SourceError:
    others = f" and {len(blobs) - 1} more" if len(blobs) > 1 else ""
    return SourceError(
        f"The object {blobs[0]}{others} is missing or damaged in {git.folder}, and {reason}. "
        "What needs it was not read.",
        hint=f"Look: git -C '{git.folder}' fsck. A fresh clone, or git fetch --refetch, brings missing objects back.",
        code=MISSING,
    )
