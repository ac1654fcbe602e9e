"""The folders and mirrors that rows share: made once a run, by a real first sync over HTTP, and thrown away after it.

The records of a hundred thousand pages are made like those of ten: nothing is filled in behind the program's back.
"""

import contextlib
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.folder import make_folder
from benchmarks.running import Mirror, Ran, standin

__all__ = ["Sizes", "Synced", "Worlds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many pages the small and the large folder have, and how often a command is measured."""

    small: int
    large: int
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """A mirror whose pages are all on the stand-in; `first` is how its first sync went."""

    mirror: Mirror
    pages: int
    first: Ran


@dataclass(slots=True)
class Worlds:
    """Makes what rows ask for, and keeps it until the run is over."""

    sizes: Sizes
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="pagemirror-bench-")))
    _open: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _repositories: dict[int, Path] = field(default_factory=dict)
    _synced: dict[int, Synced] = field(default_factory=dict)
    _made: int = 0

    def close(self) -> None:
        """End the stand-ins and remove the folders."""
        self._open.close()
        shutil.rmtree(self.folder)

    def place(self, pages: int) -> Path:
        """A new folder with `repo`, whose HEAD has so many pages; nothing was ever synced there."""
        if pages not in self._repositories:
            self._repositories[pages] = self.folder / f"seed-{pages}"
            make_folder(self._repositories[pages], pages)
        self._made += 1
        place = self.folder / f"place-{self._made}"
        place.mkdir()
        shutil.copytree(self._repositories[pages], place / "repo")
        return place

    def synced(self, pages: int) -> Synced:
        """A mirror of so many pages in which nothing is left to be done."""
        if pages not in self._synced:
            running = self._open.enter_context(standin())
            mirror = Mirror.at(self.place(pages), running.base_url)
            self._synced[pages] = Synced(mirror=mirror, pages=pages, first=mirror.run("sync", "--assume-empty"))
        return self._synced[pages]
