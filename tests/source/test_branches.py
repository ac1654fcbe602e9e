"""Commits on a branch, while files and index stay as they are."""

import unicodedata
from pathlib import Path

import pytest

from pagemirror.model.errors import SourceError, UsageError
from pagemirror.model.ids import CommitId, RepoPath
from pagemirror.source import Remote, SourceSettings, open_snapshot
from pagemirror.source.branches import COMMITTER, Change, make_branch, push_branch
from pagemirror.source.command import Git
from support.gitrepo import GitRepo

AT = 1_800_000_000.0


def change(path: str, text: str, *, author: str = "Ada <script>\n", message: str = "Take in an edit") -> Change:
    return Change(
        path=RepoPath(path), data=text.encode(), message=message, author=author, email="ada@example.com", at=AT
    )


def base_of(repo: GitRepo) -> CommitId:
    return CommitId(repo.git("rev-parse", "HEAD"))


def test_each_change_is_a_commit_of_its_author_and_no_file_or_index_moves(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A\n", "docs/b.md": "B\n", "code.py": "x\n"})
    repo.write("docs/a.md", "edited here\n")
    repo.write("staged.txt", "s\n")
    repo.git("add", "staged.txt")
    before = repo.git("status", "--porcelain"), repo.git("diff"), repo.git("diff", "--cached")
    made = make_branch(
        Git(repo.path), "edits", base_of(repo), [change("docs/a.md", "A2\n"), change("docs/b.md", "B2\n")]
    )
    assert (repo.git("status", "--porcelain"), repo.git("diff"), repo.git("diff", "--cached")) == before
    assert repo.git("rev-parse", "edits") == made.tip
    assert repo.git("show", "edits:docs/a.md", "edits:docs/b.md", "edits:code.py").split() == ["A2", "B2", "x"]
    assert repo.git("log", "--format=%an|%ae|%cn|%at|%s", "-1", "edits") == (
        f"Ada script|ada@example.com|{COMMITTER}|{int(AT)}|Take in an edit"
    )
    assert repo.git("rev-list", "--count", "main..edits") == "2"


def test_made_again_it_replaces_what_was_made_here_before(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A\n"})
    make_branch(Git(repo.path), "edits", base_of(repo), [change("docs/a.md", "A2\n")])
    repo.commit_files({"docs/c.md": "C\n"})
    made = make_branch(Git(repo.path), "edits", base_of(repo), [change("docs/a.md", "A3\n")])
    assert repo.git("rev-list", "--count", "main..edits") == "1"
    assert repo.git("show", f"{made.tip}:docs/a.md") == "A3"
    assert repo.git("show", f"{made.tip}:docs/c.md") == "C"


def test_a_branch_with_somebody_elses_commits_is_left_alone(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A\n"})
    base = base_of(repo)
    repo.git("switch", "-q", "-c", "edits")
    theirs = repo.commit_files({"docs/a.md": "mine\n"})
    repo.git("switch", "-q", "main")
    with pytest.raises(SourceError, match="holds commits of Test Author"):
        make_branch(Git(repo.path), "edits", base, [change("docs/a.md", "A2\n")])
    assert repo.git("rev-parse", "edits") == theirs


def test_a_branch_that_is_checked_out_is_left_alone(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A\n"})
    with pytest.raises(SourceError, match="is checked out"):
        make_branch(Git(repo.path), "main", base_of(repo), [change("docs/a.md", "A2\n")])


@pytest.mark.parametrize("name", ["-x", "a..b", "", "a b", "refs/\x7f", "HEAD", "@", "refs/heads/x"])
def test_what_no_branch_can_be_called_is_refused(repo: GitRepo, name: str) -> None:
    repo.commit_files({"docs/a.md": "A\n"})
    with pytest.raises(UsageError, match="no name that a branch can have"):
        make_branch(Git(repo.path), name, base_of(repo), [])
    assert repo.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"


def test_a_bare_repository_gets_its_branch_too(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_files({"docs/a.md": "A\n"})
    bare = tmp_path / "bare.git"
    repo.git("clone", "-q", "--bare", str(repo.path), str(bare))
    make_branch(Git(bare), "edits", base_of(repo), [change("docs/a.md", "A2\n")])
    assert GitRepo(bare).git("show", "edits:docs/a.md") == "A2"


def test_mode_and_spelling_of_a_files_name_stay(repo: GitRepo) -> None:
    name = unicodedata.normalize("NFD", "docs/cafe\u0301.md")
    file = repo.write(name, "A\n")
    file.chmod(0o755)
    repo.commit()
    make_branch(Git(repo.path), "edits", base_of(repo), [change(unicodedata.normalize("NFC", name), "A2\n")])
    listed = repo.git("-c", "core.quotePath=false", "ls-tree", "-r", "edits")
    assert listed.count("\n") == 0
    assert listed.startswith("100755 blob")
    assert listed.endswith(name)


def test_a_clone_of_ours_pushes_the_branch_to_its_remote(tmp_path: Path) -> None:
    origin = GitRepo.init(tmp_path / "served")
    commit = origin.commit_files({"docs/a.md": "A\n"})
    remote = Remote(url=f"file://{origin.path}", folder=tmp_path / "clones")
    snapshot = open_snapshot(SourceSettings(remote=remote))
    git = getattr(snapshot, "git")  # noqa: B009 - only a snapshot of a commit has one
    for text in ("A2", "A3"):
        made = make_branch(git, "edits", CommitId(commit), [change("docs/a.md", text)])
        push_branch(git, made)
        assert origin.git("show", "edits:docs/a.md") == text


def test_what_somebody_added_to_the_branch_at_the_remote_is_left_alone(tmp_path: Path) -> None:
    origin = GitRepo.init(tmp_path / "served")
    commit = origin.commit_files({"docs/a.md": "A\n"})
    remote = Remote(url=f"file://{origin.path}", folder=tmp_path / "clones")
    git = getattr(open_snapshot(SourceSettings(remote=remote)), "git")  # noqa: B009 - as above
    push_branch(git, make_branch(git, "edits", CommitId(commit), [change("docs/a.md", "A2")]))
    origin.git("switch", "-q", "edits")
    theirs = origin.commit_files({"docs/a.md": "theirs\n"})
    origin.git("switch", "-q", "main")
    with pytest.raises(SourceError, match="holds commits of Test Author"):
        make_branch(git, "edits", CommitId(commit), [change("docs/a.md", "A3")])
    assert origin.git("rev-parse", "edits") == theirs


def test_a_push_that_is_refused_is_said(tmp_path: Path) -> None:
    origin = GitRepo.init(tmp_path / "served")
    commit = origin.commit_files({"docs/a.md": "A\n"})
    hook = origin.path / ".git" / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    hook.chmod(0o755)
    remote = Remote(url=f"file://{origin.path}", folder=tmp_path / "clones")
    git = getattr(open_snapshot(SourceSettings(remote=remote)), "git")  # noqa: B009 - as above
    made = make_branch(git, "edits", CommitId(commit), [change("docs/a.md", "A2")])
    with pytest.raises(SourceError, match="can't be pushed") as caught:
        push_branch(git, made)
    assert "right to write" in caught.value.hint
