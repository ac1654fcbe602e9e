"""`plan --tree`: where each document stands and why, beside where its page stands, from the records alone."""

from pathlib import Path

import pytest

from pagemirror.model.reports.runs import TreeChange, TreeRow
from pagemirror.sandbox.process import SandboxProcess
from support.mirrors import Mirror

FILES: dict[str, str | bytes] = {
    "index.md": "# Handbook\n",
    "guide/index.md": "# Guide\n",
    "guide/02-next.md": "# Next\n",
    "guide/first.md": "---\norder: 1\n---\n# First\n",
    "deep/er/page.md": "# Page\n",
    "far.md": "---\nparent: guide/index.md\n---\n# Far\n",
    "nav/.pages": "nav:\n  - z.md\n  - a.md\n",
    "nav/a.md": "# A\n",
    "nav/z.md": "# Z\n",
}


def rows(mirror: Mirror) -> dict[str, TreeRow]:
    plan = mirror.plan(tree=True)
    assert plan.requests == 0
    return {row.path: row for row in plan.tree}


@pytest.fixture
def parents(tmp_path: Path, box: SandboxProcess) -> Mirror:
    mirror = Mirror(tmp_path, box, "ravendocs")
    mirror.commit(FILES)
    mirror.done()
    return mirror


def test_each_document_stands_below_its_parent_in_order_and_says_why(parents: Mirror) -> None:
    found = rows(parents)
    assert {path: (row.depth, row.parent, row.why) for path, row in found.items()} == {
        "index.md": (0, None, "at the top of the source folder; the folder's own page is first"),
        "deep/": (0, None, "section page of its folder"),
        "deep/er/": (1, "deep/", "section page of its folder"),
        "deep/er/page.md": (2, "deep/er/", "in the folder deep/er"),
        "guide/index.md": (0, None, "index of the folder guide"),
        "guide/first.md": (1, "guide/index.md", "in the folder guide; `order` 1"),
        "guide/02-next.md": (1, "guide/index.md", "in the folder guide; number 2 in its name"),
        "far.md": (1, "guide/index.md", "`parent` in its front matter"),
        "nav/": (0, None, "section page of its folder"),
        "nav/z.md": (1, "nav/", "in the folder nav; place 1 in a navigation file"),
        "nav/a.md": (1, "nav/", "in the folder nav; place 2 in a navigation file"),
    }
    assert list(found).index("guide/first.md") < list(found).index("guide/02-next.md")
    assert list(found).index("nav/z.md") < list(found).index("nav/a.md")


def test_after_a_sync_both_trees_are_the_same(parents: Mirror) -> None:
    for row in rows(parents).values():
        assert row.change is TreeChange.SAME
        assert (row.page_title, row.page_depth, row.page_parent) == (row.title, row.depth, row.parent)


def test_what_a_commit_moves_adds_or_takes_away_is_told_and_the_plan_stays_the_same(parents: Mirror) -> None:
    parents.rename("guide/first.md", "first.md")
    parents.remove("nav/a.md")
    parents.commit({"new.md": "# New\n"})
    found = rows(parents)
    changes = {path: row.change for path, row in found.items() if row.change is not TreeChange.SAME}
    assert changes == {"first.md": TreeChange.MOVED, "new.md": TreeChange.NEW, "nav/a.md": TreeChange.GONE}
    moved, gone = found["first.md"], found["nav/a.md"]
    assert (moved.depth, moved.parent, moved.page_depth, moved.page_parent) == (0, None, 1, "guide/index.md")
    assert (gone.title, gone.page_title, gone.page_parent) == (None, "A", "nav/")
    assert parents.plan(tree=True).plan.digest == parents.plan().plan.digest
    parents.done(max_removals="5")
    assert {row.change for row in rows(parents).values()} == {TreeChange.SAME}


def test_a_target_without_a_tree_has_all_pages_beside_each_other(exec_mirror: Mirror) -> None:
    exec_mirror.commit({"a/b.md": "# B\n", "a/index.md": "# A\n"})
    exec_mirror.done()
    found = rows(exec_mirror)
    assert [(path, row.depth, row.page_depth) for path, row in found.items()] == [
        ("a/index.md", 0, 0),
        ("a/b.md", 1, 0),
    ]
    assert {row.change for row in found.values()} == {TreeChange.SAME}


def test_a_file_that_cannot_be_read_is_told_with_its_page(exec_mirror: Mirror) -> None:
    exec_mirror.commit({"a.md": "# A\n", "b.md": "# B\n"})
    exec_mirror.done()
    exec_mirror.commit({"b.md": b"\xff\xfe\x00"})
    row = rows(exec_mirror)["b.md"]
    assert (row.title, row.page_title, row.why) == (None, "B", "its file can't be read, and its page stays")
