"""The suite's part about accidents: each method of a session meets each thing that can happen to its requests.

A write that may have been applied is `UnknownOutcome` or was made sure of; it is never sent twice, unless twice is the
same as once. A read is repeated, or says that it failed; it never answers from half an answer.
"""

import pytest

from pagemirror.model.errors import Deferred, NotApplied, TargetUnusable, UnknownOutcome
from pagemirror.model.pages import Absent, Page
from pagemirror.testing.awaiting import awaited
from pagemirror.testing.bench import Bench, Desk, texts
from pagemirror.testing.deeds import READS, WRITES, Deed
from pagemirror.testing.faults import Fault

__all__ = ["MutationTests"]

PASSING = (
    Fault.CUT_BEFORE,
    Fault.NO_ANSWER_BEFORE,
    Fault.ERROR_BEFORE,
    Fault.LOST_ANSWER,
    Fault.HALF_ANSWER,
    Fault.GARBLED,
    Fault.ERROR_AFTER,
    Fault.NO_ANSWER_AFTER,
)
"""Accidents of one request, after which the same request may well succeed."""

NOT_DONE = (Fault.CUT_BEFORE, Fault.NO_ANSWER_BEFORE, Fault.ERROR_BEFORE)
DONE = tuple(fault for fault in (*PASSING, Fault.WEB_PAGE) if fault not in NOT_DONE)
PATIENCE = 0.5
"""Real seconds that a client waits for an answer that may never come; what comes before the accident has its time."""

AGAIN = 8
"""More often than this no request is repeated."""


class MutationTests:
    """Every method, every accident."""

    @pytest.mark.parametrize("fault", PASSING)
    @pytest.mark.parametrize("deed", READS)
    @awaited
    async def test_a_read_is_repeated_after_an_accident(self, bench: Bench, deed: str, fault: Fault) -> None:
        async with bench.opened() as desk:
            page = await desk.made("One", "x")
            expected, before = await READS[deed].does(desk, page), desk.written()
            desk.spoil(fault, times=1)
            async with desk.hurried(PATIENCE) as hurried:
                assert await READS[deed].does(hurried, page) == expected
            assert desk.written() == before

    @pytest.mark.parametrize(
        "fault", [Fault.CUT_BEFORE, Fault.ERROR_BEFORE, Fault.HALF_ANSWER, Fault.GARBLED, Fault.WEB_PAGE]
    )
    @pytest.mark.parametrize("deed", READS)
    @awaited
    async def test_a_read_that_never_succeeds_says_so_and_gives_no_answer(
        self, bench: Bench, deed: str, fault: Fault
    ) -> None:
        async with bench.opened() as desk:
            page = await desk.made("One", "x")
            sent = desk.transport.requests
            desk.spoil(fault)
            with pytest.raises(TargetUnusable if fault is Fault.WEB_PAGE else NotApplied):
                await READS[deed].does(desk, page)
            assert desk.transport.requests - sent <= AGAIN

    @pytest.mark.parametrize("fault", NOT_DONE)
    @pytest.mark.parametrize("deed", WRITES)
    @awaited
    async def test_a_write_that_was_cut_before_its_effect_is_unknown(
        self, bench: Bench, deed: str, fault: Fault
    ) -> None:
        async with bench.opened() as desk:
            page = await WRITES[deed].ready(desk)
            titles, before = desk.titles(), desk.written()
            desk.spoil(fault, writes=True)
            async with desk.hurried(PATIENCE) as hurried:
                with pytest.raises(UnknownOutcome):
                    await WRITES[deed].does(hurried, page)
            assert desk.written() == before
            assert desk.titles() == titles

    @pytest.mark.parametrize("fault", DONE)
    @pytest.mark.parametrize("deed", WRITES)
    @awaited
    async def test_a_write_whose_answer_is_no_use_is_unknown_or_made_sure_of_and_done_once(
        self, bench: Bench, deed: str, fault: Fault
    ) -> None:
        async with bench.opened() as desk:
            chosen = WRITES[deed]
            page = await chosen.ready(desk)
            there, before = len(desk.titles()), desk.written()
            desk.spoil(fault, writes=True, times=1)
            async with desk.hurried(PATIENCE) as hurried:
                try:
                    await chosen.does(hurried, page)
                except UnknownOutcome:
                    assert desk.written() == before + 1
            if chosen.removes is None:
                assert desk.written() == before + 1, "a write was sent twice"
                assert len(desk.titles()) == there + chosen.makes
            await _has_effect(desk, chosen, page)

    @pytest.mark.parametrize("deed", WRITES)
    @awaited
    async def test_a_write_that_meets_a_closed_door_was_surely_not_applied(self, bench: Bench, deed: str) -> None:
        async with bench.opened() as desk:
            page = await WRITES[deed].ready(desk)
            await desk.proxy.close()
            with pytest.raises(NotApplied):
                await WRITES[deed].does(desk, page)

    @pytest.mark.parametrize("deed", [*READS, *WRITES])
    @awaited
    async def test_a_429_is_waited_out_and_the_request_done_once(self, bench: Bench, deed: str) -> None:
        chosen = {**READS, **WRITES}[deed]
        async with bench.opened() as desk:
            page = await chosen.ready(desk)
            before = desk.written()
            desk.spoil(Fault.RATE_LIMITED, retry_after=3.0, times=2)
            await chosen.does(desk, page)
            assert sum(desk.clock.slept) >= 6
            assert desk.written() == before + (deed in WRITES)

    @pytest.mark.parametrize("deed", [*READS, *WRITES])
    @awaited
    async def test_a_storm_of_429_defers_and_nothing_is_applied(self, bench: Bench, deed: str) -> None:
        chosen = {**READS, **WRITES}[deed]
        async with bench.opened() as desk:
            page = await chosen.ready(desk)
            titles, before = desk.titles(), desk.written()
            desk.spoil(Fault.RATE_LIMITED, retry_after=1.0)
            with pytest.raises(Deferred):
                await chosen.does(desk, page)
            assert desk.written() == before
            assert desk.titles() == titles

    @pytest.mark.parametrize("deed", [*READS, *WRITES])
    @awaited
    async def test_a_429_that_asks_for_too_long_a_pause_defers_at_once(self, bench: Bench, deed: str) -> None:
        chosen = {**READS, **WRITES}[deed]
        async with bench.opened(max_wait=10.0) as desk:
            page = await chosen.ready(desk)
            sent = desk.transport.requests
            desk.spoil(Fault.RATE_LIMITED, retry_after=1e10)
            with pytest.raises(Deferred):
                await chosen.does(desk, page)
            assert desk.transport.requests - sent == 1


async def _has_effect(desk: Desk, deed: Deed, page: Page) -> None:
    """What a look finds, once the accident is over."""
    desk.proxy.fail()
    if deed.makes:
        assert desk.titles() == ["New", "One"]
        return
    found = await desk.session.get(page.id)
    if deed.removes is None:
        assert not isinstance(found, Absent)
        assert texts(desk.backend, found.fields) == desk.read("Two", "Other text.\n")
        return
    assert isinstance(found, Absent) or found.tombstone
    assert not desk.live(page.id)
