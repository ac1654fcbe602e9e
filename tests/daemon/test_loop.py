"""The service without its process: what it does when its own parts fail, and what makes it ready."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from structlog.testing import capture_logs

from pagemirror.app import App
from pagemirror.config import Loaded
from pagemirror.daemon.loop import Daemon, Ports
from pagemirror.daemon.runner import Runner
from pagemirror.daemon.supervisor import Supervisor
from pagemirror.daemon.views import MirrorView
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import PassReport
from pagemirror.transport.clock import SystemClock

CONFIG = """\
[mirrors.handbook.source]
repo = "nowhere"

[mirrors.handbook.target]
backend = "exec"
token = "env:EXEC_API_KEY"
"""


class LateReader:
    """A front that still reads the state when all else has ended."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon

    async def open(self, loaded: Loaded) -> None:
        """Nothing."""

    async def fitted(self, runners: Mapping[MirrorName, Runner], loaded: Loaded) -> None:
        """Nothing."""

    def heard(self, before: MirrorView, after: MirrorView, report: PassReport) -> None:  # noqa: ARG002 - as all fronts
        self._daemon.end()

    async def close(self) -> None:
        await self._daemon.ask(App.status)


class Ear:
    """A front that hears of passes, and may fail at it."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.heard_of: list[PassReport] = []
        self.event = asyncio.Event()
        self.closed = False

    async def open(self, loaded: Loaded) -> None:
        """Nothing."""

    async def fitted(self, runners: Mapping[MirrorName, Runner], loaded: Loaded) -> None:
        """Nothing."""

    def heard(self, before: MirrorView, after: MirrorView, report: PassReport) -> None:  # noqa: ARG002 - as all fronts
        self.heard_of.append(report)
        self.event.set()
        if self.fails:
            raise RuntimeError("a bug")

    async def close(self) -> None:
        self.closed = True


def daemon_in(folder: Path) -> Daemon:
    (folder / "pagemirror.toml").write_text(CONFIG, "utf-8")
    loaded = App.open(folder / "pagemirror.toml", env={}, cwd=folder).loaded
    ports = Ports(
        env={}, clock=SystemClock(), load=lambda: loaded, logs=lambda _: None, supervisor=Supervisor({}, pid=1)
    )
    return Daemon(loaded, ports)


def test_it_is_ready_when_each_mirror_was_tried_and_not_before(tmp_path: Path) -> None:
    async def run() -> None:
        daemon, ear = daemon_in(tmp_path), Ear()
        assert daemon.unready == ["no mirror is configured"]
        running = asyncio.create_task(daemon.run((ear,)))
        async with asyncio.timeout(20.0):
            await ear.event.wait()
        assert daemon.unready == []
        [view] = daemon.views()
        assert view.problem is not None
        daemon.end()
        assert daemon.unready == ["stopping"]
        await running
        assert (ear.closed, daemon.failed, daemon.abandoned) == (True, False, False)

    asyncio.run(run())


def test_a_bug_in_what_looks_after_a_mirror_ends_the_service_instead_of_leaving_the_mirror_alone(
    tmp_path: Path,
) -> None:
    async def run() -> Daemon:
        daemon = daemon_in(tmp_path)
        async with asyncio.timeout(20.0):
            await daemon.run((Ear(fails=True),))
        return daemon

    with capture_logs() as said:
        daemon = asyncio.run(run())
    assert daemon.failed
    assert [event["mirror"] for event in said if event["event"] == "service.failed"] == ["handbook"]


def test_a_service_that_ends_leaves_the_state_as_one_file(tmp_path: Path) -> None:
    async def run() -> None:
        daemon = daemon_in(tmp_path)
        await daemon.results()
        async with asyncio.timeout(20.0):
            await daemon.run((LateReader(daemon),))

    asyncio.run(run())
    assert [path.name for path in (tmp_path / ".pagemirror").glob("state.db*")] == ["state.db"]
