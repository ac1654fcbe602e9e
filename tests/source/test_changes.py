import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pagemirror.model.ids import CommitId, RepoPath, TreeId
from pagemirror.source import Rename, Snapshot, SourceSettings, TreeDiff, diff, is_strict_ancestor, open_snapshot
from support.gitrepo import GitRepo


def opened(path: Path, ref: str = "HEAD", folder: str = "docs") -> Snapshot:
    return open_snapshot(SourceSettings(repo=path, ref=ref, path=folder))


def compared(repo: GitRepo, old: str, *, by: str = "commit", folder: str = "docs") -> TreeDiff:
    before, now = opened(repo.path, old, folder), opened(repo.path, folder=folder)
    answer = diff(now, CommitId(before.head) if by == "commit" else TreeId(str(before.tree)))
    assert answer is not None
    return answer


def prose(seed: int, lines: int = 60) -> str:
    """Text that has nothing in common with that of another seed."""
    chance = random.Random(seed)  # noqa: S311 - the same text for the same seed
    return "".join("".join(chance.choices("abcdefghij ", k=40)) + "\n" for _ in range(lines))


@pytest.mark.parametrize("by", ["commit", "tree"])
def test_nothing_moved_is_an_empty_difference(repo: GitRepo, by: str) -> None:
    first = repo.commit_files({"docs/a.md": "A"})
    assert compared(repo, first, by=by) == TreeDiff(touched=frozenset(), renames=(), broken=frozenset())


@pytest.mark.parametrize("by", ["commit", "tree"])
def test_added_removed_changed_and_retyped_files_are_touched(repo: GitRepo, by: str) -> None:
    first = repo.commit_files(
        {f"docs/{name}": name for name in ("same.md", "edit.md", "gone.md", "retype.md", "dir.md")}
    )
    repo.remove("docs/retype.md")
    repo.symlink("docs/retype.md", "same.md")
    repo.remove("docs/gone.md")
    repo.remove("docs/dir.md")
    repo.commit_files(
        {"docs/edit.md": "edited", "docs/sub/new.md": "new", "docs/pic.png": "P", "docs/dir.md/x.md": "X"}
    )
    names = ("edit.md", "gone.md", "retype.md", "sub/new.md", "pic.png", "dir.md", "dir.md/x.md")
    assert compared(repo, first, by=by).touched == {f"docs/{name}" for name in names}


@pytest.mark.parametrize("by", ["commit", "tree"])
def test_a_rename_has_both_paths_and_its_likeness(repo: GitRepo, by: str) -> None:
    first = repo.commit_files({"docs/old.md": prose(1), "docs/moved.md": prose(2)})
    repo.rename("docs/old.md", "docs/sub/new.md")
    repo.rename("docs/moved.md", "docs/b.md")
    repo.commit_files({"docs/b.md": prose(2) + "one more line\n"})
    answer = compared(repo, first, by=by)
    exact, edited = sorted(answer.renames, key=lambda rename: -rename.score)
    assert exact == Rename(old=RepoPath("docs/old.md"), new=RepoPath("docs/sub/new.md"), score=100)
    assert (edited.old, edited.new) == ("docs/moved.md", "docs/b.md")
    assert 90 < edited.score < 100
    assert answer.touched == {"docs/old.md", "docs/moved.md", "docs/sub/new.md", "docs/b.md"}
    assert answer.broken == frozenset()


def test_two_files_that_swap_names_are_two_renames_and_two_broken_pairs(repo: GitRepo) -> None:
    first = repo.commit_files({"docs/a.md": prose(1), "docs/b.md": prose(2)})
    repo.commit_files({"docs/a.md": prose(2) + "edited\n", "docs/b.md": prose(1) + "edited\n"})
    answer = compared(repo, first)
    assert {(rename.old, rename.new) for rename in answer.renames} == {
        ("docs/a.md", "docs/b.md"),
        ("docs/b.md", "docs/a.md"),
    }
    assert answer.broken == {"docs/a.md", "docs/b.md"}


def test_two_small_files_that_swap_names_are_two_renames_though_git_takes_them_for_edited(repo: GitRepo) -> None:
    first = repo.commit_files({"docs/a.md": "A\n", "docs/b.md": "B\n", "docs/c.md": "C\n"})
    repo.commit_files({"docs/a.md": "B\n", "docs/b.md": "A\n", "docs/c.md": "c\n"})
    answer = compared(repo, first)
    assert {(rename.old, rename.new, rename.score) for rename in answer.renames} == {
        ("docs/a.md", "docs/b.md", 100),
        ("docs/b.md", "docs/a.md", 100),
    }
    assert answer.broken == {"docs/a.md", "docs/b.md"}


def test_small_files_that_move_up_one_name_each_are_renames(repo: GitRepo) -> None:
    first = repo.commit_files({"docs/a.md": "A\n", "docs/b.md": "B\n"})
    repo.remove("docs/b.md")
    repo.commit_files({"docs/a.md": "B\n", "docs/c.md": "A\n"})
    answer = compared(repo, first)
    assert {(rename.old, rename.new) for rename in answer.renames} == {
        ("docs/a.md", "docs/c.md"),
        ("docs/b.md", "docs/a.md"),
    }
    assert answer.broken == {"docs/a.md"}


def test_equal_bytes_that_stand_twice_on_one_side_tell_no_rename(repo: GitRepo) -> None:
    first = repo.commit_files({"docs/a.md": "A\n", "docs/b.md": "B\n", "docs/c.md": "C\n"})
    repo.commit_files({"docs/a.md": "B\n", "docs/b.md": "x\n", "docs/c.md": "B\n"})
    assert compared(repo, first).renames == ()


def test_a_file_whose_old_text_moved_away_is_broken(repo: GitRepo) -> None:
    first = repo.commit_files({"docs/a.md": prose(1)})
    repo.rename("docs/a.md", "docs/b.md")
    repo.commit_files({"docs/a.md": prose(2)})
    answer = compared(repo, first)
    assert [(rename.old, rename.new) for rename in answer.renames] == [("docs/a.md", "docs/b.md")]
    assert answer.broken == {"docs/a.md"}
    assert answer.touched == {"docs/a.md", "docs/b.md"}


def test_a_file_rewritten_from_scratch_is_broken_and_an_edited_one_is_not(repo: GitRepo) -> None:
    first = repo.commit_files({"docs/rewritten.md": prose(1), "docs/edited.md": prose(2)})
    repo.commit_files({"docs/rewritten.md": prose(3), "docs/edited.md": prose(2) + prose(4, lines=5)})
    answer = compared(repo, first)
    assert answer.broken == {"docs/rewritten.md"}
    assert answer.touched == {"docs/rewritten.md", "docs/edited.md"}
    assert answer.renames == ()


def test_the_settings_of_a_repository_for_renames_do_not_count(repo: GitRepo) -> None:
    first = repo.commit_files({"docs/a.md": prose(1)})
    repo.rename("docs/a.md", "docs/b.md")
    repo.commit()
    repo.git("config", "diff.renames", "false")
    repo.git("config", "diff.renameLimit", "1")
    repo.git("config", "diff.orderFile", "/nonexistent")
    assert len(compared(repo, first).renames) == 1


def test_paths_outside_the_folder_that_came_or_went_are_told_from_commit_to_commit(repo: GitRepo) -> None:
    first = repo.commit_files(
        {"docs/a.md": "A", "src/old.py": "O", "src/same.py": "S", "LICENSE": "L", "docs2/x.md": "X"}
    )
    repo.remove("src/old.py")
    repo.remove("docs2")
    repo.commit_files({"src/same.py": "changed", "assets/deep/new.png": "N", "docs/b.md": "B"})
    answer = compared(repo, first)
    assert answer.elsewhere == {"src/old.py", "docs2", "docs2/x.md", "assets", "assets/deep", "assets/deep/new.png"}
    assert answer.touched == {"docs/b.md"}
    assert compared(repo, first, by="tree").elsewhere == frozenset()


def test_nothing_is_elsewhere_where_the_whole_repository_is_the_source(repo: GitRepo) -> None:
    first = repo.commit_files({"a.md": "A"})
    repo.commit_files({"src/b.md": "B"})
    answer = compared(repo, first, folder=".")
    assert answer.touched == {"src/b.md"}
    assert answer.elsewhere == frozenset()


def test_a_folder_that_came_or_went_is_wholly_touched(repo: GitRepo) -> None:
    first = repo.commit_files({"README.md": "R"})
    second = repo.commit_files({"docs/a.md": "A", "docs/b/c.md": "C"})
    whole = {"docs/a.md", "docs/b/c.md"}
    came = diff(opened(repo.path), CommitId(first))
    went = diff(opened(repo.path, first), CommitId(second))
    assert came is not None
    assert went is not None
    assert came.touched == went.touched == whole


def test_odd_names_are_told_to_the_letter(repo: GitRepo) -> None:
    names = {"docs/two\nlines.md", 'docs/"q".md', "docs/\u00fc/\u00df.md", "docs/-x.md", "docs/tab\t.md"}
    first = repo.commit_files({"docs/a.md": "A"})
    repo.commit_files(dict.fromkeys(names, "text"))
    assert compared(repo, first).touched == names


def test_a_name_that_only_changed_its_unicode_form_is_touched_but_not_renamed(repo: GitRepo) -> None:
    repo.git("config", "core.precomposeUnicode", "false")
    first = repo.commit_files({"docs/cafe\u0301.md": prose(1)})
    repo.rename("docs/cafe\u0301.md", "docs/caf\u00e9.md")
    repo.commit()
    answer = compared(repo, first)
    assert answer.touched == {"docs/caf\u00e9.md"}
    assert answer.renames == ()


@pytest.mark.parametrize("old", ["1234567890" * 4, "not an id"])
def test_an_old_object_that_is_not_there_any_more_is_none(repo: GitRepo, old: str) -> None:
    repo.commit_files({"docs/a.md": "A"})
    assert diff(opened(repo.path), CommitId(old)) is None


def test_a_commit_that_was_force_pushed_away_and_collected_is_none(repo: GitRepo) -> None:
    repo.commit_files({"docs/a.md": "A"})
    lost = repo.commit_files({"docs/a.md": "B"})
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "-q", "--prune=now")
    assert diff(opened(repo.path), CommitId(lost)) is None


@pytest.mark.parametrize("lost", ["docs/sub", "src"])
def test_an_old_commit_of_which_a_part_is_lost_is_none(repo: GitRepo, lost: str) -> None:
    first = repo.commit_files({"docs/sub/a.md": "A", "src/x.py": "X"})
    tree = repo.git("rev-parse", f"HEAD:{lost}")
    repo.commit_files({"docs/sub/a.md": "B", "src/y.py": "Y"})
    (repo.path / ".git/objects" / tree[:2] / tree[2:]).unlink()
    assert diff(opened(repo.path), CommitId(first)) is None


def test_a_history_with_a_hole_is_no_rewind(repo: GitRepo) -> None:
    first = CommitId(repo.commit_files({"docs/a.md": "A"}))
    hole = repo.commit_files({"docs/a.md": "B"})
    last = CommitId(repo.commit_files({"docs/a.md": "C"}))
    (repo.path / ".git/objects" / hole[:2] / hole[2:]).unlink()
    assert not is_strict_ancestor(opened(repo.path, first), last)


def test_sha_256_repositories_are_compared_too(tmp_path: Path) -> None:
    repo = GitRepo.init(tmp_path / "long", object_format="sha256")
    first = repo.commit_files({"README.md": "R"})
    repo.commit_files({"docs/a.md": "A"})
    answer = diff(opened(repo.path), CommitId(first))
    assert answer is not None
    assert answer.touched == {"docs/a.md"}


def test_an_older_commit_of_the_same_line_is_a_strict_ancestor(repo: GitRepo) -> None:
    first = CommitId(repo.commit_files({"docs/a.md": "A"}))
    second = CommitId(repo.commit_files({"docs/a.md": "B"}))
    assert is_strict_ancestor(opened(repo.path, first), second)
    assert not is_strict_ancestor(opened(repo.path, second), first)
    assert not is_strict_ancestor(opened(repo.path, second), second)


def test_another_line_and_an_unknown_commit_are_no_rewind(repo: GitRepo) -> None:
    first = repo.commit_files({"docs/a.md": "A"})
    repo.git("checkout", "-q", "-b", "side")
    side = CommitId(repo.commit_files({"docs/b.md": "B"}))
    repo.git("checkout", "-q", "main")
    repo.commit_files({"docs/c.md": "C"})
    snapshot = opened(repo.path)
    assert not is_strict_ancestor(snapshot, side)
    assert not is_strict_ancestor(snapshot, CommitId("1234567890" * 4))
    assert not is_strict_ancestor(snapshot, CommitId(repo.git("rev-parse", f"{first}:docs")))


TREES = st.dictionaries(
    st.sampled_from(["a.md", "b.md", "c.txt", "d/e.md", "d/f/g.md", "\u00fc.md", "x y.md"]),
    st.integers(0, 5),
    max_size=7,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=TREES, after=TREES)
def test_what_is_touched_equals_a_plain_comparison_of_two_listings(
    repo: GitRepo, before: dict[str, int], after: dict[str, int]
) -> None:
    def commit(tree: dict[str, int]) -> str:
        for file in repo.path.iterdir():
            if file.name != ".git":
                repo.remove(file.name)
        return repo.commit_files({f"docs/{path}": prose(content, lines=20) for path, content in tree.items()})

    old = commit(before)
    commit(after)
    plain = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    answer = diff(opened(repo.path), CommitId(old))
    assert answer is not None
    assert answer.touched == {f"docs/{path}" for path in plain}
    for rename in answer.renames:
        assert {rename.old, rename.new} <= answer.touched
    assert answer.broken <= answer.touched
