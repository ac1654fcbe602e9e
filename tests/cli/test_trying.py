"""`sandbox` as a real process, and what `demo` hands on."""

import json
import os
import re
import signal
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from support.clidesk import Desk
from support.interrupts import heeding_interrupts


@contextmanager
def running(*words: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "pagemirror", *words]
    with heeding_interrupts():
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def test_the_sandbox_tells_its_addresses_and_ctrl_c_ends_it_well() -> None:
    with running("sandbox", "--listen", "127.0.0.1:0", "--seed", "x", "--output", "json") as child:
        assert child.stdout is not None
        read = ""
        while not read.rstrip().endswith("\n}"):
            line = child.stdout.readline()
            assert line, child.communicate()
            read += line
        told = json.loads(read)
        with urllib.request.urlopen(told["url"]) as answer:  # noqa: S310 - our own server on loopback
            assert answer.status == 200
        assert told["exec"]["base_url"].startswith(told["url"])
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=20)
        assert (child.returncode, err) == (0, "")


def test_the_sandbox_prints_a_config_that_is_ready_to_paste(tmp_path: Path) -> None:
    with running("sandbox", "--listen", "127.0.0.1:0", "--data", str(tmp_path / "data.json")) as child:
        assert child.stdout is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith("Ctrl-C"):
            lines.append(child.stdout.readline())
            assert lines[-1], child.communicate()
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=20)
        assert child.returncode == 0
    told = "".join(lines)
    start = told.index("[mirrors.handbook.source]")
    config = told[start : told.index("and then:")]
    target = tomllib.loads(config)["mirrors"]["handbook"]["target"]
    assert target["base_url"] in told[:start]
    assert "{id}" in target["page_url"]
    name = target["token"].removeprefix("env:")
    exported = re.search(rf"^export {name}=(\S+)$", told, re.MULTILINE)
    assert exported is not None
    assert exported[1] in told[:start]
    (tmp_path / "docs").mkdir()
    (tmp_path / "pagemirror.toml").write_text(config, encoding="utf-8")
    command = [sys.executable, "-m", "pagemirror", "config", "show"]
    env = {**os.environ, name: exported[1]}
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=env, check=False)
    assert shown.returncode == 0, shown.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--listen", "somewhere"),
        ("--switch", "exec.nosuch=1"),
        ("--switch", "odd"),
        ("--token", "odd"),
        ("--faults", "odd"),
        ("--faults", "[]"),
        ("--latency", "-1"),
    ],
)
def test_what_makes_no_sense_starts_no_sandbox(desk: Desk, words: tuple[str, ...]) -> None:
    told = desk("sandbox", *words)
    assert (told.code, told.out) == (2, "")
    assert "  → " in told.err or "did not start" in told.err


def test_an_address_in_use_is_told(desk: Desk) -> None:
    with running("sandbox", "--listen", "127.0.0.1:0") as child:
        assert child.stdout is not None
        found = re.search(r"127\.0\.0\.1:\d+", child.stdout.readline())
        assert found is not None
        told = desk("sandbox", "--listen", found[0])
    assert told.code == 2
    assert "can't listen" in told.err
    assert "port 0" in told.err


def test_the_demo_gets_its_option_and_gives_its_code(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def run(keep: bool) -> int:  # noqa: FBT001 - as it is called
        asked.append(keep)
        return 6

    module = ModuleType("pagemirror.cli.demo")
    module.run = run  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setitem(sys.modules, "pagemirror.cli.demo", module)
    assert desk("demo", "--keep").code == 6
    assert desk("demo").code == 6
    assert asked == [True, False]
