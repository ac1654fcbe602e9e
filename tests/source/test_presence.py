from pathlib import Path

import pytest

from pagemirror.model.ids import RepoPath
from pagemirror.source import Snapshot, SourceSettings, open_snapshot
from support.gitrepo import GitRepo


def snapshot_of(repo: GitRepo) -> Snapshot:
    return open_snapshot(SourceSettings(repo=repo.path))


def found(snapshot: Snapshot, *names: str) -> dict[RepoPath, str]:
    return dict(snapshot.exists(RepoPath(name) for name in names))


def test_files_and_folders_of_the_whole_repository_are_found(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A", "src/deep/x.py": "X", "LICENSE": "L"})
    snapshot = snapshot_of(repo)
    assert found(snapshot, "docs/a.md", "src", "src/deep/", "LICENSE", "nope", "src/nope.py") == {
        "docs/a.md": "file",
        "src": "folder",
        "src/deep/": "folder",
        "LICENSE": "file",
    }


def test_a_file_is_no_folder(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    assert found(snapshot_of(repo), "docs/a.md/", "docs/a.md/x") == {}


def test_the_top_is_a_folder(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    assert found(snapshot_of(repo), "") == {"": "folder"}


@pytest.mark.parametrize("name", ["./docs/a.md", "../repo/docs/a.md", "docs/../docs/a.md", "docs//a.md", ".git/config"])
def test_a_path_that_is_not_from_the_top_is_not_there(repo: GitRepo, name: str) -> None:
    repo.commit_files({"docs/a.md": "A"})
    assert found(snapshot_of(repo), name) == {}


@pytest.mark.parametrize(
    "name", ["two\nlines.png", "a b missing", "-x", "*.png", "caf\u00e9.png", '"q".png', "x blob 0", ":(top)x", "a\\b"]
)
def test_odd_names_are_found_like_others(repo: GitRepo, name: str) -> None:
    repo.commit_files({name: "x", "docs/a.md": "A"})
    assert found(snapshot_of(repo), name, "docs/none.md", "docs/a.md") == {name: "file", "docs/a.md": "file"}


def test_a_pattern_is_no_path(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    assert found(snapshot_of(repo), "docs/*.md", ":(glob)**/a.md") == {}


def test_a_name_in_nfd_is_found_by_its_nfc(repo: GitRepo) -> None:
    repo.git("config", "core.precomposeUnicode", "false")
    repo.commit_files({"cafe\u0301/u\u0308.png": "x"})
    assert found(snapshot_of(repo), "caf\u00e9/\u00fc.png") == {"caf\u00e9/\u00fc.png": "file"}


def test_a_submodule_is_a_folder(repo: GitRepo, tmp_path: Path) -> None:
    inner = GitRepo.init(tmp_path / "inner")
    inner.commit_files({"b.md": "B"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "vendor/inner")
    repo.commit_files({"docs/a.md": "A"})
    assert found(snapshot_of(repo), "vendor/inner", "vendor/inner/b.md") == {"vendor/inner": "folder"}


def test_answers_are_kept_also_those_that_there_is_nothing(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    snapshot = snapshot_of(repo)
    before = found(snapshot, "docs/a.md", "nope")
    (repo.path / ".git").rename(repo.path / "git-is-away")
    assert found(snapshot, "docs/a.md", "nope") == before == {"docs/a.md": "file"}
    assert found(snapshot) == {}
