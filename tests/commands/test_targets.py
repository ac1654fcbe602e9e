"""A target that can't be used: exit code 5, one request at most for a refused token, and what to look at."""

import socket

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
