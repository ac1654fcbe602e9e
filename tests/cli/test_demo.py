"""`demo` as a real process: it succeeds by itself, leaves nothing behind, and notices when a step goes wrong."""

import io
import os
import pty
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pagemirror.backends import registry
from pagemirror.cli.demo.running import run
from pagemirror.cli.demo.stage import Interrupted, Stage
from pagemirror.cli.ports import Ports, process_ports
from pagemirror.model.errors import PagemirrorError
from support.clidesk import HandClock
from support.interrupts import heeding_interrupts
from support.prose import REPOSITORY

README = re.compile(r"^```console\n(\$ git commit --all .*?)^```$", re.MULTILINE | re.DOTALL)
PASSING = (
    (r"\[main [0-9a-f]{7}\]", "[main ID]"),
    (r"^(exec|pharen|ravendocs)  [0-9a-f]{10}$", r"\1  COMMIT"),
    (r":\d{4,5}/(\w+)/pages/\w+", r":PORT/\1/pages/ID"),
    (r"\d+ pages", "N pages"),
    (r"\d+ unchanged", "N unchanged"),
    (r"\d+\.\d s$", "N s"),
)
_PATIENCE = 240.0
DEMO = [sys.executable, "-m", "pagemirror", "demo"]


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """An account without settings, and a folder for temporary files in which everything that is left can be seen."""
    for name in ("home", "tmp", "empty"):
        (tmp_path / name).mkdir(exist_ok=True)
    kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH") if key in os.environ}
    return {**kept, "HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp"), "LC_ALL": "C.UTF-8", **more}


def lasting(text: str) -> list[str]:
    """The lines of an output without what differs from run to run."""
    for pattern, word in PASSING:
        text = re.sub(pattern, word, text, flags=re.MULTILINE)
    return text.splitlines()


def left_behind(tmp_path: Path) -> list[str]:
    return [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.parent != tmp_path]


def complaints(err: str) -> list[str]:
    """What was said on stderr, but for how far a pass is: a slow machine shows that."""
    return [row for row in err.splitlines() if ": running," not in row and ": recovery," not in row]


@contextmanager
def kept_up(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A demo that stays up, and what it printed."""
    with heeding_interrupts():
        child = subprocess.Popen(
            [*DEMO, "--keep"],
            cwd=tmp_path,
            env=environment(tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    try:
        assert child.stdout is not None
        told = ""
        while "Ctrl-C ends it" not in told:
            row = child.stdout.readline()
            assert row, child.communicate()
            told += row
        yield child, told
    finally:
        child.kill()
        child.communicate()


def test_the_demo_succeeds_without_account_or_config_and_leaves_nothing_behind(tmp_path: Path) -> None:
    noise = {"PAGEMIRROR_CONFIG": "/nowhere.toml", "PAGEMIRROR_SYNC__X": "1", "STATE_DIRECTORY": "/nowhere"}
    env = environment(tmp_path, **noise, GIT_DIR="/nowhere")
    ran = subprocess.run(
        DEMO, cwd=tmp_path / "empty", env=env, capture_output=True, text=True, check=False, timeout=_PATIENCE
    )
    assert (ran.returncode, complaints(ran.stderr)) == (0, [])
    assert ran.stdout.count("requests counted by the sandbox: 0 by exec, 0 by pharen, 0 by ravendocs") >= 4
    for said in (
        "$ pagemirror check",
        "$ pagemirror sync",
        "nothing to do, 0 requests",
        "$ git mv docs/",
        "moved ",
        "archived ",
        "held (update)",
        "$ pagemirror conflicts",
        "What the page changed:",
        "--take git",
        "--take merge",
        "and one for backends/",
        "Raven Docs, where pages lie below pages, has the tree of the folders",
        "Raven Docs, which has no archive, keeps it as a tombstone",
        "no page is there twice",
    ):
        assert said in ran.stdout, said
    assert re.search(r"^  http://127\.0\.0\.1:\d+/exec$", ran.stdout, re.MULTILINE)
    assert "\x1b" not in ran.stdout
    assert "exec_live_" not in ran.stdout
    assert left_behind(tmp_path) == []
    shown = README.search((REPOSITORY / "README.md").read_text("utf-8"))
    assert shown is not None
    printed = iter(lasting(ran.stdout))
    for row in lasting(shown[1]):
        assert row == "…" or row in printed, f"README.md shows what the demo does not print, or not here: {row}"


def test_kept_up_its_pages_can_be_looked_at_and_ctrl_c_ends_it_well(tmp_path: Path) -> None:
    with kept_up(tmp_path) as (child, told):
        addresses = re.findall(r"^  (http://127\.0\.0\.1:\d+/\w+)$", told, re.MULTILINE)
        assert [address.rpartition("/")[2] for address in addresses] == ["exec", "pharen", "ravendocs"]
        for address in addresses:
            with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own server on loopback
                assert "Concepts" in answer.read().decode()
        folder = re.search(r"^  cd (\S+)$", told, re.MULTILINE)
        assert folder is not None
        again = subprocess.run(
            [sys.executable, "-m", "pagemirror", "plan", "--exit-code"],
            cwd=folder[1],
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
        assert again.returncode == 0, again.stdout + again.stderr
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=_PATIENCE)
        assert (child.returncode, complaints(err)) == (0, [])
    assert left_behind(tmp_path) == []
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(addresses[0])  # noqa: S310 - our own server on loopback


def test_sigterm_ends_it_with_its_child_and_its_folder(tmp_path: Path) -> None:
    with kept_up(tmp_path) as (child, _):
        child.send_signal(signal.SIGTERM)
        _, err = child.communicate(timeout=_PATIENCE)
        assert (child.returncode, complaints(err)) == (143, [])
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize(("more", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_on_a_terminal_it_has_colours_unless_they_are_not_wanted(
    tmp_path: Path, more: dict[str, str], *, coloured: bool
) -> None:
    ours, theirs = pty.openpty()
    env = environment(tmp_path, **{"TERM": "xterm-256color", **more})
    with os.fdopen(ours, "rb") as terminal:
        child = subprocess.Popen(DEMO, cwd=tmp_path, env=env, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE)
        os.close(theirs)
        first = terminal.readline()
        child.kill()
        child.communicate()
    assert b"Pagemirror, a guided run" in first
    assert (b"\x1b[1m" in first) is coloured


def test_without_git_it_says_so(tmp_path: Path) -> None:
    env = environment(tmp_path, PATH=str(tmp_path / "empty"))
    ran = subprocess.run(DEMO, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=_PATIENCE)
    assert ran.returncode == 8
    assert "Git can't be started" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert left_behind(tmp_path) == []


def told_of(story: "Story") -> tuple[int, str]:
    """Play another story; return the exit code and what was said on stderr."""
    err = io.StringIO()
    ports = process_ports()
    desk = Ports(
        env=dict(os.environ),
        cwd=Path.cwd(),
        stdin=io.StringIO(),
        stdout=io.StringIO(),
        stderr=err,
        clock=HandClock,
        open_app=ports.open_app,
        backends=lambda: registry,
        leave=ports.leave,
    )
    return run(keep=False, ports=desk, story=story), err.getvalue()


class Story:
    """A story with one step."""

    def __init__(self, step: str) -> None:
        self._step = step

    def __call__(self, stage: Stage, pages: int) -> None:
        match self._step:
            case "code":
                stage.pagemirror("sync", code=3)
            case "requests":
                stage.pagemirror("sync", most={"exec": 0, "pharen": 1000})
            case "page":
                stage.page("exec", "No such page")
            case "expect":
                stage.expect(f"{pages} is nothing", holds=pages == 0)
            case "edit":
                stage.repository.edit("docs/index.md", str)
            case _:
                raise Interrupted(143)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("code", "`pagemirror sync` ended with exit code 0, not 3"),
        ("requests", "requests to exec, not 0 at most"),
        ("page", "exec has 0 pages titled No such page, not 1"),
        ("expect", "does not hold that"),
    ],
)
def test_a_step_that_does_not_give_what_it_should_fails_the_demo(step: str, said: str) -> None:
    code, err = told_of(Story(step))
    assert code == 1
    assert "The demo failed: " in err
    assert said in err


@pytest.mark.usefixtures("desk")
def test_being_stopped_is_no_failure() -> None:
    assert told_of(Story("stop")) == (143, "")


@pytest.mark.usefixtures("desk")
def test_an_edit_that_changes_nothing_is_noticed() -> None:
    with pytest.raises(PagemirrorError, match="changes nothing"):
        told_of(Story("edit"))
