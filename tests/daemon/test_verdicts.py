"""What a pass's report means for the schedule."""

from dataclasses import replace

import pytest

from pagemirror.daemon.schedule import Broken, Deferred, NotNow, OpenWork, Settled, Verdict
from pagemirror.daemon.verdicts import is_level, verdict_of, writes_state
from pagemirror.daemon.views import MirrorView, after_pass
from pagemirror.model.errors import LockedError, PagemirrorError, SourceError, StateError, TargetUnusable
from pagemirror.model.ids import MirrorName, RepoPath, Uid
from pagemirror.model.plans import Action, Outcome, PassReport, Result, Step, StepResult
from pagemirror.passes.reporting import broken

NAME = MirrorName("handbook")
OK = PassReport(
    mirror=NAME,
    commit=None,
    result=Result.OK,
    digest="",
    requests=0,
    seconds=0.1,
    steps=(),
    unchanged=0,
    diverged=0,
    unsettled=0,
)


def with_step(outcome: Outcome, requests: int = 1) -> PassReport:
    step = Step(action=Action.UPDATE, uid=Uid("u"), path=RepoPath("a.md"), title="A")
    result = StepResult(step=step, outcome=outcome, page_id=None, code=None, reason="", requests=requests)
    return replace(OK, steps=(result,), result=Result.FAILED)


def verdict(report: PassReport) -> Verdict:
    return verdict_of(report, wall=1000.0, now=50.0)


@pytest.mark.parametrize("error", [SourceError("x"), StateError("x"), LockedError("x"), TargetUnusable("x")])
def test_a_mirror_that_can_not_be_worked_on_is_broken(error: PagemirrorError) -> None:
    assert verdict(broken(NAME, None, error, seconds=0.0)) == Broken()


@pytest.mark.parametrize("code", ["in_progress", "changed_meanwhile"])
def test_a_source_in_motion_is_not_broken(code: str) -> None:
    assert verdict(broken(NAME, None, SourceError("x", code=code), seconds=0.0)) == NotNow()


def test_a_deferred_mirror_wakes_at_the_same_moment_of_the_other_clock() -> None:
    assert verdict(replace(OK, result=Result.DEFERRED, until=1060.0)) == Deferred(until=110.0)


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.DEFERRED, Outcome.SKIPPED, Outcome.FAILED])
def test_pages_that_may_go_the_next_time_are_open_work(outcome: Outcome) -> None:
    assert verdict(with_step(outcome)) == OpenWork()


def test_a_page_that_was_refused_before_and_not_sent_again_is_settled() -> None:
    assert verdict(with_step(Outcome.FAILED, requests=0)) == Settled()
    assert verdict(with_step(Outcome.HELD)) == Settled()


def test_what_waits_for_a_person_does_not_make_a_mirror_stale() -> None:
    assert is_level(replace(OK, result=Result.HELD))
    assert not is_level(replace(OK, result=Result.FAILED))


def test_a_state_that_can_not_be_written_is_told_apart() -> None:
    full = broken(NAME, None, StateError("The disk is full.", code="state_full"), seconds=0.0)
    assert not writes_state(full)
    assert writes_state(broken(NAME, None, SourceError("x"), seconds=0.0))


def test_a_mirror_is_behind_since_its_commit_was_made_until_it_is_level() -> None:
    view = MirrorView(name=NAME, level_at=10.0)
    late = replace(OK, result=Result.FAILED, committed_at=40.0)
    assert after_pass(late, before=view, now=60.0) == (10.0, 40.0)
    assert after_pass(replace(late, committed_at=0.0), before=view, now=60.0) == (10.0, 60.0)
    unseen = broken(NAME, None, SourceError("x"), seconds=0.0)
    assert after_pass(unseen, before=view, now=60.0) == (10.0, None)
    assert after_pass(OK, before=view, now=60.0) == (60.0, None)
