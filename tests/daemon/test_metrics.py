"""What Prometheus reads: sound, named by its conventions, and of a size that does not grow with pages."""

import asyncio
import re

from prometheus_client.parser import text_string_to_metric_families

from pagemirror.daemon.access import Access
from pagemirror.daemon.metrics import Metrics
from pagemirror.daemon.views import MirrorView
from pagemirror.daemon.web import create_app
from pagemirror.model.ids import MirrorName, RepoPath, TargetKey, Uid
from pagemirror.model.plans import Action, Outcome, PassReport, Result, Step, StepResult
from pagemirror.model.reports.standings import BudgetReport, MirrorStatus
from pagemirror.transport.counting import Exchange
from support.asking import ask
from support.prose import REPOSITORY
from support.standin import HANDBOOK, NOW, StandIn

UNITS = ("_total", "_seconds", "_bytes", "_info", "_requests", "_pages", "_pages_open", "_troubles")
OURS = re.compile(r"pagemirror_[a-z_]+")


def step(number: int) -> StepResult:
    step = Step(action=Action.CREATE, uid=Uid(f"u{number}"), path=RepoPath(f"page-{number}.md"), title="T")
    return StepResult(step=step, outcome=Outcome.DONE, page_id=None, code=None, reason="", requests=1)


def report(pages: int) -> PassReport:
    return PassReport(
        mirror=HANDBOOK,
        commit=None,
        result=Result.OK,
        digest="",
        requests=pages,
        seconds=0.5,
        steps=tuple(step(number) for number in range(pages)),
        unchanged=0,
        diverged=0,
        unsettled=0,
    )


def row() -> MirrorStatus:
    return MirrorStatus(
        name=HANDBOOK,
        target=TargetKey("t"),
        result="ok",
        last_pass=NOW,
        commit=None,
        pages=7,
        pending=0,
        held=2,
        failed=0,
        unsettled=0,
        diverged=0,
        deferred=0,
        kept_bytes=5,
        budget=BudgetReport(minute_limit=60, minute_left=58, day_limit=None, day_left=None),
    )


def scraped(metrics: Metrics, service: StandIn | None = None) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    given = service or StandIn(rows=(row(),))
    answer = ask(create_app(given, Access(loopback=False), more=metrics.routes(given)), "/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(answer.body.decode()):
        assert family.documentation
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def passed(metrics: Metrics, pages: int = 3) -> Metrics:
    view = MirrorView(name=HANDBOOK)
    metrics.heard(view, view, report(pages))
    metrics.exchanged(HANDBOOK, Exchange(method="GET", path="/pages/secret-id", status=200, seconds=0.02))
    metrics.exchanged(HANDBOOK, Exchange(method="GET", path="/pages/secret-id", status=None, seconds=30.0))
    metrics.hooked("github", "accepted")
    metrics.noticed("sent")
    return metrics


def test_passes_steps_and_requests_are_counted() -> None:
    found = scraped(passed(Metrics()))
    mirror = ("mirror", "handbook")
    assert found["pagemirror_passes_total"] == {(mirror, ("result", "ok")): 1.0}
    assert found["pagemirror_steps_total"] == {(("action", "create"), mirror, ("outcome", "done")): 3.0}
    statuses = {dict(labels)["status"]: value for labels, value in found["pagemirror_requests_total"].items()}
    assert statuses == {"200": 1.0, "none": 1.0}
    assert found["pagemirror_request_duration_seconds_count"] == {(mirror,): 2.0}


def test_what_the_state_and_the_mirrors_say_is_told_as_it_is_now() -> None:
    behind = MirrorView(name=HANDBOOK, level_at=NOW - 60.0, behind_since=NOW - 30.0, troubles=4)
    found = scraped(Metrics(), StandIn(mirrors=(behind,), rows=(row(),)))
    mirror = ("mirror", "handbook")
    assert found["pagemirror_commit_lag_seconds"] == {(mirror,): 30.0}
    assert found["pagemirror_last_success_timestamp_seconds"] == {(mirror,): NOW - 60.0}
    assert found["pagemirror_mirror_troubles"] == {(mirror,): 4.0}
    assert found["pagemirror_pages_open"][(mirror, ("state", "held"))] == 2.0
    assert found["pagemirror_budget_remaining_requests"] == {(mirror, ("window", "minute")): 58.0}


def test_names_follow_the_conventions() -> None:
    for name in scraped(passed(Metrics())):
        bare = re.sub(r"_(bucket|count|sum|created)$", "", name)
        if bare.startswith("pagemirror_"):
            assert bare.endswith(UNITS), name


def test_the_size_does_not_grow_with_pages() -> None:
    def series(pages: int) -> int:
        return sum(len(samples) for samples in scraped(passed(Metrics(), pages)).values())

    assert series(2) == series(500)


def test_the_figures_of_a_mirror_that_is_gone_are_forgotten() -> None:
    metrics = passed(Metrics())

    async def refit() -> None:
        await metrics.fitted({HANDBOOK: None}, None)  # type: ignore[arg-type,dict-item]  # only names count
        await metrics.fitted({MirrorName("other"): None}, None)  # type: ignore[arg-type,dict-item]  # the same

    asyncio.run(refit())
    assert "pagemirror_passes_total" not in scraped(metrics)


def test_dashboard_and_alerts_name_figures_that_there_are() -> None:
    there = set(scraped(passed(Metrics()), StandIn(rows=(row(),))))
    for name in ("grafana-dashboard.json", "alerts.yaml"):
        text = (REPOSITORY / "docs" / name).read_text("utf-8")
        named = set(OURS.findall(text))
        assert named
        assert named <= there
