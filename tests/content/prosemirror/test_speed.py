"""How long conversions take, beside the parser's own events in the same run: a ratio holds on a busy machine too."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyromark
import pytest

from pagemirror.content.prosemirror import to_prosemirror
from pagemirror.content.prosemirror.writing import to_markdown

IN: Final = 8
OUT: Final = 15
_TURNS: Final = 7

Work = Callable[[], object]


def _best(work: Work, other: Work) -> tuple[float, float]:
    """The least time that each of two takes, measured in turn."""
    times: list[tuple[float, float]] = []
    for _ in range(_TURNS):
        started = time.thread_time()
        work()
        between = time.thread_time()
        other()
        times.append((between - started, time.thread_time() - between))
    return min(one for one, _ in times), min(two for _, two in times)


@pytest.fixture(scope="module")
def texts(corpora: Path) -> list[str]:
    found = [path.read_bytes().decode() for path in sorted(corpora.rglob("*.md"))]
    assert len(found) > 180
    return found


def test_markdown_becomes_documents_in_eight_times_what_the_parsers_events_take(texts: list[str]) -> None:
    converting, parsing = _best(
        lambda: [to_prosemirror(text) for text in texts], lambda: [list(pyromark.events(text)) for text in texts]
    )
    assert converting / parsing <= IN


def test_documents_become_markdown_in_fifteen_times_what_the_parsers_events_take(texts: list[str]) -> None:
    docs = [to_prosemirror(text).doc for text in texts]
    writing, parsing = _best(
        lambda: [to_markdown(doc) for doc in docs], lambda: [list(pyromark.events(text)) for text in texts]
    )
    assert writing / parsing <= OUT
