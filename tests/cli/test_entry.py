"""Every end of the command line: mistakes, surprises, interruptions, readers that go away."""

import io
import logging
import os
from pathlib import Path

import pytest

from pagemirror.cli.entry import run
from pagemirror.model.errors import TargetUnusable
from support.clidesk import Desk
from support.clireports import done, passed

MISTAKES = [
    ("sync", "--frobnicate"),
    ("snyc",),
    ("resolve",),
    ("restore", "a.md"),
    ("history",),
    ("sync", "--only"),
    ("sync", "--log-level", "loud"),
    ("config", "nothing"),
    (),
]


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_is_told_on_stderr_with_a_way_out(desk: Desk, words: tuple[str, ...]) -> None:
    told = desk(*words)
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("pagemirror: ")
    assert "  → " in told.err
    assert "Traceback" not in told.err
    assert desk.app.opened == []


@pytest.mark.parametrize("words", MISTAKES)
def test_with_json_a_mistake_is_json(desk: Desk, words: tuple[str, ...]) -> None:
    told = desk("--output", "json", *words)
    assert (told.code, told.err) == (2, "")
    assert (told.json["schema"], told.json["exit"]) == (1, 2)
    assert told.json["error"]["code"] == "usage"
    assert told.json["error"]["message"]
    assert told.json["error"]["hint"]


def test_a_mistyped_command_is_told_with_the_nearest(desk: Desk) -> None:
    assert "Did you mean 'sync'" in desk("snyc").err


def test_github_is_refused_before_anything_is_done_where_there_is_nothing_to_annotate(desk: Desk) -> None:
    told = desk("resolve", "a.md", "--take", "git", "--output", "github")
    assert told.code == 2
    assert told.out.startswith("::error title=pagemirror%3A usage::--output github is not for resolve")
    assert "markdown" in told.out
    assert desk.app.asked == []


def test_an_output_that_there_is_not_is_named(desk: Desk) -> None:
    assert "'xml'" in desk("plan", "--output", "xml").err


def test_a_surprise_is_one_line_and_code_70(desk: Desk) -> None:
    desk.app.fault = RuntimeError("the moon\nis Bearer abc123secret \x1b[31mgone")
    told = desk("sync")
    assert (told.code, told.out) == (70, "")
    assert "Internal error: RuntimeError: the moon is" in told.err
    assert "--log-level debug" in told.err
    assert "Traceback" not in told.err
    assert "abc123secret" not in told.err
    assert "\x1b" not in told.err
    assert len(told.err.splitlines()) == 2


def test_with_the_log_level_debug_a_surprise_has_its_traceback(desk: Desk) -> None:
    desk.app.fault = RuntimeError("the moon")
    told = desk("sync", "--log-level", "debug", "--output", "json")
    assert "Traceback (most recent call last)" in told.err
    assert told.json["error"]["code"] == "internal"
    assert (told.json["exit"], told.json["mirrors"]) == (70, [])


def test_a_users_mistake_has_no_traceback_even_then(desk: Desk) -> None:
    assert "Traceback" not in desk("sync", "nosuch", "--log-level", "debug").err


def test_an_unusable_target_ends_with_5(desk: Desk) -> None:
    desk.app.fault = TargetUnusable("The token was refused.", hint="Mend it.")
    told = desk("sync", "--output", "markdown")
    assert told.code == 5
    assert "### Pagemirror: unusable" in told.out
    assert "Mend it." in told.out


@pytest.mark.parametrize("command", ["status", "sync"])
def test_ctrl_c_ends_any_command_quietly(desk: Desk, command: str) -> None:
    desk.app.fault = KeyboardInterrupt()  # type: ignore[assignment]  # raised all the same
    told = desk(command)
    assert told.code == 130
    assert "Interrupted" in told.err or command == "sync"
    assert "Traceback" not in told.err


def test_help_is_for_people_and_ends_well(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk("--help").code == 0
    shown = capsys.readouterr().out
    for command in ("sync", "plan", "status", "conflicts", "resolve", "history", "restore", "config", "backends"):
        assert f"  {command} " in shown
    for command in ("sandbox", "demo", "version"):
        assert f"  {command} " in shown
    assert desk("sync", "--help").code == 0
    assert "--retry-failed" in capsys.readouterr().out


def test_a_reader_that_goes_away_ends_the_output_not_the_run(desk: Desk) -> None:
    desk.app.passes = (passed(*(done(f"{number}.md") for number in range(20))),)
    reader, writer = os.pipe()
    os.close(reader)
    err = io.StringIO()
    with os.fdopen(writer, "w") as gone:
        assert run(["sync"], desk.ports(gone, err)) == 0  # type: ignore[arg-type]  # a file is as good as a StringIO
        gone.write("more")
    assert err.getvalue() == ""


def test_a_stream_that_lacks_letters_gets_escapes(desk: Desk) -> None:
    desk.app.passes = (passed(done("ü.md", title="Ü")),)
    raw = io.BytesIO()
    ascii_only = io.TextIOWrapper(raw, encoding="ascii")
    assert run(["sync", "--output", "json"], desk.ports(ascii_only, io.StringIO())) == 0  # type: ignore[arg-type]  # the same
    assert b'"path": "\\u00fc.md"' in raw.getvalue()
    assert run(["sync"], desk.ports(ascii_only, io.StringIO())) == 0  # type: ignore[arg-type]  # the same
    assert b"\\xfc.md" in raw.getvalue()


def test_a_missing_config_names_where_it_was_looked_for(desk: Desk, tmp_path: Path) -> None:
    desk.cwd = tmp_path
    told = desk("config", "show", "--output", "json")
    assert told.code == 2
    assert told.json["error"]["code"] == "config"
    assert str(tmp_path) in told.json["error"]["message"]


def test_logs_go_to_stderr_at_the_level_that_was_asked(desk: Desk) -> None:
    desk.app.passes = (passed(),)

    def speak(*_: object) -> None:
        logging.getLogger("pagemirror.passes").info("pass started", extra={"mirror": "handbook"})

    desk.app.during = speak
    assert desk("sync").err == ""
    told = desk("sync", "--log-level", "info")
    assert "pass started" in told.err
    assert "mirror=handbook" in told.err
    desk.app.log.level = "debug"
    assert "pass started" in desk("sync").err
    assert "pass started" not in desk("sync", "--log-level", "error").err
