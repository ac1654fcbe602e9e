"""The log is bounded, the counts are exact, and no key is ever in them."""

import httpx

from pagemirror.sandbox.exchange import Problem
from pagemirror.sandbox.journal import KEPT_ENTRIES, Entry, Journal
from pagemirror.sandbox.process import SandboxProcess

PAGES = "/knowledge-hub/pages"


def entry(seq: int) -> Entry:
    return Entry(
        seq=seq,
        at="2026-01-01T00:00:00Z",
        api="exec",
        method="GET",
        path="/x",
        query="",
        template="/x",
        status=200,
        fault=None,
        seconds=0.0,
        request_bytes=0,
        response_bytes=2,
    )


def test_the_log_is_bounded_and_the_counts_are_exact() -> None:
    journal = Journal(())
    for _ in range(KEPT_ENTRIES + 10):
        journal.close(entry(journal.open("exec", "GET", "/x")), ())
    assert len(journal.entries) == KEPT_ENTRIES
    assert journal.counts()["total"] == KEPT_ENTRIES + 10
    assert [row["seq"] for row in journal.since(KEPT_ENTRIES + 8, "exec")] == [KEPT_ENTRIES + 9, KEPT_ENTRIES + 10]
    assert journal.since(0, "pharen") == []


def test_a_violation_never_repeats_a_key() -> None:
    journal = Journal(("secret-key",))
    journal.close(entry(journal.open("exec", "GET", "/x")), [Problem("unknown_field", "secret-key and exec_live_abc")])
    assert journal.violations[0]["detail"] == "[key] and [key]"


def test_requests_are_logged_with_size_time_and_template(exec_api: httpx.Client, sandbox: SandboxProcess) -> None:
    body = b'{"title":"A"}'
    made = exec_api.post(PAGES, content=body, headers={"Content-Type": "application/json"})
    exec_api.get(f"{PAGES}/{made.json()['id']}", params={"include": "draft"})
    first, second = sandbox.log("exec")
    assert (first["method"], first["path"], first["status"], first["request_bytes"]) == ("POST", PAGES, 201, len(body))
    assert first["response_bytes"] == len(made.content)
    assert 0 < first["seconds"] < 5
    assert (second["template"], second["query"]) == (f"{PAGES}/{{page_id}}", "include=draft")
    assert second["seq"] == first["seq"] + 1
    assert sandbox.log(since=first["seq"]) == [second]
    assert sandbox.counts("exec") == {("POST", PAGES): 1, ("GET", f"{PAGES}/{{page_id}}"): 1}


def test_a_refused_request_counts_too(sandbox: SandboxProcess) -> None:
    with httpx.Client(base_url=sandbox.exec.base_url, trust_env=False) as client:
        client.get(PAGES)
    assert sandbox.requests("exec") == sandbox.requests() == 1
    assert sandbox.log()[0]["status"] == 401


def test_no_key_is_in_the_log_or_on_the_log_page(
    exec_api: httpx.Client, sandbox: SandboxProcess, browser: httpx.Client
) -> None:
    token = sandbox.exec.token
    exec_api.get(f"/{token}", params={"query": token})
    exec_api.get("/workspace", params={token: "x"}, headers={"Authorization": f"Bearer {token}"})
    exec_api.post(PAGES, json={"title": "A", token: token, "status": token})
    for path in ("/_sandbox/requests", "/_sandbox/violations", "/requests"):
        text = browser.get(path).text
        assert token not in text
        assert sandbox.pharen.token not in text
    assert len(sandbox.log("exec")) == 3
