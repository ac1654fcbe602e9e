"""Definition lists: a list of bold terms, and colons that begin none."""

from collections.abc import Callable

import pytest

from pagemirror.content.prosemirror import Converted

Sketch = Callable[..., str]
Convert = Callable[..., Converted]


def test_terms_stand_in_bold_with_their_definitions_below(sketch: Sketch, converted: Convert) -> None:
    text = "a\n\n*T* `u`\n: b\n: c\n\n    - d\n\nV\n\n:   e\n\nf\n"
    assert sketch(text) == (
        "paragraph('a') bulletList("
        "listItem(paragraph('T'^bold^italic ' '^bold 'u'^code) paragraph('b') paragraph('c')"
        " bulletList(listItem(paragraph('d'))))"
        " listItem(paragraph('V'^bold) paragraph('e'))) paragraph('f')"
    )
    assert [(loss.kind, loss.line) for loss in converted(text).losses] == [("definition_list", 3)]


def test_definition_lists_stand_in_quotes_lists_and_admonitions(sketch: Sketch) -> None:
    terms = "bulletList(listItem(paragraph('T'^bold) paragraph('d')))"
    assert sketch("> T\n> : d\n") == f"blockquote({terms})"
    assert sketch("- T\n  : d\n") == f"bulletList(listItem(paragraph {terms}))"
    assert sketch("!!! note\n    T\n    : d\n") == f"callout[info]({terms})"


def test_details_left_open_in_a_definition_end_with_it(sketch: Sketch) -> None:
    assert sketch("T\n: <details>\n\n    a\n\nU\n: b\n") == (
        "bulletList(listItem(paragraph('T'^bold) details(detailsSummary detailsContent(paragraph('a'))))"
        " listItem(paragraph('U'^bold) paragraph('b')))"
    )


def test_terms_too_deep_are_set_flat(sketch: Sketch) -> None:
    assert sketch("> T\n> : d\n>\n> U\n> : e\n", max_depth=1) == (
        "blockquote(paragraph('T'^bold) paragraph('d') paragraph('U'^bold) paragraph('e'))"
    )


def test_by_setting_they_stay_as_text(sketch: Sketch) -> None:
    assert sketch("T\n: d\n", definitions="text") == "paragraph('T : d')"


@pytest.mark.parametrize("line", [":tada: b", ":::", ":b", ":-) b"])
def test_a_colon_without_a_blank_begins_no_definition_beside_ones_that_do(sketch: Sketch, line: str) -> None:
    terms = "bulletList(listItem(paragraph('T'^bold) paragraph('d')))"
    assert sketch(f"a\n{line}\n\nT\n: d\n") == f"paragraph('a {line}') {terms}"
    assert sketch(f"`{line}`\n\n```x\n{line}\n```\n\nT\n: d\n") == (
        f"paragraph('{line}'^code) codeBlock[x]('{line}') {terms}"
    )


def test_a_table_whose_second_line_begins_with_a_colon_stays_one(sketch: Sketch) -> None:
    assert "table(" in sketch("T\n: d\n\na | b\n:-- | --:\nc | d\n")
