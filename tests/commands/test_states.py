"""A state that can't be used (exit code 8), and one that another process is at work on (exit code 7)."""

import sqlite3

import pytest

from support.site import Site


@pytest.fixture
def ready(site: Site) -> Site:
    site.docs({"a.md": "# A\n"})
    return site


def unusable(site: Site, code: str, *, says: tuple[str, ...]) -> None:
    """The pass ends before anything is sent, for people and for programs."""
    sent = site.box.requests("exec")
    ran = site("sync")
    assert ran.code == 8, ran.said
    for word in says:
        assert word in ran.said, ran.said
    told = site("sync", "--output", "json")
    assert (told.code, told.error["code"]) == (8, code)
    assert site.box.requests("exec") == sent


@pytest.mark.parametrize("url", ["sqlite:////proc/pagemirror/state.db", "sqlite:///a.md/state.db", "sqlite:///folder"])
def test_a_place_where_no_state_can_be_written(ready: Site, url: str) -> None:
    (ready.folder / "a.md").write_text("no folder\n", "utf-8")
    (ready.folder / "folder").mkdir()
    ready.configure(f'[state]\nurl = "{url}"')
    unusable(ready, "state_readonly", says=("can't be opened for writing", "[state]"))


def test_a_file_that_is_no_state_is_left_alone(ready: Site) -> None:
    garbage = b"This is no database. " * 500
    ready.state.parent.mkdir()
    ready.state.write_bytes(garbage)
    unusable(ready, "state_corrupt", says=("not a database", "Move the file aside", "removes nothing"))
    for command in ("status", "conflicts", "plan"):
        ran = ready(command, "--output", "json")
        assert (ran.code, ran.error["code"]) == (8, "state_corrupt")
    assert ready.state.read_bytes() == garbage


def test_the_state_of_a_newer_version_is_left_alone(ready: Site) -> None:
    ready.done("sync")
    with sqlite3.connect(ready.state) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    connection.close()
    ready.docs({"b.md": "# B\n"})
    unusable(ready, "state_newer", says=("version 99", "newer pagemirror", "Nothing was changed"))
    assert ready("status").code == 8


def test_two_processes_on_one_mirror(ready: Site) -> None:
    ready.pages(4)
    ready.box.faults(latency=2.0)
    ready.configure(sync__concurrency=1)
    first = ready.start("sync")
    while not ready.box.requests("exec"):
        assert first.poll() is None
    second = ready("sync")
    assert second.code == 7
    for word in ("locked by process", str(first.pid), "--lock-wait", "Nothing was done"):
        assert word in second.said, second.said
    told = ready("sync", "--output", "json")
    assert (told.code, told.error["code"], told.json["mirrors"][0]["result"]) == (7, "locked", "locked")
    assert str(first.pid) in ready.done("status").out
    waiting = ready.start("sync", "--lock-wait", "60s")
    ready.box.faults()
    assert ready.ended(first, "sync").code == 0
    assert ready.ended(waiting, "sync").code == 0
    assert len(ready.live()) == 5


def test_a_plan_and_a_status_need_no_lock(ready: Site) -> None:
    ready.pages(2)
    ready.box.faults(latency=2.0)
    ready.configure(sync__concurrency=1)
    first = ready.start("sync")
    while not ready.box.requests("exec"):
        assert first.poll() is None
    ready.done("status")
    ready.done("conflicts")
    ready.box.faults()
    assert ready.ended(first, "sync").code == 0
