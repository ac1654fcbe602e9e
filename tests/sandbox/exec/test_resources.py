"""Exec's folders, sources, skills, workspace and members answer as the documentation says."""

import httpx
import pytest

from pagemirror.sandbox.process import SandboxProcess

PAGES = "/knowledge-hub/pages"


def test_folders_are_listed_found_and_nested(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    answer = exec_api.get("/knowledge-hub/folders").json()
    assert [row["name"] for row in answer["data"]] == ["Guides", "Reference", "Team handbook"]
    assert answer["pagination"] == {"page": 1, "page_size": 50, "total_count": 3, "total_pages": 1}
    guides = answer["data"][0]
    child = sandbox.seed("exec", "folders", name="How-to", parent="Guides")
    assert child["parent"] == guides["id"]
    rows = exec_api.get("/knowledge-hub/folders", params={"parent_id": guides["id"]}).json()["data"]
    assert [row["name"] for row in rows] == ["How-to"]
    assert [row["name"] for row in exec_api.get("/knowledge-hub/folders?query=TEAM").json()["data"]] == [
        "Team handbook"
    ]
    one = exec_api.get(f"/knowledge-hub/folders/{guides['id']}").json()
    assert (one["subfolder_count"], one["item_count"], one["parent"]) == (1, 0, None)
    missing = exec_api.get("/knowledge-hub/folders/nope")
    assert (missing.status_code, missing.json()["error"]["message"]) == (404, "Folder not found: nope")


def test_archived_pages_do_not_count_in_their_folder(exec_api: httpx.Client) -> None:
    folder = exec_api.get("/knowledge-hub/folders").json()["data"][0]["id"]
    page = exec_api.post(PAGES, json={"title": "A", "folder_ids": [folder]}).json()
    assert exec_api.get(f"/knowledge-hub/folders/{folder}").json()["item_count"] == 1
    exec_api.delete(f"{PAGES}/{page['id']}")
    assert exec_api.get(f"/knowledge-hub/folders/{folder}").json()["item_count"] == 0


def test_a_source_is_made_once_for_a_url_and_is_ready_after_a_while(
    exec_api: httpx.Client, sandbox: SandboxProcess
) -> None:
    sources = "/knowledge-hub/sources"
    body = {"type": "url", "title": "Site", "url": "https://example.com/x"}
    made = exec_api.post(sources, json=body)
    assert (made.status_code, made.json()["status"]) == (201, "pending")
    again = exec_api.post(sources, json=body)
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    one = f"{sources}/{made.json()['id']}"
    sandbox.advance(5)
    assert exec_api.get(one).json()["status"] == "ready"
    assert "content" not in exec_api.get(one).json()
    assert "https://example.com/x" in exec_api.get(f"{one}?include=content").json()["content"]
    page = exec_api.post(PAGES, json={"title": "A", "source_ids": [made.json()["id"]], "status": "published"}).json()
    assert page["source_count"] == 1
    assert page["sources"][0]["external_url"] == "https://example.com/x"
    found = {"type": "url", "status": "ready", "query": "site", "page_id": page["id"]}
    assert len(exec_api.get(sources, params=found).json()["data"]) == 1
    assert exec_api.get(sources, params={"type": "upload"}).json()["data"] == []
    assert exec_api.delete(one).json() == {"id": made.json()["id"], "deleted": True}
    assert exec_api.get(one).status_code == 404
    assert exec_api.get(sources).json()["data"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"title": "A", "url": "https://example.com"},
        {"type": "upload", "title": "A", "url": "https://example.com"},
        {"type": "url", "url": "https://example.com"},
        {"type": "url", "title": "A"},
        {"type": "url", "title": "A", "url": "file:///etc/passwd"},
        {"type": "url", "title": "A", "url": "https://example.com", "folder_ids": ["nope"]},
    ],
)
def test_a_source_needs_its_fields(exec_api: httpx.Client, body: dict[str, object]) -> None:
    assert exec_api.post("/knowledge-hub/sources", json=body).status_code == 400


def test_skills_come_by_name_and_with_proficiency_if_asked(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.seed("exec", "skills", name="A first one")
    names = [row["name"] for row in exec_api.get("/skills").json()["data"]]
    assert names == sorted(names)
    assert names[0] == "A first one"
    assert "proficiency_summary" not in exec_api.get("/skills").json()["data"][0]
    assert exec_api.get("/skills?include=proficiency").json()["data"][0]["proficiency_summary"]["avg_score"] is None


def test_workspace_and_members(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    assert set(exec_api.get("/workspace").json()) == {"id", "name", "url_slug", "created_at"}
    sandbox.seed("exec", "members", email="ops@example.com", first_name="Ops", last_name="Team", role="member")
    rows = exec_api.get("/workspace/members").json()["data"]
    assert [(row["email"], row["role"]) for row in rows] == [
        ("docs-team@example.com", "admin"),
        ("ops@example.com", "member"),
    ]
    assert exec_api.get("/workspace/members?group_ids=g1").json()["data"] == []
