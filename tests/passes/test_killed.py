"""The real command, ended with SIGKILL again and again: one clean run later everything is as Git says."""

import json
import signal
from collections.abc import Sequence

import pytest

from support.mirrors import Mirror, many

COUNT = 60


def kill_after(mirror: Mirror, requests: int) -> None:
    """Run the command and end it as soon as so many more requests came in, or let it end by itself."""
    until = mirror.requests() + requests
    child = mirror.start("sync")
    try:
        while child.runs_on() and mirror.requests() < until:
            pass  # the next look
    finally:
        child.send_signal(signal.SIGKILL)
        child.communicate()


def run(mirror: Mirror, *words: str) -> dict[str, object]:
    """Run the command to its end; give its result."""
    child = mirror.start("--output", "json", "sync", *words)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 0, (child.returncode, out[-2000:], err[-2000:])
    (result,) = json.loads(out)["mirrors"]
    return dict(result)


@pytest.mark.parametrize(("mirror", "cuts"), [("exec", (1, 9, 14, 25)), ("pharen", (30, 3))], indirect=["mirror"])
def test_a_first_sync_that_is_killed_again_and_again_makes_each_page_once(mirror: Mirror, cuts: Sequence[int]) -> None:
    mirror.commit({**many(COUNT), "a.md": "# A\n\n[7](p007.md) [b](b.md)\n", "b.md": "# B\n\n[a](a.md)\n"})
    mirror.box.faults(latency=0.02)
    for requests in cuts:
        kill_after(mirror, requests)
    mirror.box.faults()
    result = run(mirror)
    assert result["result"] == "ok"
    assert mirror.titles() == sorted([*(f"Page {n}" for n in range(COUNT)), "A", "B"])
    assert mirror.bodies()["A"] == f"[7]({mirror.url('Page 7')}) [b]({mirror.url('B')})\n"
    assert mirror.bodies()["B"] == f"[a]({mirror.url('A')})\n"
    assert run(mirror)["requests"] == 0


@pytest.mark.parametrize("mirror", ["pharen"], indirect=True)
def test_updates_moves_and_removals_that_are_killed_end_where_git_says(mirror: Mirror) -> None:
    mirror.configure({"max_removals": "50%"})
    mirror.commit(many(COUNT))
    mirror.done()
    for n in range(20):
        mirror.write(f"p{n:03}.md", f"# Page {n}\n\nEdited {n}.\n")
    for n in range(20, 30):
        mirror.rename(f"p{n:03}.md", f"sub/q{n:03}.md")
    mirror.remove(*(f"p{n:03}.md" for n in range(30, 40)))
    mirror.commit(many(10, folder="new", word="New"))
    mirror.box.faults(latency=0.02)
    for requests in (2, 11, 17):
        kill_after(mirror, requests)
    mirror.box.faults()
    assert run(mirror)["result"] == "ok"
    bodies = mirror.bodies()
    assert all(bodies[f"Page {n}"] == f"Edited {n}.\n" for n in range(20))
    titles = [f"Page {n}" for n in range(COUNT) if n not in range(30, 40)] + [f"New {n}" for n in range(10)]
    assert mirror.titles() == sorted(titles)
    assert run(mirror)["requests"] == 0


@pytest.mark.parametrize("mirror", ["exec"], indirect=True)
def test_a_run_that_is_asked_to_stop_ends_by_itself_and_the_next_one_goes_on(mirror: Mirror) -> None:
    mirror.configure({"concurrency": 2})
    mirror.commit(many(COUNT))
    mirror.box.faults(latency=0.02)
    child = mirror.start("sync")
    while child.runs_on() and mirror.requests() < 12:
        pass  # the next look
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=30)
    assert child.returncode == 143
    made = mirror.titles()
    assert 0 < len(made) < COUNT
    mirror.box.faults()
    run(mirror)
    assert mirror.titles() == sorted(f"Page {n}" for n in range(COUNT))
    assert run(mirror)["requests"] == 0


@pytest.mark.parametrize("mirror", ["exec"], indirect=True)
def test_killed_before_the_first_write_leaves_nothing_behind(mirror: Mirror) -> None:
    mirror.commit(many(5))
    mirror.box.faults({"fault": "slow", "seconds": 20, "method": "GET"})
    kill_after(mirror, 1)
    assert mirror.titles() == []
    mirror.box.faults()
    run(mirror)
    assert len(mirror.titles()) == 5
    assert run(mirror)["requests"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("mirror", ["exec", "pharen", "ravendocs", "ravendocs_rpc"], indirect=True)
def test_three_hundred_pages_in_a_storm_with_kills_are_made_once_each(mirror: Mirror) -> None:
    mirror.commit(many(300))
    rates = {"lost_answer": 0.2, "cut": 0.1, "rate_limited": 0.1}
    for number in range(8):
        mirror.box.faults(seed=number, rates=rates, latency=0.01)
        kill_after(mirror, 60)
    mirror.box.faults()
    results: list[int] = []
    while not results or (results[-1] != 0 and len(results) < 6):
        child = mirror.start("sync")
        child.communicate(timeout=300)
        results.append(child.returncode)
    assert results[-1] == 0
    assert mirror.titles() == sorted(f"Page {n}" for n in range(300))
    assert run(mirror)["requests"] == 0
