"""What the log says of passes."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from pagemirror.daemon.schedule import Run
from pagemirror.daemon.telling import PassLog
from pagemirror.daemon.views import MirrorView
from pagemirror.model.errors import SourceError
from pagemirror.model.ids import MirrorName, RepoPath, Uid
from pagemirror.model.plans import Action, Outcome, PassReport, Result, Step, StepResult
from pagemirror.passes.reporting import broken
from support.clidesk import HandClock

NAME = MirrorName("handbook")
VIEW = MirrorView(name=NAME)


def report(*steps: StepResult, result: Result = Result.OK, warnings: tuple[str, ...] = ()) -> PassReport:
    return PassReport(
        mirror=NAME,
        commit=None,
        result=result,
        digest="",
        requests=len(steps),
        seconds=0.1,
        steps=steps,
        unchanged=0,
        diverged=0,
        unsettled=0,
        warnings=warnings,
        id="p1",
    )


def step(path: str, outcome: Outcome, code: str | None = None) -> StepResult:
    one = Step(action=Action.UPDATE, uid=Uid(path), path=RepoPath(path), title="T")
    return StepResult(step=one, outcome=outcome, page_id=None, code=code, reason="because", requests=1)


class Desk:
    def __init__(self) -> None:
        self.clock = HandClock(at=0.0)
        self.log = PassLog(NAME, self.clock.monotonic)
        self.said: list[Any] = []

    def names(self, *reports: PassReport) -> list[str]:
        """The events of these passes."""
        with capture_logs() as said:
            for one in reports:
                self.log.told(VIEW, one, Run())
        self.said = said
        return [str(event["event"]) for event in said if event["log_level"] != "debug"]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_each_page_is_a_line_with_mirror_pass_and_path(desk: Desk) -> None:
    assert desk.names(report(step("a.md", Outcome.DONE))) == ["page.done", "pass.ended"]
    first = desk.said[0]
    assert (first["mirror"], first["pass_id"], first["page"], first["action"]) == ("handbook", "p1", "a.md", "update")


def test_a_hold_is_told_once_and_again_when_it_is_over(desk: Desk) -> None:
    held = report(step("a.md", Outcome.HELD, "conflict"), result=Result.HELD)
    assert desk.names(held, held, held).count("page.held") == 1
    assert "page.recovered" in desk.names(report())
    assert desk.said[0]["after"] == 3


def test_a_broken_mirror_is_told_with_what_to_do_then_rarely_with_a_count_then_that_it_recovered(desk: Desk) -> None:
    wrong = broken(
        NAME, None, SourceError("There is no repository.", hint="Clone it.", code="no_repository"), seconds=0
    )
    assert desk.names(wrong, wrong) == ["pass.failed"]
    assert desk.said[0]["hint"] == "Clone it."
    desk.clock.at = 61.0
    assert desk.names(wrong) == ["pass.failed"]
    assert desk.said[0]["times"] == 3
    assert desk.names(report())[0] == "pass.recovered"
    assert desk.said[0]["after"] == 3


def test_another_fault_is_told_at_once(desk: Desk) -> None:
    for code in ("no_repository", "fetch_failed"):
        wrong = broken(NAME, None, SourceError("Something.", code=code), seconds=0)
        assert desk.names(wrong) == ["pass.failed"]


def test_a_source_in_motion_is_no_fault(desk: Desk) -> None:
    assert desk.names(broken(NAME, None, SourceError("A merge.", code="in_progress"), seconds=0)) == []


def test_what_never_repeats_is_forgotten(desk: Desk) -> None:
    for number in range(100):
        desk.names(report(warnings=(f"warning {number}",)))
    desk.names(report())
    assert len(desk.log.repeats) == 0
