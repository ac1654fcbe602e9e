"""What a command doesn't need it doesn't import."""

import json
import subprocess
import sys

import pytest
import typer
from typer.main import get_command

from pagemirror.cli.command_line import command_line

HEAVY = (
    "git",
    "httpx",
    "jinja2",
    "prometheus_client",
    "rich",
    "sqlalchemy",
    "starlette",
    "structlog",
    "uvicorn",
    "watchdog",
)
LOADED = "import json, sys; {code}; print(json.dumps(sorted(sys.modules)))"


def loaded(code: str) -> set[str]:
    ran = subprocess.run([sys.executable, "-c", LOADED.format(code=code)], capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout.splitlines()[-1]))


@pytest.mark.parametrize("name", HEAVY)
def test_the_command_line_alone_is_light(name: str, modules: set[str]) -> None:
    assert "typer" in modules
    assert name not in modules


@pytest.fixture(scope="module")
def modules() -> set[str]:
    return loaded("import pagemirror.cli.entry")


def test_a_command_that_says_one_line_needs_none_of_them_either() -> None:
    assert not loaded("from pagemirror.cli import main; main(['version'])") & set(HEAVY)


def commands(name: str = "") -> set[str]:
    group = get_command(command_line(name))
    assert isinstance(group, typer.core.TyperGroup)
    return set(group.commands)


@pytest.mark.parametrize("name", sorted(commands()))
def test_a_command_is_found_without_those_of_other_families(name: str) -> None:
    assert name in commands(name)
    assert len(commands(name)) <= 2


def test_a_word_that_is_no_command_is_compared_with_all() -> None:
    assert commands("snyc") == commands() > {"plan", "sync", "config", "version"}


def test_a_sync_imports_neither_other_commands_nor_their_reports() -> None:
    modules = loaded("from pagemirror.cli import main; main(['sync', '--output', 'json', '--quiet'])")
    ours = {name.removeprefix("pagemirror.") for name in modules if name.startswith("pagemirror.")}
    assert {"cli.sync", "app", "model.reports.runs"} <= ours
    assert {name for name in ours if name.startswith("model.reports.")} == {"model.reports.runs"}
    assert not ours & {"cli.init", "cli.pull", "cli.demo", "model.records", "planner.views", "transport.client"}


def test_both_ways_to_start_give_the_exit_code_on() -> None:
    ran = subprocess.run([sys.executable, "-m", "pagemirror", "nosuch"], capture_output=True, check=False)
    assert ran.returncode == 2
