"""Progress on stderr while a pass runs: a bar on a terminal, now and then a line elsewhere.

Rich is imported when the first step is under way: a pass with nothing to do never pays for it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from pagemirror.cli.output.words import number, seconds
from pagemirror.model.clock import Clock
from pagemirror.model.reports.runs import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

__all__ = ["BarView", "PlainView", "View", "watching"]

_EVERY = 10.0


class View(Protocol):
    """Shows where a pass stands; used as a context."""

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, and leave nothing on the screen."""
        ...

    def show(self, progress: Progress) -> None:
        """Show this."""
        ...


@contextmanager
def watching(view: View | None) -> Iterator[Callable[[Progress], None] | None]:
    """Give what a pass reports its progress to, or None where nobody looks."""
    if view is None:
        yield None
        return
    with view:
        yield view.show


class PlainView:
    """A line at most each ten seconds, so that a log shows that something happens and a short run shows nothing."""

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock
        self._start = self._last = 0.0

    def __enter__(self) -> Self:
        """Begin to count the time."""
        self._start = self._last = self._clock.monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left to take away."""

    def show(self, progress: Progress) -> None:
        """Write a line if it is time for one."""
        now = self._clock.monotonic()
        if now - self._last < _EVERY:
            return
        self._last = now
        of = f" of {number(progress.total)}" if progress.total else ""
        took = seconds(now - self._start)
        self._stream.write(
            f"{progress.mirror}: {progress.stage}, {number(progress.done)}{of} pages, "
            f"{number(progress.requests)} requests, {took}\n"
        )
        self._stream.flush()


class BarView:
    """A bar with pages, requests, rate and time left."""

    def __init__(self, stream: TextIO, clock: Clock, *, colours: bool) -> None:
        self._stream = stream
        self._clock = clock
        self._colours = colours
        self._bar: Bar | None = None
        self._tasks: dict[str, TaskID] = {}
        self._begun: dict[str, float] = {}

    def __enter__(self) -> Self:
        """The bar comes with the first step."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def show(self, progress: Progress) -> None:
        """Move the mirror's bar."""
        if not progress.total:
            return
        if self._bar is None:
            self._bar = self._made()
            self._bar.start()
        now = self._clock.monotonic()
        begun = self._begun.setdefault(progress.mirror, now)
        if progress.mirror not in self._tasks:
            self._tasks[progress.mirror] = self._bar.add_task(
                progress.mirror, total=progress.total, requests=0, rate=""
            )
        rate = f"{progress.done / (now - begun):.1f} pages/s" if now > begun else ""
        self._bar.update(
            self._tasks[progress.mirror],
            total=progress.total,
            completed=progress.done,
            requests=progress.requests,
            rate=rate,
        )

    def _made(self) -> "Bar":
        from rich import progress as rich_progress  # noqa: PLC0415 - for terminals only
        from rich.console import Console  # noqa: PLC0415 - the same

        console = Console(file=self._stream, no_color=not self._colours, markup=False, highlight=False, emoji=False)
        return rich_progress.Progress(
            rich_progress.TextColumn("{task.description}", markup=False),
            rich_progress.BarColumn(),
            rich_progress.TextColumn("{task.completed:.0f} of {task.total:.0f} pages", markup=False),
            rich_progress.TextColumn("{task.fields[requests]} requests", markup=False),
            rich_progress.TextColumn("{task.fields[rate]}", markup=False),
            rich_progress.TimeRemainingColumn(),
            console=console,
            transient=True,
        )
