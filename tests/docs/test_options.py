"""The command reference names each option of `init`, `check`, `plan` and `sync`, and none that isn't there."""

import re

import pytest
from typer.main import get_command

from pagemirror.cli.command_line import command_line
from support.prose import REPOSITORY, Prose

OPTION = re.compile(r"`(--[a-z-]+)")


@pytest.mark.parametrize("name", ["init", "check", "plan", "sync"])
def test_the_reference_names_the_options_that_there_are(name: str) -> None:
    rows = [row for row in Prose(REPOSITORY / "docs" / "commands.md").section(name).splitlines() if row.startswith("|")]
    told = {option for row in rows for option in OPTION.findall(row.split("|")[1])}
    command = get_command(command_line()).commands[name]  # type: ignore[attr-defined]  # it is a group
    there = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
    assert told == {option for option in there if option.startswith("--")} - {"--help"}
