"""Who may ask for what."""

import pytest

from pagemirror.daemon.access import Access, same_secret
from pagemirror.daemon.web import create_app
from support.asking import ask
from support.standin import StandIn

TOKEN = "a-long-admin-token"
BEARER = {"authorization": f"Bearer {TOKEN}"}


def status(access: Access, headers: dict[str, str] | None = None, client: str = "127.0.0.1") -> int:
    return ask(create_app(StandIn(), access), "/api/status", headers=headers, client=client).status


def test_on_loopback_this_machine_may_read_without_a_token() -> None:
    assert status(Access()) == 200
    assert status(Access(), {"host": "localhost:8580"}) == 200
    assert status(Access(), {"host": "[::1]:8580"}, client="::1") == 200


def test_elsewhere_only_the_token_opens() -> None:
    open_to_all = Access(token=TOKEN, loopback=False)
    assert status(open_to_all) == 401
    assert status(open_to_all, BEARER) == 200
    assert status(open_to_all, {"authorization": "Bearer wrong"}) == 401
    assert status(open_to_all, {"authorization": TOKEN}) == 401


def test_without_a_token_nobody_is_admin() -> None:
    assert status(Access(loopback=False), {"authorization": "Bearer "}) == 401
    assert not same_secret("", "")


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "docs.example.com"},
        {"host": "[::1"},
        {"origin": "null"},
        {"x-forwarded-for": "203.0.113.9"},
        {"forwarded": "for=203.0.113.9"},
        {"via": "1.1 proxy"},
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_what_a_proxy_or_another_site_sends_is_not_local(headers: dict[str, str]) -> None:
    assert status(Access(token=TOKEN), headers) == 401
    assert status(Access(token=TOKEN), {**headers, **BEARER}) == 200


def test_a_request_from_another_machine_is_not_local() -> None:
    assert status(Access(), client="192.0.2.7") == 401


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"])
def test_a_form_of_another_site_starts_no_pass(kind: str) -> None:
    service = StandIn()
    app = create_app(service, Access())
    assert ask(app, "/api/sync", method="POST", headers={"content-type": kind}, body=b"{}").status == 401
    assert service.poked == []


def test_a_refusal_tells_nothing() -> None:
    answer = ask(create_app(StandIn(), Access(loopback=False)), "/api/status")
    assert answer.json == {"error": "unauthorized"}
