"""Sources at hand are watched: their movements poke the mirror, and hold its pass back until they have come to rest."""

import asyncio
import math
from collections.abc import Mapping
from typing import Final

import structlog

from pagemirror import config
from pagemirror.app import App
from pagemirror.daemon.debounce import Debounce
from pagemirror.daemon.runner import Open, Runner
from pagemirror.daemon.views import MirrorView
from pagemirror.model.clock import Clock
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import PassReport
from pagemirror.source import WORKTREE, SourceSettings
from pagemirror.source.watch import SourceWatch

__all__ = ["Watching"]

_log = structlog.stdlib.get_logger("pagemirror.service")

_REFS_QUIET: Final = 0.05
_BUSY: Final = 1.0
_STUCK: Final = 600.0
"""After so many seconds Git is more likely to have been killed in the middle of something than to be at it."""

_POLL: Final = 5.0
"""How often files are looked at where they can't be watched, in seconds."""


class Watching:
    """A front of the service: watches each mirror whose source is at hand."""

    def __init__(self, env: Mapping[str, str], clock: Clock) -> None:
        self._env = env
        self._clock = clock
        self._watched: dict[MirrorName, _Watched] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, loaded: config.Loaded) -> None:
        """Nothing: what is watched is told by the mirrors that there are."""

    async def fitted(self, runners: Mapping[MirrorName, Runner], loaded: config.Loaded) -> None:
        """Watch the sources of these mirrors, and no other."""
        app = App(loaded, self._env, self._clock)
        sources = await asyncio.to_thread(lambda: {name: app.source_of(name) for name in runners})
        for name in list(self._watched):
            if sources.get(name) != self._watched[name].settings or runners.get(name) is not self._watched[name].runner:
                await asyncio.to_thread(self._watched.pop(name).close)
        for name, runner in runners.items():
            if name not in self._watched and sources[name].remote is None:
                self._watched[name] = _Watched(name, sources[name], runner, self._clock)
            if name in self._watched:
                await self._watched[name].look()

    def heard(self, before: MirrorView, after: MirrorView, report: PassReport) -> None:  # noqa: ARG002 - as all fronts
        """After a pass, see whether what is watched is still what is there."""
        watched = self._watched.get(after.name)
        if watched is not None:
            task = asyncio.create_task(watched.look())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Watch nothing more."""
        for watched in self._watched.values():
            await asyncio.to_thread(watched.close)
        self._watched.clear()


class _Watched:
    """One mirror's watch; also the gate of its runner."""

    def __init__(self, name: MirrorName, settings: SourceSettings, runner: Runner, clock: Clock) -> None:
        self.settings = settings
        self.runner = runner
        self._name = name
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        on_disk = settings.ref == WORKTREE
        self._debounce = Debounce() if on_disk else Debounce(quiet=_REFS_QUIET)
        self._watch = SourceWatch(settings, self._moved)
        self._looking = asyncio.Lock()
        self._called = False
        self._limited: bool | None = None
        self._busy = ""
        self._stuck_at = math.inf
        runner.gate = self

    async def look(self) -> None:
        """Watch what is there."""
        async with self._looking:
            found = await asyncio.to_thread(self._watch.look)
        if found == "new" and self._limited is not None:
            self.runner.poke()
        if (found == "limit") != self._limited:
            self._limited = found == "limit"
            self._tell_limit()

    def opens_at(self, now: float) -> float:
        """A pass begins when the burst is over and Git is in the middle of nothing."""
        over = self._debounce.over_at()
        if over > now:
            return over
        busy = self._watch.busy()
        if busy != self._busy:
            self._busy = busy
            self._stuck_at = now + _STUCK if busy else math.inf
            self.runner.note(f"waiting, as Git is in the middle of {busy}" if busy else "")
            _log.info("source.busy" if busy else "source.rested", mirror=self._name, what=busy)
        if now >= self._stuck_at:
            self._stuck_at = math.inf
            hint = "Finish or abort it. If no Git command runs there, remove the file .git/index.lock."
            _log.warning("source.stuck", mirror=self._name, what=busy, minutes=round(_STUCK / 60), hint=hint)
            self.runner.note(f"waiting for {_STUCK / 60:.0f} minutes, as Git is in the middle of {busy}. {hint}")
        if busy:
            return now + _BUSY
        self._debounce.taken()
        return now

    def close(self) -> None:
        """Watch no more."""
        self.runner.gate = Open()
        self._watch.close()

    def _moved(self) -> None:
        """In the watch's thread: note when, and wake the loop once."""
        self._debounce.moved(self._clock.monotonic())
        if not self._called:
            self._called = True
            self._loop.call_soon_threadsafe(self._poke)

    def _poke(self) -> None:
        self._called = False
        self.runner.poke()

    def _tell_limit(self) -> None:
        if not self._limited:
            _log.info("watch.begun", mirror=self._name)
            self.runner.poll_within(None)
            self.runner.note("")
            return
        self.runner.poll_within(_POLL)
        why = "the system gives no more inotify watches, so the files are looked at every few seconds instead"
        self.runner.note(why)
        hint = "Raise fs.inotify.max_user_watches and fs.inotify.max_user_instances by sysctl."
        _log.warning("watch.limited", mirror=self._name, why=why, hint=hint)
