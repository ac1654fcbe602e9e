"""The service: one process, one loop, all mirrors. Starts, reloads, and ends them; answers the server's routes.

What is due when is the schedule's, how a pass goes the application's; here the parts are held together.
"""

import asyncio
import contextlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

import structlog

from pagemirror import config
from pagemirror.app import App
from pagemirror.assembly import OnExchange
from pagemirror.daemon.passes import AppPasses
from pagemirror.daemon.runner import Runner
from pagemirror.daemon.schedule import Run, Times
from pagemirror.daemon.supervisor import Supervisor
from pagemirror.daemon.telling import PassLog
from pagemirror.daemon.verdicts import writes_state
from pagemirror.daemon.views import MirrorView
from pagemirror.model.clock import Clock
from pagemirror.model.errors import PagemirrorError
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import PassReport
from pagemirror.model.reports.standings import MirrorStatus

__all__ = ["Daemon", "Front", "Ports"]

_log = structlog.stdlib.get_logger("pagemirror.service")

DRAIN: Final = 40.0
"""Seconds that requests under way get to end; a single one has 30."""

_SHARED: Final = 1.0

_SQLITE: Final = "sqlite:"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The process around the service. `load` reads the config anew and raises ConfigError; `logs` follows its table."""

    env: Mapping[str, str]
    clock: Clock
    load: Callable[[], config.Loaded]
    logs: Callable[[config.LogSettings], None]
    supervisor: Supervisor


class Front(Protocol):
    """What stands between the service and the world, under given settings: server, watchers, notices."""

    async def open(self, loaded: config.Loaded) -> None:
        """Begin, or go on under other settings; raises PagemirrorError, and leaves things as they were, if it can't."""
        ...

    async def fitted(self, runners: Mapping[MirrorName, Runner], loaded: config.Loaded) -> None:
        """These are the mirrors now."""
        ...

    def heard(self, before: MirrorView, after: MirrorView, report: PassReport) -> None:
        """A pass has ended."""
        ...

    async def close(self) -> None:
        """End."""
        ...


class Daemon:
    """The running service; also what its routes ask, see `interface.Service`."""

    def __init__(self, loaded: config.Loaded, ports: Ports, *, on_exchange: OnExchange | None = None) -> None:
        self._loaded = loaded
        self._on_exchange = on_exchange
        self._ports = ports
        self._runners: dict[MirrorName, Runner] = {}
        self._tasks: dict[asyncio.Task[None], Runner] = {}
        self._fronts: tuple[Front, ...] = ()
        self._end = asyncio.Event()
        self._reload = asyncio.Event()
        self._chance = random.SystemRandom().random
        self._state_works = True
        self.abandoned = False
        self.failed = False
        self._asked: tuple[float, asyncio.Task[tuple[MirrorStatus, ...]]] | None = None
        self.started_at = ports.clock.now()

    # ----------------------------------------------------- what the routes ask

    @property
    def settings(self) -> config.Settings:
        """The settings in force."""
        return self._loaded.settings

    @property
    def stopping(self) -> bool:
        """Whether the service was asked to end."""
        return self._end.is_set()

    @property
    def unready(self) -> Sequence[str]:
        """Why the service is not ready."""
        reasons = []
        if self.stopping:
            reasons.append("stopping")
        if not self._runners:
            reasons.append("no mirror is configured")
        untried = sum(runner.view.tried_at is None for runner in self._runners.values())
        if untried:
            reasons.append(f"{untried} mirrors not tried yet")
        if not self._state_works:
            reasons.append("the state can't be written")
        return reasons

    def now(self) -> float:
        """Seconds since 1970."""
        return self._ports.clock.now()

    def views(self) -> tuple[MirrorView, ...]:
        """How each mirror stands."""
        return tuple(self._runners[name].view for name in self._names() if name in self._runners)

    def poke(self, names: Sequence[MirrorName], *, trigger: str, urgent: bool = False) -> None:
        """Mark mirrors dirty."""
        for name in names:
            runner = self._runners.get(name)
            if runner is not None:
                _log.debug("mirror.triggered", mirror=name, trigger=trigger)
                runner.poke(urgent=urgent)

    async def statuses(self) -> tuple[MirrorStatus, ...]:
        """What the state says; asked once a second at most."""
        now = self._ports.clock.monotonic()
        if self._asked is None or now - self._asked[0] > _SHARED or self._asked[1].cancelled():
            self._asked = (now, asyncio.create_task(self.ask(App.status)))
        return await asyncio.shield(self._asked[1])

    async def ask(self, work: Callable[[App], T]) -> T:
        """Have work done in a thread, with an App of its own."""
        app = App(self._loaded, self._ports.env, self._ports.clock)

        def asked() -> T:
            with contextlib.closing(app):
                return work(app)

        return await asyncio.to_thread(asked)

    # ------------------------------------------------------------------ signals

    def end(self) -> None:
        """Ask the service to end: no new pass, and what is under way is finished and noted."""
        self._end.set()

    def reload(self) -> None:
        """Ask for the config to be read anew."""
        self._reload.set()

    # --------------------------------------------------------------------- life

    async def results(self) -> Mapping[MirrorName, str]:
        """How each mirror's last pass ended before the service began. Opens the state, which must be writable."""
        await asyncio.to_thread(self._open_state)
        return {row.name: row.result for row in await self.ask(App.status)}

    async def run(self, fronts: Sequence[Front] = ()) -> None:
        """Serve until asked to end; raises PagemirrorError where it can't even begin."""
        self._fronts = tuple(fronts)
        beating = asyncio.create_task(self._beat())
        try:
            for front in self._fronts:
                await front.open(self._loaded)
            await self._fit()
            self._ports.supervisor.ready(self._status())
            _log.info("service.ready", mirrors=len(self._runners))
            await self._until_the_end()
            await self._drain()
        finally:
            for front in reversed(self._fronts):
                await front.close()
            beating.cancel()
        await self._leave_one_file()
        _log.info("service.stopped")

    def _open_state(self) -> None:
        """Make or migrate the state before anybody reads it."""
        with contextlib.closing(App(self._loaded, self._ports.env, self._ports.clock)) as app:
            app.begin()

    async def _leave_one_file(self) -> None:
        """Let SQLite write its log back: a reader that was the last to go leaves it beside the state."""
        if self.settings.state.url.startswith(_SQLITE):
            with contextlib.suppress(PagemirrorError):
                await asyncio.to_thread(self._open_state)

    async def _until_the_end(self) -> None:
        while not self._end.is_set():
            asked = [asyncio.create_task(event.wait()) for event in (self._end, self._reload)]
            try:
                await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in asked:
                    task.cancel()
            if self._reload.is_set() and not self._end.is_set():
                self._reload.clear()
                await self._take_config()

    async def _take_config(self) -> None:
        """Go on under the config as it is now; a bad one changes nothing."""
        self._ports.supervisor.reloading()
        before = self._loaded
        try:
            loaded = await asyncio.to_thread(self._ports.load)
            for front in self._fronts:
                await front.open(loaded)
            self._loaded = loaded
            await asyncio.to_thread(self._open_state)
            self._ports.logs(loaded.settings.log)
            await self._fit()
            _log.info("config.reloaded", mirrors=len(self._runners))
        except PagemirrorError as error:
            self._loaded = before
            for front in self._fronts:
                with contextlib.suppress(PagemirrorError):
                    await front.open(before)
            _log.error("config.refused", why=error.message, hint=error.hint, kept="the settings before")
        self._ports.supervisor.ready(self._status())

    async def _fit(self) -> None:
        """Have a runner for each configured mirror, under the settings in force, and for no other."""
        names = self._names()
        for name in [name for name in self._runners if name not in names]:
            self._runners.pop(name).retire()
            _log.info("mirror.removed", mirror=name)
        for name in names:
            passes = AppPasses(
                name, self._loaded, self._ports.env, clock=self._ports.clock, on_exchange=self._on_exchange
            )
            if name in self._runners:
                self._runners[name].renew(passes, self._times())
            else:
                self._begin(name, passes)
        for front in self._fronts:
            await front.fitted(self._runners, self._loaded)

    def _begin(self, name: MirrorName, passes: AppPasses) -> None:
        clock = self._ports.clock
        log = PassLog(name, clock.monotonic)

        def told(before: MirrorView, after: MirrorView, report: PassReport, run: Run) -> None:
            log.told(after, report, run)
            self._state_works = writes_state(report)
            for front in self._fronts:
                front.heard(before, after, report)

        runner = Runner(name, passes, self._times(), clock=clock, chance=self._chance, told=told)
        self._runners[name] = runner
        task = asyncio.create_task(runner.run(), name=f"mirror-{name}")
        self._tasks[task] = runner
        task.add_done_callback(self._gone)
        _log.info("mirror.added", mirror=name)

    def _gone(self, task: asyncio.Task[None]) -> None:
        """A runner has ended. If it wasn't told to, its mirror is looked after by nobody: better to be started anew."""
        runner = self._tasks.pop(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.error("service.failed", mirror=runner.name, exc_info=error)
            self.failed = True
            self.end()

    async def _drain(self) -> None:
        """Let passes end, however they are, and note what was done."""
        self._ports.supervisor.stopping("finishing the requests under way")
        _log.info("service.stopping", passes=sum(view.progress is not None for view in self.views()))
        for runner in self._tasks.values():
            runner.retire()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=DRAIN)
            self.abandoned = bool(late)
            for task in late:
                _log.error("service.abandoned", mirror=self._tasks[task].name)
                task.cancel()

    async def _beat(self) -> None:
        """Tell the supervisor that the loop turns."""
        every = self._ports.supervisor.watchdog / 3
        while every:
            self._ports.supervisor.alive()
            await self._ports.clock.sleep(every)

    def _names(self) -> tuple[MirrorName, ...]:
        return tuple(MirrorName(name) for name in self.settings.mirrors)

    def _times(self) -> Times:
        service = self.settings.service
        return Times(
            poll=service.poll.total_seconds(),
            drift=service.drift_check.total_seconds(),
            removals=service.removal_check.total_seconds(),
        )

    def _status(self) -> str:
        number = len(self._runners)
        return f"{number} mirror" if number == 1 else f"{number} mirrors"
