"""Files on disk, read without ever following a symbolic link. Knows no Git, no patterns and no documents.

Every step of a path is opened by itself, below the one before, so that a folder that is swapped for a link meanwhile
leads nowhere.
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

__all__ = ["Disk", "Gone", "Seen", "Trouble"]

_FOLDER: Final = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_TRIES: Final = 3
"""How often a file that is written to while it is read is read again."""
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Seen:
    """What `lstat` tells of a file, so far as it matters."""

    mode: int
    size: int
    mtime: int
    ctime: int
    inode: int

    @property
    def stamp(self) -> tuple[int, int, int, int]:
        """What moves whenever the bytes move."""
        return self.size, self.mtime, self.ctime, self.inode


class Gone(Exception):
    """There is no such file, or a step on the way to it is no folder any more."""


class Trouble(Exception):
    """The file is there, or may be, and can't be read; the argument says why."""


class Disk:
    """The files below one folder, by their names in bytes; cheapest when they are asked for in their order."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._steps: list[bytes] = []
        self._open: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._leave(0)

    def look(self, name: bytes) -> Seen:
        """What kind of thing it is, and its size and times. Raises Gone or Trouble."""
        try:
            folder, last = self._folder_of(name)
            return _seen(os.stat(last, dir_fd=folder, follow_symlinks=False))
        except OSError as error:
            raise _told(error) from error

    def read(self, name: bytes) -> tuple[Seen, bytes]:
        """A regular file's bytes with what it looked like at that moment. Raises Gone or Trouble."""
        try:
            folder, last = self._folder_of(name)
            handle = os.open(last, _FILE, dir_fd=folder)
            try:
                return _read(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise _told(error) from error

    def link(self, name: bytes) -> bytes:
        """What a symbolic link says. Raises Gone or Trouble."""
        try:
            folder, last = self._folder_of(name)
            return os.readlink(last, dir_fd=folder)
        except OSError as error:
            raise _told(error) from error

    def is_folder(self, name: bytes) -> bool:
        """Whether the name is a folder, and no link to one. Raises Trouble where that can't be seen."""
        try:
            return not name or stat.S_ISDIR(self.look(name).mode)
        except Gone:
            return False

    def _folder_of(self, name: bytes) -> tuple[int, bytes]:
        """The open folder of a file, and the file's name in it."""
        *steps, last = name.split(b"/")
        if not self._open:
            self._open.append(os.open(self._top, _FOLDER & ~os.O_NOFOLLOW))
        same = 0
        while same < min(len(steps), len(self._steps)) and steps[same] == self._steps[same]:
            same += 1
        self._leave(1 + same)
        for step in steps[same:]:
            self._open.append(os.open(step, _FOLDER, dir_fd=self._open[-1]))
            self._steps.append(step)
        return self._open[-1], last

    def _leave(self, depth: int) -> None:
        while len(self._open) > depth:
            os.close(self._open.pop())
        del self._steps[max(0, depth - 1) :]


def _seen(found: os.stat_result) -> Seen:
    return Seen(found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def _read(handle: int) -> tuple[Seen, bytes]:
    seen = _seen(os.fstat(handle))
    if not stat.S_ISREG(seen.mode):
        raise Trouble(f"it is {kind_of(seen.mode)}, not a file")
    data = b""
    for _ in range(_TRIES):
        os.lseek(handle, 0, os.SEEK_SET)
        chunks = []
        while chunk := os.read(handle, max(_CHUNK, seen.size + 1)):
            chunks.append(chunk)
        data = b"".join(chunks)
        after = _seen(os.fstat(handle))
        if after.stamp == seen.stamp and len(data) == seen.size:
            break
        seen = after
    return seen, data


def kind_of(mode: int) -> str:
    """What something that is no file is called."""
    names = (
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISLNK, "a symbolic link"),
    )
    return next((name for test, name in names if test(mode)), "something else")


def _told(error: OSError) -> Gone | Trouble:
    import errno  # noqa: PLC0415 - only where something is wrong

    if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}:
        return Gone()
    return Trouble(error.strerror or str(error))
