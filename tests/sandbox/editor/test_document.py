"""Documents against the editor's schema, and how servers and editors rewrite them."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemirror.sandbox.bodies import BodyForm
from pagemirror.sandbox.editor.document import EMPTY, depth_of, from_text, problem_in, rewritten, written
from pagemirror.sandbox.editor.schema import MARKS, NODES

P: dict[str, Any] = {"type": "paragraph"}


def doc(*blocks: object) -> dict[str, Any]:
    return {"type": "doc", "content": list(blocks)}


def words(text: object = "x", *marks: object, **more: object) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "text", "text": text, **more}
    return {**made, "marks": list(marks)} if marks else made


def para(*inside: object, **more: object) -> dict[str, Any]:
    return {"type": "paragraph", "content": list(inside), **more}


def test_a_document_with_every_construct_is_valid(every_construct: dict[str, Any]) -> None:
    assert problem_in(every_construct) is None
    text = json.dumps(every_construct)
    for name in (*NODES, *MARKS):
        assert f'"type": "{name}"' in text


@pytest.mark.parametrize(
    ("document", "words_of_it"),
    [
        (5, "no node of type doc"),
        ({"type": "paragraph"}, "no node of type doc"),
        (doc(), "doc holds block+, not nothing"),
        (doc(words()), "doc holds block+, not text"),
        (doc({"type": "listItem", "content": [P]}), "doc holds block+, not listItem"),
        (doc({"type": "mermaid"}), "not mermaid"),
        (doc(para({"type": "image"})), "paragraph holds inline*, not image"),
        (doc(5), "doc holds block+, not None"),
        (doc({"type": "heading", "attrs": {"level": 7}}), "heading cannot have level = 7"),
        (doc({"type": "heading", "attrs": {"level": True}}), "heading cannot have level = true"),
        (doc({"type": "paragraph", "attrs": {"indent": 1}}), "paragraph has no attribute 'indent'"),
        (doc({"type": "paragraph", "attrs": []}), "attributes of paragraph are no object"),
        (doc({"type": "paragraph", "content": {}}), "content of paragraph is no list"),
        (doc({"type": "paragraph", "text": "x"}), "paragraph has text"),
        (doc({"type": "paragraph", "style": "x"}), "has a key 'style'"),
        (doc({"type": "horizontalRule", "content": [P]}), "horizontalRule holds nothing, not paragraph"),
        (doc({"type": "callout", "attrs": {"type": "note"}, "content": [P]}), 'type = "note"'),
        (doc({"type": "callout"}), "callout holds block+, not nothing"),
        (
            doc({"type": "bulletList", "content": [{"type": "listItem", "content": [{"type": "blockquote"}]}]}),
            "listItem",
        ),
        (doc({"type": "details", "content": [{"type": "detailsContent"}]}), "detailsSummary detailsContent"),
        (doc({"type": "codeBlock", "content": [{"type": "hardBreak"}]}), "codeBlock holds text*, not hardBreak"),
        (doc({"type": "codeBlock", "content": [words("x", {"type": "bold"})]}), "cannot have marks here"),
        (doc({**P, "marks": [{"type": "bold"}]}), "cannot have marks here"),
        (doc(para(words(""))), "not an empty one"),
        (doc(para({"type": "text"})), "not an empty one"),
        (doc(para(words(5))), "must have text"),
        (doc(para(words("a\0b"))), "NUL"),
        (doc(para(words("\ud800"))), "surrogate"),
        (doc({"type": "codeBlock", "attrs": {"language": "\ud800"}}), "cannot have language"),
        (doc(para(words("x", {"type": "blink"}))), "no mark type 'blink'"),
        (doc(para(words("x", {"type": "link", "attrs": {"title": "t"}}))), "mark link has no attribute 'title'"),
        (doc(para(words("x", {"type": "bold"}, {"type": "bold"}))), "stands twice"),
        (doc(para(words("x", {"type": "bold"}, {"type": "code"}))), "code stands with no other mark"),
        (doc(para(words("x", "bold"))), "marks are a list of objects"),
    ],
)
def test_what_the_editor_cannot_open_is_named(document: Any, words_of_it: str) -> None:
    problem = problem_in(document)
    assert problem is not None
    assert words_of_it in problem


def test_only_paragraphs_stand_in_a_body_cell() -> None:
    def table(cell: str) -> dict[str, Any]:
        quote = {"type": "blockquote", "content": [P]}
        return doc(
            {"type": "table", "content": [{"type": "tableRow", "content": [{"type": cell, "content": [quote]}]}]}
        )

    assert problem_in(table("tableHeader")) is None
    assert problem_in(table("tableCell")) == "doc.0.0.0: tableCell holds paragraph+, not blockquote"


def test_a_problem_says_where_it_is() -> None:
    assert str(problem_in(doc(P, para(words(), words(""))))).startswith("doc.1.1: ")


@pytest.mark.parametrize("form", get_args(BodyForm))
def test_each_rewrite_is_valid_and_stable(form: BodyForm, every_construct: dict[str, Any]) -> None:
    once = rewritten(every_construct, form)
    assert problem_in(once) is None
    assert rewritten(once, form) == once


def test_rewrites_do_what_an_editor_does(every_construct: dict[str, Any]) -> None:
    assert '"comment"' not in json.dumps(rewritten(every_construct, "drop_comments"))
    assert rewritten(doc(para(words()), P, P), "strip_newline") == doc(para(words()))
    assert rewritten(doc(P), "strip_newline") == doc(P)
    ruled = rewritten(doc({"type": "horizontalRule"}), "rich_text")
    assert [block["type"] for block in ruled["content"]] == ["horizontalRule", "paragraph"]


def test_keys_are_kept_or_ordered_as_the_database_does() -> None:
    document = {
        "type": "doc",
        "content": [{"type": "heading", "content": [], "attrs": {"textAlign": None, "level": 2}}],
    }
    assert written(document, jsonb=False) == json.dumps(document, separators=(",", ":"))
    ordered = written(document, jsonb=True)
    assert json.loads(ordered) == document
    assert ordered == '{"type":"doc","content":[{"type":"heading","attrs":{"level":2,"textAlign":null},"content":[]}]}'


def test_depth_counts_what_stands_in_each_other() -> None:
    assert depth_of(EMPTY) == len(["doc", "content", "paragraph"])


@given(st.text(st.sampled_from("ab #\n\t-")))
def test_plain_text_is_always_a_valid_document(text: str) -> None:
    assert problem_in(from_text(text)) is None


def test_plain_text_becomes_headings_paragraphs_and_breaks() -> None:
    made = from_text("## Part\r\n\r\none\ntwo\n\n\nthree")
    heading = {"type": "heading", "attrs": {"level": 2}, "content": [words("Part")]}
    assert made == doc(heading, para(words("one"), {"type": "hardBreak"}, words("two")), para(words("three")))
