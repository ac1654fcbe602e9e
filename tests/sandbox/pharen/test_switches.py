"""Each open point of the Pharen documentation, both ways."""

from typing import Any

import httpx
import pytest

from pagemirror.sandbox.process import SandboxProcess

PAGES = "/new-page"


def create(api: httpx.Client, title: str = "A", content: str = "text") -> dict[str, Any]:
    page: dict[str, Any] = api.post(PAGES, json={"title": title, "content": content}).json()
    return page


@pytest.mark.parametrize(("value", "status"), [("404", 404), ("403", 403)])
def test_a_page_hidden_from_the_key(pharen_api: httpx.Client, sandbox: SandboxProcess, value: str, status: int) -> None:
    sandbox.switches("pharen", hidden_page=value)
    page = create(pharen_api)
    sandbox.edit("pharen", page["id"], hidden=True)
    for method in ("GET", "PUT", "DELETE"):
        body = {"title": "B"} if method == "PUT" else None
        assert pharen_api.request(method, f"{PAGES}/{page['id']}", json=body).status_code == status
    assert pharen_api.get(PAGES).json()["total"] == 0
    sandbox.edit("pharen", page["id"], hidden=False)
    assert pharen_api.get(PAGES).json()["total"] == 1


@pytest.mark.parametrize("query", ["per_page=101", "per_page=0", "page=0", "page=x", "sort=name", "order=up"])
def test_values_out_of_range_are_made_to_fit_or_refused(
    pharen_api: httpx.Client, sandbox: SandboxProcess, query: str
) -> None:
    create(pharen_api)
    fitted = pharen_api.get(f"{PAGES}?{query}")
    assert (fitted.status_code, len(fitted.json()["data"])) == (200, 1)
    assert fitted.json()["per_page"] == {"per_page=101": 100, "per_page=0": 1}.get(query, 20)
    sandbox.switches("pharen", out_of_range="400")
    assert pharen_api.get(f"{PAGES}?{query}").status_code == 400
    assert len(sandbox.violations("pharen")) >= 2


def test_the_announced_key_may_be_for_reading_only(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("pharen", key="read_only")
    assert pharen_api.get(PAGES).status_code == 200
    assert pharen_api.post(PAGES, json={"title": "A"}).status_code == 403


@pytest.mark.parametrize(("form", "stored"), [("none", "_a_"), ("rich_text", "*a*\n"), ("add_newline", "_a_\n")])
def test_bodies_are_kept_or_rewritten(
    pharen_api: httpx.Client, sandbox: SandboxProcess, form: str, stored: str
) -> None:
    sandbox.switches("pharen", body=form)
    assert create(pharen_api, content="_a_")["content"] == stored


def test_listings_can_lag_behind_reads(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("pharen", list_lag=10)
    page = create(pharen_api)
    assert pharen_api.get(f"{PAGES}/{page['id']}").status_code == 200
    assert pharen_api.get(PAGES).json()["total"] == 0
    sandbox.advance(11)
    assert pharen_api.get(PAGES).json()["total"] == 1
    pharen_api.delete(f"{PAGES}/{page['id']}")
    assert pharen_api.get(PAGES).json()["total"] == 1


@pytest.mark.parametrize("moves", [True, False])
def test_an_update_with_equal_values_moves_updated_at_or_not(
    pharen_api: httpx.Client, sandbox: SandboxProcess, *, moves: bool
) -> None:
    sandbox.switches("pharen", touch_unchanged=moves)
    page = create(pharen_api)
    sandbox.advance(5)
    same = pharen_api.put(f"{PAGES}/{page['id']}", json={"content": "text"}).json()
    assert (same["updated_at"] > page["updated_at"]) is moves


def test_titles_are_kept_or_trimmed(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("pharen", trim_titles=True)
    assert create(pharen_api, " A ")["title"] == "A"


def test_unknown_fields_are_refused_or_ignored_but_noted(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("pharen", unknown_fields="ignore")
    assert pharen_api.post(PAGES, json={"title": "A", "mood": 1}).status_code == 201
    assert pharen_api.get(f"{PAGES}?mood=1").status_code == 200
    assert [row["rule"] for row in sandbox.violations("pharen")] == ["unknown_field", "unknown_parameter"]


def test_a_wrong_type_is_422_or_400(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("pharen", wrong_type="400")
    assert pharen_api.post(PAGES, json={"title": None}).status_code == 400


def test_the_rate_limit_holds_a_minute(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("pharen", rate_limits=True, requests_per_minute=2)
    assert [pharen_api.get(PAGES).status_code for _ in range(3)] == [200, 200, 429]
    refused = pharen_api.get(PAGES)
    assert (refused.headers["X-RateLimit-Limit"], refused.headers["X-RateLimit-Remaining"]) == ("2", "0")
    assert int(refused.headers["X-RateLimit-Reset"]) > 1_700_000_000
    assert "Retry-After" not in refused.headers
    sandbox.advance(61)
    assert pharen_api.get(PAGES).status_code == 200


def test_a_429_with_retry_after_instead_of_reset(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("pharen", rate_reset=False, retry_after="header")
    sandbox.faults({"fault": "rate_limited", "retry_after": 3})
    refused = pharen_api.get(PAGES)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3")
    assert not [name for name in refused.headers if name.startswith("x-ratelimit")]


def test_rate_headers_on_every_answer(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    assert "X-RateLimit-Limit" not in pharen_api.get(PAGES).headers
    sandbox.switches("pharen", rate_headers="always", rate_limits=True)
    remaining = [int(pharen_api.get(PAGES).headers["X-RateLimit-Remaining"]) for _ in range(2)]
    assert remaining == [999, 998]
    assert pharen_api.get(PAGES).headers["X-RateLimit-Limit"] == "1000"
