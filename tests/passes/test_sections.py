"""Folders whose page nobody wrote, on a target whose tree is parents: they move with their files."""

import re
from collections import Counter
from pathlib import Path

import pytest

from pagemirror.sandbox.process import SandboxProcess
from support.mirrors import Mirror, ended


@pytest.fixture
def tree(tmp_path: Path, box: SandboxProcess) -> Mirror:
    return Mirror(tmp_path, box, "ravendocs")


def listed(mirror: Mirror, title: str) -> list[str]:
    """What a section page lists, in its order."""
    return re.findall(r'"text":"(\w+)"', mirror.bodies()[title])


def test_a_folder_that_is_renamed_keeps_its_pages_and_its_section_page(tree: Mirror) -> None:
    tree.commit({"guide/deep/a.md": "# A\n\nText of a.\n", "guide/deep/b.md": "# B\n\nText of b.\n"})
    tree.done()
    before = tree.ids()
    assert sorted(before) == ["A", "B", "Deep", "Guide"]
    sent = tree.requests()
    tree.rename("guide", "manual")
    tree.commit()
    tree.done()
    after = tree.ids()
    assert sorted(after) == ["A", "B", "Deep", "Manual"]
    assert sorted(after.values()) == sorted(before.values())
    assert tree.requests() - sent == 2
    tree.quiet()


def test_navigation_files_order_a_folders_list_and_name_it_and_a_change_of_them_alone_is_seen(
    tree: Mirror,
) -> None:
    mirror = tree
    mirror.commit(
        {"guide/a.md": "# A\n", "guide/b.md": "# B\n", "guide/c.md": "# C\n", "guide/.pages": "title: Guides\n"}
    )
    mirror.repo.write("mkdocs.yml", "nav:\n  - guide/c.md\n  - guide/a.md\n")
    mirror.repo.commit()
    mirror.done()
    assert listed(mirror, "Guides") == ["C", "A", "B"]
    mirror.quiet()
    mirror.repo.write("mkdocs.yml", "nav:\n  - guide/b.md\n  - guide/a.md\n")
    mirror.repo.commit()
    report = mirror.done(max_rerender="100%")
    assert ended(report) == Counter({"update done": 1})
    assert listed(mirror, "Guides") == ["B", "A", "C"]
    mirror.quiet()
