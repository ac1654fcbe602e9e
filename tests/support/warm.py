"""`pagemirror` as a real process that has its modules already: forked from one that has loaded them.

A start of the interpreter with all of pagemirror takes half a second of processor time, and tests start a thousand of
them. What a start itself does (lazy imports, streams, signals from a shell) is tested with cold ones.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

__all__ = ["WarmChild", "start_warm"]


class WarmChild:
    """A forked process, to be used as one of `subprocess`: its exit code is negative for a signal."""

    def __init__(self, report: int, out: int, err: int) -> None:
        self._report = open(report, encoding="ascii")  # noqa: SIM115 - closed when the code has come
        self.stdout: IO[str] = open(out, encoding="utf-8")  # noqa: SIM115 - the reader's, as in `subprocess`
        self.stderr: IO[str] = open(err, encoding="utf-8")  # noqa: SIM115
        self.pid = int(self._report.readline())
        self._code: int | None = None

    @property
    def returncode(self) -> int:
        """The exit code of one that has ended."""
        assert self._code is not None, "it has not ended"
        return self._code

    def poll(self) -> int | None:
        """The exit code, if it has ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit code."""
        if self._code is None:
            if not select.select([self._report], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("pagemirror", timeout or 0.0)
            self._code = int(self._report.readline())
            self._report.close()
        return self._code

    def runs_on(self, seconds: float = 0.005) -> bool:
        """Whether it still runs after so long; a loop that asks a server between two asks needs no more."""
        try:
            self.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """All that it prints and was not read, and wait for its end."""
        texts = {stream.fileno(): b"" for stream in (self.stdout, self.stderr) if not stream.closed}
        open_ = set(texts)
        while open_:
            ready = select.select(sorted(open_), [], [], timeout)[0]
            if not ready:
                raise subprocess.TimeoutExpired("pagemirror", timeout or 0.0)
            for each in ready:
                part = os.read(each, 1 << 16)
                texts[each] += part
                if not part:
                    open_.discard(each)
        self.wait(timeout)
        for stream in (self.stdout, self.stderr):
            stream.close()
        out, err, *_ = [*(text.decode() for text in texts.values()), "", ""]
        return out, err

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def start_warm(words: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> WarmChild:
    """Start `pagemirror` with these words, no input, and two pipes to read its output from."""
    out, err, report = os.pipe(), os.pipe(), os.pipe()
    null = os.open(os.devnull, os.O_RDONLY)
    theirs = [null, out[1], err[1], report[1]]
    asked = json.dumps({"words": list(words), "cwd": str(cwd), "env": dict(env)}).encode()
    socket.send_fds(_mother(), [asked], theirs)
    for each in theirs:
        os.close(each)
    return WarmChild(report[0], out[0], err[0])


@cache
def _mother() -> socket.socket:
    """The process that has all modules, one for each worker of the tests; it ends with the worker."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}  # some libraries look at it when they are loaded
    child = subprocess.Popen([sys.executable, __file__], stdin=theirs.fileno(), env=env)
    theirs.close()

    def end() -> None:
        ours.close()
        child.wait()

    atexit.register(end)
    return ours


def _serve() -> None:
    """Fork a child for each message, and tell its pid and later how it ended; return in the child, to be it."""
    asking = socket.socket(fileno=os.dup(0))
    reports: dict[int, tuple[int, int]] = {}
    while True:
        for each in select.select([asking.fileno(), *reports], [], [])[0]:
            if each in reports:
                pid, report = reports.pop(each)
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                _tell(report, code)
                os.close(each)
                os.close(report)
                continue
            message, fds, _, _ = socket.recv_fds(asking, 1 << 20, 4)
            if not message:
                os._exit(0)
            pid = os.fork()
            if pid == 0:
                asking.close()
                for pidfd, (_, report) in reports.items():
                    os.close(pidfd)
                    os.close(report)
                _become(json.loads(message), fds)
                return
            _tell(fds[3], pid)
            reports[os.pidfd_open(pid)] = (pid, fds[3])
            for fd in fds[:3]:
                os.close(fd)


def _tell(report: int, number: int) -> None:
    with contextlib.suppress(BrokenPipeError):  # nobody wants to know any more
        os.write(report, f"{number}\n".encode())


def _become(asked: Mapping[str, Any], fds: Sequence[int]) -> None:
    """Take on streams, folder, environment and words."""
    for number in range(3):
        os.dup2(fds[number], number)
    for fd in fds:
        os.close(fd)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - the process's own, to its end
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv = ["pagemirror", *asked["words"]]


def _load() -> None:
    """Load what a command may load."""
    import pagemirror  # noqa: PLC0415 - the tests' own processes load it elsewhere

    for found in pkgutil.walk_packages(pagemirror.__path__, "pagemirror."):
        if not found.name.startswith("pagemirror.testing") and not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    for name in ("git", "httpx", "merge3", "pathspec", "pyromark", "rich.console", "structlog", "yaml"):
        importlib.import_module(name)
    importlib.import_module("sqlalchemy.dialects.sqlite")
    gc.freeze()


if __name__ == "__main__":
    _load()
    _serve()
    from pagemirror.cli import main

    raise SystemExit(main())
