"""A place for a state in memory, which keeps its versions as a Git ref would; several stores may use it at once."""

from collections.abc import Mapping
from itertools import count

from pagemirror.model.errors import StateError

__all__ = ["MemoryRef"]


class MemoryRef:
    """Files under a version. `refused` is what a push without the right to it gets, `away` what anything gets."""

    where = "git:refs/pagemirror/state@origin"

    def __init__(self) -> None:
        self.files: Mapping[str, bytes] = {}
        self.newest = ""
        self.pushes = 0
        self.refused: StateError | None = None
        self.away: StateError | None = None
        self._numbers = count(1)

    def version(self) -> str:
        if self.away is not None:
            raise self.away
        return self.newest

    def load(self) -> tuple[str, Mapping[str, bytes]]:
        return self.version(), dict(self.files)

    def save(self, files: Mapping[str, bytes], expected: str) -> str | None:
        if self.refused is not None:
            raise self.refused
        if self.version() != expected:
            return None
        self.files, self.newest = dict(files), f"v{next(self._numbers)}"
        self.pushes += 1
        return self.newest
