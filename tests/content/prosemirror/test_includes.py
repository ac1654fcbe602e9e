"""Includes stay as text and are told, once a line."""

from collections.abc import Callable

import pytest

from pagemirror.content.prosemirror import Converted
from pagemirror.content.prosemirror.includes import includes

Sketch = Callable[..., str]
Convert = Callable[..., Converted]


@pytest.mark.parametrize(
    "line",
    [
        '--8<-- "a.md"',
        "{{#include a.rs:2:4}}",
        "{{#rustdoc_include a.rs}}",
        '{% include "a.md" %}',
        "{%- include-markdown 'a.md' %}",
    ],
)
def test_an_include_stands_as_it_is_written_and_is_told(sketch: Sketch, converted: Convert, line: str) -> None:
    assert sketch(f"a\n\n{line}\n") == f"paragraph('a') paragraph({line!r})"
    assert [(loss.kind, loss.line) for loss in converted(f"a\n\n{line}\n").losses] == [("include", 3)]


def test_an_include_in_code_is_told_too(converted: Convert) -> None:
    assert [(loss.kind, loss.line) for loss in converted("```rust\n{{#include a}} {{#include b}}\n```\n").losses] == [
        ("include", 2)
    ]


@pytest.mark.parametrize("text", ["{{ a }}", "\\{{#include a}}", "{% if a %}", "a --8<-- b", "{{#if a}}"])
def test_what_is_no_include_is_not_told(text: str) -> None:
    assert includes(text) == []


def test_includes_of_every_kind_are_told_in_the_order_of_their_lines() -> None:
    text = "{{#include a}}\n\n> --8<-- b\n\n{% include c %}\n--8<-- d {{#include e}}\n"
    assert [loss.line for loss in includes(text)] == [1, 3, 5, 6]
