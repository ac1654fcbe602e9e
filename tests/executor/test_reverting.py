"""Telling an editor's older text from a person's own edit."""

import pytest

from pagemirror.executor.reverting import is_reverted, is_whole_again, marks_of, older_is_back

BEFORE = "Title line\n\nOld words.\nA line that stays.\n"
AFTER = "Title line\n\nNew words.\nA line that stays.\nOne more.\n"


@pytest.mark.parametrize(
    "now",
    [
        BEFORE,
        BEFORE + "And a person's own.\n",
        "Title line\n\nOld words, and more.\n",
        "",
    ],
)
def test_a_text_with_nothing_left_of_the_last_write_was_reverted(now: str) -> None:
    assert is_reverted(marks_of(BEFORE, AFTER), now)


@pytest.mark.parametrize("now", [AFTER, AFTER + "More by hand.\n", "New words.\n", AFTER.replace("One more.", "")])
def test_a_text_that_holds_some_of_it_was_edited(now: str) -> None:
    assert not is_reverted(marks_of(BEFORE, AFTER), now)


def test_a_line_that_was_taken_out_and_is_back_was_reverted() -> None:
    marks = marks_of(AFTER, "Title line\n\nNew words.\nA line that stays.\n")
    assert is_reverted(marks, AFTER + "More.\n")
    assert not is_reverted(marks, "Title line\n\nNew words.\nA line that stays.\nMore.\n")


def test_a_write_that_changed_no_line_tells_nothing() -> None:
    assert not is_reverted(marks_of(BEFORE, BEFORE), "anything")


def test_what_is_kept_of_a_long_write_is_short() -> None:
    before = "\n".join(f"old {number}" for number in range(500))
    after = "\n".join(f"new {number}" for number in range(500))
    marks = marks_of(before, after)
    assert len(marks) == 80
    assert is_reverted(marks, before)
    assert not is_reverted(marks, after)


@pytest.mark.parametrize(("now", "back"), [(BEFORE, True), ("Title line\n\nOther words.\n", False)])
def test_only_where_an_older_line_is_there_again_the_older_text_is_back(now: str, *, back: bool) -> None:
    assert older_is_back(marks_of(BEFORE, AFTER), now) is back


def test_a_write_that_only_added_leaves_no_older_line_to_tell_by() -> None:
    assert older_is_back(marks_of(BEFORE, BEFORE + "One more.\n"), BEFORE)


TAKEN = BEFORE + "Gone.\n"


@pytest.mark.parametrize(
    ("now", "whole"),
    [
        (TAKEN, True),
        (TAKEN + "And a person's own.\n", True),
        (BEFORE, False),
        (TAKEN + "New words.\n", False),
        ("Something else.\n", False),
    ],
)
def test_the_older_text_is_there_as_a_whole_or_not(now: str, *, whole: bool) -> None:
    assert is_whole_again(marks_of(TAKEN, AFTER), now) is whole


def test_a_write_that_took_nothing_away_leaves_no_whole_to_be_back() -> None:
    assert is_reverted(marks_of(BEFORE, BEFORE + "One more.\n"), BEFORE)
    assert not is_whole_again(marks_of(BEFORE, BEFORE + "One more.\n"), BEFORE)


def test_blank_lines_tell_nothing() -> None:
    assert marks_of("One.\n", "One.\n\n") == ()
