import gc
from pathlib import Path

import pytest

from pagemirror.model.ids import BlobId
from pagemirror.source.spool import Spool


def test_bytes_come_back_as_they_were_put_in_any_order() -> None:
    spool = Spool(None)
    for number in range(5):
        spool.put(BlobId(str(number)), b"x" * number)
    assert [spool.get(BlobId(str(number))) for number in (3, 0, 4)] == [b"xxx", b"", b"xxxx"]


def test_a_blob_is_kept_once() -> None:
    spool = Spool(None)
    spool.put(BlobId("a"), b"first")
    spool.put(BlobId("a"), b"second")
    assert spool.get(BlobId("a")) == b"first"
    assert BlobId("b") not in spool
    with pytest.raises(KeyError):
        spool.get(BlobId("b"))


def test_much_goes_to_a_file_without_a_name_that_is_closed_with_the_spool(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for number in range(20):
        spool.put(BlobId(str(number)), bytes([number]) * 1_000_000)
    assert spool.get(BlobId("7")) == b"\x07" * 1_000_000
    assert list(tmp_path.iterdir()) == []
    del spool
    gc.collect()
