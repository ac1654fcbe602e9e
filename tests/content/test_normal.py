import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemirror.content import normal_markdown


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("a\r\nb\r\n", "a\nb"),
        ("a\rb\r\r\n", "a\nb"),
        ("\n \n\ta\n", "\ta"),
        ("a  \n\n \t\n", "a  "),
        ("    code\n\n\nb", "    code\n\n\nb"),
        (" \n\t\n", ""),
        ("", ""),
        ("a", "a"),
        ("\u00a0\na\n\u00a0\n", "\u00a0\na\n\u00a0"),
    ],
)
def test_only_line_ends_and_outer_blank_lines_go(text: str, normal: str) -> None:
    assert normal_markdown(text) == normal


@given(st.text(alphabet="a \t\r\n", max_size=20))
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    once = normal_markdown(text)
    assert normal_markdown(once) == once
    assert [line for line in once.split("\n") if line.strip()] == [line for line in text.splitlines() if line.strip()]
