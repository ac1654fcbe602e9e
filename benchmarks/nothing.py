"""`sync` with nothing to do, as a person or a timer starts it: the whole command, at both sizes."""

from collections.abc import Iterator
from typing import Final

from benchmarks.rows import Figure, at_most
from benchmarks.running import median_of
from benchmarks.worlds import Worlds

__all__ = ["measure"]

GOAL: Final = 0.6
GROWTH: Final = 1.2


def measure(worlds: Worlds) -> Iterator[Figure]:
    """Seconds at the small size, and how much more the large one takes."""
    sizes = worlds.sizes
    medians = []
    for pages in (sizes.small, sizes.large):
        mirror = worlds.synced(pages).mirror
        mirror.run("sync")
        median, runs = median_of(sizes.times, lambda mirror=mirror: mirror.run("sync").wall)  # type: ignore[misc]
        medians.append(median)
        goal = GOAL if pages == sizes.small else medians[0] * GROWTH
        what = f"`sync` with nothing to do, {pages:,} pages"
        yield at_most(what, median, goal, lambda value: f"{value:.2f} s", runs=runs)
