"""One mirror in the running service: waits until its schedule says so, has a pass run, and tells how it ended.

Passes are blocking work and run in a thread of the mirror's own, one at a time; everything else here is the loop's.
Knows no server, no settings file and no signal.
"""

import asyncio
import contextlib
import contextvars
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final, Protocol

from pagemirror.daemon.schedule import Broken, Deferred, Run, Schedule, Times, Verdict, Wait
from pagemirror.daemon.verdicts import verdict_of
from pagemirror.daemon.views import Activity, MirrorView, after_pass, shown_of
from pagemirror.executor.stop import Stop
from pagemirror.model.clock import Clock
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import PassReport
from pagemirror.model.reports.runs import Progress, RunOptions

__all__ = ["Gate", "Open", "Passes", "Runner", "Told"]

_LONGEST_WAIT: Final = 3600.0


class Passes(Protocol):
    """Runs passes of one mirror; called in a thread, one at a time."""

    def run(self, options: RunOptions, *, watch: Callable[[Progress], None], stop: Stop) -> PassReport:
        """One pass; what goes wrong is in its report."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


class Gate(Protocol):
    """Says whether the source is at rest, so that a pass may begin."""

    def opens_at(self, now: float) -> float:
        """When it may be asked again; not later than `now` where a pass may begin."""
        ...


Told = Callable[[MirrorView, MirrorView, PassReport, Run], None]
"""Hears of each pass: the mirror before and after it, its report, and what it was to look for."""


class Open:
    """A gate that is never shut."""

    def opens_at(self, now: float) -> float:
        """Now."""
        return now


class Runner:
    """A mirror's passes, one after the other."""

    def __init__(
        self,
        name: MirrorName,
        passes: Passes,
        times: Times,
        *,
        clock: Clock,
        chance: Callable[[], float],
        told: Told,
    ) -> None:
        self.name = name
        self.view = MirrorView(name=name)
        self.gate: Gate = Open()
        self._passes = passes
        self._clock = clock
        self._chance = chance
        self._told = told
        self._times = times
        self._at_least = math.inf
        self._schedule = Schedule.begin(times, clock.monotonic())
        self._wake = asyncio.Event()
        self._stop = Stop()
        self._retired = False
        self._next: Passes | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"pass-{name}")

    # ---------------------------------------------------------------- triggers

    def poke(self, *, urgent: bool = False) -> None:
        """Something may have moved: mark the mirror dirty."""
        self._schedule = self._schedule.poke(self._clock.monotonic(), urgent=urgent)
        self._wake.set()

    def poll_within(self, seconds: float | None) -> None:
        """Look at the source at least so often; None: as often as the settings say."""
        at_least = math.inf if seconds is None else seconds
        if at_least != self._at_least:
            self._at_least = at_least
            self._retime()

    def renew(self, passes: Passes, times: Times) -> None:
        """Take other settings; a pass under way ends with the old ones."""
        if self._next is not None:
            self._next.close()
        self._next = passes
        self._times = times
        self._retime()

    def _retime(self) -> None:
        times = replace(self._times, poll=min(self._times.poll, self._at_least))
        self._schedule = self._schedule.retimed(times, self._clock.monotonic())
        self._wake.set()

    def retire(self) -> None:
        """Begin no further pass, and let the one under way finish what it has sent."""
        self._retired = True
        self._stop.ask()
        self._wake.set()

    def note(self, text: str) -> None:
        """Tell readers what no pass reports."""
        self.view = replace(self.view, note=text)

    # -------------------------------------------------------------------- loop

    async def run(self) -> None:
        """Run passes until retired."""
        try:
            while not self._retired:
                self._wake.clear()
                self._take_over()
                due = self._due(self._clock.monotonic())
                if isinstance(due, Wait):
                    await self._wait(due.until)
                else:
                    await self._pass(due)
        finally:
            self._take_over()
            self._passes.close()
            self._thread.shutdown(wait=False)
            self.view = replace(self.view, activity=Activity.STOPPED, progress=None)

    def _due(self, now: float) -> Run | Wait:
        due = self._schedule.should_run(now)
        if isinstance(due, Run) and (opens := self.gate.opens_at(now)) > now:
            return Wait(opens)
        return due

    async def _wait(self, until: float) -> None:
        pause = min(until - self._clock.monotonic(), _LONGEST_WAIT)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, pause)):
                await self._wake.wait()

    async def _pass(self, run: Run) -> None:
        self._schedule = self._schedule.started(run)
        self.view = replace(self.view, activity=Activity.RUNNING, progress=None, paused_until=None)
        options = RunOptions(
            drift=run.drift or run.removals, vanished=run.removals, retry_failed=run.failed, steady=True
        )
        loop = asyncio.get_running_loop()

        def watch(progress: Progress) -> None:
            loop.call_soon_threadsafe(self._show, progress)

        context = contextvars.copy_context()
        work = loop.run_in_executor(
            self._thread, lambda: context.run(self._passes.run, options, watch=watch, stop=self._stop)
        )
        before = self.view
        report = await work
        self._settle(report, self._finish(report))
        self._told(before, self.view, report, run)

    def _finish(self, report: PassReport) -> Verdict:
        now = self._clock.monotonic()
        verdict = verdict_of(report, wall=self._clock.now(), now=now)
        self._schedule = self._schedule.finished(now, verdict, chance=self._chance())
        return verdict

    def _settle(self, report: PassReport, verdict: Verdict) -> None:
        wall = self._clock.now()
        level_at, behind_since = after_pass(report, before=self.view, now=wall)
        paused = isinstance(verdict, Broken | Deferred)
        left = self._schedule.not_before - self._clock.monotonic()
        self.view = replace(
            self.view,
            activity=Activity.PAUSED if paused else Activity.IDLE,
            progress=None,
            last=report,
            worked=shown_of(report) if report.steps else self.view.worked,
            tried_at=wall,
            level_at=level_at,
            behind_since=behind_since,
            troubles=self.view.troubles + 1 if isinstance(verdict, Broken) else 0,
            paused_until=wall + left if paused and math.isfinite(left) else None,
        )

    def _show(self, progress: Progress) -> None:
        if self.view.activity is Activity.RUNNING:
            self.view = replace(self.view, progress=progress)

    def _take_over(self) -> None:
        if self._next is not None:
            self._passes.close()
            self._passes, self._next = self._next, None
