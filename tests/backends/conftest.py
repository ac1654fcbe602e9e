"""One sandbox process for all tests here, put back to its start before each of them."""

from collections.abc import Iterator

import pytest

from pagemirror.sandbox.process import SandboxProcess


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def box(running: SandboxProcess) -> SandboxProcess:
    running.reset()
    return running
