"""Markdown's blocks and spans as nodes and marks, one named case for each trap."""

from collections.abc import Callable

import pytest

from pagemirror.content.prosemirror import Converted, Json, Lowering, plain_text, to_prosemirror, validate
from support.timing import took

Sketch = Callable[..., str]
Convert = Callable[..., Converted]


def kinds(result: Converted) -> list[str]:
    return [loss.kind for loss in result.losses]


def test_a_page_of_everything_common(sketch: Sketch) -> None:
    text = "# T\n\na *b* **c** ~~d~~ `e` [f](g)\n\n> q\n\n---\n\n```py\nx\n```\n\n1. n\n\n|h|\n|-|\n|c|\n"
    assert sketch(text) == (
        "heading[1]('T') paragraph('a ' 'b'^italic ' ' 'c'^bold ' ' 'd'^strike ' ' 'e'^code ' ' 'f'^link[g])"
        " blockquote(paragraph('q')) horizontalRule codeBlock[py]('x') orderedList(listItem(paragraph('n')))"
        " table(tableRow(tableHeader(paragraph('h'))) tableRow(tableCell(paragraph('c'))))"
    )


def test_an_empty_text_is_one_empty_paragraph() -> None:
    assert to_prosemirror("").doc == {"type": "doc", "content": [{"type": "paragraph"}]}


# -- what the parser does


def test_rules_with_keys_between_them_are_no_front_matter(sketch: Sketch) -> None:
    assert sketch("a\n\n---\n\nb: c\n\n---\n") == "paragraph('a') horizontalRule paragraph('b: c') horizontalRule"


def test_items_of_a_tight_list_get_their_paragraph(sketch: Sketch) -> None:
    assert sketch("- a\n- b\n  > c\n") == (
        "bulletList(listItem(paragraph('a')) listItem(paragraph('b') blockquote(paragraph('c'))))"
    )


def test_a_loose_list_and_a_tight_one_are_the_same(sketch: Sketch) -> None:
    assert sketch("- a\n\n- b\n") == sketch("- a\n- b\n")


def test_tasks_are_told_in_tight_and_loose_lists(sketch: Sketch) -> None:
    expected = "taskList(taskItem[True](paragraph('a')) taskItem[False](paragraph('b')))"
    assert sketch("- [x] a\n- [ ] b\n") == expected
    assert sketch("- [x] a\n\n- [ ] b\n") == expected


def test_a_list_of_tasks_and_other_items_is_split_into_runs(sketch: Sketch, converted: Convert) -> None:
    text = "- a\n- [x] b\n- [ ] c\n- d\n"
    assert sketch(text) == (
        "bulletList(listItem(paragraph('a')))"
        " taskList(taskItem[True](paragraph('b')) taskItem[False](paragraph('c')))"
        " bulletList(listItem(paragraph('d')))"
    )
    assert kinds(converted(text)) == ["mixed_tasks"]


def test_a_numbered_task_keeps_its_number_and_shows_its_box(sketch: Sketch, converted: Convert) -> None:
    text = "3. [x] a\n4. b\n"
    assert sketch(text) == "orderedList[3](listItem(paragraph('[x] a')) listItem(paragraph('b')))"
    assert kinds(converted(text)) == ["ordered_task"]


def test_a_numbered_task_becomes_a_task_by_setting_and_the_numbers_go_on_behind_it(sketch: Sketch) -> None:
    assert sketch("3. [x] a\n4. b\n", ordered_tasks="tasks") == (
        "taskList(taskItem[True](paragraph('a'))) orderedList[4](listItem(paragraph('b')))"
    )


def test_a_nested_task_stands_in_its_task(sketch: Sketch) -> None:
    assert sketch("- [ ] a\n  - [x] b\n") == (
        "taskList(taskItem[False](paragraph('a') taskList(taskItem[True](paragraph('b')))))"
    )


@pytest.mark.parametrize(
    ("kind", "callout"),
    [("NOTE", "info"), ("tip", "success"), ("Important", "default"), ("WARNING", "warning"), ("CAUTION", "danger")],
)
def test_each_kind_of_alert_has_a_callout_of_its_own(sketch: Sketch, kind: str, callout: str) -> None:
    assert sketch(f"> [!{kind}]\n> a\n") == f"callout[{callout}](paragraph('a'))"


def test_an_alert_with_a_title_stays_a_quote(sketch: Sketch) -> None:
    assert sketch("> [!NOTE] Title\n> a\n") == "blockquote(paragraph('[!NOTE] Title a'))"


def test_an_empty_alert_and_an_empty_quote_hold_an_empty_paragraph(sketch: Sketch) -> None:
    assert sketch("> [!NOTE]\n\n<!-- -->\n\n>\n") == "callout[info](paragraph) blockquote(paragraph)"


def test_display_math_splits_its_paragraph_and_keeps_its_marks(sketch: Sketch) -> None:
    assert sketch("*a $$x$$ b*") == "paragraph('a'^italic) mathBlock[x] paragraph('b'^italic)"


def test_display_math_in_a_heading_stands_in_the_line(sketch: Sketch, converted: Convert) -> None:
    assert sketch("# a $$x$$") == "heading[1]('a ' mathInline[x])"
    assert kinds(converted("# a $$x$$")) == ["math_inline"]


def test_prices_are_no_math(sketch: Sketch) -> None:
    assert sketch("$5 and $6, $x$") == "paragraph('$5 and $6, ' mathInline[x])"


def test_a_code_span_between_dollars_is_the_formula_in_it(sketch: Sketch) -> None:
    assert sketch("$`x_1`$ $a `b` c$") == "paragraph(mathInline[x_1] ' ' mathInline[a `b` c])"


def test_a_block_of_math_is_a_formula_and_an_empty_one_stays_code(sketch: Sketch) -> None:
    assert sketch("```math\n\\frac12\n```\n\n```math\n```\n") == "mathBlock[\\frac12] codeBlock[math]"


def test_a_headings_id_is_left_out_and_told(sketch: Sketch, converted: Convert) -> None:
    assert sketch("## a {#b .c}\n\n{#d}") == "heading[2]('a') paragraph('{#d}')"
    assert [(loss.kind, loss.line) for loss in converted("x\n\n## a {#b}").losses] == [("heading_id", 3)]


def test_short_codes_of_emoji_stay_as_they_are_written(sketch: Sketch) -> None:
    assert sketch("a :tada: :+1:") == "paragraph('a :tada: :+1:')"


def test_a_single_tilde_is_strike_and_by_setting_subscript(sketch: Sketch) -> None:
    assert sketch("~x~ H~2~O") == "paragraph('x'^strike ' H~2~O')"
    assert sketch("~x~ ^y^", subscript=True, superscript=True) == "paragraph('x'^subscript ' ' 'y'^superscript)"


def test_footnotes_are_numbered_by_first_mention_and_stand_at_the_end(sketch: Sketch, converted: Convert) -> None:
    text = "[^b]: second\n\na[^A] b[^b] c[^a] d[^none]\n\n[^a]: - first\n\n[^c]: never\n"
    assert sketch(text) == (
        "paragraph('a' '[1]'^superscript ' b' '[2]'^superscript ' c' '[1]'^superscript ' d[^none]')"
        " horizontalRule orderedList(listItem(paragraph bulletList(listItem(paragraph('first'))))"
        " listItem(paragraph('second')) listItem(paragraph('never')))"
    )
    assert [(loss.kind, loss.line) for loss in converted(text).losses] == [
        ("footnote", 1),
        ("footnote", 5),
        ("footnote", 7),
    ]


def test_a_mail_address_gets_its_scheme(sketch: Sketch) -> None:
    assert sketch("<a@b.example> <https://b.example>") == (
        "paragraph('a@b.example'^link[mailto:a@b.example] ' ' 'https://b.example'^link[https://b.example])"
    )


def test_nul_becomes_the_replacement_character(sketch: Sketch) -> None:
    assert sketch("a\0b `\0` &#0;") == "paragraph('a\ufffdb ' '\ufffd'^code ' \ufffd')"


def test_a_lone_surrogate_is_replaced() -> None:
    assert to_prosemirror("a\ud800b").doc["content"][0]["content"] == [{"type": "text", "text": "a\ufffdb"}]


def test_what_is_nested_too_deep_is_set_flat_and_told_once(converted: Convert) -> None:
    result = converted(">" * 5000 + " deep\n")
    node, depth = result.doc, 0
    while node["type"] != "text":
        node, depth = node["content"][0], depth + 1
    assert (node["text"], depth, kinds(result)) == ("deep", 102, ["depth"])


@pytest.mark.parametrize(("unit", "signs"), [(">", 1), ("> ", 1), ("1. ", 1), ("> - ", 2), ("  > 1) ", 2)])
def test_signs_of_containers_without_end_stand_as_text(converted: Convert, unit: str, signs: int) -> None:
    units = 100_000 // len(unit)
    result = converted("a\n\n" + unit * units + "`b`\n")
    assert validate(result.doc) == ()
    assert [(loss.kind, loss.line, "200 signs" in loss.message) for loss in result.losses] == [("depth", 3, True)]
    said = "".join(plain_text(result.doc).split())
    assert said == "a" + "".join(unit.split()) * (units - 200 // signs) + "b"


def test_signs_of_containers_in_code_stay_whatever_their_number(converted: Convert) -> None:
    code = ">" * 6_000
    assert converted(f"```\n{code}\n```\n").doc["content"][0]["content"] == [{"type": "text", "text": code}]


@pytest.mark.slow
def test_a_text_of_nothing_but_signs_of_containers_takes_no_longer_than_one_of_paragraphs() -> None:
    size = 100_000
    paragraphs = took("a\n\n" * (size // 3))
    assert took(">" * size) < paragraphs
    assert took((">" * 4_000 + "a\n\n") * (size // 4_003)) < paragraphs


def test_items_and_tasks_below_the_depth_keep_their_text(sketch: Sketch) -> None:
    assert sketch("> - [x] a\n>   - b\n> - c\n", max_depth=1) == (
        "blockquote(paragraph('[x] a') paragraph('b') paragraph('c'))"
    )


# -- what the schema asks for


def test_marks_stand_in_the_schemas_order_and_once_each(sketch: Sketch) -> None:
    assert sketch("~~*__[a](b)__*~~ *c _d_*") == ("paragraph('a'^link[b]^bold^italic^strike ' ' 'c d'^italic)")


def test_code_wins_over_other_marks_and_the_loss_is_told(sketch: Sketch, converted: Convert) -> None:
    text = "[`f()`](u) **`g`**"
    assert sketch(text) == "paragraph('f()'^code ' ' 'g'^code)"
    messages = [loss.message for loss in converted(text).losses]
    assert ["link" in messages[0], "bold" in messages[1], len(messages)] == [True, True, 2]


def test_a_link_on_code_is_written_behind_it_by_setting(sketch: Sketch, converted: Convert) -> None:
    expected = "paragraph('f()'^code ' (' 'u'^link[u] ')')"
    assert sketch("[`f()`](u)", linked_code="after") == expected
    assert kinds(converted("[`f()`](u)", linked_code="after")) == []
    assert sketch("[see `f()`](u)", linked_code="after") == "paragraph('see '^link[u] 'f()'^code)"


def test_texts_with_equal_marks_are_one_node(sketch: Sketch) -> None:
    assert sketch("a &amp; b\\*<!-- c -->d *e*<!-- -->*f* `g`<!-- -->`h`") == (
        "paragraph('a & b*d ' 'ef'^italic ' ' 'gh'^code)"
    )


@pytest.mark.parametrize(
    ("item", "first"),
    [
        ("# x", "heading[1]('x')"),
        ("> x", "blockquote(paragraph('x'))"),
        ("- x", "bulletList(listItem(paragraph('x')))"),
        ("```\n  x\n  ```", "codeBlock('x')"),
        ("![](x)", "image[x]"),
        ("***", "horizontalRule"),
    ],
)
def test_an_item_that_begins_with_another_block_gets_an_empty_paragraph_first(
    sketch: Sketch, item: str, first: str
) -> None:
    assert sketch(f"- {item}\n") == f"bulletList(listItem(paragraph {first}))"


def test_an_empty_item_is_an_empty_paragraph(sketch: Sketch) -> None:
    assert sketch("-\n- [ ] \n- a\n") == (
        "bulletList(listItem(paragraph)) taskList(taskItem[False](paragraph)) bulletList(listItem(paragraph('a')))"
    )


def test_an_image_splits_its_paragraph_drops_empty_halves_and_keeps_marks(sketch: Sketch, converted: Convert) -> None:
    assert sketch("*a ![i](s) b*") == "paragraph('a'^italic) image[s,i] paragraph('b'^italic)"
    assert sketch("![i *j* `k`](s)") == "image[s,i j k]"
    assert sketch("![i](s)\n![j](t)") == "image[s,i] image[t,j]"
    assert kinds(converted("![i](s)")) == []
    assert kinds(converted("a ![i](s)")) == kinds(converted("![i](s) a")) == ["split"]


def test_images_of_a_heading_follow_it(sketch: Sketch, converted: Convert) -> None:
    assert sketch("# a ![i](s) b") == "heading[1]('a  b') image[s,i]"
    assert sketch("# ![i](s)") == "image[s,i]"
    assert kinds(converted("# a ![i](s)")) == ["image_moved"]


def test_an_image_in_a_cell_is_a_link_with_its_text(sketch: Sketch, converted: Convert) -> None:
    text = "|h|\n|-|\n|![i](d/s.png) ![](d/s.png)|\n"
    assert "tableCell(paragraph('i'^link[d/s.png] ' ' 's.png'^link[d/s.png]))" in sketch(text)
    assert kinds(converted(text)) == ["image_in_cell", "image_in_cell"]


def test_a_badge_loses_its_link_or_becomes_one(sketch: Sketch, converted: Convert) -> None:
    assert sketch("[![i](s)](u)") == "image[s,i]"
    assert kinds(converted("[![i](s)](u)")) == ["image_link"]
    assert sketch("[![i](s)](u)", linked_images="link") == "paragraph('i'^link[u])"


def test_titles_are_told_as_lost(converted: Convert) -> None:
    assert kinds(converted("[a](b 'c') ![d](e 'f')")) == ["link_title", "image_title", "split"]


def test_a_link_without_text_is_told_as_lost(sketch: Sketch, converted: Convert) -> None:
    assert sketch("a [](b) c") == "paragraph('a  c')"
    assert kinds(converted("a [](b) c")) == ["empty_link"]


def test_the_alignment_of_columns_is_told_once_a_table(converted: Convert) -> None:
    assert kinds(converted("|a|b|\n|:-|-:|\n|c|d|\n")) == ["table_align"]
    assert kinds(converted("|a|b|\n|-|-|\n|c|d|\n")) == []


def test_short_rows_are_filled_up_and_empty_cells_hold_a_paragraph(sketch: Sketch) -> None:
    assert sketch("|a|b|\n|-|-|\n|`c\\|d`|\n") == (
        "table(tableRow(tableHeader(paragraph('a')) tableHeader(paragraph('b')))"
        " tableRow(tableCell(paragraph('c|d'^code)) tableCell(paragraph)))"
    )


def test_a_soft_break_is_a_blank_and_a_hard_break_is_one(sketch: Sketch) -> None:
    assert sketch("a\nb  \nc\\\nd") == "paragraph('a b' hardBreak 'c' hardBreak 'd')"


def test_breaks_and_blanks_at_the_ends_of_a_block_go(sketch: Sketch) -> None:
    assert sketch("<br> a <br>") == sketch("a") == "paragraph('a')"
    assert sketch("*a*<br>\nb <br> c") == "paragraph('a'^italic hardBreak 'b' hardBreak 'c')"


def test_blanks_that_mean_something_stay(sketch: Sketch) -> None:
    assert sketch("&nbsp;a&nbsp;") == "paragraph('\\xa0a\\xa0')"
    assert sketch("`` ` ``") == "paragraph('`'^code)"
    assert sketch("`  a `") == "paragraph(' a'^code)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```\nx\n\n```", "codeBlock('x\\n')"),
        ("```\n```", "codeBlock"),
        ("```\n\n```", "codeBlock"),
        ("    x\n", "codeBlock('x')"),
        ("```a\\*b&amp;\nx\n```", "codeBlock[a*b&]('x')"),
    ],
)
def test_a_code_block_loses_exactly_one_line_end(sketch: Sketch, text: str, expected: str) -> None:
    assert sketch(text) == expected


@pytest.mark.parametrize("info", ["rust title='x'", "rust\ttitle='x'", "  rust   title='x'"])
def test_a_code_blocks_language_is_the_first_word(sketch: Sketch, converted: Convert, info: str) -> None:
    text = f"```{info}\nx\n```"
    assert sketch(text) == "codeBlock[rust]('x')"
    assert "`title='x'`" in converted(text).losses[0].message


def test_lists_keep_their_first_number(blocks: Callable[..., list[Json]]) -> None:
    assert [block.get("attrs") for block in blocks("0. a\n\n<!-- -->\n\n7) b\n\n<!-- -->\n\n1. c")] == [
        {"start": 0},
        {"start": 7},
        None,
    ]


def test_losses_carry_the_line_of_their_place_in_the_texts_order(converted: Convert) -> None:
    text = "é [a](b 'c')\n\ntext [x] & *y*\n\n- ```a b\n  ```\n\n|a|\n|:-|\n"
    assert [(loss.kind, loss.line) for loss in converted(text).losses] == [
        ("link_title", 1),
        ("code_info", 5),
        ("table_align", 8),
    ]


def test_line_ends_of_any_kind_give_the_same_document() -> None:
    text = "a\nb\n\n```\nc\nd\n```\n<div>\ne\n</div>\n"
    assert to_prosemirror(text.replace("\n", "\r\n")).doc == to_prosemirror(text).doc
    assert to_prosemirror(text.replace("\n", "\r")).doc == to_prosemirror(text).doc


def test_settings_have_defaults() -> None:
    assert to_prosemirror("www.a.example", options=Lowering(linkify=False)).doc != to_prosemirror("www.a.example").doc
