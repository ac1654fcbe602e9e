import pytest

from pagemirror.content import Merged, merge
from pagemirror.executor.merging import MergedPage, merge_page, pick


def merged(base: str, git: str, remote: str) -> str | None:
    found = merge(base, git, remote)
    return found.text if isinstance(found, Merged) else None


@pytest.mark.parametrize(
    ("base", "git", "remote", "picked"),
    [
        ("a", "a", "a", "a"),
        ("a", "b", "a", "b"),
        ("a", "a", "c", "c"),
        ("a", "b", "b", "b"),
        ("a", "b", "c", None),
    ],
)
def test_a_value_that_one_side_changed_is_taken_from_that_side(
    base: str, git: str, remote: str, picked: str | None
) -> None:
    assert pick(base, git, remote) == picked


def test_changes_of_different_paragraphs_both_stand() -> None:
    base = "One.\n\nTwo.\n\nThree.\n"
    git, remote = base.replace("One", "ONE"), base.replace("Three", "THREE")
    assert merge_page(("T", base), ("T", git), ("T", remote), merged) == MergedPage(
        title="T", body="ONE.\n\nTwo.\n\nTHREE."
    )


def test_a_title_from_one_side_and_a_text_from_the_other_stand_together() -> None:
    assert merge_page(("T", "a\n"), ("New", "a\n"), ("T", "b\n"), merged) == MergedPage(title="New", body="b\n")


def test_titles_that_differ_on_both_sides_overlap() -> None:
    assert merge_page(("T", "a\n"), ("U", "a\n"), ("V", "a\n"), merged) == "overlap"


def test_the_same_lines_changed_on_both_sides_overlap_and_leave_no_markers() -> None:
    assert merge_page(("T", "a\n"), ("T", "b\n"), ("T", "c\n"), merged) == "overlap"
