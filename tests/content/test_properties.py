"""Random and hostile Markdown: never an error, never a byte moved."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagemirror.content import LeftOut, blind, fill, gist, with_body
from pagemirror.content.outline import outline
from pagemirror.model.documents import Document, LinkSlot, Unreadable

DELIMITERS = """
[ ] ( ) ]( [[ ]] | < > <a§href= <a§href=" " ' a b.md é § §§ > - §§§§ ` `` $ $$ * _ \\ &amp; &#35; # 1. [r] [^1] [^1]:
<!-- --> <pre> </pre> <code> </code> <img§src=x> ~ ^ {#x} http://e/ <http://e> ](x.md) [t](y.md§"q") ](<a§b>) ---
title:§x : \\| ![ ]: [r]:
"""
TOKENS = [token.replace("§", " ") for token in DELIMITERS.split()]
TOKENS += [
    "\n",
    "\n\n",
    "\n> ",
    "\n- ",
    "\n\t",
    "\r\n",
    "\r",
    "\n|-|\n",
    "\x0b",
    "\x0c",
    "\x7f",
    "\xa0",
    "\u2028",
    "\n\n[r]: x.md\n\n",
]
WILD = st.lists(st.sampled_from(TOKENS), max_size=40).map("".join)

PIECES = (
    "[a](b.md)",
    "![a](<b c.png> 't')",
    "[[P|l]]",
    "<a href='h.md'>",
    "[r]",
    "`[a](b.md)`",
    "word",
    "ü",
    "*e* **s**",
)
STARTS = ("", "> ", "- ", "1. ", "## ", "| h |\n|---|\n| ", "    ", "- [ ] ")
LINES = st.tuples(st.sampled_from(STARTS), st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(" ".join))
TAME = st.lists(LINES.map("".join), max_size=8).map(lambda blocks: "x\n\n" + "\n\n".join(blocks) + "\n\n[r]: d.md\n")


@given(WILD)
@settings(max_examples=150)
def test_no_markdown_raises_and_no_byte_of_it_moves(parsed: Callable[..., object], text: str) -> None:
    found = parsed("x\n\n" + text)
    assert isinstance(found, Document)
    assert found.text == "x\n\n" + text
    assert fill(found.body, lambda _slot: None) == found.text
    assert [finding for finding in found.findings if finding.code == "link_unparsed"] == []


@given(WILD)
@settings(max_examples=200)
def test_any_start_of_a_file_gives_a_value(parsed: Callable[..., object], text: str) -> None:
    assert isinstance(parsed("---\n" + text), Document | Unreadable | LeftOut)


@given(st.binary(max_size=60))
@settings(max_examples=100)
def test_any_bytes_give_a_value(parsed: Callable[..., object], data: bytes) -> None:
    assert isinstance(parsed(data), Document | Unreadable | LeftOut)


@given(TAME)
@settings(max_examples=200)
def test_what_is_filled_in_is_what_a_reader_finds(parsed: Callable[..., object], text: str) -> None:
    found = parsed(text)
    assert isinstance(found, Document)
    asked: list[str] = []

    def numbered(_slot: LinkSlot) -> str:
        asked.append(f"https://x.y/{len(asked)}?a=1&b=(2)")
        return asked[-1]

    filled = fill(found.body, numbered)
    spots = outline(filled.encode(), filled, lambda url: url.startswith("https://x.y/")).spots
    assert [spot.destination for spot in spots] == [url.replace("(", "%28").replace(")", "%29") for url in asked]
    tokens = {spot.destination: f"pagemirror:{number}" for number, spot in enumerate(spots)}
    waiting = iter(tokens.values())
    assert blind(filled, tokens.get) == fill(found.body, lambda _slot: next(waiting))


@pytest.mark.parametrize(
    "piece",
    ["[", "](x.md)", "[a](x.md)", "<a href=x>", "[[a]]", "[[", '<a b="', "<!--", "`", ">", "[a](", "&", "\\", "[a](((",
     "![", "[![a](b)](c)", "# a\n", "# a-1\n# a\n", "<a href='x'\n", "<pre>", "x [[a|", "{#a} ", "[x]: ", "[a]: <b\n",
     "- ", "- - ", "|", "<img src=x ", "é[a](é.md)", "*a _b ", "$a", "<?", "<a id='", "---\n", "<div>\n<a href="],
)  # fmt: skip
def test_a_hundred_kilobytes_of_one_delimiter_are_read(read: Callable[..., Document], piece: str) -> None:
    text = "x\n\n" + piece * (100_000 // len(piece.encode()))
    assert read(text).text == text


def test_five_thousand_links_on_one_line_are_placed(read: Callable[..., Document]) -> None:
    found = read("é " + "[a](b.md) " * 5000)
    assert (found.links[-1].line, found.links[-1].column) == (1, 3 + 4999 * 10 + 4)


@given(st.sampled_from(["", "\ufeff", "---\ntitle: T\n---\n", "# Heading\n\n"]), st.one_of(WILD, TAME))
@settings(max_examples=120, deadline=None)
def test_a_body_is_made_again_from_the_files_bytes(parsed: Callable[..., object], start: str, text: str) -> None:
    found = parsed(start + text)
    if isinstance(found, Document):
        slim = replace(found, body=())
        again = with_body(slim, (start + text).encode(), root="docs").body
        assert again == found.body
        told, whole = gist(slim, root="docs"), gist(found, root="docs")
        assert told.print == whole.print == gist(replace(found, note=b""), root="docs").print
        assert [slot._replace(line=0, column=0) for slot in found.links] == list(told.links)
        around = "".join(part for part in found.body if isinstance(part, str))
        assert len(around.encode()) <= told.size <= len(around.encode()) + len(told.links)


def test_a_gist_is_of_the_text_and_of_where_links_stand_in_it(read: Callable[..., Document]) -> None:
    def digest(text: str) -> str:
        return gist(read(text), root="docs").print

    assert digest("One [a](b.md) two.") == digest("One [a](c.md) two.")
    assert digest("One [a](b.md) two.") != digest("One [a](b.md) too.")
    assert digest("One [a](b.md) two.") != digest("One [a]( two.b.md)")
