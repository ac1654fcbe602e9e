"""Requests: how many each kind of pass sends, counted by the sandbox."""

from collections.abc import Iterator
from typing import Final

from benchmarks.folder import change_one
from benchmarks.rows import Figure, at_most
from benchmarks.running import Mirror
from benchmarks.worlds import Worlds
from pagemirror.sandbox.process import SandboxProcess

__all__ = ["measure"]

_API: Final = "exec"
_A_LISTING: Final = 100
_EDITED: Final = 5


def measure(worlds: Worlds) -> Iterator[Figure]:
    """First sync, unchanged, one changed file, drift."""
    pages = worlds.sizes.small
    with SandboxProcess() as box:
        there = box.api(_API)
        mirror = Mirror.at(worlds.place(pages), there.base_url, token=there.token, page_url=there.page_url)

        def sent(*words: str) -> int:
            before = box.requests(_API)
            mirror.run("sync", *words)
            return box.requests(_API) - before

        first = sent()
        settled = sum(count for (method, _), count in box.counts(_API).items() if method == "PATCH")
        most = pages + 2 * settled + 1
        yield at_most(f"requests, first sync of {pages:,} pages", first, most, _count, settled=settled)
        yield at_most("requests, unchanged folder", sent(), 0, _count)
        change_one(mirror.repository, pages // 2, pages, turn=1)
        yield at_most("requests, one changed file", sent(), 2, _count)
        for page in box.pages(_API)[:_EDITED]:
            box.edit(_API, page["id"], content=f"{page['content']}\nEdited by hand.\n")
        most = 1 + _listings(pages) + _EDITED
        yield at_most(f"requests, drift and removal check, {_EDITED} edited pages", sent("--drift"), most, _count)


def _listings(pages: int) -> int:
    return max(1, -(-pages // _A_LISTING))


def _count(number: float) -> str:
    return f"{number:,.0f}"
