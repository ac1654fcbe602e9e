"""A person's edits in a file's own text: nothing but the changed blocks moves a byte."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagemirror.content.frontmatter import BadFront, cut
from pagemirror.content.prosemirror import to_prosemirror
from pagemirror.content.prosemirror.writing import to_markdown
from pagemirror.content.rewriting import rewrite

OWN = b"""---
title:   A
# a comment
---
A title
=======

One  paragraph
over two lines.

* a list
* of __two__

[ref]: https://a.b

<!-- a note -->
Last [link][ref].
"""
SENT = "One paragraph over two lines.\n\n- a list\n- of **two**\n\nLast [link](https://a.b).\n"


@pytest.mark.parametrize(
    ("old", "new", "was", "becomes"),
    [
        ("over two lines", "over a line", "One  paragraph\nover two lines.", "One paragraph over a line."),
        ("- a list\n", "- a list\n- more\n", "* a list\n* of __two__", "- a list\n- more\n- of **two**"),
        ("One paragraph over two lines.\n\n", "", "One  paragraph\nover two lines.\n\n", ""),
        ("Last", "New.\n\nLast", "* of __two__\n", "* of __two__\n\nNew.\n"),
        ("One paragraph", "New.\n\nOne paragraph", "=======\n", "=======\n\nNew.\n"),
        ("(https://a.b).\n", "(https://a.b).\n\nNew.\n", "[link][ref].\n", "[link][ref].\n\nNew.\n"),
    ],
)
def test_what_was_changed_is_written_anew_and_nothing_else(old: str, new: str, was: str, becomes: str) -> None:
    assert SENT.count(old) == OWN.count(was.encode()) == 1
    assert rewrite(OWN, sent=SENT, now=SENT.replace(old, new)) == OWN.replace(was.encode(), becomes.encode())


def test_a_block_that_moved_keeps_its_own_form() -> None:
    first, second, third = SENT.removesuffix("\n").split("\n\n")
    moved = rewrite(OWN, sent=SENT, now=f"{second}\n\n{third}\n\n{first}")
    assert b"* a list\n* of __two__" in moved
    assert b"One  paragraph\nover two lines." in moved
    assert moved.index(b"* a list") < moved.index(b"Last [link]") < moved.index(b"One  paragraph")
    assert moved.startswith(OWN[: OWN.index(b"One")])


def test_line_ends_are_the_files_own() -> None:
    own = b"# A\r\n\r\nOne.\r\n\r\nTwo.\r\n"
    assert rewrite(own, sent="One.\n\nTwo.\n", now="One.\n\n- a\n- b\n") == b"# A\r\n\r\nOne.\r\n\r\n- a\r\n- b\r\n"


def test_lists_that_come_to_stand_beside_each_other_stay_apart() -> None:
    own = b"- a\n\nBetween.\n\n- b\n"
    rewritten = rewrite(own, sent="- a\n\nBetween.\n\n- b\n", now="- a\n\n* b\n")
    assert len([one for one in to_prosemirror(rewritten.decode()).doc["content"] if one["type"] == "bulletList"]) == 2


@pytest.mark.parametrize("own", [b"", b"\n", b"---\na: b\n---\n", b"\r\n"])
def test_a_file_without_text_takes_what_was_added(own: bytes) -> None:
    rewritten = rewrite(own, sent="", now="New.\n")
    assert rewritten.startswith(own.strip())
    assert b"New." in rewritten
    assert rewrite(own, sent="", now="") == own


def _written(own: bytes) -> str:
    """A file's text in the canonical form, as it is sent."""
    front = cut(own)
    body = own[front[1] :] if front is not None and not isinstance(front, BadFront) else own
    return to_markdown(to_prosemirror(body.decode()).doc).markdown


def _lines(data: bytes) -> list[bytes]:
    return [line for line in data.splitlines() if line.strip()]


@pytest.mark.parametrize(("name", "least"), [("rust-book", 110), ("prometheus-docs", 60)])
def test_real_files_keep_each_byte_of_what_was_not_edited(corpora: Path, name: str, least: int) -> None:
    texts = [path.read_bytes() for path in sorted((corpora / name).rglob("*.md"))]
    assert len(texts) >= least
    for own in texts:
        sent = _written(own)
        assert rewrite(own, sent=sent, now=sent) == own
        added = rewrite(own, sent=sent, now=f"{sent}\nAdded at the end.\n")
        assert [line for line in _lines(added) if line != b"Added at the end."] == _lines(own)


@pytest.mark.parametrize(
    ("name", "least"), [pytest.param("rust-book", 85, marks=pytest.mark.slow), ("prometheus-docs", 40)]
)
def test_in_real_files_a_paragraph_that_was_edited_is_all_that_changes(corpora: Path, name: str, least: int) -> None:
    edited = 0
    for path in sorted((corpora / name).rglob("*.md")):
        own = path.read_bytes()
        sent = _written(own)
        blocks = sent.removesuffix("\n").split("\n\n")
        plain = [number for number, text in enumerate(blocks) if text[:1].isalpha() and blocks.count(text) == 1]
        if not plain:
            continue
        at = plain[len(plain) // 2]
        now = _written("\n\n".join([*blocks[:at], f"{blocks[at]} More.", *blocks[at + 1 :]]).encode())
        changed = rewrite(own, sent=sent, now=now)
        assert _written(changed) == now
        start, end = _common(own, changed), _common(own[::-1], changed[::-1])
        edited += len(own) - start - end <= len(blocks[at].encode()) + 200
    assert edited >= least


def _common(one: bytes, other: bytes) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


BLOCKS = st.sampled_from(
    [
        "a",
        "b *c*\nd",
        "# e",
        "f\n===",
        "* g\n* h",
        "- i",
        "1. j",
        "> k",
        "```\nl\n\nm\n```",
        "***",
        "    n",
        "| o |\n|-|",
        "<div>\np\n</div>",
        "![q](r)",
        "s [t](u)",
        "+ v\n\n  w",
    ]
)


@given(st.lists(BLOCKS, max_size=8), st.lists(BLOCKS, max_size=8))
@settings(max_examples=60)
def test_any_blocks_become_any_others(before: list[str], after: list[str]) -> None:
    own = "\n\n".join(before)
    sent = to_markdown(to_prosemirror(own).doc).markdown
    now = to_markdown(to_prosemirror("\n\n".join(after)).doc).markdown
    rewritten = rewrite(own.encode(), sent=sent, now=now)
    assert to_markdown(to_prosemirror(rewritten.decode()).doc).markdown == now
    if sent == now:
        assert rewritten == own.encode()
