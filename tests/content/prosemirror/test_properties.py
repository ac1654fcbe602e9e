"""Random and hostile Markdown: never an error, always valid, in time; and how fast the way is."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagemirror.content.prosemirror import Lowering, canonical_json, normal_form, plain_text, to_prosemirror, validate
from support.timing import took

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
BOXES = """
¶!!!§note¶ ¶!!!§bug§"a§*b*"¶ ¶???§x¶ ¶???+§note¶ ¶===§"T"¶ ¶¶===§"U"¶ ¶:::note¶ ¶:::¶ ¶::::¶ ¶::::x[y]¶ ¶>§:::tip§a¶
¶:::details¶ ¶§§§§-§ ¶§§§§ ¶§§§§§§§§ ¶>§§§§§ ¶:§ ¶¶:§ <table> ¶<table> <tr> </tr> <td> <td§colspan=3§rowspan=2> <th>
</td> </table> <caption> <p> </p> ¶<p§align=x> <h2> </h2> <hr> {{#include§a}} §{#id} ¶```{.py§a=1}¶ ¶--8<--§"a"¶
{%§include§"a"§%} ¶```math¶ \ue000§ <!--box1o--> ¶<!--¶ ¶-->¶
"""
TOKENS += [piece.replace("§", " ").replace("¶", "\n") for piece in BOXES.split()]
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
    directives=st.booleans(),
    folded=st.sampled_from(["details", "callout"]),
    tabs=st.sampled_from(["headings", "details"]),
    definitions=st.sampled_from(["list", "text"]),
    max_depth=st.sampled_from([1, 3, 100]),
)


@given(WILD, OPTIONS)
@settings(max_examples=250)
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
@settings(max_examples=100)
def test_any_text_gives_a_valid_document(text: str) -> None:
    assert validate(to_prosemirror(text).doc) == ()


HOSTILE = """
a<!--§--> *<b> <b>* </b> <x> <code> *a§ *a*§ `a`<!--§--> [a]( [ > - -§-§ ![ [![a](b)](c) [^a]:§ [^1]§
www.a_ www\\.a§ |a <a§' $a
` $$ ~ a@ a@b. &amp; # <!-- <br> <img§src=s> \\
"""
PIECES = [piece.replace("§", " ") for piece in HOSTILE.split()]
PIECES += [
    "!!! a\n",
    "!!! a\n    b\n",
    "!!! a\n    <!--\n",
    "> ??? a\n>     b\n",
    ":::a\n",
    ":::a\nb\n:::\n",
    "::::",
    '=== "a"\n    b\n',
    "a\n: b\n\n",
    "<table>",
    "<table><tr><td>",
    "<td>a</td>",
    "<p>",
    "<h1>a</h1>",
    "{{#include a}}",
    "{% include ",
    "# a {#b}\n",
    "```{a\n",
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
def test_fifty_kilobytes_of_one_piece_are_read_to_their_end(piece: str) -> None:
    text = piece * (50_000 // len(piece))
    assert to_prosemirror(text).doc["content"]


@pytest.mark.parametrize("pattern", ["http://a{} ", "www\\.a{} ", "[a{}](b{}) ", "[^{}]: a\n\n", "`a{}`<!-- -->"])
def test_fifty_kilobytes_of_different_pieces_are_read_to_their_end(pattern: str) -> None:
    text = "".join(pattern.replace("{}", str(number)) for number in range(50_000 // len(pattern)))
    assert to_prosemirror(text).doc["content"]


KEPT = [
    *(piece.replace("§", " ").replace("¶", "\n") for piece in BOXES.split() if piece[0] in "¶:" and "<" not in piece),
    *("\n\n", "\n- ", "\n  ", "\n> ", "\n```\n", "\n~~~\n", "\n1. ", "\n# ", "**", "`", "    "),
]


@given(st.lists(st.sampled_from(KEPT), max_size=30), OPTIONS)
@settings(max_examples=150, deadline=None)
def test_every_word_in_boxes_lists_and_code_is_there_or_told(pieces: list[str], options: Lowering) -> None:
    words = [f"word{number}w" for number in range(len(pieces))]
    result = to_prosemirror("".join(piece + word for piece, word in zip(pieces, words, strict=True)), options=options)
    said = canonical_json(result.doc) + "".join(loss.message for loss in result.losses)
    assert [word for word in words if word not in said] == []


@pytest.fixture(scope="module")
def plainly() -> float:
    """What twenty kilobytes of paragraphs take, one letter each."""
    return took("a\n\n" * 6667)


@pytest.mark.slow
@given(st.lists(st.sampled_from([*TOKENS, *PIECES]), min_size=1, max_size=5).map("".join))
@settings(max_examples=60, deadline=None)
def test_no_piece_said_again_and_again_takes_much_longer_than_paragraphs(plainly: float, piece: str) -> None:
    assert took((piece * (20_000 // len(piece) + 1))[:20_000]) <= 8 * plainly
