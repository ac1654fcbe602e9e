"""What a command doesn't need it doesn't import."""

import json
import subprocess
import sys

import pytest

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
    return loaded("import pagemirror.cli")


def test_a_command_that_says_one_line_needs_none_of_them_either() -> None:
    assert not loaded("from pagemirror.cli import main; main(['version'])") & set(HEAVY)


def test_both_ways_to_start_give_the_exit_code_on() -> None:
    ran = subprocess.run([sys.executable, "-m", "pagemirror", "nosuch"], capture_output=True, check=False)
    assert ran.returncode == 2
