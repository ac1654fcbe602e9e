"""Sources that are not a local commit: the files on disk, and a repository elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.githttp import GitHttp, git_http
from support.gitrepo import GitRepo
from support.site import Site

TOKEN = "git-s3cret"


def requests(site: Site, *words: str) -> int:
    """How many requests a run sent."""
    before = site.box.requests("exec")
    site.done(*words)
    return site.box.requests("exec") - before


@pytest.fixture
def disk(site: Site) -> Site:
    """A site whose files on disk are mirrored."""
    site.configure(source__ref="worktree")
    for name in ("a", "b", "c"):
        site.repo.write(f"docs/{name}.md", f"# Page {name}\n\nText {name}.\n")
    return site


def test_files_on_disk_are_mirrored_without_a_commit(disk: Site) -> None:
    ran = disk("sync", "--output", "json")
    assert ran.code == 0, ran.said
    (mirror,) = ran.json["mirrors"]
    assert mirror["commit"] is None
    assert {title: page["content"] for title, page in disk.live().items()} == {
        f"Page {name}": f"Text {name}.\n" for name in ("a", "b", "c")
    }


def test_an_unchanged_folder_on_disk_costs_no_request_whatever_is_committed_elsewhere(disk: Site) -> None:
    disk.done("sync")
    assert requests(disk, "sync") == 0
    disk.repo.commit_files({"other/x.md": "X"})
    assert requests(disk, "sync") == 0
    assert disk("plan", "--exit-code").code == 0


def test_one_saved_file_is_one_update(disk: Site) -> None:
    disk.done("sync")
    disk.repo.write("docs/b.md", "# Page b\n\nSaved.\n")
    ran = disk("sync", "--output", "json")
    assert {path: action for path, (action, _, _) in ran.outcomes().items()} == {"b.md": "update"}
    assert ran.json["mirrors"][0]["requests"] <= 2
    assert disk.live()["Page b"]["content"] == "Saved.\n"


def test_a_file_that_is_gone_from_disk_waits_a_minute(disk: Site) -> None:
    disk.done("sync")
    disk.repo.remove("docs/b.md")
    disk.configure(source__ref="worktree", sync__max_removals="100%")
    disk("sync")
    assert "Page b" in disk.live()
    disk.repo.write("docs/b.md", "# Page b\n\nText b.\n")
    disk.done("sync")
    assert disk.live()["Page b"]["content"] == "Text b.\n"


def test_a_commit_may_be_mirrored_after_the_files_on_disk(disk: Site) -> None:
    disk.done("sync")
    disk.repo.commit()
    disk.configure()
    ran = disk("sync", "--output", "json")
    assert ran.code == 0, ran.said
    assert ran.json["mirrors"][0]["commit"] == disk.repo.git("rev-parse", "HEAD")
    assert len(disk.live()) == 3


# ----------------------------------------------------------------- elsewhere


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitHttp]:
    origin = GitRepo.init(tmp_path / "served" / "handbook")
    origin.git("config", "uploadpack.allowFilter", "true")
    origin.commit_files({"docs/a.md": "# A\n\nText.\n"})
    with git_http(tmp_path / "served") as running:
        running.user, running.password = "oauth2", TOKEN
        yield running


def test_a_repository_elsewhere_is_mirrored_with_a_token(site: Site, server: GitHttp) -> None:
    site.secrets.add(TOKEN)
    site.configure(source__repo=f"{server.url}/handbook/.git", source__token="env:GIT_READ_TOKEN")
    site.env["GIT_READ_TOKEN"] = TOKEN
    site.done("sync")
    assert site.live()["A"]["content"] == "Text.\n"
    origin = GitRepo(server.root / "handbook")
    origin.git("reset", "-q", "--hard")
    origin.commit_files({"docs/b.md": "# B\n\nMore.\n"})
    site.done("sync")
    assert set(site.live()) == {"A", "B"}
    assert requests(site, "sync") == 0
    origin.git("commit", "-q", "--amend", "-m", "Another")
    ran = site("sync")
    assert ran.code == 0, ran.said
    assert "was rewritten" in ran.said
    origin.git("commit", "-q", "--amend", "-m", "Once more")
    assert "was rewritten" in site("plan").said


def test_a_repository_that_refuses_the_token_ends_the_pass(site: Site, server: GitHttp) -> None:
    site.secrets.add("wrong-s3cret")
    site.configure(source__repo=f"{server.url}/handbook/.git", source__token="env:GIT_READ_TOKEN")
    site.env["GIT_READ_TOKEN"] = "wrong-s3cret"
    told = site("sync", "--output", "json")
    assert (told.code, told.error["code"]) == (8, "fetch_failed")
    assert "source.token" in told.error["hint"]
