"""Destinations are percent-encoded once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagemirror.content.prosemirror.destinations import encoded


@pytest.mark.parametrize(
    ("destination", "url"),
    [
        ("/my uri", "/my%20uri"),
        ("/my%20uri", "/my%20uri"),
        ("föö", "f%C3%B6%C3%B6"),
        ("100%", "100%25"),
        ("%zz%41", "%25zz%41"),
        ("a?b=c&d=(e)#f", "a?b=c&d=(e)#f"),
        ('[a]{b}\\`"<|>^', "%5Ba%5D%7Bb%7D%5C%60%22%3C%7C%3E%5E"),
        ("\n", "%0A"),
        ("", ""),
    ],
)
def test_what_no_url_may_hold_is_encoded(destination: str, url: str) -> None:
    assert encoded(destination) == url


@given(st.text(alphabet=st.characters(codec="utf-8")))
@settings(max_examples=40)
def test_encoding_twice_is_encoding_once(destination: str) -> None:
    once = encoded(destination)
    assert encoded(once) == once
    assert once.isascii()
