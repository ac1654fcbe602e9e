"""Each open point of the Raven Docs documentation, both ways."""

from typing import Any

import httpx
import pytest

from pagemirror.sandbox.process import SandboxProcess

PAGES = "/pages"
WORKSPACE = {"workspaceId": "ws_sandbox"}
PLACE = {**WORKSPACE, "spaceId": "space_handbook"}
LINE = {"type": "paragraph", "content": [{"type": "text", "text": "x"}]}
EMPTY_LINE = {"type": "paragraph"}
DOC = {"type": "doc", "content": [LINE]}


def create(api: httpx.Client, title: str = "A", **fields: object) -> dict[str, Any]:
    answer = api.post(PAGES, json={**PLACE, "title": title, "content": DOC, **fields})
    assert answer.status_code == 201, answer.text
    page: dict[str, Any] = answer.json()["data"]
    return page


def content(api: httpx.Client, page: dict[str, Any]) -> Any:
    return api.get(f"{PAGES}/{page['id']}").json()["data"]["content"]


def put(api: httpx.Client, page: dict[str, Any], **fields: object) -> httpx.Response:
    return api.put(f"{PAGES}/{page['id']}", json={**WORKSPACE, **fields})


def titles(api: httpx.Client, **query: str | int) -> list[str]:
    return [row["title"] for row in api.get(PAGES, params={**PLACE, **query}).json()["data"]]


def delete(api: httpx.Client, page: dict[str, Any]) -> httpx.Response:
    return api.delete(f"{PAGES}/{page['id']}", params=WORKSPACE)


def test_the_pages_live_under_v1_or_without_it(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", prefix="none")
    moved = f"{sandbox.url}/ravendocs/api/pages"
    assert ravendocs_api.get(moved, params=PLACE).status_code == 200
    assert ravendocs_api.get(PAGES, params=PLACE).json()["message"].startswith("Cannot GET /ravendocs/api/v1/pages?")
    sandbox.reset("ravendocs")
    assert ravendocs_api.get(PAGES, params=PLACE).status_code == 200


def test_a_missing_route_in_the_frameworks_own_words(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", unknown_route="nest")
    expected = {"message": "Cannot GET /ravendocs/api/v1/spaces", "error": "Not Found", "statusCode": 404}
    assert ravendocs_api.get("/spaces").json() == expected


def test_ids_can_be_uuids(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", ids="uuid")
    assert len(create(ravendocs_api)["id"]) == 36


def test_a_listing_without_a_parent_gives_all_or_the_top(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    parent = create(ravendocs_api, "Parent")
    create(ravendocs_api, "Child", parentId=parent["id"])
    assert len(titles(ravendocs_api)) == 2
    sandbox.switches("ravendocs", list_scope="roots")
    assert titles(ravendocs_api) == ["Parent"]
    assert titles(ravendocs_api, parentId=parent["id"]) == ["Child"]


@pytest.mark.parametrize(
    ("order", "expected"), [("updated", ["b", "c", "a"]), ("created", ["b", "a", "c"]), ("title", ["a", "b", "c"])]
)
def test_a_listing_has_one_order(
    ravendocs_api: httpx.Client, sandbox: SandboxProcess, order: str, expected: list[str]
) -> None:
    sandbox.switches("ravendocs", list_order=order)
    first = create(ravendocs_api, "b")
    create(ravendocs_api, "a")
    create(ravendocs_api, "c")
    put(ravendocs_api, first, icon="rocket")
    assert titles(ravendocs_api) == expected


def test_listings_can_lag_behind_reads(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", list_lag=10)
    create(ravendocs_api)
    assert titles(ravendocs_api) == []
    sandbox.advance(11)
    assert titles(ravendocs_api) == ["A"]


def test_meta_can_have_the_number_of_pages(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", total_pages=True)
    for _ in range(3):
        create(ravendocs_api)
    meta = ravendocs_api.get(PAGES, params={**PLACE, "limit": 2}).json()["meta"]
    assert meta == {"page": 1, "limit": 2, "total": 3, "totalPages": 2}


@pytest.mark.parametrize("query", [{"limit": 101}, {"limit": 0}, {"page": 0}, {"page": "x"}])
def test_values_out_of_range_are_refused_or_made_to_fit(
    ravendocs_api: httpx.Client, sandbox: SandboxProcess, query: dict[str, str | int]
) -> None:
    create(ravendocs_api)
    refused = ravendocs_api.get(PAGES, params={**PLACE, **query})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "INVALID_PARAMETER")
    sandbox.switches("ravendocs", out_of_range="clamp")
    assert titles(ravendocs_api, **query) == ["A"]
    assert "invalid_pagination" in [row["rule"] for row in sandbox.violations("ravendocs")]


def test_writes_answer_with_content_or_with_nothing(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", create_answer="full", update_answer="full")
    page = create(ravendocs_api)
    assert page["content"] == DOC
    assert put(ravendocs_api, page, title="B").json()["data"]["content"] == DOC
    sandbox.switches("ravendocs", update_answer="empty", delete_answer="200")
    answer = put(ravendocs_api, page, title="C")
    assert (answer.status_code, answer.content) == (204, b"")
    assert titles(ravendocs_api) == ["C"]
    gone = delete(ravendocs_api, page)
    assert (gone.status_code, gone.json()) == (200, {"data": {"success": True}})


def test_a_deleted_page_can_answer_410(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", deleted="410")
    page = create(ravendocs_api)
    delete(ravendocs_api, page)
    answer = ravendocs_api.get(f"{PAGES}/{page['id']}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "DELETED")
    assert ravendocs_api.get(f"{PAGES}/page_none").status_code == 404


@pytest.mark.parametrize("way", ["lift", "keep"])
def test_children_outlive_their_parent(ravendocs_api: httpx.Client, sandbox: SandboxProcess, way: str) -> None:
    sandbox.switches("ravendocs", delete_children=way)
    parent = create(ravendocs_api, "Parent")
    child = create(ravendocs_api, "Child", parentId=parent["id"])
    delete(ravendocs_api, parent)
    found = ravendocs_api.get(f"{PAGES}/{child['id']}").json()["data"]["parentId"]
    assert found == (None if way == "lift" else parent["id"])


def test_fields_left_out_of_put_can_be_emptied(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", missing_on_put="clear")
    parent = create(ravendocs_api, "Parent")
    page = create(ravendocs_api, icon="rocket", parentId=parent["id"])
    put(ravendocs_api, page, title="B")
    now = ravendocs_api.get(f"{PAGES}/{page['id']}").json()["data"]
    assert (now["title"], now["icon"], now["parentId"]) == ("B", None, None)
    assert now["content"] == {"type": "doc", "content": [EMPTY_LINE]}


def test_an_empty_put_is_refused_or_moves_updated_at(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(ravendocs_api)
    sandbox.advance(5)
    assert put(ravendocs_api, page).status_code == 400
    sandbox.switches("ravendocs", empty_put="touch")
    assert put(ravendocs_api, page).json()["data"]["updatedAt"] > page["updatedAt"]
    sandbox.switches("ravendocs", touch_unchanged=False)
    sandbox.advance(5)
    before = ravendocs_api.get(f"{PAGES}/{page['id']}").json()["data"]["updatedAt"]
    assert put(ravendocs_api, page, title="A").json()["data"]["updatedAt"] == before


def test_a_parent_in_put_can_be_ignored(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", put_parent="ignore")
    parent, page = create(ravendocs_api, "Parent"), create(ravendocs_api)
    assert put(ravendocs_api, page, parentId=parent["id"]).json()["data"]["parentId"] is None


def test_an_unknown_parent_can_be_422_and_a_cycle_stored(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", unknown_parent="422", cycle="allow")
    page = create(ravendocs_api)
    assert put(ravendocs_api, page, parentId="page_none").status_code == 422
    assert put(ravendocs_api, page, parentId=page["id"]).json()["data"]["parentId"] == page["id"]
    assert delete(ravendocs_api, page).status_code == 204


@pytest.mark.parametrize("broken", [{"type": "doc", "content": [{"type": "footnote"}]}, {"type": "doc"}, {}])
def test_a_document_that_does_not_open_can_be_stored_but_is_noted(
    ravendocs_api: httpx.Client, sandbox: SandboxProcess, broken: dict[str, Any]
) -> None:
    sandbox.switches("ravendocs", invalid_content="store")
    page = create(ravendocs_api, content=broken)
    assert content(ravendocs_api, page) == broken
    assert [row["rule"] for row in sandbox.violations("ravendocs")] == ["invalid_content"]


def test_documents_are_kept_or_rewritten(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    tasks = {"type": "taskList", "content": [{"type": "taskItem", "content": [LINE]}]}
    document = {"type": "doc", "content": [tasks]}
    assert content(ravendocs_api, create(ravendocs_api, content=document)) == document
    sandbox.switches("ravendocs", body="rich_text")
    opened = content(ravendocs_api, create(ravendocs_api, content=document))
    assert opened["content"][0]["content"][0]["attrs"] == {"checked": False, "id": "task-1"}
    assert opened["content"][-1]["type"] == "paragraph"
    sandbox.switches("ravendocs", body="none")
    sandbox.faults({"fault": "normalised", "form": "add_newline"})
    assert content(ravendocs_api, create(ravendocs_api))["content"] == [LINE, EMPTY_LINE]


def test_keys_can_stay_in_the_order_in_which_they_came(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", key_order="kept")
    page = create(ravendocs_api)
    assert list(content(ravendocs_api, page)["content"][0]["content"][0]) == ["type", "text"]


def test_titles_make_slugs_are_trimmed_limited_or_unique(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", slug_follows_title=True, trim_titles=True, unique_titles=True, longest_title=9)
    page = create(ravendocs_api, " A ")
    assert page["title"] == "A"
    assert put(ravendocs_api, page, title="New name").json()["data"]["slug"] == "new-name"
    other = create(ravendocs_api, "B")
    taken = put(ravendocs_api, other, title="New name")
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "ALREADY_EXISTS")
    assert put(ravendocs_api, other, title="B").status_code == 200
    assert put(ravendocs_api, other, title="ten chars.").status_code == 422


def test_history_can_be_only_of_what_people_did(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", history="persons")
    page = create(ravendocs_api)
    put(ravendocs_api, page, title="B")
    assert ravendocs_api.get(f"{PAGES}/{page['id']}/history").json() == {"data": []}
    sandbox.edit("ravendocs", page["id"], content="theirs")
    rows = ravendocs_api.get(f"{PAGES}/{page['id']}/history").json()["data"]
    assert [row["version"] for row in rows] == [1]


def test_unknown_fields_are_refused_or_ignored_but_noted(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(ravendocs_api)
    assert put(ravendocs_api, page, title="B", metadata={}).status_code == 400
    assert ravendocs_api.get(f"{PAGES}/{page['id']}", params=WORKSPACE).status_code == 400
    sandbox.switches("ravendocs", unknown_fields="ignore")
    assert put(ravendocs_api, page, title="B", metadata={}).status_code == 200
    assert ravendocs_api.get(f"{PAGES}/{page['id']}", params=WORKSPACE).status_code == 200
    rules = [row["rule"] for row in sandbox.violations("ravendocs")]
    assert rules == ["unknown_field", "unknown_parameter"] * 2


def test_bodies_can_be_of_any_size_or_small(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(ravendocs_api)
    sandbox.switches("ravendocs", body_limit=0)
    big = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "x" * 1_100_000}]}]}
    assert put(ravendocs_api, page, content=big).status_code == 200
    sandbox.switches("ravendocs", body_limit=40)
    assert put(ravendocs_api, page, content=DOC).status_code == 413


def test_what_the_key_may_not_enter_is_403_or_404(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", foreign_workspace="404", foreign_space="403")
    assert ravendocs_api.get(PAGES, params={**PLACE, "workspaceId": "other"}).status_code == 404
    assert ravendocs_api.get(PAGES, params={**PLACE, "spaceId": "other"}).status_code == 403


def test_lost_access_looks_like_a_missing_space_everywhere(
    ravendocs_api: httpx.Client, sandbox: SandboxProcess
) -> None:
    page = create(ravendocs_api)
    sandbox.switches("ravendocs", access="lost")
    answers = [
        ravendocs_api.get(PAGES, params=PLACE),
        ravendocs_api.get(f"{PAGES}/{page['id']}"),
        put(ravendocs_api, page, title="B"),
        delete(ravendocs_api, page),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["error"]["message"]) == (404, "Space permissions not found")
    sandbox.switches("ravendocs", access="open")
    assert titles(ravendocs_api) == ["A"]


def test_the_announced_key_may_be_for_reading_only_or_expired(
    ravendocs_api: httpx.Client, sandbox: SandboxProcess
) -> None:
    sandbox.switches("ravendocs", role="viewer")
    assert titles(ravendocs_api) == []
    assert ravendocs_api.post(PAGES, json={}).status_code == 403
    sandbox.switches("ravendocs", key_state="expired")
    answer = ravendocs_api.get(PAGES, params=PLACE)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "TOKEN_EXPIRED")


def test_the_rate_limits_hold_a_minute_and_a_day(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", rate_limits=True, requests_per_minute=2, requests_per_day=3)
    answers = [ravendocs_api.get(PAGES, params=PLACE) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[2].json()["error"]["code"] == "RATE_LIMITED"
    assert 0 < int(answers[2].headers["Retry-After"]) <= 60
    sandbox.advance(61)
    assert ravendocs_api.get(PAGES, params=PLACE).status_code == 200
    sandbox.advance(61)
    sandbox.switches("ravendocs", retry_after="none")
    spent = ravendocs_api.get(PAGES, params=PLACE)
    assert (spent.status_code, spent.json()["error"]["code"]) == (429, "QUOTA_EXCEEDED")
    assert "Retry-After" not in spent.headers


def test_the_limit_can_stand_on_refusals_only(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("ravendocs", rate_headers="on_429")
    answer = ravendocs_api.get(PAGES, params=PLACE)
    assert "X-RateLimit-Limit" not in answer.headers
    assert answer.headers["X-Request-Id"].startswith("req_")
