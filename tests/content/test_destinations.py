import pytest

from pagemirror.content.destinations import Place, in_definition, in_link, unescape


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("a\\_b\\c", "a_b\\c"),
        ("&amp;&auml;&#65;&#x42;", "&äAB"),
        ("&copy &nosuch; &#0; &#xD800; &#x110000;", "&copy &nosuch; \ufffd \ufffd \ufffd"),
        ("&#128;", "\x80"),
        ("\\&amp;", "&amp;"),
    ],
)
def test_entities_and_backslashes_are_read_as_markdown_does(written: str, plain: str) -> None:
    assert unescape(written) == plain


def test_a_destination_that_reads_otherwise_is_not_taken() -> None:
    assert in_link(b"[a](b.md)", 2, 9, "b.md") == Place(4, 8, "bare")
    assert in_link(b"[a](b.md)", 2, 9, "c.md") is None
    assert in_link(b"[a][b.md]", 2, 9, "b.md") is None
    assert in_definition(b"[a]: <b c>", 0, 10, "b c") == Place(6, 9, "angle")
    assert in_definition(b"no label: b", 0, 11, "b") is None


def test_parentheses_in_a_destination_are_balanced() -> None:
    data = b"[a](b(c(d)\\)e)f) x)"
    assert in_link(data, 2, 16, "b(c(d))e)f") == Place(4, 15, "bare")
    assert in_link(b"[a](b)c)", 2, 8, "b") == Place(4, 5, "bare")
