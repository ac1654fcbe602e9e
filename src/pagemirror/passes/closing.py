"""The end of a pass: holds, git bases and the mirror's row, written once every step has an outcome. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from pagemirror.executor.outcomes import away, fresh, is_loose, refreshed, unsure
from pagemirror.model.ids import Uid
from pagemirror.model.pages import Absence
from pagemirror.model.plans import Action, Outcome, Plan, Result, Step, StepResult
from pagemirror.model.records import Failure, Hold, Open, Record
from pagemirror.passes.gathering import GUARD_CODES
from pagemirror.planner.views import Missing, View, Wanted
from pagemirror.planner.words import basis
from pagemirror.state.interface import Change, DropDecision, DropHold, DropRecord, PutHold, PutRecord, PutText, text_id

__all__ = ["finished", "planned_changes", "result_of"]

TRANSIENT = frozenset(
    {"unreachable", "hidden", "unusable", "stale", "changed", "unknown", "in_doubt", "internal", "parent"}
)
"""Failures that the next pass tries again by itself, or that end when another page moves."""


Body = Callable[[View], str | None]


def planned_changes(
    plan: Plan,
    views: Mapping[Uid, View],
    *,
    whole: Callable[[Uid], Wanted],
    git: Body,
    remote: Body,
    now: float,
    pass_id: str,
    over: Iterable[Uid] = (),
) -> list[Change]:
    """What the plan alone settles: refreshed git bases, forgotten records, holds and failures that need no request.

    `whole` gives what a new document should become, with all that its record keeps; `git` and `remote` the body of
    either side where it is at hand, for the holds; `over` are holds without a view.
    """
    changes: list[Change] = [change for uid in over for change in (DropHold(uid=uid), DropDecision(uid=uid))]
    for uid in plan.refresh:
        view = views[uid]
        if view.record is not None and view.wanted is not None:
            changes.append(PutRecord(record=refreshed(view.record, view.wanted)))
    changes += [DropRecord(uid=uid) for uid in plan.forget if views[uid].record is not None]
    stepped = {step.uid for step in plan.steps} | plan.left_out
    written = {*stepped, *plan.refresh}
    quiet = [view for uid, view in sorted(views.items()) if uid not in written]
    changes += [PutRecord(record=calm) for view in quiet if (calm := _calmed(view)) is not None]
    for uid, view in sorted(views.items()):
        if view.hold is not None and uid not in stepped:
            changes.append(DropHold(uid=uid))
        if view.decision is not None and uid not in stepped:
            changes.append(DropDecision(uid=uid))
    for step in plan.steps:
        view = views[step.uid]
        if step.outcome is Outcome.HELD and step.code not in GUARD_CODES:
            held = view if view.wanted is None or view.record is not None else replace(view, wanted=whole(step.uid))
            changes += _held(step, held, git=git, remote=remote, now=now, pass_id=pass_id)
        changes += _unsent(step, view, whole, now)
    return changes


def _calmed(view: View) -> Record | None:
    """The record of a page with nothing to do, without a failure or open work that is over; None if it had none."""
    record = view.record
    if record is None or view.wanted is None:
        return None
    waits = Open.UNSETTLED if is_loose(record, view.wanted) else Open.NONE
    calm = replace(record, failure=None, open=waits, leaving_since=None)
    return calm if calm != record else None


def _held(step: Step, view: View, *, git: Body, remote: Body, now: float, pass_id: str) -> Iterable[Change]:
    """A hold as the plan knows it; one that stands already keeps its texts."""
    if view.decision is not None:
        yield DropDecision(uid=step.uid)
    hold, bound = view.hold, basis(view)
    if hold is not None and hold.code == step.code and hold.basis == bound:
        if hold.path != step.path:
            yield PutHold(hold=replace(hold, path=step.path))
        return
    texts = (git(view), remote(view))
    yield from (PutText(text=text) for text in texts if text is not None)
    record = view.record
    mine, theirs = (text_id(text) if text is not None else None for text in texts)
    yield PutHold(
        hold=Hold(
            uid=step.uid,
            path=step.path,
            page_id=step.page_id,
            action=step.action,
            code=step.code or "held",
            reason=step.reason,
            basis=bound,
            at=hold.at if hold is not None and hold.code == step.code else now,
            base=record.text if record is not None else None,
            git=mine,
            remote=theirs or (record.server_text or record.text if record is not None else None),
            candidates=step.candidates,
            since_pass=pass_id,
        )
    )


def _unsent(step: Step, view: View, whole: Callable[[Uid], Wanted], now: float) -> Iterable[Change]:
    """The record of a page whose step is not to be sent: known by its new path, and open where it will be tried."""
    record = view.record
    match step.outcome:
        case Outcome.HELD | Outcome.SKIPPED if record is None:
            # It has to be the same document in the next pass: others hold its uid in their links.
            if view.wanted is not None and not view.ambiguous:
                waits = Open.NONE if step.outcome is Outcome.HELD else Open.DEFERRED
                yield PutRecord(record=replace(fresh(whole(step.uid)), open=waits))
        case Outcome.HELD if record is not None:
            since = record.leaving_since
            if view.wanted is None and view.unreadable is None and since is None:
                since = now
            if (record.path, record.leaving_since) != (step.path, since):
                yield PutRecord(record=replace(record, path=step.path, leaving_since=since))
        case Outcome.FAILED:
            yield from _failed(step, view, whole, now)
        case Outcome.SKIPPED if record is not None and view.wanted is None:
            since = record.leaving_since if record.leaving_since is not None else now
            yield PutRecord(record=replace(unsure(record, view.seen), open=Open.LEAVING, leaving_since=since))
        case Outcome.SKIPPED if record is not None:
            yield PutRecord(record=_put_off(record, step, view))
        case _:
            return


def _put_off(record: Record, step: Step, view: View) -> Record:
    """The record of a page whose step has to wait. One that is gone or away, and waits to be there again, is known as
    that, whatever the next passes look at; a person's word keeps it from being forgotten, too, and they may change it.
    """
    if isinstance(view.seen, Missing) and view.decision is None:
        if step.action is Action.RESTORE:
            record = away(record)
        elif step.action is Action.CREATE and view.seen.kind is Absence.GONE and record.page_id is not None:
            record = replace(record, former_ids=(*record.former_ids, record.page_id), page_id=None)
    waits = Open.UNSETTLED if record.open is Open.UNSETTLED and record.page_id is not None else Open.DEFERRED
    return replace(unsure(record, view.seen), open=waits, path=step.path)


def _failed(step: Step, view: View, whole: Callable[[Uid], Wanted], now: float) -> Iterable[Change]:
    if view.unreadable is not None:
        blob = view.unreadable.blob
        before = view.record.failure if view.record is not None else None
        since = before.at if before is not None and before.payload == f"blob:{blob}" else now
        failure = Failure(code=view.unreadable.code, reason=view.unreadable.told, payload=f"blob:{blob}", at=since)
        record = view.record or Record(uid=view.uid, path=view.unreadable.path, blob=blob, title=view.unreadable.path)
        yield PutRecord(record=replace(record, failure=failure, path=step.path))
        return
    if view.wanted is None or step.code in TRANSIENT:
        return
    wanted = view.wanted if view.record is not None else whole(step.uid)
    record = view.record or fresh(wanted)
    if record.failure is None or record.failure.payload != wanted.payload:
        failure = Failure(code=step.code or "failed", reason=step.reason, payload=wanted.payload, at=now)
        yield PutRecord(record=replace(record, failure=failure, path=step.path))


def finished(results: Sequence[StepResult], plan: Plan) -> bool:
    """Whether every step has an outcome that only its own change can alter: then the input key may be stored."""
    if any(guard.code in GUARD_CODES for guard in plan.guards):
        return False
    for result in results:
        match result.outcome:
            case Outcome.DONE | Outcome.HELD:
                if result.code in GUARD_CODES:
                    return False
            case Outcome.FAILED:
                if result.code in TRANSIENT:
                    return False
            case _:
                return False
    return True


def result_of(results: Iterable[StepResult], plan: Plan, *, interrupted: bool) -> Result:
    """How the pass ended: the worst of its steps, in the order of the exit codes."""
    outcomes = {result.outcome for result in results}
    if Outcome.FAILED in outcomes:
        return Result.FAILED
    if Outcome.HELD in outcomes or plan.guards:
        return Result.HELD
    if outcomes & {Outcome.DEFERRED, Outcome.UNKNOWN} or interrupted:
        return Result.DEFERRED
    return Result.OK
