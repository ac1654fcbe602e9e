"""The library of one snapshot's documents: every one of them, however little it may keep."""

from collections.abc import Iterable, Iterator

import pytest

from pagemirror.content import Nav
from pagemirror.model.documents import Document
from pagemirror.model.ids import BlobId, MirrorName, RepoPath
from pagemirror.passes import library
from pagemirror.passes.library import Library, without_text

PAGES = 100
PATHS = [RepoPath(f"docs/page-{number:03d}.md") for number in range(PAGES)]
TEXTS = {BlobId(f"blob-{path}"): f"# {path}\n\nThe text of {path}, [the first](page-000.md).\n" for path in PATHS}


class Counted:
    """Blobs in memory; counts how often they are read, and refuses what isn't there."""

    root = RepoPath("docs")

    def __init__(self) -> None:
        self.reads = 0

    def read(self, blobs: Iterable[BlobId]) -> Iterator[tuple[BlobId, bytes]]:
        self.reads += 1
        yield from [(blob, TEXTS[blob].encode()) for blob in blobs]


@pytest.fixture
def snapshot() -> Counted:
    return Counted()


@pytest.fixture
def small(snapshot: Counted, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr(library, "ROOM", 50 * len(TEXTS[BlobId(f"blob-{PATHS[0]}")]))
    return Library(snapshot, MirrorName("handbook"), Nav.none(), {path: BlobId(f"blob-{path}") for path in PATHS}, {})


def titles(small: Library, paths: Iterable[RepoPath]) -> list[tuple[RepoPath, str]]:
    return [(path, item.title) for path, item in small.each(paths) if isinstance(item, Document)]


def test_a_folder_larger_than_what_is_kept_is_given_whole_again_and_again(small: Library) -> None:
    every = [(path, str(path)) for path in PATHS]
    assert titles(small, PATHS) == every
    assert titles(small, PATHS) == every
    assert titles(small, reversed(PATHS)) == every[::-1]


def test_a_file_that_is_no_longer_kept_is_read_again(small: Library) -> None:
    for path in [*PATHS, *PATHS[::-7]]:
        item = small.get(path)
        assert isinstance(item, Document)
        assert item.title == path


def test_files_asked_for_one_by_one_are_read_many_at_a_time(small: Library, snapshot: Counted) -> None:
    for path in PATHS:
        small.get(path)
    assert snapshot.reads == 4


def test_two_files_of_the_same_bytes_are_both_given(snapshot: Counted) -> None:
    same = BlobId(f"blob-{PATHS[3]}")
    twice = Library(snapshot, MirrorName("handbook"), Nav.none(), {PATHS[0]: same, PATHS[1]: same}, {})
    assert titles(twice, PATHS[:2]) == [(PATHS[0], str(PATHS[3])), (PATHS[1], str(PATHS[3]))]


def test_a_document_without_its_text_tells_everything_else(small: Library) -> None:
    item = small.get(PATHS[5])
    assert isinstance(item, Document)
    slim = without_text(item)
    assert item.text
    assert (slim.text, slim.links) == ("", ())
    assert (slim.path, slim.blob, slim.title, slim.place, slim.front) == (
        item.path,
        item.blob,
        item.title,
        item.place,
        item.front,
    )


def test_a_body_that_is_no_longer_kept_is_the_same_when_it_is_made_again(small: Library) -> None:
    first = {path: item.body for path, item in small.each(PATHS) if isinstance(item, Document)}
    again = {path: item.body for path, item in small.each(PATHS) if isinstance(item, Document)}
    assert again == first
    assert all(item.links for item in map(small.get, PATHS) if isinstance(item, Document))
