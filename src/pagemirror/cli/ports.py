"""What a command needs of the process around it: streams, environment, clock, and how the rest is reached.

The real ones are made here, with late imports: a command pays only for what it uses. Tests hand in their own.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn, Protocol, TextIO

from pagemirror.cli.facade import App, OpenApp
from pagemirror.model.clock import Clock

__all__ = ["Backends", "Ports", "is_terminal", "process_ports"]


class Backends(Protocol):
    """The registry of backends."""

    def names(self) -> Sequence[str]:
        """Those there are, sorted."""
        ...

    def backend(self, name: str) -> Any:
        """The backend of this name."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The process as a command sees it. `leave` ends the process at once, without cleaning up."""

    env: Mapping[str, str]
    cwd: Path
    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    clock: Callable[[], Clock]
    open_app: OpenApp
    backends: Callable[[], Backends]
    leave: Callable[[int], NoReturn]

    def colours(self, stream: TextIO) -> bool:
        """Whether this stream is a terminal that wants colours."""
        return is_terminal(stream) and not self.env.get("NO_COLOR") and self.env.get("TERM") != "dumb"


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at this stream."""
    return not stream.closed and stream.isatty()


def process_ports() -> Ports:
    """This process's own."""
    return Ports(
        env=os.environ,
        cwd=_folder(),
        stdin=_stream(sys.stdin, "r"),
        stdout=_stream(sys.stdout),
        stderr=_stream(sys.stderr),
        clock=_clock,
        open_app=_open_app,
        backends=_backends,
        leave=os._exit,
    )


def _folder() -> Path:
    """Where we are; where we were, if that folder is gone: what needs it says so."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path(os.environ.get("PWD") or "/")


def _stream(stream: TextIO | None, mode: Literal["r", "w"] = "w") -> TextIO:
    """A stream of this process, or nowhere if it was started without one."""
    return stream if stream is not None else open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123 - for good


def _clock() -> Clock:
    from pagemirror.transport.clock import SystemClock  # noqa: PLC0415 - not every command needs it

    return SystemClock()


def _open_app(
    config: Path | None, *, env: Mapping[str, str], cwd: Path, overrides: Mapping[str, object], log_level: str | None
) -> App:
    from pagemirror import app  # noqa: PLC0415 - most of the start-up time

    return app.App.open(config, env=env, cwd=cwd, overrides=overrides, log_level=log_level)


def _backends() -> Backends:
    from pagemirror.backends import registry  # noqa: PLC0415 - looks for plug-ins

    return registry
