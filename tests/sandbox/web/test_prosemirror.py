"""ProseMirror documents as readers see them; whatever they hold, nothing of them runs."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from pagemirror.content.prosemirror import to_prosemirror
from pagemirror.sandbox.web.prosemirror import lay_out, plain_text, render_document

EVIL = '<img src=x onerror=alert(1)><script>alert("x")</script>'


def shown(*blocks: dict[str, Any]) -> str:
    return str(render_document(json.dumps({"type": "doc", "content": list(blocks)})))


def para(*inside: dict[str, Any]) -> dict[str, Any]:
    return {"type": "paragraph", "content": list(inside)}


def words(text: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": text, "marks": list(marks)}


@pytest.mark.parametrize(
    ("mark", "html"),
    [
        ("bold", "<strong>x</strong>"),
        ("italic", "<em>x</em>"),
        ("strike", "<s>x</s>"),
        ("underline", "<u>x</u>"),
        ("code", "<code>x</code>"),
        ("subscript", "<sub>x</sub>"),
        ("superscript", "<sup>x</sup>"),
        ("highlight", "<mark>x</mark>"),
        ("comment", '<span title="Somebody commented on this" class="pm-comment">x</span>'),
        ("blink", '<span title="Unknown mark blink" class="pm-unknown">x</span>'),
    ],
)
def test_marks_are_shown(mark: str, html: str) -> None:
    assert shown(para(words("x", {"type": mark}))) == f"<p>{html}</p>"


def test_marks_nest_in_their_order() -> None:
    link = {"type": "link", "attrs": {"href": "https://example.com"}}
    html = shown(para(words("x", link, {"type": "bold"})))
    assert html.endswith("<strong>x</strong></a></p>")
    assert 'href="https://example.com"' in html


@pytest.mark.parametrize(
    ("block", "html"),
    [
        ({"type": "heading", "attrs": {"level": 2}, "content": [words("H")]}, '<h2 id="h">H</h2>'),
        ({"type": "blockquote", "content": [para(words("q"))]}, "<blockquote><p>q</p></blockquote>"),
        ({"type": "horizontalRule"}, "<hr>"),
        (para(words("a"), {"type": "hardBreak"}, words("b")), "<p>a<br>b</p>"),
        (
            {"type": "orderedList", "attrs": {"start": 3}, "content": [{"type": "listItem", "content": [para()]}]},
            '<ol start="3"><li><p></p></li></ol>',
        ),
        (
            {"type": "codeBlock", "attrs": {"language": "python"}, "content": [words("a < b\n")]},
            '<span class="pm-language">python</span><pre><code class="language-python">a &lt; b\n</code></pre>',
        ),
        ({"type": "codeBlock"}, '<div class="pm-code"><pre><code class="language-text"></code></pre></div>'),
        ({**para(words("x")), "attrs": {"textAlign": "center"}}, '<p class="align-center">x</p>'),
        (
            {"type": "heading", "attrs": {"level": 2, "textAlign": "right"}, "content": [words("H")]},
            '<h2 id="h" class="align-right">H</h2>',
        ),
        ({"type": "image", "attrs": {"src": "a.png", "width": "50%", "align": "right"}}, 'alt="" width="50%"'),
        ({"type": "image", "attrs": {"src": "a.png", "align": "right"}}, '<figure class="pm-image pm-image-right">'),
        (
            {"type": "callout", "attrs": {"type": "danger"}, "content": [para(words("x"))]},
            '<div class="pm-callout pm-callout-danger"><p>x</p></div>',
        ),
        ({"type": "callout", "content": [para()]}, '<div class="pm-callout pm-callout-info"><p></p></div>'),
        ({"type": "mathBlock", "attrs": {"text": "a<b"}}, '<pre title="A formula" class="pm-math">a&lt;b</pre>'),
        ({"type": "footnote", "content": [para(words("kept"))]}, "<p>Unknown node: footnote</p><p>kept</p>"),
        (
            {"type": "attachment", "attrs": {"url": "https://example.com/f", "name": "f.pdf"}},
            '<p class="pm-card"><span>File</span> <a href="https://example.com/f" rel="noopener',
        ),
    ],
)
def test_blocks_are_shown(block: dict[str, Any], html: str) -> None:
    assert html in shown(block)


def test_tasks_tables_details_and_images_are_shown() -> None:
    task = {"type": "taskItem", "attrs": {"checked": True}, "content": [para(words("done"))]}
    html = shown({"type": "taskList", "content": [task, {**task, "attrs": {"checked": False}}]})
    assert html.count('type="checkbox" disabled=""') == 2
    assert html.count('checked=""') == 1
    cell = {"type": "tableCell", "attrs": {"colspan": 2}, "content": [para(words("wide"))]}
    assert '<td colspan="2" rowspan="1"><p>wide</p></td>' in shown(
        {"type": "table", "content": [{"type": "tableRow", "content": [cell]}]}
    )
    parts = [{"type": "detailsSummary", "content": [words("S")]}, {"type": "detailsContent", "content": [para()]}]
    assert '<details open=""><summary>S</summary>' in shown(
        {"type": "details", "attrs": {"open": True}, "content": parts}
    )
    image = shown({"type": "image", "attrs": {"src": "https://example.com/a.png", "alt": "A"}})
    assert 'src="https://example.com/a.png" alt="A"' in image
    assert "<figcaption>A</figcaption>" in image


def test_nothing_of_a_document_runs() -> None:
    names = ("href", "src", "url", "alt", "label", "text", "language", "type", "color", "name", "title", "start")
    evil = dict.fromkeys(names, EVIL) | {"href": "javascript:alert(1)", "src": "javascript:alert(1)", "level": EVIL}
    kinds = ("heading", "codeBlock", "orderedList", "callout", "image", "mathInline", "mathBlock", "mention")
    more = ("video", "attachment", "drawio", "embed", "youtube", "tableCell", "taskItem", EVIL)
    marks = [{"type": name, "attrs": evil} for name in ("link", "highlight", "textStyle", EVIL)]
    html = shown(*({"type": kind, "attrs": evil, "content": [para(words(EVIL, *marks))]} for kind in (*kinds, *more)))
    assert "<script" not in html
    assert not re.search(r'(?:href|src)="javascript', html)
    assert not re.search(r"<[^>\"]*(?:\"[^\"]*\"[^>\"]*)*\bon\w+=", re.sub(r'"[^"]*"', '""', html))
    assert EVIL in unescape(html)


@pytest.mark.parametrize("text", ["", "{", "5", "null", "[]", '{"type":"doc","content":5}', '{"content":[5,null,[]]}'])
def test_what_is_no_document_is_shown_all_the_same(text: str) -> None:
    assert isinstance(str(render_document(text)), str)
    assert isinstance(plain_text(text), str)
    assert lay_out(text) is not None


def test_a_deep_document_is_cut_and_not_an_error() -> None:
    block: dict[str, Any] = para(words("deep"))
    for _ in range(300):
        block = {"type": "blockquote", "content": [block]}
    assert "nested too deep" in shown(block)


def test_plain_text_has_the_words_and_a_line_for_each_block() -> None:
    document = {"type": "doc", "content": [para(words("one "), words("two")), para(words("three"))]}
    assert plain_text(json.dumps(document)).split("\n")[:2] == ["one two", "three"]


def test_json_is_laid_out_for_people() -> None:
    assert lay_out('{"type":"doc","x":"ü"}') == '{\n "type": "doc",\n "x": "ü"\n}'
    assert lay_out("no json") == "no json"


def test_a_page_of_every_construct_is_shown_without_anything_unknown() -> None:
    page = Path(__file__).parents[2] / "content" / "prosemirror" / "every_construct.md"
    html = str(render_document(json.dumps(to_prosemirror(page.read_text(encoding="utf-8")).doc)))
    assert "pm-unknown" not in html
    for tag in ("u", "mark", "sub", "sup", "s", "details", "summary", "table", "figure", "blockquote", "h6", "input"):
        assert f"<{tag}" in html
