"""Peak memory of whole commands over the large folder, Git's own processes included."""

from collections.abc import Iterator
from typing import Final

from benchmarks.folder import change_one
from benchmarks.rows import Figure, at_most
from benchmarks.running import Mirror
from benchmarks.worlds import Worlds

__all__ = ["measure"]

GOAL: Final = 300
_NOWHERE: Final = "http://127.0.0.1:9/rest/v1"


def measure(worlds: Worlds) -> Iterator[Figure]:
    """First sync, plan, one changed file, nothing to do."""
    pages = worlds.sizes.large
    synced = worlds.synced(pages)
    yield _peak(f"first sync of {pages:,} pages", synced.first.peak)
    yield _peak(f"plan of {pages:,} new pages", _plan(worlds, pages))
    change_one(synced.mirror.repository, 1, pages, turn=999)
    yield _peak(f"one changed file of {pages:,}", synced.mirror.run("sync").peak)
    yield _peak(f"nothing to do, {pages:,} pages", synced.mirror.run("sync").peak)


def _plan(worlds: Worlds, pages: int) -> float:
    return Mirror.at(worlds.place(pages), _NOWHERE).run("plan", "--assume-empty").peak


def _peak(what: str, mib: float) -> Figure:
    return at_most(f"peak memory, {what}", mib, GOAL, lambda value: f"{value:,.0f} MB")
