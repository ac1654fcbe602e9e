"""The server around its recordings: the editor's document, files, tokens, and what clients should never send."""

import json
from typing import Any

import httpx
import pytest

from pagemirror.sandbox.config import SandboxConfig
from pagemirror.sandbox.process import SandboxProcess
from pagemirror.sandbox.world import World

API = "ravendocs_rpc"


def doc(*lines: str) -> str:
    content = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
    return json.dumps({"type": "doc", "content": content})


def post(api: httpx.Client, name: str, **body: object) -> Any:
    answer = api.post(f"/pages/{name}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json().get("data")


def create(api: httpx.Client, box: SandboxProcess, title: str, *lines: str, **more: object) -> str:
    space = box.ravendocs_rpc.settings["space_id"]
    page: str = post(api, "create", spaceId=space, title=title, content=doc(*lines), **more)["id"]
    return page


def words(page: dict[str, Any]) -> list[str]:
    return [block["content"][0]["text"] for block in page["content"]["content"]]


def test_a_person_who_opened_the_page_before_brings_the_old_text_back(
    rpc_api: httpx.Client, sandbox: SandboxProcess
) -> None:
    page = create(rpc_api, sandbox, "A", "by API")
    sandbox.edit(API, page, append="by hand")
    post(rpc_api, "update", pageId=page, content=doc("newer, by API"))
    assert words(post(rpc_api, "info", pageId=page)) == ["newer, by API"]
    (shown,) = sandbox.pages(API)
    assert shown["has_unpublished_draft"]
    assert "by hand" in shown["draft_content"]
    sandbox.edit(API, page, append="more by hand")
    assert words(post(rpc_api, "info", pageId=page)) == ["by API", "by hand", "more by hand"]


def test_a_page_that_no_editor_opened_shows_what_the_api_wrote(rpc_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(rpc_api, sandbox, "A", "by API")
    post(rpc_api, "update", pageId=page, content=doc("newer, by API"))
    sandbox.edit(API, page, append="by hand")
    assert words(post(rpc_api, "info", pageId=page)) == ["newer, by API", "by hand"]
    (shown,) = sandbox.pages(API)
    assert not shown["has_unpublished_draft"]


def test_a_login_ends_with_its_life(sandbox: SandboxProcess) -> None:
    sandbox.switches(API, token_life=60)
    secrets = sandbox.ravendocs_rpc.secrets
    with httpx.Client(base_url=sandbox.ravendocs_rpc.base_url, trust_env=False) as client:
        assert client.post("/auth/login", json=dict(secrets)).status_code == 200
        assert client.post("/users/me").status_code == 200
        sandbox.advance(61)
        assert client.post("/users/me").status_code == 401
        assert client.post("/auth/login", json=dict(secrets)).status_code == 200
        assert client.post("/users/me").status_code == 200


def test_a_server_of_the_other_dialect_has_none_of_the_routes(rpc_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches(API, dialect="rest")
    answer = rpc_api.post("/pages/recent", json={})
    assert answer.status_code == 404
    assert answer.json()["message"] == "Cannot POST /api/pages/recent"


def test_lost_access_looks_like_no_such_space(rpc_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(rpc_api, sandbox, "A", "x")
    sandbox.switches(API, access="lost")
    answer = rpc_api.post("/pages/info", json={"pageId": page})
    assert (answer.status_code, answer.json()["message"]) == (404, "Space permissions not found")


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"title": "x", "slug": "y"}, "unknown_field"),
        ({}, "empty_update"),
        ({"parentPageId": None, "title": "x"}, "ignored_field"),
        ({"content": '{"type":"doc","content":[{"type":"wibble"}]}'}, "invalid_content"),
        ({"content": "no JSON"}, "invalid_json"),
        ({"content": '{"type":"doc","content":"\\u0000"}'}, "bad_text"),
        ({"title": 5}, "wrong_field"),
        ({"title": "x" * 1_048_577}, "too_large"),
    ],
)
def test_what_a_client_should_never_send_is_on_record(
    rpc_api: httpx.Client, sandbox: SandboxProcess, body: dict[str, object], rule: str
) -> None:
    page = create(rpc_api, sandbox, "A", "x")
    rpc_api.post("/pages/update", json={"pageId": page, **body})
    assert [row["rule"] for row in sandbox.violations(API)] == [rule]


def test_a_listing_can_lack_rows_or_end_too_soon(rpc_api: httpx.Client, sandbox: SandboxProcess) -> None:
    for number in range(3):
        create(rpc_api, sandbox, f"Page {number}", "x")
    space = sandbox.ravendocs_rpc.settings["space_id"]
    sandbox.faults({"fault": "short_list", "shortfall": "total", "limit": 1})
    first = post(rpc_api, "recent", spaceId=space, limit=2)
    assert [row["title"] for row in first["items"]] == ["Page 2", "Page 1"]
    assert first["meta"]["hasNextPage"] is False
    assert post(rpc_api, "recent", spaceId=space, limit=2)["meta"]["hasNextPage"] is True


def test_pages_files_and_the_editors_documents_survive_a_round_trip() -> None:
    world, other = World(SandboxConfig()), World(SandboxConfig())
    api = world.apis[API]
    page = api.person_creates({"title": "A", "content": "x"})
    api.person_edits(page.id, {"append": "y"})
    other.apis[API].load(json.loads(json.dumps(api.as_json(api.keep()))))
    assert other.apis[API].views() == api.views()
