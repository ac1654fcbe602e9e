"""Every example of both specifications, both corpora and the project's own docs: there and back again, twice."""

import json
from pathlib import Path

import pytest

from benchmarks.folder import page
from pagemirror.content.prosemirror import normal_form, to_prosemirror
from pagemirror.content.prosemirror.opaque import OPAQUE
from pagemirror.content.prosemirror.writing import to_markdown


def _hold(markdown: str) -> str:
    doc = to_prosemirror(markdown).doc
    written = to_markdown(doc)
    assert written.losses == ()
    again = to_prosemirror(written.markdown).doc
    assert normal_form(again) == normal_form(doc)
    assert to_markdown(again).markdown == written.markdown
    return written.markdown


@pytest.mark.parametrize(("name", "number"), [("commonmark-0.31.2", 652), ("gfm-0.29", 673)])
def test_every_example_comes_back_and_its_text_is_stable(corpora: Path, name: str, number: int) -> None:
    examples = json.loads((corpora / "specs" / f"{name}.json").read_text(encoding="utf-8"))
    assert len(examples) == number
    assert not [example for example in examples if OPAQUE in _hold(example["markdown"])]


@pytest.mark.parametrize(
    ("name", "least"), [pytest.param("rust-book", 110, marks=pytest.mark.slow), ("prometheus-docs", 60)]
)
def test_real_documents_come_back_without_an_opaque_block(corpora: Path, name: str, least: int) -> None:
    texts = [path.read_bytes().decode() for path in sorted((corpora / name).rglob("*.md"))]
    assert len(texts) >= least
    assert not [text for text in texts if OPAQUE in _hold(text)]


def test_the_projects_own_docs_and_readme_come_back() -> None:
    root = Path(__file__).parents[4]
    paths = [
        root / "README.md",
        root / "CHANGELOG.md",
        root / "CONTRIBUTING.md",
        *sorted((root / "docs").rglob("*.md")),
    ]
    assert len(paths) > 20
    assert not [path for path in paths if f"```{OPAQUE}" in _hold(path.read_text(encoding="utf-8"))]


def test_generated_pages_come_back() -> None:
    assert not [number for number in range(60) if f"```{OPAQUE}" in _hold(page(number, 60))]
