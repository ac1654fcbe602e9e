"""Random and hostile Markdown: never an error, always valid, in time; and how fast the way is."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagemirror.content.prosemirror import Lowering, canonical_json, normal_form, plain_text, to_prosemirror, validate

Check = Callable[[Any], None]

DELIMITERS = """
[ ] ( ) | < > " ' a b > - + 1. 1) # ` `` ``` ~~~ $ $$ * _ ** __ ~ ~~ ^ \\ & &amp; &#0; &#32; &nbsp; = === --- ***
![ ]( ](u) ![i](s) [^1] [^1]: [r] [r]: [x] [!NOTE] <b> </b> <u> <code> </code> <br> <img§src=s> <a§href=u> </a>
<!-- --> <div> </div> <details> </details> <summary> </summary> <x> <?p?> www.a.b http://c.d e@f.g : | |-| \\|
"""
TOKENS = [token.replace("§", " ") for token in DELIMITERS.split()]
TOKENS += [
    " ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "\n> ",
    "\n- ",
    "\n  ",
    "\n1. ",
    "\n    ",
    "\n|-|-|\n",
    "\r\n",
    "\0",
    "\xa0",
]
TOKENS += ["\u2028", "- [ ] ", "- [x] ", "> [!TIP]\n> ", "\n```\n", "\n$$\n"]
WILD = st.lists(st.sampled_from(TOKENS), max_size=40).map("".join)
OPTIONS = st.builds(
    Lowering,
    html_blocks=st.sampled_from(["code", "text"]),
    ordered_tasks=st.sampled_from(["text", "tasks"]),
    linked_code=st.sampled_from(["drop", "after"]),
    linked_images=st.sampled_from(["image", "link"]),
    linkify=st.booleans(),
    subscript=st.booleans(),
    superscript=st.booleans(),
    max_depth=st.sampled_from([1, 3, 100]),
)


@given(WILD, OPTIONS)
@settings(max_examples=800)
def test_any_markdown_gives_a_valid_document(editor_check: Check, text: str, options: Lowering) -> None:
    result = to_prosemirror(text, options=options)
    editor_check(result.doc)
    assert validate(result.doc) == ()
    assert "\\u0000" not in canonical_json(result.doc)
    lines = [loss.line for loss in result.losses]
    assert lines == sorted(lines)
    normal = normal_form(result.doc)
    assert normal_form(normal) == normal
    assert validate(normal) == ()
    assert plain_text(normal).split() == plain_text(result.doc).split()


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_gives_a_valid_document(text: str) -> None:
    assert validate(to_prosemirror(text).doc) == ()


HOSTILE = """
a<!--§--> *<b> <b>* </b> <x> <code> *a§ *a*§ `a`<!--§--> [a]( [ > - -§-§ ![ [![a](b)](c) [^a]:§ [^1]§
www.a_ www\\.a§ |a <a§' $a
` $$ ~ a@ a@b. &amp; # <!-- <br> <img§src=s> \\
"""
PIECES = [piece.replace("§", " ") for piece in HOSTILE.split()]
PIECES += [
    "- ",
    "- [ ] ",
    "1. ",
    "> ",
    "\n- ",
    "\n\n[^a]: b\n\n",
    "<details>\n\n",
    "</details>\n\n",
    "\n\n|a|\n|-|\n|b|\n\n",
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_hundred_kilobytes_of_one_piece_are_read_to_their_end(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert to_prosemirror(text).doc["content"]


@pytest.mark.parametrize("pattern", ["http://a{} ", "www\\.a{} ", "[a{}](b{}) ", "[^{}]: a\n\n", "`a{}`<!-- -->"])
def test_a_hundred_kilobytes_of_different_pieces_are_read_to_their_end(pattern: str) -> None:
    text = "".join(pattern.replace("{}", str(number)) for number in range(100_000 // len(pattern)))
    assert to_prosemirror(text).doc["content"]
