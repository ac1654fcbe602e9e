"""One mirror in the service: triggers in, passes one at a time, a view out; on a clock that jumps."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

from pagemirror.daemon.runner import Runner
from pagemirror.daemon.schedule import Run, Times
from pagemirror.daemon.views import STEPS_SHOWN, Activity, MirrorView
from pagemirror.executor.stop import Stop
from pagemirror.model.errors import SourceError
from pagemirror.model.ids import CommitId, MirrorName, RepoPath, Uid
from pagemirror.model.plans import Action, Outcome, PassReport, Result, Step, StepResult
from pagemirror.model.reports.runs import Progress, RunOptions
from pagemirror.passes.reporting import broken
from support.awaiting import awaited
from support.clidesk import HandClock

NAME = MirrorName("handbook")


def report(result: Result = Result.OK) -> PassReport:
    return PassReport(
        mirror=NAME,
        commit=CommitId("c1"),
        result=result,
        digest="",
        requests=0,
        seconds=0.1,
        steps=(),
        unchanged=1,
        diverged=0,
        unsettled=0,
        committed_at=50.0,
    )


@dataclass
class MadeUpPasses:
    """Passes that end as they are told, when they are let."""

    ends: list[PassReport] = field(default_factory=list)
    asked: list[RunOptions] = field(default_factory=list)
    let: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1000))
    closed: int = 0
    at_once: int = 0
    most: int = 0

    def run(self, options: RunOptions, *, watch: Callable[[Progress], None], stop: Stop) -> PassReport:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.asked.append(options)
        watch(Progress(mirror=NAME, stage="running", done=0, total=3, requests=0))
        assert self.let.acquire(timeout=10.0) or stop.asked
        self.at_once -= 1
        return self.ends.pop(0) if self.ends else report()

    def close(self) -> None:
        self.closed += 1


class Bench:
    """A runner with what it needs, and its passes as they end."""

    def __init__(self, passes: MadeUpPasses) -> None:
        self.passes = passes
        self.clock = HandClock(at=100.0)
        self.told: list[PassReport] = []
        self._ended = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self.runner = Runner(NAME, passes, Times(), clock=self.clock, chance=lambda: 1.0, told=self._hear)
        self._task = asyncio.create_task(self.runner.run())

    def _hear(self, _before: MirrorView, _after: MirrorView, heard: PassReport, _run: Run) -> None:
        self.told.append(heard)
        task = asyncio.create_task(self._notify())
        self._tasks.add(task)

    async def _notify(self) -> None:
        async with self._ended:
            self._ended.notify_all()

    async def passes_done(self, number: int) -> None:
        async with asyncio.timeout(10.0), self._ended:
            await self._ended.wait_for(lambda: len(self.told) >= number)

    async def ended(self) -> None:
        self.runner.retire()
        async with asyncio.timeout(10.0):
            await self._task


def benched(test: Callable[[Bench], Coroutine[Any, Any, None]], passes: MadeUpPasses) -> None:
    @awaited
    async def run() -> None:
        bench = Bench(passes)
        await test(bench)
        await bench.ended()

    run()


def test_the_first_pass_comes_at_once_and_looks_for_edits() -> None:
    async def test(bench: Bench) -> None:
        await bench.passes_done(1)
        assert bench.passes.asked[0] == RunOptions(drift=True, steady=True)
        assert (bench.runner.view.activity, bench.runner.view.level_at) == (Activity.IDLE, 100.0)

    benched(test, MadeUpPasses())


def test_triggers_during_a_pass_make_one_more_and_never_two_at_once() -> None:
    passes = MadeUpPasses(let=threading.Semaphore(0))

    async def test(bench: Bench) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
            bench.runner.poke()
        passes.let.release(2)
        await bench.passes_done(2)
        assert (len(passes.asked), passes.most) == (2, 1)

    benched(test, passes)


def test_a_broken_mirror_pauses_and_says_until_when() -> None:
    wrong = broken(NAME, None, SourceError("There is no repository.", code="no_repository"), seconds=0.0)

    async def test(bench: Bench) -> None:
        await bench.passes_done(1)
        view = bench.runner.view
        assert (view.activity, view.troubles, view.paused_until) == (Activity.PAUSED, 1, 105.0)
        assert view.problem is not None
        assert view.problem["code"] == "no_repository"

    benched(test, MadeUpPasses(ends=[wrong]))


def test_a_commit_that_could_not_be_mirrored_is_behind_since_it_was_made() -> None:
    async def test(bench: Bench) -> None:
        await bench.passes_done(1)
        assert (bench.runner.view.behind_since, bench.runner.view.level_at) == (50.0, None)

    benched(test, MadeUpPasses(ends=[report(Result.FAILED)]))


def test_a_retired_runner_asks_its_pass_to_stop_and_gives_all_back() -> None:
    passes = MadeUpPasses()

    async def test(bench: Bench) -> None:
        await bench.passes_done(1)
        await bench.ended()
        assert (passes.closed, bench.runner.view.activity) == (1, Activity.STOPPED)

    benched(test, passes)


def test_the_last_pass_that_had_steps_is_kept_for_readers_with_the_first_of_them() -> None:
    step = Step(action=Action.CREATE, uid=Uid("u"), path=RepoPath("a.md"), title="A")
    result = StepResult(step=step, outcome=Outcome.DONE, page_id=None, code=None, reason="new file", requests=1)
    worked = replace(report(), steps=(result,) * (STEPS_SHOWN + 1))

    async def test(bench: Bench) -> None:
        await bench.passes_done(1)
        bench.runner.poke()
        await bench.passes_done(2)
        view = bench.runner.view
        assert view.last == report()
        assert view.worked is not None
        assert view.worked.steps == (result,) * STEPS_SHOWN

    benched(test, MadeUpPasses(ends=[worked]))


def test_other_settings_take_effect_with_the_next_pass() -> None:
    old, new = MadeUpPasses(), MadeUpPasses()

    async def test(bench: Bench) -> None:
        await bench.passes_done(1)
        bench.runner.renew(new, Times())
        await bench.passes_done(2)
        assert (len(old.asked), old.closed, len(new.asked)) == (1, 1, 1)

    benched(test, old)
