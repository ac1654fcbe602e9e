"""Normal form, limits, tokens, addresses and marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemirror.backends.marks import Mark, find_mark, marked, unmarked
from pagemirror.backends.texts import address, normal_fields, same_text, text_problem, token_problem
from pagemirror.model.fields import BODY, FOLDERS, STATUS, TITLE

BODIES = st.text(alphabet=st.sampled_from("ab \n\r\t`~#<!->"), max_size=60)
PATHS = st.text(min_size=1, max_size=30)


@given(body=st.one_of(st.text(), BODIES), title=st.text(), names=st.lists(st.text(max_size=3)))
def test_the_normal_form_of_a_normal_form_is_itself(body: str, title: str, names: list[str]) -> None:
    once = normal_fields({TITLE: title, BODY: body, FOLDERS: tuple(names), STATUS: "draft"})
    assert normal_fields(once) == once


@given(body=BODIES, path=PATHS)
def test_a_mark_goes_on_and_off_again(body: str, path: str) -> None:
    text = marked(body, "handbook", path)
    assert same_text(text, body)
    if text != body:
        assert find_mark(text) == Mark(mirror="handbook", path=path)
        assert marked(text, "handbook", path) == text
        assert text.rstrip().endswith("-->")
        assert text.count("-->") == body.count("-->") + 1


@pytest.mark.parametrize("body", ["```\ncode", "~~~ python\ncode\n```\n", "````\n```\n"])
def test_no_mark_is_put_where_a_code_fence_would_show_it(body: str) -> None:
    assert marked(body, "handbook", "a.md") == body


@pytest.mark.parametrize("body", ["```\ncode\n```\n", "~~~\na\n~~~~\n", "``` a`b\ntext\n"])
def test_a_fence_that_ends_takes_a_mark(body: str) -> None:
    assert find_mark(marked(body, "handbook", "a.md")) is not None


def test_a_comment_that_is_no_mark_stays() -> None:
    for body in ("a <!-- pagemirror: -->", "<!-- pagemirror: handbook/a.md --> below", "<!-- note -->\n"):
        assert unmarked(body) == body


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("a\r\nb", "a\nb\n", True),
        ("\n\na\n\n", "a", True),
        ("", "\n", True),
        ("a  \nb", "a\nb", False),
        ("    code", "code", False),
        ("a", "A", False),
    ],
)
def test_only_what_no_reader_sees_is_left_out_of_a_comparison(one: str, other: str, equal: bool) -> None:  # noqa: FBT001
    assert same_text(one, other) is equal


@pytest.mark.parametrize(
    ("title", "body", "code"),
    [
        ("", "x", "title"),
        (" \t", "x", "title"),
        ("x" * 11, "x", "title"),
        ("a\0b", "x", "encoding"),
        ("a", "x\0", "encoding"),
        ("a", "\ud800", "encoding"),
        ("a", "ä" * 11, "too_large"),
    ],
)
def test_what_cannot_be_sent_has_a_code(title: str, body: str, code: str) -> None:
    problem = text_problem({TITLE: title, BODY: body}, title_limit=10, body_limit=20)
    assert problem is not None
    assert problem.code == code


def test_limits_are_reached_and_not_passed() -> None:
    fields = {TITLE: "😀" * 10, BODY: "ä" * 10}
    assert text_problem(fields, title_limit=10, body_limit=20) is None
    assert text_problem(fields, title_limit=None, body_limit=None) is None


@pytest.mark.parametrize("token", ["", "Bearer abc", '"abc"', "'abc'", "sesame open", "sesame\n", "schlüssel"])
def test_a_token_that_cannot_be_one_is_refused_without_showing_it(token: str) -> None:
    problem = token_problem(token)
    assert problem is not None
    assert not token or token not in problem.reason


def test_an_address_has_one_form() -> None:
    forms = [
        "https://API.exec.com/rest/v1/",
        "https://user:pw@api.exec.com:443/rest/v1",
        "HTTPS://api.exec.com/rest/v1",
    ]
    assert {address(form) for form in forms} == {"https://api.exec.com/rest/v1"}
    assert address("http://[::1]:8080/x/") == "http://[::1]:8080/x"
