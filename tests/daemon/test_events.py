"""The events of the log are those that docs/events.md lists."""

import ast
import re
from collections.abc import Iterator

from support.prose import REPOSITORY

EVENT = re.compile(r"[a-z]+\.[a-z_]+")
ROW = re.compile(r"^\| `([a-z]+\.[a-z_]+)` \|", re.MULTILINE)
LEVELS = {"debug", "info", "warning", "error", "exception"}


def events_in(tree: ast.AST) -> Iterator[str]:
    """The first words of calls that log."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _logs(node.func):
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and EVENT.fullmatch(part.value):
                    yield part.value


def _logs(called: ast.expr) -> bool:
    return any(isinstance(part, ast.Attribute) and part.attr in LEVELS for part in ast.walk(called))


def test_the_list_is_whole_and_has_nothing_more() -> None:
    sources = (REPOSITORY / "src" / "pagemirror" / "daemon").rglob("*.py")
    logged = {name for source in sources for name in events_in(ast.parse(source.read_text("utf-8")))}
    listed = ROW.findall((REPOSITORY / "docs" / "events.md").read_text("utf-8"))
    assert sorted(listed) == listed
    assert set(listed) == logged
