"""One page with everything that docs teams write: valid everywhere, nothing lost in silence."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from pagemirror.content.prosemirror import Converted, Json, plain_text, to_prosemirror

Check = Callable[[Any], None]
Convert = Callable[..., Converted]

PAGE: Final = (Path(__file__).parent / "every_construct.md").read_text(encoding="utf-8")
LINES: Final = PAGE.split("\n")
NOT_IN_MARKDOWN: Final = {"video", "youtube", "attachment", "drawio", "excalidraw", "embed", "mention"}
TOLD: Final = {
    ("link_title", "Plain,"),
    ("code_marks", "A short code"),
    ("html_comment", "A short code"),
    ("html", "Math in the line"),
    ("footnote", "[^1]:"),
    ("heading_id", "## Heading with an id"),
    ("definition_list", "Term"),
    ("callout_title", '!!! warning "A title'),
    ("callout_title", "        !!! bug"),
    ("callout_title", ":::note[Title"),
    ("callout_title", "::::danger Inner"),
    ("callout_kind", "??? question"),
    ("code_info", '    ```python title="a.py"'),
    ("code_info", "```python hl_lines"),
    ("code_info", "```js{1,3}"),
    ("code_info", "```rust,ignore"),
    ("directive", ":::unknown"),
    ("table_align", "| Left"),
    ("image_in_cell", "| ![pixel]"),
    ("html_block", "<table><tr><td><ul>"),
    ("image_title", "![An image]"),
    ("split", "Text before"),
    ("image_link", "Text before"),
    ("html_attributes", '<p align="center">'),
    ("image_attributes", '<p align="center">'),
    ("tabs", '=== "First"'),
    ("include", "--8<--"),
    ("include", "{% include"),
    ("include", "{{#include"),
    ("html_block", '<div class="grid">'),
}


def _nodes(doc: Json) -> Iterator[Json]:
    yield doc
    for child in doc.get("content", ()):
        yield from _nodes(child)


def test_the_page_is_valid_and_has_every_node_and_mark_that_markdown_can_say(converted: Convert) -> None:
    nodes = list(_nodes(converted(PAGE).doc))
    kinds = {node["type"] for node in nodes}
    marks = {mark["type"] for node in nodes for mark in node.get("marks", ())}
    assert marks == {
        "link",
        "bold",
        "code",
        "italic",
        "strike",
        "underline",
        "superscript",
        "subscript",
        "highlight",
    }
    assert kinds >= {"callout", "details", "mathInline", "mathBlock", "table", "tableHeader", "taskItem", "image"}
    assert not kinds & NOT_IN_MARKDOWN
    assert {node["attrs"]["type"] for node in nodes if node["type"] == "callout"} == {
        "default",
        "info",
        "success",
        "warning",
        "danger",
    }


def test_each_loss_is_told_at_the_line_where_it_is(converted: Convert) -> None:
    told = {(loss.kind, LINES[loss.line - 1]) for loss in converted(PAGE).losses}
    for kind, start in TOLD:
        assert any(kind == other and line.startswith(start) for other, line in told), (kind, start)
    for kind, line in told:
        assert any(kind == other and line.startswith(start) for other, start in TOLD), (kind, line)


def test_no_sign_of_a_box_a_tab_or_a_term_is_shown(converted: Convert) -> None:
    text = plain_text(converted(PAGE).doc)
    assert [line for line in text.split("\n") if line.startswith((":", "???", "===", "<!--"))] == []
    assert [line for line in text.split("\n") if line.startswith("!!!")] == ["!!! this is code"]
    assert "{#" not in text.replace("{{#", "")


@pytest.mark.parametrize("line_ends", ["\r\n", "\r"])
def test_the_page_is_the_same_whatever_its_line_ends(line_ends: str) -> None:
    assert to_prosemirror(PAGE.replace("\n", line_ends)) == to_prosemirror(PAGE)


def test_the_server_takes_it_but_for_nested_tasks(server_check: Check) -> None:
    server_check(to_prosemirror(PAGE.replace("  - [ ] nested\n", "")).doc)
