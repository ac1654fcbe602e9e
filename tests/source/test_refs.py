"""A few files at a ref of a remote: real Git, a real bare origin, and clones as CI services make them."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pagemirror.model.errors import SourceError, StateError
from pagemirror.source import GitRef, open_ref
from support.gitrepo import GitRepo

REF = "refs/pagemirror/state"
FILES = {"state.json": b"{}\n", "records/00.jsonl": b"one\n", "records/ff.jsonl": b"two\n", "texts/a0.jsonl": b"\xff\0"}

Clone = Callable[..., GitRepo]


@pytest.fixture
def origin(tmp_path: Path) -> GitRepo:
    work = GitRepo.init(tmp_path / "work")
    for number in range(3):
        work.write("docs/a.md", f"# A\n\n{number}\n")
        work.commit()
    bare = GitRepo.init(tmp_path / "origin.git", bare=True)
    work.git("push", "-q", str(bare.path), "HEAD:refs/heads/main")
    return bare


@pytest.fixture
def clone(tmp_path: Path, origin: GitRepo) -> Clone:
    def clone(*options: str) -> GitRepo:
        folder = tmp_path / f"clone{len(list(tmp_path.iterdir()))}"
        origin.git("clone", "-q", *options, f"file://{origin.path}", str(folder))
        return GitRepo(folder)

    return clone


def ref_of(repo: GitRepo, remote: str = "origin") -> GitRef:
    return open_ref(repo.path, REF, remote)


def test_what_one_job_saves_the_next_one_loads(clone: Clone) -> None:
    first = ref_of(clone())
    assert first.load() == ("", {})
    version = first.save(FILES, "")
    assert version
    assert ref_of(clone()).load() == (version, FILES)


@pytest.mark.parametrize("options", [("--depth=1",), ("--filter=blob:none", "--no-checkout"), ("--mirror",)])
def test_shallow_partial_and_mirror_clones_load_and_save(
    clone: Clone, origin: GitRepo, options: tuple[str, ...]
) -> None:
    origin.git("config", "uploadpack.allowFilter", "true")
    before = ref_of(clone()).save(FILES, "")
    ref = ref_of(clone(*options))
    assert ref.load() == (before, FILES)
    after = ref.save({"state.json": b"{}\n"}, str(before))
    assert ref_of(clone(*options)).load() == (after, {"state.json": b"{}\n"})


def test_each_version_is_a_commit_without_a_parent_and_no_branch_or_local_ref_moves(
    clone: Clone, origin: GitRepo
) -> None:
    repo = clone()
    before = (repo.git("for-each-ref"), repo.git("status", "--porcelain"))
    ref = ref_of(repo)
    version = ref.save({"state.json": b"3\n"}, str(ref.save(FILES, "")))
    assert origin.git("rev-list", "--parents", REF) == version
    assert (repo.git("for-each-ref"), repo.git("status", "--porcelain")) == before


def test_of_two_jobs_the_second_is_told_that_the_ref_moved_and_changes_nothing(clone: Clone) -> None:
    first, second = ref_of(clone()), ref_of(clone())
    version = first.save(FILES, "")
    assert second.save({"state.json": b"2\n"}, "") is None
    assert second.load() == (version, FILES)
    assert first.save({"state.json": b"3\n"}, str(version))
    assert second.save({"state.json": b"4\n"}, str(version)) is None


def test_only_what_is_new_is_written_and_sent(clone: Clone, origin: GitRepo) -> None:
    many = {"state.json": b"{}\n"} | {f"records/{n:02x}.jsonl": os.urandom(4_000) for n in range(64)}
    version = ref_of(clone()).save(many, "")
    ref = ref_of(repo := clone())
    _, files = ref.load()
    objects = int(repo.git("count-objects").split()[0])
    assert ref.save({**files, "records/00.jsonl": b"new\n"}, str(version))
    assert int(repo.git("count-objects").split()[0]) == objects + 4  # the file, two trees, the commit
    assert origin.git("show", f"{REF}:records/00.jsonl") == "new"


def test_hooks_of_the_checkout_do_not_run(clone: Clone, tmp_path: Path) -> None:
    repo = clone()
    for name in ("pre-push", "reference-transaction", "post-checkout"):
        hook = repo.path / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
        hook.chmod(0o755)
    assert ref_of(repo).save(FILES, "")
    assert not (tmp_path / "ran").exists()


def test_a_server_that_refuses_the_push_is_told_with_what_to_grant(clone: Clone, origin: GitRepo) -> None:
    hook = origin.path / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'read-only token' >&2\nexit 1\n")
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(StateError) as refused:
        ref_of(clone()).save(FILES, "")
    assert refused.value.code == "state_no_push"
    assert "contents: write" in refused.value.hint
    assert refused.value.exit_code == 8
    assert ref_of(clone()).load() == ("", {})


def test_a_push_whose_answer_was_lost_counts_as_done(clone: Clone, tmp_path: Path) -> None:
    repo = clone()
    answer = tmp_path / "cut"
    answer.write_text('#!/bin/sh\ngit receive-pack "$@"\nexit 1\n')
    answer.chmod(0o755)
    repo.git("config", "remote.origin.receivepack", str(answer))
    version = ref_of(repo).save(FILES, "")
    assert ref_of(clone()).load() == (version, FILES)


def test_a_missing_remote_is_named_with_the_way_out(clone: Clone) -> None:
    repo = clone()
    repo.git("remote", "rename", "origin", "upstream")
    with pytest.raises(StateError) as refused:
        ref_of(repo).load()
    assert refused.value.code == "state_no_remote"
    assert "git remote add origin" in refused.value.hint
    assert ref_of(repo, "upstream").load() == ("", {})


def test_a_remote_that_can_not_be_reached_is_told_without_its_password(clone: Clone) -> None:
    repo = clone()
    repo.git("remote", "set-url", "origin", "http://user:secret@127.0.0.1:9/x.git")
    with pytest.raises(StateError) as refused:
        ref_of(repo).load()
    assert refused.value.code == "state_unreachable"
    assert "secret" not in refused.value.message


def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        open_ref(tmp_path, REF, "origin")
    assert refused.value.code == "no_repository"


def test_a_look_asks_for_the_right_to_push_and_pushes_nothing(clone: Clone, origin: GitRepo) -> None:
    ref = ref_of(clone())
    assert "first sync makes it" in ref.look()
    assert origin.git("for-each-ref", REF) == ""
    version = ref.save(FILES, "")
    assert "can be read and pushed" in ref_of(clone()).look()
    assert origin.git("rev-parse", REF) == version


def test_repositories_with_long_object_ids_work(tmp_path: Path) -> None:
    bare = GitRepo.init(tmp_path / "origin.git", bare=True, object_format="sha256")
    repo = GitRepo.init(tmp_path / "repo", object_format="sha256")
    repo.git("remote", "add", "origin", f"file://{bare.path}")
    version = ref_of(repo).save(FILES, "")
    assert ref_of(repo).load() == (version, FILES)
