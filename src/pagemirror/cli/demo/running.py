"""One run of the demo: its folder, config and sandbox made, the story told, and all taken away again."""

import contextlib
import json
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from pagemirror.cli.demo.material import copy_docs
from pagemirror.cli.demo.stage import APIS, Amiss, Interrupted, Stage
from pagemirror.cli.demo.story import tell_story
from pagemirror.cli.output.lines import Style, line, piece
from pagemirror.cli.output.printing import Printer
from pagemirror.cli.ports import Ports, process_ports
from pagemirror.model.errors import UsageError
from pagemirror.sandbox.process import SandboxError, SandboxProcess

__all__ = ["run"]

Story = Callable[[Stage, int], None]

_FAILED = 1
_TERMINATED = 143


def run(*, keep: bool, ports: Ports | None = None, story: Story = tell_story) -> int:
    """Play the demo. Returns 0; 1 if a step did not give what it should; 143 after SIGTERM. Ctrl-C is raised."""
    ports = ports or process_ports()
    try:
        with _ended_by_sigterm(), tempfile.TemporaryDirectory(prefix="pagemirror-demo-") as folder:
            return _play(Path(folder), ports, story, keep=keep)
    except Interrupted as interrupted:
        return interrupted.code
    except SandboxError as error:
        raise UsageError(f"The demo needs the sandbox, and {error}.", code="sandbox") from error


def _play(folder: Path, ports: Ports, story: Story, *, keep: bool) -> int:
    with SandboxProcess("--seed", "demo") as box:
        stage = Stage(ports, folder, box)
        stage.tell(
            line(piece("Pagemirror, a guided run", Style.STRONG)),
            f"The sandbox at {box.url}/ stands in for the page APIs:",
            "no account is needed, and nothing leaves this machine.",
            f"Folder: {folder}",
        )
        pages = copy_docs(folder / "docs")
        _write_config(folder, box)
        for words in (("init", "-q", "-b", "main"), ("add", "docs"), ("commit", "-q", "-m", "Write the docs")):
            stage.repository.git(*words)
        try:
            story(stage, pages)
        except Amiss as amiss:
            Printer(ports.stderr, colours=ports.colours(ports.stderr)).lines(
                [line(piece("The demo failed: ", Style.BAD), f"{amiss}.")]
            )
            return _FAILED
        _close(stage, keep=keep)
    return 0


def _close(stage: Stage, *, keep: bool) -> None:
    stage.tell("", "All of it was as it should be.", "", line(piece("The pages:", Style.STRONG)))
    for api in APIS:
        stage.tell(f"  {stage.box.url}/{api}")
    if not keep:
        stage.tell("They end here, with the sandbox; `pagemirror demo --keep` leaves them up, to look at.")
        return
    stage.tell(
        "",
        line(piece("To go on by hand, in another terminal:", Style.STRONG)),
        f"  cd {stage.folder}",
        f"  {_program()} plan",
        "",
        "The sandbox stays up. Ctrl-C ends it and removes the folder.",
    )
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()


def _write_config(folder: Path, box: SandboxProcess) -> None:
    """A mirror an API, of one folder. Their keys, which only this sandbox takes, are in files beside it."""
    parts = []
    for api in APIS:
        access = box.api(api)
        key = folder / f"{api}.key"
        key.touch(mode=0o600)
        key.write_text(access.token, "utf-8")
        rows = {
            "backend": api,
            "base_url": access.base_url,
            "token": f"file:{key.name}",
            "page_url": access.page_url,
            "settle": "1s",
            **access.settings,
        }
        parts += [f"[mirrors.{api}.target]", *(f"{name} = {json.dumps(value)}" for name, value in rows.items())]
        parts += ["requests_per_minute = 0", "requests_per_day = 0", ""]
    (folder / "pagemirror.toml").write_text("\n".join(parts), "utf-8")


def _program() -> str:
    """What to type to start this very program."""
    found, own = shutil.which("pagemirror"), Path(sys.executable).with_name("pagemirror")
    return "pagemirror" if not own.is_file() or (found and Path(found).samefile(own)) else str(own)


@contextlib.contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the demo in an orderly way; outside the main thread, where none arrives, do nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_number: int, _frame: FrameType | None) -> None:
        raise Interrupted(_TERMINATED)

    before = signal.signal(signal.SIGTERM, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
