"""Two real processes on one state at once: one works, the other waits or says so, and no step is done twice."""

import signal
from collections import Counter

import pytest

from support.site import Ran, Site

PAGES = 6


@pytest.fixture
def ready(site: Site) -> Site:
    site.pages(PAGES)
    site.configure(sync__concurrency=3, sync__max_removals="100%")
    site.done("sync")
    return site


def changed(site: Site, number: int) -> None:
    """A commit that updates three pages, adds two and removes one that the last round added."""
    files = {f"page-{n:02}.md": f"# Page {n}\n\nRound {number}.\n" for n in range(3)}
    files |= {f"new-{number}-{n}.md": f"# New {number} {n}\n\nText.\n" for n in range(2)}
    old = site.folder / "docs" / f"new-{number - 1}-0.md"
    old.unlink(missing_ok=True)
    site.docs(files)


def both(site: Site, *words: str) -> list[Ran]:
    """Two syncs, started one right after the other, to their ends."""
    children = [site.start("sync", *words) for _ in range(2)]
    return [site.ended(child, "sync", *words) for child in children]


def applied(site: Site, since: int) -> Counter[str]:
    """The writes that the target took, each by method and path; a create by its method and body's number."""
    rows = site.box.log("exec", since=since)
    return Counter(
        f"{row['method']} {row['path']}" for row in rows if row["method"] != "GET" and (row["status"] or 500) < 300
    )


def right(site: Site, number: int, since: int) -> None:
    """Every page is there once, with this round's text, and each write was taken once."""
    live = site.live()
    assert [live[f"Page {n}"]["content"] for n in range(3)] == [f"Round {number}.\n"] * 3
    assert {f"New {number} {n}" for n in range(2)} <= set(live)
    assert f"New {number - 1} 0" not in live
    writes = applied(site, since)
    posts = sum(count for name, count in writes.items() if name.startswith("POST"))
    rest = [count for name, count in writes.items() if not name.startswith("POST")]
    assert posts == 2
    assert rest == [1] * (3 if number == 0 else 4)


def rounds(site: Site, count: int) -> None:
    for number in range(count):
        changed(site, number)
        since = max((row["seq"] for row in site.box.log("exec")), default=0)
        words = ("--lock-wait", "60s") if number % 2 else ()
        codes = sorted(ran.code for ran in both(site, *words))
        assert codes in ([0, 0], [0, 7]) if not words else codes == [0, 0]
        right(site, number, since)


def killed(site: Site, count: int) -> None:
    """The first of the two is killed in the middle; the other, which waits, takes over and finishes."""
    for number in range(count):
        changed(site, number)
        since = max((row["seq"] for row in site.box.log("exec")), default=0)
        site.box.faults(latency=0.05)
        first = site.start("sync")
        while len(site.box.log("exec", since=since)) < 1 + number % 8:
            assert first.poll() is None
        second = site.start("sync", "--lock-wait", "60s")
        first.send_signal(signal.SIGKILL)
        assert site.ended(second, "sync", "--lock-wait", "60s").code == 0
        assert site.ended(first, "sync").code == -signal.SIGKILL
        site.box.faults()
        site.done("sync")
        right(site, number, since)


def test_two_processes_at_once_do_no_step_twice(ready: Site) -> None:
    rounds(ready, 2)


def test_a_process_that_waits_finishes_the_work_of_one_that_was_killed(ready: Site) -> None:
    killed(ready, 1)


@pytest.mark.slow
def test_two_processes_at_once_do_no_step_twice_fifty_times(ready: Site) -> None:
    rounds(ready, 50)


@pytest.mark.slow
def test_a_process_that_waits_finishes_the_work_of_one_that_was_killed_twenty_times(ready: Site) -> None:
    killed(ready, 20)
