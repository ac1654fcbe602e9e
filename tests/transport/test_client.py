"""The transport against a server that behaves badly, over real sockets."""

import asyncio
import gzip
import json
import socket
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from pagemirror.model.errors import (
    BackendError,
    Changed,
    Deferred,
    NotApplied,
    Rejected,
    TargetUnusable,
    UnknownOutcome,
    UsageError,
)
from pagemirror.transport.counting import Exchange, counted
from pagemirror.transport.interface import Call
from pagemirror.transport.pacing import Limits
from pagemirror.transport.settings import TransportSettings
from support.awaiting import awaited
from support.rudeserver import Behaviour, RudeServer, answer, cut, drip, page, raw, silent
from support.transports import START, HandClock, make_transport

READ = Call(method="GET", path="/pages")
WRITE = Call(method="POST", path="/pages", body={"title": "Ä"}, effect="write")
REMOVE = Call(method="DELETE", path="/pages/1", effect="idempotent")
FINE = answer(200, {"ok": True})
HALF = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a":'


def quick(url: str = "") -> TransportSettings:
    """Settings that give up soon."""
    return TransportSettings(base_url=url, timeout=0.1)


async def failure(
    call: Call, *script: Behaviour, settings: TransportSettings | None = None
) -> tuple[BackendError, int]:
    """The error that a call ends with, and how many requests the server heard."""
    async with RudeServer(*script) as server, make_transport(server.url, settings=settings) as transport:
        with pytest.raises(BackendError) as caught:
            await transport.send(call)
        return caught.value, len(server.heard)


@awaited
async def test_a_request_carries_token_agent_query_and_body() -> None:
    async with RudeServer(FINE) as server, make_transport(f"{server.url}/v1/") as transport:
        call = Call(method="PATCH", path="/pages/1", query={"q": "ä b&c"}, body={"title": "Ä"}, effect="write")
        assert (await transport.send(call)).body == {"ok": True}
        heard = server.heard[0]
    assert heard.target == "/v1/pages/1?q=%C3%A4+b%26c"
    assert heard.headers["authorization"] == "Bearer secret-token"
    assert heard.headers["user-agent"].startswith("pagemirror/")
    assert heard.headers["content-type"] == "application/json"
    assert json.loads(heard.body) == {"title": "Ä"}


@awaited
async def test_connections_are_used_again() -> None:
    async with RudeServer(FINE) as server, make_transport(server.url) as transport:
        for _ in range(5):
            await transport.send(READ)
        assert len(server._tasks) == 1


@awaited
async def test_a_request_that_is_cancelled_at_any_moment_leaves_a_connection_for_the_next() -> None:
    settings = TransportSettings(base_url="", timeout=2.0, concurrency=1, attempts=1)
    outcomes = set()
    async with RudeServer(FINE) as server:
        for turns in range(40):  # of the event loop: before it connects, while it does, and after the answer
            async with make_transport(server.url, settings=settings) as transport:
                sending = asyncio.create_task(transport.send(READ))
                for _ in range(turns):
                    await asyncio.sleep(0)
                sending.cancel()
                await asyncio.wait({sending})
                outcomes.add(sending.cancelled())
                assert (await transport.send(READ)).body == {"ok": True}, turns
    assert True in outcomes


@awaited
async def test_a_request_that_ends_badly_leaves_a_connection_for_the_next() -> None:
    settings = TransportSettings(base_url="", timeout=0.2, concurrency=1, attempts=1)
    script = (cut(), FINE, cut(HALF), FINE, silent(), FINE, raw(b"x\r\n\r\n"), FINE)
    async with RudeServer(*script) as server, make_transport(server.url, settings=settings) as transport:
        for _ in range(len(script) // 2):
            with pytest.raises(BackendError):
                await transport.send(READ)
            assert (await transport.send(READ)).body == {"ok": True}
        assert len(server.heard) == len(script)


@awaited
async def test_a_compressed_answer_is_read() -> None:
    content = gzip.compress(b'{"ok": true}')
    script = page(200, content, content_type="application/json", content_encoding="gzip")
    async with RudeServer(script) as server, make_transport(server.url) as transport:
        assert (await transport.send(READ)).body == {"ok": True}


@pytest.mark.parametrize(
    "trouble",
    [answer(500), answer(503), answer(408), answer(425), cut(), cut(HALF), raw(b"HTTP/1.1 banana\r\n\r\n"),
     page(200, b"{not json", content_type="application/json")],
    ids=["500", "503", "408", "425", "cut", "cut-late", "garbage", "no-json"],
)  # fmt: skip
@awaited
async def test_a_read_is_tried_again_until_it_succeeds(trouble: Behaviour) -> None:
    clock = HandClock()
    async with RudeServer(trouble, trouble, FINE) as server, make_transport(server.url, clock=clock) as transport:
        assert (await transport.send(READ)).body == {"ok": True}
    assert clock.slept == [0.5, 1.0]


@awaited
async def test_a_read_that_never_succeeds_ends_after_five_tries() -> None:
    error, heard = await failure(READ, answer(500, {"error": {"message": "out of order"}}))
    assert isinstance(error, NotApplied)
    assert "out of order" in error.message
    assert heard == 5


@pytest.mark.parametrize(
    "trouble",
    [answer(500), answer(502), answer(408), cut(), cut(HALF), raw(b"HTTP/1.1 banana\r\n\r\n"), silent(),
     page(200, b"{not json", content_type="application/json"), page(200, b"<html>Log in</html>"),
     answer(303, location="/elsewhere"), answer(304), cut(HALF[:20])],
    ids=["500", "502", "408", "cut", "cut-late", "garbage", "silent", "no-json", "html", "303", "304", "cut-head"],
)  # fmt: skip
@awaited
async def test_a_write_without_a_good_answer_is_unknown_and_sent_once(trouble: Behaviour) -> None:
    error, heard = await failure(WRITE, trouble, settings=quick())
    assert isinstance(error, UnknownOutcome)
    assert heard == 1


@awaited
async def test_a_removal_may_be_sent_again() -> None:
    async with RudeServer(cut(), answer(200, {"deleted": True})) as server, make_transport(server.url) as transport:
        assert (await transport.send(REMOVE)).status == 200
        assert len(server.heard) == 2


@awaited
async def test_a_removal_that_is_never_answered_is_unknown() -> None:
    error, heard = await failure(REMOVE, cut())
    assert isinstance(error, UnknownOutcome)
    assert heard == 5


@awaited
async def test_a_removal_in_doubt_stays_so_when_the_server_then_asks_for_a_long_pause() -> None:
    error, heard = await failure(REMOVE, cut(), answer(429, retry_after="3600"))
    assert isinstance(error, UnknownOutcome)
    assert heard == 2


@pytest.mark.parametrize("call", [READ, WRITE, REMOVE], ids=["read", "write", "removal"])
@awaited
async def test_no_connection_is_surely_not_applied(call: Call) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clock = HandClock()
    async with make_transport(f"http://127.0.0.1:{port}", clock=clock) as transport:
        with pytest.raises(NotApplied) as caught:
            await transport.send(call)
        assert transport.requests == 0
    assert caught.value.code == "unreachable"
    assert len(clock.slept) == 4


@awaited
async def test_a_name_that_does_not_resolve_is_surely_not_applied() -> None:
    async with make_transport("http://no-such-host.invalid") as transport:
        with pytest.raises(NotApplied):
            await transport.send(WRITE)


@awaited
async def test_a_server_that_speaks_no_tls_is_surely_not_applied() -> None:
    async with RudeServer(FINE) as server:
        url = server.url.replace("http:", "https:")
        async with make_transport(url, settings=quick()) as transport:
            with pytest.raises(NotApplied):
                await transport.send(WRITE)


@awaited
async def test_a_slow_server_ends_in_a_time_out() -> None:
    error, heard = await failure(READ, silent(), settings=quick())
    assert isinstance(error, NotApplied)
    assert "time-out" in error.message
    assert heard == 5


@awaited
async def test_headers_that_trickle_in_for_ever_end_in_a_time_out() -> None:
    async def trickle(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nx: ")
        while True:
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.02)

    error, _ = await failure(WRITE, trickle, settings=quick())
    assert isinstance(error, UnknownOutcome)
    assert "time-out" in error.message


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, Rejected, "rejected"),
        (413, Rejected, "rejected"),
        (422, Rejected, "rejected"),
        (403, Rejected, "forbidden"),
        (401, TargetUnusable, "credentials"),
        (407, TargetUnusable, "unusable"),
        (404, TargetUnusable, "unusable"),
        (405, TargetUnusable, "unusable"),
        (409, Changed, "changed"),
        (412, Changed, "changed"),
    ],
)
@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
@awaited
async def test_a_documented_refusal_has_its_own_error(
    status: int, kind: type[BackendError], code: str, call: Call
) -> None:
    body = {"error": {"code": "x", "message": "title is required", "details": {"field": "title"}}}
    error, heard = await failure(call, answer(status, body))
    assert type(error) is kind
    assert error.code == code
    assert error.status == status
    assert "title is required (field: title)" in error.message
    assert heard == 1


@awaited
async def test_a_status_that_the_backend_asked_for_is_an_answer() -> None:
    call = Call(method="GET", path="/pages/1", statuses=frozenset({404}))
    async with (
        RudeServer(answer(404, {"error": {"message": "gone"}})) as server,
        make_transport(server.url) as transport,
    ):
        assert (await transport.send(call)).status == 404


@awaited
async def test_a_web_page_that_says_404_is_a_wrong_address_and_no_missing_page() -> None:
    call = Call(method="GET", path="/pages/1", statuses=frozenset({404}))
    error, _ = await failure(call, page(404, b"<!doctype html><h1>Not found</h1>", content_type="text/html"))
    assert isinstance(error, TargetUnusable)


@awaited
async def test_a_login_page_instead_of_json_is_a_wrong_address() -> None:
    error, heard = await failure(READ, page(200, b"<html>Log in</html>", content_type="text/html"))
    assert isinstance(error, TargetUnusable)
    assert "base_url" in error.hint
    assert heard == 1


@awaited
async def test_a_long_message_of_the_server_is_cut() -> None:
    error, _ = await failure(WRITE, answer(422, {"error": {"message": "no " * 1000}}))
    assert len(error.message) < 400


@awaited
async def test_an_answer_that_is_too_large_is_not_read_to_its_end() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"
    settings = TransportSettings(base_url="", answer_limit=1_000_000)
    error, _ = await failure(READ, drip(head, 10_000, b"x" * 10_000), settings=settings)
    assert isinstance(error, Rejected)
    assert error.code == "too_large"


@awaited
async def test_a_compressed_bomb_is_not_unpacked_to_its_end() -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    script = page(200, bomb, content_type="application/json", content_encoding="gzip")
    error, _ = await failure(READ, script, settings=TransportSettings(base_url="", answer_limit=1_000_000))
    assert isinstance(error, Rejected)


@awaited
async def test_deeply_nested_json_is_no_crash() -> None:
    error, _ = await failure(READ, page(200, b"[" * 200_000, content_type="application/json"))
    assert isinstance(error, NotApplied)


@awaited
async def test_half_a_surrogate_pair_is_replaced() -> None:
    script = page(200, b'{"title": "a\\ud800b", "emoji": "\\ud83d\\ude00"}', content_type="application/json")
    async with RudeServer(script) as server, make_transport(server.url) as transport:
        assert (await transport.send(READ)).body == {"title": "a\ufffdb", "emoji": "\U0001f600"}


@awaited
async def test_a_read_follows_a_redirect_on_the_same_server() -> None:
    script = (answer(308, location="/v2/pages?page=1"), FINE)
    async with RudeServer(*script) as server, make_transport(server.url) as transport:
        assert (await transport.send(READ)).body == {"ok": True}
        assert [heard.target for heard in server.heard] == ["/pages", "/v2/pages?page=1"]
        assert transport.requests == 2


@awaited
async def test_the_token_never_goes_to_another_server() -> None:
    async with RudeServer(FINE) as other:
        error, heard = await failure(READ, answer(302, location=f"{other.url}/pages"))
        assert other.heard == []
    assert isinstance(error, TargetUnusable)
    assert other.url in error.message
    assert heard == 1


@pytest.mark.parametrize("location", ["//evil.example/x", "https://127.0.0.1/x", "http://[broken", "ftp://127.0.0.1/"])
@awaited
async def test_a_redirect_to_another_origin_in_any_form_is_refused(location: str) -> None:
    error, heard = await failure(READ, answer(301, location=location))
    assert isinstance(error, TargetUnusable)
    assert heard == 1


@awaited
async def test_a_redirect_in_a_circle_ends() -> None:
    error, heard = await failure(READ, answer(302, location="/pages"))
    assert isinstance(error, TargetUnusable)
    assert heard == 6


@awaited
async def test_a_write_follows_no_redirect() -> None:
    error, heard = await failure(WRITE, answer(308, location="/v2/pages"))
    assert isinstance(error, TargetUnusable)
    assert "/v2/pages" in error.message
    assert heard == 1


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
@awaited
async def test_a_429_waits_as_asked_and_sends_again(call: Call) -> None:
    clock = HandClock()
    async with (
        RudeServer(answer(429, retry_after="7"), FINE) as server,
        make_transport(server.url, clock=clock) as transport,
    ):
        assert (await transport.send(call)).status == 200
        assert transport.requests == 2
    assert clock.slept == [7.0]


@awaited
async def test_a_429_without_a_time_waits_a_minute() -> None:
    clock = HandClock()
    async with RudeServer(answer(429), FINE) as server, make_transport(server.url, clock=clock) as transport:
        await transport.send(WRITE)
    assert clock.slept == [60.0]


@awaited
async def test_a_storm_of_429_without_a_pause_is_slowed_down() -> None:
    clock = HandClock()
    storm = [answer(429, retry_after="0")] * 4
    async with RudeServer(*storm, FINE) as server, make_transport(server.url, clock=clock) as transport:
        await transport.send(READ)
    assert clock.slept == [1.0, 2.0, 4.0, 8.0]


@awaited
async def test_429_without_end_is_deferred() -> None:
    error, heard = await failure(WRITE, answer(429, retry_after="1"))
    assert isinstance(error, Deferred)
    assert heard == 21


@awaited
async def test_a_pause_longer_than_the_longest_wait_is_deferred_until_its_end() -> None:
    error, heard = await failure(WRITE, answer(429, {"error": {"retry_after": 3600}}))
    assert isinstance(error, Deferred)
    assert error.until == START + 3600
    assert heard == 1


@awaited
async def test_one_callers_pause_holds_the_others_back_too() -> None:
    clock = HandClock()
    async with (
        RudeServer(answer(429, retry_after="30"), FINE) as server,
        make_transport(server.url, clock=clock) as transport,
    ):
        first = asyncio.create_task(transport.send(READ))
        await clock.asleep.wait()
        await transport.send(WRITE)
        await first
    assert clock.time >= START + 30


@awaited
async def test_an_unwell_server_that_names_a_time_is_given_it() -> None:
    clock = HandClock()
    async with (
        RudeServer(answer(503, retry_after="12"), FINE) as server,
        make_transport(server.url, clock=clock) as transport,
    ):
        await transport.send(READ)
    assert clock.slept == [12.0]


@awaited
async def test_requests_are_counted_and_told() -> None:
    told: list[Exchange] = []
    async with (
        RudeServer(answer(500), FINE) as server,
        make_transport(server.url, on_exchange=told.append) as transport,
    ):
        with counted() as tally:
            await transport.send(READ)
        await transport.send(READ)
        assert transport.requests == 3
    assert tally.requests == 2
    assert [(row.method, row.path, row.status) for row in told][:2] == [("GET", "/pages", 500), ("GET", "/pages", 200)]


@awaited
async def test_a_budget_holds_requests_back() -> None:
    clock = HandClock()
    async with (
        RudeServer(FINE) as server,
        make_transport(server.url, clock=clock, limits=Limits(per_minute=2)) as transport,
    ):
        for _ in range(3):
            await transport.send(READ)
    assert clock.time >= START + 60


@awaited
async def test_a_body_that_is_no_text_is_not_sent() -> None:
    async with RudeServer(FINE) as server, make_transport(server.url) as transport:
        for body in ({"title": "\ud800"}, {"order": float("nan")}):
            with pytest.raises(Rejected):
                await transport.send(Call(method="POST", path="/pages", body=body, effect="write"))
        assert server.heard == []


@pytest.mark.parametrize("url", ["", "api.exec.com/v1", "ftp://host", "http://", "http://host/?a=1", "http://[x"])
def test_a_base_url_that_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        make_transport(url)


def test_a_base_url_with_a_password_is_refused_without_showing_it() -> None:
    with pytest.raises(UsageError) as caught:
        make_transport("https://user:hunter2@host/v1")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("token", ["two words", "sesame\n", "ümlaut", "\x7f"])
def test_a_token_that_no_header_can_hold_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_transport("https://host", token=token)
    assert token.strip() not in str(caught.value)


def test_a_certificate_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    settings = TransportSettings(base_url="", ca_file=str(tmp_path / "no.pem"))
    with pytest.raises(UsageError, match="no such file"):
        make_transport("https://host", settings=settings)


def test_a_certificate_file_without_certificates_is_named(tmp_path: Path) -> None:
    path = tmp_path / "empty.pem"
    path.write_text("nothing")
    with pytest.raises(UsageError, match="no certificate"):
        make_transport("https://host", settings=TransportSettings(base_url="", ca_file=str(path)))


@pytest.mark.parametrize("proxy", ["ftp://user:hunter2@proxy:1", "socks5://user:hunter2@proxy:1", "http://[x"])
def test_a_proxy_that_cannot_be_used_is_refused_without_its_password(proxy: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_transport("https://host", settings=TransportSettings(base_url="", proxy=proxy))
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@awaited
async def test_requests_go_through_the_proxy_and_its_refusal_is_surely_not_applied() -> None:
    async with RudeServer(answer(407)) as proxy:
        settings = TransportSettings(base_url="", proxy=f"http://user:hunter2@127.0.0.1:{proxy.port}")
        async with make_transport("https://api.example.invalid", settings=settings) as transport:
            with pytest.raises(NotApplied) as caught:
                await transport.send(WRITE)
        assert proxy.heard[0].method == "CONNECT"
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "trouble",
    [
        answer(400, {"error": {"message": "bad header: Bearer secret-token"}}),
        answer(401, {"error": {"message": "key secret-token is not known"}}),
        answer(422, {"error": "secret-token"}),
        answer(302, location="http://other.invalid/?key=secret-token"),
        answer(500, {"message": "secret-token"}),
        raw(b"HTTP/1.1 secret-token\r\n\r\n"),
        cut(),
    ],
)
@awaited
async def test_the_token_is_in_no_error(trouble: Behaviour) -> None:
    for call in (READ, WRITE):
        error, _ = await failure(call, trouble)
        shown = "".join(traceback.format_exception(error)) + repr(error) + error.hint
        assert "secret-token" not in shown


@awaited
async def test_the_token_is_in_no_repr() -> None:
    settings = TransportSettings(base_url="http://127.0.0.1:1", token="secret-token", proxy="http://u:hunter2@p")
    async with make_transport("http://127.0.0.1:1", settings=settings) as transport:
        shown = repr(transport) + repr(settings)
    assert "secret-token" not in shown
    assert "hunter2" not in shown


def test_importing_the_room_does_not_load_the_http_library() -> None:
    code = "import sys, pagemirror.transport, pagemirror.backends.exec, pagemirror.backends.pharen\n"
    code += "sys.exit(str({'httpx', 'httpcore'} & set(sys.modules) or ''))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


@awaited
async def test_closing_in_mid_request_loses_no_connection() -> None:
    async with RudeServer(silent()) as server:
        transport = make_transport(server.url)
        task = asyncio.create_task(transport.send(WRITE))
        await server.asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert transport.requests == 1
        await transport.close()
