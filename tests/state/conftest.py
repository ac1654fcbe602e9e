"""A state in SQLite and one in a real PostgreSQL server, which this starts on a free port of the loopback.

The suites of what a store is run over each kind of state: these, one in a Git ref, and the tests' own one in memory.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

from pagemirror.model.ids import MirrorName
from pagemirror.state.interface import Change, Store
from pagemirror.state.opening import open_store
from pagemirror.state.refstore import RefStore
from pagemirror.state.store import SqlStore
from support.memory.store import MemoryStore
from support.memory.tables import Tables
from support.needed import missing
from support.refplaces import MemoryRef

_SCHEMAS = count(1)


def _server_folder() -> Path | None:
    """The newest installed server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    ctl = shutil.which("pg_ctl")
    return None if ctl is None else Path(ctl).resolve().parent


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _make_cluster(programs: Path, data: Path, user: str | None) -> None:
    """Sorted by a language's rules where the server can, so that only the columns' own collation gives our order."""
    base: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "pagemirror",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]
    by_language = [*base, "--locale-provider=icu", "--icu-locale=en-US"]
    said = b""
    for command in ([*by_language, "-N"], [*base, "-N"]):
        done = subprocess.run(command, check=False, capture_output=True, user=user, cwd="/")
        if done.returncode == 0:
            return
        said = done.stderr
        shutil.rmtree(data, ignore_errors=True)
    pytest.fail(f"initdb failed: {said.decode()}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of an empty database on a server of our own."""
    programs = _server_folder()
    if programs is None:
        missing(
            "postgresql", "no PostgreSQL server is installed (pg_ctl is neither in /usr/lib/postgresql nor in PATH)"
        )
    elif find_spec("psycopg") is None:
        missing("postgresql", "psycopg is not installed (the extra `postgres`)")
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pagemirror-postgres-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)
    data, port = folder / "data", _free_port()
    _make_cluster(programs, data, user)
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    control: list[str | Path] = [programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    try:
        subprocess.run([*control, "-o", settings, "start"], check=True, stdout=subprocess.DEVNULL, user=user, cwd="/")
        yield f"postgresql+psycopg://pagemirror@127.0.0.1:{port}/postgres"
    finally:
        stop = [*control, "-m", "immediate", "stop"]
        subprocess.run(stop, check=False, stdout=subprocess.DEVNULL, user=user, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


def _new_schema(base: str) -> str:
    """The URL of an empty schema of its own."""
    import psycopg  # noqa: PLC0415  # installed with an extra only

    name = f"test_{os.getpid()}_{next(_SCHEMAS)}"
    with psycopg.connect(base.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
    return f"{base}?options=-csearch_path%3D{name}"


@pytest.fixture
def postgres_schema(postgres: str) -> Callable[[], str]:
    """Makes empty schemas on the server; gives their URLs."""
    return lambda: _new_schema(postgres)


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Where a state of a kind may be begun."""

    def of(kind: str) -> str:
        match kind:
            case "sqlite":
                return f"sqlite:///{tmp_path}/state.db"
            case "postgresql":
                return _new_schema(request.getfixturevalue("postgres"))
            case "git":
                return "git:refs/pagemirror/state"
            case _:
                return f"{kind}:"

    return of


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, place: Callable[[str], str]) -> str:
    """Where a state may be begun, in each database."""
    return place(request.param)


@pytest.fixture(params=["sqlite", "postgresql", "memory"])
def any_url(request: pytest.FixtureRequest, place: Callable[[str], str]) -> str:
    """Where a state may be begun, of each kind that many processes may share."""
    return place(request.param)


class Reloading(RefStore):
    """A state in a ref that forgets after each change all that isn't in the ref."""

    def apply(self, name: MirrorName, changes: Sequence[Change], *, epoch: int | None = None) -> None:
        super().apply(name, changes, epoch=epoch)
        self.reload()

    def prune(self, *, now: float, keep: float, every: float = 0.0) -> int:
        freed = super().prune(now=now, keep=keep, every=every)
        if freed:
            self.reload()
        return freed


@pytest.fixture
def opened() -> Iterator[Callable[[str], SqlStore]]:
    """Opens stores, and closes them in the end."""
    stores: list[SqlStore] = []
    places: defaultdict[str, MemoryRef] = defaultdict(MemoryRef)

    def open_(url: str) -> SqlStore:
        git = url.startswith("git:")
        stores.append(Reloading(places[url], now=lambda: 0.0) if git else open_store(url))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def gone() -> set[int]:
    """The pids of processes that have ended, where a state in memory asks."""
    return set()


@pytest.fixture
def opened_any(opened: Callable[[str], SqlStore], gone: set[int]) -> Callable[[str], Store]:
    """Opens stores of any kind."""
    tables: defaultdict[str, Tables] = defaultdict(Tables)

    def open_(url: str) -> Store:
        if url.startswith("memory:"):
            return MemoryStore(tables[url], gone=lambda owner: owner.pid in gone)
        return opened(url)

    return open_


@pytest.fixture
def store(any_url: str, opened_any: Callable[[str], Store]) -> Store:
    """An empty state of each kind."""
    return opened_any(any_url)


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """Where a state may be begun as a file."""
    return f"sqlite:///{tmp_path}/state.db"
