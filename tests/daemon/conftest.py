"""One sandbox for all tests here, and a site in which a real service runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pagemirror.sandbox.process import SandboxProcess
from support.site import Site


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def site(tmp_path: Path, running: SandboxProcess) -> Iterator[Site]:
    running.reset()
    running.faults()
    made = Site(tmp_path / "site", running)
    yield made
    made.end()
