"""Tags are read to their end, whatever stands in their attributes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemirror.content.prosemirror.tags import attributes, pieces, read_tag


def test_a_tags_attributes_are_read_in_every_quoting() -> None:
    tag = read_tag("<IMG a=\"1 > 0\" B='2' c=3 d e = '&amp;' a=5/>")
    assert tag is not None
    assert (tag.name, tag.closing) == ("img", False)
    assert attributes(tag) == {"a": "1 > 0", "b": "2", "c": "3", "d": "", "e": "&"}


@pytest.mark.parametrize("html", ["<!-- a -->", "<!DOCTYPE html>", "<?php ?>", "<![CDATA[a]]>", "< a>", "<a", ""])
def test_what_is_no_tag_is_none(html: str) -> None:
    assert read_tag(html) is None


@given(
    st.lists(st.sampled_from(["<", ">", "a", "!--", "-->", "</b>", "<i x='", '"', "?", "![", "\n", " "])).map("".join)
)
def test_pieces_leave_nothing_out(html: str) -> None:
    assert "".join(pieces(html)) == html


@pytest.mark.parametrize("piece", ["<", "<a ", "<a '", '<a "x', "<!--", "<a b='", "</", "<?", "<![", "<a <a>", "'"])
def test_hostile_html_is_read_to_its_end(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    assert "".join(pieces(text)) == text
