"""One writer a mirror: the second one is told who the first is, and a lock whose owner is gone is taken over."""

import threading

import pytest

from pagemirror.model.errors import UsageError
from pagemirror.model.plans import PassReport
from support.mirrors import Mirror, many
from support.warm import WarmChild

pytestmark = pytest.mark.parametrize("mirror", ["exec"], indirect=True)  # nothing here depends on the API


def held_run(mirror: Mirror) -> WarmChild:
    """Start the command and wait until it holds the lock: its first request has come in and gets no answer yet."""
    mirror.box.faults({"fault": "slow", "seconds": 30, "method": "GET"})
    child = mirror.start("sync")
    while child.runs_on() and mirror.requests() == 0:
        pass  # the next look
    assert child.poll() is None
    return child


def test_a_second_run_is_locked_out_says_by_whom_and_sends_nothing(mirror: Mirror) -> None:
    mirror.commit(many(3))
    child = held_run(mirror)
    try:
        report = mirror.sync()
        assert report.result == "locked"
        assert report.error is not None
        assert report.error["exit"] == "7"
        assert str(child.pid) in report.error["message"]
        assert mirror.requests() == 1
    finally:
        child.kill()
        child.communicate()


def test_the_lock_of_a_killed_run_is_taken_over_and_said_so(mirror: Mirror) -> None:
    mirror.commit(many(3))
    child = held_run(mirror)
    child.kill()
    child.communicate()
    mirror.box.faults()
    report = mirror.done()
    assert any(str(child.pid) in warning for warning in report.warnings)
    assert len(mirror.titles()) == 3
    mirror.quiet()


def test_a_run_that_waits_for_the_lock_goes_on_when_it_is_free(mirror: Mirror) -> None:
    mirror.commit(many(3))
    child = held_run(mirror)
    mirror.box.faults()
    reports: list[PassReport] = []
    waiting = threading.Thread(target=lambda: reports.append(mirror.sync(lock_wait=20)))
    waiting.start()
    child.kill()
    child.communicate()
    waiting.join(30)
    assert [report.result for report in reports] == ["ok"]
    assert len(mirror.titles()) == 3


def test_plan_status_and_decisions_need_no_lock(mirror: Mirror) -> None:
    mirror.commit(many(3))
    mirror.done()
    mirror.commit({"p000.md": "# Page 0\n\nEdited.\n"})
    mirror.box.reset(mirror.api)
    mirror.lose_state()
    child = held_run(mirror)
    mirror.box.faults()
    try:
        app = mirror.open()
        (status,) = app.status()
        app.close()
        assert str(child.pid) in status.lock
        with pytest.raises(UsageError, match="Nothing is held"):
            mirror.resolve("p000.md", "git")
    finally:
        child.kill()
        child.communicate()
