"""`pull` as a process, over real Git: what is on the branch, and that nothing else in the repository moved."""

import json
import tomllib
from pathlib import Path

import pytest

from support.gitrepo import GitRepo
from support.site import Site

BRANCH = "pagemirror/edits"
TEXT = "# A\n\nFirst words.\n\nSee [above](a.md) and [this](#a).\n\nLast words.\n"


@pytest.fixture
def mirrored(site: Site) -> Site:
    site.docs({"a.md": TEXT, "b.md": "# B\n\nText.\n"})
    site.done("sync")
    return site


def edited(site: Site, title: str, old: str, new: str) -> None:
    """A person changes words of a page."""
    page = site.live()[title]
    site.box.advance(5)
    site.box.edit("exec", page["id"], content=page["content"].replace(old, new))


def on(site: Site, branch: str, path: str) -> str:
    return site.repo.git("show", f"{branch}:docs/{path}") + "\n"


def standing(site: Site) -> tuple[str, str, str]:
    """What a pull must leave: where HEAD is, what it names, and what Git tells of files and index."""
    git = site.repo.git
    return git("rev-parse", "HEAD"), git("rev-parse", "--abbrev-ref", "HEAD"), git("status", "--porcelain")


def test_an_edit_and_a_change_in_git_meet_on_the_branch_and_the_merge_needs_no_request(mirrored: Site) -> None:
    edited(mirrored, "A", "First words.", "First words by hand.")
    mirrored.docs({"a.md": TEXT.replace("Last words.", "Last words of Git.")})
    before = standing(mirrored)
    ran = mirrored.done("pull")
    assert f"1 edit on the branch {BRANCH}" in ran.out
    assert standing(mirrored) == before
    both = TEXT.replace("First words.", "First words by hand.").replace("Last words.", "Last words of Git.")
    assert on(mirrored, BRANCH, "a.md") == both
    mirrored.repo.git("merge", "-q", "--ff-only", BRANCH)
    mirrored.done("sync")
    asked = mirrored.box.requests("exec")
    mirrored.done("sync")
    assert mirrored.box.requests("exec") == asked
    assert "by hand" in mirrored.live()["A"]["content"]
    assert "of Git" in mirrored.live()["A"]["content"]


def test_with_nothing_edited_no_branch_is_made(mirrored: Site) -> None:
    mirrored.done("pull")
    assert mirrored.repo.git("branch", "--list", BRANCH) == ""


def test_pulled_twice_the_branch_has_each_edit_once(mirrored: Site) -> None:
    edited(mirrored, "A", "First words.", "First words by hand.")
    mirrored.done("pull")
    edited(mirrored, "B", "Text.", "Text by hand.")
    mirrored.done("pull")
    subjects = mirrored.repo.git("log", "--format=%s", f"main..{BRANCH}").splitlines()
    assert sorted(subjects) == ["Take in the edit of a.md", "Take in the edit of b.md"]


def test_from_a_detached_head_the_branch_is_made_too(mirrored: Site) -> None:
    edited(mirrored, "A", "First words.", "First words by hand.")
    mirrored.repo.git("checkout", "-q", "--detach")
    before = standing(mirrored)
    mirrored.done("pull")
    assert standing(mirrored) == before
    assert "by hand" in on(mirrored, BRANCH, "a.md")


def test_a_branch_of_somebody_else_stays_as_it_is(mirrored: Site) -> None:
    edited(mirrored, "A", "First words.", "First words by hand.")
    mirrored.repo.git("branch", BRANCH)
    mirrored.repo.git("checkout", "-q", BRANCH)
    mirrored.docs({"mine.md": "# Mine\n\nText.\n"})
    mirrored.repo.git("checkout", "-q", "main")
    before = mirrored.repo.git("rev-parse", BRANCH)
    ran = mirrored("pull")
    assert ran.code == 8
    assert BRANCH in ran.said
    assert mirrored.repo.git("rev-parse", BRANCH) == before
    mirrored.done("pull", "--branch", "edits")
    assert "by hand" in on(mirrored, "edits", "a.md")


def test_the_same_lines_changed_in_git_are_exit_3_and_on_no_branch(mirrored: Site) -> None:
    edited(mirrored, "A", "First words.", "First words by hand.")
    mirrored.docs({"a.md": TEXT.replace("First words.", "First words of Git.")})
    ran = mirrored("pull")
    assert (ran.code, "not pulled (conflict)" in ran.said) == (3, True)
    assert mirrored.repo.git("branch", "--list", BRANCH) == ""


def test_edits_of_two_mirrors_of_a_repository_are_on_one_branch(site: Site) -> None:
    tables = tomllib.loads(site.config.read_text("utf-8"))["mirrors"]["handbook"]
    rows = ["[mirrors.notes.source]", 'path = "notes"', "[mirrors.notes.target]"]
    rows += [f"{key} = {json.dumps(value)}" for key, value in tables["target"].items()]
    site.configure("\n".join(rows))
    site.docs({"a.md": TEXT})
    site.repo.commit_files({"notes/n.md": "# N\n\nA note.\n"}, "Note")
    site.done("sync")
    edited(site, "A", "First words.", "First words by hand.")
    edited(site, "N", "A note.", "A note by hand.")
    site.done("pull")
    assert "by hand" in on(site, BRANCH, "a.md")
    assert "by hand" in site.repo.git("show", f"{BRANCH}:notes/n.md")


def test_a_bare_repository_gets_the_branch(mirrored: Site, tmp_path: Path) -> None:
    edited(mirrored, "A", "First words.", "First words by hand.")
    mirrored.repo.git("clone", "-q", "--bare", str(mirrored.folder), str(tmp_path / "bare.git"))
    mirrored.configure(source__repo=str(tmp_path / "bare.git"), source__ref="main")
    mirrored.done("pull")
    assert "by hand" in GitRepo(tmp_path / "bare.git").git("show", f"{BRANCH}:docs/a.md")
    assert mirrored.repo.git("branch", "--list", BRANCH) == ""
