"""The mirror's lock for the length of a pass: taken, renewed, lost or given back."""

import asyncio
from contextlib import suppress
from typing import Final

from pagemirror.executor.stop import Stop
from pagemirror.model.clock import Clock
from pagemirror.model.errors import LockedError, PagemirrorError
from pagemirror.model.ids import MirrorName
from pagemirror.passes.stopping import StoppableClock
from pagemirror.state.interface import Lease, Owner, Store

__all__ = ["Leased"]

LEASE: Final = 60.0
"""How long a lock holds without being renewed, in seconds."""

RENEW: Final = 15.0
"""How often it is renewed, in seconds."""

LOOK: Final = 1.0
"""How often a lock that is waited for is tried, in seconds."""


class Leased:
    """A lock that is renewed while its block runs; when it is taken over, the pass is asked to stop.

    `lost` is the error that says who took it, None as long as it is ours.
    """

    def __init__(
        self, store: Store, mirror: MirrorName, owner: Owner, *, clock: Clock, stop: Stop, wait: float
    ) -> None:
        self._store = store
        self._mirror = mirror
        self._owner = owner
        self._clock = clock
        self._stop = stop
        self._wait = wait
        self._renewing: asyncio.Task[None] | None = None
        self._lease: Lease | None = None
        self.lost: PagemirrorError | None = None

    async def __aenter__(self) -> Lease:
        """Take the lock, waiting for it as long as was asked; raises LockedError naming the holder."""
        lease = await self._take()
        self._lease = lease
        self._renewing = asyncio.create_task(self._renew())
        return lease

    async def _take(self) -> Lease:
        until = self._clock.now() + self._wait
        while True:
            try:
                return self._store.acquire(self._mirror, self._owner, now=self._clock.now(), lease=LEASE)
            except LockedError:
                left = until - self._clock.now()
                if left <= 0 or self._stop.asked:
                    raise
                await StoppableClock(self._clock, self._stop).sleep(min(LOOK, left))

    async def __aexit__(self, *_: object) -> None:
        """Give the lock back."""
        if self._renewing is not None:
            self._renewing.cancel()
            with suppress(asyncio.CancelledError):
                await self._renewing
        if self._lease is not None and self.lost is None:
            self._store.release(self._lease)

    async def _renew(self) -> None:
        while self._lease is not None:
            await self._clock.sleep(RENEW)
            try:
                self._lease = await asyncio.to_thread(
                    self._store.renew, self._lease, now=self._clock.now(), seconds=LEASE
                )
            except PagemirrorError as error:
                self.lost = error
                self._stop.ask()
                return
