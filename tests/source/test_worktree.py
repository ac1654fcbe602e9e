import os
import socket
from pathlib import Path

import pytest

from pagemirror.model.errors import SourceError
from pagemirror.model.ids import CommitId, RepoPath, TreeId
from pagemirror.source import Snapshot, SourceSettings, TreeDiff, diff, is_strict_ancestor, open_snapshot
from support.gitrepo import AUTHOR, FIRST_COMMIT_AT, GitRepo

NFC, NFD = "docs/caf\u00e9.md", "docs/cafe\u0301.md"
OLD = 1_600_000_000


def opened(repo: GitRepo, *, folder: str = "docs", memory: Path | None = None, limit: int = 5_000_000) -> Snapshot:
    settings = SourceSettings(repo=repo.path, ref="worktree", path=folder, memory=memory, max_file_size=limit)
    return open_snapshot(settings)


def paths(snapshot: Snapshot) -> list[str]:
    return [entry.path for entry in snapshot.entries().entries]


def texts(snapshot: Snapshot) -> dict[str, bytes]:
    entries = snapshot.entries().entries
    read = dict(snapshot.read([entry.blob for entry in entries]))
    return {entry.path: read[entry.blob] for entry in entries}


def problems(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    return {problem.path: (problem.code, problem.reason) for problem in snapshot.entries().problems}


def settle(repo: GitRepo, *names: str) -> None:
    """Give files the times of long ago; the time of their last change of any kind can't be set."""
    for name in names:
        os.utime(repo.path / name, (OLD, OLD))


def test_the_files_on_disk_are_read_uncommitted_and_untracked_ones_too(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "committed", "docs/b.md": "B", "docs/gone.md": "G"})
    repo.write("docs/a.md", "on disk")
    repo.write("docs/new/c.md", "C")
    repo.write("docs/staged.md", "S")
    repo.git("add", "docs/staged.md")
    repo.remove("docs/gone.md")
    snapshot = opened(repo)
    assert texts(snapshot) == {
        "docs/a.md": b"on disk",
        "docs/b.md": b"B",
        "docs/new/c.md": b"C",
        "docs/staged.md": b"S",
    }
    assert snapshot.commit is None


def test_blob_ids_and_sizes_are_those_git_would_give(repo: GitRepo) -> None:
    repo.write("docs/a.md", "some text\n")
    (entry,) = opened(repo).entries().entries
    assert (entry.blob, entry.size, entry.git_path) == (repo.git("hash-object", "docs/a.md"), 10, b"docs/a.md")


def test_blob_ids_of_a_sha_256_repository_are_long(tmp_path: Path) -> None:
    repo = GitRepo.init(tmp_path / "long", object_format="sha256")
    repo.write("docs/a.md", "A")
    (entry,) = opened(repo).entries().entries
    assert entry.blob == repo.git("hash-object", "docs/a.md")
    assert len(entry.blob) == 64


def test_line_ends_are_read_as_they_lie_on_disk(repo: GitRepo) -> None:
    repo.git("config", "core.autocrlf", "true")
    repo.commit_files({"docs/a.md": "one\r\ntwo\r\n"})
    snapshot = opened(repo)
    assert texts(snapshot) == {"docs/a.md": b"one\r\ntwo\r\n"}
    assert snapshot.entries().entries[0].blob == repo.git("hash-object", "--no-filters", "docs/a.md")


def test_git_is_asked_what_is_ignored(repo: GitRepo) -> None:
    repo.write(".gitignore", "drafts/\n*.tmp.md\n")
    repo.write("docs/a.md")
    repo.write("docs/drafts/b.md")
    repo.write("docs/c.tmp.md")
    repo.write("docs/deep/.gitignore", "local.md\n")
    repo.write("docs/deep/local.md")
    repo.write(".git/info/exclude", "private.md\n")
    repo.write("docs/private.md")
    assert paths(opened(repo)) == ["docs/a.md"]


def test_a_tracked_file_counts_although_it_is_ignored(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    repo.write(".gitignore", "a.md\n")
    assert paths(opened(repo)) == ["docs/a.md"]


def test_the_ignore_file_of_pagemirror_is_read_from_disk(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A", "docs/b.md": "B", "docs/.pagemirrorignore": "a.md\n"})
    repo.write("docs/.pagemirrorignore", "b.md\n")
    assert paths(opened(repo)) == ["docs/a.md"]


def test_include_and_exclude_choose_on_disk_too(repo: GitRepo) -> None:
    for name in ("docs/a.md", "docs/drafts/b.md", "docs/c.markdown"):
        repo.write(name)
    settings = SourceSettings(repo=repo.path, ref="worktree", include=("**/*.m*",), exclude=("drafts/**",))
    assert [entry.path for entry in open_snapshot(settings).entries().entries] == ["docs/a.md", "docs/c.markdown"]


def test_symbolic_links_are_never_followed(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b.md").write_text("secret")
    repo.write("docs/a.md", "A")
    repo.symlink("docs/leak.md", "../../secret.md")
    repo.symlink("docs/folder", "../../folder")
    repo.symlink("docs/inside.md", "a.md")
    snapshot = opened(repo)
    assert texts(snapshot) == {"docs/a.md": b"A"}
    assert problems(snapshot)["docs/leak.md"][0] == "unsupported"
    assert {finding.path for finding in snapshot.entries().findings} == {"docs/folder", "docs/inside.md"}


def test_a_tracked_folder_that_became_a_link_is_not_looked_into(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_files({"docs/a.md": "A", "docs/sub/b.md": "B"})
    repo.remove("docs/sub")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.md").write_text("secret")
    repo.symlink("docs/sub", "../../outside")
    snapshot = opened(repo)
    assert paths(snapshot) == ["docs/a.md"]
    assert snapshot.exists([RepoPath("docs/sub/b.md")]) == {}


def test_a_source_folder_that_is_a_link_is_no_folder(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.md").write_text("secret")
    repo.symlink("docs", "../outside")
    snapshot = opened(repo)
    assert snapshot.tree is None
    assert paths(snapshot) == []


def test_a_folder_that_is_not_there_has_no_tree_and_an_empty_one_has(repo: GitRepo) -> None:
    assert opened(repo).tree is None
    (repo.path / "docs").mkdir()
    assert opened(repo).tree is not None
    assert opened(repo).entries().entries == ()


def test_pipes_and_sockets_are_left_out_with_a_problem_and_never_opened(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A", "docs/pipe.md": "P", "docs/socket.md": "S"})
    repo.remove("docs/pipe.md")
    repo.remove("docs/socket.md")
    os.mkfifo(repo.path / "docs/pipe.md")
    here = Path.cwd()
    os.chdir(repo.path / "docs")
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("socket.md")
    finally:
        os.chdir(here)
    snapshot = opened(repo)
    assert paths(snapshot) == ["docs/a.md"]
    assert problems(snapshot) == {
        "docs/pipe.md": ("unsupported", "it is a named pipe, not a file"),
        "docs/socket.md": ("unsupported", "it is a socket, not a file"),
    }


def test_a_file_over_the_limit_is_told_and_moves_the_tree_when_it_moves(repo: GitRepo) -> None:
    repo.write("docs/a.md", "x" * 50)
    first = opened(repo, limit=10)
    assert problems(first)["docs/a.md"] == ("too_large", "the file has 50 bytes; source.max_file_size is 10")
    repo.write("docs/a.md", "x" * 51)
    assert opened(repo, limit=10).tree != first.tree


def test_a_large_file_pointer_is_told(repo: GitRepo) -> None:
    repo.write("docs/a.md", f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n")
    assert problems(opened(repo))["docs/a.md"][0] == "unsupported"


def test_a_name_that_is_not_utf_8_is_told(repo: GitRepo) -> None:
    (repo.path / "docs").mkdir()
    (repo.path / "docs" / os.fsdecode(b"caf\xe9.md")).write_bytes(b"A")
    assert problems(opened(repo)) == {
        "docs/caf\\xe9.md": ("encoding", "the file's name is not UTF-8, so no record can name it; rename the file")
    }


def test_two_spellings_of_one_name_are_told(repo: GitRepo) -> None:
    repo.write(NFC, "composed")
    repo.write(NFD, "decomposed")
    snapshot = opened(repo)
    assert texts(snapshot) == {NFC: b"composed"}
    assert [code for code, _ in problems(snapshot).values()] == ["encoding"]


@pytest.mark.parametrize("name", ["two\nlines.md", 'a "b" c.md', "-dash.md", "[x]*?.md", f"{'n' * 250}.md"])
def test_odd_names_are_read(repo: GitRepo, name: str) -> None:
    repo.write(f"docs/{name}", "A")
    assert texts(opened(repo)) == {f"docs/{name}": b"A"}


def test_a_very_deep_file_is_read(repo: GitRepo) -> None:
    deep = "/".join(["d" * 200] * 12)
    repo.write(f"docs/{deep}/a.md", "A")
    assert texts(opened(repo)) == {f"docs/{deep}/a.md": b"A"}


def test_other_repositories_and_submodules_are_not_entered(repo: GitRepo, tmp_path: Path) -> None:
    other = GitRepo.init(tmp_path / "other")
    other.commit_files({"b.md": "B"})
    repo.commit_files({"docs/a.md": "A"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "docs/module")
    nested = GitRepo.init(repo.path / "docs" / "nested")
    nested.commit_files({"c.md": "C"})
    snapshot = opened(repo)
    assert paths(snapshot) == ["docs/a.md"]
    asked = [RepoPath("docs/module"), RepoPath("docs/nested"), RepoPath("docs/module/b.md")]
    assert snapshot.exists(asked) == {"docs/module": "folder", "docs/nested": "folder"}


def test_a_folder_that_is_no_repository_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        open_snapshot(SourceSettings(repo=tmp_path, ref="worktree"))
    assert caught.value.code == "no_repository"


def test_a_bare_repository_has_no_files_on_disk(tmp_path: Path) -> None:
    bare = GitRepo.init(tmp_path / "bare", bare=True)
    with pytest.raises(SourceError, match="has no files on disk") as caught:
        opened(bare)
    assert caught.value.code == "no_worktree"
    assert "HEAD" in caught.value.hint


def test_a_linked_work_tree_has_files_of_its_own(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_files({"docs/a.md": "A"})
    repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    linked = GitRepo(tmp_path / "linked")
    linked.write("docs/b.md", "B")
    snapshot = opened(linked)
    assert (paths(snapshot), snapshot.ref_name) == (["docs/a.md", "docs/b.md"], "side")
    assert paths(opened(repo)) == ["docs/a.md"]


def test_a_repository_below_its_top_finds_its_folder(repo: GitRepo) -> None:
    repo.write("team/docs/a.md", "A")
    snapshot = open_snapshot(SourceSettings(repo=repo.path / "team", ref="worktree"))
    assert (snapshot.root, texts(snapshot)) == ("team/docs", {"team/docs/a.md": b"A"})


def test_before_the_first_commit_everything_works(repo: GitRepo) -> None:
    repo.write("docs/a.md", "A")
    snapshot = opened(repo)
    assert (paths(snapshot), snapshot.head, snapshot.ref_name) == (["docs/a.md"], "", "main")
    assert (snapshot.root_commit(), snapshot.author(RepoPath("docs/a.md")), snapshot.committed_at) == ("", "", 0)
    assert snapshot.verify_root("")


def test_head_names_the_commit_of_urls(repo: GitRepo) -> None:
    commit = repo.commit_files({"docs/a.md": "A"})
    snapshot = opened(repo)
    assert (snapshot.head, snapshot.ref_name, snapshot.detached) == (commit, "main", False)
    assert (snapshot.committed_at, snapshot.root_commit()) == (FIRST_COMMIT_AT, commit)
    assert (snapshot.verify_root(commit), snapshot.verify_root("0" * 40)) == (True, False)
    assert snapshot.author(RepoPath("docs/a.md")) == AUTHOR
    assert not is_strict_ancestor(snapshot, CommitId(commit))
    repo.git("checkout", "-q", "--detach")
    assert (opened(repo).ref_name, opened(repo).detached) == (commit, True)


def test_a_commit_elsewhere_does_not_move_the_tree(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    tree = opened(repo).tree
    repo.commit_files({"other/b.md": "B"})
    repo.commit_files({"docs/a.md": "A"})
    assert opened(repo).tree == tree


@pytest.mark.parametrize(
    "change",
    [
        lambda repo: repo.write("docs/a.md", "B"),
        lambda repo: repo.write("docs/b.md", "B"),
        lambda repo: repo.remove("docs/a.md"),
        lambda repo: repo.rename("docs/a.md", "docs/b.md"),
        lambda repo: repo.write("docs/picture.png", "P"),
        lambda repo: repo.write("docs/.pagemirrorignore", "x\n"),
        lambda repo: repo.symlink("docs/link.md", "a.md"),
    ],
)
def test_whatever_moves_in_the_folder_moves_the_tree(repo: GitRepo, change: "object") -> None:
    repo.write("docs/a.md", "A")
    tree = opened(repo).tree
    assert opened(repo).tree == tree
    assert callable(change)
    change(repo)
    assert opened(repo).tree != tree


def test_paths_are_looked_up_on_disk(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A", "gone.txt": "G", "old/x.txt": "X"})
    repo.write("tools/new.txt", "N")
    repo.write(".gitignore", "built/\n")
    repo.write("built/out.html", "O")
    repo.write(NFD, "E")
    repo.remove("gone.txt")
    repo.remove("old")
    snapshot = opened(repo)
    asked = ["", "docs", "docs/", "docs/a.md", "docs/a.md/", "gone.txt", "old", "tools/new.txt", "built/out.html", NFC]
    assert snapshot.exists(map(RepoPath, asked)) == {
        "": "folder",
        "docs": "folder",
        "docs/": "folder",
        "docs/a.md": "file",
        "tools/new.txt": "file",
        NFC: "file",
    }


def test_only_named_paths_are_listed_when_asked(repo: GitRepo) -> None:
    repo.write("docs/a.md")
    repo.write("docs/b.md")
    repo.write("docs/c.md", "x" * 50)
    listing = opened(repo, limit=20).entries([RepoPath("docs/b.md"), RepoPath("docs/c.md"), RepoPath("docs/d.md")])
    assert [entry.path for entry in listing.entries] == ["docs/b.md"]
    assert [problem.path for problem in listing.problems] == ["docs/c.md"]


# ------------------------------------------------------------ files that move


def test_what_was_read_stays_what_it_was(repo: GitRepo) -> None:
    repo.write("docs/a.md", "first")
    snapshot = opened(repo)
    repo.write("docs/a.md", "second")
    assert texts(snapshot) == {"docs/a.md": b"first"}
    repo.remove("docs/a.md")
    assert texts(snapshot) == {"docs/a.md": b"first"}


def test_a_merge_with_conflicts_lists_each_file_once(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit_files({"docs/a.md": "side"})
    repo.git("checkout", "-q", "main")
    repo.commit_files({"docs/a.md": "main"})
    assert opened(repo).in_progress() == ""
    with pytest.raises(AssertionError):
        repo.git("merge", "-q", "side")
    snapshot = opened(repo)
    assert paths(snapshot) == ["docs/a.md"]
    assert snapshot.in_progress() == "a merge"


def test_a_rebase_that_stopped_is_in_progress(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit_files({"docs/a.md": "side"})
    repo.git("checkout", "-q", "main")
    repo.commit_files({"docs/a.md": "main"})
    with pytest.raises(AssertionError):
        repo.git("rebase", "-q", "side")
    assert opened(repo).in_progress() == "a rebase"
    repo.git("rebase", "--abort")
    assert opened(repo).in_progress() == ""


def test_a_git_command_that_writes_is_in_progress_and_a_look_works_all_the_same(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    repo.write(".git/index.lock", "")
    snapshot = opened(repo)
    assert "index.lock" in snapshot.in_progress()
    assert paths(snapshot) == ["docs/a.md"]
    repo.remove(".git/index.lock")
    assert snapshot.in_progress() == ""


def test_a_commit_is_never_in_the_middle_of_something(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    repo.write(".git/index.lock", "")
    assert open_snapshot(SourceSettings(repo=repo.path)).in_progress() == ""


# ---------------------------------------------------------------- remembering


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "state" / "worktrees" / "handbook.json"


def changes(repo: GitRepo, memory: Path, old: TreeId | None) -> TreeDiff | None:
    assert old is not None
    return diff(opened(repo, memory=memory), old)


def test_without_a_memory_nothing_is_known_of_before(repo: GitRepo) -> None:
    repo.write("docs/a.md")
    tree = opened(repo).tree
    assert tree is not None
    assert opened(repo).diff(tree) is None


def test_one_saved_file_is_all_that_is_touched(repo: GitRepo, memory: Path) -> None:
    for name in ("a", "b", "c"):
        repo.write(f"docs/{name}.md", name)
    before = opened(repo, memory=memory)
    before.remember()
    repo.write("docs/b.md", "saved")
    repo.write("docs/new.md", "new")
    repo.remove("docs/c.md")
    repo.write("docs/picture.png", "P")
    answer = changes(repo, memory, before.tree)
    assert answer is not None
    assert answer.touched == {"docs/b.md", "docs/c.md", "docs/new.md", "docs/picture.png"}
    assert (answer.renames, answer.broken, answer.elsewhere) == ((), frozenset(), frozenset())


def test_two_files_that_swap_names_are_two_renames_on_disk_too(repo: GitRepo, memory: Path) -> None:
    repo.write("docs/a.md", "A")
    repo.write("docs/b.md", "B")
    before = opened(repo, memory=memory)
    before.remember()
    repo.write("docs/a.md", "B")
    repo.write("docs/b.md", "A")
    answer = changes(repo, memory, before.tree)
    assert answer is not None
    assert {(rename.old, rename.new) for rename in answer.renames} == {
        ("docs/a.md", "docs/b.md"),
        ("docs/b.md", "docs/a.md"),
    }
    assert answer.broken == {"docs/a.md", "docs/b.md"}


def test_only_the_folder_that_was_remembered_is_known(repo: GitRepo, memory: Path) -> None:
    repo.write("docs/a.md", "A")
    first = opened(repo, memory=memory)
    first.remember()
    repo.write("docs/a.md", "B")
    second = opened(repo, memory=memory)
    assert changes(repo, memory, second.tree) is None
    assert changes(repo, memory, first.tree) is not None


def test_a_look_alone_writes_nothing(repo: GitRepo, memory: Path) -> None:
    repo.write("docs/a.md", "A")
    opened(repo, memory=memory).entries()
    assert not memory.parent.parent.exists()


def test_what_is_remembered_is_private_and_no_business_of_gits(repo: GitRepo, memory: Path) -> None:
    repo.write("docs/a.md", "A")
    opened(repo, memory=memory).remember()
    assert sorted(path.name for path in memory.parent.iterdir()) == [".gitignore", "handbook.json"]
    for path in (memory.parent.parent, memory.parent, memory):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"version": 2}', '{"version": 1, "tree": "x", "told": [1]}'])
def test_a_memory_that_cannot_be_read_is_none(repo: GitRepo, memory: Path, text: str) -> None:
    repo.write("docs/a.md", "A")
    memory.parent.mkdir(parents=True)
    memory.write_text(text)
    snapshot = opened(repo, memory=memory)
    assert texts(snapshot) == {"docs/a.md": b"A"}
    snapshot.remember()
    assert changes(repo, memory, snapshot.tree) is not None


def test_a_file_saved_just_before_is_read_again_although_its_size_and_time_are_the_same(
    repo: GitRepo, memory: Path
) -> None:
    file = repo.write("docs/a.md", "one")
    settle(repo, "docs/a.md")
    opened(repo, memory=memory).remember()
    with file.open("r+b") as handle:
        handle.write(b"two")
    settle(repo, "docs/a.md")
    assert texts(opened(repo, memory=memory)) == {"docs/a.md": b"two"}
