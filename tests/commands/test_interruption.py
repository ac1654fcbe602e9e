"""Ctrl-C, SIGTERM and SIGKILL in the middle of a sync: it ends as it should, and the next run ends where Git says."""

import signal
import subprocess

import pytest

from support.site import Ran, Site

PAGES = 24


@pytest.fixture
def slow(site: Site) -> Site:
    """A site whose first sync takes a while."""
    site.pages(PAGES)
    site.configure(sync__concurrency=2, target__settle="2s")
    site.box.faults(latency=0.3)
    return site


def interrupted(site: Site, number: signal.Signals, *words: str, times: int = 1) -> Ran:
    """A sync that gets a signal when a few of its pages are there; a second one as soon as it says that it stops."""
    child = site.start("sync", *words)
    while site.box.requests("exec") < 5:
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(0.005)
    said = ""
    for _ in range(times):
        child.send_signal(number)
        if times > 1 and not said:
            assert child.stderr is not None
            said = child.stderr.readline()
    ran = site.ended(child, "sync", *words)
    return Ran(ran.words, ran.code, ran.out, said + ran.err)


def recovers(site: Site, *, torn: bool = False) -> None:
    """The next run makes what is missing, nothing twice, and the one after that has nothing to do.

    `torn`: a request may have been cut while it was sent, which its receiver can't but call wrong.
    """
    site.box.faults()
    assert len(site.live()) < PAGES
    site.done("sync")
    assert len(site.live()) == PAGES
    sent = site.box.requests("exec")
    assert "nothing to do" in site.done("sync").out
    assert site.box.requests("exec") == sent
    wrong = [entry for entry in site.box.violations("exec") if not (torn and entry["rule"] == "invalid_json")]
    assert wrong == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_first_signal_finishes_what_is_under_way(slow: Site, number: signal.Signals, code: int) -> None:
    ran = interrupted(slow, number)
    assert ran.code == code, ran.said
    assert "Once more stops at once" in ran.err
    assert "created" in ran.out
    recovers(slow)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_with_json_an_interrupted_sync_still_ends_with_json(slow: Site, number: signal.Signals, code: int) -> None:
    ran = interrupted(slow, number, "--output", "json")
    assert (ran.code, ran.json["mirrors"][0]["result"]) == (code, "deferred")
    done = [path for path, (_, outcome, _) in ran.outcomes().items() if outcome == "done"]
    assert len(done) == len(slow.live())
    recovers(slow)


def test_a_second_signal_stops_at_once_and_nothing_is_lost_or_doubled(slow: Site) -> None:
    ran = interrupted(slow, signal.SIGINT, times=2)
    assert ran.code == 130
    recovers(slow, torn=True)


def test_a_killed_sync_needs_no_repair(slow: Site) -> None:
    ran = interrupted(slow, signal.SIGKILL)
    assert ran.code == -signal.SIGKILL
    recovers(slow, torn=True)
