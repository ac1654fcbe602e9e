"""Every link form, each as a file would have it."""

from collections.abc import Callable

import pytest

from pagemirror.model.documents import Document, LinkKind

LINK, IMAGE = LinkKind.LINK, LinkKind.IMAGE


@pytest.mark.parametrize(
    ("text", "raw", "path", "style", "kind"),
    [
        ("[a](b.md)", "b.md", "b.md", "bare", LINK),
        ('[a]( b.md "t" )', "b.md", "b.md", "bare", LINK),
        ("[a](\n  b.md\n  't')", "b.md", "b.md", "bare", LINK),
        ("[a](<b c.md>)", "b c.md", "b c.md", "angle", LINK),
        ("[a](<b(.md> (t))", "b(.md", "b(.md", "angle", LINK),
        ("[a](b%20c.md)", "b%20c.md", "b c.md", "bare", LINK),
        ("[a](b(c)d.md)", "b(c)d.md", "b(c)d.md", "bare", LINK),
        ("[a](b\\(c.md)", "b\\(c.md", "b(c.md", "bare", LINK),
        ("[a](b[c].md)", "b[c].md", "b[c].md", "bare", LINK),
        ("[a](b&amp;c.md)", "b&amp;c.md", "b&c.md", "bare", LINK),
        ("[a](b&uuml;.md)", "b&uuml;.md", "bü.md", "bare", LINK),
        ("[a](bü.md)", "bü.md", "bü.md", "bare", LINK),
        ("[a](bu\u0308.md)", "bu\u0308.md", "bü.md", "bare", LINK),
        ("![a](b.png)", "b.png", "b.png", "bare", IMAGE),
        ("[](b.md)", "b.md", "b.md", "bare", LINK),
        ("![](b.png)", "b.png", "b.png", "bare", IMAGE),
        ("[a `](x)` b](b.md)", "b.md", "b.md", "bare", LINK),
        ("[a \\](x) b](b.md)", "b.md", "b.md", "bare", LINK),
        ("[a <i t='](x)'>](b.md)", "b.md", "b.md", "bare", LINK),
        ("[a &rbrack;](b.md)", "b.md", "b.md", "bare", LINK),
        ("[a [b] c](b.md)", "b.md", "b.md", "bare", LINK),
        ("[[1]](b.md)", "b.md", "b.md", "bare", LINK),
        ("[a\\\n](b.md)", "b.md", "b.md", "bare", LINK),
        ("a [r]\n\n[r]: b.md", "b.md", "b.md", "bare", LINK),
        ("a [r][]\n\n[r]:\n  <b c.md>\n  'title'", "b c.md", "b c.md", "angle", LINK),
        ("a [t][R \\]]\n\n[r \\]]: b.md", "b.md", "b.md", "bare", LINK),
        ("[unused]: b.md", "b.md", "b.md", "bare", LINK),
        ("[r]: b.md\n[r]: http://second", "b.md", "b.md", "bare", LINK),
        ("a ![t][pic]\n\n[Pic]: b.png", "b.png", "b.png", "bare", IMAGE),
        ("> [r]:\n> b.md\n> 't'", "b.md", "b.md", "bare", LINK),
        ("- [r]: b.md", "b.md", "b.md", "bare", LINK),
        ("[^1]: [x]: b.md", "b.md", "b.md", "bare", LINK),
        ("> a [b](\n> b.md\n> 't') c", "b.md", "b.md", "bare", LINK),
        ("> - a [b](\n>   b.md) c", "b.md", "b.md", "bare", LINK),
        ("> a [b](\nb.md) c", "b.md", "b.md", "bare", LINK),
        ("- [ ] [a](b.md)", "b.md", "b.md", "bare", LINK),
        ("1. a\n   - [a](b.md)", "b.md", "b.md", "bare", LINK),
        ("> [!NOTE]\n> [a](b.md)", "b.md", "b.md", "bare", LINK),
        ("x[^1]\n\n[^1]: [a](b.md)", "b.md", "b.md", "bare", LINK),
        ("| h |\n|---|\n| [a](b.md) |", "b.md", "b.md", "bare", LINK),
        ("| h |\n|---|\n| [a\\|c](b\\|d.md) |", "b\\|d.md", "b|d.md", "bare", LINK),
        ("## [a](b.md)", "b.md", "b.md", "bare", LINK),
        ("a **[b](b.md)** c", "b.md", "b.md", "bare", LINK),
        ('x <a href="b.md">b</a>', "b.md", "b.md", 'html-"', LINK),
        ("x <a class=c HREF='b&amp;c.md'>b</a>", "b&amp;c.md", "b&c.md", "html-'", LINK),
        ("x <img src=b.png>", "b.png", "b.png", "html", IMAGE),
        ('x <img\nalt="<a href=no>"\nsrc="b.png" />', "b.png", "b.png", 'html-"', IMAGE),
        ('<div>\n<img alt=""\n  src="b.png">\n</div>', "b.png", "b.png", 'html-"', IMAGE),
        ('> <p>\n> <a href="b.md">x</a>\n> </p>', "b.md", "b.md", 'html-"', LINK),
        ('<!-- <a href="no.md"> --> <a href="b.md">', "b.md", "b.md", 'html-"', LINK),
        ("\r\n[a](b.md)\r\n", "b.md", "b.md", "bare", LINK),
        ("[a](../guide/b.md)", "../guide/b.md", "b.md", "bare", LINK),
        ("[a](sub/)", "sub/", "sub/", "bare", LINK),
    ],
)
def test_a_destination_is_found_to_the_byte(
    read: Callable[..., Document], text: str, raw: str, path: str, style: str, kind: LinkKind
) -> None:
    text = f"Before ü\n\n{text}\n"
    found = read(text)
    assert [(slot.raw, slot.path, slot.style, slot.kind) for slot in found.links] == [
        (raw, f"docs/guide/{path}", style, kind)
    ]
    assert found.text == text
    assert found.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "`[a](b.md)`",
        "``[[b]] ` ``",
        "    [a](b.md)\n    [[b]]",
        "```\n[a](b.md) [[b]] <a href='b.md'>\n```",
        "~~~ [a](b.md)\n~~~",
        "$[a](b.md)$ and $$\n[[b]]\n$$",
        "<!-- [a](b.md) [[b]] <a href='b.md'> -->",
        "<pre>\n[a](b.md)\n<a href='b.md'>\n</pre>",
        "<script>\n'<a href=\"b.md\">'\n</script>",
        "<style>\n<img src='b.png'>\n</style>",
        "x <code><a href='b.md'></code>",
        "<div><code><img src='b.png'></code></div>",
        "\\[a](b.md)",
        "[a] (b.md)",
        "[a](b c.md)",
        "<https://example.com/b.md> <a@example.com>",
        "[a](https://example.com) ![b](//cdn/x.png) [c](mailto:a@b.c) [d]() [e](<>)",
        "[r]: https://example.com",
        "<a href='http://x'> <a name='b.md'> <img alt='b.png'> <ahref='b.md'>",
        "<a href='b.md'",
        "<a href='two\nlines.md'>",
        "[r]: b.md 'not closed",
        "\\[[b]] [[]] [[^1]] [[a`b]] [[a\nb]]",
    ],
)
def test_what_is_no_relative_link_stays_untouched(read: Callable[..., Document], text: str) -> None:
    text = f"Before\n\n{text}\n"
    found = read(text)
    assert found.body == (text,)
    assert found.findings == ()


def test_images_in_links_are_both_found(read: Callable[..., Document]) -> None:
    found = read("x [![b *c*](b.png)](c.md)\n")
    assert [(slot.raw, slot.kind) for slot in found.links] == [("b.png", IMAGE), ("c.md", LINK)]


@pytest.mark.parametrize(
    ("text", "raw", "name", "suffix", "label"),
    [
        ("[[My Page]]", "[[My Page]]", "My Page", "", "My Page"),
        ("[[my_page]]", "[[my_page]]", "my_page", "", "my\\_page"),
        ("[[Page|a *label*]]", "[[Page|a *label*]]", "Page", "", "a *label*"),
        ("[[Page#Part|x]]", "[[Page#Part|x]]", "Page", "#Part", "x"),
        ("[[Page#Part]]", "[[Page#Part]]", "Page", "#Part", "Page\\#Part"),
        ("| h |\n|---|\n| [[Page\\|x]] |", "[[Page\\|x]]", "Page", "", "x"),
        ("## a [[Page]] b", "[[Page]]", "Page", "", "Page"),
        ("![[Page]]", "![[Page]]", "Page", "", "Page"),
    ],
)
def test_wiki_links_name_a_page(
    read: Callable[..., Document], text: str, raw: str, name: str, suffix: str, label: str
) -> None:
    (slot,) = read(f"Before\n\n{text}\n").links
    assert (slot.raw, slot.name, slot.suffix, slot.label) == (raw, name, suffix, label)
    assert (slot.path, slot.style, slot.kind) == (None, "wiki", LINK)


def test_wiki_links_in_links_and_across_cells_are_text(read: Callable[..., Document]) -> None:
    assert [slot.style for slot in read("x [a [[b]] c](d.md)\n").links] == ["bare"]
    assert read("x\n\n| a | b |\n|---|---|\n| [[p|q]] |\n").links == ()
    assert [slot.raw for slot in read("x [[r]]\n\n[r]: b.md\n").links] == ["b.md"]


def test_a_wiki_image_is_an_image_by_path(read: Callable[..., Document]) -> None:
    (slot,) = read("x ![[img/a b.png]]\n").links
    assert (slot.kind, slot.path, slot.style) == (IMAGE, "docs/guide/img/a b.png", "wiki")


def test_an_anchor_alone_is_the_page_itself(read: Callable[..., Document]) -> None:
    first, second = read("x [a](#b) [[#c]]\n").links
    assert (first.path, first.suffix) == ("docs/guide/page.md", "#b")
    assert (second.path, second.suffix, second.name) == ("docs/guide/page.md", "#c", "")


def test_slots_know_line_and_column_in_the_file(read: Callable[..., Document]) -> None:
    found = read("---\ntitle: T\n---\n# T\n\nü [a](b.md) [c](d.md)\n\n- [e](f.md)\n")
    assert [(slot.line, slot.column) for slot in found.links] == [(6, 7), (6, 17), (8, 7)]


def test_a_link_out_of_the_repository_is_reported_and_stays(read: Callable[..., Document]) -> None:
    found = read("x\n\n[a](../../../b.md)\n")
    assert found.links == ()
    assert [(finding.code, finding.line, finding.column) for finding in found.findings] == [("link_outside", 3, 5)]


def test_code_in_a_paragraph_does_not_hide_what_comes_after_it(read: Callable[..., Document]) -> None:
    assert [slot.raw for slot in read("x <code> y\n\n<i><a href='b.md'></i>\n").links] == ["b.md"]


def test_code_of_html_hides_no_markdown_link(read: Callable[..., Document]) -> None:
    assert [slot.raw for slot in read("x <code>[f](b.md)</code>\n").links] == ["b.md"]


def test_the_same_bytes_give_the_same_document(read: Callable[..., Document]) -> None:
    text = "---\ntitle: T\n---\n[a](b.md) ![[c.png]]\n"
    assert read(text) == read(text)
