"""The bytes behind object ids, as a stream: one `git cat-file --batch` however many are asked for."""

from collections.abc import Collection, Iterable, Iterator
from typing import BinaryIO

from pagemirror.model.errors import SourceError
from pagemirror.model.ids import BlobId
from pagemirror.source.command import Git
from pagemirror.source.fetching import fetch_promised

__all__ = ["kinds", "read_blobs", "read_named"]

_BATCH = ("cat-file", "--batch")


def read_blobs(git: Git, blobs: Iterable[BlobId]) -> Iterator[tuple[BlobId, bytes]]:
    """Each blob with its bytes, in the order asked for; one at a time is in memory.

    What a partial clone left out is fetched from its remote, once, for all that is still to be read. Raises
    SourceError for an object that can't be had, or that is no file.
    """
    wanted = list(blobs)
    done = 0
    for blob, data in _each(git, wanted):
        if data is None:
            break
        yield blob, data
        done += 1
    else:
        return
    rest = wanted[done:]
    _fetch_missing(git, rest)
    for blob, data in _each(git, rest):
        if data is None:
            raise _missing(git, [blob], "it was not there after a fetch either")
        yield blob, data


def read_named(git: Git, names: Collection[str]) -> dict[str, bytes]:
    """The bytes of the files among these names (ids, or `tree:path`); what isn't there, or is no file, is left out."""
    if not names:
        return {}
    ordered = list(dict.fromkeys(names))
    return {name: data for name, data in _read(git, ordered, strict=False) if data is not None}


def kinds(git: Git, names: Collection[str]) -> dict[str, tuple[str, str]]:
    """Kind (blob, tree, commit, tag) and object id of each name that is there. No name may hold a line's end."""
    if not names:
        return {}
    ordered = list(dict.fromkeys(names))
    asked = "".join(f"{name}\n" for name in ordered).encode()
    out = git.run(
        "cat-file", "--batch-check=%(objecttype) %(objectname)", stdin=asked, purpose="look objects up"
    ).decode(errors="replace")
    found = {}
    for name, line in zip(ordered, out.split("\n"), strict=False):
        kind, _, oid = line.partition(" ")
        if kind in {"blob", "tree", "commit", "tag"} and oid.isalnum():
            found[name] = (kind, oid)
    return found


def _each(git: Git, blobs: list[BlobId]) -> Iterator[tuple[BlobId, bytes | None]]:
    for name, data in _read(git, blobs, strict=True):
        yield BlobId(name), data


def _read(git: Git, names: Iterable[str], *, strict: bool) -> Iterator[tuple[str, bytes | None]]:
    """Name and bytes, in order; None for what isn't there and, if not `strict`, for what is no file."""
    asked = list(names)
    if not asked:
        return
    at = 0
    with git.stream(*_BATCH, lines=asked, purpose="read files") as out:
        for name in asked:
            kind, data = _next(out)
            if kind == "cut":
                break
            if kind not in {"blob", ""} and strict:
                raise SourceError(f"{name} in {git.folder} is a {kind}, not a file.", code="not_a_file")
            yield name, data if kind == "blob" else None
            at += 1
    if at < len(asked):
        raise git.refusal("", f"read {asked[at]}")


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


def _fetch_missing(git: Git, blobs: list[BlobId]) -> None:
    there = kinds(git, blobs)
    missing = [blob for blob in dict.fromkeys(blobs) if blob not in there]
    if missing:
        reason = fetch_promised(git, missing)
        if reason:
            raise _missing(git, missing, reason)


def _missing(git: Git, blobs: list[BlobId], reason: str) -> SourceError:
    others = f" and {len(blobs) - 1} more" if len(blobs) > 1 else ""
    return SourceError(
        f"The object {blobs[0]}{others} is missing in {git.folder}, and {reason}. What needs it was not read.",
        hint=f"Look: git -C '{git.folder}' fsck. A fresh clone, or git fetch --refetch, brings missing objects back.",
        code="missing_object",
    )
