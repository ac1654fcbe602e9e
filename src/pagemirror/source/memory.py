"""What a mirror of files on disk saw last: which file had which blob, and by what to tell that it has it still.

Without it a pass reads every file, and takes every document for one that may have moved; so it may be lost at any
time. It is written when a pass has recorded its snapshot, and by nobody else.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pagemirror.model.ids import BlobId, TreeId
from pagemirror.source.disk import Seen

__all__ = ["Memory", "Remembered", "Told", "make_private", "settled"]

_VERSION: Final = 1
_GRAIN: Final = 2_000_000_000
"""Nanoseconds within which a file system may give two moments the same time; FAT has the coarsest."""


@dataclass(frozen=True, slots=True)
class Told:
    """One name of the folder: `word` is a blob, or says what else it is; `stamp` is None where a look must read it."""

    word: str
    stamp: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What one look saw; `told` by the names as the disk has them, relative to the source folder."""

    tree: TreeId
    told: Mapping[bytes, Told]

    def blob(self, name: bytes, seen: Seen) -> BlobId | None:
        """The blob that a file surely has still; None where it must be read."""
        told = self.told.get(name)
        return BlobId(told.word) if told is not None and told.stamp == seen.stamp else None


@dataclass(frozen=True, slots=True)
class Memory:
    """The file that holds it; None for a mirror that remembers nothing."""

    path: Path | None

    def now(self) -> int:
        """The time, in nanoseconds since 1970, as the file system tells it that will be compared with; 0 = unknown.

        Where nothing was remembered yet there is no folder to ask; then no file is taken for settled.
        """
        if self.path is None:
            return 0
        try:
            with tempfile.TemporaryFile(dir=self.path.parent) as file:
                return os.fstat(file.fileno()).st_mtime_ns
        except OSError:
            return 0

    def load(self) -> Remembered | None:
        """What was seen last; None where that is not known, or can't be read."""
        if self.path is None:
            return None
        try:
            held = json.loads(self.path.read_bytes())
            if held["version"] != _VERSION:
                return None
            told = {os.fsencode(name): Told(word, _stamp(stamp)) for name, (word, stamp) in held["told"].items()}
            return Remembered(tree=TreeId(held["tree"]), told=told)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def save(self, seen: Remembered) -> None:
        """Remember; where the file can't be written the next pass reads everything, which is right as well."""
        if self.path is None:
            return
        told = {os.fsdecode(name): (one.word, one.stamp) for name, one in seen.told.items()}
        text = json.dumps({"version": _VERSION, "tree": seen.tree, "told": told})
        with suppress(OSError):
            make_private(self.path.parent)
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=f"{self.path.name}.")
            try:
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(text)
                Path(name).replace(self.path)
            except OSError:
                Path(name).unlink()
                raise


def settled(seen: Seen, now: int) -> bool:
    """Whether a file that moves after `now` must show it: one that moved just before could move again unseen."""
    return max(seen.mtime, seen.ctime) < now - _GRAIN


def make_private(folder: Path) -> None:
    """Make a folder that only its owner can look into, with what is missing above it, and that Git passes over."""
    for above in (*reversed(folder.parents), folder):
        if not above.is_dir():
            above.mkdir(mode=0o700, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="ascii")


def _stamp(held: list[int] | None) -> tuple[int, int, int, int] | None:
    if held is None:
        return None
    size, mtime, ctime, inode = held
    return size, mtime, ctime, inode
