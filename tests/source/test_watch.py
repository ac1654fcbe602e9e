"""What is told of sources at hand, by the real file system."""

import errno
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from pagemirror.source import WORKTREE, SourceSettings
from pagemirror.source.watch import SourceWatch
from support.gitrepo import GitRepo

PATIENCE = 10.0
QUIET = 0.3


class Bell:
    """Rings when something may have moved."""

    def __init__(self) -> None:
        self._rang = threading.Event()

    def ring(self) -> None:
        self._rang.set()

    def rings(self) -> bool:
        rang = self._rang.wait(PATIENCE)
        self._rang.clear()
        return rang

    def stays_quiet(self) -> bool:
        return not self._rang.wait(QUIET)


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo.init(tmp_path / "home" / "site")
    repo.commit_files({"docs/guide/one.md": "# One\n", "src/code.py": "x = 1\n"})
    return repo


class Watched:
    def __init__(self, settings: SourceSettings) -> None:
        self.bell = Bell()
        self.watch = SourceWatch(settings, self.bell.ring)
        assert self.watch.look() == "new"


@pytest.fixture
def files(repo: GitRepo) -> Iterator[Watched]:
    memory = repo.path / ".pagemirror" / "worktrees" / "handbook.json"
    watched = Watched(SourceSettings(repo=repo.path, ref=WORKTREE, memory=memory))
    yield watched
    watched.watch.close()


@pytest.fixture
def refs(repo: GitRepo) -> Iterator[Watched]:
    watched = Watched(SourceSettings(repo=repo.path))
    yield watched
    watched.watch.close()


def test_a_file_that_is_saved_is_told(files: Watched, repo: GitRepo) -> None:
    repo.write("docs/guide/one.md", "# Two\n")
    assert files.bell.rings()


def test_a_save_by_rename_is_told(files: Watched, repo: GitRepo) -> None:
    there = repo.path / "docs" / "guide" / "one.md"
    beside = there.with_name(".one.md.swp")
    beside.write_text("# Two\n")
    assert files.bell.rings()
    beside.rename(there)
    assert files.bell.rings()


def test_new_folders_are_watched_with_what_is_in_them(files: Watched, repo: GitRepo) -> None:
    repo.write("docs/new/deep/two.md", "# Two\n")
    assert files.bell.rings()
    assert files.watch.look() == "same"
    while not files.bell.stays_quiet():
        files.bell.rings()
    repo.write("docs/new/deep/two.md", "# Three\n")
    assert files.bell.rings()


def test_reading_tells_nothing(files: Watched, repo: GitRepo) -> None:
    (repo.path / "docs" / "guide" / "one.md").read_text()
    repo.git("status")
    assert files.bell.stays_quiet() or repo.path.joinpath(".git", "index").exists()


def test_files_elsewhere_and_our_own_state_tell_nothing(repo: GitRepo) -> None:
    memory = repo.path / ".pagemirror" / "worktrees" / "handbook.json"
    memory.parent.mkdir(parents=True)
    watched = Watched(SourceSettings(repo=repo.path, ref=WORKTREE, path=".", memory=memory))
    try:
        memory.write_text("{}")
        (repo.path / ".git" / "objects" / "note").write_text("x")
        assert watched.bell.stays_quiet()
        repo.write("README.md", "# Read\n")
        assert watched.bell.rings()
    finally:
        watched.watch.close()


def test_a_folder_that_is_deleted_and_back_is_watched_again(files: Watched, repo: GitRepo) -> None:
    shutil.rmtree(repo.path / "docs")
    assert files.bell.rings()
    assert files.watch.look() in {"same", "new"}
    repo.write("docs/two.md", "# Two\n")
    assert files.bell.rings()
    assert files.watch.look() == "new"
    while not files.bell.stays_quiet():
        files.bell.rings()
    repo.write("docs/two.md", "# Three\n")
    assert files.bell.rings()


def test_a_whole_repository_that_is_replaced_is_watched_again(files: Watched, repo: GitRepo) -> None:
    aside = repo.path.with_name("aside")
    repo.path.rename(aside)
    assert files.bell.rings()
    files.watch.look()
    aside.rename(repo.path)
    assert files.bell.rings()
    files.watch.look()
    while not files.bell.stays_quiet():
        files.bell.rings()
    repo.write("docs/two.md", "# Two\n")
    assert files.bell.rings()


def test_git_at_work_is_known_and_its_end_is_told(files: Watched, repo: GitRepo) -> None:
    repo.git("checkout", "-q", "-b", "other")
    repo.commit_files({"docs/guide/one.md": "# Theirs\n"})
    repo.git("checkout", "-q", "-")
    repo.commit_files({"docs/guide/one.md": "# Ours\n"})
    with pytest.raises(AssertionError, match="merge other"):
        repo.git("merge", "other")
    assert files.watch.busy() == "a merge"
    while not files.bell.stays_quiet():
        files.bell.rings()
    repo.git("merge", "--abort")
    assert files.bell.rings()
    assert files.watch.busy() == ""


def test_a_commit_is_told_where_refs_are_followed(refs: Watched, repo: GitRepo) -> None:
    repo.commit_files({"docs/two.md": "# Two\n"})
    assert refs.bell.rings()


def test_a_branch_that_is_switched_to_is_told(refs: Watched, repo: GitRepo) -> None:
    repo.git("checkout", "-q", "-b", "other")
    assert refs.bell.rings()


def test_a_saved_file_is_nothing_to_a_mirror_of_commits(refs: Watched, repo: GitRepo) -> None:
    repo.write("docs/two.md", "# Two\n")
    assert refs.bell.stays_quiet()


def test_a_push_into_a_bare_repository_is_told(repo: GitRepo, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    repo.git("clone", "-q", "--bare", str(repo.path), str(bare))
    watched = Watched(SourceSettings(repo=bare))
    try:
        repo.commit_files({"docs/two.md": "# Two\n"})
        repo.git("push", "-q", str(bare), "HEAD")
        assert watched.bell.rings()
    finally:
        watched.watch.close()


def test_a_place_without_a_repository_waits_for_one(tmp_path: Path) -> None:
    watched = Watched(SourceSettings(repo=tmp_path / "site"))
    try:
        GitRepo.init(tmp_path / "site").commit_files({"docs/one.md": "# One\n"})
        assert watched.bell.rings()
        assert watched.watch.look() == "new"
    finally:
        watched.watch.close()


def test_a_system_that_gives_no_more_watches_is_told(repo: GitRepo) -> None:
    class Full(Observer):  # type: ignore[valid-type,misc]  # which class it is depends on the system
        def schedule(self, *_: object, **__: object) -> ObservedWatch:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def full() -> BaseObserver:
        return Full()

    watch = SourceWatch(SourceSettings(repo=repo.path), lambda: None, observer=full)
    try:
        assert watch.look() == "limit"
    finally:
        watch.close()
