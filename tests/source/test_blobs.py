import pytest

from pagemirror.model.errors import SourceError
from pagemirror.model.ids import BlobId
from pagemirror.source import Snapshot, SourceSettings, open_snapshot
from pagemirror.source.blobs import kinds
from pagemirror.source.command import Git
from support.gitrepo import GitRepo

BYTES = (b"", b"\n", b"no end", b"end\n", b"\x00\xff\r\n\x1a", b"x" * 200_000, b"blob 3\nabc")


@pytest.fixture
def snapshot(repo: GitRepo) -> Snapshot:
    repo.commit_files({f"docs/{number}.md": data for number, data in enumerate(BYTES)})
    return open_snapshot(SourceSettings(repo=repo.path))


def test_bytes_come_to_the_letter_and_in_the_order_asked_for(snapshot: Snapshot) -> None:
    blobs = [entry.blob for entry in snapshot.entries().entries]
    backwards = list(reversed(blobs))
    assert list(snapshot.read(blobs)) == list(zip(blobs, BYTES, strict=True))
    assert [blob for blob, _ in snapshot.read(backwards)] == backwards


def test_the_same_blob_can_be_asked_for_twice(snapshot: Snapshot) -> None:
    blob = snapshot.entries().entries[3].blob
    assert list(snapshot.read([blob, blob])) == [(blob, b"end\n")] * 2


def test_more_requests_than_a_pipe_holds_do_not_block(snapshot: Snapshot) -> None:
    blobs = [entry.blob for entry in snapshot.entries().entries if entry.size and entry.size < 100] * 1000
    assert sum(1 for _ in snapshot.read(blobs)) == len(blobs)


def test_reading_nothing_starts_nothing(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert list(snapshot.read([])) == []


def test_a_reader_may_stop_in_the_middle(snapshot: Snapshot) -> None:
    reader = snapshot.read([entry.blob for entry in snapshot.entries().entries])
    assert next(reader)[1] == b""
    reader.close()  # type: ignore[attr-defined] # it is a generator


def test_a_missing_object_is_named_after_what_could_be_read(snapshot: Snapshot) -> None:
    gone = BlobId("1234567890" * 4)
    blob = snapshot.entries().entries[1].blob
    reader = snapshot.read([blob, gone])
    assert next(reader) == (blob, b"\n")
    with pytest.raises(SourceError, match=gone) as caught:
        next(reader)
    assert caught.value.code == "missing_object"
    assert "fsck" in caught.value.hint


def test_a_folder_is_not_read_as_a_file(snapshot: Snapshot) -> None:
    with pytest.raises(SourceError, match="is a tree, not a file"):
        list(snapshot.read([BlobId(str(snapshot.tree))]))


def test_kinds_are_told_for_what_is_there(repo: GitRepo, snapshot: Snapshot) -> None:
    commit = snapshot.commit
    names = [str(commit), f"{commit}:docs", f"{commit}:docs/a name missing", "blob x"]
    assert kinds(Git(repo.path), names) == {
        commit: ("commit", commit),
        f"{commit}:docs": ("tree", snapshot.tree),
    }
