"""What the databases raise, met for real, becomes an error with a code and a way out."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from pagemirror.model.errors import StateError
from pagemirror.state.engines import file_engine
from pagemirror.state.failures import from_sqlite, guarded
from pagemirror.state.interface import PutRecord, PutText
from pagemirror.state.store import SqlStore
from support.staterows import HANDBOOK, a_mirror, a_record

Open = Callable[[str], SqlStore]


@pytest.fixture
def path(tmp_path: Path, file_url: str, opened: Open) -> Path:
    """The file of a state that is there."""
    opened(file_url).close()
    return tmp_path / "state.db"


@pytest.fixture
def hasty(path: Path) -> Iterator[SqlStore]:
    """A store that doesn't wait for others, and has one connection, which keeps its settings."""
    engine = file_engine(path, readonly=False, busy_seconds=0.0)
    store = SqlStore(engine, str(path))
    yield store
    store.close()


def test_a_full_disk_loses_nothing_that_was_written(hasty: SqlStore) -> None:
    hasty.apply(HANDBOOK, [a_mirror()])
    with hasty.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StateError) as refused:
        hasty.apply(HANDBOOK, [PutRecord(record=a_record(n)) for n in range(1_000)])
    assert refused.value.code == "state_full"
    assert "space" in refused.value.hint
    assert hasty.mirror(HANDBOOK) == a_mirror().mirror
    assert hasty.counts(HANDBOOK).records == 0


def test_a_state_that_another_process_keeps_locked_is_busy_not_broken(path: Path, hasty: SqlStore) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError) as refused:
            hasty.apply(HANDBOOK, [a_mirror()])
        assert refused.value.code == "state_busy"
        assert "run again" in refused.value.hint
        assert hasty.mirror(HANDBOOK) is None
        other.execute("ROLLBACK")
    hasty.apply(HANDBOOK, [a_mirror()])


def test_a_file_that_became_read_only_is_told(path: Path) -> None:
    store = SqlStore(file_engine(path, readonly=True), str(path))
    with pytest.raises(StateError) as refused:
        store.apply(HANDBOOK, [a_mirror()])
    assert refused.value.code == "state_readonly"
    store.close()


def test_a_file_that_vanished_is_told(path: Path) -> None:
    engine = file_engine(path.with_name("none.db"), readonly=False)
    store = SqlStore(engine, "none.db")
    with pytest.raises(StateError) as refused:
        store.mirror(HANDBOOK)
    assert refused.value.code == "state_readonly"
    assert "none.db" in refused.value.message
    store.close()


def test_extended_codes_are_known_by_their_family() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_WRITE"
    assert from_sqlite(error, "x").code == "state_io"


def test_an_unknown_error_says_what_the_database_said_and_where_to_look() -> None:
    found = from_sqlite(sqlite3.OperationalError("something else"), "x.db")
    assert found.code == "state"
    assert "something else" in found.message
    assert "doctor" in found.hint


def test_a_bare_driver_error_is_told_too() -> None:
    with pytest.raises(StateError, match="no such thing"), guarded("x.db"):
        raise sqlite3.OperationalError("no such thing")


def test_a_server_that_is_read_only_is_told(postgres_schema: Callable[[], str], opened: Open) -> None:
    url = postgres_schema()
    opened(url).close()
    store = opened(url.replace("?options=", "?options=-cdefault_transaction_read_only%3Don%20"))
    with pytest.raises(StateError) as refused:
        store.apply(HANDBOOK, [PutText(text="x")])
    assert refused.value.code == "state_readonly"
    assert "primary" in refused.value.hint
