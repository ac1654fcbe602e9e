"""How a mirror stands, from its records alone. Reads, sends nothing."""

from pagemirror.model.ids import MirrorName, TargetKey
from pagemirror.model.reports.standings import BudgetReport, MirrorStatus
from pagemirror.passes.forecasting import REQUESTS_A_STEP, forecast
from pagemirror.state.interface import Store
from pagemirror.state.standing import MirrorState
from pagemirror.transport.pacing import Limits, left_today

__all__ = ["configured", "forgotten"]

NO_BUDGET = BudgetReport(minute_limit=None, minute_left=None, day_limit=None, day_left=None)


def configured(store: Store, name: MirrorName, target: TargetKey, limits: Limits, *, now: float) -> MirrorStatus:
    """A mirror of the config."""
    counts = store.counts(name)
    last = next(iter(store.passes(name)), None)
    holder = store.holder(name, now=now)
    summary = dict(last.summary) if last is not None else {}
    deferred = max(counts.deferred, summary.get("deferred", 0))
    return MirrorStatus(
        name=name,
        target=target,
        result=last.result if last is not None else "never",
        last_pass=last.ended if last is not None else None,
        commit=last.commit if last is not None else None,
        pages=counts.pages,
        pending=deferred + max(counts.unknown, counts.intents) + counts.leaving + counts.retrying + counts.decided,
        held=counts.held,
        failed=counts.failed,
        unsettled=counts.unsettled,
        diverged=counts.diverged,
        deferred=deferred,
        kept_bytes=counts.texts_bytes,
        budget=_budget(store, target, limits, deferred, now),
        lock=f"process {holder.pid} on {holder.host}" if holder is not None else "",
        message=last.message if last is not None else "",
    )


def forgotten(store: Store, row: MirrorState) -> MirrorStatus:
    """A mirror that has records and is no longer configured."""
    counts = store.counts(row.name)
    return MirrorStatus(
        name=row.name,
        target=row.target,
        result="not configured",
        last_pass=None,
        commit=row.commit,
        pages=counts.pages,
        pending=0,
        held=counts.held,
        failed=counts.failed,
        unsettled=counts.unsettled,
        diverged=counts.diverged,
        deferred=0,
        kept_bytes=counts.texts_bytes,
        budget=NO_BUDGET,
        message="its records are kept; put it back into the config, or name it in another mirror's `was`",
        configured=False,
    )


def _budget(store: Store, target: TargetKey, limits: Limits, deferred: int, now: float) -> BudgetReport:
    usage = store.usage(target, now=now)
    last_minute = sum(count for slot, count in usage.slots if slot > now - 60)
    return BudgetReport(
        minute_limit=limits.per_minute or None,
        minute_left=max(0, limits.per_minute - last_minute) if limits.per_minute else None,
        day_limit=limits.per_day or None,
        day_left=left_today(usage, limits, now),
        paused_until=usage.paused_until if usage.paused_until > now else None,
        finished_at=forecast(usage, limits, now, deferred * REQUESTS_A_STEP),
    )
