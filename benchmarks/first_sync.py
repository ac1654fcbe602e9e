"""The first sync over a line with latency, as a ratio to what that alone would cost; and a bare loop beside it."""

import asyncio
import time
from collections.abc import Iterator
from typing import Final

import httpx

from benchmarks.folder import page
from benchmarks.rows import Figure, at_most
from benchmarks.running import TOKEN, Mirror, median_of, standin
from benchmarks.worlds import Worlds

__all__ = ["measure"]

LATENCY: Final = 0.05
AT_ONCE: Final = 8
GOAL: Final = 1.15


def measure(worlds: Worlds) -> Iterator[Figure]:
    """Both ratios; the pass's own seconds are taken, so that the interpreter's start is left out."""
    pages = worlds.sizes.small

    def first() -> float:
        with standin(LATENCY) as running:
            mirror = Mirror.at(worlds.place(pages), running.base_url, page_url="https://hub.example.com/pages/{id}")
            (said,) = mirror.run("sync", "--assume-empty").report["mirrors"]
        return float(said["seconds"]) / _ideal(int(said["requests"]))

    def bare() -> float:
        bodies = [page(number, pages) for number in range(pages)]
        with standin(LATENCY) as running:
            return asyncio.run(_bare(running.base_url, bodies)) / _ideal(pages)

    loop, loops = median_of(worlds.sizes.times, bare)
    ratio, ratios = median_of(worlds.sizes.times, first)
    what = f"first sync of {pages:,} pages, 50 ms, 8 at once ÷ ideal (bare loop: {loop:.2f})"
    yield at_most(what, ratio, GOAL, lambda value: f"{value:.2f}", runs=ratios, bare_loop=loop, bare_loops=loops)


def _ideal(requests: int) -> float:
    """What so many requests cost if nothing but the line takes time."""
    return requests / AT_ONCE * LATENCY


async def _bare(base_url: str, bodies: list[str]) -> float:
    """Seconds that the HTTP library alone needs to create the same pages."""
    waiting = iter(enumerate(bodies))
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=AT_ONCE), trust_env=False) as client:

        async def work() -> None:
            for number, body in waiting:
                value = {"title": f"Page {number}", "content": body, "status": "published"}
                headers = {"Authorization": f"Bearer {TOKEN}"}
                answer = await client.post(f"{base_url}/knowledge-hub/pages", json=value, headers=headers)
                answer.json()

        started = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        return time.perf_counter() - started
