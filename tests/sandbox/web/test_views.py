"""The pages in a browser: what is shown, what is escaped, and the edit box."""

import re
from html import unescape

import httpx
import pytest

from pagemirror.sandbox.process import SandboxProcess

PAGES = "/knowledge-hub/pages"
EVIL = '<script>alert("x")</script>'


def form(sandbox: SandboxProcess) -> dict[str, str]:
    return {"Origin": sandbox.url}


def test_the_overview_says_how_to_connect(browser: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.create("exec", "Fresh page")
    text = browser.get("/").text
    for part in (
        sandbox.exec.base_url,
        sandbox.exec.token,
        sandbox.pharen.base_url,
        sandbox.pharen.token,
        *sandbox.ravendocs.settings.values(),
        "Fresh page",
    ):
        assert part in text


@pytest.mark.parametrize(
    "path",
    ["/", "/exec", "/exec?view=tree", "/pharen", "/ravendocs", "/requests", "/exec/new", "/exec/pages/nope"],
)
def test_every_view_forbids_scripts_frames_and_outside_assets(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "<script" not in answer.text
    for address in re.findall(r'(?:href|src)="([^"]*)"', answer.text):
        assert address.startswith(("/", "?", "#")), address


def test_the_style_and_the_icon_are_there(browser: httpx.Client) -> None:
    assert "prefers-color-scheme: dark" in browser.get("/static/style.css").text
    assert browser.get("/static/icon.svg").headers["content-type"].startswith("image/svg")
    assert browser.get("/static/../views.py").status_code == 404


@pytest.mark.parametrize("api", ["exec", "pharen", "ravendocs"])
def test_a_script_in_title_or_body_does_not_run(browser: httpx.Client, sandbox: SandboxProcess, api: str) -> None:
    page = sandbox.create(api, EVIL, f"{EVIL}\n\n<img src=x onerror=alert(1)>\n\nplain")
    addresses = ["/", f"/{api}", f"/{api}?view=tree", f"/{api}/pages/{page['id']}", f"/{api}/pages/{page['id']}/edit"]
    for address in addresses:
        text = browser.get(address).text
        assert "<script" not in text
        assert not re.search(r"<img[^>]*onerror", text)
        assert EVIL in unescape(text)
    assert "plain" in browser.get(f"/{api}/pages/{page['id']}").text


def test_a_page_is_shown_as_its_reader_sees_it(
    exec_api: httpx.Client, browser: httpx.Client, sandbox: SandboxProcess
) -> None:
    folder = exec_api.get("/knowledge-hub/folders").json()["data"][0]["id"]
    body = {"title": "Guide", "content": "## Part\n\n*text*", "status": "published", "folder_ids": [folder]}
    page = exec_api.post(PAGES, json=body).json()
    text = browser.get(sandbox.exec.page_url.replace("{id}", page["id"])).text
    for part in ("<h1>Guide</h1>", '<h2 id="part">Part</h2>', "<em>text</em>", "Guides", "Version 1"):
        assert part in text


def test_drafts_and_older_versions_are_shown_on_demand(browser: httpx.Client, sandbox: SandboxProcess) -> None:
    page = sandbox.create("exec", "Guide", "first text")
    sandbox.edit("exec", page["id"], content="second text")
    sandbox.edit("exec", page["id"], title="Guide!", content="third text", publish=False)
    address = f"/exec/pages/{page['id']}"
    live = browser.get(address).text
    assert "<p>second text</p>" in live
    assert "unpublished edit" in live
    assert "<p>third text</p>" in browser.get(f"{address}?show=draft").text
    assert "<p>first text</p>" in browser.get(f"{address}?show=1").text


def test_a_page_that_was_never_published_shows_its_draft(browser: httpx.Client, sandbox: SandboxProcess) -> None:
    page = sandbox.create("exec", "Guide", "only a draft", publish=False)
    text = browser.get(f"/exec/pages/{page['id']}").text
    assert "<p>only a draft</p>" in text
    assert "never published" in text


def test_the_list_searches_filters_and_pages(browser: httpx.Client, sandbox: SandboxProcess) -> None:
    for number in range(55):
        sandbox.create("exec", f"Page {number:02}", "needle" if number == 7 else "hay")
    sandbox.create("exec", "Draft one", publish=False, folders=["Reference"])
    gone = sandbox.create("exec", "Gone one")
    sandbox.archive("exec", gone["id"])

    def listed(query: str) -> list[str]:
        return re.findall(r'<td class="title"><a [^>]*>([^<]*)</a>', browser.get(f"/exec?{query}").text)

    assert listed("q=needle") == ["Page 07"]
    assert listed("status=draft") == ["Draft one"]
    assert listed("status=archived") == ["Gone one"]
    folder = next(branch for branch in re.findall(r'<option value="([^"]+)">[^<]*Reference', browser.get("/exec").text))
    assert listed(f"folder={folder}") == ["Draft one"]
    assert len(listed("")) == 50
    assert len(listed("page=2")) == 6
    assert listed("page=x") == listed("page=0") == listed("")
    assert listed("q=nothing+like+this") == []


def test_the_tree_shows_folders_in_folders(browser: httpx.Client, sandbox: SandboxProcess) -> None:
    sandbox.seed("exec", "folders", name="How-to", parent="Guides")
    sandbox.create("exec", "Inside", folders=["How-to"])
    sandbox.create("exec", "Loose")
    text = re.sub(r"\s+", " ", browser.get("/exec?view=tree").text)
    assert text.index("Guides") < text.index("How-to") < text.index("Inside") < text.index("Reference")
    assert text.index("In no folder") < text.index("Loose")
    assert "depth-1" in text


def test_the_edit_box_publishes_or_keeps_a_draft(browser: httpx.Client, sandbox: SandboxProcess) -> None:
    page = sandbox.create("exec", "Guide", "\nold\n")
    address = f"/exec/pages/{page['id']}/edit"
    shown = re.search(r"<textarea[^>]*>(.*?)</textarea>", browser.get(address).text, re.DOTALL)
    assert shown is not None
    assert shown.group(1).removeprefix("\n") == "\nold\n"
    kept = {"title": "Guide", "content": "a\r\ndraft", "do": "draft"}
    answer = browser.post(address, data=kept, headers=form(sandbox))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/exec/pages/{page['id']}")
    now = sandbox.page("exec", page["id"])
    assert (now["content"], now["draft_content"], now["version"]) == ("\nold\n", "a\ndraft", 1)
    browser.post(address, data={"title": "Guide 2", "content": "live", "do": "publish"}, headers=form(sandbox))
    now = sandbox.page("exec", page["id"])
    assert (now["title"], now["content"], now["version"]) == ("Guide 2", "live", 2)


def test_a_form_without_a_body_does_not_empty_the_page(browser: httpx.Client, sandbox: SandboxProcess) -> None:
    for api in ("exec", "pharen"):
        page = sandbox.create(api, "Guide", "text")
        answer = browser.post(f"/{api}/pages/{page['id']}/edit", data={"title": "Other"}, headers=form(sandbox))
        assert answer.status_code == 400
        assert "content is missing" in answer.text
        now = sandbox.page(api, page["id"])
        assert (now["title"], now["content"]) == ("Guide", "text")


def test_publishing_an_untouched_body_does_not_change_its_line_ends(
    browser: httpx.Client, sandbox: SandboxProcess
) -> None:
    page = sandbox.create("pharen", "Guide", "a\r\nb\r\n")
    data = {"title": "New", "content": "a\r\nb\r\n"}
    browser.post(f"/pharen/pages/{page['id']}/edit", data=data, headers=form(sandbox))
    now = sandbox.page("pharen", page["id"])
    assert (now["title"], now["content"]) == ("New", "a\r\nb\r\n")


def test_a_person_writes_and_archives_pages_in_the_browser(browser: httpx.Client, sandbox: SandboxProcess) -> None:
    for api in ("exec", "pharen"):
        made = browser.post(f"/{api}/new", data={"title": "Mine", "content": "x"}, headers=form(sandbox))
        assert made.status_code == 303
        page = sandbox.pages(api)[0]
        assert (page["title"], page["status"]) == ("Mine", "published")
        assert browser.post(f"{made.headers['location']}/archive", headers=form(sandbox)).status_code == 303
        assert [row["archived"] for row in sandbox.pages(api)] == ([True] if api == "exec" else [])


def test_pages_below_pages_are_shown_as_a_tree(browser: httpx.Client, sandbox: SandboxProcess) -> None:
    top = sandbox.create("ravendocs", "Top", icon="📘")
    middle = sandbox.create("ravendocs", "Middle", parent=top["id"])
    low = sandbox.create("ravendocs", "Low", parent=middle["id"])
    sandbox.create("ravendocs", "Another top")
    rows = re.findall(r'<li(?: class="depth-(\d)")?><a [^>]*>([^<]*)</a>', browser.get("/ravendocs?view=tree").text)
    assert rows == [("", "Another top"), ("", "📘 Top"), ("1", "Middle"), ("2", "Low")]
    text = browser.get(f"/ravendocs/pages/{low['id']}").text
    crumbs = re.findall(
        r'<a href="/ravendocs/pages/[^"]*">([^<]*)</a>', text.split('class="crumbs"')[1].split("</p>")[0]
    )
    assert crumbs == ["Top", "Middle"]


def test_a_page_below_itself_is_still_shown(
    ravendocs_api: httpx.Client, browser: httpx.Client, sandbox: SandboxProcess
) -> None:
    sandbox.switches("ravendocs", cycle="allow")
    page = sandbox.create("ravendocs", "Around")
    ravendocs_api.put(f"/pages/{page['id']}", json={"workspaceId": "ws_sandbox", "parentId": page["id"]})
    assert "Around" in browser.get("/ravendocs?view=tree").text
    assert browser.get(f"/ravendocs/pages/{page['id']}").status_code == 200


def test_a_document_is_edited_as_json_or_replaced_by_plain_text(browser: httpx.Client, sandbox: SandboxProcess) -> None:
    page = sandbox.create("ravendocs", "Guide", "old words")
    address = f"/ravendocs/pages/{page['id']}"
    shown = re.search(r"<textarea[^>]*>(.*?)</textarea>", browser.get(f"{address}/edit").text, re.DOTALL)
    assert shown is not None
    document = unescape(shown.group(1)).removeprefix("\n")
    retitled = {"title": "Guide 2", "content": document.replace("\n", "\r\n")}
    browser.post(f"{address}/edit", data=retitled, headers=form(sandbox))
    now = sandbox.page("ravendocs", page["id"])
    assert (now["title"], now["content"]) == ("Guide 2", page["content"])
    changed = {"title": "Guide 2", "content": document.replace("old words", "new words")}
    browser.post(f"{address}/edit", data=changed, headers=form(sandbox))
    assert "<p>new words</p>" in browser.get(address).text
    browser.post(f"{address}/edit", data={"title": "Guide 2", "content": "a\n\nb"}, headers=form(sandbox))
    assert "<p>a</p><p>b</p>" in browser.get(address).text
    assert "<p>old words</p>" in browser.get(f"{address}?show=1").text
    broken = browser.post(f"{address}/edit", data={"title": "Guide 2", "content": "{"}, headers=form(sandbox))
    assert broken.status_code == 400


def test_a_search_looks_at_the_words_of_a_document_and_not_at_its_json(
    browser: httpx.Client, sandbox: SandboxProcess
) -> None:
    sandbox.create("ravendocs", "Guide", "a needle here")
    assert "Guide" in browser.get("/ravendocs?q=needle+here").text
    assert "Nothing fits" in browser.get("/ravendocs?q=paragraph").text


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:1"])
def test_a_form_from_elsewhere_is_refused(browser: httpx.Client, sandbox: SandboxProcess, origin: str | None) -> None:
    page = sandbox.create("exec", "Guide", "old")
    headers = {} if origin is None else {"Origin": origin}
    answer = browser.post(f"/exec/pages/{page['id']}/edit", data={"title": "X", "content": "new"}, headers=headers)
    assert answer.status_code == 403
    assert sandbox.page("exec", page["id"])["content"] == "old"


def test_an_archive_button_from_elsewhere_is_refused(browser: httpx.Client, sandbox: SandboxProcess) -> None:
    page = sandbox.create("exec", "Guide", "old")
    address = f"/exec/pages/{page['id']}/archive"
    assert browser.post(address, headers={"Origin": "https://evil.example"}).status_code == 403
    assert browser.post(address).status_code == 403
    assert sandbox.page("exec", page["id"])["archived"] is False


def test_the_request_page_shows_faults_and_violations(
    exec_api: httpx.Client, browser: httpx.Client, sandbox: SandboxProcess
) -> None:
    sandbox.faults({"fault": "error_before", "nth": 2})
    exec_api.post(PAGES, json={"titel": "x"})
    exec_api.get("/workspace")
    text = browser.get("/requests?api=exec").text
    for part in ("unknown_field", "error_before", "500", "/workspace"):
        assert part in text
    assert "/workspace" not in browser.get("/requests?api=pharen").text


def test_what_is_not_there_is_said_in_words(browser: httpx.Client) -> None:
    for path in ("/exec/pages/nope", "/nope", "/exec/pages/nope/edit"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "That is not possible" in answer.text
