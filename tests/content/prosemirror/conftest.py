"""What the tests of ProseMirror documents share: the editor's own checker, and short ways to write documents."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prosemirror import Schema
from prosemirror.model import Node

from pagemirror.content.prosemirror import Converted, Json, Lowering, to_prosemirror, validate

HERE = Path(__file__).parent
Check = Callable[[Any], None]
Convert = Callable[..., Converted]


def _checker(name: str) -> Check:
    schema: Schema[Any, Any] = Schema(json.loads((HERE / f"{name}_schema.json").read_text(encoding="utf-8")))

    def check(doc: Any) -> None:
        Node.from_json(schema, doc).check()

    return check


@pytest.fixture(scope="session")
def editor_check() -> Check:
    """Raise unless the editor's library takes the document by the editor's schema."""
    return _checker("editor")


@pytest.fixture(scope="session")
def server_check() -> Check:
    """Raise unless the editor's library takes the document by the server's schema."""
    return _checker("server")


@pytest.fixture(scope="session")
def converted(editor_check: Check) -> Convert:
    """Convert, and hold that the result is valid by both judges."""

    def convert(markdown: str, **options: Any) -> Converted:
        result = to_prosemirror(markdown, options=Lowering(**options))
        editor_check(result.doc)
        assert validate(result.doc) == ()
        return result

    return convert


@pytest.fixture(scope="session")
def blocks(converted: Convert) -> Callable[..., list[Json]]:
    """The blocks that a Markdown text becomes."""

    def of(markdown: str, **options: Any) -> list[Json]:
        content: list[Json] = converted(markdown, **options).doc["content"]
        return content

    return of


@pytest.fixture(scope="session")
def sketch(converted: Convert) -> Callable[..., str]:
    """A document as one line: `type[attribute](children)`, texts as `'text'` with their marks behind."""

    def of(markdown: str, **options: Any) -> str:
        return " ".join(_sketch(node) for node in converted(markdown, **options).doc["content"])

    return of


def _sketch(node: Json) -> str:
    if node["type"] == "text":
        marks = "".join("^" + mark["type"] + _said(mark) for mark in node.get("marks", []))
        return f"{node['text']!r}{marks}"
    content = " ".join(_sketch(child) for child in node.get("content", []))
    return f"{node['type']}{_said(node)}" + (f"({content})" if content else "")


def _said(node: Json) -> str:
    attrs = node.get("attrs", {})
    return f"[{','.join(str(value) for value in attrs.values())}]" if attrs else ""
