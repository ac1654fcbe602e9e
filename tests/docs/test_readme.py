"""What the README promises is there: make targets, files, exit codes, and help texts as the program prints them."""

import re
import subprocess
import sys

import pytest

from pagemirror.model import errors
from support.prose import REPOSITORY, Prose

README = Prose(REPOSITORY / "README.md")
COMMANDS = Prose(REPOSITORY / "docs" / "commands.md")
HELP = re.compile(
    r"^```console\n\$ pagemirror (?P<arguments>[^\n]*--help)\n(?P<printed>.*?)^```$", re.MULTILINE | re.DOTALL
)
CODE = re.compile(r"^\| (\d+(?:, \d+)*) \|", re.MULTILINE)


def test_every_make_target_that_is_named_exists() -> None:
    text = README.text + Prose(REPOSITORY / "CONTRIBUTING.md").text
    named = set(re.findall(r"\bmake (demo|test|check|static|soak|bench|\w+-report)\b", text))
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    assert {"demo", "test", "check", "static"} <= named
    assert named <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_readme_and_command_reference_have_the_same_exit_codes_and_all_that_errors_carry() -> None:
    codes = CODE.findall(README.text)
    assert codes == CODE.findall(COMMANDS.text)
    told = {int(code) for entry in codes for code in entry.split(",")}
    carried = {getattr(errors, name).exit_code for name in errors.__all__}
    assert carried <= told


def _blocks() -> list[tuple[str, str]]:
    return [(found["arguments"], found["printed"]) for page in (README, COMMANDS) for found in HELP.finditer(page.text)]


@pytest.mark.parametrize(("arguments", "printed"), _blocks())
def test_a_help_text_is_the_one_that_the_program_prints(arguments: str, printed: str) -> None:
    env = {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "pagemirror", *arguments.split()]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert [line.rstrip() for line in ran.stdout.splitlines()] == printed.splitlines()
