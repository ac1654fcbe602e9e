"""What the tests of the content room share: a reader with settings filled in, and the corpora."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pagemirror.content import LeftOut, Nav, parse
from pagemirror.model.documents import Document, Unreadable
from pagemirror.model.ids import BlobId, MirrorName, RepoPath

Parsed = Document | Unreadable | LeftOut
Parse = Callable[..., Parsed]
Read = Callable[..., Document]


def _parse(
    text: str | bytes,
    *,
    path: str = "docs/guide/page.md",
    root: str = "docs",
    mirror: str = "handbook",
    nav: Nav | None = None,
) -> Parsed:
    return parse(
        text.encode() if isinstance(text, str) else text,
        path=RepoPath(path),
        blob=BlobId("b10b"),
        root=RepoPath(root),
        mirror=MirrorName(mirror),
        nav=nav or Nav.none(),
    )


@pytest.fixture(scope="session")
def parsed() -> Parse:
    """Parse a text as a file of a mirror named handbook."""
    return _parse


@pytest.fixture(scope="session")
def read() -> Read:
    """The same, for texts that must become a document."""

    def reader(text: str | bytes, **around: str) -> Document:
        found = _parse(text, **around)  # type: ignore[arg-type]  # the fixture's callers name what they set
        assert isinstance(found, Document), found
        return found

    return reader


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real documents; tests skip where it is not there."""
    named = os.environ.get("PAGEMIRROR_CORPORA")
    folder = Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "corpora"
    if not folder.is_dir():
        pytest.skip(f"no corpora: set PAGEMIRROR_CORPORA, or put them into {folder}")
    return folder
