"""The suite's part about listings: complete only if nothing can be missing."""

import asyncio

import pytest

from pagemirror.model.pages import Complete, Header, Partial
from pagemirror.testing.awaiting import awaited
from pagemirror.testing.bench import Bench, Desk
from pagemirror.testing.faults import Fault, Rule

__all__ = ["ListingTests"]


async def _filled(desk: Desk, count: int) -> list[Header]:
    """So many pages, made by the backend."""
    made = await asyncio.gather(*(desk.create(f"P{number}", "x") for number in range(count)))
    return [written.page.header for written in made]


class ListingTests:
    """What a listing may say."""

    @awaited
    async def test_an_empty_listing_is_complete(self, bench: Bench) -> None:
        async with bench.opened() as desk:
            assert await desk.session.list_headers() == Complete(headers=())

    @awaited
    async def test_a_listing_of_many_pages_is_complete_at_a_request_a_full_page(self, bench: Bench) -> None:
        size = bench.backend.capabilities.page_size
        async with bench.opened() as desk:
            made = await _filled(desk, 2 * size + max(1, size // 3))
            before = desk.transport.requests
            listing = await desk.session.list_headers()
            assert desk.transport.requests - before == 3 + bench.subject.proofs
        assert isinstance(listing, Complete)
        assert {header.id: header for header in listing.headers} == {header.id: header for header in made}

    @awaited
    async def test_a_listing_holds_live_pages_only(self, bench: Bench) -> None:
        async with bench.opened() as desk:
            made = await _filled(desk, 3)
            bench.subject.vanish(made[0].id)
            listing = await desk.session.list_headers()
        assert isinstance(listing, Complete)
        assert {header.id for header in listing.headers} == {header.id for header in made[1:]}

    @awaited
    async def test_a_short_listing_that_lacks_a_row_is_partial(self, bench: Bench) -> None:
        _only_with_a_total(bench)
        async with bench.opened() as desk:
            await _filled(desk, 2)
            desk.proxy.fail(Rule(fault=Fault.SHORT, bend=bench.subject.shortened))
            listing = await desk.session.list_headers()
        assert isinstance(listing, Partial)
        assert listing.reason

    @awaited
    async def test_a_long_listing_that_lacks_rows_is_read_again_and_partial_if_they_stay_away(
        self, bench: Bench
    ) -> None:
        _only_with_a_total(bench)
        async with bench.opened() as desk:
            made = await _filled(desk, bench.backend.capabilities.page_size + 2)
            desk.proxy.fail(Rule(fault=Fault.SHORT, bend=bench.subject.shortened, times=1))
            again = await desk.session.list_headers()
            desk.proxy.fail(Rule(fault=Fault.SHORT, bend=bench.subject.shortened))
            never = await desk.session.list_headers()
        assert isinstance(again, Complete)
        assert len(again.headers) == len(made)
        assert isinstance(never, Partial)

    @awaited
    async def test_a_listing_of_which_one_part_is_old_is_never_complete_with_a_page_missing(self, bench: Bench) -> None:
        async with bench.opened() as desk:
            await _filled(desk, bench.backend.capabilities.page_size + 2)
            await desk.session.list_headers()
            first = desk.proxy.seen[-2 - bench.subject.proofs]
            late = {header.id for header in await _filled(desk, 2)}
            for times in (1, None):
                desk.proxy.fail(Rule(fault=Fault.STALE, fits=lambda *request: request == first, times=times))
                listing = await desk.session.list_headers()
                assert isinstance(listing, Partial) or late <= {header.id for header in listing.headers}

    @awaited
    async def test_an_edit_is_listed_as_changed_and_nothing_else(self, bench: Bench) -> None:
        async with bench.opened() as desk:
            made = await _filled(desk, 3)
            bench.subject.later(5)
            bench.subject.edit(made[1].id, "y")
            updated = (await desk.look(made[1].id)).header.updated
            changed = await desk.session.list_headers(updated)
            assert [header.id for header in changed.headers] == [made[1].id]
            assert [header.id for header in (await desk.session.list_headers(updated + 2)).headers] == []


def _only_with_a_total(bench: Bench) -> None:
    if not bench.subject.tells_total:
        pytest.skip("nothing in this API's listings can show that a row is missing")
