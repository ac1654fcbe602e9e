"""The routes of the service, its limits, and what every answer bears."""

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pagemirror.daemon.access import Access
from pagemirror.daemon.limits import BODY
from pagemirror.daemon.views import Activity, MirrorView
from pagemirror.daemon.web import create_app
from pagemirror.model.errors import StateError
from support.asking import Answered, ask
from support.standin import HANDBOOK, NOW, StandIn


def answer(service: StandIn, path: str, **more: object) -> Answered:
    return ask(create_app(service, Access()), path, **more)  # type: ignore[arg-type]  # what `ask` takes


def test_alive_says_yes() -> None:
    assert answer(StandIn(), "/healthz").json == {"status": "ok"}


def test_ready_says_why_not() -> None:
    assert answer(StandIn(), "/readyz").json == {"ready": True, "reasons": []}
    not_yet = answer(StandIn(unready=("1 mirrors not tried yet",)), "/readyz")
    assert (not_yet.status, not_yet.json["reasons"]) == (503, ["1 mirrors not tried yet"])


def test_the_status_tells_each_mirror() -> None:
    view = MirrorView(name=HANDBOOK, activity=Activity.IDLE, tried_at=NOW, level_at=NOW - 7200.0)
    [mirror] = answer(StandIn(mirrors=(view,)), "/api/status").json["mirrors"]
    assert (mirror["name"], mirror["activity"], mirror["stale"]) == ("handbook", "idle", True)


def test_a_state_that_cannot_be_read_leaves_a_status_without_records() -> None:
    service = StandIn(unreadable=StateError("The state is damaged.", hint="Move it aside.", code="state_corrupt"))
    told = answer(service, "/api/status")
    [mirror] = told.json["mirrors"]
    assert (told.status, mirror["name"], mirror["records"]) == (200, "handbook", None)


def test_a_sync_is_asked_for_all_mirrors_or_for_some() -> None:
    service = StandIn()
    assert answer(service, "/api/sync", method="POST").status == 202
    named = answer(service, "/api/sync", method="POST", body=b'{"mirrors": ["handbook"]}')
    assert named.json == {"mirrors": ["handbook"]}
    assert service.poked == [(("handbook",), "api", True)] * 2


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 400), (b'{"mirrors": "a"}', 400), (b'{"mirrors": ["nosuch"]}', 404)]
)
def test_a_wrong_wish_starts_nothing(body: bytes, status: int) -> None:
    service = StandIn()
    assert answer(service, "/api/sync", method="POST", body=body).status == status
    assert service.poked == []


def test_a_body_over_the_limit_is_refused() -> None:
    assert answer(StandIn(), "/api/sync", method="POST", body=b" " * (BODY + 1)).status == 413


def test_a_body_that_lies_about_its_size_is_refused_all_the_same() -> None:
    lie = {"content-length": "2"}
    assert answer(StandIn(), "/api/sync", method="POST", body=b" " * (BODY + 1), headers=lie).status == 413


def test_what_is_not_there_is_refused_without_a_word() -> None:
    missing = answer(StandIn(), "/nosuch")
    assert (missing.status, missing.body) == (404, b"")
    assert answer(StandIn(), "/api/sync").status == 405


def test_every_answer_is_shut_in() -> None:
    headers = answer(StandIn(), "/healthz").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_what_breaks_inside_tells_nothing_outside() -> None:
    async def broken(_: Request) -> Response:
        raise RuntimeError("/secret/path")

    app = create_app(StandIn(), Access(), more=(Route("/broken", broken),))
    with pytest.raises(RuntimeError):  # for the server's log
        ask(app, "/broken")
