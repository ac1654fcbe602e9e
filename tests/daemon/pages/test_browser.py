"""The status pages in a real browser: without a script, in light and dark, on a phone and on a desk."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pagemirror.sandbox.process import SandboxProcess
from support.browsing import CONFLICT, Watched, admin_site, chromium, fold_out, violations
from support.service import RunningService
from support.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = {
    "overview": "/",
    "pages": "/mirrors/handbook",
    "held": "/mirrors/handbook?show=held",
    "nothing found": "/mirrors/handbook?q=nosuch",
    "removed": "/mirrors/handbook?show=removed",
    "page": f"/mirrors/handbook/page?path={CONFLICT}",
    "hostile": "/mirrors/handbook/page?path=odd.md",
    "linked": "/mirrors/handbook/page?path=index.md",
    "conflict": f"/mirrors/handbook/decide?path={CONFLICT}",
    "since": f"/mirrors/handbook/decide?path={CONFLICT}&show=target",
    "passes": "/mirrors/handbook/passes",
    "history": "/mirrors/handbook/page?path=guides/kept.md",
    "kept": "/mirrors/handbook/kept?path=guides/kept.md&number=2",
    "failed": "/mirrors/handbook?show=failed",
    "refused": "/mirrors/handbook/page?path=guides/refused.md",
    "long title": "/mirrors/handbook/page?path=long.md",
    "login": "/login",
    "error": "/mirrors/nosuch",
}
WAYS = [
    pytest.param(400, True, id="narrow, dark"),
    pytest.param(1400, False, id="wide, light"),
    pytest.param(400, False, id="narrow, light", marks=pytest.mark.slow),
    pytest.param(1400, True, id="wide, dark", marks=pytest.mark.slow),
]


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def shared(
    browser: "Browser",  # noqa: ARG001  # nothing is set up where there is no browser
    running: SandboxProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RunningService]:
    """A service that nobody changes anything at."""
    running.reset()
    running.faults()
    site = admin_site(Site(tmp_path_factory.mktemp("browser") / "site", running))
    fold_out(site)
    drifting = site.live()["Kept"]["id"]
    site.docs({"long.md": f"---\ntitle: {'Too long ' * 60}\n---\n\nA title that takes many lines.\n"})
    running.edit("exec", drifting, content="As a person wrote it, and Git took it away.\n")
    site("sync", "--drift")
    site.done("resolve", "guides/kept.md", "--take", "git")
    running.faults({"fault": "status", "status": 422, "api": "exec", "method": "POST", "contains": "Refused"})
    site.docs({"guides/refused.md": "# Refused\n\nSome text.\n"})
    site("sync")
    running.faults()
    admin_site(site, sync__max_removals=1)
    for number in range(50, 54):
        (site.folder / "docs" / "topics" / f"{number:03}.md").unlink()
    site.docs({"topics/000.md": "# Topic 0\n\nAnother text.\n"})
    with RunningService(site) as service:
        service.wait("pass.ended")
        yield service
    site.end()


@pytest.mark.parametrize(("width", "dark"), WAYS)
def test_each_page_fits_is_accessible_and_asks_no_other_host(
    browser: "Browser", shared: RunningService, tmp_path: Path, width: int, *, dark: bool
) -> None:
    watched = Watched(browser, shared, width=width, dark=dark)
    watched.log_in()
    found = {}
    for name, path in PAGES.items():
        watched.page.goto(path)
        assert (name == "error") == (watched.page.get_by_role("heading", name="Not found").count() == 1), name
        if name == "error":
            watched.said.clear()  # the browser itself notes that a page answered 404
        watched.page.screenshot(path=tmp_path / f"{name}-{width}-{'dark' if dark else 'light'}.png", full_page=True)
        found[name] = (violations(watched), watched.overflows())
    assert found == dict.fromkeys(PAGES, ([], False))
    watched.close()


def test_a_failed_page_and_a_guard_say_what_to_do(browser: "Browser", shared: RunningService) -> None:
    watched = Watched(browser, shared)
    watched.page.goto(PAGES["refused"])
    failed = watched.page.locator(".bad-notice")
    assert "Failed: refused by the target. POST /knowledge-hub/pages: the server answered 422" in failed.inner_text()
    assert failed.locator("code").inner_text() == "pagemirror sync handbook --retry-failed"
    watched.page.goto("/")
    guard = watched.page.locator(".warn-notice")
    assert "would be removed; the limit is 1. None of them is; the other steps go on." in guard.inner_text()
    assert guard.locator("code").all_inner_texts() == [
        "pagemirror plan handbook",
        "pagemirror sync handbook --max-removals 4",
    ]
    watched.close()


def test_a_title_of_markup_is_shown_as_text(browser: "Browser", shared: RunningService) -> None:
    watched = Watched(browser, shared)
    watched.page.goto(PAGES["hostile"])
    assert "<script>alert(1)</script>" in watched.page.get_by_role("heading", level=1).inner_text()
    assert watched.page.locator("main script, main b").count() == 0
    watched.close()


def test_a_conflict_is_decided_with_the_keyboard_alone(browser: "Browser", site: Site) -> None:
    admin_site(site)
    fold_out(site)
    with RunningService(site) as service:
        service.wait("pass.ended")
        watched = Watched(browser, service)
        page = watched.page
        page.goto(PAGES["conflict"])
        tab_to(watched, "Log in")
        page.keyboard.press("Enter")
        page.wait_for_url("**/login*")
        tab_to(watched, "", tag="INPUT")
        page.keyboard.type(site.env["PAGEMIRROR_ADMIN_TOKEN"])
        page.keyboard.press("Enter")
        page.wait_for_url("**/decide*")
        tab_to(watched, "Take Git")
        mark = service.mark()
        page.keyboard.press("Enter")
        page.wait_for_url("**/page*")
        assert page.get_by_role("status").inner_text().startswith("Your decision is noted")
        service.wait("page.done", after=mark, fits=lambda event: event["page"] == CONFLICT)
        watched.close()
    assert "sleeping dog" in site.live()["Release"]["content"]
    assert "red fox" not in site.live()["Release"]["content"]


def tab_to(watched: Watched, text: str, *, tag: str = "") -> None:
    """Press Tab until the element with this text has the focus."""
    for _ in range(40):
        watched.page.keyboard.press("Tab")
        focused = watched.page.evaluate("[document.activeElement.innerText || '', document.activeElement.tagName]")
        if (focused[0] == text if text else True) and (not tag or focused[1] == tag):
            return
    raise AssertionError(f"nothing to focus says {text or tag}")


def test_a_pass_is_followed_until_it_has_ended(browser: "Browser", site: Site) -> None:
    admin_site(site, sync__concurrency=1)
    site.pages(12)
    site.box.faults(latency=0.5)
    with RunningService(site) as service:
        watched = Watched(browser, service)
        watched.page.goto("/")
        watched.page.get_by_role("progressbar").wait_for()
        assert violations(watched) == []
        watched.page.get_by_role("link", name="Hold still").click()
        watched.page.get_by_role("link", name="Follow the pass").click()
        watched.page.get_by_text("Up to date").wait_for()
        watched.close()
