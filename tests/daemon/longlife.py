"""The service for a month of fake time: real Git, a real state file, real HTTP; only the time is not.

`make soak-service DAYS=30` prints how it stood on some days, and ends with 1 where something
grew or did not end where Git says. Where FOLDER/state is a small disk of its own, it is filled up once.
"""

import argparse
import asyncio
import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from pagemirror.app import App
from pagemirror.cli import logs
from pagemirror.config import Loaded
from pagemirror.daemon.loop import Daemon, Ports
from pagemirror.daemon.metrics import Metrics
from pagemirror.daemon.notify import Notices
from pagemirror.daemon.runner import Runner
from pagemirror.daemon.supervisor import Supervisor
from pagemirror.daemon.views import MirrorView
from pagemirror.daemon.watching import Watching
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import PassReport
from pagemirror.sandbox.process import SandboxProcess
from support.longlife import Place
from support.virtualtime import VirtualClock, run_in

__all__ = ["main"]

HANDBOOK: Final = MirrorName("handbook")
HOUR, DAY = 3600.0, 86_400.0
KEEP_DAYS: Final = 5
_NOTES: Final = 5
"""How many files are mirrored from disk; these stay the same."""
MEGABYTE: Final = 1_000_000
HEAD: Final = (
    "day commits passes   RSS MB handles threads state KB  log KB clone KB lines/day  kept texts passes budgets"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How the service stood at the end of a day; sizes in bytes, `lines` since the figures before, a day."""

    day: int
    commits: int
    passes: int
    memory: int
    handles: int
    threads: int
    sizes: Mapping[str, int]
    lines: float
    rows: Mapping[str, int]

    def __str__(self) -> str:
        rows = " ".join(f"{self.rows[name]:>6}" for name in ("kept", "texts", "passes", "budgets"))
        sizes = " ".join(f"{self.sizes[name] / 1000:>8.0f}" for name in ("state", "wal", "clone"))
        return (
            f"{self.day:>3} {self.commits:>7} {self.passes:>6} {self.memory / MEGABYTE:>8.1f} {self.handles:>7} "
            f"{self.threads:>7} {sizes} {self.lines:>9.0f} {rows}"
        )


class Log:
    """The log's file, and how many lines went there."""

    def __init__(self, path: Path) -> None:
        self.lines = 0
        self.file = path.open("w", encoding="utf-8", buffering=1)

    def write(self, text: str) -> int:
        self.lines += text.count("\n")
        return self.file.write(text)

    def flush(self) -> None:
        self.file.flush()


class Ear:
    """A front that counts passes."""

    def __init__(self) -> None:
        self.passes = 0

    async def open(self, loaded: Loaded) -> None:
        """Nothing."""

    async def fitted(self, runners: Mapping[MirrorName, Runner], loaded: Loaded) -> None:
        """Nothing."""

    def heard(self, before: MirrorView, after: MirrorView, report: PassReport) -> None:  # noqa: ARG002 - as all fronts
        self.passes += 1

    async def close(self) -> None:
        """Nothing."""


class Life:
    """A service in a place, for some days with so many commits each."""

    def __init__(self, place: Place, clock: VirtualClock, log: Log, *, days: int, a_day: int) -> None:
        self.figures: list[Figures] = []
        self._place = place
        self._clock = clock
        self._log = log
        self._days = days
        self._a_day = a_day
        self._ear = Ear()
        self._metrics = Metrics()
        self._daemon = Daemon(self._load(), self._ports(), on_exchange=self._metrics.exchanged)

    async def live(self) -> Iterator[str]:
        """Begin, live, end; gives what is wrong then."""
        notices = Notices(self._place.env, self._clock, chance=self._place.dice.random, count=self._metrics.noticed)
        notices.known(await self._daemon.results())
        fronts = (self._metrics, notices, Watching(self._place.env, self._clock), self._ear)
        running = asyncio.create_task(self._daemon.run(fronts))
        for moment, act in sorted(self._course(), key=lambda row: row[0]):
            await self._clock.sleep(moment - self._clock.monotonic())
            act()
        await self._clock.sleep(6 * HOUR)
        self._place.decide()
        await self._clock.sleep(6 * HOUR)
        self._daemon.end()
        await running
        return self._wrong()

    def _load(self) -> Loaded:
        return App.open(self._place.config, env=self._place.env, cwd=self._place.config.parent).loaded

    def _ports(self) -> Ports:
        return Ports(
            env=self._place.env, clock=self._clock, load=self._load, logs=lambda _: None, supervisor=Supervisor({})
        )

    # ---------------------------------------------------------------- course

    def _course(self) -> Iterator[tuple[float, Callable[[], None]]]:
        """What happens, and when."""
        dice = self._place.dice
        for day in range(self._days):
            began = day * DAY
            for _ in range(self._a_day):
                yield began + dice.uniform(0, DAY), self._commit
            for _ in range(6):
                yield began + dice.uniform(0, DAY), lambda: self._place.note(dice.randrange(5))
            for _ in range(4):
                yield began + dice.uniform(0, DAY), self._place.meddle
            for hour in range(24):
                yield began + hour * HOUR, self._show
            yield began + 8 * HOUR, self._place.switch
            yield began + 20 * HOUR, self._place.decide
            yield began + 12 * HOUR, self._daemon.reload
            if day + 1 in {1, self._days // 3, 2 * self._days // 3, self._days}:
                yield began + DAY - 1, lambda day=day: self._look(day + 1)  # type: ignore[misc]  # mypy can't infer a default
        yield from self._troubles()

    def _troubles(self) -> Iterator[tuple[float, Callable[[], None]]]:
        """What goes wrong, by the share of the whole time."""
        place, whole = self._place, self._days * DAY
        rows = [
            (0.15, 0.22, place.lose_network, place.find_network),
            (0.37, 0.44, place.lose_target, place.find_target),
            (0.48, 0.52, lambda: self._put_clock(3 * HOUR), lambda: self._put_clock(0.0)),
            (0.55, 0.58, lambda: self._put_clock(-DAY), lambda: self._put_clock(0.0)),
            (0.61, 0.611, lambda: self._put_clock(400 * DAY), lambda: self._put_clock(0.0)),
        ]
        if place.is_small_disk:
            rows.append((0.75, 0.77, place.fill_disk, place.free_disk))
        for begins, ends, begin, end in rows:
            yield begins * whole, begin
            yield ends * whole, end

    def _put_clock(self, ahead: float) -> None:
        self._clock.ahead = ahead

    def _commit(self) -> None:
        self._place.commit(self._clock.now())
        if self._place.dice.random() < 0.7:  # the others are found by polling
            self._daemon.poke((HANDBOOK,), trigger="webhook")

    def _show(self) -> None:
        """Somebody looks at the status page."""
        task = asyncio.create_task(self._daemon.statuses())
        task.add_done_callback(lambda done: done.exception())

    # --------------------------------------------------------------- figures

    def _look(self, day: int) -> None:
        gc.collect()
        before = self.figures[-1] if self.figures else None
        since = day - (before.day if before is not None else 0)
        lines, self._log.lines = self._log.lines, 0
        found = Figures(
            day=day,
            commits=self._place.commits,
            passes=self._ear.passes,
            memory=int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE"),
            handles=len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - the shorter way
            threads=threading.active_count(),
            sizes=self._place.sizes(),
            lines=lines / since,
            rows=self._place.rows(),
        )
        self.figures.append(found)
        print(found, flush=True)

    def _wrong(self) -> Iterator[str]:
        yield from self._place.wrong()
        yield from self._grown()
        if self._daemon.failed or self._daemon.abandoned:
            yield "the service did not end well"
        left = sorted(path.name for path in self._place.state.glob("state.db-*"))
        if left:
            yield f"left beside the state: {left}"

    def _grown(self) -> Iterator[str]:
        """What grew since the first third of the time, when everything had been seen once."""
        _, first, *_, last = self.figures
        if last.memory > first.memory + 15 * MEGABYTE:
            yield f"memory grew from {first.memory} to {last.memory}"
        if last.handles > first.handles + 4:
            yield f"handles grew from {first.handles} to {last.handles}"
        if last.threads > first.threads + 6:
            yield f"threads grew from {first.threads} to {last.threads}"
        for name, most in (("state", 1.5), ("clone", 1.5)):
            if last.sizes[name] > most * first.sizes[name] + MEGABYTE:
                yield f"{name} grew from {first.sizes[name]} to {last.sizes[name]}"
        # A page that ever was has a record, and that the text that its file last had.
        more = {"records": self._place.made, "texts": last.rows["records"]}
        if last.rows["records"] > self._place.made + _NOTES:
            yield f"{last.rows['records']} records for {self._place.made} files that ever were"
        for name, rows in last.rows.items():
            if rows > 1.5 * first.rows[name] + 300 + more.get(name, 0):
                yield f"{name} grew from {first.rows[name]} to {rows} rows"
        oldest = self._place.oldest_kept()
        if oldest is not None and self._clock.now() - oldest > (KEEP_DAYS + 3) * DAY:
            yield f"a text is still kept after {(self._clock.now() - oldest) / DAY:.1f} days"


def main(words: list[str]) -> int:
    """Live in a folder; 0 where nothing grew and all is as Git says."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--days", type=int, default=30)
    asked.add_argument("--commits", type=int, default=80, help="how many a day")
    asked.add_argument("--poll", default="15m", help="how often the source, and edits on the target, are looked for")
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args(words)
    options.folder.mkdir(parents=True, exist_ok=True)
    log = Log(options.folder / "log.jsonl")
    logs.configure(level="info", style="json", stream=log, colours=False)  # type: ignore[arg-type]  # all that it uses
    clock = VirtualClock()
    with SandboxProcess() as box:
        shown = 0.0

        def jumped(at: float) -> None:
            nonlocal shown
            box.advance(at - shown)
            shown = at

        clock.on_jump = jumped
        place = Place(
            options.folder.resolve(), box, Random(options.seed), keep=f"{KEEP_DAYS}d",  # noqa: S311 - a course
            listen="", poll=options.poll, drift_check=options.poll,
        )  # fmt: skip
        print(HEAD, flush=True)
        life = Life(place, clock, log, days=options.days, a_day=options.commits)
        wrong = list(run_in(clock, life.live()))
    for told in wrong:
        print(f"wrong: {told}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
