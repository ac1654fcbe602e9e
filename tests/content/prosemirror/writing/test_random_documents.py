"""Random documents of the schema, made of delimiters: what is written reads back as the same document."""

from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from pagemirror.content.prosemirror import Json, normal_form, to_prosemirror, validate
from pagemirror.content.prosemirror.writing import to_markdown

WORDS: Final = """
a b1 * ** _ __ ~ ~~ ` `` $ $$ \\ | || < > & &amp; &#32; [ ] ( ) ![ ](u) [x] [^1] # ## - + 1. 2) = --- *** ``` ~~~
::: !!! <b> </b> <br> <div> <!-- --> </details> www.a.bc https://d.ef g@h.ij {#k} {{l}} : ü 漢字 === "m" [!NOTE]
""".split()  # noqa: SIM905 - more readable as a text
TEXT = st.lists(st.sampled_from([*WORDS, " ", " ", "  ", "\t", "\n", "\xa0", "\u2028"]), min_size=1, max_size=6).map(
    "".join
)
MARKS: Final[list[Json]] = [
    *({"type": kind} for kind in ("bold", "italic", "strike", "underline", "superscript", "subscript", "highlight")),
    {"type": "link", "attrs": {"href": "https://a.b/c_(d)?e=f&g|h"}},
    {"type": "link", "attrs": {"href": "u"}},
    {"type": "highlight", "attrs": {"color": "#fa0"}},
    {"type": "textStyle", "attrs": {"color": "rgb(1, 2, 3)"}},
    {"type": "comment", "attrs": {"commentId": "c'1"}},
    {"type": "extension", "attrs": {"of": [1, {"a": "<b> '\"&"}]}},
]


def node(kind: str, content: list[Json] | None = None, **attrs: Any) -> Json:
    made: Json = {"type": kind}
    if attrs:
        made["attrs"] = attrs
    if content:
        made["content"] = content
    return made


def _text(text: str, marks: list[Json], *, code: bool) -> Json:
    kept = [{"type": "code"}] if code else list({mark["type"]: mark for mark in marks}.values())
    return {"type": "text", "text": text, "marks": kept} if kept else {"type": "text", "text": text}


INLINE = st.lists(
    st.one_of(
        st.builds(
            _text, TEXT, st.lists(st.sampled_from(MARKS), max_size=3), code=st.sampled_from([False] * 4 + [True])
        ),
        st.just(node("hardBreak")),
        st.builds(lambda said: node("mathInline", text=said), TEXT),
        st.just(node("mention", id="1", label="A | B", entityType="user", entityId="2")),
        st.just(node("widget", of="newer")),
    ),
    max_size=5,
)
ALIGNED = st.sampled_from([{}, {}, {}, {"textAlign": "center"}, {"indent": 2}])
PARAGRAPH = st.builds(lambda content, attrs: node("paragraph", content, **attrs), INLINE, ALIGNED)
LEAF = st.one_of(
    PARAGRAPH,
    PARAGRAPH,
    st.builds(
        lambda content, level, attrs: node("heading", content, level=level, **attrs), INLINE, st.integers(1, 6), ALIGNED
    ),
    st.builds(
        lambda said, language: node("codeBlock", [{"type": "text", "text": said}], language=language),
        TEXT,
        st.sampled_from([None, "python", "c`d", "e f", "math", "mermaid", "prosemirror-node", "a\\*b"]),
    ),
    st.just(node("horizontalRule")),
    st.builds(lambda said: node("mathBlock", text=said), TEXT),
    st.builds(
        lambda alt, more: node("image", src="files/a b(c).png", alt=alt, **more),
        TEXT,
        st.sampled_from([{}, {"width": "50%"}, {"align": "left", "attachmentId": "7", "size": 3}, {"newer": True}]),
    ),
    st.just(node("video", src="v.mp4", attachmentId="1")),
    st.just(node("attachment", url="/f", name="n.pdf", mime="application/pdf", size=4)),
    st.just(node("embed", src="https://a.b", provider="figma")),
    st.just(node("youtube", src="https://a.b")),
    st.just(node("excalidraw", src="e.svg", title="```")),
    st.just(node("drawio", src="d.svg")),
    st.just(node("gadget", [node("widget"), node("paragraph", [{"type": "text", "text": "a"}])], of="newer")),
)
CELL_ATTRS = st.sampled_from([{}, {}, {}, {"colwidth": [120]}, {"colspan": 2}, {"rowspan": 2}])


def _table(header: bool, rows: list[list[tuple[list[Json], Json]]], width: int) -> Json:  # noqa: FBT001
    made = []
    for number, row in enumerate(rows):
        kind = "tableHeader" if header and not number else "tableCell"
        made.append(node("tableRow", [node(kind, content, **attrs) for content, attrs in row[:width]]))
    return node("table", made)


TABLE = st.builds(
    _table,
    st.booleans(),
    st.lists(
        st.lists(st.tuples(st.lists(PARAGRAPH, min_size=1, max_size=2), CELL_ATTRS), min_size=3, max_size=3),
        min_size=1,
        max_size=3,
    ),
    st.integers(1, 3),
)


def _within(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    blocks = st.lists(inner, min_size=1, max_size=3)
    items = st.lists(st.tuples(PARAGRAPH, st.lists(inner, max_size=2), st.booleans()), min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda content: node("blockquote", content), blocks),
        st.builds(
            lambda kind, content: node("callout", content, type=kind),
            st.sampled_from(["default", "info", "success", "warning", "danger", "newer"]),
            blocks,
        ),
        st.builds(
            lambda summary, content, is_open: node(
                "details", [node("detailsSummary", summary), node("detailsContent", content)], open=is_open
            ),
            INLINE,
            st.lists(inner, max_size=2),
            st.booleans(),
        ),
        st.builds(
            lambda made: node("bulletList", [node("listItem", [first, *rest]) for first, rest, _ in made]), items
        ),
        st.builds(
            lambda made, start, kind: node(
                "orderedList", [node("listItem", [first, *rest]) for first, rest, _ in made], start=start, type=kind
            ),
            items,
            st.sampled_from([0, 1, 7, 99]),
            st.sampled_from([None, None, "a"]),
        ),
        st.builds(
            lambda made: node(
                "taskList", [node("taskItem", [first, *rest], checked=checked) for first, rest, checked in made]
            ),
            items,
        ),
    )


DOCUMENT = st.builds(
    lambda content: node("doc", content),
    st.lists(st.recursive(st.one_of(LEAF, LEAF, TABLE), _within, max_leaves=8), min_size=1, max_size=4),
)


@given(DOCUMENT)
@settings(max_examples=60)
def test_a_document_comes_back_from_its_markdown_whole(doc: Json) -> None:
    assert validate(doc, foreign=True) == ()
    written = to_markdown(doc)
    assert written.losses == ()
    again = to_prosemirror(written.markdown).doc
    assert normal_form(again, comments=True) == normal_form(doc, comments=True)
    assert to_markdown(again).markdown == written.markdown
    assert validate(again, foreign=True) == ()
