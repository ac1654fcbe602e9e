from collections.abc import Callable

import pytest

from pagemirror.content.encoding import BadText, Decoded, decode
from pagemirror.model.documents import Document, Unreadable


def test_a_byte_order_mark_is_cut_off() -> None:
    assert decode(b"\xef\xbb\xbfx") == Decoded(b"x", "x")


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"a\nb\xff\n", 2), (b"\xff\xfea\x00", 1), (b"a\n\nb\0", 3), (b"caf\xe9", 1), (b"\xed\xa0\x80", 1)],
)
def test_what_is_not_utf_8_text_is_refused_with_its_line(data: bytes, line: int) -> None:
    found = decode(data)
    assert isinstance(found, BadText)
    assert found.line == line


def test_an_unreadable_file_keeps_its_path_and_blob(parsed: Callable[..., object]) -> None:
    found = parsed(b"# T\n\n\xff")
    assert isinstance(found, Unreadable)
    assert (found.path, found.blob, found.code, found.line) == ("docs/guide/page.md", "b10b", "encoding", 3)


def test_windows_line_ends_stay_in_the_body(read: Callable[..., Document]) -> None:
    found = read("\ufeff---\r\ntitle: x\r\n---\r\n# x\r\n\r\none\r\n[b](c.md)\r\n")
    assert found.title == "x"
    assert found.text == "one\r\n[b](c.md)\r\n"
