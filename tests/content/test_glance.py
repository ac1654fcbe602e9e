"""A glance says what a walk over the events says, or nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pagemirror.content.bodies import body_start
from pagemirror.content.glance import glance, plain_spots
from pagemirror.content.outline import outline
from pagemirror.content.paths import is_relative
from pagemirror.model.documents import Document

PIECES = (
    "[a](b.md)",
    "[a](b.md 'x')",
    '[a](b.md "x")',
    "![a](c.png)",
    "![a [b](c.md) d](e.png)",
    "[![a](b.png)](c.md)",
    "[a](https://e/?a=1&b=2)",
    "[a](#b)",
    "[a](<b c.md>)",
    "[a](ü.md)",
    "[a](b(c).md)",
    "[a](b&amp;c.md)",
    "[a]()",
    "\\](b.md)",
    "`](b.md)`",
    "](b.md)",
    "[a]",
    "*e* **s** ~~d~~ `c`",
    "$m$",
    "& &copy; \" ' < 1 >",
    "&lt;b>",
    "&#60;",
    "<b>",
    "</b>",
    "`<b>`",
    "<https://e/>",
    "<a href='f.md'>",
    "<!-- c -->",
    "<",
    "\\",
    "ü",
    "word",
    "{#id}",
)
STARTS = (
    "",
    "# ",
    "## ",
    "#",
    "> ",
    "> # ",
    "- ",
    "- # ",
    "1. ",
    "| h |\n|---|\n| ",
    "    ",
    "```\n",
    "  # ",
    "\t",
    "> [!NOTE]\n> ",
)
ENDS = ("\n\n", "\n", "\r\n", "\n===\n", "\n---\n", " #\n", "  \n", "\\\n", "\r")
LINES = st.tuples(
    st.sampled_from(STARTS), st.lists(st.sampled_from(PIECES), max_size=3).map(" ".join), st.sampled_from(ENDS)
).map("".join)


def _agree(text: str) -> bool:
    """Compare the two ways; whether a glance was enough."""
    data = text.encode()
    plain = plain_spots(data, text)
    assert plain is None or plain == outline(data, text, lambda _: True).spots
    seen = glance(data, text)
    if seen is None:
        return False
    found = outline(data, text, is_relative)
    assert seen.spots == found.spots
    assert seen.words == tuple(heading.words for heading in found.headings)
    assert (found.ids, found.unparsed) == ([], [])
    top = found.headings[0] if found.headings else None
    may_be_title = top is not None and top.level == "H1" and not data[: top.start].strip(b" \t\r\n")
    assert seen.first == (top if may_be_title else None)
    return True


@given(st.lists(LINES, max_size=6).map("".join))
@settings(max_examples=600)
@example("# a\n\n[![b](c.png)](d.md) and [e](f.md)\n")
@example("\n  # a `b` &amp; *c* #\r\n\r\n[e](f.md 'g')\n")
def test_what_a_glance_tells_is_what_the_events_tell(text: str) -> None:
    _agree(text)


@pytest.mark.parametrize(
    "text",
    [
        '# A *b* `c`\n\nd [e](f.md) ![g](../h.png) [i](https://j/k) [l](#m "n")\n',
        "> - [a](b.md)\n\n| c |\n|---|\n| [d](e.md#f) |\n\n```python\nx = 1\n```\n",
        "[![badge](a.svg)](b.md)\n",
        "no links, no headings\n",
        "`Vec<T>` and\n\n```html\n<a href='x.md'>\n```\n\n[a](b.md)\n",
    ],
)
def test_a_glance_is_enough_for_a_plain_text(text: str) -> None:
    assert _agree(text)


def test_a_plain_texts_destinations_are_told_without_the_events() -> None:
    text = '!!! note\n\n[a](b.md) ![g](../h.png) [i](https://j/k) [l](#m "n")\n'
    told = plain_spots(text.encode(), text)
    assert told is not None
    assert [spot.destination for spot in told] == ["b.md", "../h.png", "https://j/k", "#m"]
    assert plain_spots(b"no links", "no links") == []


@pytest.mark.parametrize("text", ["[a](https://b/?c=1&d=2)", "[a](https://b/\u00fc)", "<https://b/>", "[a]()", "[[a]]"])
def test_what_html_says_in_other_words_is_left_to_the_events(text: str) -> None:
    assert plain_spots(text.encode(), text) is None


@pytest.mark.parametrize(
    "text",
    [
        "[a](b.md) `](c.md)`\n",
        "[a](b.md) <a href='d.md'>\n",
        "<a href='d.md'> &lt;\n",
        "[a](<b.md>)\n",
        "[a](b(c).md)\n",
        "[a](b\\&c.md)\n",
        "[a][b]\n\n[b]: c.md\n",
        "[[a]]\n",
        "# ![a](b.png)\n",
        "# $a$\n",
        "a\nb\n===\n",
        "a\n===\n",
        "!!! note\n    # a\n",
    ],
)
def test_what_a_glance_can_not_tell_is_left_to_the_events(text: str) -> None:
    assert glance(text.encode(), text) is None


@pytest.mark.parametrize("name", ["commonmark-0.31.2", "gfm-0.29"])
def test_the_specifications_are_told_alike(corpora: Path, name: str) -> None:
    examples = json.loads((corpora / "specs" / f"{name}.json").read_text(encoding="utf-8"))
    assert sum(_agree(example["markdown"]) for example in examples) > 250


def test_real_docs_are_told_alike_and_many_at_a_glance(read: Callable[..., Document], corpora: Path) -> None:
    texts = [path.read_bytes() for path in sorted(corpora.rglob("*.md"))]
    bodies = [data[body_start(read(data)) :].decode() for data in texts]
    assert sum(map(_agree, bodies)) > len(bodies) / 4
