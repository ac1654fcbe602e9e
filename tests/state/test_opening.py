"""Opening a state: begun where there is none, refused where it is another's, newer or damaged, with the way out."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from pagemirror.model.errors import StateError
from pagemirror.model.ids import RepoPath
from pagemirror.model.listing import PageQuery
from pagemirror.state import open_store as public_open_store
from pagemirror.state.figures import SCHEMA_VERSION
from pagemirror.state.interface import PutRecord
from pagemirror.state.opening import open_store
from pagemirror.state.store import SqlStore
from support.staterows import HANDBOOK, ME, a_keep, a_mirror, a_record

Open = Callable[[str], SqlStore]


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_state_is_readable_by_its_owner_alone(tmp_path: Path, opened: Open) -> None:
    folder = tmp_path / "deep" / ".pagemirror"
    opened(f"sqlite:///{folder}/state.db").apply(HANDBOOK, [a_mirror()])
    assert {path.name: _mode(path) for path in folder.glob("state.db*")} == {
        "state.db": 0o600,
        "state.db-wal": 0o600,
        "state.db-shm": 0o600,
    }
    assert _mode(folder) == 0o700


def test_git_is_told_to_ignore_the_default_folder(tmp_path: Path, opened: Open) -> None:
    opened(f"sqlite:///{tmp_path}/.pagemirror/state.db")
    opened(f"sqlite:///{tmp_path}/other/state.db")
    assert (tmp_path / ".pagemirror/.gitignore").read_text() == "*\n"
    assert not (tmp_path / "other/.gitignore").exists()


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path, opened: Open) -> None:
    tmp_path.chmod(0o755)
    opened(f"sqlite:///{tmp_path}/state.db")
    assert _mode(tmp_path) == 0o755


def test_a_path_with_odd_letters_is_opened_as_it_stands(tmp_path: Path, opened: Open) -> None:
    opened(f"sqlite:///{tmp_path}/a ü#%20+b.db").apply(HANDBOOK, [a_mirror()])
    assert (tmp_path / "a ü#%20+b.db").exists()


def test_the_public_function_opens_a_store(file_url: str) -> None:
    store = public_open_store(file_url)
    store.apply(HANDBOOK, [a_mirror()])
    store.close()
    store = public_open_store(file_url, readonly=True)
    assert store.mirror(HANDBOOK) == a_mirror().mirror
    store.close()


def test_a_newer_state_is_refused_naming_both_versions(url: str, opened: Open) -> None:
    first = opened(url)
    with first.engine.begin() as connection:
        connection.execute(text("UPDATE meta SET value = '99' WHERE name = 'schema'"))
    with pytest.raises(
        StateError, match=f"version 99; this pagemirror knows versions up to {SCHEMA_VERSION}"
    ) as refused:
        opened(url)
    assert refused.value.code == "state_newer"
    assert refused.value.exit_code == 8
    assert "newer pagemirror" in refused.value.hint


def _give_roots(connection: Connection) -> None:
    """A step from an artificial version 0, whose mirrors had no root."""
    connection.execute(text("ALTER TABLE mirrors ADD COLUMN root TEXT NOT NULL DEFAULT 'unknown'"))


def _no_change(_: Connection) -> None:
    """A step for tables that have all that it would add."""


def _make_older(store: SqlStore) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE mirrors DROP COLUMN root"))
        connection.execute(text("UPDATE meta SET value = '0' WHERE name = 'schema'"))


def test_an_older_state_is_brought_up_to_date(url: str, opened: Open) -> None:
    first = opened(url)
    first.apply(HANDBOOK, [a_mirror(), PutRecord(record=a_record(1))])
    _make_older(first)
    first.close()
    store = open_store(url, steps={0: _give_roots, 1: _no_change})
    state = store.mirror(HANDBOOK)
    assert state is not None
    assert state.root == "unknown"
    assert list(store.records(HANDBOOK)) == [a_record(1)]
    store.close()
    assert opened(url).mirror(HANDBOOK) == state


def _shape(store: SqlStore) -> tuple[set[str], set[str | None]]:
    """The columns and the indexes of the records."""
    found = inspect(store.engine)
    columns = {f"{column['name']} {column['type']} {column['nullable']}" for column in found.get_columns("records")}
    return columns, {index["name"] for index in found.get_indexes("records")}


def test_a_state_from_before_the_search_had_a_column_is_searched_as_a_new_one(url: str, opened: Open) -> None:
    first = opened(url)
    odd = a_record(3, path=RepoPath("docs/Größe\udcff.md"), title="Über")
    first.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=record) for record in (a_record(1), a_record(2), odd))])
    shape = _shape(first)
    with first.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP INDEX records_listed"))
            connection.execute(text("CREATE INDEX records_at ON records (mirror, path)"))
        connection.execute(text("ALTER TABLE records DROP COLUMN words"))
        connection.execute(text("UPDATE meta SET value = '1' WHERE name = 'schema'"))
    first.close()
    store = opened(url)
    found = {text: [row.uid for row in store.page_rows(HANDBOOK, PageQuery(text=text)).rows] for text in SOUGHT}
    assert found == SOUGHT
    assert _shape(store) == shape
    assert list(store.records(HANDBOOK)) == [odd, a_record(1), a_record(2)]


SOUGHT = {"page 2": ["u2"], "DOCS/1": ["u1"], "GRÖSSE": ["u3"], "über": ["u3"], "nosuch": []}


def test_before_a_file_is_brought_up_to_date_a_copy_is_made(tmp_path: Path, file_url: str, opened: Open) -> None:
    first = opened(file_url)
    first.apply(HANDBOOK, [a_mirror()])
    _make_older(first)
    open_store(file_url, steps={0: _give_roots, 1: _no_change}).close()
    copy = tmp_path / "state.db.v0.bak"
    assert _mode(copy) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone() == ("0",)
        assert connection.execute("SELECT count(*) FROM mirrors").fetchone() == (1,)
    assert not list(tmp_path.glob("*.part*"))


def test_a_step_that_fails_changes_nothing(file_url: str, opened: Open) -> None:
    first = opened(file_url)
    first.apply(HANDBOOK, [a_mirror()])
    _make_older(first)

    def fail(connection: Connection) -> None:
        _give_roots(connection)
        raise StateError("half done")

    with pytest.raises(StateError, match="half done"):
        open_store(file_url, steps={0: fail})
    store = open_store(file_url, steps={0: _give_roots, 1: _no_change})
    assert [state.name for state in store.mirrors()] == [HANDBOOK]
    store.close()


def test_a_state_too_old_to_be_brought_up_to_date_is_refused(file_url: str, opened: Open) -> None:
    _make_older(opened(file_url))
    with pytest.raises(StateError, match="no longer knows") as refused:
        opened(file_url)
    assert refused.value.code == "state_older"
    assert "removes nothing" in refused.value.hint


def test_an_older_state_opened_for_reading_is_not_changed(tmp_path: Path, file_url: str, opened: Open) -> None:
    _make_older(opened(file_url))
    with pytest.raises(StateError, match="older version 0"):
        open_store(file_url, readonly=True, steps={0: _give_roots})
    assert not list(tmp_path.glob("*.bak"))


def test_another_programs_database_is_refused_untouched(tmp_path: Path, file_url: str, opened: Open) -> None:
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        connection.execute("CREATE TABLE songs (name)")
    with pytest.raises(StateError, match="not a state of pagemirror") as refused:
        opened(file_url)
    assert refused.value.code == "state_foreign"
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("songs",)]


def test_a_server_with_tables_of_our_names_is_refused(postgres_schema: Callable[[], str]) -> None:
    url = postgres_schema()
    other = open_store(url)
    with other.engine.begin() as connection:
        connection.execute(text("DROP TABLE meta"))
    other.close()
    with pytest.raises(StateError, match="not a state of pagemirror"):
        open_store(url)


def test_a_file_that_is_no_database_is_refused_with_the_way_out(tmp_path: Path, file_url: str, opened: Open) -> None:
    (tmp_path / "state.db").write_bytes(b"not a database, but long enough to be looked at " * 40)
    with pytest.raises(StateError, match="not a database") as refused:
        opened(file_url)
    assert refused.value.code == "state_corrupt"
    assert f"{tmp_path}/state.db.old" in refused.value.hint
    assert "removes nothing" in refused.value.hint


def test_a_damaged_file_is_refused_with_the_way_out(tmp_path: Path, file_url: str, opened: Open) -> None:
    store = opened(file_url)
    store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=a_record(n)) for n in range(300))])
    store.close()
    path = tmp_path / "state.db"
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    path.write_bytes(data)
    with pytest.raises(StateError) as refused:
        list(opened(file_url).records(HANDBOOK))
    assert refused.value.code == "state_corrupt"
    assert str(path) in refused.value.message


def test_an_empty_file_is_begun(tmp_path: Path, file_url: str, opened: Open) -> None:
    (tmp_path / "state.db").touch()
    opened(file_url).apply(HANDBOOK, [a_mirror()])


def test_a_state_that_is_only_read_is_never_made(tmp_path: Path, file_url: str) -> None:
    store = open_store(file_url, readonly=True)
    assert store.mirror(HANDBOOK) is None
    assert list(store.records(HANDBOOK)) == []
    assert store.counts(HANDBOOK).records == 0
    with pytest.raises(StateError, match="for reading only"):
        store.apply(HANDBOOK, [a_mirror()])
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_a_state_that_is_only_read_refuses_to_write(url: str, opened: Open) -> None:
    opened(url).apply(HANDBOOK, [a_mirror()])
    store = open_store(url, readonly=True)
    assert store.mirror(HANDBOOK) == a_mirror().mirror
    with pytest.raises(StateError, match="for reading only") as refused:
        store.acquire(HANDBOOK, ME, now=1.0, lease=60.0)
    assert refused.value.code == "state_readonly"
    store.close()


def test_a_server_without_tables_that_is_only_read_gets_none(postgres_schema: Callable[[], str], opened: Open) -> None:
    url = postgres_schema()
    for _ in range(2):
        store = open_store(url, readonly=True)
        with store.engine.connect() as connection:
            assert connection.dialect.name == "sqlite"
        assert store.mirrors() == ()
        store.close()
    opened(url).apply(HANDBOOK, [a_mirror()])
    store = open_store(url, readonly=True)
    assert store.mirrors() == (a_mirror().mirror,)
    store.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("git:refs/pagemirror/state", "is no database"),
        ("mysql://host/db", "mysql"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///state.db?mode=ro", "options"),
        ("state.db", "can't be read"),
    ],
)
def test_a_url_that_can_not_be_used_says_which_can(url: str, said: str) -> None:
    with pytest.raises(StateError, match=said) as refused:
        open_store(url)
    assert refused.value.code == "state_url"
    assert "sqlite:///" in refused.value.hint


def test_an_unreachable_server_is_named_without_its_password() -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with pytest.raises(StateError) as refused:
        open_store("postgresql://me:s3cret@127.0.0.1:1/db?connect_timeout=2")
    assert refused.value.code == "state_unreachable"
    assert "127.0.0.1:1/db" in refused.value.message
    assert "s3cret" not in refused.value.message + refused.value.hint


def test_a_missing_driver_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from pagemirror.state.opening import open_store\n"
        "from pagemirror.model.errors import StateError\n"
        "try:\n"
        "    open_store('postgresql+psycopg://127.0.0.1/db')\n"
        "except StateError as error:\n"
        "    print(error.code, error.hint)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("state_driver")
    assert "pagemirror[postgres]" in done.stdout


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match="can't be opened for writing") as refused:
        open_store(f"sqlite:///{tmp_path}/file/state.db")
    assert refused.value.code == "state_readonly"


def test_a_file_that_may_not_be_written_is_told(tmp_path: Path, file_url: str, opened: Open) -> None:
    opened(file_url).close()
    for path, mode in ((tmp_path / "state.db", 0o444), (tmp_path, 0o555), (tmp_path.parent, 0o755)):
        path.chmod(mode)
    code = (
        "import sys, os\n"
        "from pagemirror.model.errors import StateError\n"
        "from pagemirror.state.opening import open_store\n"
        "if os.geteuid() == 0: os.setegid(65534), os.seteuid(65534)\n"
        "try:\n"
        "    open_store(sys.argv[1])\n"
        "except StateError as error:\n"
        "    print(error.code, error.message)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, file_url], capture_output=True, text=True, check=True)
    tmp_path.chmod(0o755)
    assert done.stdout.startswith(f"state_readonly The state {tmp_path}/state.db can't be opened for writing")


def test_two_processes_begin_one_state_at_once(url: str) -> None:
    code = (
        "import sys\n"
        "from pagemirror.state.opening import open_store\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "open_store(sys.argv[1]).close()\n"
    )
    command = [sys.executable, "-c", code, url]
    children = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        child.communicate(timeout=60)
    assert [child.returncode for child in children] == [0, 0, 0]


def test_a_file_that_another_process_is_just_beginning_is_waited_for(
    tmp_path: Path, file_url: str, opened: Open
) -> None:
    """SQLite waits for every other lock, and not for this one."""
    (tmp_path / "state.db").touch(0o600)
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None, check_same_thread=False)
    with closing(other):
        other.execute("BEGIN IMMEDIATE")
        ended = threading.Timer(0.3, other.execute, ("ROLLBACK",))
        ended.start()
        opened(file_url).apply(HANDBOOK, [a_mirror()])
        ended.join()


def test_the_mode_does_not_depend_on_the_umask(tmp_path: Path, opened: Open) -> None:
    before = os.umask(0)
    try:
        opened(f"sqlite:///{tmp_path}/new/state.db").apply(HANDBOOK, [a_mirror()])
    finally:
        os.umask(before)
    assert {_mode(path) for path in (tmp_path / "new").iterdir()} == {0o600}
    assert _mode(tmp_path / "new") == 0o700


def test_a_file_that_has_become_mostly_empty_gives_its_space_back(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with closing(open_store(f"sqlite:///{file}")) as store:
        record = a_record(1)
        for number in range(20):
            store.apply(HANDBOOK, [a_keep(record, os.urandom(300_000).hex(), at=float(number))])
    large = file.stat().st_size
    with closing(open_store(f"sqlite:///{file}")) as store:
        store.prune(now=100.0, keep=50.0)
    assert file.stat().st_size < large / 10


def test_opening_it_once_more_does_not_let_another_process_take_the_log_from_who_has_it_open(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/state.db"
    script = (
        "import sys; from pagemirror.state.opening import open_store as o; s = o(sys.argv[1]); s.mirrors(); s.close()"
    )
    with closing(open_store(url)) as first:
        first.apply(HANDBOOK, [PutRecord(record=a_record(1))])
        with closing(open_store(url)) as second:
            second.mirrors()
        subprocess.run([sys.executable, "-c", script, url], check=True)
        first.apply(HANDBOOK, [PutRecord(record=a_record(2))])
        with closing(open_store(url, readonly=True)) as reader:
            assert len(list(reader.records(HANDBOOK))) == 2
        assert (tmp_path / "state.db-wal").exists()
    with closing(open_store(url, readonly=True)) as reader:
        assert len(list(reader.records(HANDBOOK))) == 2


def test_a_state_in_a_file_needs_no_other_database_s_dialect() -> None:
    code = (
        "import sys, pagemirror.state.opening\n"
        "assert 'sqlalchemy.dialects.sqlite' in sys.modules\n"
        "assert not [name for name in sys.modules if name.startswith('sqlalchemy.dialects.postgresql')]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
