"""Bare addresses, by GitHub's rules: its examples of the extension, and what hostile text may cost."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pagemirror.content.prosemirror import Json, to_prosemirror
from pagemirror.content.prosemirror.linkifier import bare_links


class _Reader(HTMLParser):
    """The texts of a page, those of links with their destination."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._href = dict(attrs)["href"] or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._href = ""

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append((data, self._href))


def _texts(doc: Json) -> list[tuple[str, str]]:
    return [
        (text["text"], text["marks"][0]["attrs"]["href"] if "marks" in text else "")
        for block in doc["content"]
        for text in block["content"]
    ]


def test_githubs_eleven_examples_of_bare_addresses(corpora: Path) -> None:
    examples = json.loads((corpora / "specs" / "gfm-0.29.json").read_text(encoding="utf-8"))
    bare = [example for example in examples if example["extension"] == "autolink"]
    assert len(bare) == 11
    for example in bare:
        reader = _Reader()
        reader.feed(example["html"])
        reader.close()
        assert _texts(to_prosemirror(example["markdown"]).doc) == reader.found


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("(https://a.example/b_(c))", ["https://a.example/b_(c)"]),
        ("http://localhost:80/a", ["http://localhost:80/a"]),
        ("HTTPS://A.Example WWW.b.example", ["HTTPS://A.Example", "http://WWW.b.example"]),
        ("see www.ä.example/ö.", ["http://www.ä.example/ö"]),
        ("mailto:a@b.example x@y.example,", ["mailto:a@b.example", "mailto:x@y.example"]),
        ("'https://a.example'", []),
        ("xhttps://a.example -www.a.example", []),
        ("www. www.a_b.c_d https:// a@b @ a@b..c", []),
        ("www.a.example&amp;", ["http://www.a.example"]),
        ("http://a.example?q=1;", ["http://a.example?q=1"]),
    ],
)
def test_an_address_ends_where_a_reader_would_end_it(text: str, urls: list[str]) -> None:
    assert [link.url for link in bare_links(text)] == urls


def test_an_address_within_a_link_in_code_or_behind_it_is_left_alone() -> None:
    texts = _texts(to_prosemirror("[www.a.example](u)").doc)
    assert texts == [("www.a.example", "u")]
    nodes = to_prosemirror("`www.a.example` `x`www.b.example <code>www.c.example</code>").doc["content"][0]["content"]
    assert [mark["type"] for node in nodes for mark in node.get("marks", [])] == ["code"] * 3


def test_an_address_whose_sign_is_escaped_is_meant_as_text() -> None:
    assert _texts(to_prosemirror("https\\://a.example www\\.b.example c\\@d.example").doc) == [
        ("https://a.example www.b.example c@d.example", "")
    ]


def test_an_address_goes_on_over_text_that_the_parser_cuts() -> None:
    assert _texts(to_prosemirror("https://a.example/[b]!c").doc) == [
        ("https://a.example/[b]!c", "https://a.example/%5Bb%5D!c")
    ]


@pytest.mark.parametrize(
    "piece", ["www.", "www.a_", "@", "a@", "a@b.", "http://", "http://a", "www.a.b(", "www.a.b)", "x", "&a;", "(www.a!"]
)
def test_hostile_text_is_read_to_its_end(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    assert sum(link.end - link.start for link in bare_links(text)) <= len(text)
