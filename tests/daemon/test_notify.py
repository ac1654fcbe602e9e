"""Notices to `service.notify_url`, over real HTTP."""

import asyncio
import hashlib
import hmac
import json
import queue
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pagemirror.config import Loaded, ServiceSettings, Settings
from pagemirror.daemon.notify import Notices
from pagemirror.daemon.views import MirrorView
from pagemirror.model.errors import SourceError
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import PassReport, Result
from pagemirror.passes.reporting import broken
from support.clidesk import HandClock

NAME = MirrorName("handbook")
SECRET = "a-webhook-secret"
ENV = {"PAGEMIRROR_WEBHOOK_SECRET": SECRET}
VIEW = MirrorView(name=NAME)


@dataclass
class Ear:
    """A server that takes what it is told, or answers as it was told to first."""

    statuses: list[int] = field(default_factory=list)
    heard: "queue.Queue[tuple[dict[str, str], bytes]]" = field(default_factory=queue.Queue)
    url: str = ""

    def next(self) -> tuple[dict[str, str], bytes]:
        return self.heard.get(timeout=10.0)


@pytest.fixture
def ear() -> Iterator[Ear]:
    made = Ear()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(made.statuses.pop(0) if made.statuses else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()
            made.heard.put(({name.lower(): value for name, value in self.headers.items()}, body))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def report(result: Result) -> PassReport:
    return PassReport(
        mirror=NAME,
        commit=None,
        result=result,
        digest="",
        requests=1,
        seconds=0.1,
        steps=(),
        unchanged=0,
        diverged=0,
        unsettled=0,
    )


def noticing(url: str, test: Callable[[Notices, list[str]], Coroutine[Any, Any, None]]) -> None:
    counted: list[str] = []

    async def run() -> None:
        notices = Notices(ENV, HandClock(), chance=lambda: 0.5, count=counted.append, mint=lambda: "id-1")
        settings = Settings(service=ServiceSettings(notify_url=url))
        await notices.open(Loaded(settings=settings, path=None, base_dir=Path("/"), layers=()))
        try:
            await test(notices, counted)
        finally:
            await notices.close()

    asyncio.run(run())


async def until(said: Callable[[], bool]) -> None:
    async with asyncio.timeout(10.0):
        while not said():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.001)


def test_a_changed_result_is_told_once_and_signed(ear: Ear) -> None:
    async def test(notices: Notices, counted: list[str]) -> None:
        for result in (Result.OK, Result.OK, Result.HELD):
            notices.heard(VIEW, VIEW, report(result))
        await until(lambda: len(counted) == 2)

    noticing(ear.url, test)
    told = [ear.next(), ear.next()]
    assert [(json.loads(body)["was"], json.loads(body)["result"]) for _, body in told] == [
        ("never", "ok"),
        ("ok", "held"),
    ]
    headers, body = told[0]
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["x-pagemirror-signature"] == f"sha256={digest}"
    assert headers["x-pagemirror-delivery"] == "id-1"
    assert ear.heard.empty()


def test_a_restart_tells_nobody_what_they_know(ear: Ear) -> None:
    async def test(notices: Notices, counted: list[str]) -> None:
        notices.known({NAME: "held"})
        notices.heard(VIEW, VIEW, report(Result.HELD))
        notices.heard(VIEW, VIEW, report(Result.OK))
        await until(lambda: counted == ["sent"])

    noticing(ear.url, test)
    assert json.loads(ear.next()[1])["result"] == "ok"


def test_what_is_not_taken_is_sent_again_under_the_same_id(ear: Ear) -> None:
    ear.statuses = [503, 500]

    async def test(notices: Notices, counted: list[str]) -> None:
        notices.heard(VIEW, VIEW, report(Result.OK))
        await until(lambda: counted == ["sent"])

    noticing(ear.url, test)
    assert {ear.next()[0]["x-pagemirror-delivery"] for _ in range(3)} == {"id-1"}


def test_one_who_never_takes_it_is_given_up_and_the_next_notice_still_leaves(ear: Ear) -> None:
    ear.statuses = [503] * 6

    async def test(notices: Notices, counted: list[str]) -> None:
        notices.heard(VIEW, VIEW, report(Result.OK))
        notices.heard(VIEW, VIEW, report(Result.HELD))
        await until(lambda: counted == ["failed", "sent"])

    noticing(ear.url, test)


def test_the_reason_is_told_and_a_source_in_motion_is_no_result(ear: Ear) -> None:
    wrong = SourceError("There is no repository.", hint="Clone it.", code="no_repository")
    moving = SourceError("Git is in the middle of a merge.", code="in_progress")

    async def test(notices: Notices, counted: list[str]) -> None:
        notices.heard(VIEW, VIEW, broken(NAME, None, moving, seconds=0.0))
        notices.heard(VIEW, VIEW, broken(NAME, None, wrong, seconds=0.0))
        await until(lambda: counted == ["sent"])

    noticing(ear.url, test)
    told = json.loads(ear.next()[1])
    assert (told["result"], told["error"]["code"], told["error"]["hint"]) == ("unusable", "no_repository", "Clone it.")


def test_without_an_address_nothing_leaves() -> None:
    async def test(notices: Notices, counted: list[str]) -> None:
        notices.heard(VIEW, VIEW, report(Result.OK))
        await asyncio.sleep(0)
        assert counted == []

    noticing("", test)
