"""Raven Docs' pure half: what a document becomes, what is compared, and what is refused before it is sent."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pagemirror.backends.interface import Context, Target
from pagemirror.backends.ravendocs import BACKEND
from pagemirror.backends.ravendocs.answers import about, page_of, part_of, route_missing, versions_of
from pagemirror.backends.ravendocs.documents import EMPTY, read, written
from pagemirror.backends.ravendocs.limits import BODY_LIMIT, GROWTH
from pagemirror.backends.ravendocs.settings import RavendocsSettings
from pagemirror.backends.ravendocs.tombstone import buried, unearthed
from pagemirror.content.prosemirror import canonical_json
from pagemirror.model.fields import BODY, ICON, PARENT, TITLE
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Tree
from support.targets import a_document, a_target, rendered

TODAY = "2026-11-23T10:00:00Z"
ROOM = {"workspace_id": "ws_1", "space_id": "space_1"}


def target(**own: Any) -> Target:
    return a_target("ravendocs", base_url="https://docs.example.com/api/v1/", **ROOM, **own)


def document(*blocks: Any, **more: Any) -> str:
    return written({"type": "doc", "content": list(blocks), **more})


def paragraph(text: str, *marks: Any) -> dict[str, Any]:
    node = {"type": "text", "text": text, **({"marks": list(marks)} if marks else {})}
    return {"type": "paragraph", "content": [node]}


def normal(body: str) -> object:
    return BACKEND.normal({BODY: body})[BODY]


def test_a_file_becomes_a_title_and_a_document() -> None:
    fields = rendered(BACKEND, target(), "One", "Some **text**.\n", status="draft")
    bold = {"type": "text", "text": "text", "marks": [{"type": "bold"}]}
    texts = [{"type": "text", "text": "Some "}, bold, {"type": "text", "text": "."}]
    expected = {"type": "doc", "content": [{"type": "paragraph", "content": texts}]}
    assert dict(fields) == {TITLE: "One", BODY: canonical_json(expected)}


def test_the_icon_is_ours_only_where_the_front_matter_sets_it() -> None:
    assert rendered(BACKEND, target(), "One", "x", icon="rocket")[ICON] == "rocket"
    assert ICON not in rendered(BACKEND, target(), "One", "x")


def test_the_tree_is_pages_below_pages() -> None:
    assert BACKEND.tree(target()) is Tree.PARENTS


def test_a_target_is_named_with_workspace_and_space() -> None:
    assert BACKEND.target_key(target()) == "ravendocs:https://docs.example.com/api/v1#ws_1/space_1"


@pytest.mark.parametrize(("html", "kind"), [("code", "codeBlock"), ("text", "paragraph")])
def test_raw_html_becomes_what_the_setting_says(html: Any, kind: str) -> None:
    aim = target()
    aim = Target(base_url=aim.base_url, token="", own=aim.own, html=html)
    fields = BACKEND.render(a_document("One", "x"), "<form>\n<input>\n</form>\n", Context(path="a"), aim)
    (block,) = json.loads(str(fields[BODY]))["content"]
    assert block["type"] == kind


def test_what_the_editor_cannot_hold_is_told_once_with_its_number() -> None:
    table = "| a |\n|:-:|\n| b |\n\n"
    assert BACKEND.losses(table, target()) == ("columns have no alignment here",)
    assert BACKEND.losses(table * 2, target()) == ("columns have no alignment here (2 times)",)
    assert BACKEND.losses("Text.\n", target()) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"space_id": "s"},
        {"workspace_id": "w"},
        {**ROOM, "space_id": " "},
        {**ROOM, "dialect": "mcp"},
        {**ROOM, "listing": "some"},
        {**ROOM, "email": "a@b"},
    ],
)
def test_settings_that_are_missing_or_not_there_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RavendocsSettings.model_validate(wrong)


RPC = {"dialect": "rpc", "space_id": "01890a5d-ac96-774b-bcce-b302099a8057"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({**RPC, "space_id": "space_1"}, "a UUID"),
        ({**RPC, "archive_parent": "page_1"}, "into the trash"),
        ({**RPC, "email": "env:MAIL"}, "belong together"),
        ({**RPC, "email": "env:MAIL", "password": "hunter2"}, "never written into the config"),
        ({**ROOM, "email": "env:MAIL", "password": "env:WORD"}, 'belong to dialect = "rpc"'),
        ({"space_id": "s"}, "workspace_id is missing"),
    ],
)
def test_each_dialect_has_its_own_keys(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told) as caught:
        RavendocsSettings.model_validate(given)
    assert "hunter2" not in caught.value.errors()[0]["msg"]


def test_the_published_server_needs_a_space_and_a_way_in() -> None:
    own = RavendocsSettings.model_validate({**RPC, "email": "env:MAIL", "password": "file:word"})
    assert (own.workspace_id, own.email, own.password) == ("", "env:MAIL", "file:word")


def test_defaults_ids_comments_and_a_last_empty_line_are_no_change() -> None:
    link = {"type": "link", "attrs": {"href": "https://example.com"}}
    ours = document(paragraph("a", link), {"type": "heading", "attrs": {"level": 2}, "content": []})
    theirs = document(
        {
            **paragraph("a", {**link, "attrs": {**link["attrs"], "class": None, "target": "_blank"}}),  # type: ignore[dict-item]
            "attrs": {"textAlign": None},
        },
        {"attrs": {"textAlign": None, "level": 2}, "type": "heading"},
        {"type": "paragraph"},
    )
    assert normal(ours) == normal(theirs)


def test_another_word_link_or_mark_is_a_change() -> None:
    base = normal(document(paragraph("a")))
    bold = {"type": "bold"}
    assert len({base, normal(document(paragraph("b"))), normal(document(paragraph("a", bold)))}) == 3


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["type", "content", "marks", "attrs", "text"]), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_whatever_a_server_gives_as_a_document_is_compared_and_shown(value: Any) -> None:
    body = written(value)
    once = str(normal(body))
    assert normal(once) == once
    assert isinstance(BACKEND.to_markdown({BODY: body}), str)
    assert isinstance(BACKEND.blind(body, lambda _: "x"), str)
    BACKEND.problem({TITLE: "One", BODY: body})


def test_a_document_of_any_depth_is_compared_and_refused() -> None:
    deep = '{"type":"blockquote","content":[' * 5000 + '{"type":"paragraph"}' + "]}" * 5000
    body = '{"type":"doc","content":[' + deep + "]}"
    assert normal(body) == body
    problem = BACKEND.problem({TITLE: "One", BODY: body})
    assert problem is not None
    assert problem.code == "unsupported"


def test_an_empty_title_is_a_problem() -> None:
    problem = BACKEND.problem({TITLE: " ", BODY: EMPTY})
    assert problem is not None
    assert problem.code == "title"


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"type": "listItem"}, "listItem"),
        ({"type": "paragraph", "content": [{"type": "text", "text": ""}]}, "not empty"),
        ({"type": "bulletList", "content": []}, "bulletList"),
    ],
)
def test_a_document_that_the_editor_could_not_open_is_a_problem(block: Any, said: str) -> None:
    problem = BACKEND.problem({TITLE: "One", BODY: document(block)})
    assert problem is not None
    assert problem.code == "unsupported"
    assert said in problem.reason


@pytest.mark.parametrize("char", ["\0", "\ud800", "a\udc00"])
def test_a_character_that_no_page_can_hold_is_a_problem(char: str) -> None:
    problem = BACKEND.problem({TITLE: "One", BODY: document(paragraph(f"a{char}"))})
    assert problem is not None
    assert problem.code == "encoding"


@pytest.mark.parametrize("text", ["\\u0000", "😀", "\\\\ud800"])
def test_what_only_looks_like_such_a_character_is_none(text: str) -> None:
    assert BACKEND.problem({TITLE: "One", BODY: document(paragraph(text))}) is None


def test_the_size_is_that_of_what_is_sent_and_not_of_what_is_kept() -> None:
    assert BACKEND.problem({TITLE: "One", BODY: document(paragraph("ü" * (BODY_LIMIT // 2 - 200)))}) is None
    problem = BACKEND.problem({TITLE: "One", BODY: document(paragraph("ü" * (BODY_LIMIT // 2)))})
    assert problem is not None
    assert problem.code == "too_large"


@pytest.mark.parametrize(
    "signs", ["- \n", "*a* ", "# a\n", "|1|2|3|\n", "- - - a\n", "a\n\n", "> a\n\n", "1. [ ] a\n", "`a`b"]
)
def test_a_text_of_nothing_but_signs_that_fits_becomes_a_document_that_does(signs: str) -> None:
    start = "|a|b|c|\n|-|-|-|\n" if signs.startswith("|") else ""
    text = start + signs * (BODY_LIMIT // GROWTH // len(signs) - 10)
    assert BACKEND.fits(len(text.encode()), target())
    assert BACKEND.problem(rendered(BACKEND, target(), "One", text)) is None


@pytest.mark.parametrize("cell", ["1|", "|", "-|"])
@pytest.mark.parametrize("width", [100, 3000])
def test_a_wide_table_that_fits_becomes_a_document_that_does(cell: str, width: int) -> None:
    most = 26_000
    text = f"|{cell * width}\n|{'-|' * width}\n"
    text += f"|{cell * width}\n" * ((most - len(text)) // (2 + len(cell) * width))
    while not BACKEND.fits(len(text), target()):
        text = text[: text.rindex("\n", 0, -1) + 1]
    assert text.count("\n") > 1
    assert BACKEND.problem(rendered(BACKEND, target(), "One", text)) is None


def test_a_text_that_may_grow_too_large_is_not_said_to_fit() -> None:
    assert not BACKEND.fits(BODY_LIMIT // GROWTH + 1, target())


def test_other_fields_are_the_same_whatever_the_body_is() -> None:
    one, two = (rendered(BACKEND, target(), "One", body) for body in ("", "Text.\n\n- a\n"))
    assert {**one, BODY: ""} == {**two, BODY: ""}


def test_addresses_of_links_and_images_are_made_blind_and_words_are_not() -> None:
    url = "https://docs.example.com/p/1"
    link = {"type": "link", "attrs": {"href": url}}
    body = document(paragraph(url, link), {"type": "image", "attrs": {"src": url, "alt": url}})
    blinded = BACKEND.blind(body, lambda address: "token" if address == url else None)
    assert json.loads(blinded)["content"] == [
        paragraph(url, {"type": "link", "attrs": {"href": "token"}}),
        {"type": "image", "attrs": {"src": "token", "alt": url}},
    ]
    assert BACKEND.blind(body, lambda _: None) == body


def test_documents_that_differ_in_urls_of_known_pages_are_equal_when_blind() -> None:
    one = rendered(BACKEND, target(), "One", "[a](https://x.example/1) **b** ![c](https://x.example/1)")
    two = rendered(BACKEND, target(), "One", "[a](https://x.example/2) **b** ![c](https://x.example/2)")
    assert one[BODY] != two[BODY]

    def blind(fields: Any) -> str:
        return BACKEND.blind(str(fields[BODY]), lambda url: "page" if url.startswith("https://x.") else None)

    assert blind(one) == blind(two)


def test_a_node_that_only_a_newer_server_has_goes_back_to_the_page_that_has_it_and_to_no_other() -> None:
    body = document({"type": "gadget", "attrs": {"of": "newer"}}, paragraph("a", {"type": "glow"}))
    edited = document({"type": "gadget", "attrs": {"of": "newer"}}, paragraph("b"))
    assert BACKEND.problem({TITLE: "One", BODY: edited}, page=body) is None
    for page in ("", document(paragraph("a")), "no document", document({"type": "widget"})):
        problem = BACKEND.problem({TITLE: "One", BODY: edited}, page=page)
        assert problem is not None
        assert (problem.code, "gadget" in problem.reason) == ("unsupported", True)
    broken = document({"type": "gadget"}, {"type": "bulletList", "content": [paragraph("a")]})
    assert BACKEND.problem({TITLE: "One", BODY: broken}, page=body) is not None
    assert BACKEND.from_markdown(BACKEND.to_markdown({BODY: body})) == body


def test_a_document_that_breaks_the_schema_does_not_come_back_from_its_markdown() -> None:
    code = paragraph("f()", {"type": "bold"}, {"type": "code"})
    for body in (document(code), document({"type": "bulletList", "content": [paragraph("a")]})):
        assert normal(BACKEND.from_markdown(BACKEND.to_markdown({BODY: body}))) != normal(body)


def test_people_read_markdown() -> None:
    fields = rendered(BACKEND, target(), "One", "# A\n\nb **c**\n\n- d\n- e\n")
    assert BACKEND.to_markdown(fields) == "# A\n\nb **c**\n\n- d\n- e\n"
    assert BACKEND.to_markdown({BODY: "no document"}) == "no document"
    assert BACKEND.to_markdown({BODY: ""}) == ""


def test_a_kept_document_goes_back_as_it_is_and_markdown_is_converted() -> None:
    body = document(paragraph("a", {"type": "underline"}))
    assert BACKEND.from_markdown(body) == body
    assert BACKEND.from_markdown("{a}") == document(paragraph("{a}"))
    assert BACKEND.from_markdown("") == EMPTY


@given(title=st.text(min_size=1, max_size=40), words=st.text(min_size=1, max_size=40))
def test_a_tombstone_gives_title_and_body_back(title: str, words: str) -> None:
    body = document(paragraph(words))
    marked = buried(title, body, TODAY)
    assert marked is not None
    assert marked.title == f"[Archived] {title}"
    assert "2026-11-23" in marked.body
    assert unearthed(marked.title, marked.body) == (title, body)


def test_a_tombstone_of_an_empty_page_is_a_valid_document() -> None:
    marked = buried("One", EMPTY, TODAY)
    assert marked is not None
    assert BACKEND.problem({TITLE: marked.title, BODY: marked.body}) is None
    assert unearthed(marked.title, marked.body) == ("One", EMPTY)


def test_a_page_that_a_person_marked_or_unmarked_is_no_tombstone() -> None:
    body = document(paragraph("Text."))
    marked = buried("One", body, TODAY)
    assert marked is not None
    assert unearthed("One", marked.body) is None
    assert unearthed(marked.title, body) is None
    callout = {"type": "callout", "content": [paragraph("Archived on Monday.")]}
    assert unearthed(marked.title, document(callout, paragraph("Text."))) is None
    changed = marked.body.replace("is gone", "is away")
    assert unearthed(marked.title, changed) is None
    assert buried("One", "no document", TODAY) is None


@pytest.mark.parametrize(
    "value", [None, [], {}, {"data": None}, {"data": {"id": "other", "title": "x"}}, {"data": {"id": "p", "title": 5}}]
)
def test_an_answer_that_is_not_this_page_is_none(value: Any) -> None:
    assert page_of(value, page_id=PageId("p")) is None


def test_an_answer_without_content_leaves_the_body_unknown_and_null_is_empty() -> None:
    page = page_of({"data": {"id": "p", "title": "x", "parentId": "q"}}, page_id=PageId("p"))
    assert page is not None
    assert not page.body_known
    assert page.fields[PARENT] == "q"
    page = page_of({"data": {"id": "p", "title": "x", "content": None}}, page_id=PageId("p"))
    assert page is not None
    assert page.fields[BODY] == EMPTY


@pytest.mark.parametrize("value", [None, [], {}, {"data": None}])
def test_an_answer_that_is_no_listing_or_history_is_none(value: Any) -> None:
    assert part_of(value, 1, 100) is None
    assert versions_of(value) is None


@pytest.mark.parametrize(
    ("error", "what"),
    [
        ({"code": "NOT_FOUND", "message": "Page not found"}, "page"),
        ({"message": "Parent page not found"}, "parent"),
        ({"message": "?", "details": {"field": "parentId"}}, "parent"),
        ({"message": "Space permissions not found"}, "space"),
        ({"message": "Workspace not found"}, "workspace"),
        ({"message": "Page history not found"}, "version"),
    ],
)
def test_a_404_says_what_is_not_there(error: Any, what: str) -> None:
    assert about({"error": error}) == what


def test_a_404_for_a_route_is_known_in_both_forms() -> None:
    assert route_missing({"statusCode": 404, "message": "Cannot GET /api/pages/x", "path": "/api/pages/x"})
    assert route_missing({"message": "Cannot GET /api/pages", "error": "Not Found", "statusCode": 404})
    assert not route_missing({"error": {"code": "NOT_FOUND", "message": "Page not found"}})


def test_only_a_document_is_read() -> None:
    assert read("") == read(EMPTY)
    for wrong in ("5", "null", "[]", "{", '{"type":"paragraph"}', '{"type":"doc","content":[{"type":"text"}]}'):
        assert read(wrong) is None
