"""`/metrics`: what the service does, as Prometheus reads it.

No label grows with pages, commits or clients: mirrors, results, actions and statuses only. What the state knows is read
when somebody asks; the rest is counted where it happens, also in the passes' threads.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pagemirror import __version__
from pagemirror.config import Loaded
from pagemirror.daemon.interface import Service
from pagemirror.daemon.runner import Runner
from pagemirror.daemon.views import MirrorView
from pagemirror.model.errors import PagemirrorError
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import PassReport
from pagemirror.model.reports.standings import MirrorStatus
from pagemirror.transport.counting import Exchange

__all__ = ["Metrics"]

_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
_REQUEST: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """All figures of one service. A front of it, too: it hears of passes."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # it is not typed; these series help nobody here
        self._registry = registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=registry)
        Info("pagemirror_build", "The program.", registry=registry).info({"version": __version__})
        mirror = ("mirror",)
        self._passes = Counter(
            "pagemirror_passes", "Passes that have ended, by result.", (*mirror, "result"), registry=registry
        )
        self._pass_seconds = Histogram(
            "pagemirror_pass_duration_seconds", "How long passes took.", mirror, buckets=_SECONDS, registry=registry
        )
        self._steps = Counter(
            "pagemirror_steps", "Steps of passes, by action and outcome.", (*mirror, "action", "outcome"),
            registry=registry,
        )  # fmt: skip
        self._requests = Counter(
            "pagemirror_requests",
            "Requests to targets, by status; none: no answer came.",
            (*mirror, "method", "status"),
            registry=registry,
        )
        self._request_seconds = Histogram(
            "pagemirror_request_duration_seconds",
            "How long requests to targets took.",
            mirror,
            buckets=_REQUEST,
            registry=registry,
        )
        self._webhooks = Counter(
            "pagemirror_webhooks", "Webhook deliveries, by what became of them.", ("server", "outcome"),
            registry=registry,
        )  # fmt: skip
        self._notices = Counter(
            "pagemirror_notifications", "Notices to service.notify_url, by outcome.", ("outcome",), registry=registry
        )
        self._reloaded = Gauge(
            "pagemirror_config_last_reload_success_timestamp_seconds",
            "When the settings in force were read.",
            registry=registry,
        )
        self._mirrors: set[MirrorName] = set()

    # ------------------------------------------------------------ what happens

    def exchanged(self, mirror: MirrorName, exchange: Exchange) -> None:
        """A request was sent; called in a pass's thread."""
        status = str(exchange.status) if exchange.status is not None else "none"
        self._requests.labels(mirror, exchange.method, status).inc()
        self._request_seconds.labels(mirror).observe(exchange.seconds)

    def hooked(self, server: str, outcome: str) -> None:
        """A webhook was delivered."""
        self._webhooks.labels(server, outcome).inc()

    def noticed(self, outcome: str) -> None:
        """A notice was sent, or given up."""
        self._notices.labels(outcome).inc()

    # --------------------------------------------------------------- the front

    async def open(self, loaded: Loaded) -> None:
        """Figures have no settings."""

    async def fitted(self, runners: Mapping[MirrorName, Runner], loaded: Loaded) -> None:  # noqa: ARG002 - as all fronts
        """Forget the figures of mirrors that are gone; begin those of new ones at zero."""
        self._reloaded.set_to_current_time()
        for name in self._mirrors - set(runners):
            for metric in (self._passes, self._pass_seconds, self._steps, self._requests, self._request_seconds):
                metric.remove_by_labels({"mirror": name})
        self._mirrors = set(runners)

    def heard(self, before: MirrorView, after: MirrorView, report: PassReport) -> None:  # noqa: ARG002 - as all fronts
        """A pass has ended."""
        self._passes.labels(report.mirror, report.result.value).inc()
        self._pass_seconds.labels(report.mirror).observe(report.seconds)
        for result in report.steps:
            if result.requests or result.outcome.value == "done":
                self._steps.labels(report.mirror, result.step.action.value, result.outcome.value).inc()

    async def close(self) -> None:
        """Nothing is open."""

    # --------------------------------------------------------------- the route

    def routes(self, service: Service) -> list[Route]:
        """`/metrics`."""

        async def metrics(_: Request) -> Response:
            try:
                rows = await service.statuses()
            except PagemirrorError:
                rows = ()  # a state that can't be read is no reason to tell nothing
            now_registry = CollectorRegistry(auto_describe=False)
            now_registry.register(_Now(service, rows))
            text = generate_latest(self._registry) + generate_latest(now_registry)
            return Response(text, media_type=CONTENT_TYPE_LATEST)

        return [Route("/metrics", metrics)]


class _Now(Collector):
    """How things stand at this moment."""

    def __init__(self, service: Service, rows: Iterable[MirrorStatus]) -> None:
        self._service = service
        self._rows = {row.name: row for row in rows if row.configured}

    def collect(self) -> Iterable[Metric]:
        """The gauges."""
        yield from self._of_views()
        yield from self._of_rows()

    def _of_views(self) -> Iterable[Metric]:
        now = self._service.now()
        success = _gauge("last_success_timestamp_seconds", "When the pages last were where the commit says.")
        lag = _gauge("commit_lag_seconds", "Age of the newest commit that is not mirrored; 0 where there is none.")
        troubles = _gauge("mirror_troubles", "Passes in a row that could not work on the mirror at all.")
        for view in self._service.views():
            if view.level_at is not None:
                success.add_metric([view.name], view.level_at)
            lag.add_metric([view.name], max(0.0, now - view.behind_since) if view.behind_since is not None else 0.0)
            troubles.add_metric([view.name], view.troubles)
        return (success, lag, troubles)

    def _of_rows(self) -> Iterable[Metric]:
        pages = _gauge("pages", "Pages of the mirror.")
        open_pages = _gauge("pages_open", "Pages with something open, by what.", "state")
        kept = _gauge("kept_texts_bytes", "Size of the kept texts.")
        left = _gauge("budget_remaining_requests", "Requests that the target's budget still allows.", "window")
        for name, row in self._rows.items():
            pages.add_metric([name], row.pages)
            kept.add_metric([name], row.kept_bytes)
            states = ("held", "failed", "unsettled", "diverged", "deferred", "pending")
            for state in states:
                open_pages.add_metric([name, state], getattr(row, state))
            for window, number in (("minute", row.budget.minute_left), ("day", row.budget.day_left)):
                if number is not None:
                    left.add_metric([name, window], number)
        return (pages, open_pages, kept, left)


def _gauge(name: str, told: str, *more: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"pagemirror_{name}", told, labels=["mirror", *more])
