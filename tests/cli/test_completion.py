"""`completion`: the scripts, and what the program answers to them."""

import os
import subprocess
import sys

import pytest

from support.clidesk import Desk


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(desk: Desk, shell: str) -> None:
    told = desk("completion", shell)
    assert told.code == 0
    assert f"_PAGEMIRROR_COMPLETE=complete_{shell}" in told.out


def test_another_shell_is_refused_with_those_there_are(desk: Desk) -> None:
    told = desk("completion", "csh")
    assert (told.code, told.out) == (2, "")
    assert "bash, zsh, fish" in told.err


def test_the_script_asks_the_program_and_it_answers() -> None:
    asks = {"_PAGEMIRROR_COMPLETE": "complete_bash", "COMP_WORDS": "pagemirror sync --allow-r", "COMP_CWORD": "2"}
    ran = subprocess.run(
        [sys.executable, "-m", "pagemirror"], env={**os.environ, **asks}, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["--allow-rewind"]
