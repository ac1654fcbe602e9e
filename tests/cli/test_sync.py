"""`sync` and `plan`, from words to exit code and output."""

import os
import signal

import jsonschema
import pytest

from pagemirror.cli.facade import Watch
from pagemirror.cli.schemas import schema
from pagemirror.executor.stop import Stop
from pagemirror.model.errors import SourceError, StateError
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import Action, Outcome, Result
from pagemirror.model.reports.runs import PageDiff, Progress, RunOptions
from support.clidesk import Desk, Left
from support.clireports import done, passed, planned, step


def test_a_sync_tells_its_passes_and_closes_the_app(desk: Desk) -> None:
    desk.app.passes = (passed(done("a.md")),)
    told = desk("sync")
    assert (told.code, told.err) == (0, "")
    assert "+ created  a.md" in told.out
    assert desk.app.asked == [("sync", (), RunOptions())]
    assert desk.app.closed == 1


def test_every_option_reaches_the_pass(desk: Desk) -> None:
    desk.app.passes = (passed(),)
    words = "sync handbook --drift --only a.md --only ./b/c.md --plan-digest d --retry-failed --lock-wait 5m"
    limits = "--max-removals 14 --max-rerender 100%"
    allowed = "--allow-rewind --allow-other-repository --allow-settings-removals --assume-empty"
    assert desk(*f"{words} {limits} {allowed}".split()).code == 0
    options = RunOptions(
        drift=True,
        only=("a.md", "b/c.md"),
        plan_digest="d",
        retry_failed=True,
        lock_wait=300.0,
        max_removals="14",
        max_rerender="100%",
        allow_rewind=True,
        allow_other_repository=True,
        allow_settings_removals=True,
        assume_empty=True,
    )
    assert desk.app.asked == [("sync", ("handbook",), options)]


def test_a_dry_run_is_a_plan(desk: Desk) -> None:
    desk.app.plans = (planned(step("a.md")),)
    told = desk("sync", "--dry-run", "--drift", "--only", "a.md")
    assert told.code == 0
    assert "+ create" in told.out
    assert desk.app.asked == [("plan", (), RunOptions(drift=True, only=("a.md",)))]


def test_a_plan_with_all_its_options(desk: Desk) -> None:
    desk.app.plans = (planned(step("a.md"), diffs=(PageDiff(path="a.md", diff="+new"),)),)
    told = desk("plan", "--diff", "--exit-code", "--drift", "--max-removals", "50%", "--allow-rewind")
    assert told.code == 4
    assert "      +new" in told.out
    options = RunOptions(diff=True, drift=True, max_removals="50%", allow_rewind=True)
    assert desk.app.asked == [("plan", (), options)]


def test_a_mirror_that_failed_before_its_plan_is_told_as_such(desk: Desk) -> None:
    error = {"code": "source", "message": "no such ref: main", "hint": "git fetch", "exit": "8"}
    desk.app.plans = (planned(step("a.md")), passed(result=Result.UNUSABLE, error=error, mirror=MirrorName("wiki")))
    told = desk("plan", "--output", "json")
    assert told.code == 8
    jsonschema.validate(told.json, schema("run"))
    assert told.json["error"] == {"code": "source", "message": "wiki: no such ref: main", "hint": "git fetch"}
    assert [mirror["name"] for mirror in told.json["mirrors"]] == ["handbook", "wiki"]


@pytest.mark.parametrize(
    ("result", "code", "named"),
    [
        (Result.OK, 0, False),
        (Result.FAILED, 1, False),
        (Result.HELD, 3, False),
        (Result.DEFERRED, 6, False),
        (Result.UNUSABLE, 5, True),
        (Result.LOCKED, 7, True),
    ],
)
def test_json_has_the_exit_code_and_an_error_where_there_is_one(
    desk: Desk, result: Result, code: int, *, named: bool
) -> None:
    desk.app.passes = (passed(result=result),)
    told = desk("--output", "json", "sync")
    jsonschema.validate(told.json, schema("run"))
    assert (told.code, told.json["exit"]) == (code, code)
    assert (told.json["error"] is not None) == named
    assert told.json["mirrors"][0]["result"] == result.value


def test_markdown_is_a_comment(desk: Desk) -> None:
    desk.app.passes = (passed(done("a.md", Action.UPDATE, Outcome.HELD, code="drift"), result=Result.HELD),)
    told = desk("sync", "--output=markdown")
    assert told.code == 3
    assert told.out.startswith("### Pagemirror: sync\n")
    assert "**Held and failed**" in told.out


def test_an_unknown_mirror_is_named_with_the_nearest(desk: Desk) -> None:
    told = desk("sync", "handbok")
    assert (told.code, told.out) == (2, "")
    assert "No mirror is called 'handbok'" in told.err
    assert "Did you mean handbook?" in told.err
    assert desk.app.asked == []
    assert desk.app.closed == 1


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("sync", "--lock-wait", "soon"), "--lock-wait can't be 'soon'"),
        (("sync", "--max-removals", "many"), "--max-removals can't be 'many'"),
        (("plan", "--max-rerender", "120%"), "--max-rerender can't be '120%'"),
        (("sync", "--only", "../a.md"), "not inside the source folder"),
        (("sync", "--only", "/a.md"), "not inside the source folder"),
    ],
)
def test_a_value_that_makes_no_sense_starts_nothing(desk: Desk, words: tuple[str, ...], part: str) -> None:
    told = desk(*words)
    assert told.code == 2
    assert part in told.err
    assert desk.app.opened == []


@pytest.mark.parametrize(("error", "code"), [(SourceError("no repository", hint="git init"), 8), (StateError("x"), 8)])
def test_an_error_that_concerns_all_ends_the_command(desk: Desk, error: Exception, code: int) -> None:
    desk.app.fault = error
    told = desk("sync", "--output", "json")
    assert told.code == code
    jsonschema.validate(told.json, schema("run"))
    assert told.json["mirrors"] == []
    assert told.json["error"]["message"] == str(error)
    assert desk.app.closed == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_asks_the_pass_to_stop_and_its_outcomes_are_told(desk: Desk, number: int, code: int) -> None:
    seen = []

    def interrupted(_watch: Watch | None, stop: Stop | None) -> None:
        assert stop is not None
        os.kill(os.getpid(), number)
        seen.append(stop.asked)

    desk.app.during = interrupted
    late = passed(done("a.md"), done("b.md", outcome=Outcome.DEFERRED, code="stopped"), result=Result.DEFERRED)
    desk.app.passes = (late,)
    before = signal.getsignal(number)
    told = desk("sync", "--output", "json")
    assert seen == [True]
    assert (told.code, told.json["exit"]) == (code, code)
    assert [made["outcome"] for made in told.json["mirrors"][0]["steps"]] == ["done", "deferred"]
    assert "Stopping" in told.err
    assert signal.getsignal(number) is before


def test_a_second_signal_ends_the_process_at_once(desk: Desk) -> None:
    def interrupted(_watch: Watch | None, _stop: Stop | None) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)

    desk.app.during = interrupted
    with pytest.raises(Left) as left:
        desk("sync")
    assert left.value.args == (143,)


def _report(watch: Watch | None, _stop: Stop | None) -> None:
    assert watch is not None
    for count in (1, 2):
        watch(Progress(mirror=MirrorName("handbook"), stage="sending", done=count, total=2, requests=count))


def test_on_a_terminal_a_bar_shows_pages_and_requests_on_stderr(desk: Desk) -> None:
    desk.app.during = _report
    desk.app.passes = (passed(),)
    told = desk("sync", terminal=True)
    assert "2 of 2 pages" in told.err
    assert "2 requests" in told.err
    assert "pages," in told.out


def test_without_a_terminal_a_short_pass_reports_no_progress(desk: Desk) -> None:
    desk.app.during = _report
    desk.app.passes = (passed(),)
    assert desk("sync").err == ""


@pytest.mark.parametrize("words", [("--no-progress",), ("--quiet",)])
def test_progress_can_be_left_out(desk: Desk, words: tuple[str, ...]) -> None:
    def nobody_looks(watch: Watch | None, _stop: Stop | None) -> None:
        assert watch is None

    desk.app.during = nobody_looks
    desk.app.passes = (passed(),)
    assert desk("sync", *words, terminal=True).err == ""


def test_colours_are_for_terminals_that_want_them(desk: Desk) -> None:
    desk.app.passes = (passed(done("a.md", title="[red]A[/red]")),)
    assert "\x1b[" not in desk("sync").out
    coloured = desk("sync", terminal=True).out
    assert "\x1b[32m" in coloured
    assert "[red]A[/red]" in coloured
    desk.env["NO_COLOR"] = "1"
    assert "\x1b[" not in desk("sync", terminal=True).out


def test_the_config_and_the_log_level_reach_the_app(desk: Desk) -> None:
    desk.app.passes = (passed(),)
    desk("sync", "--config", "other.toml", "--log-level", "debug")
    (opened,) = desk.app.opened
    assert str(opened["config"]) == "other.toml"
    assert opened["log_level"] == "debug"
    assert opened["cwd"] == desk.cwd
