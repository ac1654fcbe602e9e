"""Exec's endpoints answer as the documentation says."""

from typing import Any

import httpx
import pytest

from pagemirror.sandbox.process import SandboxProcess

PAGES = "/knowledge-hub/pages"
NOT_FOUND = {"type": "not_found", "message": "Page not found: nope"}


def create(api: httpx.Client, title: str = "A", **fields: object) -> dict[str, Any]:
    answer = api.post(PAGES, json={"title": title, **fields})
    assert answer.status_code == 201, answer.text
    page: dict[str, Any] = answer.json()
    return page


def titles(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["title"] for row in answer.json()["data"]]


def test_a_page_is_created_as_a_draft_unless_it_says_published(exec_api: httpx.Client) -> None:
    page = create(exec_api, content="text")
    assert (page["status"], page["version"], page["published_at"], page["content"]) == ("draft", None, None, None)
    assert page["visibility"] == "workspace"
    assert "draft" not in page
    read = exec_api.get(f"{PAGES}/{page['id']}", params={"include": "draft"}).json()
    assert read["draft"] == {"title": "A", "content": "text"}
    assert read["content"] is None


def test_a_page_created_as_published_is_live_at_once(exec_api: httpx.Client) -> None:
    page = create(exec_api, content="text", status="published", visibility="private")
    assert (page["status"], page["version"], page["content"]) == ("published", 1, "text")
    assert page["published_at"] == page["created_at"] == page["updated_at"]
    assert page["visibility"] == "private"
    assert page["owner"]["first_name"] == "Docs"


def test_the_same_create_twice_makes_two_pages(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    assert create(exec_api)["id"] != create(exec_api)["id"]
    assert sandbox.summary()["apis"]["exec"]["duplicates"] == {"A": 2}


def test_a_new_body_stays_a_draft_until_it_is_published(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(exec_api, content="old", status="published")
    sandbox.advance(5)
    changed = exec_api.patch(f"{PAGES}/{page['id']}", json={"content": "new"}).json()
    assert (changed["content"], changed["version"], changed["status"]) == ("old", 1, "published")
    assert changed["published_at"] == page["published_at"]
    assert changed["updated_at"] > page["updated_at"]
    sandbox.advance(5)
    live = exec_api.patch(f"{PAGES}/{page['id']}", json={"content": "newer", "status": "published"}).json()
    assert (live["content"], live["version"]) == ("newer", 2)
    assert live["published_at"] == live["updated_at"] > changed["updated_at"]
    draft = exec_api.get(f"{PAGES}/{page['id']}?include=draft").json()["draft"]
    assert draft == {"title": "A", "content": "newer"}


def test_publishing_alone_publishes_what_a_person_left_in_the_draft(
    exec_api: httpx.Client, sandbox: SandboxProcess
) -> None:
    page = create(exec_api, content="ours", status="published")
    sandbox.edit("exec", page["id"], content="theirs", publish=False)
    live = exec_api.patch(f"{PAGES}/{page['id']}", json={"status": "published"}).json()
    assert live["content"] == "theirs"
    assert [row["rule"] for row in sandbox.violations("exec")] == ["bare_publish"]


def test_put_is_the_same_as_patch(exec_api: httpx.Client) -> None:
    page = create(exec_api, content="old", status="published")
    answer = exec_api.put(f"{PAGES}/{page['id']}", json={"title": "B", "content": "new", "status": "published"})
    assert (answer.json()["title"], answer.json()["content"], answer.json()["version"]) == ("B", "new", 2)


def test_title_and_body_without_status_leave_the_live_page_alone(exec_api: httpx.Client) -> None:
    page = create(exec_api, content="old", status="published")
    changed = exec_api.patch(f"{PAGES}/{page['id']}", json={"title": "B", "content": "new"}).json()
    assert (changed["title"], changed["content"]) == ("A", "old")
    assert exec_api.get(f"{PAGES}/{page['id']}?include=draft").json()["draft"] == {"title": "B", "content": "new"}


def test_lists_replace_and_left_out_lists_stay(exec_api: httpx.Client) -> None:
    folders = [row["id"] for row in exec_api.get("/knowledge-hub/folders").json()["data"]]
    skills = [row["id"] for row in exec_api.get("/skills").json()["data"]]
    page = create(exec_api, folder_ids=folders[:2], skill_ids=skills[:1])
    assert [row["id"] for row in page["folders"]] == folders[:2]
    changed = exec_api.patch(f"{PAGES}/{page['id']}", json={"folder_ids": folders[2:]}).json()
    assert [row["id"] for row in changed["folders"]] == folders[2:]
    assert [row["id"] for row in changed["skills"]] == skills[:1]
    counts = {row["id"]: row["item_count"] for row in exec_api.get("/knowledge-hub/folders").json()["data"]}
    assert counts == {folders[0]: 0, folders[1]: 0, folders[2]: 1}
    assert exec_api.patch(f"{PAGES}/{page['id']}", json={"folder_ids": []}).json()["folders"] == []


def test_delete_archives_and_keeps_the_history(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(exec_api, content="text", status="published")
    answer = exec_api.delete(f"{PAGES}/{page['id']}")
    assert (answer.status_code, answer.json()) == (200, {"id": page["id"], "deleted": True})
    assert titles(exec_api.get(PAGES)) == []
    assert titles(exec_api.get(PAGES, params={"status": "archived"})) == ["A"]
    assert sandbox.page("exec", page["id"])["archived"] is True
    assert exec_api.get(f"{PAGES}/{page['id']}/versions").json()["pagination"]["total_count"] == 1


def test_versions_are_listed_newest_first_without_their_texts(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(exec_api, content="1", status="published")
    for text in ("2", "3"):
        sandbox.advance(1)
        exec_api.patch(f"{PAGES}/{page['id']}", json={"title": f"A{text}", "content": text, "status": "published"})
    answer = exec_api.get(f"{PAGES}/{page['id']}/versions", params={"page_size": 2}).json()
    assert [(row["version"], row["title"], row["change_type"]) for row in answer["data"]] == [
        (3, "A3", "manual_edit"),
        (2, "A2", "manual_edit"),
    ]
    assert answer["pagination"] == {"page": 1, "page_size": 2, "total_count": 3, "total_pages": 2}
    assert set(answer["data"][0]) == {"version", "title", "change_type", "created_by", "created_at", "updated_at"}
    last = exec_api.get(f"{PAGES}/{page['id']}/versions", params={"page": 2, "page_size": 2}).json()["data"]
    assert [(row["version"], row["change_type"]) for row in last] == [(1, "created")]
    assert sandbox.page("exec", page["id"])["versions"][1]["content"] == "2"


def test_list_rows_have_no_bodies(exec_api: httpx.Client) -> None:
    create(exec_api, content="text", status="published")
    row = exec_api.get(PAGES).json()["data"][0]
    assert not {"content", "draft", "sources"} & set(row)
    assert row["source_count"] == 0


def test_pages_are_sorted_newest_first_or_by_title(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    first = create(exec_api, "b")
    for title in ("A", "c"):
        sandbox.advance(2)
        create(exec_api, title)
    sandbox.advance(2)
    exec_api.patch(f"{PAGES}/{first['id']}", json={"content": "moved"})
    assert titles(exec_api.get(PAGES)) == ["b", "c", "A"]
    assert titles(exec_api.get(PAGES, params={"sort": "created_at"})) == ["c", "A", "b"]
    assert titles(exec_api.get(PAGES, params={"sort": "title"})) == ["A", "b", "c"]


def test_the_filters_find_what_they_name(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    folder = exec_api.get("/knowledge-hub/folders").json()["data"][0]["id"]
    skill = exec_api.get("/skills").json()["data"][0]["id"]
    owner = exec_api.get("/workspace/members").json()["data"][0]["id"]
    create(exec_api, "Draft page", folder_ids=[folder])
    create(exec_api, "Live page", status="published", skill_ids=[skill])
    sandbox.advance(60)
    late = create(exec_api, "Late one")
    asked: dict[str, dict[str, str]] = {
        "Draft page": {"folder_id": folder},
        "Live page": {"skill_id": skill},
        "Late one": {"updated_after": late["updated_at"]},
    }
    for title, query in asked.items():
        assert titles(exec_api.get(PAGES, params=query)) == [title]
    assert titles(exec_api.get(PAGES, params={"status": "published"})) == ["Live page"]
    assert titles(exec_api.get(PAGES, params={"query": "PAGE", "sort": "title"})) == ["Draft page", "Live page"]
    assert len(titles(exec_api.get(PAGES, params={"owner_id": owner}))) == 3
    assert titles(exec_api.get(PAGES, params={"owner_id": "nobody"})) == []
    assert titles(exec_api.get(PAGES, params={"updated_before": late["updated_at"], "sort": "title"}))[1] == "Late one"
    combined = {"updated_after": late["updated_at"], "query": "draft"}
    assert titles(exec_api.get(PAGES, params=combined)) == []


def test_the_bounds_on_updated_at_are_inclusive(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    stamp = create(exec_api, "one")["updated_at"]
    sandbox.advance(30)
    create(exec_api, "two")
    assert titles(exec_api.get(PAGES, params={"updated_before": stamp})) == ["one"]
    for sort in ("updated_at", "title"):
        assert sorted(titles(exec_api.get(PAGES, params={"updated_after": stamp, "sort": sort}))) == ["one", "two"]


def test_paging_goes_through_all_rows_and_ends_empty(exec_api: httpx.Client) -> None:
    for number in range(5):
        create(exec_api, f"p{number}")
    seen: list[str] = []
    for page in (1, 2, 3):
        answer = exec_api.get(PAGES, params={"page": page, "page_size": 2, "sort": "title"})
        seen += titles(answer)
        assert answer.json()["pagination"] == {"page": page, "page_size": 2, "total_count": 5, "total_pages": 3}
    assert seen == [f"p{number}" for number in range(5)]
    assert titles(exec_api.get(PAGES, params={"page": 9})) == []


@pytest.mark.parametrize("query", ["page=0", "page_size=0", "page_size=101", "page=x", "page=-1", "page_size=1.5"])
@pytest.mark.parametrize("path", [PAGES, "/knowledge-hub/folders", "/knowledge-hub/sources", "/skills"])
def test_bad_paging_is_refused_and_noted(
    exec_api: httpx.Client, sandbox: SandboxProcess, path: str, query: str
) -> None:
    answer = exec_api.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"] == {
        "type": "invalid_request",
        "code": "invalid_pagination",
        "message": "Invalid pagination parameters",
    }
    assert "invalid_pagination" in [row["rule"] for row in sandbox.violations()]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"content": "no title"}, "missing_field"),
        ({"title": " "}, "missing_field"),
        ({"title": None}, "wrong_type"),
        ({"title": 5}, "wrong_type"),
        ({"title": "A", "content": None}, "wrong_type"),
        ({"title": "A", "status": "archived"}, "bad_enum"),
        ({"title": "A", "visibility": "global"}, "bad_enum"),
        ({"title": "A", "folder_ids": "f1"}, "wrong_type"),
        ({"title": "A", "skill_ids": [1]}, "wrong_type"),
        ({"title": "A", "cover": "x"}, "unknown_field"),
        ({"title": "A", "content": "a\0b"}, "bad_text"),
        (["title"], "wrong_type"),
    ],
)
def test_a_body_that_breaks_the_documentation_is_refused_and_noted(
    exec_api: httpx.Client, sandbox: SandboxProcess, body: object, rule: str
) -> None:
    answer = exec_api.post(PAGES, json=body)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request")
    assert [(row["rule"], row["method"], row["path"]) for row in sandbox.violations("exec")] == [(rule, "POST", PAGES)]
    assert sandbox.pages("exec") == []


def test_visibility_is_no_field_of_an_update(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(exec_api)
    assert exec_api.patch(f"{PAGES}/{page['id']}", json={"visibility": "private"}).status_code == 400
    assert [row["rule"] for row in sandbox.violations("exec")] == ["unknown_field"]


@pytest.mark.parametrize(
    ("content", "kind", "rule"),
    [
        (b'{"title": "A"}', "text/plain", "content_type"),
        (b'{"title": "A"}', None, "content_type"),
        (b'{"title"', "application/json", "invalid_json"),
        (b"\xff\xfe{}", "application/json", "invalid_json"),
        (b'{"title": "\\ud800"}', "application/json", "bad_text"),
    ],
)
def test_a_body_that_is_no_json_is_refused_and_noted(
    exec_api: httpx.Client, sandbox: SandboxProcess, content: bytes, kind: str | None, rule: str
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    assert exec_api.post(PAGES, content=content, headers=headers).status_code == 400
    assert [row["rule"] for row in sandbox.violations("exec")] == [rule]


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("sort=name", "bad_enum"),
        ("status=live", "bad_enum"),
        ("updated_after=yesterday", "wrong_type"),
        ("updated_after=2026-01-01", "wrong_type"),
        ("order=asc", "unknown_parameter"),
        ("page=1&page=2", "repeated_parameter"),
    ],
)
def test_a_parameter_that_is_not_documented_is_refused_and_noted(
    exec_api: httpx.Client, sandbox: SandboxProcess, query: str, rule: str
) -> None:
    assert exec_api.get(f"{PAGES}?{query}").status_code == 400
    assert [row["rule"] for row in sandbox.violations("exec")] == [rule]


def test_an_include_other_than_draft_is_refused(exec_api: httpx.Client) -> None:
    page = create(exec_api)
    assert exec_api.get(f"{PAGES}/{page['id']}?include=content").status_code == 400


@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_an_unknown_page_is_not_found(exec_api: httpx.Client, method: str) -> None:
    answer = exec_api.request(method, f"{PAGES}/nope", json={"title": "A"} if method in ("PATCH", "PUT") else None)
    assert (answer.status_code, answer.json()) == (404, {"error": NOT_FOUND})


def test_ids_are_case_sensitive(exec_api: httpx.Client) -> None:
    page = create(exec_api)
    assert exec_api.get(f"{PAGES}/{page['id'].upper()}").status_code == 404


def test_unknown_folders_in_a_body_are_refused(exec_api: httpx.Client) -> None:
    answer = exec_api.post(PAGES, json={"title": "A", "folder_ids": ["nope"]})
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, "Folder not found: nope")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "exec_live_x",
        "Bearer",
        "Bearer exec_live_" + "a" * 40,
        "Basic {token}",
        "bearer {token}",
        "Bearer {token}x",
    ],
)
def test_a_bad_key_is_refused_everywhere(sandbox: SandboxProcess, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.format(token=sandbox.exec.token)}
    with httpx.Client(base_url=sandbox.exec.base_url, headers=headers, trust_env=False) as client:
        for method, path in (("GET", PAGES), ("POST", PAGES), ("DELETE", f"{PAGES}/x"), ("GET", "/workspace")):
            answer = client.request(method, path)
            assert answer.status_code == 401
            assert answer.json()["error"] == {
                "type": "authentication_error",
                "code": "invalid_api_key",
                "message": "Invalid or inactive API key",
            }


@pytest.mark.parametrize("path", [f"{PAGES}/", "/pages", "/knowledge-hub", f"{PAGES}/x/versions/1"])
def test_a_path_that_is_not_documented_is_noted(exec_api: httpx.Client, sandbox: SandboxProcess, path: str) -> None:
    assert exec_api.get(path).status_code == 404
    assert [row["rule"] for row in sandbox.violations("exec")] == ["unknown_route"]


def test_a_method_that_is_not_documented_is_noted(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    assert exec_api.post("/knowledge-hub/folders", json={"name": "x"}).status_code == 405
    assert [row["rule"] for row in sandbox.violations("exec")] == ["unknown_method"]


def test_markdown_comes_back_byte_for_byte(exec_api: httpx.Client) -> None:
    text = "# Ümläut 🚀\r\n\n<!-- mark -->\n\ttab  \n\n\n*x* _y_\n\n"
    page = create(exec_api, "Tïtle  ", content=text, status="published")
    read = exec_api.get(f"{PAGES}/{page['id']}").json()
    assert (read["content"], read["title"]) == (text, "Tïtle  ")


def test_a_body_on_a_delete_is_noted(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = create(exec_api)
    assert exec_api.request("DELETE", f"{PAGES}/{page['id']}", json={"x": 1}).status_code == 200
    assert [row["rule"] for row in sandbox.violations("exec")] == ["unexpected_body"]
