"""The first line of a fence: its language as the editor knows it, and what it has no place for."""

import pytest

from pagemirror.content.prosemirror.codeinfo import language_and_rest


@pytest.mark.parametrize(
    ("info", "language", "rest"),
    [
        ("", "", ""),
        ("python", "python", ""),
        ('rust title="x, y"', "rust", 'title="x, y"'),
        ("rust,ignore,no_run", "rust", "ignore,no_run"),
        ('js{1,3} title="x"', "js", '{1,3} title="x"'),
        ("js {1,3}", "js", "{1,3}"),
        ("{1,3}", "", "{1,3}"),
        ('{.python linenums="1"}', "python", 'linenums="1"'),
        ("{python}", "python", ""),
        ("{ .py .wide }", "py", ".wide"),
        ('{title="x"}', "", '{title="x"}'),
        ("c++", "c++", ""),
        ("\tgo\tx ", "go", "x"),
        (",", "", ""),
    ],
)
def test_the_language_is_told_from_the_rest(info: str, language: str, rest: str) -> None:
    assert language_and_rest(info) == (language, rest)
