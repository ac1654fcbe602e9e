"""The pages over HTTP: who sees them, who decides, and what they say; most of it at a real service process."""

import re
from collections.abc import Callable
from html import unescape
from typing import TypeVar
from urllib.parse import quote, urlencode

import pytest

from pagemirror.app import App
from pagemirror.daemon.access import Access
from pagemirror.daemon.pages.guarding import inside
from pagemirror.daemon.views import Activity, MirrorView
from pagemirror.daemon.web import create_app
from pagemirror.model.errors import StateError
from pagemirror.model.reports.runs import Progress
from support.asking import Answered, ask
from support.browsing import ADMIN, CONFLICT, HOSTILE, admin_site, fold_out
from support.service import RunningService, free_service
from support.site import Site
from support.standin import HANDBOOK, NOW, StandIn

T = TypeVar("T")
FORM = {"content-type": "application/x-www-form-urlencoded"}
OPEN = Access(token=ADMIN)
SHUT = Access(token=ADMIN, loopback=False)


def get(service: StandIn, path: str, access: Access = OPEN, **headers: str) -> Answered:
    return ask(create_app(service, access), path, headers=headers)


def csrf_of(text: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def log_in(service: RunningService, to: str = "/") -> str:
    """Log in as a browser would, and give the word that forms hold."""
    answer = service.client.post("/login", data={"token": ADMIN, "to": to})
    assert (answer.status_code, answer.headers["location"]) == (303, to)
    return csrf_of(service.client.get("/").text)


def test_whoever_may_not_read_is_led_to_the_login() -> None:
    for path in ("/", "/mirrors/handbook?q=a b", "/mirrors/handbook/passes"):
        answer = get(StandIn(), path.replace(" ", "+"), SHUT)
        assert answer.status == 303
        assert answer.headers["location"].startswith("/login?to=%2F")
        assert b"handbook" not in answer.body


def test_whoever_bears_the_token_reads() -> None:
    assert get(StandIn(), "/", SHUT, authorization=f"Bearer {ADMIN}").status == 200


def test_a_token_without_a_session_decides_nothing() -> None:
    service = StandIn()
    headers = {**FORM, "authorization": f"Bearer {ADMIN}"}
    app = create_app(service, OPEN)
    for path in ("decide", "restore", "sync"):
        assert ask(app, f"/mirrors/handbook/{path}", method="POST", headers=headers, body=b"csrf=").status == 403
    assert service.poked == []


def test_a_login_from_another_site_is_refused() -> None:
    app, body = create_app(StandIn(), OPEN), f"token={ADMIN}".encode()
    for odd in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        answer = ask(app, "/login", method="POST", headers={**FORM, **odd}, body=body)
        assert (answer.status, "set-cookie" in answer.headers) == (403, False)


def test_wrong_tokens_are_refused_and_then_have_to_wait() -> None:
    app = create_app(StandIn(), OPEN)
    said = [ask(app, "/login", method="POST", headers=FORM, body=b"token=wrong") for _ in range(6)]
    assert [answer.status for answer in said] == [403] * 5 + [429]
    assert said[-1].headers["retry-after"] == "61"
    assert b"wrong" not in said[0].body.replace(b'id="wrong"', b"").replace(b'describedby="wrong"', b"")


def test_the_cookie_is_shut_in_and_secure_where_a_browser_speaks_tls() -> None:
    body = f"token={ADMIN}&to=//evil.example".encode()
    app = create_app(StandIn(), SHUT)
    answer = ask(app, "/login", method="POST", headers={**FORM, "x-forwarded-proto": "https"}, body=body)
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "secure", "max-age=43200"))
    assert ADMIN not in cookie
    assert answer.headers["location"] == "/"


def test_an_origin_that_is_no_address_is_foreign() -> None:
    app = create_app(StandIn(), OPEN)
    headers = {**FORM, "origin": "http://[::1"}
    assert ask(app, "/login", method="POST", headers=headers, body=f"token={ADMIN}".encode()).status == 403


def test_no_answer_names_the_host_that_a_request_did() -> None:
    for path in ("/mirrors/handbook/", "/login/", "/healthz/"):
        answer = get(StandIn(), path, host="evil.example")
        assert (answer.status, "location" in answer.headers) == (404, False)


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\nb"])
def test_a_login_leads_nowhere_else(to: str) -> None:
    assert inside(to) == "/"


def test_pages_run_no_script_and_ask_for_nothing_else() -> None:
    answer = get(StandIn(), "/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    text = answer.body.decode()
    assert re.findall(r'(?:src|href|action)="(?!/|#)[^"]*"', text) == []
    assert "<script" not in text
    assert " style=" not in text


def test_the_style_may_be_kept_for_it_has_its_hash_in_its_name() -> None:
    found = re.search(rb'href="(/static/pages\.css\?v=\w+)"', get(StandIn(), "/").body)
    assert found is not None
    style = get(StandIn(), found[1].decode(), SHUT)
    assert (style.status, "immutable" in style.headers["cache-control"]) == (200, True)


def test_a_pass_under_way_is_followed_until_asked_to_hold_still() -> None:
    progress = Progress(mirror=HANDBOOK, stage="sending", done=3, total=12, requests=5)
    running = StandIn(mirrors=(MirrorView(name=HANDBOOK, activity=Activity.RUNNING, progress=progress, tried_at=NOW),))
    followed, still = get(running, "/"), get(running, "/?still=1")
    assert followed.headers["refresh"] == "3"
    assert b"3 of 12 steps" in followed.body
    assert "refresh" not in still.headers
    idle = StandIn(mirrors=(MirrorView(name=HANDBOOK, activity=Activity.IDLE, tried_at=NOW, level_at=NOW),))
    assert "refresh" not in get(idle, "/").headers


def test_a_service_without_mirrors_says_what_to_do() -> None:
    assert b"No mirror is configured" in get(StandIn(mirrors=()), "/").body


def test_what_is_not_there_is_told_as_a_page() -> None:
    answer = get(StandIn(), "/mirrors/nosuch")
    assert (answer.status, b"No mirror is named nosuch" in answer.body) == (404, True)


def test_a_state_that_cannot_be_read_is_told_beside_what_the_service_knows() -> None:
    error = StateError("The state /x/state.db is damaged.", hint="Put a copy in its place.", code="state_corrupt")
    answer = get(StandIn(unreadable=error), "/")
    text = unescape(answer.body.decode())
    assert answer.status == 200
    for words in ("The state can't be read", error.message, error.hint, "handbook", "not known"):
        assert words in text
    assert "no limit" not in text


def test_a_page_that_the_state_withholds_says_what_is_wrong() -> None:
    class Broken(StandIn):
        async def ask(self, work: Callable[[App], T]) -> T:
            raise StateError(f"The state is damaged, so {work.__name__} is not.", hint="Mend it.", code="state_corrupt")

    answer = get(Broken(), "/mirrors/handbook")
    text = unescape(answer.body.decode())
    assert (answer.status, '<h1 id="what">This page can\'t be shown</h1>' in text) == (503, True)
    assert "The state is damaged" in text
    assert "Mend it." in text


def test_a_search_counts_nothing_that_it_did_not_count(site: Site) -> None:
    site.pages(3)
    admin_site(site)
    with RunningService(site) as service:
        service.wait("pass.ended")
        listed = service.client.get("/mirrors/handbook").text
        found = service.client.get("/mirrors/handbook?q=page").text
        assert 'All <span class="n">3</span>' in listed
        assert '<span class="n">' not in found
        assert 'aria-current="true">All</a>' in found


def test_everything_that_is_known_of_pages_is_shown_escaped(site: Site) -> None:
    fold_out(admin_site(site))
    with RunningService(site) as service:
        service.wait("pass.ended")
        overview = service.client.get("/").text
        assert "Waits for you" in overview
        assert f'href="https://git.example.com/acme/commit/{site.repo.git("rev-parse", "HEAD")}"' in overview
        first = service.client.get("/mirrors/handbook").text
        assert HOSTILE[:200] in unescape(first)
        assert "<script" not in first
        [later] = re.findall(r'rel="next" href="([^"]+)"', first)
        second = service.client.get(unescape(later)).text
        assert "topics/059.md" in second
        assert "topics/000.md" not in second
        found = service.client.get("/mirrors/handbook", params={"q": "TOPIC 1"}).text
        assert ("topics/011.md" in found, "topics/021.md" in found) == (True, False)
        page = service.client.get("/mirrors/handbook/page", params={"path": "index.md"}).text
        assert "guides/start.md" in page
        assert "Linked from" in page
        passes = service.client.get("/mirrors/handbook/passes").text
        assert "67 created" in passes
        assert "update: held" in passes
        removed = service.client.get("/mirrors/handbook", params={"show": "removed"}).text
        assert "old.md" in removed
        assert service.client.get("/mirrors/handbook/page?path=nosuch.md").status_code == 404


def test_a_conflict_is_compared_and_decided(site: Site) -> None:
    fold_out(admin_site(site))
    with RunningService(site) as service:
        service.wait("pass.ended")
        place = f"/mirrors/handbook/decide?path={quote(CONFLICT)}"
        seen = service.client.get(place).text
        assert "<mark>brown</mark>" in seen
        assert "<mark>red</mark>" in seen
        assert 'name="take"' not in seen
        since = service.client.get(f"{place}&show=git").text
        assert "<mark>sleeping</mark>" in since
        assert "<mark>red</mark>" not in since
        csrf = log_in(service)
        wrong = service.client.post("/mirrors/handbook/decide", data={"path": CONFLICT, "take": "git", "csrf": "wrong"})
        assert wrong.status_code == 403
        unfit = service.client.post("/mirrors/handbook/decide", data={"path": CONFLICT, "take": "new", "csrf": csrf})
        assert (unfit.status_code, "doesn&#39;t fit" in unfit.text) == (409, True)
        mark = service.mark()
        done = service.client.post("/mirrors/handbook/decide", data={"path": CONFLICT, "take": "remote", "csrf": csrf})
        assert done.status_code == 303
        service.wait("pass.ended", after=mark)
        assert "Nothing is held here" in service.client.get(place).text
    assert "red fox" in site.live()["Release"]["content"]


def test_a_kept_text_is_read_and_put_back(site: Site) -> None:
    fold_out(admin_site(site))
    site.done("resolve", "guides/drift.md", "--take", "git")
    site("sync")
    with RunningService(site) as service:
        service.wait("pass.ended")
        page = service.client.get("/mirrors/handbook/page?path=guides/drift.md").text
        [where] = re.findall(r'href="(/mirrors/handbook/kept[^"]+)"', page)
        assert "As a person wrote it." in service.client.get(unescape(where)).text
        csrf, mark = log_in(service), service.mark()
        number = re.search(r"number=(\d+)", where)
        assert number is not None
        values = {"path": "guides/drift.md", "number": "9" * 5000, "csrf": csrf}
        assert service.client.post("/mirrors/handbook/restore", data=values).status_code == 409
        values["number"] = number[1]
        assert service.client.post("/mirrors/handbook/restore", data=values).status_code == 303
        service.wait("page.done", after=mark, fits=lambda event: event["page"] == "guides/drift.md")
        assert "diverged" in service.client.get("/mirrors/handbook/page?path=guides/drift.md").text
    assert "As a person wrote it." in site.live()["Drifting"]["content"]


def test_logging_out_ends_the_session_for_good(site: Site) -> None:
    site.docs({"one.md": "# One\n"})
    admin_site(site)
    with RunningService(site) as service:
        service.wait("pass.ended")
        csrf = log_in(service)
        stolen = service.client.cookies["pagemirror"]
        assert service.client.post("/logout", data={"csrf": csrf}).status_code == 303
        service.client.cookies.set("pagemirror", stolen)
        assert service.client.post("/mirrors/handbook/sync", data={"csrf": csrf}).status_code == 403


def test_a_session_does_not_count_for_the_api(site: Site) -> None:
    site.docs({"one.md": "# One\n"})
    admin_site(site)
    with RunningService(site) as service:
        service.wait("pass.ended")
        log_in(service)
        other = {"origin": "http://127.0.0.1:1", "content-type": "text/plain"}
        assert service.client.post("/api/sync", headers=other, content=b"{}").status_code == 401


def test_without_an_admin_token_the_pages_say_so(site: Site) -> None:
    site.docs({"one.md": "# One\n"})
    site.configure(free_service())
    with RunningService(site) as service:
        service.wait("pass.ended")
        assert "Read only" in service.client.get("/").text
        assert "No admin token is set" in service.client.get(f"/login?{urlencode({'to': '/'})}").text


def test_whoever_has_logged_in_reads_from_elsewhere_too() -> None:
    app = create_app(StandIn(), SHUT)
    answer = ask(app, "/login", method="POST", headers=FORM, body=f"token={ADMIN}".encode())
    cookie = answer.headers["set-cookie"].partition(";")[0]
    assert ask(app, "/", headers={"cookie": cookie}).status == 200
    assert ask(app, "/", headers={"cookie": cookie + "x"}).status == 303
    assert ask(app, "/api/status", headers={"cookie": cookie}).status == 401


def test_a_page_that_is_not_ours_is_chosen_by_its_id(site: Site) -> None:
    there = site.box.create("exec", "One", "Of somebody else.\n")
    site.docs({"one.md": "# One\n\nOurs.\n"})
    admin_site(site)
    with RunningService(site) as service:
        service.wait("pass.ended")
        assert "a page not ours" in service.client.get("/mirrors/handbook?show=held").text
        csrf = log_in(service)
        place = "/mirrors/handbook/decide"
        assert f'value="{there["id"]}" checked' in service.client.get(place, params={"path": "one.md"}).text
        none = service.client.post(place, data={"path": "one.md", "take": "page", "csrf": csrf})
        assert (none.status_code, "No decision was given" in none.text) == (409, True)
        mark = service.mark()
        values = {"path": "one.md", "take": "page", "page": there["id"], "csrf": csrf}
        assert service.client.post(place, data=values).status_code == 303
        service.wait("pass.ended", after=mark)
        assert there["id"] in service.client.get("/mirrors/handbook/page?path=one.md").text
    assert len(site.live()) == 1


def test_two_that_wait_under_one_path_are_decided_each_by_its_own_form(site: Site) -> None:
    site.docs({"a.md": "---\nid: first\n---\n# First\n\nThe first text.\n"})
    admin_site(site)
    site.done("sync")
    first = site.live()["First"]["id"]
    site.box.advance(5)
    site.box.edit("exec", first, content="By hand.\n")
    site.docs({"a.md": "---\nid: second\n---\n# Second\n\nThe second text.\n"})
    site("sync", "--drift")
    site.box.advance(5)
    site.box.edit("exec", site.live()["Second"]["id"], content="By hand, too.\n")
    assert site("sync", "--drift").code == 3
    with RunningService(site) as service:
        service.wait("pass.ended")
        place = "/mirrors/handbook/decide"
        csrf = log_in(service)
        seen = service.client.get(place, params={"path": "a.md"}).text
        assert (seen.count('name="which" value="there"'), seen.count('name="which" value="gone"')) == (1, 1)
        assert seen.count("the page of a file that is gone from here") == 1
        both = service.client.post(place, data={"path": "a.md", "take": "git", "csrf": csrf})
        assert (both.status_code, "Two wait under a.md" in both.text) == (409, True)
        mark = service.mark()
        values = {"path": "a.md", "take": "git", "which": "there", "csrf": csrf}
        assert service.client.post(place, data=values).status_code == 303
        service.wait("pass.ended", after=mark)
        left = service.client.get(place, params={"path": "a.md"}).text
        assert 'value="there"' not in left
        assert 'value="gone"' in left
    assert site.live()["Second"]["content"] == "The second text.\n"
    assert site.live()["First"]["content"] == "By hand.\n"


def test_of_two_files_that_went_from_one_path_each_form_is_about_its_own_page(site: Site) -> None:
    site.docs({"a.md": "---\nid: first\n---\n# First\n\nThe first text.\n"})
    admin_site(site)
    site.done("sync")
    for name, then in (("First", "second"), ("Second", "third")):
        site.box.advance(5)
        site.box.edit("exec", site.live()[name]["id"], content="By hand.\n")
        site.docs({"a.md": f"---\nid: {then}\n---\n# {then.capitalize()}\n\nThe {then} text.\n"})
        site("sync", "--drift")
    second = site.live()["Second"]["id"]
    with RunningService(site) as service:
        service.wait("pass.ended")
        place = "/mirrors/handbook/decide"
        csrf = log_in(service)
        assert f'name="of" value="{second}"' in service.client.get(place, params={"path": "a.md"}).text
        mark = service.mark()
        values = {"path": "a.md", "take": "git", "which": "gone", "of": second, "csrf": csrf}
        assert service.client.post(place, data=values).status_code == 303
        service.wait("pass.ended", after=mark)
    assert set(site.live()) == {"First", "Third"}


def test_a_guard_is_shown_with_its_numbers_and_the_way_out(site: Site) -> None:
    site.pages(6)
    admin_site(site, sync__max_removals=1)
    site.done("sync")
    for number in range(4):
        (site.folder / "docs" / f"page-{number:02}.md").unlink()
    site.docs({"page-05.md": "# Page 5\n\nAnother text.\n"})
    with RunningService(site) as service:
        service.wait("pass.ended")
        seen = service.client.get("/").text
        assert "4 of 6 pages (67%) would be removed; the limit is 1" in seen
        assert "--max-removals" in seen
