"""The service as a process: its parts put together, signals, exit code."""

import asyncio
import random
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import structlog
from starlette.routing import BaseRoute

from pagemirror.app import App
from pagemirror.config import Loaded, LogSettings
from pagemirror.daemon import webhooks
from pagemirror.daemon.front import Families, Secrets, ServerFront
from pagemirror.daemon.loop import Daemon, Ports
from pagemirror.daemon.metrics import Metrics
from pagemirror.daemon.notify import Notices
from pagemirror.daemon.repeats import Repeats
from pagemirror.daemon.supervisor import Supervisor
from pagemirror.daemon.watching import Watching
from pagemirror.daemon.webhooks import Deliveries
from pagemirror.transport.clock import SystemClock

__all__ = ["Surroundings", "serve"]

_log = structlog.stdlib.get_logger("pagemirror.service")

_ENDING = (signal.SIGTERM, signal.SIGINT)
_BASE = 128
_ABANDONED = 1
_INTERNAL = 70


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

    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # while the config is read, there is nothing to read anew
    loaded = load()
    around.logs(loaded.settings.log)
    ports = Ports(env=around.env, clock=SystemClock(), load=load, logs=around.logs, supervisor=Supervisor(around.env))
    return asyncio.run(_serve(loaded, ports, around.leave))


async def _serve(loaded: Loaded, ports: Ports, leave: Callable[[int], NoReturn]) -> int:
    _log.info("service.starting", config=str(loaded.path or ""), mirrors=len(loaded.settings.mirrors))
    metrics = Metrics()
    daemon = Daemon(loaded, ports, on_exchange=metrics.exchanged)
    notices = Notices(ports.env, ports.clock, chance=random.SystemRandom().random, count=metrics.noticed)
    notices.known(await daemon.results())
    _listen_to_signals(daemon, leave)
    server = ServerFront(daemon, ports.env, _families(daemon, metrics, ports))
    await daemon.run((server, metrics, notices, Watching(ports.env, ports.clock)))
    if daemon.abandoned:
        leave(_ABANDONED)  # a thread that hangs would keep the process
    return _INTERNAL if daemon.failed else 0


def _families(daemon: Daemon, metrics: Metrics, ports: Ports) -> Families:
    """The routes that are made here: what they count and remember outlives a reload."""
    deliveries, refusals = Deliveries(), Repeats()

    def families(loaded: Loaded, secrets: Secrets) -> Sequence[BaseRoute]:
        app = App(loaded, ports.env, ports.clock)
        hooks = webhooks.routes(
            daemon,
            {name: app.source_of(name) for name in app.mirrors},
            secret=secrets.webhook,
            deliveries=deliveries,
            refusals=refusals,
            heard=metrics.hooked,
        )
        return (*metrics.routes(daemon), *hooks)

    return families


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
