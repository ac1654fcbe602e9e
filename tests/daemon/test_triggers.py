"""What makes the running service begin a pass: files, refs, pushes by webhook and by poll; and what holds it back."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from support.deliveries import SECRET, gitea
from support.gitrepo import GitRepo
from support.needed import can_mount
from support.service import Event, RunningService, free_service
from support.site import Site


def of(path: str) -> Callable[[Event], bool]:
    return lambda event: bool(event["page"] == path)


def is_ok(event: Event) -> bool:
    return bool(event["result"] == "ok")


@pytest.fixture
def disk(site: Site) -> Site:
    """A site whose files are mirrored as they lie on disk."""
    site.docs({"one.md": "# One\n", "two.md": "# Two\n"})
    site.configure(free_service(), source__ref="worktree")
    site.repo.commit("Configure")  # so that every branch has this config
    return site


def test_a_saved_file_is_mirrored_before_it_is_committed(disk: Site) -> None:
    with RunningService(disk) as service:
        service.wait("pass.ended", fits=is_ok)
        mark = service.mark()
        disk.repo.write("docs/one.md", "# One\n\nSaved.\n")
        service.wait("page.done", after=mark, fits=of("one.md"))
        assert "Saved." in disk.live()["One"]["content"]


def test_many_files_at_once_make_few_passes(disk: Site) -> None:
    with RunningService(disk) as service:
        service.wait("pass.ended", fits=is_ok)
        mark = service.mark()
        for number in range(200):
            disk.repo.write(f"docs/many/{number}.md", f"# Many {number}\n")
        service.wait("pass.ended", after=mark, fits=lambda _: len(disk.live()) == 202)
        assert sum(event["event"] == "pass.ended" for event in service.events[mark:]) <= 3


def test_no_pass_begins_in_the_middle_of_a_merge_and_no_marker_is_published(disk: Site) -> None:
    repo = disk.repo
    repo.git("checkout", "-q", "-b", "other")
    disk.docs({"one.md": "# One\n\nTheirs.\n"})
    repo.git("checkout", "-q", "main")
    disk.docs({"one.md": "# One\n\nOurs.\n"})
    with RunningService(disk) as service:
        service.wait("pass.ended", fits=is_ok)
        mark = service.mark()
        with pytest.raises(AssertionError, match="merge other"):
            repo.git("merge", "other")
        assert service.wait("source.busy")["what"] == "a merge"
        [mirror] = service.client.get("/api/status").json()["mirrors"]
        assert "in the middle of a merge" in mirror["note"]
        assert "Ours." in disk.live()["One"]["content"]
        repo.write("docs/one.md", "# One\n\nBoth.\n")
        repo.git("commit", "-qam", "Merge")
        service.wait("source.rested")
        service.wait("page.done", after=mark, fits=of("one.md"))
        assert "Both." in disk.live()["One"]["content"]
        assert "<<<<<<<" not in str(disk.box.pages("exec"))


def test_a_switch_to_a_distant_branch_ends_with_its_pages(disk: Site) -> None:
    repo = disk.repo
    repo.git("checkout", "-q", "-b", "other")
    for number in range(100):
        repo.write(f"docs/other/{number}.md", f"# Other {number}\n")
    repo.commit("Write")
    repo.git("checkout", "-q", "main")
    with RunningService(disk) as service:
        service.wait("pass.ended", fits=is_ok)
        mark = service.mark()
        repo.git("checkout", "-q", "other")
        service.wait("pass.ended", after=mark, fits=lambda _: len(disk.live()) == 102)
        assert sum(event["event"] == "pass.ended" for event in service.events[mark:]) <= 2


def test_a_source_folder_that_is_deleted_removes_nothing_and_goes_on_when_it_is_back(disk: Site) -> None:
    with RunningService(disk) as service:
        service.wait("pass.ended", fits=is_ok)
        aside = disk.folder.parent / "aside"
        mark = service.mark()
        shutil.move(disk.folder / "docs", aside)
        service.wait("pass.guard", after=mark)
        assert set(disk.live()) == {"One", "Two"}
        shutil.move(aside, disk.folder / "docs")
        disk.repo.write("docs/one.md", "# One\n\nBack.\n")
        service.wait("page.done", after=mark, fits=of("one.md"))


@pytest.mark.skipif(not can_mount(), reason="this system lets no user have limits of their own")
def test_folders_that_the_system_gives_no_watch_for_are_looked_at_every_few_seconds(disk: Site) -> None:
    limited = 'echo 40 > /proc/sys/user/max_inotify_watches && exec "$@"'
    disk.prefix = ("unshare", "--user", "--map-root-user", "sh", "-c", limited, "-")
    with RunningService(disk) as service:
        service.wait("watch.begun")
        for number in range(60):
            disk.repo.write(f"docs/new-{number}/page.md", f"# New {number}\n")
        service.wait("watch.limited")
        service.wait("pass.ended", fits=lambda _: len(disk.live()) == 62)
        mark = service.mark()
        disk.repo.write("docs/new-59/page.md", "# New 59\n\nSaved.\n")
        service.wait("page.done", after=mark, fits=of("new-59/page.md"))
        [mirror] = service.client.get("/api/status").json()["mirrors"]
        assert "no more inotify watches" in mirror["note"]


@pytest.fixture
def pushed(site: Site, tmp_path: Path) -> tuple[Site, GitRepo]:
    """A site that mirrors a bare repository by its URL, and a clone to push from."""
    site.docs({"one.md": "# One\n"})
    bare = tmp_path / "acme" / "handbook.git"
    bare.parent.mkdir()
    site.repo.git("clone", "-q", "--bare", str(site.folder), str(bare))
    site.repo.git("remote", "add", "origin", str(bare))
    site.env["PAGEMIRROR_WEBHOOK_SECRET"] = SECRET
    site.secrets.add(SECRET)
    site.configure(free_service(), source__repo=f"file://{bare}", source__ref="main")
    return site, site.repo


def push(repo: GitRepo, path: str) -> None:
    repo.commit_files({f"docs/{path}": f"# {path}\n"})
    repo.git("push", "-q", "origin", "HEAD:main")


def test_a_push_is_mirrored_by_its_webhook(pushed: tuple[Site, GitRepo]) -> None:
    site, repo = pushed
    with RunningService(site) as service:
        service.wait("pass.ended", fits=is_ok)
        push(repo, "two.md")
        full_name = "/".join(site.folder.parent.parts[1:]) + "/acme/handbook"
        delivery = gitea(full_name=full_name)
        answer = service.client.post("/webhooks/gitea", headers=delivery.headers, content=delivery.body)
        assert answer.status_code == 202
        service.wait("page.done", fits=of("two.md"))


def test_a_push_is_mirrored_by_the_next_poll(pushed: tuple[Site, GitRepo]) -> None:
    site, repo = pushed
    site.configure(free_service(poll="1s"), source__repo=repo.git("remote", "get-url", "origin"), source__ref="main")
    with RunningService(site) as service:
        service.wait("pass.ended", fits=is_ok)
        push(repo, "two.md")
        service.wait("page.done", fits=of("two.md"))
