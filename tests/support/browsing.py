"""A site with each kind of page to look at, and Chromium as a person's browser, which asks no other host."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.needed import missing
from support.service import RunningService, free_service
from support.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["ADMIN", "CONFLICT", "HOSTILE", "Watched", "admin_site", "chromium", "fold_out", "violations"]

ADMIN = "admin-token-of-the-tests"
HOSTILE = "<script>alert(1)</script> <b>bold</b> \u202eright to left " + "W" * 180
CONFLICT = "guides/release.md"
_OLD = (
    "# Release\n\nA first line.\n\nThe quick brown fox jumps over the lazy dog.\n\n" + "Same.\n\n" * 12 + "The end.\n"
)


def admin_site(site: Site, **settings: object) -> Site:
    """A config whose service has an admin token."""
    site.env["PAGEMIRROR_ADMIN_TOKEN"] = ADMIN
    site.secrets.add(ADMIN)
    site.configure(free_service(drift_check="1h"), **settings)
    return site


def fold_out(site: Site) -> None:
    """Mirror some pages, then let people edit two: one the file changed too (a conflict), one it did not (drift)."""
    site.docs(
        {
            "index.md": "# Handbook\n\nSee [release](guides/release.md) and [start](guides/start.md).\n",
            CONFLICT: _OLD,
            "guides/start.md": "# Start here\n\nBack to [the top](../index.md).\n",
            "guides/drift.md": "# Drifting\n\nAs written in Git.\n",
            "odd.md": f"---\ntitle: {json.dumps(HOSTILE[:200])}\n---\n\nA title to beware of.\n",
            "guides/kept.md": "# Kept\n\nOf Git.\n",
            "old.md": "# Old\n\nWill go.\n",
            **{f"topics/{n:03}.md": f"# Topic {n}\n\nText {n}.\n" for n in range(60)},
        }
    )
    site.done("sync")
    pages = site.live()
    release, drifting = pages["Release"], pages["Drifting"]
    site.box.edit("exec", release["id"], content=release["content"].replace("brown fox", "red fox"))
    site.box.edit("exec", drifting["id"], content="As a person wrote it.\n")
    (site.folder / "docs" / "old.md").unlink()
    site.docs({CONFLICT: _OLD.replace("lazy dog", "sleeping dog")})
    site("sync", "--drift")


@contextmanager
def chromium() -> "Iterator[Browser]":
    """The machine's Chromium; skips where there is none."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  # installed for tests only
    except ImportError:
        missing("chromium", "playwright is not installed (the extra `dev`)")
    program = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
    if not program.exists():
        missing("chromium", f"no Chromium is installed ({program} is not there)")
    with sync_playwright() as playwright:
        args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=program, args=args)
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A browser's page of a service: notes what the console says, and which hosts are asked."""

    def __init__(self, browser: "Browser", service: RunningService, *, width: int = 1400, dark: bool = False) -> None:
        self.base = str(service.client.base_url).rstrip("/")
        scheme: Any = "dark" if dark else "light"
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=self.base
        )
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.abroad: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        if not url.startswith(self.base):
            self.abroad.append(url)

    def log_in(self) -> None:
        """Log in by the form."""
        self.page.goto("/login")
        self.page.get_by_label("Admin token").fill(ADMIN)
        self.page.get_by_role("button", name="Log in").click()
        self.page.get_by_role("button", name="Log out").wait_for()

    def overflows(self) -> bool:
        """Whether the page is wider than its window."""
        wide: bool = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        return wide

    def close(self) -> None:
        """Leave, having met no trouble."""
        self.context.close()
        assert not self.said, self.said
        assert not self.abroad, self.abroad


def violations(watched: Watched) -> list[str]:
    """What axe finds wrong in the page as it is shown. Its script runs besides the page's own policy."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  # installed for tests only

    result = Axe().run(watched.page).response
    assert result["passes"], "axe looked at nothing"
    found = result["violations"]
    return [f"{row['id']}: {node['html']} {node['failureSummary']}" for row in found for node in row["nodes"]]
