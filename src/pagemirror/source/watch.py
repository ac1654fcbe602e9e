"""Tells that a source may have moved: files on disk, or the refs of a local repository. Never says what moved.

Events come from a thread of the watching library. What is watched may go and come back (a folder that is deleted, a
branch without it): `look` notices, and watches it again. Knows neither passes nor time.
"""

import errno
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from pagemirror.model.errors import SourceError
from pagemirror.source.command import git_in
from pagemirror.source.settings import WORKTREE, SourceSettings
from pagemirror.source.worktree import UNDER_WAY, under_way

__all__ = ["SourceWatch"]

_EVENTS: Final[list[type[FileSystemEvent]]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]
"""What changes something; that a file was opened and read does not, or a pass would call for the next one."""

_FULL: Final = frozenset({errno.ENOSPC, errno.EMFILE, errno.ENFILE})
_GIT: Final = ".git"
_OBJECTS: Final = "objects"
"""A folder that every repository has, and of which nothing is to be known."""

_HEADS: Final = frozenset({"HEAD", "packed-refs", "index", "index.lock", *(name for name, _ in UNDER_WAY)})


@dataclass(frozen=True, slots=True)
class _Spot:
    """One folder that is watched; `names`: only these entries of it count, None for all."""

    folder: Path
    deep: bool
    names: frozenset[str] | None = None


@dataclass(slots=True)
class _Armed:
    """A spot under watch, and which folder it was then."""

    watch: ObservedWatch
    identity: tuple[int, int]


class SourceWatch:
    """Watches one source that is at hand. `tell` is called in another thread whenever something may have moved."""

    def __init__(
        self, settings: SourceSettings, tell: Callable[[], None], *, observer: Callable[[], BaseObserver] = Observer
    ) -> None:
        self._settings = settings
        self._tell = tell
        self._observer = observer()
        self._armed: dict[_Spot, _Armed] = {}
        self._handlers: dict[_Spot, _Handler] = {}
        self._spare: Path | None = None
        self._short = False
        self._git_folder: Path | None = None
        self._on_disk = settings.ref == WORKTREE
        memory = settings.memory
        self._own = memory.parent.parent if memory is not None else None

    def look(self) -> Literal["same", "new", "limit"]:
        """Watch what is there and not yet watched. Blocks for a moment.

        "new": something is watched since now, so what moved before was not told. "limit": the system gives no more
        watches; what is not watched has to be looked at again and again.
        """
        if not self._observer.is_alive():
            self._observer.start()
        spots = self._spots()
        if self._short:  # folders that came meanwhile may not be watched
            for spot in [spot for spot in self._armed if spot.deep]:
                self._disarm(spot)
        found = self._watch_all(spots)
        self._short = found == "limit" or not self._has_room()
        return "limit" if self._short else found

    def _watch_all(self, spots: tuple[_Spot, ...]) -> Literal["same", "new", "limit"]:
        result: Literal["same", "new"] = "same"
        for spot in [spot for spot in self._armed if spot not in spots]:
            self._disarm(spot)
        for spot in spots:
            identity = _identity(spot.folder)
            armed = self._armed.get(spot)
            if armed is not None and armed.identity == identity and self._is_alive(armed.watch):
                continue
            self._disarm(spot)
            if identity is None:
                continue
            try:
                self._arm(spot, identity)
            except OSError as error:
                if error.errno in _FULL:
                    return "limit"
                continue  # gone between two looks: the next one knows
            result = "new"
        return result

    def _has_room(self) -> bool:
        """Whether one more folder could be watched. The library says nothing where it can't watch one that is new."""
        if self._spare is None:
            return True
        try:
            spare = self._observer.schedule(FileSystemEventHandler(), str(self._spare), event_filter=[DirMovedEvent])
        except OSError as error:
            return error.errno not in _FULL
        self._observer.unschedule(spare)
        return True

    def busy(self) -> str:
        """What Git is in the middle of, so that files on disk are half of one thing and half of another."""
        return under_way(self._git_folder) if self._on_disk and self._git_folder is not None else ""

    def close(self) -> None:
        """Watch no more."""
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join()

    # ------------------------------------------------------------------- spots

    def _spots(self) -> tuple[_Spot, ...]:
        """What is to be watched, as far as it can be known now."""
        repo = self._settings.repo
        try:
            told = git_in(repo).run("rev-parse", "--absolute-git-dir", "--git-common-dir", purpose="find its folder")
        except SourceError:
            return _waiting_for(repo)
        words = told.decode(errors="surrogateescape").split("\n")
        git_folder = Path(words[0])
        common = (repo / words[1]).resolve()
        self._git_folder = git_folder
        self._spare = common / _OBJECTS
        heads = [_Spot(folder, deep=False, names=_HEADS) for folder in dict.fromkeys((git_folder, common))]
        if not self._on_disk:
            stores = (_Spot(common / name, deep=True) for name in ("refs", "reftable"))
            return (*heads, *stores)
        return (*heads, *_chain(repo.resolve(), (repo / self._settings.path).resolve()))

    def _arm(self, spot: _Spot, identity: tuple[int, int]) -> None:
        handler = self._handlers.setdefault(spot, _Handler(self, spot))  # the library keeps that of a try that failed
        watch = self._observer.schedule(handler, str(spot.folder), recursive=spot.deep, event_filter=_EVENTS)
        self._armed[spot] = _Armed(watch, identity)

    def _disarm(self, spot: _Spot) -> None:
        armed = self._armed.pop(spot, None)
        if armed is not None:
            with suppress(KeyError):  # the library forgets the watch of a folder that was deleted
                self._observer.unschedule(armed.watch)

    def _is_alive(self, watch: ObservedWatch) -> bool:
        return any(emitter.watch == watch and emitter.is_alive() for emitter in self._observer.emitters)

    # ------------------------------------------------------------------ events

    def heard(self, spot: _Spot, paths: Iterable[str | bytes]) -> None:
        """Something happened at these paths; called in the library's thread."""
        if any(self._counts(spot, Path(os.fsdecode(path))) for path in paths if path):
            self._tell()

    def _counts(self, spot: _Spot, path: Path) -> bool:
        if spot.names is not None:
            return path.name in spot.names and path.parent == spot.folder
        if path.suffix == ".lock" and not self._on_disk:
            return False
        if _GIT in path.parts[len(spot.folder.parts) :]:
            return False
        own = self._own
        return own is None or not own.is_relative_to(spot.folder) or not path.is_relative_to(own)


class _Handler(FileSystemEventHandler):
    """Passes a spot's events on."""

    def __init__(self, watch: SourceWatch, spot: _Spot) -> None:
        self._watch = watch
        self._spot = spot

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Tell which paths an event names."""
        self._watch.heard(self._spot, (event.src_path, event.dest_path))


def _chain(top: Path, folder: Path) -> tuple[_Spot, ...]:
    """The folder with all in it, and the folders above it up to the one that holds `top`: it may go and come back."""
    spots = [_Spot(folder, deep=True)]
    while folder not in {top.parent, folder.parent}:
        spots.append(_Spot(folder.parent, deep=False, names=frozenset({folder.name})))
        folder = folder.parent
    return tuple(spots)


def _waiting_for(repo: Path) -> tuple[_Spot, ...]:
    """Where a repository is to be seen coming: the folder, and the first one above it that is there."""
    above = repo
    while not above.parent.is_dir() and above != above.parent:
        above = above.parent
    names = frozenset({_GIT, *_HEADS})
    return (_Spot(repo, deep=False, names=names), _Spot(above.parent, deep=False, names=frozenset({above.name})))


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if folder.is_dir() else None
