import os
from pathlib import Path

import pytest

from pagemirror.model.errors import SourceError
from pagemirror.model.ids import CommitId, RepoPath
from pagemirror.source import SourceSettings, diff, open_snapshot
from pagemirror.source.command import Git
from support.gitrepo import GitRepo


def everything_asked(repo: GitRepo) -> list[bytes]:
    """Each kind of question once."""
    snapshot = open_snapshot(SourceSettings(repo=repo.path, exclude=("none",)))
    assert diff(snapshot, CommitId(repo.git("rev-parse", "HEAD~1"))) is not None
    assert snapshot.author(RepoPath("docs/a.md"))
    assert snapshot.root_commit()
    assert snapshot.exists([RepoPath("docs/a.md"), RepoPath("nope")])
    return [data for _, data in snapshot.read(entry.blob for entry in snapshot.entries().entries)]


def test_no_program_that_the_repository_names_is_run(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_files({"docs/a.md": "first", ".gitattributes": "*.md filter=evil diff=evil\n"})
    repo.commit_files({"docs/a.md": "text"})
    proof = tmp_path / "it-ran"
    program = tmp_path / "evil"
    program.write_text(f'#!/bin/sh\ntouch "{proof}"\ncat\n')
    program.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in ("post-checkout", "pre-commit", "reference-transaction", "post-index-change", "fsmonitor-watchman"):
        (hooks / hook).write_bytes(program.read_bytes())
        (hooks / hook).chmod(0o755)
    for key in (
        *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy"),
        *("core.alternateRefsCommand", "credential.helper", "diff.external", "diff.evil.command", "diff.evil.textconv"),
        *(
            "filter.evil.clean",
            "filter.evil.smudge",
            "filter.evil.process",
            "gpg.program",
            "pager.log",
            "pager.rev-list",
        ),
        *("alias.cat-file", "alias.ls-tree", "uploadpack.packObjectsHook", "interactive.diffFilter"),
    ):
        repo.git("config", key, f"!{program}" if key.startswith("alias") else str(program))
    repo.git("config", "core.hooksPath", str(hooks))
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "protocol.ext.allow", "always")
    repo.git("config", "remote.origin.url", f"ext::{program}")
    assert everything_asked(repo) == [b"text"]
    assert not proof.exists()


def test_a_missing_object_is_not_fetched_over_an_ext_transport(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_files({"docs/a.md": "text"})
    proof = tmp_path / "it-ran"
    repo.git("config", "extensions.partialClone", "origin")
    repo.git("config", "remote.origin.promisor", "true")
    repo.git("config", "remote.origin.url", f"ext::touch {proof}")
    repo.git("config", "protocol.ext.allow", "always")
    blob = repo.git("rev-parse", "HEAD:docs/a.md")
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    snapshot = open_snapshot(SourceSettings(repo=repo.path))
    with pytest.raises(SourceError, match=f"{blob} is missing.*could not be fetched"):
        list(snapshot.read([entry.blob for entry in snapshot.entries().entries]))
    assert not proof.exists()


def test_reading_leaves_the_repository_as_it_was(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "first"})
    repo.commit_files({"docs/a.md": "text"})

    def state() -> dict[str, tuple[int, int]]:
        files = [file for file in repo.path.rglob("*") if file.is_file()]
        return {str(file): (file.stat().st_mtime_ns, file.stat().st_size) for file in files}

    before = state()
    everything_asked(repo)
    assert state() == before


def test_variables_of_a_hook_do_not_lead_to_another_repository(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit_files({"docs/a.md": "first"})
    repo.commit_files({"docs/a.md": "text"})
    other = GitRepo.init(tmp_path / "other")
    other.commit_files({"docs/b.md": "of another repository"})
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.path / ".git/objects"))
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    assert everything_asked(repo) == [b"text"]


def test_a_repository_of_another_owner_is_refused_with_what_to_do(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit_files({"docs/a.md": "A"})
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(SourceError, match="belongs to another user") as caught:
        open_snapshot(SourceSettings(repo=repo.path))
    assert caught.value.code == "dubious_ownership"
    assert f"--add safe.directory '{repo.path}'" in caught.value.hint


def test_a_safe_directory_of_the_user_is_respected(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = repo.commit_files({"docs/a.md": "A"})
    (tmp_path / "gitconfig").write_text(f"[safe]\n\tdirectory = {repo.path}\n")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    assert open_snapshot(SourceSettings(repo=repo.path)).commit == commit


def test_a_forbidden_bare_repository_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = GitRepo.init(tmp_path / "bare.git", bare=True)
    (tmp_path / "gitconfig").write_text("[safe]\n\tbareRepository = explicit\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    with pytest.raises(SourceError, match="bareRepository") as caught:
        open_snapshot(SourceSettings(repo=bare.path))
    assert caught.value.code == "bare_repository"


def test_a_machine_without_git_says_so(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit_files({"docs/a.md": "A"})
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(SourceError, match="Git was not found") as caught:
        open_snapshot(SourceSettings(repo=repo.path))
    assert caught.value.code == "no_git"


def test_a_refusal_for_want_of_rights_says_who_needs_them() -> None:
    refusal = Git(Path("/srv/docs")).refusal("error: open: x\nfatal: cannot open: Permission denied", "read files")
    assert (refusal.code, refusal.message) == (
        "no_permission",
        "Git can't read files in /srv/docs: cannot open: Permission denied",
    )


def test_a_refusal_without_a_word_still_has_a_message() -> None:
    refusal = Git(Path("/srv/docs")).refusal("", "read files")
    assert refusal.message == "Git can't read files in /srv/docs: it ended without a word"
    assert "fsck" in refusal.hint
