"""The look of a pass with nothing to do says what the store says, and is silent wherever it can't."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from pagemirror.model.records import Open
from pagemirror.state.glance import glance
from pagemirror.state.interface import PutHold, PutRecord, PutText
from pagemirror.state.store import SqlStore
from support.staterows import GUIDES, HANDBOOK, a_hold, a_mirror, a_record

Opened = Callable[[str], SqlStore]


def test_it_says_what_the_store_says(file_url: str, opened: Opened) -> None:
    store = opened(file_url)
    records = [a_record(1), a_record(2, open=Open.UNSETTLED), a_record(3, diverged=True)]
    store.apply(HANDBOOK, [a_mirror(key="k"), *(PutRecord(record=record) for record in records)])
    store.apply(HANDBOOK, [PutHold(hold=a_hold(records[0])), PutText(text="x")])
    expected = (store.mirror(HANDBOOK), store.counts(HANDBOOK))
    assert glance(file_url, HANDBOOK) == expected
    store.close()
    assert glance(file_url, HANDBOOK) == expected


def test_it_does_not_import_the_database_library(file_url: str, opened: Opened) -> None:
    opened(file_url).apply(HANDBOOK, [a_mirror()])
    code = (
        "import sys\n"
        "import pagemirror.state\n"
        "from pagemirror.state.glance import glance\n"
        "assert glance(sys.argv[1], 'handbook') is not None\n"
        "assert not [name for name in sys.modules if name.startswith('sqlalchemy')]\n"
    )
    subprocess.run([sys.executable, "-c", code, file_url], check=True)


def test_a_mirror_that_is_not_known_is_left_to_the_store(file_url: str, opened: Opened) -> None:
    opened(file_url).apply(HANDBOOK, [a_mirror()])
    assert glance(file_url, GUIDES) is None


def test_another_version_is_left_to_the_store(file_url: str, opened: Opened) -> None:
    store = opened(file_url)
    store.apply(HANDBOOK, [a_mirror()])
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE meta SET value = '1'"))
    assert glance(file_url, HANDBOOK) is None


@pytest.mark.parametrize("url", ["postgresql+psycopg://127.0.0.1/db", "sqlite:////nowhere/at/all.db", "sqlite:///x?y"])
def test_what_is_no_plain_file_is_left_to_the_store(url: str) -> None:
    assert glance(url, HANDBOOK) is None


def test_a_damaged_file_is_left_to_the_store(tmp_path: Path, file_url: str) -> None:
    (tmp_path / "state.db").write_bytes(b"not a database" * 100)
    assert glance(file_url, HANDBOOK) is None


def test_a_path_with_odd_letters_is_read_as_the_store_reads_it(tmp_path: Path, opened: Opened) -> None:
    url = f"sqlite:///{tmp_path}/a ü#%20b.db"
    opened(url).apply(HANDBOOK, [a_mirror()])
    assert glance(url, HANDBOOK) is not None
