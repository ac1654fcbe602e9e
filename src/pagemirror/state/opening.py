"""From a URL to an open store: the file, the version check, the migration."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from pagemirror.model.errors import StateError
from pagemirror.state.engines import WRITES, file_engine, nowhere_engine, server_engine
from pagemirror.state.failures import guarded
from pagemirror.state.figures import SCHEMA_SQL
from pagemirror.state.location import FileState, ServerState, located
from pagemirror.state.migrate import back_up, begin, bring_up, check, version_of
from pagemirror.state.steps import STEPS, Step
from pagemirror.state.store import SqlStore

__all__ = ["look_at", "open_store"]

_ONE_AT_A_TIME: Final = 0x70616765_6D697272
"""The PostgreSQL advisory lock under which tables are made or changed."""


def open_store(url: str, *, readonly: bool = False, steps: Mapping[int, Step] = STEPS) -> SqlStore:
    """Open the state that `url` names; a missing one is begun, an older one brought up to date after a copy was made.

    With `readonly` nothing is made or changed: a missing state reads as an empty one.
    """
    place = located(url)
    if readonly and isinstance(place, FileState) and not place.path.exists():
        return _empty(place)
    engine = _engine(place, readonly=readonly)
    try:
        there = _prepare(engine, place, steps, readonly=readonly)
    except BaseException:
        engine.dispose()
        raise
    if there:
        return SqlStore(engine, str(place), readonly=readonly)
    engine.dispose()
    return _empty(place)


def look_at(url: str) -> str:
    """How the state stands, as a sentence; makes and changes nothing. Raises `StateError` where it can't be used."""
    place = located(url)
    if isinstance(place, FileState) and not place.path.exists():
        place.check_writable()
        return f"{place}: not there yet; the first sync makes it"
    open_store(url, readonly=True).close()
    if isinstance(place, FileState):
        place.check_writable()
    return f"{place}: can be read and written"


def _empty(place: FileState | ServerState) -> SqlStore:
    engine = nowhere_engine()
    with engine.begin() as connection:
        begin(connection)
    return SqlStore(engine, str(place), readonly=True)


def _engine(place: FileState | ServerState, *, readonly: bool) -> Engine:
    if isinstance(place, ServerState):
        return server_engine(place)
    if not readonly:
        place.make()
    return file_engine(place.path, readonly=readonly)


def _prepare(engine: Engine, place: FileState | ServerState, steps: Mapping[int, Step], *, readonly: bool) -> bool:
    """See to it that the database has this program's tables; False where it has none and none may be made."""
    where = str(place)
    version = _version(engine, where)
    if version is not None and check(version, where):
        return True
    if readonly:
        if version is None:
            return False
        raise StateError(
            f"The state {where} has the older version {version}, and was opened for reading only.",
            hint="A sync brings it up to date.",
            code="state_older",
        )
    writer = engine.execution_options(**{WRITES: True})
    with guarded(where), writer.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        version = version_of(connection, where)
        if version is None:
            begin(connection)
        elif not check(version, where):
            if isinstance(place, FileState):
                back_up(place.path, version)
            bring_up(connection, version, where, steps)
    return True


def _version(engine: Engine, where: str) -> int | None:
    """The version: one statement where all is well, else by a closer look."""
    try:
        with engine.connect() as connection:
            value = connection.execute(text(SCHEMA_SQL)).scalar()
    except DBAPIError:
        value = None  # no such table, or something worse, which the closer look meets again
    if value is not None and value.isdigit():
        return int(value)
    with guarded(where), engine.connect() as connection:
        return version_of(connection, where)
