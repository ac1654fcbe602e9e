"""Raw HTML: what has a counterpart becomes it, what has none is kept as text or code."""

from collections.abc import Callable

import pytest

from pagemirror.content.prosemirror import Converted

Sketch = Callable[..., str]
Convert = Callable[..., Converted]


def kinds(result: Converted) -> list[str]:
    return [loss.kind for loss in result.losses]


@pytest.mark.parametrize(
    ("tag", "mark"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("EM", "italic"),
        ("s", "strike"),
        ("del", "strike"),
        ("u", "underline"),
        ("mark", "highlight"),
        ("sub", "subscript"),
        ("sup", "superscript"),
        ("code", "code"),
        ("kbd", "code"),
    ],
)
def test_inline_tags_become_marks(sketch: Sketch, converted: Convert, tag: str, mark: str) -> None:
    assert sketch(f"x <{tag} class=y>a</{tag}> z") == f"paragraph('x ' 'a'^{mark} ' z')"
    assert kinds(converted(f"x <{tag}>a</{tag}>")) == []


def test_links_images_and_breaks_in_html_become_theirs(sketch: Sketch) -> None:
    assert sketch('x <a title="t" href="a b&amp;c">y</a>') == "paragraph('x ' 'y'^link[a%20b&c])"
    assert sketch('x<br/>y <img src="s" alt="a &lt; b">') == "paragraph('x' hardBreak 'y') image[s,a < b]"


def test_a_tag_left_open_ends_with_its_block(sketch: Sketch) -> None:
    assert sketch("a <b>b\n\nc") == "paragraph('a ' 'b'^bold) paragraph('c')"
    assert sketch("- <b>a\n- b") == "bulletList(listItem(paragraph('a'^bold)) listItem(paragraph('b')))"
    assert sketch("|<u>a|b|\n|-|-|\n") == (
        "table(tableRow(tableHeader(paragraph('a'^underline)) tableHeader(paragraph('b'))))"
    )


def test_a_tag_over_an_image_goes_on_behind_it(sketch: Sketch) -> None:
    assert sketch("<b>a ![i](s) b</b> c") == "paragraph('a'^bold) image[s,i] paragraph('b'^bold ' c')"


def test_a_tag_that_closes_nothing_is_left_out_and_told(sketch: Sketch, converted: Convert) -> None:
    assert sketch("**a</b>**") == "paragraph('a'^bold)"
    assert kinds(converted("**a</b>**")) == ["html"]


def test_other_inline_tags_stand_as_text(sketch: Sketch, converted: Convert) -> None:
    assert sketch('a <span id="www.x.example">b</span>') == "paragraph('a <span id=\"www.x.example\">b</span>')"
    assert kinds(converted("a <x>b</x>")) == ["html", "html"]


def test_comments_are_left_out_and_told(sketch: Sketch, converted: Convert) -> None:
    assert sketch("a<!-- b -->c\n\n<!-- d\n\ne -->\n\nf") == "paragraph('ac') paragraph('f')"
    assert kinds(converted("a<!-- b -->c\n\n<!-- d -->")) == ["html_comment", "html_comment"]


def test_an_address_that_a_comment_cuts_is_no_link(sketch: Sketch) -> None:
    assert sketch("www<!-- -->.a.example") == "paragraph('www.a.example')"


def test_marks_within_code_are_told_as_lost(sketch: Sketch, converted: Convert) -> None:
    text = "<code>a *b* [c](d) <u>e</u></code>"
    assert sketch("x " + text) == "paragraph('x ' 'a b c e'^code)"
    assert kinds(converted("x " + text)) == ["code_marks"] * 3


def test_a_block_of_html_is_a_code_block_or_text_by_setting(sketch: Sketch, converted: Convert) -> None:
    text = "<div>\n *a*\n</div>\n"
    assert sketch(text) == "codeBlock[html]('<div>\\n *a*\\n</div>')"
    assert sketch(text, html_blocks="text") == "paragraph('<div>' hardBreak '*a*' hardBreak '</div>')"
    assert kinds(converted(text)) == ["html_block"]


def test_empty_lines_and_characters_that_are_none_leave_no_empty_text(sketch: Sketch) -> None:
    assert sketch("<pre>\n\na\n</pre>\n", html_blocks="text") == (
        "paragraph('<pre>' hardBreak hardBreak 'a' hardBreak '</pre>')"
    )
    assert sketch("<b>\n&#1;</b>\n<i>a</i>\n") == "paragraph('a'^italic)"


def test_a_block_of_nothing_but_inline_tags_is_read_as_text(sketch: Sketch) -> None:
    assert sketch('<a href="u">\n  b &amp; c\n</a>\n') == "paragraph('b & c'^link[u])"
    assert sketch('<img src="s"\n alt="t">\n') == "image[s,t]"
    assert sketch("<br>\n") == "paragraph"


def test_paragraphs_headings_and_rules_in_html_are_theirs(sketch: Sketch, converted: Convert) -> None:
    text = '<p align="center"><img src="s" width="50%" align="left" height="9"></p>\n<h2>A <b>b</b><hr>c\n'
    assert sketch(text) == "image[s,50%,left] heading[2]('A ' 'b'^bold) horizontalRule paragraph('c')"
    assert kinds(converted(text)) == ["html_attributes", "image_attributes"]


def test_details_hold_the_blocks_between_their_tags(sketch: Sketch, converted: Convert) -> None:
    text = "<details open>\n<summary>S <b>b</b></summary>\n\n- *a*\n\n</details>\n\nc\n"
    assert sketch(text) == (
        "details[True](detailsSummary('S ' 'b'^bold) detailsContent(bulletList(listItem(paragraph('a'^italic)))))"
        " paragraph('c')"
    )
    assert kinds(converted(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "<details><summary>S</summary>\n\na\n\n</details>",
        "<details>\n\n<summary>S</summary>\n\na\n\n</details>",
        "<details>\n<summary>\n\nS\n\n</summary>\n\na\n\n</details>",
        "<details><summary>S</summary>a</details>",
        "<DETAILS>\n<summary class='x'>\nS\n</summary>\na\n</DETAILS>",
        "<details><summary>S</summary>\n\na",
        "<details><summary>\n\nS\n\n</summary>a",
    ],
)
def test_a_summary_is_found_wherever_it_stands(sketch: Sketch, text: str) -> None:
    assert sketch(text) == "details(detailsSummary('S') detailsContent(paragraph('a')))"


def test_a_summary_may_hold_markdown_and_its_images_follow(sketch: Sketch) -> None:
    assert sketch("<details>\n<summary>\n\n*S* ![i](s)\n\n</summary>\n\na\n\n</details>") == (
        "details(detailsSummary('S'^italic) detailsContent(image[s,i] paragraph('a')))"
    )


def test_details_stand_in_details(sketch: Sketch) -> None:
    inner = "details(detailsSummary('I') detailsContent(paragraph('a')))"
    assert (
        sketch("<details><summary>O</summary>\n\n<details><summary>I</summary>\n\na\n\n</details>\n\nb\n\n</details>")
        == f"details(detailsSummary('O') detailsContent({inner} paragraph('b')))"
    )


def test_open_details_close_with_their_container(sketch: Sketch) -> None:
    assert sketch("- <details><summary>S</summary>\n\n  a\n- b\n\nc") == (
        "bulletList(listItem(paragraph details(detailsSummary('S') detailsContent(paragraph('a'))))"
        " listItem(paragraph('b'))) paragraph('c')"
    )
    assert sketch("<details>\n\na") == "details(detailsSummary detailsContent(paragraph('a')))"


def test_tags_of_details_that_fit_nothing_are_left_out_and_told(sketch: Sketch, converted: Convert) -> None:
    text = "</details>\n\n<summary>S</summary>\n\n- a\n\n  </details>\n"
    assert sketch(text) == "paragraph('S') bulletList(listItem(paragraph('a')))"
    assert kinds(converted(text)) == ["html"] * 4


def test_details_too_deep_are_set_flat(sketch: Sketch) -> None:
    assert sketch("> <details><summary>S</summary>\n>\n> a\n>\n> </details>\n", max_depth=2) == (
        "blockquote(paragraph('S') paragraph('a'))"
    )
