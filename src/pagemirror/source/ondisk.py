"""One look at a source folder on disk: what is there, and the blob of each file that can be a page.

Git says which names there are, the disk what they are. Files that can't be read are told of as such; only what is
surely not there any more is left out.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pagemirror.model.documents import Unreadable
from pagemirror.model.errors import SourceError
from pagemirror.model.fields import digest_of
from pagemirror.model.ids import BlobId, RepoPath, TreeId
from pagemirror.model.images import is_image_name
from pagemirror.source.command import Git
from pagemirror.source.disk import Disk, Gone, Seen, Trouble, kind_of
from pagemirror.source.interface import Listing
from pagemirror.source.judging import LOOKED_INTO, SYMLINK, Place, Row, judge, sort_out
from pagemirror.source.memory import Remembered, Told, settled
from pagemirror.source.names import joined, readable
from pagemirror.source.selection import IGNORE_FILE, selector
from pagemirror.source.spool import Spool

__all__ = ["Look", "blob_of", "names_on_disk", "take_look"]

_FILE: Final = b"100644"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen. `places` gives the file behind each blob, by its name from the top."""

    listing: Listing
    seen: Remembered
    places: Mapping[BlobId, bytes]


def names_on_disk(git: Git, folder: str, *, strict: bool = True) -> list[bytes]:
    """The files of a folder that Git doesn't ignore, from the top, sorted; those that are gone may be among them.

    With `strict`, a folder that Git can't look into is an error: what is in it must not be taken for removed.
    """
    paths = ["--", folder] if folder else []
    command = ("--literal-pathspecs", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    output = git.ask(*command, *paths)
    if output.code:
        raise git.refusal(output.err, f"list {folder or 'the top folder'}")
    shut = [line for line in output.err.splitlines() if "could not open directory" in line]
    if shut and strict:
        raise SourceError(
            f"Git can't look into a folder of the source: {shut[0].removeprefix('warning: ')}. Nothing was read, as "
            "files that can't be seen must not be taken for removed.",
            hint="Let the user who runs pagemirror read it, or name it in .gitignore.",
            code="no_permission",
        )
    return sorted(set(output.out.split(b"\0")) - {b""})


def blob_of(data: bytes, algorithm: str) -> BlobId:
    """Git's id of a file with these bytes; `algorithm` is the repository's."""
    state = hashlib.new(algorithm, usedforsecurity=False)
    state.update(b"blob %d\0" % len(data))
    state.update(data)
    return BlobId(state.hexdigest())


def take_look(
    git: Git, place: Place, algorithm: str, before: Remembered | None, spool: Spool, *, now: int
) -> Look | None:
    """Look at the folder now; None where there is none. What had to be read is in the spool afterwards."""
    with Disk(git.folder) as disk:
        if not disk.is_folder(os.fsencode(place.root)):
            return None
        one = _Looking(disk, place, algorithm, before, spool, now)
        return one.look(names_on_disk(git, place.root))


class _Looking:
    """One look under way."""

    def __init__(
        self, disk: Disk, place: Place, algorithm: str, before: Remembered | None, spool: Spool, now: int
    ) -> None:
        self._disk = disk
        self._place = place
        self._head = os.fsencode(f"{place.root}/") if place.root else b""
        self._algorithm = algorithm
        self._before = before
        self._spool = spool
        self._now = now
        self._told: dict[bytes, Told] = {}
        self._problems: list[Unreadable] = []

    def look(self, names: Iterable[bytes]) -> Look:
        """See what each name is, then read what can be a page."""
        seen = self._kinds(names)
        ignored = {name: self._row(name, found) for name, found in seen.items() if _is_ignore_file(name, found)}
        settings = self._place.settings
        selects = selector(settings.include, settings.exclude, self._texts(ignored))
        rows = [
            row
            for name, found in seen.items()
            if (row := ignored.get(name) or self._row(name, found, selects)) is not None
        ]
        sorted_ = sort_out(self._place, rows, selects, None)
        listing = judge(self._place, sorted_, rows, selects, self._bytes)
        gone_wrong = [problem for problem in self._problems if selects(RepoPath(problem.path))]
        listing = Listing(
            entries=listing.entries,
            problems=tuple(
                sorted((*listing.problems, *map(self._whole, gone_wrong)), key=lambda problem: problem.path)
            ),
            findings=listing.findings,
        )
        words = (f"{os.fsdecode(name)}\0{told.word}" for name, told in sorted(self._told.items()))
        tree = TreeId(digest_of("disk", *words))
        places = {row.blob: self._head + row.name for row in rows if row.blob}
        return Look(listing=listing, seen=Remembered(tree=tree, told=self._told), places=places)

    def _kinds(self, names: Iterable[bytes]) -> dict[bytes, Seen]:
        """What each name is; what is gone, and other repositories, are left out."""
        found: dict[bytes, Seen] = {}
        for whole in names:
            name = whole[len(self._head) :]
            if not name or name.endswith(b"/"):
                continue
            try:
                seen = self._disk.look(whole)
            except Gone:
                continue
            except Trouble as trouble:
                self._wrong(name, "no_permission", f"the file can't be read: {trouble}")
                continue
            if stat.S_ISREG(seen.mode) or stat.S_ISLNK(seen.mode):
                found[name] = seen
            elif not stat.S_ISDIR(seen.mode):
                self._wrong(name, "unsupported", f"it is {kind_of(seen.mode)}, not a file")
        return found

    def _row(self, name: bytes, seen: Seen, selects: Callable[[RepoPath], bool] | None = None) -> Row | None:
        """A listed file; one that is not selected has no blob. Of those only images count beyond their name: pages
        may show them.
        """
        whole = self._head + name
        try:
            if stat.S_ISLNK(seen.mode):
                blob = self._kept(self._disk.link(whole))
                self._told[name] = Told(f"link {blob}")
                return Row(SYMLINK, blob, seen.size, name)
            if selects is not None and not selects(readable(name)):
                image = is_image_name(readable(name))
                self._told[name] = Told(f"image {seen.size} {seen.mtime}" if image else "")
                return Row(_FILE, BlobId(""), seen.size, name)
            if selects is not None and seen.size > self._place.settings.max_file_size:
                blob = BlobId(digest_of("large", *map(str, seen.stamp)))
                self._told[name] = Told(blob)
                return Row(_FILE, blob, seen.size, name)
            known = self._known(name, seen) if selects is not None else None
            if known is not None:
                self._told[name] = Told(known, seen.stamp)
                return Row(_FILE, known, seen.size, name)
            seen, data = self._disk.read(whole)
            blob = self._kept(data)
            self._told[name] = Told(blob, seen.stamp if settled(seen, self._now) else None)
            return Row(_FILE, blob, len(data), name)
        except Gone:
            return None
        except Trouble as trouble:
            self._wrong(name, "no_permission", f"the file can't be read: {trouble}")
            return None

    def _known(self, name: bytes, seen: Seen) -> BlobId | None:
        """The blob of a file that need not be read."""
        return self._before.blob(name, seen) if self._before is not None and seen.size not in LOOKED_INTO else None

    def _kept(self, data: bytes) -> BlobId:
        blob = blob_of(data, self._algorithm)
        self._spool.put(blob, data)
        return blob

    def _texts(self, ignored: Mapping[bytes, Row | None]) -> dict[str, str]:
        """The text of each ignore file by its folder. One that can't be read may keep pages back, so it is an error."""
        texts: dict[str, str] = {}
        for name, row in ignored.items():
            if row is None:
                raise SourceError(
                    f"{self._whole_name(name)} can't be read. Nothing was read, as the file may keep pages from being "
                    "mirrored.",
                    hint="Let the user who runs pagemirror read it.",
                    code="no_permission",
                )
            texts[readable(name[: -len(IGNORE_FILE) - 1])] = self._bytes([row.blob])[row.blob].decode(errors="replace")
        return texts

    def _bytes(self, blobs: Iterable[BlobId]) -> dict[BlobId, bytes]:
        """The bytes of links, ignore files and what may be a pointer: all of them were read in this look."""
        return {blob: self._spool.get(blob) for blob in blobs}

    def _wrong(self, name: bytes, code: str, reason: str) -> None:
        self._told[name] = Told(f"{code} {reason}")
        blob = BlobId(digest_of(code, reason))
        self._problems.append(Unreadable(path=readable(name), blob=blob, code=code, reason=reason))

    def _whole(self, problem: Unreadable) -> Unreadable:
        return Unreadable(
            path=joined(self._place.root, problem.path), blob=problem.blob, code=problem.code, reason=problem.reason
        )

    def _whole_name(self, name: bytes) -> RepoPath:
        return joined(self._place.root, readable(name))


def _is_ignore_file(name: bytes, seen: Seen) -> bool:
    return stat.S_ISREG(seen.mode) and (b"/" + name).endswith(f"/{IGNORE_FILE}".encode())
