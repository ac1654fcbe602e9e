"""A target that can't be used: exit code 5, one request at most for a refused token, and what to look at."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from support.site import Site


@pytest.fixture
def ready(site: Site) -> Site:
    site.docs({"a.md": "# A\n", "b.md": "# B\n"})
    return site


def unusable(site: Site, *, says: tuple[str, ...]) -> None:
    ran = site("sync")
    assert ran.code == 5, ran.said
    for word in says:
        assert word in ran.said, ran.said
    assert "handbook: stopped" in ran.out


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """A server that gives one answer to whatever it is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is to be said."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@pytest.mark.parametrize("status", [400, 418])
def test_a_listing_that_is_refused_is_counted_and_speaks_of_no_page(ready: Site, status: int) -> None:
    with answering(status, b'{"error": {"message": "bad sort"}}') as url:
        ready.configure(target__base_url=url)
        ran = ready("sync", "--output", "json")
    assert (ran.code, ran.json["mirrors"][0]["requests"]) == (5, 1)
    assert f"answered {status}: bad sort" in ran.error["message"]
    assert "nothing was written; check target.base_url" in ran.error["hint"]


def test_a_pause_before_the_first_answer_is_not_called_nothing_to_do(ready: Site) -> None:
    with answering(429, b'{"retry_after": 4000}') as url:
        ready.configure(target__base_url=url)
        ran = ready("sync")
    assert ran.code == 6
    assert "nothing to do" not in ran.out
    assert "handbook: put off; 1 request" in ran.out
    assert "The rest can be sent from" in ran.out


def test_a_wrong_token_costs_one_request_and_says_which_setting(ready: Site) -> None:
    wrong = "exec_live_" + "x" * 40
    ready.env["EXEC_API_KEY"] = wrong
    ready.secrets.add(wrong)
    unusable(ready, says=("401", "target.token"))
    assert ready.box.requests("exec") == 1
    ran = ready("sync", "--output", "json")
    assert (ran.code, ran.error["code"]) == (5, "credentials")
    assert ran.json["mirrors"][0]["result"] == "unusable"
    markdown = ready("sync", "--output", "markdown")
    assert markdown.code == 5
    assert "target.token" in markdown.out


def test_a_token_that_is_mended_is_tried_at_once(ready: Site) -> None:
    right = ready.env["EXEC_API_KEY"]
    ready.env["EXEC_API_KEY"] = "exec_live_" + "x" * 40
    assert ready("sync").code == 5
    ready.env["EXEC_API_KEY"] = right
    ready.done("sync")
    assert set(ready.live()) == {"A", "B"}


def test_a_wrong_path_in_the_base_url(ready: Site) -> None:
    ready.configure(target__base_url=f"{ready.box.url}/nothing/here")
    unusable(ready, says=("404", "target.base_url"))


def test_the_address_of_the_web_app_instead_of_the_api(ready: Site) -> None:
    ready.configure(target__base_url=ready.box.url)
    unusable(ready, says=("web page", "not with JSON", "target.base_url"))


def test_a_port_where_nobody_listens(ready: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        ready.configure(target__base_url=f"http://127.0.0.1:{taken.getsockname()[1]}/rest/v1")
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        ran = ready("sync", "--output", "json")
    assert (ran.code, ran.error["code"]) == (5, "unreachable")
    assert ran.json["mirrors"][0]["result"] == "unusable"
    for word in (f"no connection to {place}", "target.base_url", "target.proxy"):
        assert word in f"{ran.error['message']} {ran.error['hint']}"
