"""YAML as nodes, for texts that anybody may have written: no tag, date or merge key becomes an object.

Refuses what would cost more than it says: aliases, and nesting that a recursive reader can't follow.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, Protocol, cast

__all__ = ["BadYaml", "Node", "compose"]

MAX_ALIASES: Final = 10
MAX_DEPTH: Final = 50
SMALL: Final = 8 * 1024  # too short for deep nesting by indentation
MAX_SIZE: Final = 256 * 1024


class Node(Protocol):
    """A YAML node as the library gives it: `id` is `scalar`, `sequence` or `mapping`, `value` what it holds."""

    id: str
    value: Any
    start_mark: Any
    end_mark: Any


class BadYaml(NamedTuple):
    """Why a text can't be read, as the end of a sentence; `line` counts from 1 in the text, 0 where none is known."""

    reason: str
    line: int


def compose(source: str) -> Node | BadYaml | None:
    """The text's one node, None where it holds nothing."""
    import yaml  # noqa: PLC0415 - most runs meet no changed file; this import would cost them 10 ms

    if len(source) > MAX_SIZE:
        return BadYaml(f"is longer than {MAX_SIZE // 1024} KiB", 0)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        danger = _danger(yaml.parse(source, Loader=loader)) if _suspicious(source) else None
        return danger or cast("Node | None", yaml.compose(source, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "not valid YAML"
        return BadYaml(f"is not valid YAML: {problem}", mark.line + 1 if mark else 0)
    except yaml.YAMLError as error:
        return BadYaml(f"is not valid YAML: {str(error).splitlines()[0]}", 0)


def _suspicious(source: str) -> bool:
    """Whether a text could hold aliases or deep nesting at all; most can't, and are read once."""
    return "*" in source or len(source) > SMALL or sum(map(source.count, "[{?-")) > MAX_DEPTH


def _danger(events: Iterator[object]) -> BadYaml | None:
    """Look at the flat events before anything recursive does."""
    around: list[str | None] = []
    aliases = 0
    for each in events:
        event = cast("Any", each)  # the library's events are not typed
        name = type(event).__name__
        what = ""
        if name == "AliasEvent":
            aliases += 1
            if event.anchor in around:
                what = "an alias of what it stands in"
            elif aliases > MAX_ALIASES:
                what = f"more than {MAX_ALIASES} aliases"
        elif name in {"MappingStartEvent", "SequenceStartEvent"}:
            around.append(event.anchor)
            what = f"more than {MAX_DEPTH} levels" if len(around) > MAX_DEPTH else ""
        elif name in {"MappingEndEvent", "SequenceEndEvent"}:
            around.pop()
        if what:
            return BadYaml(f"has {what}; write the values out", event.start_mark.line + 1)
    return None
