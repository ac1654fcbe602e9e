"""Faults hit what their rules name, and the same seed gives the same faults."""

from typing import Any

import httpx
import pytest

from pagemirror.sandbox.faults import FaultBook, FaultError, FaultSettings, Target
from pagemirror.sandbox.process import SandboxError, SandboxProcess

PAGES = "/knowledge-hub/pages"


def send(api: httpx.Client, method: str, path: str, body: object = None) -> int | None:
    """Return the status, or None where the connection ended without an answer."""
    try:
        return api.request(method, path, json=body).status_code
    except httpx.RemoteProtocolError:
        return None


def post(api: httpx.Client, title: str) -> int | None:
    return send(api, "POST", PAGES, {"title": title, "content": title, "status": "published"})


def held(sandbox: SandboxProcess) -> list[str]:
    return sorted(page["title"] for page in sandbox.pages("exec"))


def test_without_rules_nothing_happens(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    assert [post(exec_api, str(number)) for number in range(20)] == [201] * 20
    assert {row["fault"] for row in sandbox.log()} == {None}


@pytest.mark.parametrize(
    ("fault", "status", "effect"),
    [
        ("lost_answer", None, True),
        ("cut", None, False),
        ("rate_limited", 429, False),
        ("error_before", 500, False),
        ("error_after", 500, True),
        ("status", 413, False),
    ],
)
def test_exactly_the_third_post_is_hit(
    exec_api: httpx.Client, sandbox: SandboxProcess, fault: str, status: int | None, *, effect: bool
) -> None:
    sandbox.faults({"fault": fault, "method": "POST", "path": PAGES, "nth": 3, "status": 413})
    exec_api.get(PAGES)
    assert [post(exec_api, title) for title in "abcd"] == [201, 201, status, 201]
    assert held(sandbox) == (["a", "b", "c", "d"] if effect else ["a", "b", "d"])
    hit = [row for row in sandbox.log("exec") if row["fault"]]
    assert [(row["fault"], row["status"]) for row in hit] == [(fault, status)]
    assert sandbox.requests("exec") == 5


def test_a_fault_has_the_error_body_of_its_api(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.faults({"fault": "error_before"})
    assert exec_api.get(PAGES).json()["error"]["type"] == "internal_error"


def test_a_limit_ends_a_fault(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.faults({"fault": "error_before", "limit": 2})
    assert [post(exec_api, title) for title in "abc"] == [500, 500, 201]
    assert [(row["fitted"], row["hit"]) for row in sandbox.fault_counts()] == [(3, 2)]


def test_rules_are_restricted_by_api_method_path_and_body(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.faults(
        {"fault": "status", "status": 409, "contains": "poison"},
        {"fault": "status", "status": 503, "path": f"{PAGES}/{{page_id}}/versions"},
        {"fault": "status", "status": 502, "path": "/knowledge-hub/folders/*"},
        {"fault": "status", "status": 504, "api": "pharen"},
        {"fault": "status", "status": 418, "method": "delete"},
    )
    assert post(exec_api, "fine") == 201
    assert post(exec_api, "poison") == 409
    page = sandbox.pages("exec")[0]["id"]
    assert send(exec_api, "GET", f"{PAGES}/{page}") == 200
    assert send(exec_api, "GET", f"{PAGES}/{page}/versions") == 503
    assert send(exec_api, "GET", "/knowledge-hub/folders/x") == 502
    assert send(exec_api, "DELETE", f"{PAGES}/{page}") == 418


def test_a_slow_answer_and_latency_take_their_time(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.faults({"fault": "slow", "seconds": 0.05, "nth": 2}, latency=0.01)
    for _ in range(2):
        exec_api.get("/workspace")
    first, second = (row["seconds"] for row in sandbox.log("exec"))
    assert 0.01 <= first < 0.05
    assert second >= 0.06


@pytest.mark.parametrize(("when", "count"), [("before", 0), ("after", 1)])
def test_a_client_that_gives_up_on_a_slow_answer_cannot_know(
    exec_api: httpx.Client, sandbox: SandboxProcess, when: str, count: int
) -> None:
    sandbox.faults({"fault": "slow", "seconds": 0.4, "when": when, "method": "POST"})
    with pytest.raises(httpx.ReadTimeout):
        exec_api.post(PAGES, json={"title": "late"}, timeout=0.1)
    assert len(sandbox.pages("exec")) == count
    while not sandbox.log("exec"):
        continue
    assert held(sandbox) == ["late"]


def test_a_reset_overtakes_a_slow_request(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.faults({"fault": "slow", "seconds": 0.2, "limit": 1})
    with pytest.raises(httpx.ReadTimeout):
        exec_api.post(PAGES, json={"title": "late"}, timeout=0.05)
    sandbox.reset()
    sandbox.faults({"fault": "slow", "seconds": 0.3, "limit": 1})
    assert send(exec_api, "GET", "/workspace") == 200
    assert held(sandbox) == []
    assert [row["path"] for row in sandbox.log()] == ["/workspace"]


def test_stale_listings_by_writes_and_by_seconds(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    for title in "abc":
        post(exec_api, title)
    sandbox.advance(60)
    post(exec_api, "d")
    sandbox.faults({"fault": "stale_list", "writes": 2, "nth": 1}, {"fault": "stale_list", "seconds": 30, "nth": 2})
    query = {"sort": "title"}
    listed = [[row["title"] for row in exec_api.get(PAGES, params=query).json()["data"]] for _ in range(3)]
    assert listed == [["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]]


def test_a_stale_listing_still_has_what_was_archived_and_the_old_titles(
    exec_api: httpx.Client, sandbox: SandboxProcess
) -> None:
    post(exec_api, "a")
    post(exec_api, "b")
    first, second = sorted(sandbox.pages("exec"), key=lambda page: str(page["title"]))
    sandbox.edit("exec", first["id"], title="z")
    sandbox.archive("exec", second["id"])
    sandbox.faults({"fault": "stale_list", "writes": 2, "limit": 1})
    for expected in (["a", "b"], ["z"]):
        answer = exec_api.get(PAGES, params={"sort": "title"}).json()
        assert [row["title"] for row in answer["data"]] == expected
        assert answer["pagination"]["total_count"] == len(expected)


def test_short_listings_lose_rows_or_give_a_wrong_total(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    for title in "abc":
        post(exec_api, title)
    sandbox.faults({"fault": "short_list", "nth": 1}, {"fault": "short_list", "shortfall": "total"})
    lost = exec_api.get(PAGES, params={"page_size": 2}).json()
    assert (lost["data"], lost["pagination"]["total_count"]) == ([], 3)
    ended = exec_api.get(PAGES, params={"page_size": 2}).json()
    assert (len(ended["data"]), ended["pagination"]["total_count"], ended["pagination"]["total_pages"]) == (2, 2, 1)
    assert exec_api.get(PAGES, params={"page_size": 5}).json()["pagination"]["total_count"] == 4
    assert send(exec_api, "GET", "/knowledge-hub/folders") == 200


def test_a_body_is_rewritten_once(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.faults({"fault": "normalised", "form": "drop_comments", "nth": 2})
    body = {"title": "A", "content": "<!-- x -->\ntext", "status": "published"}
    stored = [exec_api.post(PAGES, json=body).json()["content"] for _ in range(3)]
    assert stored == ["<!-- x -->\ntext", "text", "<!-- x -->\ntext"]


def outcomes(api: httpx.Client, sandbox: SandboxProcess, seed: int) -> list[int | None]:
    sandbox.reset()
    sandbox.faults(seed=seed, rates={"lost_answer": 0.2, "error_before": 0.2, "rate_limited": 0.1})
    return [post(api, str(number)) for number in range(40)]


def test_the_same_seed_gives_the_same_faults(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    first, again = outcomes(exec_api, sandbox, 7), outcomes(exec_api, sandbox, 7)
    assert first == again
    assert {None, 500, 429, 201} == set(first)
    assert outcomes(exec_api, sandbox, 8) != first


def target(template: str, number: int) -> Target:
    path = template.replace("{page_id}", f"p{number}")
    return Target(api="exec", method="GET", path=path, template=template, body=b"", lists=False, writes=False)


def test_requests_to_other_paths_do_not_move_the_draws() -> None:
    settings = FaultSettings.from_json({"seed": 3, "rates": {"cut": 0.5}})
    alone, mixed = FaultBook(settings), FaultBook(settings)
    expected = [bool(alone.decide(target("/a/{page_id}", number)).rules) for number in range(50)]
    found = []
    for number in range(50):
        mixed.decide(target("/b", number))
        found.append(bool(mixed.decide(target("/a/{page_id}", number)).rules))
    assert found == expected
    assert 10 < sum(expected) < 40


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.5, 1.0])
def test_a_rate_is_about_kept(rate: float) -> None:
    book = FaultBook(FaultSettings.from_json({"seed": 1, "rates": {"cut": rate}}))
    hits = sum(bool(book.decide(target("/a", number)).rules) for number in range(4000))
    assert abs(hits / 4000 - rate) < 0.02


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"rules": [{"fault": "explode"}]}, "fault cannot be 'explode'"),
        ({"rules": [{"rate": 1}]}, "a fault rule is an object with a fault"),
        ({"rules": [{"fault": "cut", "chance": 1}]}, "chance is no part of a fault rule"),
        ({"rules": [{"fault": "cut", "rate": "often"}]}, "it is a number"),
        ({"rules": [{"fault": "slow", "seconds": -1}]}, "below zero"),
        ({"rules": [{"fault": "cut", "path": 5}]}, "it is text"),
        ({"speed": 1}, "speed is no fault setting"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(value: dict[str, Any], words: str) -> None:
    with pytest.raises(FaultError, match=words):
        FaultSettings.from_json(value)


def test_refused_rules_leave_the_old_ones_in_force(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.faults({"fault": "error_before"})
    with pytest.raises(SandboxError, match="it can be lost_answer"):
        sandbox.faults({"fault": "explode"})
    assert post(exec_api, "a") == 500
