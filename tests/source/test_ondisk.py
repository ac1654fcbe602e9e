import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pagemirror.model.errors import SourceError
from pagemirror.model.ids import BlobId, RepoPath
from pagemirror.source import SourceSettings, open_snapshot
from pagemirror.source.command import Git
from pagemirror.source.judging import Place
from pagemirror.source.memory import Memory, Remembered
from pagemirror.source.ondisk import Look, take_look
from pagemirror.source.spool import Spool
from support.gitrepo import GitRepo

LATER = 2**62
"""A time at which every file has been as it is for long."""


def look(repo: GitRepo, before: Remembered | None, *, now: int = LATER) -> tuple[Look, Spool]:
    spool = Spool(None)
    place = Place(RepoPath("docs"), SourceSettings(repo=repo.path))
    seen = take_look(Git(repo.path), place, "sha1", before, spool, now=now)
    assert seen is not None
    return seen, spool


def only_blob(seen: Look) -> BlobId:
    (entry,) = seen.listing.entries
    return entry.blob


def test_a_file_that_did_not_move_is_not_read_again(repo: GitRepo) -> None:
    repo.write("docs/a.md", "A")
    first, spool = look(repo, None)
    assert only_blob(first) in spool
    second, spool = look(repo, first.seen)
    assert only_blob(second) not in spool
    assert second.listing == first.listing
    assert second.seen == first.seen


def test_a_file_that_was_replaced_with_the_same_size_and_time_is_read_again(repo: GitRepo) -> None:
    file = repo.write("docs/a.md", "A")
    first, _ = look(repo, None)
    times = (file.stat().st_atime_ns, file.stat().st_mtime_ns)
    other = repo.write("docs/other", "B")
    os.utime(other, ns=times)
    other.replace(file)
    second, spool = look(repo, first.seen)
    assert spool.get(only_blob(second)) == b"B"


def test_a_file_that_moved_a_moment_ago_is_read_again_next_time(repo: GitRepo) -> None:
    file = repo.write("docs/a.md", "A")
    first, _ = look(repo, None, now=file.stat().st_ctime_ns + 1_000_000_000)
    second, spool = look(repo, first.seen)
    assert only_blob(second) in spool


def test_what_could_be_a_pointer_is_always_read(repo: GitRepo) -> None:
    repo.write("docs/a.md", "x" * 130)
    first, _ = look(repo, None)
    second, spool = look(repo, first.seen)
    assert only_blob(second) in spool


@pytest.fixture
def trusted(repo: GitRepo, tmp_path: Path) -> SourceSettings:
    """A mirror that remembers docs/a.md as it is now, and so won't read it when it looks at the folder."""
    repo.write("docs/a.md", "first")
    memory = tmp_path / "state" / "handbook.json"
    Memory(memory).save(look(repo, None)[0].seen)
    return SourceSettings(repo=repo.path, ref="worktree", memory=memory)


def test_a_file_that_moves_between_looking_and_reading_ends_the_pass(repo: GitRepo, trusted: SourceSettings) -> None:
    snapshot = open_snapshot(trusted)
    blobs = [entry.blob for entry in snapshot.entries().entries]
    repo.write("docs/a.md", "second")
    with pytest.raises(SourceError, match=r"docs/a\.md was changed or removed while the pass was under way") as caught:
        list(snapshot.read(blobs))
    assert caught.value.code == "changed_meanwhile"
    assert caught.value.exit_code == 8


def test_a_file_that_vanishes_between_looking_and_reading_ends_the_pass(repo: GitRepo, trusted: SourceSettings) -> None:
    snapshot = open_snapshot(trusted)
    blobs = [entry.blob for entry in snapshot.entries().entries]
    repo.remove("docs/a.md")
    with pytest.raises(SourceError, match="changed or removed"):
        list(snapshot.read(blobs))


def test_a_file_that_moves_meanwhile_is_had_from_git_where_git_has_it(repo: GitRepo, trusted: SourceSettings) -> None:
    repo.git("add", "docs/a.md")
    snapshot = open_snapshot(trusted)
    blobs = [entry.blob for entry in snapshot.entries().entries]
    repo.write("docs/a.md", "second")
    assert dict(snapshot.read(blobs)) == {blobs[0]: b"first"}


# ---------------------------------------------------------------- permissions


@pytest.fixture
def guest() -> Iterator[GitRepo]:
    """A repository of a person without special rights, as whom the test goes on."""
    if os.geteuid() != 0:
        with tempfile.TemporaryDirectory() as folder:
            yield GitRepo.init(Path(folder) / "repo")
        return
    nobody = 65534
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, nobody, nobody)
        os.setegid(nobody)
        os.seteuid(nobody)
        try:
            yield GitRepo.init(Path(folder) / "repo")
        finally:
            os.seteuid(0)
            os.setegid(0)


def on_disk(repo: GitRepo) -> SourceSettings:
    return replace(SourceSettings(repo=repo.path), ref="worktree")


def test_a_file_without_the_right_to_read_it_fails_alone(guest: GitRepo) -> None:
    guest.write("docs/a.md", "A")
    guest.write("docs/b.md", "B").chmod(0)
    listing = open_snapshot(on_disk(guest)).entries()
    assert [entry.path for entry in listing.entries] == ["docs/a.md"]
    assert [(problem.path, problem.code) for problem in listing.problems] == [("docs/b.md", "no_permission")]


def test_a_folder_without_the_right_to_look_into_it_is_an_error_as_its_files_are_not_gone(guest: GitRepo) -> None:
    guest.write("docs/a.md", "A")
    guest.write("docs/shut/b.md", "B")
    (guest.path / "docs/shut").chmod(0)
    try:
        with pytest.raises(SourceError, match="can't look into a folder of the source") as caught:
            open_snapshot(on_disk(guest))
        assert caught.value.code == "no_permission"
    finally:
        (guest.path / "docs/shut").chmod(0o700)


def test_an_ignore_file_that_cannot_be_read_is_an_error(guest: GitRepo) -> None:
    guest.write("docs/a.md", "A")
    guest.write("docs/.pagemirrorignore", "a.md").chmod(0)
    with pytest.raises(SourceError, match=r"docs/\.pagemirrorignore can't be read"):
        open_snapshot(on_disk(guest))
