"""Our verdict on a document is that of the editor's own library, on good documents and on spoilt ones."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pagemirror.content.prosemirror import to_prosemirror, validate
from pagemirror.content.prosemirror.schema import MARKS, NODES

Check = Callable[[Any], None]

PAGE = """# T *a*

a **b** [c](d) `e` $f$ ~~g~~<br>x

> [!TIP]
> - a
>   1. b

- [ ] a
  - [x] b

| h | i |
|---|---|
| c | <u>d</u> |

<details><summary>S</summary>

```py
x
```

$$m$$ ![i](s)

</details>

---
"""


def _refused(check: Check, doc: Any) -> bool:
    try:
        check(doc)
    except (ValueError, KeyError, TypeError, AttributeError):
        return True
    return bool(doc.get("type") != "doc")


def _nodes(doc: Any) -> list[Any]:
    nodes = [doc]
    for node in nodes:
        if isinstance(node.get("content"), list):
            nodes.extend(child for child in node["content"] if isinstance(child, dict))
    return nodes


KINDS = st.sampled_from([*NODES, "unknown"])
MARK: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"type": st.sampled_from([*MARKS, "unknown"])},
    optional={
        "attrs": st.sampled_from([None, {}, {"href": "x"}, {"href": "y"}, {"color": "red"}, {"new": 1}, [], "x", 3])
    },
)
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, {}, [], "", 0, "text", 7, {"text": "x"}, {"type": None}, {"type": "text"}, {"type": 3}]
)
ATTRS: st.SearchStrategy[Any] = st.sampled_from(
    [None, {}, [], {"level": 9}, {"level": None}, {"new": "x"}, "text", [1], 0]
)


def _spoil(doc: Any, data: st.DataObject) -> None:
    """Change one thing, anywhere."""
    node = data.draw(st.sampled_from(_nodes(doc)), label="node")
    content = node.get("content") if isinstance(node.get("content"), list) else None
    match data.draw(st.integers(0, 9), label="way"):
        case 0:
            node["type"] = data.draw(KINDS)
        case 1:
            node["marks"] = data.draw(
                st.one_of(st.lists(MARK, max_size=4), st.sampled_from([None, {}, "x", [None], [3]]))
            )
        case 2:
            node["attrs"] = data.draw(ATTRS)
        case 3 if content:
            del content[data.draw(st.integers(0, len(content) - 1))]
        case 4 if content:
            content.insert(
                data.draw(st.integers(0, len(content))), copy.deepcopy(data.draw(st.sampled_from(_nodes(doc))))
            )
        case 5 if content:
            content.reverse()
        case 6 if content is not None:
            content.append({"type": data.draw(KINDS), "text": data.draw(st.sampled_from(["", "a"]))})
        case 7:
            node["content"] = data.draw(st.sampled_from([None, [], {}, 3, {"type": "text"}, 0]))
        case 8 if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(ODD)
        case _:
            node.pop(data.draw(st.sampled_from(["type", "content", "attrs", "marks", "text"])), None)


@given(data=st.data(), times=st.integers(1, 4))
@settings(max_examples=200)
def test_a_spoilt_document_gets_the_editors_verdict(editor_check: Check, data: st.DataObject, times: int) -> None:
    doc = copy.deepcopy(to_prosemirror(PAGE).doc)
    for _ in range(times):
        _spoil(doc, data)
    assert bool(validate(doc)) == _refused(editor_check, doc), validate(doc)


@given(marks=st.lists(MARK, max_size=5))
@settings(max_examples=120)
def test_any_set_of_marks_gets_the_editors_verdict(editor_check: Check, marks: list[Any]) -> None:
    doc = {
        "type": "doc",
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": "a", "marks": marks}]}],
    }
    assert bool(validate(doc)) == _refused(editor_check, doc)


@pytest.mark.parametrize("kind", [kind for kind in NODES if kind not in {"doc", "text"}])
def test_each_node_in_each_gets_the_editors_verdict(editor_check: Check, kind: str) -> None:
    for child in NODES:
        inner = {"type": child, "text": "x"} if child == "text" else {"type": child}
        doc = {"type": "doc", "content": [{"type": kind, "content": [inner]}]}
        assert bool(validate(doc)) == _refused(editor_check, doc), child


def test_a_breach_names_its_place_and_what_the_schema_has() -> None:
    cell = {"type": "tableCell", "content": [{"type": "heading"}]}
    table = {"type": "table", "content": [{"type": "tableRow", "content": [cell]}]}
    (found,) = validate({"type": "doc", "content": [{"type": "paragraph"}, table]})
    assert found.path == "/content/1/content/0/content/0"
    assert found.message == "`tableCell` holds (heading), where the schema has (paragraph+)"


def test_each_breach_is_told() -> None:
    text = {"type": "text", "text": "", "marks": [{"type": "code"}, {"type": "bold"}]}
    found = validate({"type": "doc", "content": [{"type": "codeBlock", "content": [text]}, {"type": "listItem"}]})
    assert [violation.path for violation in found] == [
        "",
        "/content/0",
        "/content/1",
        "/content/0/content/0",
        "/content/0/content/0",
    ]


@pytest.mark.parametrize("doc", [None, [], "doc", {}, {"type": "paragraph"}])
def test_what_is_no_document_is_refused(doc: object) -> None:
    assert validate(doc) != ()


def test_depth_costs_no_recursion() -> None:
    doc: dict[str, Any] = {"type": "paragraph"}
    for _ in range(50_000):
        doc = {"type": "blockquote", "content": [doc]}
    assert validate({"type": "doc", "content": [doc]}) == ()
    while doc.get("content"):  # taken apart by hand, as the interpreter would do it in one deep call
        doc = doc["content"].pop()
