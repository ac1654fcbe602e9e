"""The rewrites that servers do to bodies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemirror.sandbox.bodies import BodyForm, shorten, take_form


@pytest.mark.parametrize(
    ("form", "text", "stored"),
    [
        ("none", "a\r\n", "a\r\n"),
        ("add_newline", "a\n", "a\n"),
        ("add_newline", "", ""),
        ("strip_newline", "a\n\n\n", "a"),
        ("drop_comments", "a <!-- b\nc --> d", "a d"),
        ("rich_text", "+ a\n- b\n\n\n\nc_d_e __f__ _g h_", "* a\n* b\n\nc_d_e __f__ *g h*\n"),
        ("rich_text", "```\n- a\n\n\n_b_  \n```\n- c", "```\n- a\n\n\n_b_  \n```\n* c\n"),
        ("rich_text", "  \n", ""),
    ],
)
def test_a_body_is_rewritten_in_its_form(form: BodyForm, text: str, stored: str) -> None:
    assert take_form(text, form) == stored


@given(
    st.text(alphabet="a_*-+ \n`<!->x"),
    st.sampled_from(["none", "add_newline", "strip_newline"]),
)
def test_a_second_rewrite_changes_nothing(text: str, form: BodyForm) -> None:
    once = take_form(text, form)
    assert take_form(once, form) == once


def test_the_short_form_is_plain_and_short() -> None:
    assert shorten("## A **b** `c`\n\n- [d](https://x) ![e](y.png)\n> f\n<!-- g -->") == "A b c d e f"
    assert shorten("x" * 200, 10) == "xxxxxxxxx…"
