"""The data file: all pages as JSON on disk, written whole and put in place at once, so that it is never half there."""

import asyncio
import contextlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pagemirror.sandbox.exchange import Json
from pagemirror.sandbox.world import World

__all__ = ["DataFile", "DataFileError"]

_VERSION = 1


class DataFileError(ValueError):
    """The data file cannot be read; the message says why and what to do."""


class DataFile:
    """Keeps a world in a file."""

    def __init__(self, world: World, path: Path) -> None:
        self._world, self._path = world, path
        self._saved = self._writes()

    def load(self) -> None:
        """Fill the world from the file, if there is one."""
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        try:
            value = json.loads(text)
            if value["version"] != _VERSION:
                raise DataFileError(f"{self._path} is of version {value['version']}, not {_VERSION}; name another file")
            for name, part in value["apis"].items():
                if name in self._world.apis:
                    self._world.apis[name].load(part)
        except (ValueError, KeyError, TypeError) as error:
            if isinstance(error, DataFileError):
                raise
            raise DataFileError(f"{self._path} is no sandbox data: {error!r}; move it away or name another") from error
        self._saved = self._writes()

    async def keep_saved(self, every: float) -> None:
        """Save each so many seconds while there is something new; runs until cancelled."""
        while True:
            await asyncio.sleep(every)
            if self._writes() != self._saved:
                writes, freeze = self._writes(), self._freeze()
                await asyncio.to_thread(self._write, freeze)
                self._saved = writes

    def save(self) -> None:
        """Save now, if there is something new."""
        if self._writes() != self._saved:
            writes = self._writes()
            self._write(self._freeze())
            self._saved = writes

    def _writes(self) -> int:
        return sum(api.write_count() for api in self._world.apis.values())

    def _freeze(self) -> Callable[[], Json]:
        kept: dict[str, Any] = {name: api.keep() for name, api in self._world.apis.items()}
        return lambda: {name: self._world.apis[name].as_json(part) for name, part in kept.items()}

    def _write(self, apis: Callable[[], Json]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"version": _VERSION, "apis": apis()}, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._path)  # noqa: PTH105 - the counterpart of mkstemp
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)  # noqa: PTH108 - the same
            raise
