"""A watched source whose Git was left in the middle of something."""

from pathlib import Path

from structlog.testing import capture_logs

from pagemirror.app import App
from pagemirror.daemon.passes import AppPasses
from pagemirror.daemon.runner import Runner
from pagemirror.daemon.schedule import Times
from pagemirror.daemon.watching import Watching
from pagemirror.model.ids import MirrorName
from pagemirror.testing import awaited
from pagemirror.transport.clock import SystemClock
from support.gitrepo import GitRepo

NAME = MirrorName("handbook")
CONFIG = """\
[mirrors.handbook.source]
repo = "."
ref = "worktree"

[mirrors.handbook.target]
backend = "exec"
token = "env:EXEC_API_KEY"
"""


def test_a_lock_that_a_killed_git_left_is_warned_of_after_ten_minutes(tmp_path: Path) -> None:
    repo = GitRepo.init(tmp_path / "repo")
    repo.commit_files({"docs/one.md": "# One\n", "pagemirror.toml": CONFIG})
    loaded = App.open(None, env={}, cwd=repo.path).loaded
    clock = SystemClock()

    @awaited
    async def run() -> None:
        passes = AppPasses(NAME, loaded, {}, clock=clock)
        runner = Runner(NAME, passes, Times(), clock=clock, chance=lambda: 0.5, told=lambda *_: None)
        watching = Watching({}, clock)
        await watching.fitted({NAME: runner}, loaded)
        lock = repo.write(".git/index.lock", "")
        began = clock.monotonic() + 60.0
        with capture_logs() as said:
            for at in (began, began + 599.0, began + 601.0, began + 602.0):
                assert runner.gate.opens_at(at) > at
            assert [event["event"] for event in said] == ["source.busy", "source.stuck"]
            assert "remove the file .git/index.lock" in runner.view.note
            lock.unlink()
            assert runner.gate.opens_at(began + 603.0) == began + 603.0
            assert (said[-1]["event"], runner.view.note) == ("source.rested", "")
        await watching.close()

    run()
