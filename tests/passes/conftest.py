"""One sandbox process for all tests here, put back to its start before each of them, and mirrors on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pagemirror.sandbox.process import SandboxProcess
from support.mirrors import Mirror


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def box(running: SandboxProcess) -> SandboxProcess:
    running.faults()
    running.reset()
    return running


@pytest.fixture(params=["exec", "pharen"])
def mirror(request: pytest.FixtureRequest, tmp_path: Path, box: SandboxProcess) -> Mirror:
    return Mirror(tmp_path, box, str(request.param))


@pytest.fixture
def exec_mirror(tmp_path: Path, box: SandboxProcess) -> Mirror:
    return Mirror(tmp_path, box, "exec")


@pytest.fixture
def pharen_mirror(tmp_path: Path, box: SandboxProcess) -> Mirror:
    return Mirror(tmp_path, box, "pharen")
