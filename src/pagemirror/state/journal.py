"""Durable writes for many tasks: one worker thread, one transaction for all that wait while another is written.

Knows no change's meaning. Order is kept: what is handed in earlier is written earlier or together.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from pagemirror.model.errors import LockedError, StateError
from pagemirror.model.ids import MirrorName
from pagemirror.state.interface import Change, Store

__all__ = ["Journal"]

T = TypeVar("T")

_GUILTY: Final = frozenset({"foreign"})
"""Codes of state errors that are one commit's own; any other concerns the whole state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    changes: tuple[Change, ...]
    done: asyncio.Future[None]


class Journal:
    """The writer of one mirror's changes during a pass, under the lock's epoch."""

    def __init__(self, store: Store, mirror: MirrorName, *, epoch: int | None = None) -> None:
        self._store = store
        self._mirror = mirror
        self._epoch = epoch
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"state-{mirror}")
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._closed = False

    async def commit(self, changes: Sequence[Change]) -> None:
        """Return when these changes are durable; all of them are written, or none and an error is raised.

        A task that is cancelled while it waits doesn't take its changes back.
        """
        self._refuse_closed()
        one = _Waiting(changes=tuple(changes), done=asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        await one.done

    async def announce(self, changes: Iterable[Change]) -> None:
        """Return when whoever comes after this pass will find these intents, should it be killed (see `Store`)."""
        epoch = self._epoch
        if epoch is not None:
            await self.run(lambda: self._store.announce(self._mirror, changes, epoch=epoch))

    async def run(self, fn: Callable[[], T]) -> T:
        """Call `fn` in the worker thread, after all that was handed in before is written."""
        self._refuse_closed()
        if self._waiting:
            await asyncio.wait([self._waiting[-1].done])
        return await asyncio.get_running_loop().run_in_executor(self._worker, fn)

    async def close(self) -> None:
        """Write what waits, then end the thread; nothing can be handed in from now on."""
        self._closed = True
        while self._writing is not None and not self._writing.done():  # one that was cancelled before it began stays
            await asyncio.wait([self._writing])
        self._worker.shutdown()

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StateError(
                f"The journal of the mirror {self._mirror} is closed; nothing was written.",
                hint="This is a fault of pagemirror: please report it.",
                code="journal_closed",
            )

    async def _write_all(self) -> None:
        """Write group after group until nothing waits."""
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                errors = await loop.run_in_executor(self._worker, self._write_group, group)
                for one, error in zip(group, errors, strict=True):
                    _answer(one, error)
        finally:
            self._writing = None

    def _write_group(self, group: Sequence[_Waiting]) -> list[Exception | None]:
        """Write a group together, or one by one where one of them is at fault; an error or None for each."""
        error = self._write([change for one in group for change in one.changes])
        if error is None or len(group) == 1 or _is_everyones(error):
            return [error] * len(group)
        return [self._write(one.changes) for one in group]

    def _write(self, changes: Sequence[Change]) -> Exception | None:
        try:
            self._store.apply(self._mirror, changes, epoch=self._epoch)
        except Exception as error:  # noqa: BLE001  # handed to the task that waits for it
            return error
        return None


def _is_everyones(error: Exception) -> bool:
    return isinstance(error, LockedError) or (isinstance(error, StateError) and error.code not in _GUILTY)


def _answer(one: _Waiting, error: Exception | None) -> None:
    if one.done.done():  # its task was cancelled; the changes are written all the same
        return
    if error is None:
        one.done.set_result(None)
    else:
        one.done.set_exception(error)
