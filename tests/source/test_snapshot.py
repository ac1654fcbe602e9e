import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pagemirror.model.errors import SourceError
from pagemirror.model.ids import RepoPath
from pagemirror.source import Snapshot, SourceSettings, open_snapshot
from support.gitrepo import AUTHOR, FIRST_COMMIT_AT, GitRepo


def opened(path: Path, ref: str = "HEAD", folder: str = "docs") -> Snapshot:
    return open_snapshot(SourceSettings(repo=path, ref=ref, path=folder))


def paths(snapshot: Snapshot) -> list[str]:
    return [entry.path for entry in snapshot.entries().entries]


def test_a_snapshot_knows_its_commit_branch_tree_and_time(repo: GitRepo) -> None:
    commit = repo.commit_files({"docs/a.md": "A"})
    snapshot = opened(repo.path)
    assert snapshot.commit == commit
    assert (snapshot.ref_name, snapshot.detached, snapshot.root) == ("main", False, "docs")
    assert snapshot.tree == repo.git("rev-parse", "HEAD:docs")
    assert snapshot.committed_at == FIRST_COMMIT_AT
    assert snapshot.key_parts() == ()


def test_files_above_the_folder_that_decide_about_it_belong_to_the_key_and_can_be_read(repo: GitRepo) -> None:
    repo.commit_files(
        {"site/docs/a.md": "A", "mkdocs.yml": "nav: []\n", "site/other.yml": "x", "site/docs/.pages": "P"}
    )
    settings = SourceSettings(repo=repo.path, path="site/docs", beside=("mkdocs.yml", "other.yml"))
    for ref in ("HEAD", "worktree"):
        snapshot = open_snapshot(replace(settings, ref=ref))
        key = dict(snapshot.key_parts())
        assert key == {name: repo.git("rev-parse", f"HEAD:{name}") for name in ("mkdocs.yml", "site/other.yml")}
        asked = map(RepoPath, ("mkdocs.yml", "site/docs/.pages", "site/docs/none", "site", "odd\nname"))
        assert snapshot.texts(asked) == {"mkdocs.yml": b"nav: []\n", "site/docs/.pages": b"P"}


@pytest.mark.parametrize("folder", ["", "."])
def test_the_whole_repository_can_be_the_source(repo: GitRepo, folder: str) -> None:
    repo.commit_files({"a.md": "A", "docs/b.md": "B"})
    snapshot = opened(repo.path, folder=folder)
    assert snapshot.root == ""
    assert snapshot.tree == repo.git("rev-parse", "HEAD^{tree}")
    assert paths(snapshot) == ["a.md", "docs/b.md"]


def test_a_dirty_working_tree_never_leaks(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "committed", "docs/b.md": "B"})
    repo.write("docs/a.md", "on disk")
    repo.write("docs/new.md", "on disk")
    repo.remove("docs/b.md")
    repo.git("add", "-A")
    repo.write("docs/.pagemirrorignore", "*.md")
    snapshot = opened(repo.path)
    assert paths(snapshot) == ["docs/a.md", "docs/b.md"]
    assert [data for _, data in snapshot.read(entry.blob for entry in snapshot.entries().entries)] == [
        b"committed",
        b"B",
    ]


def test_a_snapshot_stays_what_it_was_when_commits_land(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    snapshot = opened(repo.path)
    repo.commit_files({"docs/b.md": "B"})
    assert paths(snapshot) == ["docs/a.md"]
    assert snapshot.exists([RepoPath("docs/b.md")]) == {}


def test_a_detached_head_is_named_by_its_commit(repo: GitRepo) -> None:
    commit = repo.commit_files({"docs/a.md": "A"})
    repo.git("checkout", "-q", "--detach")
    snapshot = opened(repo.path)
    assert (snapshot.ref_name, snapshot.detached) == (commit, True)


def test_a_commit_id_is_a_ref_too(repo: GitRepo) -> None:
    first = repo.commit_files({"docs/a.md": "A"})
    repo.commit_files({"docs/a.md": "B"})
    snapshot = opened(repo.path, first[:10])
    assert (snapshot.commit, snapshot.ref_name, snapshot.detached) == (first, first, True)


def test_an_annotated_tag_means_its_commit(repo: GitRepo) -> None:
    commit = repo.commit_files({"docs/a.md": "A"})
    repo.git("tag", "-a", "v1.0", "-m", "First")
    snapshot = opened(repo.path, "v1.0")
    assert (snapshot.commit, snapshot.ref_name, snapshot.detached) == (commit, "v1.0", False)


def test_a_branch_with_slashes_keeps_its_whole_name(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    repo.git("branch", "team/docs/next")
    assert opened(repo.path, "team/docs/next").ref_name == "team/docs/next"


def test_a_remote_branch_is_named_as_it_is_there(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_files({"docs/a.md": "A"})
    repo.git("clone", "-q", str(repo.path), str(tmp_path / "clone"))
    assert opened(tmp_path / "clone", "origin/main").ref_name == "main"


def test_a_bare_repository_works(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_files({"docs/a.md": "A"})
    repo.git("clone", "-q", "--bare", str(repo.path), str(tmp_path / "bare.git"))
    snapshot = opened(tmp_path / "bare.git")
    assert (snapshot.ref_name, paths(snapshot)) == ("main", ["docs/a.md"])


def test_a_linked_worktree_has_its_own_head(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_files({"docs/a.md": "A"})
    repo.git("worktree", "add", "-q", "-b", "next", str(tmp_path / "linked"))
    GitRepo(tmp_path / "linked").commit_files({"docs/b.md": "B"})
    snapshot = opened(tmp_path / "linked")
    assert (snapshot.ref_name, paths(snapshot)) == ("next", ["docs/a.md", "docs/b.md"])
    assert paths(opened(repo.path)) == ["docs/a.md"]


def test_a_sha_256_repository_works(tmp_path: Path) -> None:
    repo = GitRepo.init(tmp_path / "long", object_format="sha256")
    repo.commit_files({"docs/a.md": "A"})
    snapshot = opened(repo.path)
    assert len(snapshot.head) == 64
    assert [data for _, data in snapshot.read(entry.blob for entry in snapshot.entries().entries)] == [b"A"]


def test_a_path_is_relative_to_the_folder_that_repo_names(repo: GitRepo) -> None:
    repo.commit_files({"docs/top.md": "T", "team/docs/a.md": "A"})
    snapshot = opened(repo.path / "team")
    assert (snapshot.root, paths(snapshot)) == ("team/docs", ["team/docs/a.md"])
    assert snapshot.exists([RepoPath("docs/top.md"), RepoPath("team/docs")]) == {
        "docs/top.md": "file",
        "team/docs": "folder",
    }
    assert snapshot.author(RepoPath("docs/top.md")) == AUTHOR


def test_a_folder_that_the_commit_lacks_is_no_error_but_no_tree(repo: GitRepo) -> None:
    repo.commit_files({"README.md": "R", "docs": "a file of this name"})
    snapshot = opened(repo.path)
    assert snapshot.tree is None
    assert snapshot.entries().selected == 0


def test_an_empty_commit_has_no_folder_either(repo: GitRepo) -> None:
    repo.commit()
    assert opened(repo.path).tree is None
    assert opened(repo.path, folder=".").entries().selected == 0


def test_a_repository_without_commits_says_so(repo: GitRepo) -> None:
    with pytest.raises(SourceError, match="has no commits yet"):
        opened(repo.path)


def test_a_bare_repository_without_commits_says_so(tmp_path: Path) -> None:
    bare = GitRepo.init(tmp_path / "bare.git", bare=True)
    with pytest.raises(SourceError, match="has no commits yet"):
        opened(bare.path, "main")


def test_a_head_on_a_branch_to_come_names_the_others(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    repo.git("checkout", "-q", "--orphan", "fresh")
    with pytest.raises(SourceError, match="on a branch that has no commits yet") as caught:
        opened(repo.path)
    assert "main" in caught.value.hint


@pytest.mark.parametrize("ref", ["mian", "-n", "", "main\nHEAD", "main..next", "HEAD:docs", "a b"])
def test_an_unknown_ref_names_the_nearest_ones(repo: GitRepo, ref: str) -> None:
    repo.commit_files({"docs/a.md": "A"})
    with pytest.raises(SourceError, match="no branch, tag or commit") as caught:
        opened(repo.path, ref)
    assert caught.value.code == "unknown_ref"
    assert "main" in caught.value.hint


def test_a_folder_that_is_not_there_is_told_apart_from_one_that_is_no_repository(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is no folder") as missing:
        opened(tmp_path / "gone")
    with pytest.raises(SourceError, match="is not a Git repository") as plain:
        opened(tmp_path)
    assert missing.value.code == plain.value.code == "no_repository"


def test_a_corrupt_object_is_a_source_error(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A" * 50})
    blob = repo.git("rev-parse", "HEAD:docs/a.md")
    file = repo.path / ".git/objects" / blob[:2] / blob[2:]
    file.chmod(0o644)
    file.write_bytes(b"not zlib")
    snapshot = opened(repo.path)
    with pytest.raises(SourceError, match=f"{blob}.* is corrupt"):
        list(snapshot.read([snapshot.entries().entries[0].blob]))


def test_a_corrupt_commit_is_a_source_error(repo: GitRepo) -> None:
    commit = repo.commit_files({"docs/a.md": "A"})
    file = repo.path / ".git/objects" / commit[:2] / commit[2:]
    file.chmod(0o644)
    file.write_bytes(b"not zlib")
    with pytest.raises(SourceError):
        opened(repo.path)


def test_a_corrupt_folder_is_no_missing_one(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    tree = repo.git("rev-parse", "HEAD:docs")
    file = repo.path / ".git/objects" / tree[:2] / tree[2:]
    file.chmod(0o644)
    file.write_bytes(b"not zlib")
    with pytest.raises(SourceError, match=tree):
        opened(repo.path)


def test_a_missing_tree_is_a_source_error(repo: GitRepo) -> None:
    repo.commit_files({"docs/sub/a.md": "A"})
    tree = repo.git("rev-parse", "HEAD:docs/sub")
    (repo.path / ".git/objects" / tree[:2] / tree[2:]).unlink()
    snapshot = opened(repo.path)
    with pytest.raises(SourceError, match="Git can't list docs"):
        snapshot.entries()


def test_the_author_is_the_last_one_who_touched_the_path(repo: GitRepo) -> None:
    repo.commit_files({"docs/a*.md": "A", "docs/ab.md": "B"})
    repo.author = "Zo\u00eb Example"
    repo.commit_files({"docs/ab.md": "B2"})
    repo.author = "Someone Else"
    repo.commit_files({"README.md": "R"})
    snapshot = opened(repo.path)
    assert snapshot.author(RepoPath("docs/ab.md")) == "Zo\u00eb Example"
    assert snapshot.author(RepoPath("docs/a*.md")) == AUTHOR
    assert snapshot.author(RepoPath("docs/none.md")) == ""


def test_the_root_commit_is_the_oldest_of_several(repo: GitRepo) -> None:
    root = repo.commit_files({"docs/a.md": "A"})
    repo.git("checkout", "-q", "--orphan", "other")
    other = repo.commit_files({"docs/b.md": "B"})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--allow-unrelated-histories", "-m", "Join", "other")
    snapshot = opened(repo.path)
    assert snapshot.root_commit() == root
    assert snapshot.verify_root(root)
    assert snapshot.verify_root(other)


def test_another_repository_does_not_verify(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_files({"docs/a.md": "A"})
    other = GitRepo.init(tmp_path / "other")
    other.commit_files({"docs/a.md": "something else"})
    assert not opened(other.path).verify_root(opened(repo.path).root_commit())
    assert opened(other.path).verify_root("")


def test_a_shallow_clone_does_not_know_its_root_and_accuses_nobody(repo: GitRepo, tmp_path: Path) -> None:
    root = repo.commit_files({"docs/a.md": "A"})
    repo.commit_files({"docs/a.md": "B"})
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    snapshot = opened(tmp_path / "shallow")
    assert snapshot.shallow
    assert snapshot.root_commit() == ""
    assert snapshot.verify_root(root)
    assert paths(snapshot) == ["docs/a.md"]


def test_replaced_objects_are_read_as_they_were_committed(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "true", "docs/b.md": "forged"})
    repo.git("replace", repo.git("rev-parse", "HEAD:docs/a.md"), repo.git("rev-parse", "HEAD:docs/b.md"))
    snapshot = opened(repo.path)
    assert next(iter(snapshot.read([snapshot.entries().entries[0].blob])))[1] == b"true"


def test_a_symbolic_link_to_the_repository_is_followed(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_files({"docs/a.md": "A"})
    (tmp_path / "link").symlink_to(repo.path)
    assert paths(opened(tmp_path / "link")) == ["docs/a.md"]


def test_a_relative_repo_is_read_from_where_the_program_runs(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit_files({"docs/a.md": "A"})
    monkeypatch.chdir(repo.path)
    assert paths(opened(Path())) == ["docs/a.md"]


def test_a_repo_path_with_a_dollar_and_a_space_is_taken_to_the_letter(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_files({"docs/a.md": "A"})
    shutil.move(repo.path, tmp_path / "$HOME is here")
    assert paths(opened(tmp_path / "$HOME is here")) == ["docs/a.md"]
