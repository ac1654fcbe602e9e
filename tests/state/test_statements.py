"""The statements that are built for one database or the other."""

from sqlalchemy import text

from pagemirror.state.opening import open_store
from pagemirror.state.statements import links_of


def test_the_links_of_a_record_are_found_without_going_over_those_of_the_whole_mirror() -> None:
    store = open_store("sqlite:///no-such-state.db", readonly=True)
    asked = str(links_of("sqlite"))
    asked = asked.replace("__[POSTCOMPILE_some]", "'a', 'b'").replace("= :m", "= 'm'")
    with store.engine.connect() as connection:
        rows = connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"))
        told = [str(row[3]) for row in rows]
    store.close()
    assert told == ["SEARCH links USING INDEX links_of (mirror=? AND uid=?)"]


def test_another_database_is_told_no_index() -> None:
    assert "INDEXED BY" not in str(links_of("postgresql"))
