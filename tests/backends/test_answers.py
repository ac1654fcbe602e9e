"""Reading what servers say, and what a refusal proves."""

import asyncio
from typing import Any

import pytest

from pagemirror.backends.answers import Access, moment
from pagemirror.model.errors import Rejected, TargetUnusable
from pagemirror.transport.interface import Answer, Call
from support.awaiting import awaited

LOOK = Call(method="GET", path="/pages/1")
GONE = {"error": {"message": "Page not found: 1"}}


class Script:
    """A transport that answers from a list."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.requests = 0
        self._answers = answers

    async def send(self, call: Call) -> Answer:
        self.requests += 1
        await asyncio.sleep(0)
        assert {403, 404, 410} <= call.statuses
        status, body = self._answers[min(self.requests, len(self._answers)) - 1]
        return Answer(status=status, body=body, headers={})

    def authorise(self, token: str) -> None:
        raise AssertionError(f"a token of {len(token)} characters was given, and there is no login")

    async def close(self) -> None:
        return


class Probed:
    """A probe that counts how often it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked = 0
        self._error = error

    async def __call__(self) -> None:
        self.asked += 1
        if self._error is not None:
            raise self._error


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1970-01-01T00:00:10Z", 10.0),
        ("1970-01-01t00:00:10z", 10.0),
        ("1970-01-01T00:00:10.500Z", 10.5),
        ("1970-01-01T01:00:10+01:00", 10.0),
        ("1970-01-01T00:00:10", 10.0),
        (" 1970-01-01 00:00:10+00:00 ", 10.0),
        ("yesterday", 0.0),
        ("", 0.0),
        (None, 0.0),
        (17, 0.0),
        ("0001-01-01T00:00:00+23:00", 0.0),
    ],
)
def test_times_are_read_leniently(value: Any, seconds: float) -> None:
    assert moment(value) == seconds


@awaited
async def test_a_404_after_a_good_answer_needs_no_proof() -> None:
    probe = Probed()
    access = Access(Script((200, {"id": "1"}), (404, GONE)), probe)
    await access.send(LOOK)
    assert (await access.send(LOOK)).status == 404
    assert probe.asked == 0


@awaited
async def test_a_404_before_any_good_answer_is_proven_once() -> None:
    probe = Probed()
    access = Access(Script((404, GONE)), probe)
    await asyncio.gather(*(access.send(LOOK) for _ in range(8)))
    assert probe.asked == 1


@awaited
async def test_a_404_at_a_wrong_address_stops_the_target() -> None:
    access = Access(Script((404, GONE)), Probed(TargetUnusable("no")))
    for _ in range(2):
        with pytest.raises(TargetUnusable):
            await access.send(LOOK)


@pytest.mark.parametrize("body", [None, {}, {"message": "no Route matched"}, {"error": "x"}, [], "gone"])
@awaited
async def test_a_404_in_foreign_words_proves_nothing_about_the_page(body: Any) -> None:
    access = Access(Script((200, {}), (404, body)), Probed())
    await access.send(LOOK)
    with pytest.raises(Rejected):
        await access.send(LOOK)


@awaited
async def test_refusals_are_proven_again_after_a_while() -> None:
    probe = Probed()
    access = Access(Script((403, {"error": {}})), probe)
    for _ in range(21):
        assert (await access.send(LOOK)).status == 403
    assert probe.asked == 3
