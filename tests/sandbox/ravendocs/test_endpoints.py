"""Raven Docs' endpoints answer as the documentation says."""

from typing import Any

import httpx
import pytest

from pagemirror.sandbox.process import SandboxProcess
from pagemirror.sandbox.ravendocs.api import viewer_token

PAGES = "/pages"
WORKSPACE = {"workspaceId": "ws_sandbox"}
PLACE = {**WORKSPACE, "spaceId": "space_handbook"}
ROW = {"id", "title", "slug", "icon", "parentId", "spaceId", "createdAt", "updatedAt", "createdBy"}


def doc(*lines: str) -> dict[str, Any]:
    content = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
    return {"type": "doc", "content": content}


def create(api: httpx.Client, title: str = "A", **fields: object) -> dict[str, Any]:
    answer = api.post(PAGES, json={**PLACE, "title": title, "content": doc(title), **fields})
    assert answer.status_code == 201, answer.text
    page: dict[str, Any] = answer.json()["data"]
    return page


def get(api: httpx.Client, page: dict[str, Any]) -> dict[str, Any]:
    answer = api.get(f"{PAGES}/{page['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def put(api: httpx.Client, page: dict[str, Any], **fields: object) -> httpx.Response:
    return api.put(f"{PAGES}/{page['id']}", json={**WORKSPACE, **fields})


def titles(api: httpx.Client, **query: str | int) -> list[str]:
    answer = api.get(PAGES, params={**PLACE, **query})
    assert answer.status_code == 200, answer.text
    return [row["title"] for row in answer.json()["data"]]


def error(answer: httpx.Response) -> tuple[int, str, str | None]:
    value = answer.json()["error"]
    assert value["message"]
    return answer.status_code, value["code"], value.get("details", {}).get("field")


def test_a_page_comes_back_as_it_was_sent(
    ravendocs_api: httpx.Client, sandbox: SandboxProcess, every_construct: dict[str, Any]
) -> None:
    page = create(ravendocs_api, "New feature spec", content=every_construct, icon="rocket")
    assert set(page) == ROW
    assert (page["title"], page["slug"], page["icon"]) == ("New feature spec", "new-feature-spec", "rocket")
    assert (page["parentId"], page["spaceId"]) == (None, "space_handbook")
    assert page["id"].startswith("page_")
    assert len(page["createdAt"]) == len("2026-06-01T12:00:00Z")
    assert page["updatedAt"] == page["createdAt"]
    assert get(ravendocs_api, page) == {**page, "workspaceId": "ws_sandbox", "content": every_construct}
    assert sandbox.violations("ravendocs") == []


def test_the_database_orders_the_keys_of_a_document(ravendocs_api: httpx.Client) -> None:
    page = create(ravendocs_api)
    paragraph = get(ravendocs_api, page)["content"]["content"][0]
    assert list(paragraph) == ["type", "content"]
    assert list(paragraph["content"][0]) == ["text", "type"]


def test_put_changes_only_what_is_given(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    parent = create(ravendocs_api, "Parent")
    page = create(ravendocs_api, icon="🚀", parentId=parent["id"])
    sandbox.advance(5)
    answer = put(ravendocs_api, page, title="B")
    assert (answer.status_code, set(answer.json()["data"])) == (200, ROW)
    now = get(ravendocs_api, page)
    assert (now["title"], now["content"], now["icon"], now["parentId"]) == ("B", doc("A"), "🚀", parent["id"])
    assert (now["slug"], now["createdAt"]) == ("a", page["createdAt"])
    assert now["updatedAt"] > page["updatedAt"]
    put(ravendocs_api, page, content=doc("new"), icon=None, parentId=None)
    now = get(ravendocs_api, page)
    assert (now["title"], now["content"], now["icon"], now["parentId"]) == ("B", doc("new"), None, None)


def test_listing_is_paged_and_holds_no_content(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    for number in range(5):
        create(ravendocs_api, f"p{number}")
        sandbox.advance(2)
    pages = [titles(ravendocs_api, limit=2, page=page) for page in (1, 2, 3, 4)]
    assert pages == [["p4", "p3"], ["p2", "p1"], ["p0"], []]
    answer = ravendocs_api.get(PAGES, params=PLACE).json()
    assert answer["meta"] == {"page": 1, "limit": 20, "total": 5}
    assert set(answer["data"][0]) == ROW


def test_listing_by_parent_gives_the_children(ravendocs_api: httpx.Client) -> None:
    parent = create(ravendocs_api, "Parent")
    create(ravendocs_api, "Child", parentId=parent["id"])
    assert titles(ravendocs_api, parentId=parent["id"]) == ["Child"]
    assert titles(ravendocs_api) == ["Child", "Parent"]
    assert titles(ravendocs_api, parentId="page_none") == []


def test_a_listing_holds_only_its_own_space(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    other = sandbox.seed("ravendocs", "spaces", name="Other")
    create(ravendocs_api, "Here")
    create(ravendocs_api, "There", spaceId=other["id"])
    assert titles(ravendocs_api) == ["Here"]
    assert titles(ravendocs_api, spaceId=other["id"]) == ["There"]


def test_delete_takes_the_children_along_and_a_second_one_finds_nothing(ravendocs_api: httpx.Client) -> None:
    parent = create(ravendocs_api, "Parent")
    child = create(ravendocs_api, "Child", parentId=parent["id"])
    create(ravendocs_api, "Grandchild", parentId=child["id"])
    create(ravendocs_api, "Beside")
    gone = ravendocs_api.delete(f"{PAGES}/{parent['id']}", params=WORKSPACE)
    assert (gone.status_code, gone.content) == (204, b"")
    assert titles(ravendocs_api) == ["Beside"]
    again = ravendocs_api.delete(f"{PAGES}/{parent['id']}", params=WORKSPACE)
    assert error(again) == (404, "NOT_FOUND", None)
    assert error(ravendocs_api.get(f"{PAGES}/{child['id']}")) == (404, "NOT_FOUND", None)


def test_delete_needs_the_workspace(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(ravendocs_api)
    assert error(ravendocs_api.delete(f"{PAGES}/{page['id']}")) == (400, "MISSING_REQUIRED", "workspaceId")
    assert titles(ravendocs_api) == ["A"]
    assert [row["rule"] for row in sandbox.violations("ravendocs")] == ["missing_field"]


def test_history_is_newest_first_and_a_restore_brings_a_version_back(
    ravendocs_api: httpx.Client, sandbox: SandboxProcess
) -> None:
    page = create(ravendocs_api, icon="rocket")
    put(ravendocs_api, page, title="B", content=doc("two"), icon="book")
    sandbox.edit("ravendocs", page["id"], content="three")
    address = f"{PAGES}/{page['id']}"
    answer = ravendocs_api.get(f"{address}/history").json()
    assert set(answer) == {"data"}
    rows = answer["data"]
    assert [row["version"] for row in rows] == [3, 2, 1]
    assert set(rows[0]) == {"id", "pageId", "version", "createdAt", "createdBy", "summary"}
    assert rows[0]["createdBy"] != rows[1]["createdBy"]
    restored = ravendocs_api.post(f"{address}/restore", json={"historyId": rows[2]["id"]})
    assert restored.status_code == 200
    now = get(ravendocs_api, page)
    assert (now["title"], now["content"], now["icon"]) == ("A", doc("A"), "rocket")
    newest = ravendocs_api.get(f"{address}/history").json()["data"][0]
    assert (newest["version"], newest["summary"]) == (4, "Restored version 1")


def test_a_restore_takes_only_a_version_of_its_own_page(ravendocs_api: httpx.Client) -> None:
    page, other = create(ravendocs_api), create(ravendocs_api)
    foreign = ravendocs_api.get(f"{PAGES}/{other['id']}/history").json()["data"][0]["id"]
    for wrong in ("hist_none", foreign):
        answer = ravendocs_api.post(f"{PAGES}/{page['id']}/restore", json={"historyId": wrong})
        assert error(answer) == (404, "NOT_FOUND", "historyId")
    missing = ravendocs_api.post(f"{PAGES}/{page['id']}/restore", json={})
    assert error(missing) == (400, "MISSING_REQUIRED", "historyId")


@pytest.mark.parametrize("path", ["/pages", "/v1/spaces", "/v1/pages/", "/v1/pages/x/export", "/pages/create"])
def test_a_route_that_is_not_there_is_no_page_that_is_not_there(
    ravendocs_api: httpx.Client, sandbox: SandboxProcess, path: str
) -> None:
    answer = ravendocs_api.get(f"{sandbox.url}/ravendocs/api{path}", params={"a": "b"})
    assert answer.status_code == 404
    value = answer.json()
    assert set(value) == {"statusCode", "message", "timestamp", "path"}
    assert value["message"] == f"Cannot GET /ravendocs/api{path}?a=b"
    assert [row["rule"] for row in sandbox.violations("ravendocs")] == ["unknown_route"]
    assert error(ravendocs_api.get(f"{PAGES}/page_none")) == (404, "NOT_FOUND", None)


def test_a_method_that_is_not_there_is_a_route_that_is_not_there(
    ravendocs_api: httpx.Client, sandbox: SandboxProcess
) -> None:
    answer = ravendocs_api.patch(f"{PAGES}/x", json={"title": "B"})
    assert (answer.status_code, answer.json()["message"]) == (404, "Cannot PATCH /ravendocs/api/v1/pages/x")
    assert [row["rule"] for row in sandbox.violations("ravendocs")] == ["unknown_method"]


def test_keys_are_missing_wrong_or_may_only_read(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(ravendocs_api)
    with httpx.Client(base_url=sandbox.ravendocs.base_url, trust_env=False) as client:
        token = sandbox.ravendocs.token
        for header in (None, "", "Bearer wrong", token, f"bearer {token}", f"Basic {token}"):
            headers = {} if header is None else {"Authorization": header}
            assert error(client.get(f"{PAGES}/{page['id']}", headers=headers)) == (401, "UNAUTHORIZED", None)
        assert client.get(PAGES, params=PLACE, headers={"x-api-key": token}).status_code == 401
        viewer = {"Authorization": f"Bearer {viewer_token('sandbox')}"}
        assert client.get(f"{PAGES}/{page['id']}", headers=viewer).status_code == 200
        for method, path in (("POST", PAGES), ("PUT", f"{PAGES}/x"), ("DELETE", f"{PAGES}/x")):
            assert error(client.request(method, path, headers=viewer)) == (403, "FORBIDDEN", None)


@pytest.mark.parametrize("field", ["workspaceId", "spaceId", "title", "content"])
def test_a_create_needs_its_four_fields(ravendocs_api: httpx.Client, sandbox: SandboxProcess, field: str) -> None:
    body = {**PLACE, "title": "A", "content": doc("x")}
    answer = ravendocs_api.post(PAGES, json={name: value for name, value in body.items() if name != field})
    assert error(answer) == (400, "MISSING_REQUIRED", field)
    assert [row["rule"] for row in sandbox.violations("ravendocs")] == ["missing_field"]
    assert sandbox.pages("ravendocs") == []


@pytest.mark.parametrize("field", ["workspaceId", "spaceId"])
def test_a_listing_needs_workspace_and_space(ravendocs_api: httpx.Client, field: str) -> None:
    query = {name: value for name, value in PLACE.items() if name != field}
    assert error(ravendocs_api.get(PAGES, params=query)) == (400, "MISSING_REQUIRED", field)


def test_a_foreign_space_and_workspace_are_told_apart_from_a_missing_page(ravendocs_api: httpx.Client) -> None:
    lost = ravendocs_api.get(PAGES, params={**PLACE, "spaceId": "space_none"})
    assert error(lost) == (404, "NOT_FOUND", "spaceId")
    assert lost.json()["error"]["message"] == "Space permissions not found"
    wrong = ravendocs_api.get(PAGES, params={**PLACE, "workspaceId": "ws_none"})
    assert error(wrong) == (403, "FORBIDDEN", "workspaceId")


def test_a_parent_must_be_there_and_in_the_same_space(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    other = sandbox.seed("ravendocs", "spaces", name="Other")
    far = create(ravendocs_api, "Far", spaceId=other["id"])
    page = create(ravendocs_api)
    for parent in ("page_none", far["id"]):
        assert error(put(ravendocs_api, page, parentId=parent)) == (404, "NOT_FOUND", "parentId")
        body = {**PLACE, "title": "B", "content": doc("x"), "parentId": parent}
        assert error(ravendocs_api.post(PAGES, json=body)) == (404, "NOT_FOUND", "parentId")
    assert titles(ravendocs_api) == ["A"]


def test_a_page_cannot_stand_below_itself(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    parent = create(ravendocs_api, "Parent")
    child = create(ravendocs_api, "Child", parentId=parent["id"])
    for below in (parent, child):
        assert error(put(ravendocs_api, parent, parentId=below["id"])) == (422, "VALIDATION_ERROR", "parentId")
    assert [row["rule"] for row in sandbox.violations("ravendocs")] == ["cycle", "cycle"]


@pytest.mark.parametrize(
    ("fields", "rule", "reason"),
    [
        ({"content": {"type": "doc", "content": []}}, "invalid_content", "doc holds block+"),
        ({"content": {"type": "paragraph"}}, "invalid_content", "no node of type doc"),
        ({"content": {"type": "doc", "content": [{"type": "mermaid"}]}}, "invalid_content", "not mermaid"),
        ({"content": '{"type":"doc"}'}, "wrong_type", "must be an object"),
        ({"content": None}, "wrong_type", "content must be an object"),
        ({"title": None}, "wrong_type", "title must be a string"),
        ({"title": " "}, "missing_field", "title should not be empty"),
        ({"title": "a\0"}, "bad_text", "title holds"),
        ({"icon": 7}, "wrong_type", "icon must be a string"),
        ({"parentId": 7}, "wrong_type", "parentId must be a string"),
    ],
)
def test_what_a_client_should_never_send_is_refused_and_noted(
    ravendocs_api: httpx.Client, sandbox: SandboxProcess, fields: dict[str, Any], rule: str, reason: str
) -> None:
    page = create(ravendocs_api)
    answer = put(ravendocs_api, page, **fields)
    assert error(answer) == (422, "VALIDATION_ERROR", next(iter(fields)))
    assert reason in answer.json()["error"]["details"]["reason"]
    assert [row["rule"] for row in sandbox.violations("ravendocs")] == [rule]
    assert get(ravendocs_api, page)["content"] == doc("A")


@pytest.mark.parametrize(
    ("body", "kind", "rule"),
    [
        (b"{", "application/json", "invalid_json"),
        (b"", "application/json", "invalid_json"),
        (b"{}", "text/plain", "content_type"),
        (b"[]", "application/json", "wrong_type"),
        (b'{"historyId":"x","pageId":"y"}', "application/json", "unknown_field"),
    ],
)
def test_a_bad_body_is_400(
    ravendocs_api: httpx.Client, sandbox: SandboxProcess, body: bytes, kind: str, rule: str
) -> None:
    page = create(ravendocs_api)
    address = f"{PAGES}/{page['id']}/restore"
    answer = ravendocs_api.post(address, content=body, headers={"Content-Type": kind})
    assert error(answer)[:2] == (400, "INVALID_PARAMETER")
    assert [row["rule"] for row in sandbox.violations("ravendocs")] == [rule]


def test_a_body_over_the_limit_is_413_of_the_framework(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(ravendocs_api)
    answer = put(ravendocs_api, page, content=doc("x" * 1_048_576))
    assert (answer.status_code, answer.json()["message"]) == (413, "Request body is too large")
    assert answer.json()["path"] == f"/ravendocs/api/v1/pages/{page['id']}"
    assert put(ravendocs_api, page, content=doc("x" * 1_040_000)).status_code == 200
    assert [row["rule"] for row in sandbox.violations("ravendocs")] == ["large_body"]


def test_every_answer_has_an_id_and_the_limit(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.faults({"fault": "rate_limited", "nth": 2, "retry_after": 7}, {"fault": "error_before", "nth": 3})
    answers = [ravendocs_api.get(PAGES, params=PLACE) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 429, 500, 200]
    assert len({answer.headers["X-Request-Id"] for answer in answers}) == 4
    assert answers[0].headers["X-RateLimit-Limit"] == "60"
    assert answers[1].headers["Retry-After"] == "7"
    assert error(answers[1]) == (429, "RATE_LIMITED", None)
    assert error(answers[2]) == (500, "INTERNAL_ERROR", None)


def test_a_deep_document_is_kept_and_one_too_deep_is_refused(
    ravendocs_api: httpx.Client, browser: httpx.Client, sandbox: SandboxProcess
) -> None:
    def nested(depth: int) -> dict[str, Any]:
        block: dict[str, Any] = {"type": "paragraph"}
        for _ in range(depth):
            block = {"type": "blockquote", "content": [block]}
        return {"type": "doc", "content": [block]}

    page = create(ravendocs_api, content=nested(400))
    assert ravendocs_api.get(f"{PAGES}/{page['id']}").json()["data"]["content"] == nested(400)
    for address in (f"/ravendocs/pages/{page['id']}", f"/ravendocs/pages/{page['id']}/edit", "/ravendocs?q=x"):
        assert browser.get(address).status_code == 200
    assert error(put(ravendocs_api, page, content=nested(450))) == (422, "VALIDATION_ERROR", "content")
    assert [row["rule"] for row in sandbox.violations("ravendocs")] == ["deep_content"]


def test_a_listing_may_be_stale_or_short_on_demand(ravendocs_api: httpx.Client, sandbox: SandboxProcess) -> None:
    create(ravendocs_api, "Old")
    create(ravendocs_api, "New")
    sandbox.faults({"fault": "stale_list", "writes": 1, "nth": 1}, {"fault": "short_list", "nth": 2})
    assert titles(ravendocs_api) == ["Old"]
    assert titles(ravendocs_api) == []
    assert titles(ravendocs_api) == ["New", "Old"]
