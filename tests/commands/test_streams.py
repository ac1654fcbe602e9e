"""Odd surroundings of a process: streams that are full, gone or closed, a folder that is gone, and plain ASCII."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.site import Site


@pytest.fixture
def ready(site: Site) -> Site:
    site.docs({"ü.md": "# Ü ✓\n"})
    return site


def by_shell(site: Site, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which `pm` is the program."""
    script = f'pm() {{ {sys.executable} -m pagemirror "$@"; }}; {line}'
    ran = subprocess.run(
        ["bash", "-c", script], cwd=site.folder, env=site.env, capture_output=True, text=True, check=False, timeout=60
    )
    assert "Traceback" not in ran.stdout + ran.stderr
    assert "Exception ignored" not in ran.stderr
    return ran


def test_a_full_disk_under_the_output_is_told_and_what_was_done_is_recorded(ready: Site) -> None:
    ran = by_shell(ready, "pm sync > /dev/full")
    assert ran.returncode == 8
    for word in ("can't be written", "No space left", "recorded", "pagemirror status"):
        assert word in ran.stderr
    assert "nothing to do" in ready.done("sync").out


@pytest.mark.parametrize("words", ["--help", "sync --help", "completion bash", "version"])
def test_a_full_disk_under_a_help_text_is_no_bug(ready: Site, words: str) -> None:
    ran = by_shell(ready, f"pm {words} > /dev/full")
    assert ran.returncode == 8
    assert "No space left" in ran.stderr
    assert "Internal error" not in ran.stderr


def test_a_reader_that_goes_away_is_no_error(ready: Site) -> None:
    ran = by_shell(ready, "pm sync | true; echo ${PIPESTATUS[0]}")
    assert (ran.stdout, ran.stderr) == ("0\n", "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_closed_streams_change_nothing(ready: Site, closed: str) -> None:
    assert by_shell(ready, f"pm sync {closed}").returncode == 0
    assert set(ready.live()) == {"Ü ✓"}


def test_a_folder_that_is_gone_is_no_surprise(ready: Site, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    away = f"mkdir {gone}; cd {gone}; rmdir {gone}"
    assert by_shell(ready, f"{away}; pm version").returncode == 0
    ran = by_shell(ready, f"{away}; pm sync")
    assert ran.returncode == 2
    assert "There is no config" in ran.stderr
    assert by_shell(ready, f"{away}; pm sync --config {ready.config}").returncode == 0


def test_a_terminal_without_unicode_gets_escapes(ready: Site) -> None:
    ready.env |= {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    ran = ready.done("sync")
    assert "\\xfc.md" in ran.out
    ready.docs({"ü.md": "# Ü ✓\n\nMore.\n"})
    assert ready("sync", "--output", "json").outcomes() == {"ü.md": ("update", "done", None)}
