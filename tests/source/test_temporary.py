"""Temporary files, where the folder is as it should be, is gone, and is full."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from pagemirror.model.errors import SourceError
from pagemirror.source.temporary import file_of


@pytest.fixture
def gone(tmp_path: Path) -> Iterator[Path]:
    """The folder that the process has used so far, and that is no more."""
    before, tempfile.tempdir = tempfile.tempdir, str(tmp_path / "gone")
    yield tmp_path / "gone"
    tempfile.tempdir = before


def full() -> IO[bytes]:
    return Path("/dev/full").open("r+b", buffering=0)


def nowhere() -> IO[bytes]:
    raise FileNotFoundError(2, "No such file or directory")


def test_lines_are_read_from_the_beginning() -> None:
    with file_of(["one", "zwölf"]) as file:
        assert file.read() == "one\nzwölf\n".encode()


def test_where_the_folder_is_gone_another_one_is_found(gone: Path) -> None:
    with file_of(["one"]) as file:
        assert file.read() == b"one\n"
    assert tempfile.gettempdir() != str(gone)


def test_a_full_disk_is_told_with_what_to_do() -> None:
    with pytest.raises(SourceError, match="No space left on device") as error:
        file_of(["one"], make=full)
    assert error.value.code == "temp_folder"
    assert "TMPDIR" in error.value.hint


def test_a_folder_that_is_nowhere_is_told_too() -> None:
    with pytest.raises(SourceError, match="No such file"):
        file_of(["one"], make=nowhere)
