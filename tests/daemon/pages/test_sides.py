"""Two texts side by side: nothing is lost, and what differs is marked to the word."""

from hypothesis import given
from hypothesis import strategies as st

from pagemirror.daemon.pages.sides import Cell, Kind, Part, Row, side_by_side

TEXTS = st.lists(st.sampled_from(["", "one two", "one three", "four", "five, six."]), max_size=14).map("\n".join)


def texts(cells: list[Cell | None]) -> dict[int, str]:
    return {cell.number: "".join(part.text for part in cell.parts) for cell in cells if cell is not None}


def marked(cell: Cell | None) -> list[str]:
    assert cell is not None
    return [part.text for part in cell.parts if part.marked]


def test_the_words_that_differ_are_marked_and_no_other() -> None:
    [row] = side_by_side("The quick brown fox.", "The quick red fox!")
    assert row.kind is Kind.CHANGED
    assert (marked(row.left), marked(row.right)) == (["brown", "."], ["red", "!"])


def test_a_line_of_one_side_has_no_other_side() -> None:
    rows = side_by_side("a\nb\n", "a\nb\nc\n")
    assert rows[-1] == Row(kind=Kind.RIGHT, right=Cell(number=3, parts=(Part(text="c"),)))
    assert side_by_side("a\n", "")[0].kind is Kind.LEFT


def test_equal_lines_far_from_a_change_are_left_out_and_counted() -> None:
    same = "".join(f"{number}\n" for number in range(20))
    rows = side_by_side(f"a\n{same}b\n{same}", f"A\n{same}B\n{same}")
    assert [(row.kind, row.skipped) for row in rows if row.kind is Kind.GAP] == [(Kind.GAP, 14), (Kind.GAP, 17)]
    assert [row.left.number for row in rows[:5] if row.left] == [1, 2, 3, 4]


def test_texts_without_a_difference_show_one_gap() -> None:
    assert side_by_side("a\nb\nc\n", "a\nb\nc\n") == (Row(kind=Kind.GAP, skipped=3),)
    assert side_by_side("", "") == ()


def test_lines_that_have_little_in_common_stand_alone() -> None:
    rows = side_by_side("one two three\n", "nothing of that\n")
    assert [row.kind for row in rows] == [Kind.LEFT, Kind.RIGHT]


def test_very_long_texts_are_compared_coarsely() -> None:
    many = "".join(f"line {number} of many\n" for number in range(5_000))
    changed = [
        row for row in side_by_side(many, many.replace("line 2500 of", "line 2500 off")) if row.kind is Kind.CHANGED
    ]
    assert [(row.left.number, marked(row.right)) for row in changed if row.left] == [(2501, ["off"])]


def test_a_change_of_very_many_lines_is_shown_as_one_after_the_other() -> None:
    left = "".join(f"a line {number}\n" for number in range(500))
    rows = side_by_side(left, left.replace("a", "b"))
    assert [row.kind for row in rows] == [Kind.LEFT] * 500 + [Kind.RIGHT] * 500


@given(TEXTS, TEXTS)
def test_each_side_shows_its_own_lines(left: str, right: str) -> None:
    rows = side_by_side(left, right)
    lines = {True: left.splitlines(), False: right.splitlines()}
    for is_left, there in lines.items():
        cells = texts([row.left if is_left else row.right for row in rows])
        assert all(there[number - 1] == text for number, text in cells.items())
        assert list(cells) == sorted(cells)
        assert len(cells) + sum(row.skipped for row in rows) == len(there)
    assert any(row.kind not in {Kind.SAME, Kind.GAP} for row in rows) == (lines[True] != lines[False])
