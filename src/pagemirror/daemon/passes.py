"""Passes of one mirror through the application; each mirror has an App of its own, so that they never share a state."""

from collections.abc import Callable, Mapping

import structlog

from pagemirror import config
from pagemirror.app import App
from pagemirror.assembly import OnExchange
from pagemirror.executor.stop import Stop
from pagemirror.model.clock import Clock
from pagemirror.model.errors import PagemirrorError
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import PassReport
from pagemirror.model.reports.runs import Progress, RunOptions
from pagemirror.passes.reporting import broken
from pagemirror.transport.redaction import redact, shorten

__all__ = ["AppPasses"]

_log = structlog.stdlib.get_logger("pagemirror.service")


class AppPasses:
    """One mirror's passes. What nobody foresaw ends the pass and not the service."""

    def __init__(
        self,
        name: MirrorName,
        loaded: config.Loaded,
        env: Mapping[str, str],
        *,
        clock: Clock,
        on_exchange: OnExchange | None = None,
    ) -> None:
        self._name = name
        self._clock = clock
        self._app = App(loaded, env, clock, on_exchange=on_exchange)

    def run(self, options: RunOptions, *, watch: Callable[[Progress], None], stop: Stop) -> PassReport:
        """One pass; what goes wrong is in its report."""
        started = self._clock.monotonic()
        with structlog.contextvars.bound_contextvars(mirror=self._name):
            try:
                [report] = self._app.sync((self._name,), options, watch=watch, stop=stop)
            except Exception as error:  # noqa: BLE001 - one mirror's bug must not end the others; it is told as one
                _log.exception("pass.crashed")
                return broken(self._name, None, _internal(error), seconds=self._clock.monotonic() - started)
        return report

    def close(self) -> None:
        """Give the state back."""
        self._app.close()


def _internal(error: Exception) -> PagemirrorError:
    return PagemirrorError(
        f"Internal error: {type(error).__name__}: {shorten(redact(str(error)))}",
        hint="This is a bug in pagemirror. What was done is recorded; the next pass continues from there.",
        code="internal",
    )
