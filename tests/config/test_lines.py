"""The line of each key, for every way that TOML has to write one."""

import json
import tomllib
from collections.abc import Iterator, Mapping

from hypothesis import given
from hypothesis import strategies as st

from pagemirror.config.lines import Key, find_lines

TEXT = '''\
# [not.a.table]
top = 1
"quoted key" = "a = b"
[state] # a comment with [brackets]
url = "sqlite:///x" # = not a key
  keep = '90d'

[ mirrors . handbook . "source" ]
text = """
fake = 1
[fake]
""\\"
"""
raw = \'\'\'
other = 2
\'\'\'
include = [
  "a]", # ]
  'b',
  [1, 2],
]
after = true
[mirrors.handbook]
sync.on_drift = "git"
target = { backend = "exec", folders = { "guides/**" = "Guides" } }
last = 2026-01-01T00:00:00Z
[[many]]
one = 1
[[many]]
two = 2
'''


def test_each_key_has_the_line_it_stands_on() -> None:
    tomllib.loads(TEXT)
    lines = find_lines(TEXT)
    number = {text.strip(): index for index, text in enumerate(TEXT.splitlines(), 1)}
    assert lines[("top",)] == 2
    assert lines[("quoted key",)] == 3
    assert lines[("state",)] == 4
    assert lines[("state", "url")] == 5
    assert lines[("state", "keep")] == 6
    assert lines[("mirrors", "handbook", "source")] == 8
    assert lines[("mirrors", "handbook", "source", "raw")] == number["raw = '''"]
    assert lines[("mirrors", "handbook", "source", "after")] == number["after = true"]
    inline = number['target = { backend = "exec", folders = { "guides/**" = "Guides" } }']
    assert lines[("mirrors", "handbook", "target", "folders", "guides/**")] == inline
    assert lines[("mirrors", "handbook", "sync", "on_drift")] == inline - 1
    assert lines[("mirrors", "handbook", "last")] == inline + 1
    assert lines[("many",)] == number["[[many]]"] - 2
    assert lines[("many", "two")] == number["two = 2"]


def test_what_stands_in_strings_and_comments_is_no_key() -> None:
    names = {part for key in find_lines(TEXT) for part in key}
    assert names.isdisjoint({"fake", "other", "not", "brackets"})


def test_line_ends_of_windows_count_once() -> None:
    assert find_lines("a = 1\r\n\r\nb = 2\r\n") == {("a",): 1, ("b",): 3}


def test_text_that_is_no_toml_ends_all_the_same() -> None:
    for broken in ("=", "[", "a = [", "a = {b", "]]]", "é = 1", "a = [,,]", '"'):
        find_lines(broken)


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=6)
scalars = st.one_of(st.integers(-9, 9), st.booleans(), st.text(st.sampled_from("a#='\"[]{},.\\ \n"), max_size=8))
trees = st.recursive(
    st.dictionaries(names, scalars, max_size=3),
    lambda inner: st.dictionaries(names, st.one_of(scalars, inner, st.lists(scalars, max_size=3)), max_size=3),
    max_leaves=8,
)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _inline(value: object) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{_quoted(name)} = {_inline(each)}" for name, each in value.items()) + "}"
        case list():
            return "[ # first\n" + "".join(f"{_inline(each)}, # ]\n" for each in value) + "]"
        case str():
            return _quoted(value)
        case bool():
            return str(value).lower()
        case _:
            return str(value)


def _without_lists(value: object) -> object:
    match value:
        case dict():
            return {name: _without_lists(each) for name, each in value.items()}
        case list():
            return len(value)
        case _:
            return value


def _keys(tree: Mapping[str, object], above: Key = ()) -> Iterator[Key]:
    for name, value in tree.items():
        yield (*above, name)
        if isinstance(value, dict):
            yield from _keys(value, (*above, name))


@given(trees, st.booleans())
def test_the_scanner_finds_the_keys_that_the_parser_finds(tree: dict[str, object], tables: bool) -> None:  # noqa: FBT001
    plain = {name: value for name, value in tree.items() if not (tables and isinstance(value, dict))}
    lines = [
        f"{_quoted(name)} = {_inline(_without_lists(value) if isinstance(value, dict) else value)}"
        for name, value in plain.items()
    ]
    for name, value in tree.items():
        if name not in plain and isinstance(value, dict):
            lines.append(f"[{_quoted(name)}]")
            lines += [f"{_quoted(each)} = {_inline(_without_lists(under))}" for each, under in value.items()]
    text = "\n".join(lines)
    parsed = tomllib.loads(text)
    found = find_lines(text)
    assert set(found) == set(_keys(parsed))
    for key, line in found.items():
        assert _quoted(key[-1]) in text.split("\n")[line - 1]
