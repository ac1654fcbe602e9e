"""Every example of both specifications and real documents: valid, and no letter lost."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest

from pagemirror.content.prosemirror import Json, normal_form, plain_text, to_prosemirror, validate
from pagemirror.content.prosemirror.reading import parser_for, sendable

Check = Callable[[Any], None]

ALTERED: Final = frozenset({"html", "html_block"})  # losses that put tags' letters into the text
COMMENTS: Final = {("commonmark-0.31.2", 626), ("gfm-0.29", 645), ("gfm-0.29", 646)}
"""What the two editions of the specification, and the reader below, disagree on: where a comment ends."""
UNLINKED: Final = {"html", "html_block", "code_marks", "image_link", "image_in_cell", "empty_link"}


class _Reader(HTMLParser):
    """A page's text, with images' texts, and its links' destinations, each once where one follows another."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.hrefs: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "img":
            self.text += found.get("alt") or ""
        elif tag == "a" and "href" in found and self.hrefs[-1:] != [found["href"]]:
            self.hrefs.append(found["href"] or "")


def _hrefs(doc: Json) -> list[str]:
    found: list[str] = []
    waiting = [doc]
    while waiting:
        node = waiting.pop()
        found += [mark["attrs"]["href"] for mark in node.get("marks", []) if mark["type"] == "link"]
        waiting.extend(reversed(node.get("content", [])))
    return [href for number, href in enumerate(found) if not number or found[number - 1] != href]


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _examples(corpora: Path, name: str) -> list[Any]:
    found: list[Any] = json.loads((corpora / "specs" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _tasks_hold_blocks(doc: Json) -> bool:
    """Whether a task holds more than paragraphs: the editor's schema has a place for that, the server's has none."""
    waiting = [doc]
    while waiting:
        node = waiting.pop()
        content = node.get("content", [])
        if node["type"] == "taskItem" and any(child["type"] != "paragraph" for child in content):
            return True
        waiting.extend(content)
    return False


def _hold(markdown: str, editor_check: Check, server_check: Check) -> None:
    doc = to_prosemirror(markdown).doc
    editor_check(doc)
    assert validate(doc) == ()
    if not _tasks_hold_blocks(doc):
        server_check(doc)
    normal = normal_form(doc)
    editor_check(normal)
    assert normal_form(normal) == normal
    assert plain_text(normal).split() == plain_text(doc).split()


SPECIFICATIONS: Final = [("commonmark-0.31.2", 652), ("gfm-0.29", 673)]


@pytest.mark.parametrize(("name", "number"), SPECIFICATIONS)
def test_every_example_is_valid(
    corpora: Path, editor_check: Check, server_check: Check, name: str, number: int
) -> None:
    examples = _examples(corpora, name)
    assert len(examples) == number
    for example in examples:
        _hold(example["markdown"], editor_check, server_check)


@pytest.mark.parametrize(("name", "altered"), [("commonmark-0.31.2", 47), ("gfm-0.29", 47)])
def test_every_examples_letters_are_kept_in_order(corpora: Path, name: str, altered: int) -> None:
    """Examples with raw HTML show its tags too: there the letters are among those shown, in order."""
    with_tags = 0
    for example in _examples(corpora, name):
        result = to_prosemirror(example["markdown"])
        wanted, shown = _letters(_Reader(example["html"]).text), _letters(plain_text(result.doc))
        if (name, example["example"]) in COMMENTS:
            assert [loss.kind for loss in result.losses if loss.kind == "html_comment"], example
        elif ALTERED & {loss.kind for loss in result.losses}:
            with_tags += 1
            signs = iter(shown)
            assert all(sign in signs for sign in wanted), example
        else:
            assert shown == wanted, example
    assert with_tags == altered


@pytest.mark.parametrize(("name", "number"), [("commonmark-0.31.2", 540), ("gfm-0.29", 560)])
def test_every_examples_links_lead_where_they_led(corpora: Path, name: str, number: int) -> None:
    bare = {
        "< https://foo.bar >",
        "https://example.com",
        "foo@bar.example.com",
        "< http://foo.bar >",
        "http://example.com",
    }
    compared = 0
    for example in _examples(corpora, name):
        result = to_prosemirror(example["markdown"])
        if UNLINKED & {loss.kind for loss in result.losses} or "<a" in example["markdown"]:
            continue
        if example["markdown"].strip() in bare:  # no links before the extension
            assert len(_hrefs(result.doc)) == 1
            continue
        compared += 1
        assert _hrefs(result.doc) == _Reader(example["html"]).hrefs, example
    assert compared >= number


def _files(corpora: Path, name: str) -> Iterator[str]:
    for path in sorted((corpora / name).rglob("*.md")):
        yield path.read_bytes().decode()


@pytest.mark.parametrize(("name", "least"), [("rust-book", 110), ("prometheus-docs", 60)])
def test_real_documents_are_valid(
    corpora: Path, editor_check: Check, server_check: Check, name: str, least: int
) -> None:
    texts = list(_files(corpora, name))
    assert len(texts) >= least
    for text in texts:
        _hold(text, editor_check, server_check)
        for loss in to_prosemirror(text).losses:
            assert 1 <= loss.line <= text.count("\n") + 1


@pytest.mark.parametrize("name", ["rust-book", "prometheus-docs"])
def test_real_documents_keep_their_letters_in_order(corpora: Path, name: str) -> None:
    """Beside the parser's own HTML; a footnote moves to the end, so a page with one is compared without order."""
    parser = parser_for(subscript=False, superscript=False)
    for text in _files(corpora, name):
        result = to_prosemirror(text)
        wanted, shown = _letters(_Reader(parser.html(sendable(text))).text), _letters(plain_text(result.doc))
        kinds = {loss.kind for loss in result.losses}
        if "footnote" in kinds:
            assert not Counter(wanted) - Counter(shown)
        elif ALTERED & kinds:
            signs = iter(shown)
            assert all(sign in signs for sign in wanted)
        else:
            assert shown == wanted
