"""The control API: play a person, count, reset, move time."""

from datetime import datetime

import httpx
import pytest

from pagemirror.sandbox.process import SandboxError, SandboxProcess

PAGES = "/knowledge-hub/pages"


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()


def test_the_summary_counts_by_api(exec_api: httpx.Client, pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    page = exec_api.post(PAGES, json={"title": "A"}).json()
    exec_api.post(PAGES, json={"title": "B", "status": "published"})
    exec_api.delete(f"{PAGES}/{page['id']}")
    pharen_api.post("/new-page", json={"title": "C", "x": 1})
    exec_part = {"pages": 1, "archived": 1, "drafts": 0, "requests": 3, "violations": 0, "duplicates": {}}
    pharen_part = {"pages": 0, "archived": 0, "drafts": 0, "requests": 1, "violations": 1, "duplicates": {}}
    untouched = {"pages": 0, "archived": 0, "drafts": 0, "requests": 0, "violations": 0, "duplicates": {}}
    assert sandbox.summary() == {
        "apis": {"exec": exec_part, "pharen": pharen_part, "ravendocs": untouched, "ravendocs_rpc": untouched},
        "requests": 4,
        "violations": 1,
        "clock_offset": 0.0,
    }


def test_a_reset_of_one_api_leaves_the_other(
    exec_api: httpx.Client, pharen_api: httpx.Client, sandbox: SandboxProcess
) -> None:
    exec_api.post(PAGES, json={"title": "A", "x": 1})
    pharen_api.post("/new-page", json={"title": "C"})
    sandbox.switches("exec", ids="uuid")
    sandbox.switches("pharen", list_content="full")
    sandbox.reset("exec")
    assert (sandbox.requests("exec"), sandbox.requests("pharen")) == (0, 1)
    assert sandbox.violations() == []
    assert len(sandbox.pages("pharen")) == 1
    assert sandbox.switches("exec")["ids"] == "token"
    assert sandbox.switches("pharen")["list_content"] == "full"


def test_what_is_made_after_a_reset_is_made_now(sandbox: SandboxProcess) -> None:
    sandbox.advance(3600)
    sandbox.reset()
    made = sandbox.create("ravendocs_rpc", "New", "x")
    sandbox.advance(600)
    edited = sandbox.edit("ravendocs_rpc", made["id"], append="y")
    assert (_seconds(edited["updated_at"]) - _seconds(made["created_at"])) >= 600


def test_a_reset_brings_back_time_faults_switches_and_the_same_ids(
    exec_api: httpx.Client, sandbox: SandboxProcess
) -> None:
    first = exec_api.post(PAGES, json={"title": "A"}).json()["id"]
    sandbox.advance(1000)
    sandbox.faults({"fault": "cut"})
    sandbox.reset()
    assert sandbox.summary()["clock_offset"] == 0
    assert sandbox.fault_counts() == []
    assert exec_api.post(PAGES, json={"title": "A"}).json()["id"] == first


def test_the_clock_moves_the_stamps(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    before = exec_api.post(PAGES, json={"title": "A"}).json()["created_at"]
    sandbox.advance(86_400 * 400)
    after = exec_api.post(PAGES, json={"title": "A"}).json()["created_at"]
    assert int(after[:4]) > int(before[:4])
    assert len(after) == len("2026-06-01T12:00:00Z")


def test_a_person_creates_edits_and_archives(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    made = sandbox.create("exec", "Hand made", "text", folders=["Guides"])
    page = exec_api.get(f"{PAGES}/{made['id']}").json()
    assert (page["status"], page["content"], page["folders"][0]["name"]) == ("published", "text", "Guides")
    sandbox.edit("exec", made["id"], title="Retitled", content="more")
    assert exec_api.get(f"{PAGES}/{made['id']}").json()["version"] == 2
    drafted = sandbox.edit("exec", made["id"], content="later", publish=False)
    assert drafted["has_unpublished_draft"] is True
    live = exec_api.get(f"{PAGES}/{made['id']}?include=draft").json()
    assert (live["content"], live["draft"]["content"], live["version"]) == ("more", "later", 2)
    sandbox.archive("exec", made["id"])
    assert sandbox.page("exec", made["id"])["archived"] is True
    assert sandbox.requests("exec") == 3


def test_a_person_edits_and_deletes_in_pharen(pharen_api: httpx.Client, sandbox: SandboxProcess) -> None:
    made = sandbox.create("pharen", "Hand made", "text")
    sandbox.advance(2)
    edited = sandbox.edit("pharen", made["id"], content="more")
    assert (edited["title"], edited["content"]) == ("Hand made", "more")
    assert edited["updated_at"] > made["updated_at"]
    sandbox.archive("pharen", made["id"])
    assert pharen_api.get(f"/new-page/{made['id']}").status_code == 404


def test_switches_are_described_with_their_choices(browser: httpx.Client) -> None:
    answer = browser.get("/_sandbox/switches").json()
    rows = {row["name"]: row for row in answer["choices"]["exec"]}
    assert rows["archived_get"]["choices"] == ["200", "404"]
    assert rows["archived_get"]["default"] == answer["exec"]["archived_get"] == "200"
    assert all(row["meaning"] for api in answer["choices"].values() for row in api)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", "/nope/pages", None, 404, "there is no API called nope"),
        ("GET", "/exec/pages/nope", None, 404, "exec has no page nope"),
        ("POST", "/exec/pages", {"content": "x"}, 400, "title is missing"),
        ("POST", "/exec/pages", {"title": "x", "body": "y"}, 400, "body means nothing here"),
        ("POST", "/exec/pages", {"title": "x", "folders": ["Nope"]}, 400, "there are Guides"),
        ("POST", "/exec/pages", {"title": "x", "publish": "yes"}, 400, "publish is true or false"),
        ("POST", "/exec/toys", {}, 404, "exec has no toys"),
        ("POST", "/pharen/folders", {"name": "x"}, 404, "pharen has no folders"),
        ("POST", "/clock", {"advance": "soon"}, 400, "advance is a number"),
        ("POST", "/reset", {"api": "nope"}, 404, "there is no API called nope"),
        ("PUT", "/switches", {"exec": 5}, 400, "are an object"),
        ("PUT", "/faults", [], 400, "must be a JSON object"),
        ("GET", "/requests?since=x", None, 400, "since is a sequence number"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    browser: httpx.Client, method: str, path: str, body: object, status: int, words: str
) -> None:
    answer = browser.request(method, f"/_sandbox{path}", json=body)
    assert answer.status_code == status
    assert words in answer.json()["error"]


def test_the_control_api_takes_no_forms_and_no_orders_from_other_sites(browser: httpx.Client) -> None:
    foreign = {"Origin": "https://evil.example"}
    assert browser.post("/_sandbox/reset", json={}, headers=foreign).status_code == 403
    assert browser.post("/_sandbox/reset", data={"api": "exec"}).status_code == 403
    assert browser.post("/_sandbox/reset", content=b"{}").status_code == 400
    rebound = {"Host": "evil.example"}
    assert browser.get("/_sandbox/summary", headers=rebound).status_code == 403
    assert browser.get("/_sandbox/summary", headers={"Host": "localhost:1"}).status_code == 200


def test_asking_the_client_of_a_stopped_sandbox_says_so() -> None:
    with pytest.raises(SandboxError, match="not running"):
        SandboxProcess().summary()
