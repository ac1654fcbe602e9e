"""One life of the program: passes by the real engine over a simulated line, until it ends or is killed at an effect.

An effect is a request that leaves, or a durable change of the state. Killed before it, the effect never is; killed
after it, nobody hears of it.
"""

from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, cast

from pagemirror.executor.stop import Stop
from pagemirror.model.clock import Clock
from pagemirror.model.ids import MirrorName, TargetKey
from pagemirror.model.plans import PassReport
from pagemirror.model.reports.runs import RunOptions
from pagemirror.passes.setup import MirrorSetup
from pagemirror.passes.sync import run_pass
from pagemirror.passes.tools import Tools
from pagemirror.source import Snapshot
from pagemirror.state.interface import Change, Lease, Owner, Store, Usage
from pagemirror.transport.client import HttpTransport
from pagemirror.transport.counting import counted
from pagemirror.transport.pacer import Pacer
from pagemirror.transport.settings import TransportSettings
from support.simulation.server import Line, Server
from support.simulation.time import Loop, SimClock, run_out

__all__ = ["Killed", "Process", "Seams"]


class Killed(BaseException):
    """The process is no more; everything that it still tries ends in this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seams:
    """Where a test may put something else: around the setup, the store and the session of a process."""

    setup: Callable[[MirrorSetup], MirrorSetup] = lambda setup: setup
    store: Callable[[Store], Store] = lambda store: store
    session: Callable[[Any], Any] = lambda session: session


@dataclass(slots=True, kw_only=True)
class Process:
    """A process with its own pid. `kill_at` is the number of the point at which it dies, None for never; with `kill_on`
    only the points of that name count.

    `points` counts what it came by: two for each effect, before and after.
    """

    pid: int
    state: Store
    server: Server
    clock: SimClock
    dice: Random
    tell: Callable[[str], None]
    seams: Seams = field(default_factory=Seams)
    kill_at: int | None = None
    kill_on: str = ""
    points: int = 0
    named: int = 0
    dead: bool = False
    mints: int = 0
    _loop: Loop | None = None

    @property
    def owner(self) -> Owner:
        return Owner(pid=self.pid, host="sim", command="pagemirror", started=f"life {self.pid}")

    def point(self, what: str) -> None:
        """A moment at which the process may be killed."""
        if self.dead:
            raise Killed
        self.points += 1
        self.named += self.kill_on in {"", what}
        if self.named == self.kill_at and self.kill_on in {"", what}:
            self.dead = True
            self.tell(f"! killed {what}")
            if self._loop is not None:
                self._loop.stop()
            raise Killed

    def store(self) -> Store:
        """The state, as this process writes it."""
        return self.seams.store(cast("Store", _MortalStore(self.state, self)))

    def sync(self, setup: MirrorSetup, snapshot: Snapshot, options: RunOptions) -> PassReport:
        """One pass; raises `Killed`."""
        tools = Tools(
            clock=self.clock,
            mint=self._mint,
            connect=self._connect,
            tallies=counted,
            owner=self.owner,
            drive=self._drive,
        )
        store = self.store()
        return run_pass(self.seams.setup(setup), snapshot, store, tools, options, stop=Stop(), watch=lambda _: None)

    def _mint(self) -> str:
        self.mints += 1
        return f"uid-{self.pid:03}-{self.mints:04}"

    def _drive(self, main: Coroutine[Any, Any, PassReport]) -> PassReport:
        self._loop = loop = Loop(self.clock)
        try:
            return run_out(loop, main)
        except RuntimeError:
            if self.dead:
                raise Killed from None
            raise
        finally:
            self._loop = None

    def _connect(self, setup: MirrorSetup, store: Store, clock: Clock) -> "_Connection":
        pacer = Pacer(setup.limits, reserve=_Reserve(store, setup.key), clock=clock)
        settings = TransportSettings(base_url=setup.target.base_url, token=setup.target.token)
        transport = HttpTransport(
            Line(self.server, self.point), settings, pacer=pacer, clock=clock, rng=self.dice, on_exchange=None
        )
        session = self.seams.session(setup.backend.open(setup.target, transport))
        return _Connection(transport, pacer, session)


@dataclass(slots=True)
class _Connection:
    transport: HttpTransport
    pacer: Pacer
    session: Any

    @property
    def requests(self) -> int:
        return self.transport.requests

    @property
    def clock_ahead(self) -> float | None:
        return self.transport.clock_ahead

    def recovery(self) -> AbstractContextManager[None]:
        return self.pacer.recovery()

    async def close(self) -> None:
        await self.transport.close()


@dataclass(slots=True)
class _Reserve:
    store: Store
    target: TargetKey

    def reserve(self, now: float, decide: Callable[[Usage], int]) -> int:
        return self.store.reserve(self.target, now=now, decide=decide)

    def pause(self, until: float) -> None:
        self.store.pause(self.target, until=until)


class _MortalStore:
    """A state, each durable change of which is an effect of a process; questions go to it as they are."""

    def __init__(self, real: Store, process: Process) -> None:
        self._real = real
        self._process = process

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    @contextmanager
    def _effect(self, what: str) -> Iterator[None]:
        self._process.point(f"before {what}")
        yield
        self._process.point(f"after {what}")

    def apply(self, name: MirrorName, changes: Sequence[Change], *, epoch: int | None = None) -> None:
        told = ", ".join(type(change).__name__ for change in changes)
        with self._effect(told):
            self._process.tell(f"= {told}")
            self._real.apply(name, changes, epoch=epoch)

    def acquire(self, name: MirrorName, owner: Owner, *, now: float, lease: float) -> Lease:
        with self._effect("lock"):
            return self._real.acquire(name, owner, now=now, lease=lease)

    def renew(self, lease: Lease, *, now: float, seconds: float) -> Lease:
        with self._effect("renewal"):
            return self._real.renew(lease, now=now, seconds=seconds)

    def release(self, lease: Lease) -> None:
        with self._effect("unlock"):
            self._real.release(lease)

    def reserve(self, target: TargetKey, *, now: float, decide: Callable[[Usage], int]) -> int:
        with self._effect("count"):
            return self._real.reserve(target, now=now, decide=decide)

    def pause(self, target: TargetKey, *, until: float) -> None:
        with self._effect("pause"):
            self._real.pause(target, until=until)
