"""The form that each node and mark has, and what the writer says where a document breaks the schema."""

import copy
import textwrap
from typing import Any

import pytest

from pagemirror.content.prosemirror import Json, normal_form, to_prosemirror
from pagemirror.content.prosemirror.writing import to_markdown


def text(said: str, *marks: str | Json) -> Json:
    made = [mark if isinstance(mark, dict) else {"type": mark} for mark in marks]
    return {"type": "text", "text": said, "marks": made} if made else {"type": "text", "text": said}


def node(kind: str, *content: Json, **attrs: Any) -> Json:
    made: Json = {"type": kind}
    if attrs:
        made["attrs"] = attrs
    if content:
        made["content"] = list(content)
    return made


def para(*content: Json | str, **attrs: Any) -> Json:
    return node("paragraph", *(text(part) if isinstance(part, str) else part for part in content), **attrs)


def item(*content: Json) -> Json:
    return node("listItem", *content)


def row(kind: str, *cells: Json) -> Json:
    return node("tableRow", *(node(kind, cell) for cell in cells))


LINK: Json = {"type": "link", "attrs": {"href": "https://a.b/c"}}
BREAK = node("hardBreak")


@pytest.mark.parametrize(
    ("block", "markdown"),
    [
        (node("heading", text("a #"), level=2), r"## a \#"),
        (node("heading", text("a"), BREAK, text("b"), level=1), "# a<br>b"),
        (para("a", BREAK, "- b"), "a\\\n\\- b"),
        (para("1. a"), r"1\. a"),
        (para("2 * 3, snake_case, $5, ~/home, a & b, [x], 4 < 5"), "2 * 3, snake_case, $5, ~/home, a & b, [x], 4 < 5"),
        (para("*a* `b` <b> &amp; [c](d)"), r"\*a\* \`b\` \<b> \&amp; [c\](d)"),
        (para(text("a", "bold"), text("b", "bold", "italic"), "c"), "**a*b***c"),
        (para(text("a ", "bold"), "b"), "<strong>a&#32;</strong>b"),
        (
            para(text("a", "strike"), " ", text("b", "underline"), " ", text("c", "subscript")),
            "~~a~~ <u>b</u> <sub>c</sub>",
        ),
        (para(text("a", "highlight"), " ", text("b", "superscript")), "<mark>a</mark> <sup>b</sup>"),
        (para(text("a", {"type": "highlight", "attrs": {"color": "#fa0"}})), '<mark data-color="#fa0">a</mark>'),
        (
            para(text("a", {"type": "comment", "attrs": {"commentId": "1"}})),
            """<span data-mark='{"attrs":{"commentId":"1"},"type":"comment"}'>a</span>""",
        ),
        (
            para(node("mention", id="1", label="Ann")),
            """<span data-node='{"attrs":{"id":"1","label":"Ann"},"type":"mention"}'></span>""",
        ),
        (para("a", textAlign="center"), """<span data-attrs='{"textAlign":"center"}'></span>a"""),
        (para(text("a", LINK), " ", text("https://a.b/c", LINK)), "[a](https://a.b/c) <https://a.b/c>"),
        (para("www.a.bc"), r"www\.a\.bc"),
        (para(text("a`b", "code"), " ", text("`", "code")), "``a`b`` `` ` ``"),
        (para(node("mathInline", text="x^2")), "$x^2$"),
        (node("mathBlock", text="a\nb"), "$$\na\nb\n$$"),
        (node("codeBlock", text("```\na"), language="mermaid"), "````mermaid\n```\na\n````"),
        (node("image", src="a%20(b).png", alt="c"), "![c](<a%20(b).png>)"),
        (
            node("image", src="a.png", alt="c", width="50%", align="left"),
            '<img src="a.png" alt="c" width="50%" align="left">',
        ),
        (
            node("image", src="a.png", attachmentId="1"),
            """<img src="a.png" alt="" data-attrs="{&quot;attachmentId&quot;:&quot;1&quot;}">""",
        ),
        (node("callout", para("a"), para("b"), type="danger"), "> [!CAUTION]\n> a\n>\n> b"),
        (node("blockquote", para("[!NOTE]")), r"> \[!NOTE]"),
        (
            node("details", node("detailsSummary", text("a", "bold")), node("detailsContent", para("b")), open=True),
            "<details open>\n<summary><strong>a</strong></summary>\n\nb\n\n</details>",
        ),
        (node("bulletList", item(para("a"), node("bulletList", item(para("b"))))), "- a\n  - b"),
        (node("orderedList", item(para("a"), para("b")), item(para("c")), start=9), "9. a\n\n   b\n\n10. c"),
        (node("bulletList", item(para(), node("horizontalRule"))), "- ___"),
        (
            node("taskList", node("taskItem", para("a"), checked=True), node("taskItem", para("b"))),
            "- [x] a\n- [ ] b",
        ),
        (
            node(
                "table", row("tableHeader", para("a|b"), para()), row("tableCell", para(text("|", "code")), para("c"))
            ),
            "| a\\|b |  |\n| --- | --- |\n| `\\|` | c |",
        ),
        (
            node("table", row("tableCell", para("a")), node("tableRow", node("tableCell", para("b"), para("c")))),
            "<table>\n<tr><td>a</td></tr>\n<tr><td><p>b</p><p>c</p></td></tr>\n</table>",
        ),
        (
            node("video", src="v.mp4"),
            '```prosemirror-node\n{"attrs":{"src":"v.mp4"},"type":"video"}\n```',
        ),
        (
            node("gadget", para("a"), of="newer"),
            """
            ```prosemirror-node
            {"attrs":{"of":"newer"},"content":[{"content":[{"text":"a","type":"text"}],"type":"paragraph"}],"type":"gadget"}
            ```""",
        ),
    ],
)
def test_each_node_and_mark_has_a_form_that_reads_back(block: Json, markdown: str) -> None:
    doc = node("doc", block)
    assert to_markdown(doc).markdown == textwrap.dedent(markdown).removeprefix("\n") + "\n"
    again = to_prosemirror(to_markdown(doc).markdown).doc
    assert normal_form(again, comments=True) == normal_form(doc, comments=True)


def test_lists_in_a_row_have_different_markers() -> None:
    bullets, numbers = node("bulletList", item(para("a"))), node("orderedList", item(para("b")))
    doc = node("doc", bullets, bullets, bullets, numbers, numbers)
    assert to_markdown(doc).markdown == "- a\n\n* a\n\n- a\n\n1. b\n\n1) b\n"


def test_a_document_without_text_is_an_empty_text() -> None:
    assert to_markdown(node("doc", para())).markdown == ""


def test_a_block_that_breaks_the_schema_is_told_with_its_line() -> None:
    doc = node("doc", para("a"), node("bulletList", para("b")))
    written = to_markdown(doc)
    (loss,) = written.losses
    assert (loss.kind, loss.line) == ("unwritten", 3)
    assert "bulletList" in loss.message
    assert '"b"' in written.markdown


@pytest.mark.parametrize("kind", ["bulletList", "orderedList", "taskList"])
def test_an_empty_list_below_a_paragraph_of_an_item_is_told(kind: str) -> None:
    written = to_markdown(node("doc", node("bulletList", item(para("a"), node(kind)))))
    assert "a" in written.markdown
    assert [loss.kind for loss in written.losses] == ["unwritten"]


def test_marks_beside_code_are_told() -> None:
    written = to_markdown(node("doc", para(text("f()", "code", LINK))))
    assert written.markdown == "`f()`\n"
    assert [(loss.kind, "link" in loss.message) for loss in written.losses] == [("code_marks", True)]


def test_code_whose_marks_were_left_out_joins_the_code_beside_it() -> None:
    doc = node("doc", para(text("a", "bold", "code"), text("b", "code")))
    before = copy.deepcopy(doc)
    written = to_markdown(doc)
    assert doc == before
    assert written.markdown == "`ab`\n"
    assert [loss.kind for loss in written.losses] == ["code_marks"]


def test_a_document_as_deep_as_you_like_is_written() -> None:
    doc = para("a")
    for _ in range(5_000):
        doc = node("blockquote", doc)
    written = to_markdown(node("doc", doc, para("b")))
    assert [loss.kind for loss in written.losses] == ["unwritten"]
    assert written.markdown.endswith("b\n")
    shallow = para("a")
    for _ in range(200):
        shallow = node("blockquote", shallow)
    assert to_markdown(node("doc", shallow)).losses == ()


@pytest.mark.parametrize(
    "source",
    [
        "",
        "{",
        "[]",
        '{"type":"doc"}',
        '{"type":"text","text":"a"}',
        '{"type":"listItem"}',
        '{"type":1}',
        '{"type":"heading","content":[{"type":"table"}]}',
        '{"type":"x","attrs":{"a":"\\u0000"}}',
    ],
)
def test_a_fence_that_holds_no_block_stays_code(source: str) -> None:
    (block,) = to_prosemirror(f"```prosemirror-node\n{source}\n```").doc["content"]
    assert block["type"] == "codeBlock"


@pytest.mark.parametrize(
    "tag",
    [
        "<span>",
        '<span class="a">',
        "<span data-mark='{'>",
        '<span data-mark=\'{"type":"code"}\'>',
        '<span data-node=\'{"type":"paragraph"}\'>',
        "<span data-attrs='[]'>",
    ],
)
def test_a_span_that_carries_nothing_stays_text(tag: str) -> None:
    (block,) = to_prosemirror(f"a {tag}b").doc["content"]
    assert block == para(f"a {tag}b")
