"""Carries out a plan: who works when, what happens when the target or a person stops it. Knows no API."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pagemirror.executor.outcomes import unsure
from pagemirror.executor.ports import Done, Journal, Pages, Tallies
from pagemirror.executor.queue import Place, StepQueue
from pagemirror.executor.sparing import Sparing, look_below, spared
from pagemirror.executor.steps import Stepper
from pagemirror.executor.stop import Stop
from pagemirror.model.errors import BackendError, Deferred, NotApplied, PagemirrorError, TargetUnusable, UnknownOutcome
from pagemirror.model.fields import BODY, PARENT, FieldValue
from pagemirror.model.ids import PageId, RepoPath, Uid
from pagemirror.model.pages import Absence
from pagemirror.model.plans import Action, Outcome, Plan, Step, StepResult
from pagemirror.model.records import Open, Record
from pagemirror.planner.order import REMOVING
from pagemirror.planner.views import View
from pagemirror.state.interface import Change, DropIntent, PutRecord

__all__ = ["Executor", "Ran"]

PASSING: Final = frozenset({"unreachable", "unusable", "hidden", "parent", Absence.HIDDEN})
"""Codes of failures that may end by themselves: such a page is tried again in the next pass."""


_SETTLED_AT_ONCE: Final = 2000
"""How many records are read at once of pages that are to be settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How the steps ended. `unusable` stopped the mirror; `until` is when deferred work may go on.

    `warnings` are what people should know of pages that were sent, by path.
    """

    results: tuple[StepResult, ...]
    unusable: PagemirrorError | None = None
    until: float | None = None
    unsettled: int = 0
    warnings: tuple[tuple[RepoPath, str], ...] = ()


class Executor:
    """Runs the steps of one plan with up to `concurrency` workers; the first request goes alone.

    `places` are those of documents whose siblings have an order on the target.
    With `sparing` a page is removed only when nothing stands below it any more. `recorded` gives records as they were
    last written: those of pages that are to be settled don't stay in memory, as most of a folder's may.
    """

    def __init__(
        self,
        *,
        stepper: Stepper,
        pages: Pages,
        journal: Journal,
        tallies: Tallies,
        stop: Stop,
        concurrency: int,
        watch: Callable[[int], None],
        places: Mapping[Uid, Place] | None = None,
        sparing: Sparing | None = None,
        recorded: Callable[[Collection[Uid]], Mapping[Uid, Record]],
    ) -> None:
        self._stepper = stepper
        self._pages = pages
        self._journal = journal
        self._tallies = tallies
        self._stop = stop
        self._concurrency = max(1, concurrency)
        self._watch = watch
        self._places = places
        self._sparing = sparing
        self._results: dict[Uid, StepResult] = {}
        self._recorded = recorded
        self._records: dict[Uid, Record] = {}
        self._loose: dict[Uid, FieldValue] = {}  # pages to be settled, with the page that they stand below until then
        self._unusable: PagemirrorError | None = None
        self._deferred: Deferred | None = None
        self._warnings: dict[tuple[RepoPath, str], None] = {}

    @property
    def halted(self) -> bool:
        """Whether no further request is to be sent."""
        return self._stop.asked or self._unusable is not None or self._deferred is not None

    async def run(self, plan: Plan, views: Mapping[Uid, View]) -> Ran:
        """Carry out what is planned; give the results of all steps, in the plan's order.

        Removals begin when all else has ended, so that a page goes only after those that linked to it were settled.
        """
        planned = [step for step in plan.steps if step.outcome is Outcome.PLANNED]
        making = StepQueue((step for step in planned if step.action not in REMOVING), self._places)
        await self._drain(making, views)
        await self._settle(views)
        removing = StepQueue(await self._spared([step for step in planned if step.action in REMOVING], views))
        await self._drain(removing, views)
        for step in (*making.rest(), *removing.rest()):
            self._results[step.uid] = self._not_reached(step)
        await self._mark_open(views)
        results = tuple(self._results.get(step.uid) or _as_planned(step) for step in plan.steps)
        unsettled = sum(1 for record in self._records.values() if record.open is Open.UNSETTLED) + len(self._loose)
        return Ran(
            results=results,
            unusable=self._unusable,
            until=self._deferred.until if self._deferred is not None else None,
            unsettled=unsettled,
            warnings=tuple(self._warnings),
        )

    async def _spared(self, removals: Sequence[Step], views: Mapping[Uid, View]) -> Sequence[Step]:
        """The removals that may begin; the others are written down."""
        if self._sparing is None or not removals or self.halted:
            return removals
        going = {step.page_id for step in removals}
        done = (uid for uid, result in self._results.items() if _is_placed(result) and views[uid].wanted is not None)
        placed = {uid for uid in done if not self._waits_below(uid, going)}
        moved = {page for uid in placed if (page := self._results[uid].page_id) is not None}
        others = [view.record for uid, view in views.items() if view.record is not None and uid not in placed]
        try:
            listing = await look_below(self._sparing, removals, others)
        except BackendError as error:
            self._halt(error)
            return removals
        steps = spared(removals, listing, owned=self._sparing.owned, buried=self._sparing.buried, moved=moved)
        for step in steps:
            if step.outcome is not Outcome.PLANNED:
                self._note(step, await self._stepper.put_off(step, views[step.uid]), 0)
        return [step for step in steps if step.outcome is Outcome.PLANNED]

    def _waits_below(self, uid: Uid, pages: Collection[PageId | None]) -> bool:
        """Whether a page still stands below one of these, as the page that it belongs below is not made yet."""
        return uid in self._loose and self._loose[uid] in pages

    async def _drain(self, queue: StepQueue, views: Mapping[Uid, View]) -> None:
        """Work the queue off. What isn't the target's doing (the state, a fault of ours) ends the pass at once: what
        is in flight finishes, nothing new is sent, and the error is raised.
        """
        running: dict[asyncio.Task[None], Uid] = {}
        first = not any(result.requests for result in self._results.values())
        broken: BaseException | None = None
        while running or not (self.halted or broken):
            while not (self.halted or broken) and len(running) < (1 if first else self._concurrency):
                step = queue.take()
                if step is None:
                    break
                running[asyncio.create_task(self._step(step, views[step.uid]))] = step.uid
            if not running:
                break
            ended, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                uid = running.pop(task)
                error = task.exception()  # asked of each task: one that nobody asks is printed at the end
                broken = broken or error
                queue.done(uid)
                first = first and (uid not in self._results or self._results[uid].requests == 0)
            self._watch(len(self._results))
        if broken is not None:
            raise broken

    async def _step(self, step: Step, view: View) -> None:
        """One step to its end; every error of the target becomes an outcome here."""
        with self._tallies() as tally:
            try:
                done = await self._stepper.run(step, view) if self._may_go(step) else _stays(view)
            except BackendError as error:
                done = await self._error(step, view, error)
        self._note(step, done, tally.requests)

    def _may_go(self, step: Step) -> bool:
        """Whether the pages below one that would go with it are gone."""
        return self._sparing is None or step.action not in REMOVING or all(map(self._finished, step.after))

    async def _error(self, step: Step, view: View, error: BackendError) -> Done:
        if isinstance(error, UnknownOutcome):
            return Done(outcome=Outcome.UNKNOWN, code="unknown", reason=error.message, record=view.record)
        await self._journal.commit((DropIntent(uid=step.uid),))
        if isinstance(error, Deferred):
            self._halt(error)
            return Done(outcome=Outcome.DEFERRED, code=error.code, reason=error.message, record=view.record)
        if isinstance(error, TargetUnusable) or (isinstance(error, NotApplied) and error.status is None):
            self._halt(error)
        return Done(outcome=Outcome.FAILED, code=error.code, reason=error.message, record=view.record)

    def _halt(self, error: BackendError) -> None:
        """Let nothing more be sent."""
        if isinstance(error, Deferred):
            self._deferred = self._deferred or error
        else:
            self._unusable = self._unusable or error

    def _note(self, step: Step, done: Done, requests: int) -> None:
        before = self._results.get(step.uid)
        action = done.action if done.action is not None else step.action
        self._results[step.uid] = StepResult(
            step=step if action is step.action else replace(step, action=action),
            outcome=done.outcome,
            page_id=done.page_id or step.page_id,
            code=done.code,
            reason=done.reason or step.reason,
            requests=requests + (before.requests if before is not None else 0),
        )
        self._warnings.update(dict.fromkeys((step.path, warning) for warning in done.warnings))
        record = done.record
        if done.outcome is Outcome.DONE and (record is None or record.open is Open.NONE):
            self._records.pop(step.uid, None)  # nothing is left to be done for it
        elif done.outcome is Outcome.DONE and record is not None and _is_loose(record):
            self._records.pop(step.uid, None)
            self._loose[step.uid] = record.values.get(PARENT)
        elif record is not None:
            self._records[step.uid] = record

    # ----------------------------------------------------------------- settle

    async def _settle(self, views: Mapping[Uid, View]) -> None:
        """Send again, once, the pages whose links could not be known when they were sent."""
        loose = list(self._loose)
        for start in range(0, len(loose), _SETTLED_AT_ONCE):
            if self.halted:
                break
            some = loose[start : start + _SETTLED_AT_ONCE]
            found = self._recorded(some)
            await self._settle_some({uid: found[uid] for uid in some if uid in found}, views)

    async def _settle_some(self, records: Mapping[Uid, Record], views: Mapping[Uid, View]) -> None:
        todo = [
            step for uid, record in records.items() if (step := self._settlement(uid, views[uid], record)) is not None
        ]
        results = {step.uid: self._results[step.uid] for step in todo}
        with_records = {}
        for step in todo:
            record = self._records[step.uid] = records[step.uid]
            del self._loose[step.uid]
            with_records[step.uid] = replace(views[step.uid], record=record, hold=None, decision=None)
        await self._drain(StepQueue(todo), with_records)
        for step in todo:
            now, was = self._results[step.uid], results[step.uid]
            kept = replace(now, step=was.step, reason=was.reason) if now.outcome is Outcome.DONE else now
            self._results[step.uid] = kept

    def _finished(self, uid: Uid) -> bool:
        return self._results[uid].outcome is Outcome.DONE

    def _settlement(self, uid: Uid, view: View, record: Record) -> Step | None:
        """The step that settles a page, None while nothing new is known about its links."""
        if view.wanted is None:
            return None
        rendered = self._pages.render(uid)
        if rendered.wanted.sent == record.sent and rendered.pending:
            return None
        return Step(
            action=Action.UPDATE,
            uid=uid,
            path=record.path,
            title=record.title,
            page_id=record.page_id,
            reason="links settled",
            changed=frozenset({BODY}),
            derived=True,
        )

    # ------------------------------------------------------------------- ends

    def _not_reached(self, step: Step) -> StepResult:
        if self._deferred is not None:
            outcome, code, reason = Outcome.DEFERRED, self._deferred.code, self._deferred.message
        elif self._unusable is not None:
            outcome, code, reason = Outcome.SKIPPED, self._unusable.code, "the target stopped the pass before this step"
        else:
            outcome, code, reason = Outcome.SKIPPED, "stopped", "the pass was asked to stop before this step"
        return StepResult(step=step, outcome=outcome, page_id=step.page_id, code=code, reason=reason, requests=0)

    async def _mark_open(self, views: Mapping[Uid, View]) -> None:
        """What must be looked at again next pass is written into the records."""
        changes: list[Change] = []
        for uid, result in self._results.items():
            record = self._records.get(uid) or views[uid].record
            if record is None or (waits := _open_after(result, record)) is None:
                continue
            before = views[uid].record  # what was seen says nothing of a record that was written since
            marked = replace(unsure(record, views[uid].seen) if record is before else record, open=waits)
            if marked != record:
                changes.append(PutRecord(record=replace(marked, uploads=self._pages.uploads(uid))))
        if changes:
            await self._journal.commit(changes)


def _is_placed(result: StepResult) -> bool:
    """Whether a page was written in this pass, and so stands where its file says."""
    return result.outcome is Outcome.DONE and result.step.action in {Action.UPDATE, Action.RESTORE}


def _stays(view: View) -> Done:
    reason = "a page below it was not removed and could go with it; tried again next pass"
    return Done(outcome=Outcome.SKIPPED, code="foreign_children", reason=reason, record=view.record)


def _is_loose(record: Record) -> bool:
    """Whether a page is to be sent again when the pages that it links to are known."""
    return record.open is Open.UNSETTLED and record.page_id is not None


def _open_after(result: StepResult, record: Record) -> Open | None:
    """The mark of a page that isn't done, None for one that is or fails for its own reason; where links wait to be
    settled it stays, as it tells the next pass that nothing but them moved the page.
    """
    match result.outcome:
        case Outcome.UNKNOWN:
            return Open.UNKNOWN
        case Outcome.DEFERRED | Outcome.SKIPPED if _is_loose(record):
            return record.open
        case Outcome.FAILED if _is_loose(record) and result.code in PASSING:
            return record.open
        case Outcome.DEFERRED | Outcome.SKIPPED:
            return Open.DEFERRED
        case Outcome.FAILED if result.code in PASSING:
            return Open.FAILED
        case _:
            return None


def _as_planned(step: Step) -> StepResult:
    """A step that was never to be sent: held, failed, skipped or unknown by the plan."""
    return StepResult(
        step=step, outcome=step.outcome, page_id=step.page_id, code=step.code, reason=step.reason, requests=0
    )
