"""Requests counted for one piece of work."""

import asyncio

from pagemirror.transport.counting import count_request, counted
from support.awaiting import awaited


@awaited
async def test_tallies_of_tasks_side_by_side_do_not_mix() -> None:
    async def work(times: int) -> int:
        with counted() as tally:
            for _ in range(times):
                count_request()
                await asyncio.sleep(0)
        return tally.requests

    assert list(await asyncio.gather(work(3), work(5))) == [3, 5]


@awaited
async def test_an_outer_tally_counts_what_tasks_inside_send() -> None:
    async def work() -> None:
        with counted() as inner:
            count_request()
        assert inner.requests == 1

    with counted() as outer:
        await asyncio.gather(*(asyncio.create_task(work()) for _ in range(4)))
    count_request()
    assert outer.requests == 4
