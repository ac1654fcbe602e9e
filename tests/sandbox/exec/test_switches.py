"""Each open point of the Exec documentation, both ways."""

from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from pagemirror.sandbox.process import SandboxError, SandboxProcess

PAGES = "/knowledge-hub/pages"


def published(api: httpx.Client, title: str = "A", content: str = "text") -> dict[str, Any]:
    page: dict[str, Any] = api.post(PAGES, json={"title": title, "content": content, "status": "published"}).json()
    return page


def archived(api: httpx.Client) -> str:
    page_id = str(published(api)["id"])
    assert api.delete(f"{PAGES}/{page_id}").status_code == 200
    return page_id


def test_ids_are_tokens_or_uuids(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    assert len(published(exec_api)["id"]) == 12
    sandbox.switches("exec", ids="uuid")
    assert len(published(exec_api)["id"]) == 36


def test_an_archived_page_is_read_or_not_found(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page_id = archived(exec_api)
    read = exec_api.get(f"{PAGES}/{page_id}")
    assert (read.status_code, read.json()["status"]) == (200, "archived")
    sandbox.switches("exec", archived_get=404)
    assert exec_api.get(f"{PAGES}/{page_id}").status_code == 404
    assert exec_api.get(f"{PAGES}/{page_id}/versions").status_code == 404


def test_a_patch_of_an_archived_page_is_refused_or_revives_it(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page_id = archived(exec_api)
    body = {"title": "Back", "content": "again", "status": "published"}
    assert exec_api.patch(f"{PAGES}/{page_id}", json=body).status_code == 404
    sandbox.switches("exec", archived_patch="revive")
    back = exec_api.patch(f"{PAGES}/{page_id}", json=body).json()
    assert (back["status"], back["title"], back["version"]) == ("published", "Back", 2)
    assert exec_api.get(PAGES).json()["pagination"]["total_count"] == 1


def test_a_second_delete_is_not_found_or_fine(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page_id = archived(exec_api)
    assert exec_api.delete(f"{PAGES}/{page_id}").status_code == 404
    sandbox.switches("exec", second_delete="200")
    assert exec_api.delete(f"{PAGES}/{page_id}").json() == {"id": page_id, "deleted": True}


@pytest.mark.parametrize(("value", "status", "count"), [("list", 200, 1), ("empty", 200, 0), ("400", 400, None)])
def test_the_archived_filter_lists_hides_or_refuses(
    exec_api: httpx.Client, sandbox: SandboxProcess, value: str, status: int, count: int | None
) -> None:
    archived(exec_api)
    sandbox.switches("exec", archived_filter=value)
    answer = exec_api.get(PAGES, params={"status": "archived"})
    assert answer.status_code == status
    assert answer.json().get("pagination", {}).get("total_count") == count


def test_listings_can_lag_behind_reads(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("exec", list_lag=30)
    page = published(exec_api)
    assert exec_api.get(f"{PAGES}/{page['id']}").status_code == 200
    assert exec_api.get(PAGES).json()["data"] == []
    sandbox.advance(31)
    assert len(exec_api.get(PAGES).json()["data"]) == 1
    exec_api.patch(f"{PAGES}/{page['id']}", json={"title": "B", "content": "b", "status": "published"})
    assert exec_api.get(PAGES).json()["data"][0]["title"] == "A"
    exec_api.delete(f"{PAGES}/{page['id']}")
    assert exec_api.get(PAGES).json()["data"][0]["status"] == "published"
    sandbox.advance(31)
    assert exec_api.get(PAGES).json()["data"] == []


def test_a_new_title_alone_goes_live_or_into_the_draft(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = published(exec_api)
    live = exec_api.patch(f"{PAGES}/{page['id']}", json={"title": "B"}).json()
    assert (live["title"], live["version"]) == ("B", 1)
    sandbox.switches("exec", title_patch="draft")
    assert exec_api.patch(f"{PAGES}/{page['id']}", json={"title": "C"}).json()["title"] == "B"
    assert exec_api.get(f"{PAGES}/{page['id']}?include=draft").json()["draft"]["title"] == "C"


@pytest.mark.parametrize(
    ("value", "status", "state"), [("noop", 200, "published"), ("unpublish", 200, "draft"), ("400", 400, None)]
)
def test_status_draft_for_a_live_page(
    exec_api: httpx.Client, sandbox: SandboxProcess, value: str, status: int, state: str | None
) -> None:
    sandbox.switches("exec", unpublish=value)
    page = published(exec_api)
    answer = exec_api.patch(f"{PAGES}/{page['id']}", json={"status": "draft"})
    assert (answer.status_code, answer.json().get("status")) == (status, state)
    assert [row["rule"] for row in sandbox.violations("exec")] == ["unpublish"]


def test_an_empty_patch_is_refused_or_does_nothing(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = published(exec_api)
    assert exec_api.patch(f"{PAGES}/{page['id']}", json={}).status_code == 400
    sandbox.switches("exec", empty_patch="noop")
    sandbox.advance(5)
    same = exec_api.patch(f"{PAGES}/{page['id']}", json={})
    assert (same.status_code, same.json()["version"]) == (200, 1)


def test_the_draft_goes_on_after_a_publish_or_is_dropped(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    kept = published(exec_api)
    sandbox.switches("exec", draft_after_publish="drop")
    dropped = published(exec_api)
    assert exec_api.get(f"{PAGES}/{kept['id']}?include=draft").json()["draft"] == {"title": "A", "content": "text"}
    assert exec_api.get(f"{PAGES}/{dropped['id']}?include=draft").json()["draft"] is None


@pytest.mark.parametrize(
    ("form", "sent", "stored"),
    [
        ("none", "a\n\n", "a\n\n"),
        ("add_newline", "a", "a\n"),
        ("strip_newline", "a\n\n", "a"),
        ("drop_comments", "a\n<!-- pagemirror: x -->\nb", "a\nb"),
        ("rich_text", "- a\n\n\n\n_b_  \n", "* a\n\n*b*\n"),
    ],
)
def test_bodies_are_kept_or_rewritten(
    exec_api: httpx.Client, sandbox: SandboxProcess, form: str, sent: str, stored: str
) -> None:
    sandbox.switches("exec", body=form)
    assert published(exec_api, content=sent)["content"] == stored


def test_titles_are_kept_or_trimmed(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    assert published(exec_api, " A ")["title"] == " A "
    sandbox.switches("exec", trim_titles=True)
    assert published(exec_api, " A ")["title"] == "A"


def test_titles_may_repeat_or_not(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = published(exec_api)
    sandbox.switches("exec", unique_titles="true")
    assert exec_api.post(PAGES, json={"title": "A"}).status_code == 400
    assert exec_api.patch(f"{PAGES}/{page['id']}", json={"title": "A", "content": "x"}).status_code == 200
    exec_api.delete(f"{PAGES}/{page['id']}")
    assert exec_api.post(PAGES, json={"title": "A"}).status_code == 201


@pytest.mark.parametrize(
    ("form", "content", "draft"), [("full", True, False), ("no_content", False, False), ("with_draft", True, True)]
)
def test_what_a_write_answers(
    exec_api: httpx.Client, sandbox: SandboxProcess, form: str, *, content: bool, draft: bool
) -> None:
    sandbox.switches("exec", write_answer=form)
    page = published(exec_api)
    assert ("content" in page, "draft" in page) == (content, draft)
    again = exec_api.patch(f"{PAGES}/{page['id']}", json={"content": "x"}).json()
    assert ("content" in again, "draft" in again) == (content, draft)


@pytest.mark.parametrize(("gaps", "numbers"), [("none", [7, 8, 9]), ("skip", [7, 9, 11]), ("drafts", [8, 10, 12])])
def test_version_numbers(exec_api: httpx.Client, sandbox: SandboxProcess, gaps: str, numbers: list[int]) -> None:
    sandbox.switches("exec", first_version=7, version_gaps=gaps)
    page = exec_api.post(PAGES, json={"title": "A", "content": "x"}).json()
    found = [exec_api.patch(f"{PAGES}/{page['id']}", json={"content": "0", "status": "published"}).json()["version"]]
    for text in ("1", "2"):
        exec_api.patch(f"{PAGES}/{page['id']}", json={"content": text})
        body = {"content": text, "status": "published"}
        found.append(exec_api.patch(f"{PAGES}/{page['id']}", json=body).json()["version"])
    assert found == numbers


@pytest.mark.parametrize(
    ("switch", "body"), [("touch_on_draft", {"content": "x"}), ("touch_on_filing", {"folder_ids": []})]
)
@pytest.mark.parametrize("moves", [True, False])
def test_what_moves_updated_at(
    exec_api: httpx.Client, sandbox: SandboxProcess, switch: str, body: dict[str, object], *, moves: bool
) -> None:
    sandbox.switches("exec", **{switch: moves})
    folder = exec_api.get("/knowledge-hub/folders").json()["data"][0]["id"]
    page = exec_api.post(PAGES, json={"title": "A", "status": "published", "folder_ids": [folder]}).json()
    sandbox.advance(5)
    after = exec_api.patch(f"{PAGES}/{page['id']}", json=body).json()["updated_at"]
    assert (after > page["updated_at"]) is moves


def test_empty_folder_ids_clear_or_are_ignored(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    folder = exec_api.get("/knowledge-hub/folders").json()["data"][0]["id"]
    page = exec_api.post(PAGES, json={"title": "A", "folder_ids": [folder]}).json()
    sandbox.switches("exec", empty_folders="ignore")
    assert len(exec_api.patch(f"{PAGES}/{page['id']}", json={"folder_ids": []}).json()["folders"]) == 1
    sandbox.switches("exec", empty_folders="clear")
    assert exec_api.patch(f"{PAGES}/{page['id']}", json={"folder_ids": []}).json()["folders"] == []


def test_unknown_ids_are_bad_or_not_found(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("exec", unknown_ids="404")
    answer = exec_api.post(PAGES, json={"title": "A", "skill_ids": ["nope"]})
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, "Skill not found: nope")


def test_unknown_fields_are_refused_or_ignored_but_noted(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("exec", unknown_fields="ignore")
    assert exec_api.post(PAGES, json={"title": "A", "mood": "good"}).status_code == 201
    assert exec_api.get(PAGES, params={"mood": "good"}).status_code == 200
    assert [row["rule"] for row in sandbox.violations("exec")] == ["unknown_field", "unknown_parameter"]


@pytest.mark.parametrize(
    ("match", "found", "lost"),
    [("substring", "elco", "x"), ("words", "board welcome", "welc"), ("prefix", "wel", "board")],
)
def test_how_query_matches(exec_api: httpx.Client, sandbox: SandboxProcess, match: str, found: str, lost: str) -> None:
    published(exec_api, "Welcome on board")
    sandbox.switches("exec", query_match=match)
    assert len(exec_api.get(PAGES, params={"query": found}).json()["data"]) == 1
    assert exec_api.get(PAGES, params={"query": lost}).json()["data"] == []


def test_a_page_past_the_end_is_empty_or_refused(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    assert exec_api.get(PAGES, params={"page": 2}).json()["data"] == []
    sandbox.switches("exec", page_past_end="400")
    assert exec_api.get(PAGES, params={"page": 2}).status_code == 400
    assert exec_api.get(PAGES, params={"page": 1}).status_code == 200


def test_pages_of_a_key_have_an_owner_or_none(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    assert published(exec_api)["owner"] is not None
    sandbox.switches("exec", owner="none")
    assert published(exec_api)["owner"] is None


def test_members_are_flat_or_nested(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    flat = exec_api.get("/workspace/members").json()["data"][0]
    sandbox.switches("exec", members="nested")
    nested = exec_api.get("/workspace/members").json()["data"][0]
    assert nested["user"]["id"] == flat["id"] != nested["id"]
    assert nested["user"]["email"] == flat["email"]


def test_the_time_until_a_source_is_ready(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("exec", source_seconds=0)
    body = {"type": "url", "title": "S", "url": "https://example.com"}
    assert exec_api.post("/knowledge-hub/sources", json=body).json()["status"] == "ready"


def test_rate_limits_hold_a_minute_and_a_day(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("exec", rate_limits=True, requests_per_minute=3, requests_per_day=5)
    assert [exec_api.get("/workspace").status_code for _ in range(4)] == [200, 200, 200, 429]
    sandbox.advance(61)
    assert [exec_api.get("/workspace").status_code for _ in range(3)] == [200, 200, 429]
    refused = exec_api.get("/workspace")
    assert int(refused.headers["Retry-After"]) > 80_000
    assert refused.json()["error"]["type"] == "rate_limited"
    sandbox.advance(86_401)
    assert exec_api.get("/workspace").status_code == 200


@pytest.mark.parametrize("place", ["header", "header_date", "error", "top", "none"])
def test_where_a_429_says_when_to_come_back(exec_api: httpx.Client, sandbox: SandboxProcess, place: str) -> None:
    sandbox.switches("exec", retry_after=place)
    sandbox.faults({"fault": "rate_limited", "retry_after": 7})
    answer = exec_api.get("/workspace")
    assert answer.status_code == 429
    header, body = answer.headers.get("Retry-After"), answer.json()
    found = {
        "header": header == "7",
        "header_date": header is not None and not header.isdigit() and parsedate_to_datetime(header) is not None,
        "error": body["error"].get("retry_after") == 7,
        "top": body.get("retry_after") == 7,
    }
    assert [name for name, there in found.items() if there] == ([] if place == "none" else [place])


def test_an_inactive_workspace_answers_403(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.switches("exec", workspace="inactive")
    answer = exec_api.get(PAGES)
    assert answer.status_code == 403
    assert answer.json()["error"] == {
        "type": "authorization_error",
        "code": "workspace_inactive",
        "message": "Workspace is inactive",
    }


def test_a_wrong_switch_changes_nothing_and_says_what_there_is(sandbox: SandboxProcess) -> None:
    with pytest.raises(SandboxError, match="did you mean archived_get"):
        sandbox.switches("exec", archived_gets="404")
    with pytest.raises(SandboxError, match="it can be 200, 404"):
        sandbox.switches("exec", ids="uuid", archived_get="500")
    assert sandbox.switches("exec")["ids"] == "token"
