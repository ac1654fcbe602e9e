"""Webhooks as the servers send them: which start a pass, which don't, and what strangers learn."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pagemirror.daemon.access import Access
from pagemirror.daemon.limits import BODY
from pagemirror.daemon.repeats import Repeats
from pagemirror.daemon.web import create_app
from pagemirror.daemon.webhooks import Deliveries, routes
from pagemirror.model.ids import MirrorName
from pagemirror.source import Remote, SourceSettings
from support.asking import Answered, ask
from support.deliveries import GONE, SECRET, SIGNING_TOKEN, Delivery, forgejo, gitea, github, gitlab, gitlab_signed
from support.standin import HANDBOOK, NOW, StandIn

URL = "https://git.example.com/acme/handbook.git"
TAGGED, DISK, LOCAL = MirrorName("tagged"), MirrorName("disk"), MirrorName("local")


def source(ref: str = "HEAD", url: str = URL) -> SourceSettings:
    return SourceSettings(ref=ref, remote=Remote(url=url, folder=Path("/nowhere")) if url else None)


@dataclass
class Hooks:
    """The routes with a service that notes who was poked."""

    sources: dict[MirrorName, SourceSettings] = field(default_factory=lambda: {HANDBOOK: source()})
    secret: str = SECRET
    service: StandIn = field(default_factory=StandIn)
    deliveries: Deliveries = field(default_factory=Deliveries)
    counted: list[tuple[str, str]] = field(default_factory=list)

    def send(self, kind: str, delivery: Delivery) -> Answered:
        more = routes(
            self.service,
            self.sources,
            secret=self.secret,
            deliveries=self.deliveries,
            refusals=Repeats(),
            heard=lambda server, outcome: self.counted.append((server, outcome)),
        )
        app = create_app(self.service, Access(loopback=False), more=more)
        return ask(app, f"/webhooks/{kind}", method="POST", headers=delivery.headers, body=delivery.body)

    def pokes(self, kind: str, delivery: Delivery) -> tuple[str, ...]:
        """Who was poked by a delivery that is taken."""
        answer = self.send(kind, delivery)
        assert (answer.status, answer.body) == (202, b"")
        return tuple(name for names, trigger, _ in self.service.poked if trigger == "webhook" for name in names)


PUSHES: dict[str, Callable[..., Delivery]] = {"github": github, "gitlab": gitlab, "gitea": gitea, "forgejo": forgejo}


def route(server: str) -> str:
    return "gitea" if server == "forgejo" else server


@pytest.mark.parametrize("server", PUSHES)
def test_a_push_to_the_branch_starts_a_pass(server: str) -> None:
    assert Hooks().pokes(route(server), PUSHES[server]()) == ("handbook",)


@pytest.mark.parametrize("server", PUSHES)
def test_a_push_to_another_branch_is_taken_and_ignored(server: str) -> None:
    assert Hooks().pokes(route(server), PUSHES[server]("refs/heads/feature")) == ()


@pytest.mark.parametrize("server", PUSHES)
def test_a_named_branch_or_tag_is_known_by_its_name(server: str) -> None:
    hooks = Hooks({HANDBOOK: source("release"), TAGGED: source("v1.2"), DISK: source("worktree", "")})
    assert hooks.pokes(route(server), PUSHES[server]("refs/tags/v1.2")) == ("tagged",)


@pytest.mark.parametrize("server", PUSHES)
def test_a_branch_that_was_deleted_starts_nothing(server: str) -> None:
    assert Hooks().pokes(route(server), PUSHES[server](after=GONE)) == ()


def test_a_force_push_is_a_push() -> None:
    assert Hooks().pokes("github", github(forced=True)) == ("handbook",)


@pytest.mark.parametrize(
    ("kind", "delivery"),
    [
        ("github", github(event="ping")),
        ("github", github(event="issues")),
        ("gitea", gitea(event="delete")),
        ("gitlab", gitlab(event="Merge Request Hook")),
    ],
)
def test_other_events_are_taken_and_ignored(kind: str, delivery: Delivery) -> None:
    assert Hooks().pokes(kind, delivery) == ()


def test_a_form_with_the_payload_is_read_too() -> None:
    assert Hooks().pokes("github", github(form=True)) == ("handbook",)


@pytest.mark.parametrize("body", [b"\xff", b"&".join([b"a=1"] * 9), b"payload=%ff", b"payload="])
def test_a_form_that_is_none_is_refused(body: bytes) -> None:
    headers = {**gitlab().headers, "content-type": "application/x-www-form-urlencoded"}
    hooks = Hooks()
    assert hooks.send("gitlab", Delivery(headers, body)).status == 400
    assert hooks.counted == [("gitlab", "refused_body")]


@pytest.mark.parametrize("server", PUSHES)
def test_another_repository_is_ignored(server: str) -> None:
    name = {"path": "acme/other"} if server == "gitlab" else {"full_name": "acme/other"}
    assert Hooks().pokes(route(server), PUSHES[server](**name)) == ()


@pytest.mark.parametrize(
    "url",
    ["git@git.example.com:acme/handbook.git", "ssh://git@internal:2222/acme/Handbook", "https://h/acme/handbook/"],
)
def test_a_repository_is_known_however_it_is_named(url: str) -> None:
    assert Hooks({HANDBOOK: source(url=url)}).pokes("gitea", gitea()) == ("handbook",)


def test_a_local_repository_may_be_any() -> None:
    assert Hooks({LOCAL: source(url="")}).pokes("github", github()) == ("local",)


@pytest.mark.parametrize("server", PUSHES)
def test_a_wrong_signature_is_refused_and_told_nothing(server: str) -> None:
    hooks = Hooks()
    answer = hooks.send(route(server), PUSHES[server](secret="another"))
    assert (answer.status, answer.body, hooks.service.poked) == (401, b"", [])
    assert hooks.counted == [(route(server), "refused_signature")]


@pytest.mark.parametrize("server", PUSHES)
def test_a_body_that_was_changed_is_refused_where_it_is_signed(server: str) -> None:
    delivery = PUSHES[server]()
    changed = Delivery(delivery.headers, delivery.body.replace(b"main", b"mean"))
    assert Hooks().send(route(server), changed).status == (202 if server == "gitlab" else 401)


def test_no_signature_is_refused() -> None:
    for kind in ("github", "gitlab", "gitea", "generic"):
        assert Hooks().send(kind, Delivery({}, b"{}")).status == 401


def test_without_a_secret_there_are_no_webhooks() -> None:
    assert Hooks(secret="").send("github", github(secret="")).status == 404


def test_a_server_that_is_not_known_is_not_there() -> None:
    assert Hooks().send("bitbucket", github()).status == 404


@pytest.mark.parametrize("server", PUSHES)
def test_a_delivery_that_comes_again_starts_nothing_more(server: str) -> None:
    hooks = Hooks()
    for _ in range(2):
        assert hooks.send(route(server), PUSHES[server]()).status == 202
    assert len(hooks.service.poked) == 1
    assert hooks.counted[-1] == (route(server), "repeated")


def test_a_signing_token_of_gitlab_is_checked_with_id_and_time() -> None:
    hooks = Hooks(secret=SIGNING_TOKEN)
    assert hooks.pokes("gitlab", gitlab_signed(now=NOW)) == ("handbook",)
    assert hooks.send("gitlab", gitlab_signed(now=NOW - 301)).status == 401
    assert hooks.send("gitlab", gitlab_signed(now=NOW, key=b"x" * 32)).status == 401
    signed = gitlab_signed(now=NOW)
    other_id = Delivery({**signed.headers, "webhook-id": "another"}, signed.body)
    assert hooks.send("gitlab", other_id).status == 401


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b'{"ref": "refs/heads/main"}', b'{"ref": 3}'])
def test_a_body_that_no_server_sends_is_refused(body: bytes) -> None:
    token = {"X-Gitlab-Token": SECRET, "X-Gitlab-Event": "Push Hook"}
    answer = Hooks().send("gitlab", Delivery(token, body))
    assert (answer.status, answer.body) == (400, b"")


def test_a_body_over_1_mib_is_refused_unread() -> None:
    assert Hooks().send("github", Delivery({}, b" " * (BODY + 1))).status == 413


def generic(document: object) -> Delivery:
    return Delivery({"Authorization": f"Bearer {SECRET}"}, json.dumps(document).encode())


@pytest.mark.parametrize(
    ("document", "poked"),
    [
        ({}, ("handbook", "tagged")),
        ({"mirrors": ["tagged"]}, ("tagged",)),
        ({"ref": "refs/heads/main"}, ("handbook",)),
        ({"ref": "refs/tags/v1", "repository": "acme/handbook"}, ("tagged",)),
        ({"repository": "acme/other"}, ()),
    ],
)
def test_anything_may_ask_in_the_generic_way(document: object, poked: tuple[str, ...]) -> None:
    hooks = Hooks({HANDBOOK: source(), TAGGED: source("v1")})
    assert hooks.pokes("generic", generic(document)) == poked


def test_a_generic_call_without_an_id_is_never_taken_for_an_old_one() -> None:
    hooks = Hooks()
    for _ in range(2):
        hooks.send("generic", generic({}))
    assert len(hooks.service.poked) == 2


def test_only_so_many_ids_are_remembered() -> None:
    seen = Deliveries(most=2)
    assert [seen.is_new(name) for name in "aabcab"] == [True, False, True, True, True, True]
