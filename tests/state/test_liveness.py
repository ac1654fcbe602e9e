"""Whether a process has surely ended, from a `/proc` as a test lays it out."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pagemirror.state.interface import Owner
from pagemirror.state.liveness import Processes

PID = 4_000_001


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    (tmp_path / "sys/kernel/random").mkdir(parents=True)
    (tmp_path / "sys/kernel/random/boot_id").write_text("boot-1\n")
    (tmp_path / "self/ns").mkdir(parents=True)
    (tmp_path / "self/ns/pid").symlink_to("pid:[7]")
    _process(tmp_path, os.getpid(), started=50)
    return tmp_path


def _process(proc: Path, pid: int, *, started: int, state: str = "S") -> None:
    fields = [state, *("0" for _ in range(18)), str(started), "9999"]
    (proc / str(pid)).mkdir(exist_ok=True)
    (proc / str(pid) / "stat").write_text(f"{pid} (a) b) {' '.join(fields)}\n")


def _owner(started: str = "boot-1/pid:[7]/50") -> Owner:
    return Owner(pid=PID, host="docs", started=started)


def test_this_process_says_when_it_started_and_in_which_boot(proc: Path) -> None:
    this = Processes(proc, "docs").this("sync")
    assert this == Owner(pid=os.getpid(), host="docs", command="sync", started="boot-1/pid:[7]/50")


def test_a_process_that_runs_is_not_gone(proc: Path) -> None:
    _process(proc, PID, started=50)
    assert not Processes(proc, "docs").gone(_owner())


def test_a_process_that_is_no_longer_there_is_gone(proc: Path) -> None:
    assert Processes(proc, "docs").gone(_owner())


def test_a_process_that_ended_and_was_not_yet_waited_for_is_gone(proc: Path) -> None:
    _process(proc, PID, started=50, state="Z")
    assert Processes(proc, "docs").gone(_owner())


def test_a_later_process_with_the_same_pid_is_another_one(proc: Path) -> None:
    _process(proc, PID, started=51)
    assert Processes(proc, "docs").gone(_owner())


@pytest.mark.parametrize(
    "owner",
    [
        replace(_owner(), host="elsewhere"),
        _owner("boot-2/pid:[7]/50"),
        _owner("boot-1/pid:[8]/50"),
        _owner(""),
    ],
    ids=["another host", "another boot", "another container", "start unknown"],
)
def test_a_process_of_another_world_is_never_judged(proc: Path, owner: Owner) -> None:
    assert not Processes(proc, "docs").gone(owner)


def test_where_there_is_no_proc_nothing_is_judged(tmp_path: Path) -> None:
    processes = Processes(tmp_path, "docs")
    assert processes.this("sync").started == ""
    assert not processes.gone(_owner(""))


def test_the_real_machine_knows_that_this_process_runs() -> None:
    this = Processes().this()
    assert this.pid == os.getpid()
    assert this.host
    assert not Processes().gone(this)
