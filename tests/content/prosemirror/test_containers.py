"""Admonitions, directives and tabs: found wherever docs teams put them, and left alone in code."""

from collections.abc import Callable

import pytest

from pagemirror.content.prosemirror import Converted
from support.timing import took

Sketch = Callable[..., str]
Convert = Callable[..., Converted]


def told(result: Converted) -> list[tuple[str, int]]:
    return [(loss.kind, loss.line) for loss in result.losses]


# -- MkDocs


def test_an_admonition_without_a_title_is_a_callout_and_loses_nothing(sketch: Sketch, converted: Convert) -> None:
    text = "a\n!!! note\n    b\n\n    - c\n\nd\n"
    assert (
        sketch(text)
        == "paragraph('a') callout[info](paragraph('b') bulletList(listItem(paragraph('c')))) paragraph('d')"
    )
    assert told(converted(text)) == []


def test_a_title_stands_in_bold_at_the_top_with_its_marks(sketch: Sketch, converted: Convert) -> None:
    text = 'a\n\n!!! danger "1. *b* `c` #"\n    d\n'
    assert sketch(text) == (
        "paragraph('a')"
        " callout[danger](paragraph('1. '^bold 'b'^bold^italic ' '^bold 'c'^code ' #'^bold) paragraph('d'))"
    )
    assert told(converted(text)) == [("callout_title", 3)]


@pytest.mark.parametrize("kind", ["note", "info", "tip", "important", "warning", "caution", "danger"])
def test_a_kind_that_the_colour_tells_has_no_title(sketch: Sketch, kind: str) -> None:
    assert sketch(f"!!! {kind}\n    a\n").endswith("](paragraph('a'))")


@pytest.mark.parametrize(
    ("kind", "callout"),
    [
        ("abstract", "info"),
        ("Question", "info"),
        ("hint", "success"),
        ("attention", "warning"),
        ("bug", "danger"),
        ("example", "default"),
        ("quote", "default"),
        ("of-our-own", "default"),
    ],
)
def test_a_kind_that_the_colour_does_not_tell_is_the_title(sketch: Sketch, kind: str, callout: str) -> None:
    name = kind.replace("-", " ").capitalize()
    assert sketch(f"!!! {kind}\n    a\n") == f"callout[{callout}](paragraph('{name}'^bold) paragraph('a'))"


def test_an_empty_title_is_none(sketch: Sketch) -> None:
    assert sketch('!!! bug ""\n    a\n') == "callout[danger](paragraph('a'))"


def test_admonitions_stand_in_each_other_in_lists_and_in_quotes(sketch: Sketch) -> None:
    inner = "callout[success](paragraph('b'))"
    assert sketch("!!! note\n    a\n\n    !!! tip\n        b\n\n    c\n") == (
        f"callout[info](paragraph('a') {inner} paragraph('c'))"
    )
    assert sketch("1. a\n\n    !!! tip\n        b\n\n2. c\n") == (
        f"orderedList(listItem(paragraph('a') {inner}) listItem(paragraph('c')))"
    )
    assert sketch("- a\n    - a\n\n        !!! tip\n            b\n") == (
        f"bulletList(listItem(paragraph('a') bulletList(listItem(paragraph('a') {inner}))))"
    )
    assert sketch("> !!! tip\n>     b\n>\n> c\n\nd") == f"blockquote({inner} paragraph('c')) paragraph('d')"
    assert sketch("!!! tip\n\tb\n") == inner


def test_a_box_may_begin_an_item(sketch: Sketch) -> None:
    assert sketch("- !!! tip\n      a\n\n      b\n- c\n") == (
        "bulletList(listItem(paragraph callout[success](paragraph('a') paragraph('b'))) listItem(paragraph('c')))"
    )
    assert sketch("1. :::tip\n   a\n   :::\n2. b\n") == (
        "orderedList(listItem(paragraph callout[success](paragraph('a'))) listItem(paragraph('b')))"
    )
    assert sketch(":::tip\n- :::\n:::") == "callout[success](bulletList(listItem(paragraph(':::'))))"
    assert sketch("- :::\n- ::: x") == sketch("- :::\n- ::: x", directives=False)


def test_a_fence_in_an_admonition_keeps_its_text_and_ends_with_it(sketch: Sketch) -> None:
    assert (
        sketch("!!! note\n    ```\n    !!! tip\n        a\n    ```\n") == "callout[info](codeBlock('!!! tip\\n    a'))"
    )
    assert sketch("!!! note\n    ~~~ x\n    a\n\nb\n") == "callout[info](codeBlock[x]('a\\n')) paragraph('b')"


@pytest.mark.parametrize(
    "text",
    [
        "```\n!!! note\n    a\n```\n",
        "- ```\n  !!! note\n      a\n  ```\n",
        "    :::note\n    a\n    :::\n",
        "<pre>\n!!! note\n    a\n</pre>\n",
        "x\n\n    !!! note\n        a\n",
        "<!--\n:::note\n:::\n-->\n",
    ],
)
def test_what_stands_in_code_raw_html_or_comments_is_no_container(sketch: Sketch, text: str) -> None:
    assert sketch(text) == sketch(text, directives=False)


def test_what_is_no_container_does_not_keep_others_from_being_one(sketch: Sketch) -> None:
    assert sketch("    !!! note\n        a\n\nb\n\n!!! tip\n    c\n") == (
        "codeBlock('!!! note\\n    a') paragraph('b') callout[success](paragraph('c'))"
    )


@pytest.mark.parametrize("text", ["!!! wow\nso", "!!!", "??? ", '=== "a"\nb', "=== a\n    b", ":::", ": ::", "a !!! b"])
def test_exclamations_and_their_like_are_text(sketch: Sketch, text: str) -> None:
    assert sketch(text) == sketch(text, directives=False)


def test_an_admonition_of_a_title_alone_is_one(sketch: Sketch) -> None:
    assert sketch('!!! note "a"\n\nb') == "callout[info](paragraph('a'^bold)) paragraph('b')"


def test_what_folds_is_details_and_a_kind_beside_a_title_is_told(sketch: Sketch, converted: Convert) -> None:
    text = '??? bug "A *b*"\n    c\n\n???+ tip\n    d\n\n??? "E"\n    f\n'
    assert sketch(text) == (
        "details(detailsSummary('A ' 'b'^italic) detailsContent(paragraph('c')))"
        " details[True](detailsSummary('Tip') detailsContent(paragraph('d')))"
        " details(detailsSummary('E') detailsContent(paragraph('f')))"
    )
    assert told(converted(text)) == [("callout_kind", 1)]


def test_what_folds_is_a_callout_by_setting(sketch: Sketch, converted: Convert) -> None:
    text = "??? tip\n    c\n"
    assert sketch(text, folded="callout") == "callout[success](paragraph('c'))"
    assert told(converted(text, folded="callout")) == [("folded", 1)]


def test_words_that_say_how_an_admonition_looks_are_told(converted: Convert) -> None:
    assert told(converted("!!! note inline end\n    a\n")) == [("directive", 1)]
    assert told(converted(":::note{.wide}\na\n:::\n")) == [("directive", 1)]


# -- Docusaurus and its kin


@pytest.mark.parametrize(
    "first", [":::tip[A *b*]", ":::tip A *b*", "::: tip A *b*", ":::{tip} A *b*", ":::: tip A *b* ::::"]
)
def test_a_directive_is_a_callout_with_its_title(sketch: Sketch, first: str) -> None:
    assert sketch(f"a\n{first}\nc\n::::\n\nd\n") == (
        "paragraph('a') callout[success](paragraph('A '^bold 'b'^bold^italic) paragraph('c')) paragraph('d')"
    )


def test_directives_stand_in_each_other_with_more_colons_inside_or_outside(sketch: Sketch) -> None:
    expected = "callout[info](paragraph('a') callout[success](paragraph('b')) paragraph('c'))"
    assert sketch("::::note\na\n:::tip\nb\n:::\nc\n::::\n") == expected
    assert sketch(":::note\na\n::::tip\nb\n::::\nc\n:::\n") == expected
    assert sketch(":::note\na\n:::tip\nb\n:::\nc\n:::\n") == expected


def test_directives_and_admonitions_stand_in_each_other(sketch: Sketch) -> None:
    assert (
        sketch(":::note\n!!! tip\n    a\n:::\nb\n") == "callout[info](callout[success](paragraph('a'))) paragraph('b')"
    )
    assert sketch("!!! tip\n    :::note\n    a\n    :::\nb\n") == (
        "callout[success](callout[info](paragraph('a'))) paragraph('b')"
    )


def test_a_directive_in_a_list_ends_with_it(sketch: Sketch) -> None:
    assert sketch("1. a\n\n   :::note\n   b\n   :::\n\n2. c\n") == (
        "orderedList(listItem(paragraph('a') callout[info](paragraph('b'))) listItem(paragraph('c')))"
    )
    assert sketch("- a\n\n  :::note\n  b\n\nc\n:::\n") == (
        "bulletList(listItem(paragraph('a') callout[info](paragraph('b')))) paragraph('c')"
    )


def test_a_directive_without_an_end_stays_as_text_and_is_told(sketch: Sketch, converted: Convert) -> None:
    text = "a\n\n:::note\nb\n"
    assert sketch(text) == "paragraph('a') paragraph(':::note b')"
    assert told(converted(text)) == [("directive", 3)]


def test_an_unknown_directive_leaves_what_is_in_it(sketch: Sketch, converted: Convert) -> None:
    text = ":::columns[T]\na\n:::\nb\n"
    assert sketch(text) == "paragraph('T'^bold) paragraph('a') paragraph('b')"
    assert told(converted(text)) == [("directive", 1)]


def test_a_directive_that_folds_is_details(sketch: Sketch) -> None:
    assert sketch("::: details A\nb\n:::\n") == "details(detailsSummary('A') detailsContent(paragraph('b')))"


# -- tabs


def test_tabs_stand_below_headings_of_the_level_below_and_are_told_once_a_row(
    sketch: Sketch, converted: Convert
) -> None:
    row = '=== "A"\n    a\n\n    === "C"\n        c\n\n=== "*B*"\n\n    b\n\n'
    text = f'## h\n\n{row}!!! note\n    x\n\n===! "D"\n    d\n\n## i\n'
    assert sketch(text) == (
        "heading[2]('h') heading[3]('A') paragraph('a') heading[4]('C') paragraph('c')"
        " heading[3]('B'^italic) paragraph('b') callout[info](paragraph('x')) heading[3]('D') paragraph('d')"
        " heading[2]('i')"
    )
    assert told(converted(text)) == [("tabs", 3), ("tabs", 6), ("tabs", 16)]


def test_tabs_fold_by_setting(sketch: Sketch) -> None:
    assert sketch('=== "A"\n    a\n=== "B"\n    b\n', tabs="details") == (
        "details(detailsSummary('A') detailsContent(paragraph('a')))"
        " details(detailsSummary('B') detailsContent(paragraph('b')))"
    )


def test_images_of_a_title_follow_it(sketch: Sketch) -> None:
    assert sketch('!!! note "A ![i](s)"\n    b\n') == "callout[info](paragraph('A'^bold) image[s,i] paragraph('b'))"
    assert sketch('=== "![i](s)"\n    b\n') == "heading[2] image[s,i] paragraph('b')"


# -- limits


def test_losses_in_containers_have_the_lines_of_the_file(converted: Convert) -> None:
    text = 'a\n\n!!! note "t"\n\n    b\n\n    [c](d "e")\n\n    :::tip\n    [f](g "h")\n    :::\n[i](j "k")\n'
    assert told(converted(text)) == [
        ("callout_title", 3),
        ("link_title", 7),
        ("link_title", 10),
        ("link_title", 12),
    ]


def test_containers_too_deep_are_set_flat(sketch: Sketch, converted: Convert) -> None:
    text = '> !!! note "T"\n>     a\n>\n>     ??? tip\n>         b\n'
    assert (
        sketch(text, max_depth=1)
        == "blockquote(paragraph('T'^bold) paragraph('a') paragraph('Tip'^bold) paragraph('b'))"
    )
    assert "depth" in [kind for kind, _ in told(converted(text, max_depth=1))]


def test_a_page_has_two_thousand_boxes_at_most_and_the_rest_stands_as_text(converted: Convert) -> None:
    text = '!!! note "t"\n' * 2000 + '\nend\n\n!!! note "u"\n\n=== "v"\n    w\n'
    result = converted(text)
    blocks = result.doc["content"]
    assert [block["type"] for block in blocks[:2000]] == ["callout"] * 2000
    assert [block["type"] for block in blocks[2000:]] == ["paragraph"] * 3
    assert [(loss.kind, loss.line) for loss in result.losses if loss.kind == "directive"] == [("directive", 2004)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "signs", ["!!! note\n", '!!!""\n', '??? a "b"\n', ":::a\n:::\n", '- !!!""\n', '=== "a"\n    b\n']
)
def test_a_text_of_nothing_but_signs_of_boxes_takes_no_longer_than_one_of_paragraphs(signs: str) -> None:
    size = 100_000
    assert took(signs * (size // len(signs))) < 3 * took("a\n\n" * (size // 3))


def test_a_text_with_a_mark_of_ours_keeps_it_apart(sketch: Sketch) -> None:
    assert sketch("`<!--box1o-->`\n\n!!! note\n    <!--box3o-->\n    a\n") == (
        "paragraph('<!--box1o-->'^code) callout[info](paragraph('a'))"
    )


def test_a_comment_or_raw_block_left_open_does_not_swallow_the_end(sketch: Sketch) -> None:
    assert sketch("!!! note\n    <div>\n\nb") == "callout[info](codeBlock[html]('<div>')) paragraph('b')"
    assert "<!--box" not in sketch("!!! note\n    <!-- a\n\nb")


def test_without_directives_all_stays_as_it_is_written(sketch: Sketch) -> None:
    assert sketch(":::note\na\n:::\n", directives=False) == "paragraph(':::note a :::')"
