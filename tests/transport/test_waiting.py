"""Writes that had to wait since the look at their page: they are not sent, and told apart from all that may go on."""

import pytest

from pagemirror.model.errors import PutOff, UnknownOutcome
from pagemirror.transport.interface import Call
from pagemirror.transport.pacing import Limits
from pagemirror.transport.waiting import apart, looked, waited, waited_too_long
from support.awaiting import awaited
from support.rudeserver import Behaviour, RudeServer, answer, cut
from support.transports import make_transport

READ = Call(method="GET", path="/pages/1")
WRITE = Call(method="PUT", path="/pages/1", body={}, effect="write")
REMOVE = Call(method="DELETE", path="/pages/1", effect="idempotent")
FINE = answer(200, {"ok": True})


def later(seconds: int) -> Behaviour:
    """An answer that asks for a pause."""
    return answer(429, {}, retry_after=str(seconds))


@awaited
async def test_a_write_that_had_to_wait_is_not_sent() -> None:
    async with RudeServer(later(60), FINE) as server, make_transport(server.url) as transport:
        with looked(), pytest.raises(PutOff):
            await transport.send(WRITE)
        assert len(server.heard) == 1


@awaited
async def test_a_write_that_waits_for_its_minute_is_not_sent() -> None:
    limits = Limits(per_minute=2)
    async with RudeServer(FINE) as server, make_transport(server.url, limits=limits) as transport:
        with looked():
            await transport.send(READ)
            await transport.send(READ)
            with pytest.raises(PutOff):
                await transport.send(WRITE)
        assert len(server.heard) == 2


@awaited
async def test_a_short_pause_makes_no_look_old() -> None:
    async with RudeServer(later(2), FINE) as server, make_transport(server.url) as transport:
        with looked():
            assert (await transport.send(WRITE)).status == 200


@awaited
async def test_a_write_without_a_look_goes_on_after_a_pause() -> None:
    async with RudeServer(later(60), FINE, later(60), FINE) as server, make_transport(server.url) as transport:
        assert (await transport.send(WRITE)).status == 200
        with looked(), apart():
            assert (await transport.send(WRITE)).status == 200


@awaited
async def test_a_read_goes_on_after_a_pause_and_the_write_behind_it_does_not() -> None:
    async with RudeServer(later(60), FINE) as server, make_transport(server.url) as transport:
        with looked():
            assert (await transport.send(READ)).status == 200
            with pytest.raises(PutOff):
                await transport.send(WRITE)
        assert len(server.heard) == 2


@awaited
async def test_the_second_write_of_a_change_is_no_other_than_the_first() -> None:
    """What a person did to the page while it had to wait would be overwritten."""
    async with RudeServer(FINE, later(60), FINE) as server, make_transport(server.url) as transport:
        with looked():
            await transport.send(WRITE)
            with pytest.raises(PutOff):
                await transport.send(WRITE)
        assert len(server.heard) == 2


@awaited
async def test_a_write_that_may_have_been_applied_before_the_wait_is_unknown() -> None:
    async with RudeServer(cut(), later(60), FINE) as server, make_transport(server.url) as transport:
        with looked(), pytest.raises(UnknownOutcome):
            await transport.send(REMOVE)
        assert len(server.heard) == 2


def test_a_wait_counts_for_the_look_that_it_follows() -> None:
    with looked():
        waited(10.0)
        assert waited_too_long()
        with looked():
            assert not waited_too_long()
        assert waited_too_long()
    assert not waited_too_long()
