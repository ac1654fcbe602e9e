"""The table of what breaks such tools names only tests that there are."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(test_\w+)`")
WRITTEN = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)


def test_each_lesson_is_held_by_a_test_that_exists() -> None:
    table = (REPOSITORY / "docs" / "lessons.md").read_text(encoding="utf-8")
    rows = [row for row in table.splitlines() if row.startswith("|") and "---" not in row and "goes wrong" not in row]
    there = {name for file in (REPOSITORY / "tests").rglob("test_*.py") for name in WRITTEN.findall(file.read_text())}
    assert len(rows) > 35
    assert [row for row in rows if not NAMED.search(row)] == []
    assert sorted(set(NAMED.findall(table)) - there) == []
