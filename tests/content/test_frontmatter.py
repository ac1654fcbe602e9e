from collections.abc import Callable

import pytest

from pagemirror.content import LeftOut
from pagemirror.model.documents import Document, FrontMatter, Unreadable


def test_every_known_key_is_read(read: Callable[..., Document]) -> None:
    found = read(
        "---\ntitle: T\nid: i-1\npage_id: 0012\nparent: up.md\norder: -3\nicon: 🚀\nstatus: draft\nvisibility: team\n"
        "slug: s\nfolders: [A, B, A]\nskills: one\nsources: []\nlabels:\n- x\n- ''\nprotect: yes\n"
        "other: {a: 1}\n---\nB\n"
    )
    assert found.front == FrontMatter(
        title="T",
        id="i-1",
        page_id="0012",  # type: ignore[arg-type]  # a plain string is as good here
        parent="up.md",
        order=-3,
        icon="🚀",
        status="draft",
        visibility="team",
        slug="s",
        folders=("A", "B"),
        skills=("one",),
        sources=(),
        labels=("x",),
        protect=True,
    )
    assert (found.title, found.text, found.findings) == ("T", "B\n", ())


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("2024-01-01", "2024-01-01"),
        ("1.0", "1.0"),
        ("yes", "yes"),
        ("0x1F", "0x1F"),
        ("'a: b'", "a: b"),
        ('"tab\\there"', "tab here"),
        ("2024-13-45", "2024-13-45"),
        ("'null'", "null"),
        ("|\n  two\n  lines", "two lines"),
        ("!!python/name:os.system", "Page"),
        ("~", "Page"),
        ("", "Page"),
        ("'  '", "Page"),
    ],
)
def test_a_title_is_what_the_author_typed(read: Callable[..., Document], written: str, title: str) -> None:
    assert read(f"---\ntitle: {written}\n---\ntext\n").title == title


@pytest.mark.parametrize(
    ("yaml", "line", "word"),
    [
        ("a: b\n  c: d", 3, "not valid YAML"),
        ("- a", 2, "table"),
        ("just words", 2, "table"),
        ("x: 1\ntitle: [a]", 3, "`title`"),
        ("x: 1\norder: 1.5", 3, "`order`"),
        ("order: 99999999999", 2, "`order`"),
        ("status: live", 2, "`draft` or `published`"),
        ("protect: perhaps", 2, "`protect`"),
        ("mirror: 3", 2, "`mirror`"),
        ("labels: {a: b}", 2, "`labels`"),
        ("labels: [[a]]", 2, "`labels`"),
        ("pagemirror: [a]", 2, "`pagemirror`"),
        ("pagemirror: {handbook: 3}", 2, "pagemirror.handbook"),
        ("pagemirror:\n  handbook:\n    title: [a]", 4, "`title`"),
        ("\tx: y", 2, "not valid YAML"),
        ("a: " + "[" * 60 + "]" * 60, 2, "levels"),
        ("- " * 60, 2, "levels"),
        ("a: " + "[" * 50_000, 2, "levels"),
        ("\n".join(" " * depth + "a:" for depth in range(200)), 52, "levels"),
        ("a: \x01", 1, "not valid YAML"),
        ("x: " + "y" * 300_000, 1, "longer"),
    ],
)
def test_broken_front_matter_fails_its_page_with_the_line(
    parsed: Callable[..., object], yaml: str, line: int, word: str
) -> None:
    found = parsed(f"---\n{yaml}\n---\nText\n")
    assert isinstance(found, Unreadable)
    assert (found.code, found.line) == ("front_matter", line)
    assert word in found.reason


def test_an_alias_bomb_is_refused(parsed: Callable[..., object]) -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    found = parsed(f"---\n{bomb}---\n")
    assert isinstance(found, Unreadable)
    assert "aliases" in found.reason


def test_a_value_that_holds_itself_is_refused(parsed: Callable[..., object]) -> None:
    found = parsed("---\nlabels: &a [*a]\n---\n")
    assert isinstance(found, Unreadable)
    assert "an alias of what it stands in" in found.reason


def test_a_few_aliases_are_fine(read: Callable[..., Document]) -> None:
    assert read("---\nteam: &t Docs\nlabels: [*t]\n---\n").front.labels == ("Docs",)


def test_keys_that_are_no_words_are_ignored(read: Callable[..., Document]) -> None:
    assert read("---\n? [a]\n: 1\ntitle: T\n1: 2\n---\n").title == "T"


def test_values_for_this_mirror_win_and_those_of_others_do_not_count(read: Callable[..., Document]) -> None:
    text = (
        "---\ntitle: T\norder: 1\npagemirror:\n  handbook: {title: H, labels: [a]}\n  wiki: {title: W, order: 9}\n---\n"
    )
    found = read(text).front
    assert (found.title, found.order, found.labels) == ("H", 1, ("a",))
    assert read(text, mirror="wiki").front.order == 9
    assert read(text, mirror="other").front.title == "T"


def test_unknown_keys_in_the_mirrors_table_are_warned_of(read: Callable[..., Document]) -> None:
    found = read("---\npagemirror:\n  title: lost\n  handbook:\n    titel: T\n---\n").findings
    assert [(finding.code, finding.line) for finding in found] == [("front_matter", 3), ("front_matter", 5)]


def test_mirror_false_leaves_a_file_out(parsed: Callable[..., object]) -> None:
    assert isinstance(parsed("---\nmirror: false\n---\nText\n"), LeftOut)
    assert isinstance(parsed("---\npagemirror: {handbook: {mirror: no}}\n---\nText\n"), LeftOut)
    assert isinstance(parsed("---\nmirror: false\npagemirror: {handbook: {mirror: true}}\n---\n"), Document)


@pytest.mark.parametrize(
    "text", ["---\n\nText\n", "---\nText\n", "----\na: b\n----\n", "a\n\n---\nb: c\n---\n", " ---\na: b\n---\n"]
)
def test_a_rule_is_not_front_matter(read: Callable[..., Document], text: str) -> None:
    assert read(text).text == text


def test_front_matter_that_is_never_closed_is_named(parsed: Callable[..., object]) -> None:
    found = parsed("---\ntitle: x\n\nText\n")
    assert isinstance(found, Unreadable)
    assert "never closed" in found.reason


def test_dots_close_front_matter_too_and_it_may_be_empty(read: Callable[..., Document]) -> None:
    assert read("---\ntitle: x\n...\nText\n").text == "Text\n"
    assert read("---\n---\nText\n").text == "Text\n"
    assert read("---\n# a comment\n---").text == ""


def test_null_is_not_set(read: Callable[..., Document]) -> None:
    text = "---\nlabels: ~\nprotect: null\norder:\nstatus:\nid: ''\npagemirror:\n  handbook:\n---\n"
    assert read(text).front == FrontMatter()
