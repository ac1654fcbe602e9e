"""Real documents and the specifications' examples: every relative link is found, every byte stays."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pyromark
import pytest

from pagemirror.content import fill
from pagemirror.content.outline import outline
from pagemirror.content.paths import is_relative
from pagemirror.model.documents import Document

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_GFM
    | pyromark.Options.ENABLE_MATH
)


def _expected(text: str) -> Iterator[str]:
    """The relative destinations that the parser itself tells of."""
    for event in pyromark.events(text, options=OPTIONS):
        if isinstance(event, dict) and "Start" in event and isinstance(event["Start"], dict):
            start = event["Start"]
            link = start.get("Link") or start.get("Image")
            if isinstance(link, dict) and link["link_type"] == "Inline" and is_relative(link["dest_url"]):
                yield link["dest_url"]
    for definition in pyromark.reference_definitions(text, options=OPTIONS).values():
        if is_relative(definition["dest"]):
            yield definition["dest"]


def _check(read: Callable[..., Document], text: str) -> int:
    found = outline(text.encode(), text, is_relative)
    markdown = [spot.destination for spot in found.spots if spot.style in {"bare", "angle"}]
    assert found.unparsed == []
    assert sorted(markdown) == sorted(_expected(text))
    document = read("x\n\n" + text)
    assert document.text == "x\n\n" + text
    assert fill(document.body, lambda _slot: None) == document.text
    assert [finding for finding in document.findings if finding.code != "link_outside"] == []
    return len(markdown)


@pytest.mark.parametrize(("name", "least"), [("rust-book", 300), ("prometheus-docs", 100)])
def test_every_relative_link_of_real_docs_is_found(
    read: Callable[..., Document], corpora: Path, name: str, least: int
) -> None:
    texts = [path.read_bytes().decode() for path in sorted((corpora / name).rglob("*.md"))]
    assert sum(_check(read, text) for text in texts) >= least


@pytest.mark.parametrize("name", ["commonmark-0.31.2", "gfm-0.29"])
def test_every_relative_link_of_the_specifications_is_found(
    read: Callable[..., Document], corpora: Path, name: str
) -> None:
    examples = json.loads((corpora / "specs" / f"{name}.json").read_text(encoding="utf-8"))
    assert sum(_check(read, example["markdown"].replace("\0", "")) for example in examples) > 50


def test_real_files_keep_their_bytes_below_front_matter_and_title(read: Callable[..., Document], corpora: Path) -> None:
    for path in sorted(corpora.rglob("*.md")):
        data = path.read_bytes()
        found = read(data)
        assert data.endswith(found.text.encode()), path
        assert found.title
