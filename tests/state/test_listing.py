"""Pages a screenful at a time, over each kind of state."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.event import listen, remove

from pagemirror.model.ids import RepoPath
from pagemirror.model.listing import PageQuery, PageRows, Show
from pagemirror.model.records import Failure, Open, Standing
from pagemirror.state.interface import PutHold, PutRecord, Store
from pagemirror.state.opening import open_store
from support.staterows import GUIDES, HANDBOOK, a_hold, a_mirror, a_record

FAILURE = Failure(code="too_long", reason="the title has 300 letters", payload="print", at=7.5)


@pytest.fixture(params=["sqlite", "postgresql", "git", "memory"])
def any_url(request: pytest.FixtureRequest, place: Callable[[str], str]) -> str:
    """Where a state may be begun, of each kind."""
    return place(request.param)


def paths(found: PageRows) -> list[str]:
    return [row.path for row in found.rows]


def test_pages_are_walked_forth_and_back_without_a_gap(store: Store) -> None:
    records = [a_record(n, path=RepoPath(f"docs/{n:02}.md")) for n in range(7)]
    store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=record) for record in records)])
    first = store.page_rows(HANDBOOK, PageQuery(limit=3))
    assert (paths(first), first.earlier, first.later) == (["docs/00.md", "docs/01.md", "docs/02.md"], False, True)
    second = store.page_rows(HANDBOOK, PageQuery(limit=3, after=first.rows[-1].place))
    third = store.page_rows(HANDBOOK, PageQuery(limit=3, after=second.rows[-1].place))
    assert (paths(third), third.earlier, third.later) == (["docs/06.md"], True, False)
    assert store.page_rows(HANDBOOK, PageQuery(limit=3, before=third.rows[0].place)) == second
    back = store.page_rows(HANDBOOK, PageQuery(limit=3, before=second.rows[0].place))
    assert (paths(back), back.earlier) == (paths(first), False)
    assert store.page_rows(GUIDES, PageQuery()).rows == ()


def test_records_of_one_path_are_told_apart(store: Store) -> None:
    gone = {"path": RepoPath("docs/a.md"), "standing": Standing.REMOVED}
    store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=a_record(n, **gone)) for n in range(3))])
    first = store.page_rows(HANDBOOK, PageQuery(show=Show.REMOVED, limit=2))
    rest = store.page_rows(HANDBOOK, PageQuery(show=Show.REMOVED, limit=2, after=first.rows[-1].place))
    assert [row.uid for row in (*first.rows, *rest.rows)] == ["u0", "u1", "u2"]


def test_each_kind_shows_what_stands_so(store: Store) -> None:
    held, fresh = a_record(1), a_record(7)
    records = (
        held,
        a_record(2, failure=FAILURE),
        a_record(3, open=Open.UNSETTLED),
        a_record(4, diverged=True),
        a_record(5, standing=Standing.REMOVED),
        a_record(6, standing=Standing.LEFT, diverged=True),
    )
    puts = [PutRecord(record=record) for record in records]
    holds = [PutHold(hold=a_hold(held)), PutHold(hold=a_hold(fresh, code="foreign"))]
    store.apply(HANDBOOK, [a_mirror(), *puts, *holds])
    found = {show: [row.uid for row in store.page_rows(HANDBOOK, PageQuery(show=show)).rows] for show in Show}
    assert found == {
        Show.ALL: ["u1", "u2", "u3", "u4"],
        Show.HELD: ["u1", "u7"],
        Show.FAILED: ["u2"],
        Show.UNSETTLED: ["u3"],
        Show.DIVERGED: ["u4"],
        Show.REMOVED: ["u5", "u6"],
    }
    one, without_record = store.page_rows(HANDBOOK, PageQuery(show=Show.HELD)).rows
    assert (one.title, one.held, without_record.title, without_record.held) == ("Page 1", "conflict", "", "foreign")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SETUP", ["u1"]),
        ("docs/2", ["u2"]),
        ("Übersicht", ["u3"]),
        ("übersicht", ["u3"]),
        ("U\N{COMBINING DIAERESIS}BERSICHT", ["u3"]),
        ("STRASSE", ["u6"]),
        ("md how", []),  # the end of a path and the beginning of its title
        ('say "hi"', ["u4"]),
        ("100%", ["u5"]),
        ("_", ["u2"]),
        ("title", []),
        ("Page", []),  # what was sent as a value is not the title
        ("nosuch", []),
    ],
)
def test_a_text_is_looked_for_in_titles_and_paths_to_the_letter(store: Store, text: str, found: list[str]) -> None:
    titles = ("How to setup", "a_b", "Übersicht", 'They say "hi", "you"', "100%", "Die Straße")
    records = (a_record(number, title=title) for number, title in enumerate(titles, 1))
    store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=record) for record in records)])
    assert [row.uid for row in store.page_rows(HANDBOOK, PageQuery(text=text)).rows] == found


def test_what_is_held_is_found_by_its_path_before_it_has_a_record(store: Store) -> None:
    held, fresh = a_record(1, title="Übersicht"), a_record(7, path=RepoPath("docs/Neu.md"))
    holds = [PutHold(hold=a_hold(held)), PutHold(hold=a_hold(fresh, code="foreign"))]
    store.apply(HANDBOOK, [a_mirror(), PutRecord(record=held), *holds])
    for text, found in (("übersicht", ["u1"]), ("neu", ["u7"]), ("docs", ["u1", "u7"]), ("nosuch", [])):
        rows = store.page_rows(HANDBOOK, PageQuery(show=Show.HELD, text=text)).rows
        assert [row.uid for row in rows] == found, text


@pytest.mark.parametrize("show", [show for show in Show if show is not Show.HELD])
@pytest.mark.parametrize("text", ["", "nosuch"])
def test_sqlite_goes_over_the_narrow_index_and_not_over_the_rows(tmp_path: Path, show: Show, text: str) -> None:
    store = open_store(f"sqlite:///{tmp_path}/state.db")
    asked: list[tuple[str, Any]] = []
    listen(Engine, "before_cursor_execute", note := lambda *given: asked.append((given[2], given[3])))
    store.page_rows(HANDBOOK, PageQuery(show=show, text=text))
    remove(Engine, "before_cursor_execute", note)
    statement, values = asked[-1]
    with store.engine.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    store.close()
    assert plan[0] == "SEARCH records USING INDEX records_listed (mirror=?)"
    assert not any("TEMP B-TREE" in step for step in plan)


def test_a_page_is_found_by_what_it_is_called_now(store: Store) -> None:
    store.apply(HANDBOOK, [a_mirror(), PutRecord(record=a_record(1, title="Before"))])
    store.apply(HANDBOOK, [PutRecord(record=a_record(1, title="After", path=RepoPath("docs/new.md")))])
    found = [len(store.page_rows(HANDBOOK, PageQuery(text=text)).rows) for text in ("before", "after", "new.md")]
    assert found == [0, 1, 1]


def test_a_title_that_databases_refuse_is_listed_and_found(store: Store) -> None:
    odd = "a\0b\ud800"
    store.apply(HANDBOOK, [a_mirror(), PutRecord(record=a_record(1, title=odd))])
    assert [row.title for row in store.page_rows(HANDBOOK, PageQuery(text="\0b")).rows] == [odd]
