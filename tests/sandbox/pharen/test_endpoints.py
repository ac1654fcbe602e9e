"""Pharen's endpoints answer as the documentation said."""

from typing import Any

import httpx
import pytest

from pagemirror.sandbox.pharen.api import READ_ONLY_TOKEN
from pagemirror.sandbox.process import SandboxProcess

PAGES = "/new-page"


def create(api: httpx.Client, title: str = "A", **fields: object) -> dict[str, Any]:
    answer = api.post(PAGES, json={"title": title, **fields})
    assert answer.status_code == 201, answer.text
    page: dict[str, Any] = answer.json()
    return page


def titles(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["title"] for row in answer.json()["data"]]


def test_a_page_comes_back_as_it_was_sent(pharen_api: httpx.Client) -> None:
    page = create(pharen_api, " Tïtle ", content="# x\r\n\n*y*\n")
    assert set(page) == {"id", "title", "content", "created_at", "updated_at"}
    assert (page["title"], page["content"]) == (" Tïtle ", "# x\r\n\n*y*\n")
    assert page["updated_at"] == page["created_at"]
    assert page["id"].startswith("page_")
    assert len(page["id"]) == 30
    assert pharen_api.get(f"{PAGES}/{page['id']}").json() == page


def test_content_left_out_is_empty_and_titles_may_repeat(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    assert create(pharen_api)["content"] == ""
    create(pharen_api)
    assert sandbox.summary()["apis"]["pharen"]["duplicates"] == {"A": 2}


@pytest.mark.parametrize("body", [{}, {"content": "x"}, {"title": ""}, {"title": "x" * 256}])
def test_a_title_has_1_to_255_characters(pharen_api: httpx.Client, sandbox: SandboxProcess, body: object) -> None:
    answer = pharen_api.post(PAGES, json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "validation_error"
    assert answer.json()["error"]["details"] == {"field": "title"}
    assert sandbox.summary()["apis"]["pharen"]["violations"] == 1


def test_the_title_limit_counts_code_points(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    title = "🚀" * 255
    assert create(pharen_api, title)["title"] == title
    for unit in ("utf16", "bytes"):
        sandbox.switches("pharen", title_unit=unit)
        assert pharen_api.post(PAGES, json={"title": title}).status_code == 422
        assert pharen_api.post(PAGES, json={"title": "x" * 255}).status_code == 201


def test_put_changes_only_what_is_given(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(pharen_api, content="text")
    sandbox.advance(5)
    retitled = pharen_api.put(f"{PAGES}/{page['id']}", json={"title": "B"}).json()
    assert (retitled["title"], retitled["content"], retitled["created_at"]) == ("B", "text", page["created_at"])
    assert retitled["updated_at"] > page["updated_at"]
    cleared = pharen_api.put(f"{PAGES}/{page['id']}", json={"content": ""}).json()
    assert (cleared["title"], cleared["content"]) == ("B", "")


def test_put_needs_title_or_content(pharen_api: httpx.Client) -> None:
    page = create(pharen_api)
    answer = pharen_api.put(f"{PAGES}/{page['id']}", json={})
    assert answer.status_code == 422
    assert answer.json()["error"]["details"] == {"fields": ["title", "content"]}
    assert pharen_api.put(f"{PAGES}/{page['id']}", json={"title": ""}).status_code == 422


def test_delete_is_for_good_and_a_second_one_finds_nothing(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(pharen_api)
    gone = pharen_api.delete(f"{PAGES}/{page['id']}")
    assert (gone.status_code, gone.content) == (204, b"")
    again = pharen_api.delete(f"{PAGES}/{page['id']}")
    message = f"No page with ID '{page['id']}' exists in this workspace."
    assert (again.status_code, again.json()) == (404, {"error": {"code": "not_found", "message": message}})
    assert sandbox.pages("pharen") == []
    assert pharen_api.get(PAGES).json() == {"data": [], "total": 0, "page": 1, "per_page": 20}


def test_listing_sorts_orders_and_searches(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    first = create(pharen_api, "b one")
    for title in ("A two", "c one"):
        sandbox.advance(2)
        create(pharen_api, title)
    sandbox.advance(2)
    pharen_api.put(f"{PAGES}/{first['id']}", json={"content": "x"})
    assert titles(pharen_api.get(PAGES)) == ["b one", "c one", "A two"]
    assert titles(pharen_api.get(PAGES, params={"order": "asc"})) == ["A two", "c one", "b one"]
    by_birth = {"sort": "created_at", "order": "asc"}
    assert titles(pharen_api.get(PAGES, params=by_birth)) == ["b one", "A two", "c one"]
    assert titles(pharen_api.get(PAGES, params={"sort": "title"})) == ["c one", "b one", "A two"]
    assert titles(pharen_api.get(PAGES, params={"search": "ONE", "sort": "title", "order": "asc"})) == [
        "b one",
        "c one",
    ]


def test_listing_pages_through_and_ends_empty(pharen_api: httpx.Client) -> None:
    for number in range(5):
        create(pharen_api, f"p{number}")
    query: dict[str, str | int] = {"sort": "created_at", "order": "asc", "per_page": 2}
    seen = [titles(pharen_api.get(PAGES, params={**query, "page": page})) for page in (1, 2, 3, 4)]
    assert seen == [["p0", "p1"], ["p2", "p3"], ["p4"], []]
    answer = pharen_api.get(PAGES, params={**query, "page": 4}).json()
    assert (answer["total"], answer["page"], answer["per_page"]) == (5, 4, 2)


def test_a_list_row_holds_no_body_to_trust(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    body = "# Heading\n\nSome *text* with a [link](https://example.com).\n\n" + "word " * 80
    create(pharen_api, content=body)
    row = pharen_api.get(PAGES).json()["data"][0]["content"]
    assert row.startswith("Heading Some text with a link.")
    assert row.endswith("…")
    assert len(row) <= 160
    sandbox.switches("pharen", list_content="full")
    assert pharen_api.get(PAGES).json()["data"][0]["content"] == body


def test_keys_are_missing_wrong_or_may_only_read(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(pharen_api)
    with httpx.Client(base_url=sandbox.pharen.base_url, trust_env=False) as client:
        missing = client.get(PAGES)
        assert (missing.status_code, missing.json()["error"]["code"]) == (401, "missing_token")
        for header in ("Bearer wrong", "wrong", f"Basic {sandbox.pharen.token}", ""):
            wrong = client.get(PAGES, headers={"Authorization": header})
            assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "invalid_token")
        reader = {"Authorization": f"Bearer {READ_ONLY_TOKEN}"}
        assert client.get(f"{PAGES}/{page['id']}", headers=reader).status_code == 200
        for method, path in (("POST", PAGES), ("PUT", f"{PAGES}/{page['id']}"), ("DELETE", f"{PAGES}/{page['id']}")):
            refused = client.request(method, path, headers=reader)
            assert (refused.status_code, refused.json()["error"]["code"]) == (403, "insufficient_permissions")


@pytest.mark.parametrize(
    ("body", "kind", "status", "rule"),
    [
        (b"{", "application/json", 400, "invalid_json"),
        (b'{"title":"A"}', "text/plain", 400, "content_type"),
        (b'{"title":"A","tags":[]}', "application/json", 400, "unknown_field"),
        (b'{"title":"A","content":null}', "application/json", 422, "wrong_type"),
        (b'{"title":7}', "application/json", 422, "wrong_type"),
        (b'"A"', "application/json", 400, "wrong_type"),
    ],
)
def test_bad_bodies_are_refused_and_noted(
    pharen_api: httpx.Client, sandbox: SandboxProcess, body: bytes, kind: str, status: int, rule: str
) -> None:
    answer = pharen_api.post(PAGES, content=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == ("bad_request" if status == 400 else "validation_error")
    assert [row["rule"] for row in sandbox.violations("pharen")] == [rule]


def test_there_is_no_patch_and_no_pages_path(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(pharen_api)
    assert pharen_api.patch(f"{PAGES}/{page['id']}", json={"title": "B"}).status_code == 405
    assert pharen_api.get("/pages").status_code == 404
    assert pharen_api.get(f"{PAGES}/").status_code == 404
    rules = [row["rule"] for row in sandbox.violations("pharen")]
    assert rules == ["unknown_method", "unknown_route", "unknown_route"]
