"""Folders whose page nobody wrote, on a target whose tree is parents: they move with their files."""

from pathlib import Path

import pytest

from pagemirror.sandbox.process import SandboxProcess
from support.mirrors import Mirror


@pytest.fixture
def tree(tmp_path: Path, box: SandboxProcess) -> Mirror:
    return Mirror(tmp_path, box, "ravendocs")


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
