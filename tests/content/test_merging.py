from hypothesis import given
from hypothesis import strategies as st

from pagemirror.content import Hunk, Merged, Overlap, merge, normal_markdown

BASE = "one\n\ntwo\n\nthree\n"
TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "  d", "<<<<<<<"]), max_size=8).map("\n".join)


def test_changes_in_different_places_come_together() -> None:
    assert merge(BASE, BASE.replace("one", "ONE"), BASE.replace("three", "THREE")) == Merged(text="ONE\n\ntwo\n\nTHREE")


def test_only_the_hunks_changed_on_both_sides_are_named() -> None:
    found = merge(BASE, "1\n\ntwo\n\ngit\n", "one\n\ntwo\n\nremote\n")
    assert found == Overlap(hunks=(Hunk(line=5, base="three", git="git", remote="remote"),))


def test_the_same_change_on_both_sides_is_one_change() -> None:
    both = BASE.replace("two", "2")
    assert merge(BASE, both, both.replace("one", "1")) == Merged(text="1\n\n2\n\nthree")


def test_a_pushed_extra_blank_line_at_the_end_makes_no_conflict() -> None:
    assert merge(BASE, BASE + "four\n", BASE.replace("\n", "\r\n") + "\r\n\r\n") == Merged(
        text=normal_markdown(BASE + "four")
    )


def test_lines_that_touch_overlap() -> None:
    assert isinstance(merge("a\nb\n", "A\nb\n", "a\nB\n"), Overlap)


def test_a_removal_and_an_edit_of_the_same_lines_overlap() -> None:
    assert isinstance(merge(BASE, "one\n\nthree\n", BASE.replace("two", "2")), Overlap)


@given(TEXTS, TEXTS, TEXTS)
def test_no_conflict_markers_ever_leave(base: str, git: str, remote: str) -> None:
    found = merge(base, git, remote)
    if isinstance(found, Merged):
        assert set(found.text.split("\n")) <= set(f"{base}\n{git}\n{remote}".split("\n")) | {""}
        assert "=======" not in found.text


@given(TEXTS, TEXTS)
def test_a_side_that_did_not_move_takes_the_other(base: str, other: str) -> None:
    assert merge(base, other, base) == Merged(text=normal_markdown(other))
    assert merge(base, base, other) == Merged(text=normal_markdown(other))
    assert merge(base, other, other) == Merged(text=normal_markdown(other))
