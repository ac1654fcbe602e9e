"""The normal form takes away what no reader sees, and nothing else."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagemirror.content.prosemirror import Json, canonical_json, normal_form, plain_text, validate
from pagemirror.content.prosemirror.schema import MARKS


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


BREAK = node("hardBreak")
EMPTY = node("paragraph")
LINK: Json = {"type": "link", "attrs": {"href": "u"}}


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (node("paragraph", text("a"), textAlign=None), node("paragraph", text("a"))),
        (node("paragraph", text("a"), textAlign="right"), node("paragraph", text("a"), textAlign="right")),
        (node("heading", text("a"), level=1, textAlign=None), node("heading", text("a"))),
        (node("heading", text("a"), level=2.0), node("heading", text("a"), level=2)),
        (node("image", src="s", width="100%", align="center", alt=None, size=None), node("image", src="s")),
        (node("image", src="s", width="50%", new=1), node("image", src="s", width="50%", new=1)),
        (
            node("taskList", node("taskItem", node("paragraph", text("a")), checked=False, id="x")),
            node("taskList", node("taskItem", node("paragraph", text("a")))),
        ),
        (node("paragraph", node("mention", id="x", label="y")), node("paragraph", node("mention", id="x", label="y"))),
        (
            node(
                "paragraph", text("a", {"type": "link", "attrs": {**LINK["attrs"], "target": "_self", "class": None}})
            ),
            node("paragraph", text("a", LINK)),
        ),
        (
            node("paragraph", text("a"), text("b", {"type": "comment", "attrs": {"commentId": "1"}}), text("c")),
            node("paragraph", text("abc")),
        ),
        (node("paragraph", text("a", "italic", "bold")), node("paragraph", text("a", "bold", "italic"))),
        (node("paragraph", text("a", {"type": "bold", "attrs": {}})), node("paragraph", text("a", "bold"))),
        (
            node("paragraph", text("a", {"type": "textStyle", "attrs": {"color": None}})),
            node("paragraph", text("a")),
        ),
        (
            node("paragraph", {**node("mathInline", text="x"), "marks": [{"type": "bold"}]}),
            node("paragraph", node("mathInline", text="x")),
        ),
        (
            node("paragraph", BREAK, text(" "), text(" a"), BREAK, text(" ", "bold"), BREAK),
            node("paragraph", text("a")),
        ),
        (node("paragraph", text("a "), BREAK, text(" b")), node("paragraph", text("a"), BREAK, text("b"))),
        (node("paragraph", text("a "), text(" "), BREAK, text("b")), node("paragraph", text("a"), BREAK, text("b"))),
        (node("paragraph", text(" a ", "code")), node("paragraph", text(" a ", "code"))),
        (node("paragraph", text("\xa0a\u2028")), node("paragraph", text("\xa0a\u2028"))),
        (node("codeBlock", text("a "), text("b\n"), language=None), node("codeBlock", text("a b\n"))),
        (node("blockquote", EMPTY, node("paragraph", text(" "))), node("blockquote", EMPTY)),
        (node("callout", EMPTY, node("horizontalRule"), EMPTY), node("callout", node("horizontalRule"))),
        (
            node("bulletList", node("listItem", EMPTY, node("horizontalRule"), EMPTY)),
            node("bulletList", node("listItem", EMPTY, node("horizontalRule"))),
        ),
        (
            node("bulletList", node("listItem", EMPTY, node("paragraph", text("a")))),
            node("bulletList", node("listItem", node("paragraph", text("a")))),
        ),
        (
            node("table", node("tableRow", node("tableCell", EMPTY, EMPTY, colspan=1, rowspan=2, colwidth=None))),
            node("table", node("tableRow", node("tableCell", EMPTY, rowspan=2))),
        ),
        (
            node("details", node("detailsSummary"), node("detailsContent", EMPTY), open=False),
            node("details", node("detailsSummary"), node("detailsContent")),
        ),
    ],
)
def test_what_no_reader_sees_goes_and_the_rest_stays(written: Json, normal: Json) -> None:
    doc = node("doc", written, node("paragraph", text("end")), EMPTY)
    before = copy.deepcopy(doc)
    assert normal_form(doc) == node("doc", normal, node("paragraph", text("end")))
    assert doc == before


def test_a_document_of_nothing_keeps_one_paragraph() -> None:
    assert normal_form(node("doc", EMPTY, EMPTY)) == normal_form(node("doc")) == node("doc", EMPTY)


def test_canonical_text_is_the_same_for_equal_documents_and_ascii() -> None:
    assert canonical_json({"type": "doc", "content": [{"text": "ü", "type": "text"}]}) == (
        '{"content":[{"text":"\\u00fc","type":"text"}],"type":"doc"}'
    )


WORDS = st.sampled_from(["", " ", "a", " b ", "\xa0", "\n", "c\t"])
MARKED = st.lists(st.sampled_from([*MARKS, "unknown"]), max_size=3).map(
    lambda kinds: [{"type": kind} for kind in kinds]
)
TEXTS = st.builds(lambda said, marks: {"type": "text", "text": said, "marks": marks}, WORDS, MARKED)
INLINE = st.lists(st.one_of(TEXTS, st.just(BREAK), st.just(node("mathInline", text="x"))), max_size=6)
FILLED = st.builds(
    lambda kind, content, attrs: {"type": kind, "content": content, "attrs": attrs},
    st.sampled_from(["paragraph", "heading", "codeBlock", "detailsSummary"]),
    INLINE,
    st.sampled_from([{}, {"level": 1.0}, {"level": 2}, {"textAlign": None}]),
)
BLOCK = st.recursive(
    st.one_of(FILLED, st.just(EMPTY), st.just(node("horizontalRule"))),
    lambda inner: st.builds(
        lambda kind, content: {"type": kind, "content": content},
        st.sampled_from(["blockquote", "callout", "listItem", "bulletList", "tableCell", "detailsContent", "unknown"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)


@given(st.lists(BLOCK, max_size=4))
@settings(max_examples=120)
def test_the_normal_form_is_idempotent_and_keeps_each_letter(blocks: list[Json]) -> None:
    doc = {"type": "doc", "content": blocks}
    normal = normal_form(doc)
    assert normal_form(normal) == normal
    assert "".join(plain_text(doc).split()) == "".join(plain_text(normal).split())
    if not validate(doc):
        assert validate(normal) == ()
