from pathlib import Path

import pytest

from pagemirror.model.errors import SourceError
from pagemirror.model.ids import CommitId, RepoPath
from pagemirror.source import SourceSettings, diff, is_strict_ancestor, open_snapshot
from support.gitrepo import GitRepo

TEXT = "".join(f"line {number}\n" for number in range(60))


@pytest.fixture
def origin(repo: GitRepo) -> GitRepo:
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
    repo.commit_files({"docs/a.md": TEXT, "docs/b.md": "B", "pic.png": "P"})
    repo.rename("docs/a.md", "docs/c.md")
    repo.commit_files({"docs/b.md": "B2"})
    return repo


def clone(origin: GitRepo, folder: Path, *options: str) -> GitRepo:
    origin.git("clone", "-q", "--no-checkout", *options, f"file://{origin.path}", str(folder))
    return GitRepo(folder)


def test_a_partial_clone_fetches_what_it_left_out(origin: GitRepo, tmp_path: Path) -> None:
    partial = clone(origin, tmp_path / "partial", "--filter=blob:none")
    snapshot = open_snapshot(SourceSettings(repo=partial.path))
    listing = snapshot.entries()
    assert [data for _, data in snapshot.read(entry.blob for entry in listing.entries)] == [b"B2", TEXT.encode()]
    assert [entry.size for entry in listing.entries] == [2, len(TEXT)]


def test_limits_links_and_ignore_files_of_a_partial_clone_count(origin: GitRepo, tmp_path: Path) -> None:
    origin.symlink("docs/leak.md", "../.env")
    origin.commit_files({"docs/.pagemirrorignore": "b.md\n", "docs/d.md": "x" * 2000})
    partial = clone(origin, tmp_path / "partial", "--filter=blob:none")
    listing = open_snapshot(SourceSettings(repo=partial.path, max_file_size=1000)).entries()
    assert [entry.path for entry in listing.entries] == ["docs/c.md"]
    assert {problem.path: problem.code for problem in listing.problems} == {
        "docs/d.md": "too_large",
        "docs/leak.md": "unsupported",
    }


def test_a_partial_clone_without_the_bytes_of_rewritten_files_still_tells_what_is_touched(
    origin: GitRepo, tmp_path: Path
) -> None:
    origin.commit_files({"docs/c.md": "rewritten\n" * 90})
    partial = clone(origin, tmp_path / "partial", "--filter=blob:none")
    answer = diff(open_snapshot(SourceSettings(repo=partial.path)), CommitId(origin.git("rev-parse", "HEAD~1")))
    assert answer is not None
    assert answer.touched == {"docs/c.md"}


def test_a_partial_clone_knows_which_paths_are_there_without_their_bytes(origin: GitRepo, tmp_path: Path) -> None:
    partial = clone(origin, tmp_path / "partial", "--filter=blob:none")
    snapshot = open_snapshot(SourceSettings(repo=partial.path))
    asked = [RepoPath("pic.png"), RepoPath("docs"), RepoPath("docs/a.md")]
    assert snapshot.exists(asked) == {"pic.png": "file", "docs": "folder"}


def test_a_partial_clone_still_sees_what_moved(origin: GitRepo, tmp_path: Path) -> None:
    partial = clone(origin, tmp_path / "partial", "--filter=blob:none")
    snapshot = open_snapshot(SourceSettings(repo=partial.path))
    answer = diff(snapshot, CommitId(origin.git("rev-parse", "HEAD~1")))
    assert answer is not None
    assert answer.touched == {"docs/a.md", "docs/b.md", "docs/c.md"}
    assert [(rename.old, rename.new) for rename in answer.renames] == [("docs/a.md", "docs/c.md")]


def test_a_partial_clone_whose_settings_name_a_program_fetches_nothing(origin: GitRepo, tmp_path: Path) -> None:
    partial = clone(origin, tmp_path / "partial", "--filter=blob:none")
    proof = tmp_path / "it-ran"
    partial.git("config", "remote.origin.uploadpack", f"touch {proof}; git-upload-pack")
    snapshot = open_snapshot(SourceSettings(repo=partial.path))
    with pytest.raises(SourceError, match=r"remote\.origin\.uploadpack names a program"):
        list(snapshot.read([entry.blob for entry in snapshot.entries().entries]))
    assert not proof.exists()


def test_a_partial_clone_whose_remote_is_away_names_the_object(origin: GitRepo, tmp_path: Path) -> None:
    partial = clone(origin, tmp_path / "partial", "--filter=blob:none")
    origin.path.rename(tmp_path / "away")
    snapshot = open_snapshot(SourceSettings(repo=partial.path))
    blobs = [entry.blob for entry in snapshot.entries().entries]
    with pytest.raises(SourceError, match=f"{blobs[0]} and 1 more is missing.*could not be fetched"):
        list(snapshot.read(blobs))


def test_a_partial_clone_whose_remote_is_away_still_lists_its_files_and_answers(
    origin: GitRepo, tmp_path: Path
) -> None:
    partial = clone(origin, tmp_path / "partial", "--filter=blob:none")
    origin.path.rename(tmp_path / "away")
    snapshot = open_snapshot(SourceSettings(repo=partial.path))
    assert [(entry.path, entry.size) for entry in snapshot.entries().entries] == [
        ("docs/b.md", None),
        ("docs/c.md", None),
    ]
    lost = "1234567890" * 4
    assert diff(snapshot, CommitId(lost)) is None
    assert not is_strict_ancestor(snapshot, CommitId(lost))
    assert not snapshot.verify_root(lost)
    assert snapshot.verify_root(snapshot.root_commit())


def test_a_clone_without_trees_is_no_empty_folder_but_an_error(origin: GitRepo, tmp_path: Path) -> None:
    partial = clone(origin, tmp_path / "partial", "--filter=tree:0")
    with pytest.raises(SourceError, match="promisor remote") as caught:
        open_snapshot(SourceSettings(repo=partial.path))
    assert caught.value.code == "missing_object"
    assert "fetch --refetch" in caught.value.hint


def test_an_old_commit_that_a_shallow_clone_lacks_is_fetched(origin: GitRepo, tmp_path: Path) -> None:
    shallow = clone(origin, tmp_path / "shallow", "--depth=1")
    refs = shallow.git("for-each-ref")
    snapshot = open_snapshot(SourceSettings(repo=shallow.path))
    answer = diff(snapshot, CommitId(origin.git("rev-parse", "HEAD~1")))
    assert answer is not None
    assert answer.touched == {"docs/a.md", "docs/b.md", "docs/c.md"}
    assert shallow.git("for-each-ref") == refs
    assert not (shallow.path / ".git/FETCH_HEAD").exists()


def test_an_old_commit_that_the_remote_lacks_too_is_none(origin: GitRepo, tmp_path: Path) -> None:
    shallow = clone(origin, tmp_path / "shallow", "--depth=1")
    snapshot = open_snapshot(SourceSettings(repo=shallow.path))
    assert diff(snapshot, CommitId("1234567890" * 4)) is None


def test_a_shallow_clone_without_a_remote_has_no_old_commits(origin: GitRepo, tmp_path: Path) -> None:
    shallow = clone(origin, tmp_path / "shallow", "--depth=1")
    shallow.git("remote", "remove", "origin")
    snapshot = open_snapshot(SourceSettings(repo=shallow.path))
    assert diff(snapshot, CommitId(origin.git("rev-parse", "HEAD~1"))) is None
