"""One changed file: the pass from commit to recorded outcome, at both sizes."""

from collections.abc import Iterator
from typing import Final

from benchmarks.folder import change_one
from benchmarks.rows import Figure, at_most
from benchmarks.running import median_of
from benchmarks.worlds import Worlds

__all__ = ["measure"]

GROWTH: Final = 1.3


def measure(worlds: Worlds) -> Iterator[Figure]:
    """How much longer the whole command takes at the large size."""
    sizes = worlds.sizes
    medians, details = [], {}
    turn = 0
    for pages in (sizes.small, sizes.large):
        mirror = worlds.synced(pages).mirror

        def changed(pages: int = pages) -> float:
            nonlocal turn
            turn += 1
            change_one(worlds.synced(pages).mirror.repository, pages // 2, pages, turn=turn)
            return worlds.synced(pages).mirror.run("sync").wall

        mirror.run("sync")
        median, details[str(pages)] = median_of(sizes.times, changed)
        medians.append(median)
    what = f"one changed file, {sizes.large:,} pages ({medians[1]:.2f} s) ÷ {sizes.small:,} pages ({medians[0]:.2f} s)"
    yield at_most(what, medians[1] / medians[0], GROWTH, lambda value: f"{value:.2f}", runs=details)
