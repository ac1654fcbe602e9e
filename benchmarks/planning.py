"""A plan of a whole new folder, and conversions between Markdown and ProseMirror beside the parser's own time."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import pyromark

from benchmarks.folder import page
from benchmarks.rows import Figure, at_least, at_most
from benchmarks.running import Mirror, median_of
from benchmarks.worlds import Worlds
from pagemirror.content.prosemirror import to_prosemirror
from pagemirror.content.prosemirror.writing import to_markdown

__all__ = ["measure"]

PAGES_A_SECOND: Final = 4000
DOCUMENTS_A_SECOND: Final = 2000
IN: Final = 8
OUT: Final = 15
_SAMPLE: Final = 100
_NOWHERE: Final = "http://127.0.0.1:9/rest/v1"


def measure(worlds: Worlds) -> Iterator[Figure]:
    """Pages a second of one core, then the conversions."""
    pages = worlds.sizes.small * 5
    own = ('workspace_id = "workspace"', 'space_id = "space"')
    for format_, backend, more, goal in (
        ("Markdown", "exec", (), PAGES_A_SECOND),
        ("ProseMirror", "ravendocs", own, DOCUMENTS_A_SECOND),
    ):
        mirror, empty = (Mirror.at(worlds.place(number), _NOWHERE, backend=backend, own=more) for number in (pages, 1))

        def speed(mirror: Mirror = mirror, empty: Mirror = empty) -> float:
            start = empty.run("plan", "--assume-empty").cpu
            return pages / (mirror.run("plan", "--assume-empty").cpu - start)

        median, runs = median_of(worlds.sizes.times, speed)
        what = f"plan of {pages:,} new pages, {format_}, pages a second"
        yield at_least(what, median, goal, lambda value: f"{value:,.0f}", runs=runs)
    yield from _conversions(worlds.sizes.times)


def _conversions(times: int) -> Iterator[Figure]:
    """Both ways. Results are let go at once, and the collector rests: it would go over all that this process holds."""
    bodies = [page(number, _SAMPLE) for number in range(_SAMPLE)]
    docs = [to_prosemirror(body).doc for body in bodies]
    for what, work, inputs, goal in (
        ("Markdown to ProseMirror", to_prosemirror, bodies, IN),
        ("ProseMirror to Markdown", to_markdown, docs, OUT),
    ):

        def ratio(work: Callable[[Any], object] = work, inputs: Sequence[object] = inputs) -> float:
            parsing = _cpu(lambda body: list(pyromark.events(body)), bodies)
            return _cpu(work, inputs) / parsing

        gc.disable()
        try:
            median, runs = median_of(times, ratio)
        finally:
            gc.enable()
        yield at_most(f"{what} ÷ the parser's events", median, goal, lambda value: f"{value:.1f}", runs=runs)


def _cpu(work: Callable[[Any], object], inputs: Sequence[object]) -> float:
    started = time.process_time()
    for one in inputs:
        work(one)
    return time.process_time() - started
