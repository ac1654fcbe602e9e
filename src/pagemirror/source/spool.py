"""Bytes that were read once and must stay what they were: small ones in memory, many in a file without a name."""

import tempfile
import weakref
from pathlib import Path
from typing import Final

from pagemirror.model.ids import BlobId

__all__ = ["Spool"]

_IN_MEMORY: Final = 16_000_000


class Spool:
    """Keeps blobs for as long as it lives; `folder` is where the file goes, None for the system's own place."""

    def __init__(self, folder: Path | None) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(folder) if folder is not None else None)  # noqa: SIM115 - see finalize
        self._places: dict[BlobId, tuple[int, int]] = {}
        weakref.finalize(self, self._file.close)

    def put(self, blob: BlobId, data: bytes) -> None:
        """Keep a blob's bytes."""
        if blob not in self._places:
            at = self._file.seek(0, 2)
            self._file.write(data)
            self._places[blob] = at, len(data)

    def __contains__(self, blob: BlobId) -> bool:
        return blob in self._places

    def get(self, blob: BlobId) -> bytes:
        """The bytes of a blob that is here."""
        at, size = self._places[blob]
        self._file.seek(at)
        return self._file.read(size)
