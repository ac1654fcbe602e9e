"""A text block in the making: runs, marks, ends."""

from pagemirror.content.prosemirror.shape import Json
from pagemirror.content.prosemirror.textblock import TextBlock, join, trim


def _text(said: str, *marks: str) -> Json:
    made = [{"type": mark} for mark in marks]
    return {"type": "text", "text": said, "marks": made} if made else {"type": "text", "text": said}


def test_the_innermost_mark_of_a_type_counts_and_the_outer_one_comes_back() -> None:
    block = TextBlock("", linkify=False)
    block.open("link", {"href": "a"})
    block.open("link", {"href": "b"}, by_html=True)
    block.raw("x")
    assert block.close_by_html("link")
    block.raw("y")
    block.close("link")
    assert [node["marks"][0]["attrs"]["href"] for node in block.take()] == ["b", "a"]


def test_a_tag_closes_only_what_a_tag_has_opened() -> None:
    block = TextBlock("", linkify=False)
    block.open("bold")
    assert not block.close_by_html("bold")
    block.raw("x")
    assert block.take() == [_text("x", "bold")]


def test_nothing_is_left_open_for_the_next_block_but_over_a_split_all_is() -> None:
    block = TextBlock("", linkify=False)
    block.open("bold", by_html=True)
    block.raw(" a ")
    assert block.split() == [_text("a", "bold")]
    block.raw("b")
    assert block.take() == [_text("b", "bold")]
    block.raw("c")
    assert block.take() == [_text("c")]
    assert not block.close_by_html("bold")


def test_joining_changes_no_node_that_was_given() -> None:
    nodes = [_text("a"), _text("b"), _text("c", "bold"), _text("d", "bold"), {"type": "hardBreak"}, _text("e")]
    assert join(nodes) == [_text("ab"), _text("cd", "bold"), {"type": "hardBreak"}, _text("e")]
    assert nodes[0] == _text("a")


def test_trimming_stops_at_what_means_something() -> None:
    nodes = [{"type": "hardBreak"}, _text(" \t"), _text(" a "), _text(" ", "code"), _text("\n"), {"type": "hardBreak"}]
    trim(nodes)
    assert nodes == [_text("a "), _text(" ", "code")]
    nothing = [_text(" "), {"type": "hardBreak"}]
    trim(nothing)
    assert nothing == []
