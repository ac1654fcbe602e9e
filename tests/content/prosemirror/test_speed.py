"""How long conversions take, beside the parser's own events in the same run: a ratio holds on a busy machine too.

Among the long tests alone, as counting lines for their coverage slows our code and not the parser.
"""

import gc
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pyromark
import pytest

from pagemirror.content.prosemirror import to_prosemirror
from pagemirror.content.prosemirror.writing import to_markdown

IN: Final = 11
OUT: Final = 15
"""Half as much again as real files take. What is to be reached is 8 and 15: docs/performance.md."""
_TURNS: Final = 7

pytestmark = pytest.mark.slow

Work = Callable[[Any], object]


def _ratio(work: Work, pages: Sequence[object], texts: Sequence[str]) -> float:
    """The least time that work on pages takes, in that of the parser's events of their texts, measured in turn.

    Results are let go at once, and the collector rests: it would go over all that this process holds.
    """
    times: list[tuple[float, float]] = []
    gc.disable()
    try:
        for _ in range(_TURNS):
            started = time.thread_time()
            for page in pages:
                work(page)
            between = time.thread_time()
            for text in texts:
                list(pyromark.events(text))
            times.append((between - started, time.thread_time() - between))
    finally:
        gc.enable()
    return min(one for one, _ in times) / min(two for _, two in times)


@pytest.fixture(scope="module")
def texts(corpora: Path) -> list[str]:
    found = [path.read_bytes().decode() for path in sorted(corpora.rglob("*.md"))]
    assert len(found) > 180
    return found


def test_making_documents_of_real_files_gets_no_slower(texts: list[str]) -> None:
    assert _ratio(to_prosemirror, texts, texts) <= IN


def test_writing_documents_of_real_files_as_markdown_gets_no_slower(texts: list[str]) -> None:
    assert _ratio(to_markdown, [to_prosemirror(text).doc for text in texts], texts) <= OUT
