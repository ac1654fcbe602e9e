"""A person's edits in a file's own text: nothing but the changed blocks moves a byte."""

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pagemirror.content.frontmatter import BadFront, cut
from pagemirror.content.prosemirror import to_prosemirror
from pagemirror.content.prosemirror.writing import to_markdown
from pagemirror.content.rewriting import rewrite as rewrite_with


def form(text: str) -> str:
    """A text as the page gives it back."""
    return to_markdown(to_prosemirror(text).doc).markdown


def rewrite(own: bytes, *, sent: str, now: str) -> bytes:
    return rewrite_with(own, sent=sent, now=now, form=form)


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
        ("over two lines", "over a line", "over two lines.", "over a line."),
        ("- a list\n", "- a list\n- more\n", "* a list\n", "* a list\n* more\n"),
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


LOSSY = b"""# A

See [`f()`][f]<!-- ignore -->, a
*wrapped* line[^1].
* one
* two,
  over two lines
    * deep <!-- kept -->

> quoted
> twice

| a   | b |
|:---:|---|
| c   | d |

[f]: https://a.b "Title"
[^1]: A __note__.
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"wrapped", b"long"),
        (b"line[^1]", b"line of words[^1]"),
        (b"two,", b"three,"),
        (b"over two", b"over"),
        (b"deep", b"deep and deeper"),
        (b"quoted", b"cited"),
        (b" d |", b" dd |"),
        (b"__note__", b"__notice__"),
        (b"See ", b""),
    ],
)
def test_an_edited_block_keeps_its_lines_and_what_the_page_can_not_hold(old: bytes, new: bytes) -> None:
    assert LOSSY.count(old) == 1
    wanted = LOSSY.replace(old, new)
    sent, now = (_written(text.removeprefix(b"# A\n")) for text in (LOSSY, wanted))
    assert sent != now
    assert rewrite(LOSSY, sent=sent, now=now) == wanted


def test_what_a_person_made_of_the_whole_block_is_written_as_the_page_has_it() -> None:
    own = b"A *b* c\nd e.\n"
    assert rewrite(own, sent=_written(own), now="Other words stand [here](x).\n") == b"Other words stand [here](x).\n"


def test_an_image_that_the_page_shows_apart_stays_where_its_paragraph_goes() -> None:
    own = b"1. One.\n\nThe following shows a graph:\n![A graph](g.png)\n\nLast.\n"
    sent = _written(own)
    now = sent.replace("One.\n\nThe following shows a graph:", "One shows a graph:")
    assert now != sent
    assert _written(rewrite(own, sent=sent, now=now)) == now


def test_a_block_without_end_is_not_compared_word_by_word() -> None:
    own = b"* a\n" * 3_000
    sent = _written(own)
    now = sent.replace("- a\n", "- b\n", 1)
    assert _written(rewrite(own, sent=sent, now=now)) == now


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
        closed = [b"```"] * (own.count(b"```") % 2)  # one file's last fence is open, and would take in what is added
        assert [line for line in _lines(added) if line != b"Added at the end."] == [*_lines(own), *closed]


@pytest.mark.parametrize(
    ("name", "least"), [pytest.param("rust-book", 85, marks=pytest.mark.slow), ("prometheus-docs", 40)]
)
def test_in_real_files_a_paragraph_that_was_edited_is_all_that_changes(corpora: Path, name: str, least: int) -> None:
    edited = 0
    for path in sorted((corpora / name).rglob("*.md")):
        own = path.read_bytes()
        sent = _written(own)
        blocks = sent.removesuffix("\n").split("\n\n")
        plain = [number for number, text in enumerate(blocks) if _is_paragraph(text, blocks)]
        if not plain:
            continue
        at = plain[len(plain) // 2]
        now = _written("\n\n".join([*blocks[:at], f"{blocks[at]} More.", *blocks[at + 1 :]]).encode())
        changed = rewrite(own, sent=sent, now=now)
        assert _written(changed) == now
        start, end = _common(own, changed), _common(own[::-1], changed[::-1])
        assert (path.name, len(own) - start - end <= 2, len(changed) - len(own)) == (path.name, True, len(b" More."))
        edited += 1
    assert edited >= least


def _is_paragraph(text: str, blocks: list[str]) -> bool:
    return text[:1].isalpha() and blocks.count(text) == 1 and form(text).strip() == text and "```" not in text


def _common(one: bytes, other: bytes) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


ODD = (
    "Words[^1].",
    "[^1]: a note",
    "[r]: x/y",
    "a [link][r]",
    "<!-- said to nobody -->",
    "!!! note\n    b c\n\n    d",
    '=== "Tab"\n\n    e',
    "Term\n:   its meaning",
    "f\n---",
    "1. g\n\n   h",
    "***",
    "| i |\n|---|\n| j |",
    "k l",
)


@given(st.lists(st.sampled_from(ODD), min_size=1, max_size=6), st.data())
@settings(max_examples=150)
def test_blocks_that_go_come_and_move_are_on_the_page_as_the_person_left_them(
    before: list[str], data: st.DataObject
) -> None:
    own = "\n\n".join(before)
    sent = form(own)
    assume(form(sent) == sent)
    shown, rule, notes = sent.removesuffix("\n").rpartition(
        "\n\n---\n\n1. a note"
    )  # they stand last, wherever they are put
    blocks = (shown if rule else notes).split("\n\n")
    blocks.insert(data.draw(st.integers(0, len(blocks))), blocks.pop(data.draw(st.integers(0, len(blocks) - 1))))
    if data.draw(st.booleans()):
        blocks.pop(data.draw(st.integers(0, len(blocks) - 1)))
    now = form("\n\n".join(blocks) + (rule + notes if rule else ""))
    assume(form(now) == now)
    assert form(rewrite(own.encode(), sent=sent, now=now).decode()) == now


def test_a_footnotes_rule_that_is_removed_doubles_no_block() -> None:
    own = b"# A\n\n<!-- kept -->\n\n[^1]: A note.\n\nWords.\n\n| a |\n|---|\n| b |\n"
    sent = form(own.decode().removeprefix("# A\n"))
    now = sent.replace("---\n\n1. A note.", "1. A note, longer.")
    assert now != sent
    made = rewrite(own, sent=sent, now=now)
    assert made.startswith(b"# A\n\n")
    assert b"<!-- kept -->" in made
    assert form(made.decode()) == f"# A\n\n{now}"


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
