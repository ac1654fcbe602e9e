"""The service for days of fake time and for a minute of real time: by the programs that also run for longer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.needed import can_mount

PROGRAMS = Path(__file__).parent
TESTS = PROGRAMS.parent
MONTH = 3600.0
"""The longest that any of them may take, in seconds; a month takes 15 to 20 minutes where nothing else runs."""


def ended_well(*words: str, prefix: tuple[str, ...] = ()) -> str:
    """Run a program to its end, which must be a good one; gives what it printed."""
    ran = subprocess.run(
        [*prefix, sys.executable, str(PROGRAMS / words[0]), *words[1:]],
        cwd=TESTS,
        env={**_inherited(), "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        check=False,
        timeout=MONTH,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def _inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}


def live(folder: Path, *words: str) -> str:
    """Some days of fake time, with the state on a small disk where the system allows that."""
    state = folder / "state"
    state.mkdir()
    mounted = (
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        f'mount -t tmpfs -o size=48m tmpfs "{state}"; exec "$@"',
        "-",
    )
    return ended_well("longlife.py", str(folder), *words, prefix=mounted if can_mount() else ())


@pytest.mark.slow
def test_three_days_of_trouble_end_where_git_says_and_nothing_grows(tmp_path: Path) -> None:
    said = live(tmp_path, "--days", "3", "--commits", "8", "--poll", "2h")
    assert len(said.splitlines()) == 4


@pytest.mark.slow
def test_a_month_ends_where_git_says_and_nothing_grows(tmp_path: Path) -> None:
    live(tmp_path, "--days", "30", "--commits", "70")


@pytest.mark.slow
def test_two_minutes_with_two_kills_end_where_git_says(tmp_path: Path) -> None:
    said = ended_well("soak.py", str(tmp_path), "--minutes", "2")
    assert said.count("killed with -9") == 2
