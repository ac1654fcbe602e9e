"""Where a state lives, from its URL; makes the file and its folder, and knows nothing of what is in them."""

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from pagemirror.model.errors import StateError
from pagemirror.state.paths import sqlite_path

__all__ = ["DEFAULT_FOLDER", "FileState", "ServerState", "located"]

DEFAULT_FOLDER: Final = ".pagemirror"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORMS: Final = "Write `sqlite:///path/to/state.db` or `postgresql+psycopg://user@host/database`."


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """An SQLite file."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    def make(self) -> None:
        """Create the file and its folder, readable by their owner alone, unless they are there.

        SQLite gives the files that it adds beside this one the same mode.
        """
        folder = self.path.parent
        try:
            if not folder.is_dir():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            ignore = folder / ".gitignore"
            if folder.name == DEFAULT_FOLDER and not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
            self._begin()
        except OSError as error:
            if error.errno in _FULL:
                raise StateError(
                    f"The state {self.path} can't be made: the disk is full.",
                    hint="Free some space; nothing was sent.",
                    code="state_full",
                ) from error
            raise self._closed(error.strerror or str(error)) from error

    def _begin(self) -> None:
        """Make the file. One that is there is not even opened: closing it again would end the locks that SQLite has on
        it for this process, and another process could take the log away under it.
        """
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
        except FileExistsError:
            if self.path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)) from None
            if not os.access(self.path, os.R_OK | os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from None

    def check_writable(self) -> None:
        """Raise `StateError` where the file, or the folder that it would be made in, can't be written to."""
        there = next(path for path in (self.path, *self.path.absolute().parents) if path.exists())
        if not os.access(there, os.W_OK):
            raise self._closed(f"{there} is not writable")

    def _closed(self, reason: str) -> StateError:
        return StateError(
            f"The state {self.path} can't be opened for writing: {reason}.",
            hint="Let the user that runs pagemirror write there, or name another place as `url` under [state].",
            code="state_readonly",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """A PostgreSQL database."""

    url: URL

    def __str__(self) -> str:
        return self.url.render_as_string(hide_password=True)


def _wrong(message: str) -> StateError:
    return StateError(message, hint=_FORMS, code="state_url")


def located(url: str) -> FileState | ServerState:
    """The place that a URL names; raises `StateError` for one that this version can't use."""
    if url.startswith("git:"):
        raise _wrong("A state in a Git ref (`git:…`) is no database, and is opened with its repository.")
    if url.startswith("sqlite:"):
        path = sqlite_path(url)
        if path is None:
            raise _wrong("The state's URL names no file, or has options, which a state in SQLite doesn't take.")
        return FileState(path=path)
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _wrong("The state's URL can't be read.") from error
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return ServerState(url=parsed.set(drivername="postgresql+psycopg"))
    raise _wrong(f"A state of the kind `{parsed.drivername}` is not known.")
