"""Files without a name in the system's temporary folder; knows nothing of what goes in.

A service runs for months: the folder that was there when it began may be gone, or full.
"""

import tempfile
from collections.abc import Callable, Iterable
from typing import IO

from pagemirror.model.errors import SourceError

__all__ = ["file_of"]


def file_of(lines: Iterable[str], *, make: Callable[[], IO[bytes]] = tempfile.TemporaryFile) -> IO[bytes]:
    """A file of these lines, to be read from its beginning. Raises SourceError where none can be written."""
    try:
        file = _made(make)
    except OSError as error:
        raise _refused(error) from error
    try:
        file.writelines(f"{line}\n".encode() for line in lines)
        file.seek(0)
    except OSError as error:
        file.close()
        raise _refused(error) from error
    return file


def _made(make: Callable[[], IO[bytes]]) -> IO[bytes]:
    try:
        return make()
    except FileNotFoundError:
        tempfile.tempdir = None  # the folder is gone: look for one that is there
        return make()


def _refused(error: OSError) -> SourceError:
    return SourceError(
        f"No temporary file can be written: {error.strerror or error}. Nothing was read.",
        hint="Make room in the temporary folder, or let TMPDIR name one that the user of pagemirror may write to.",
        code="temp_folder",
    )
