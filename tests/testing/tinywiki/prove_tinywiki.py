"""The tiny wiki's backend on the suite: what its author writes."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from tinywiki import Settings
from tinywiki_server import KEY, WikiServer

from pagemirror.backends.interface import Target
from pagemirror.backends.registry import backend
from pagemirror.testing import Conformance, Kept, Subject


class TinyWikiSubject(Subject):
    """The backend and its server."""

    backend = backend("tinywiki")
    wrong_token = "another-key"

    def __init__(self, server: WikiServer) -> None:
        self._server = server

    def target(self, **settings: Any) -> Target:
        return Target(base_url=self._server.base_url, token=KEY, own=Settings(), mirror="docs", **settings)

    def reset(self) -> None:
        self._server.wiki.leaves.clear()

    def pages(self) -> Sequence[Kept]:
        leaves = self._server.wiki.leaves.values()
        return [Kept(id=leaf.id, title=leaf.title, live=not leaf.archived) for leaf in leaves]

    def edit(self, page_id: str, text: str) -> None:
        self._server.wiki.write(page_id, text=text)

    def vanish(self, page_id: str) -> None:
        self._server.wiki.write(page_id, archived=True)

    def later(self, seconds: float) -> None:
        self._server.wiki.now += seconds

    def shortened(self, answer: Any) -> Any:
        return {**answer, "pages": answer["pages"][:-1]}


@pytest.fixture(scope="session")
def server() -> Iterator[WikiServer]:
    with WikiServer() as running:
        yield running


@pytest.fixture
def subject(server: WikiServer) -> Subject:
    return TinyWikiSubject(server)


class TestTinyWiki(Conformance):
    """All of it."""
