"""The table says what the editor's schema says."""

import json
from pathlib import Path

from pagemirror.content.prosemirror.schema import MARKS, NODES, content_letters, content_pattern

SCHEMA = json.loads((Path(__file__).parent / "editor_schema.json").read_text(encoding="utf-8"))


def _defaults(spec: dict[str, dict[str, dict[str, object]]]) -> dict[str, object]:
    return {name: attr["default"] for name, attr in spec["attrs"].items()}


def test_each_node_has_the_editors_content_group_and_attributes() -> None:
    assert set(NODES) == set(SCHEMA["nodes"])
    for name, spec in SCHEMA["nodes"].items():
        rule = NODES[name]
        assert rule.content == spec.get("content", ""), name
        assert rule.group == spec.get("group", "").removesuffix(" list"), name
        assert dict(rule.attrs) == _defaults(spec), name


def test_only_inline_content_bears_marks_and_code_blocks_none() -> None:
    for name, rule in NODES.items():
        assert rule.marks == (rule.content == "inline*"), name
    assert SCHEMA["nodes"]["codeBlock"]["marks"] == ""


def test_the_marks_stand_in_the_editors_order_with_its_attributes() -> None:
    assert list(MARKS) == list(SCHEMA["marks"])
    for name, spec in SCHEMA["marks"].items():
        assert dict(MARKS[name]) == _defaults(spec), name
    assert [name for name, spec in SCHEMA["marks"].items() if spec.get("excludes") == "_"] == ["code"]


def test_content_expressions_match_as_they_read() -> None:
    def fits(expression: str, *kinds: str) -> bool:
        return content_pattern(expression).fullmatch(content_letters(list(kinds))) is not None

    assert fits("paragraph block*", "paragraph", "heading", "paragraph")
    assert not fits("paragraph block*", "heading", "paragraph")
    assert not fits("block+")
    assert fits("(tableCell | tableHeader)*", "tableCell", "tableHeader", "tableCell")
    assert not fits("(tableCell | tableHeader)*", "tableRow")
    assert fits("detailsSummary detailsContent", "detailsSummary", "detailsContent")
    assert not fits("text*", "hardBreak")
    assert fits("")
