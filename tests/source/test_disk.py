import os
from pathlib import Path

import pytest

from pagemirror.source.disk import Disk, Gone, Trouble


def test_files_are_read_with_what_they_look_like(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x").write_bytes(b"XX")
    (tmp_path / "y").write_bytes(b"Y")
    with Disk(tmp_path) as disk:
        seen, data = disk.read(b"a/b/x")
        assert (seen.size, data) == (2, b"XX")
        assert disk.look(b"a/b/x") == seen
        assert disk.read(b"y")[1] == b"Y"
        assert disk.read(b"a/b/x")[1] == b"XX"


@pytest.mark.parametrize("name", [b"none", b"none/x", b"file/x", b"link/x", b"link"])
def test_what_is_not_there_or_behind_a_link_is_gone(tmp_path: Path, name: bytes) -> None:
    (tmp_path / "file").write_bytes(b"F")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "x").write_bytes(b"X")
    (tmp_path / "link").symlink_to("folder")
    with Disk(tmp_path) as disk, pytest.raises(Gone):
        disk.read(name)


def test_a_folder_that_is_swapped_for_a_link_meanwhile_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "x").write_bytes(b"X")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x").write_bytes(b"secret")
    with Disk(tmp_path) as disk:
        assert disk.read(b"folder/x")[1] == b"X"
        (tmp_path / "folder").rename(tmp_path / "moved")
        (tmp_path / "folder").symlink_to("outside")
        assert disk.read(b"folder/x")[1] == b"X"
    with Disk(tmp_path) as disk, pytest.raises(Gone):
        disk.read(b"folder/x")


def test_a_pipe_is_refused_and_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with Disk(tmp_path) as disk, pytest.raises(Trouble, match="a named pipe"):
        disk.read(b"pipe")


def test_a_name_that_is_too_long_is_trouble_and_not_gone(tmp_path: Path) -> None:
    with Disk(tmp_path) as disk, pytest.raises(Trouble):
        disk.look(b"n" * 300)


def open_handles() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_all_folders_are_closed_in_the_end(tmp_path: Path) -> None:
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    before = open_handles()
    with Disk(tmp_path) as disk:
        assert disk.is_folder(b"a/b/c")
        assert not disk.is_folder(b"a/x")
        assert open_handles() > before
    assert open_handles() == before
