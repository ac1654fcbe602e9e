"""What comes from outside can't steer a terminal, and can't format, link or call in Markdown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemirror.cli.output.safe import clean, code_span, prose, quoted


@given(st.text())
def test_nothing_unseen_is_left(text: str) -> None:
    left = clean(text)
    assert all(unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"} for char in left)
    assert not set(left) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    assert clean(left) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("a\r\nb", "a  b"),
        ("bell\x07", "bell"),
        ("\x9b2J", "2J"),
        ("abc\u202edcba", "abcdcba"),
        ("[red]Müller[/red] 日本語", "[red]Müller[/red] 日本語"),
        ("family 👩\u200d👧", "family 👩\u200d👧"),
    ],
)
def test_controls_go_and_the_rest_stays(text: str, left: str) -> None:
    assert clean(text) == left


def test_lines_stay_where_they_are_wanted() -> None:
    assert clean("a\nb\x1b", lines=True) == "a\nb"


def test_a_title_stands_in_quotation_marks() -> None:
    assert quoted("A\nB") == "“A B”"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a|b", "a\\|b"),
        ("`code`", "\\`code\\`"),
        ("**bold** [link](x) <b>", "\\*\\*bold\\*\\* \\[link\\](x) \\<b\\>"),
        ("&copy;", "&amp;copy;"),
        ("@everyone", "@<!-- -->everyone"),
        ("https://example.com", "https:<!-- -->//example.com"),
        ("a\n| b | c |", "a \\| b \\| c \\|"),
    ],
)
def test_prose_shows_markup_as_it_is(text: str, told: str) -> None:
    assert prose(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [("a.md", "`a.md`"), ("a`b", "``a`b``"), ("`a`", "`` `a` ``"), ("a|b", "`a\\|b`"), ("", "")],
)
def test_code_shows_backticks_and_pipes_as_they_are(text: str, told: str) -> None:
    assert code_span(text) == told
