"""Real Markdown, each file a page: valid for the editor, and unchanged after a way over HTTP."""

import asyncio
import os
from pathlib import Path

import pytest

from pagemirror.backends.ravendocs import BACKEND
from pagemirror.model.fields import BODY
from pagemirror.model.pages import Page
from pagemirror.sandbox.process import SandboxProcess
from support.awaiting import awaited
from support.targets import a_target, opened, rendered

CORPORA = ("prometheus-docs", "rust-book")


def texts(name: str) -> list[str]:
    named = os.environ.get("PAGEMIRROR_CORPORA")
    folder = Path(named) if named else Path(__file__).resolve().parents[4] / "shared" / "corpora"
    found = sorted((folder / name).rglob("*.md"))
    if not found:
        pytest.skip(f"no corpus {name}: set PAGEMIRROR_CORPORA, or put it into {folder}")
    return [path.read_text(encoding="utf-8") for path in found]


@pytest.mark.parametrize("name", CORPORA)
def test_every_file_becomes_a_document_that_can_be_sent(name: str) -> None:
    target = a_target("ravendocs", workspace_id="ws", space_id="s")
    for number, text in enumerate(texts(name)):
        fields = rendered(BACKEND, target, f"Page {number}", text)
        assert BACKEND.problem(fields) is None
        normal = BACKEND.normal(fields)
        assert BACKEND.normal(normal) == normal
        assert BACKEND.from_markdown(str(fields[BODY])) == fields[BODY]


@pytest.mark.parametrize("form", ["none", "rich_text"])
@pytest.mark.parametrize("name", ["prometheus-docs", pytest.param("rust-book", marks=pytest.mark.slow)])
@awaited
async def test_every_file_comes_back_as_it_was_sent(box: SandboxProcess, name: str, form: str) -> None:
    box.switches("ravendocs", body=form)
    async with opened(box, "ravendocs", patience=60.0) as desk:

        async def there_and_back(number: int, text: str) -> None:
            fields = desk.fields(f"Page {number}", text)
            made = (await desk.session.create(fields)).page
            found = await desk.session.get(made.id)
            assert isinstance(found, Page)
            assert desk.backend.normal(found.fields)[BODY] == desk.backend.normal(fields)[BODY], f"file {number}"

        await asyncio.gather(*(there_and_back(number, text) for number, text in enumerate(texts(name))))
    assert box.violations("ravendocs") == []
