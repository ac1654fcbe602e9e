"""The service as a process: its parts put together, signals, exit code."""

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import structlog
from starlette.routing import BaseRoute

from pagemirror.app import App
from pagemirror.config import Loaded, LogSettings
from pagemirror.daemon.access import Access
from pagemirror.daemon.front import Secrets, ServerFront
from pagemirror.daemon.loop import Daemon, Ports
from pagemirror.daemon.supervisor import Supervisor
from pagemirror.daemon.watching import Watching
from pagemirror.transport.clock import SystemClock

__all__ = ["Surroundings", "serve"]

_log = structlog.stdlib.get_logger("pagemirror.service")

_ENDING = (signal.SIGTERM, signal.SIGINT)
_BASE = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the service gets from the command line. `leave` ends the process at once."""

    config: Path | None
    env: Mapping[str, str]
    cwd: Path
    log_level: str | None
    logs: Callable[[LogSettings], None]
    leave: Callable[[int], NoReturn]


def serve(around: Surroundings) -> int:
    """Run the service until a signal ends it, and give the exit code; raises PagemirrorError if it can't begin."""

    def load() -> Loaded:
        return App.open(around.config, env=around.env, cwd=around.cwd, log_level=around.log_level).loaded

    loaded = load()
    around.logs(loaded.settings.log)
    ports = Ports(env=around.env, clock=SystemClock(), load=load, logs=around.logs, supervisor=Supervisor(around.env))
    return asyncio.run(_serve(loaded, ports, around.leave))


async def _serve(loaded: Loaded, ports: Ports, leave: Callable[[int], NoReturn]) -> int:
    _log.info("service.starting", config=str(loaded.path or ""), mirrors=len(loaded.settings.mirrors))
    daemon = Daemon(loaded, ports)
    _listen_to_signals(daemon, leave)

    def families(_: Loaded, __: Secrets, ___: Access) -> Sequence[BaseRoute]:
        return ()

    await daemon.run((ServerFront(daemon, ports.env, families), Watching(ports.env, ports.clock)))
    return 0


def _listen_to_signals(daemon: Daemon, leave: Callable[[int], NoReturn]) -> None:
    """SIGTERM and Ctrl-C end the service, a second one at once; SIGHUP reads the config anew."""
    loop = asyncio.get_running_loop()

    def end(number: int) -> None:
        if daemon.stopping:
            _log.warning("service.killed", signal=signal.Signals(number).name)
            leave(_BASE + number)
        daemon.end()

    for number in _ENDING:
        loop.add_signal_handler(number, end, number)
    loop.add_signal_handler(signal.SIGHUP, daemon.reload)
