"""One step: look at the page, ask the planner's table again with what is really there, do what it says.

Takes a decision and gives an outcome; what is right was decided by the table.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pagemirror.executor.adopting import adopt
from pagemirror.executor.context import StepContext, known, with_uploads
from pagemirror.executor.holding import put_down
from pagemirror.executor.looking import look_at
from pagemirror.executor.observe import is_stale, see
from pagemirror.executor.outcomes import away, failed, fresh, unsure
from pagemirror.executor.ports import Done, Rendered
from pagemirror.executor.recording import keep_page, record_found, refresh
from pagemirror.executor.writing import create, remove, restore, update, with_all_of_it
from pagemirror.model.errors import Changed, NotApplied, PutOff, Rejected
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Absence, Absent, Found, Page
from pagemirror.model.plans import Action, Outcome, Step
from pagemirror.model.records import Failure, Open
from pagemirror.planner.table import decide
from pagemirror.planner.verdicts import Quiet, Verdict
from pagemirror.planner.views import View
from pagemirror.state.interface import Change, DropIntent, PutRecord
from pagemirror.transport.waiting import looked

__all__ = ["Stepper"]

LOOKS: Final = 3
"""How often a step looks again when the page moves under it."""

WAITS: Final = 20
"""How often a step looks again as its write had to wait."""


class Stepper:
    """Carries out steps on one target. Holds no plan: it is handed a step and the page's view.

    `read` are pages that were read a moment ago to be adopted: they are only tied, so one look is enough.
    """

    def __init__(self, context: StepContext, *, read: Mapping[PageId, Found]) -> None:
        self._context = context
        self._read = dict(read)

    async def run(self, step: Step, view: View) -> Done:
        """Carry out one planned step; raises the errors of the target but for a refusal of this page."""
        try:
            match step.action:
                case Action.MOVE:
                    return await refresh(self._context, view)
                case Action.KEEP:
                    return await keep_page(self._context, view)
                case Action.CREATE if step.page_id is None:
                    return await create(self._context, view)
                case _:
                    return await self._looked(step, view)
        except Rejected as error:
            return await self._refused(step, view, error)

    async def put_off(self, step: Step, view: View) -> Done:
        """Note a removal that has to wait for what stands below its page; what a person decided about it stands."""
        record = known(view)
        if record.leaving_since is None:
            record = replace(record, leaving_since=self._context.clock.now())
        if step.outcome is Outcome.HELD:
            verdict = Verdict(action=step.action, outcome=step.outcome, code=step.code, reason=step.reason)
            return await put_down(self._context, replace(view, record=record, decision=None), verdict, None)
        await self._context.journal.commit((PutRecord(record=record),))
        return Done(outcome=step.outcome, code=step.code, reason=step.reason, page_id=step.page_id, record=record)

    async def _looked(self, step: Step, view: View) -> Done:
        """Look, and look again when the page moves between look and write."""
        if step.page_id is None:
            raise NotApplied(f"{step.path} has no page to look at", code="internal")
        moved = waits = 0
        while moved < LOOKS and waits < WAITS:
            found = await self._look(step, view, step.page_id)
            if found is None:
                return _later(step, view, "stale", "the target still shows an older text than the one last written")
            try:
                with looked():
                    return await self._on_found(step, view, found)
            except Changed:
                moved += 1
            except PutOff:
                waits += 1
            # Nothing was applied: what the next look finds is compared with the record alone.
            await self._context.journal.commit((DropIntent(uid=view.uid),))
        if moved < LOOKS:
            return _later(step, view, "put_off", "the target lets the page be read, and puts off each write")
        return _later(step, view, "changed", "somebody keeps changing the page while it is written")

    async def _look(self, step: Step, view: View, page_id: PageId) -> Found | None:
        """The page as it is now; None where the target shows only what was there before our own last write."""
        known_page = self._read.pop(page_id, None) if step.action is Action.ADOPT else None
        if known_page is not None:
            return known_page
        for _ in range(2):
            found = await look_at(self._context.session, self._context.backend, view.record, page_id)
            if not is_stale(view.record, found):
                return found
        return None

    async def _on_found(self, step: Step, view: View, found: Found) -> Done:
        context = self._context
        rendered = context.pages.render(view.uid) if view.wanted is not None else None
        wanted = rendered.wanted if rendered is not None else None
        record = with_uploads(context, view.record)
        if record is not None and wanted is None and record.page_id is None:
            record = replace(record, page_id=found.id)  # a person named the page of a file that is gone
        looked = replace(view, record=record, seen=see(context.backend, record, found), wanted=wanted)
        if isinstance(found, Absent) and found.kind is Absence.HIDDEN:
            reason = "the page is not visible to this token; nothing was done about it"
            hidden = Verdict(action=step.action, outcome=Outcome.FAILED, code="hidden", reason=reason)
            return await put_down(context, looked, hidden, found)
        if rendered is not None and (view.record is None or view.record.page_id is None):
            return await adopt(context, step, looked, rendered, found)
        decided = decide(looked, context.policy, now=context.clock.now())
        if isinstance(decided, Quiet):
            return await refresh(context, looked, found)
        if decided.code == "conflict" and rendered is not None and isinstance(found, Page):
            decided = with_all_of_it(context, looked, rendered, found) or decided
        if decided.outcome is Outcome.PLANNED and context.approved and _other(decided, step):
            reason = f"the approved plan says {step.action}; now: {decided.reason}"
            decided = decided.but(Outcome.HELD, "plan_changed", reason)
        if decided.outcome is not Outcome.PLANNED:
            return await put_down(context, looked, decided, found)
        done = await self._act(decided, looked, rendered, found)
        return done if done.reason else replace(done, reason=decided.reason)

    async def _act(self, verdict: Verdict, view: View, rendered: Rendered | None, found: Found) -> Done:
        context = self._context
        match verdict.action, found:
            case (Action.UPDATE, Page()) if rendered is not None:
                return await update(context, verdict, view, rendered, found)
            case (Action.MOVE, _):
                return await refresh(context, view, found)
            case (Action.RECORD, _):
                return await record_found(context, verdict, view, rendered, found)
            case (Action.ARCHIVE | Action.DELETE, Page()):
                return await remove(context, verdict, view, found)
            case (Action.RESTORE, Page()) if rendered is not None:
                return await restore(context, verdict, view, rendered, found)
            case (Action.RESTORE, Absent(page=Page() as page)) if rendered is not None:
                above = rendered.wanted.parent
                if above is not None and context.pages.known(above) is None:
                    return _waits_above(view)
                return await restore(context, verdict, view, rendered, page)
            case (Action.CREATE | Action.RESTORE, Absent()):
                record = known(view)
                gone = replace(record, former_ids=(*record.former_ids, found.id), page_id=None)
                made = await create(context, replace(view, record=gone))
                # Where it has to wait, a person's word stands with what it is about: they may change it.
                waits = made.outcome is Outcome.SKIPPED and view.decision is not None
                return replace(made, record=record) if waits else made
            case _:
                raise NotApplied(f"{verdict.action} does not fit what was found", code="internal")

    async def _refused(self, step: Step, view: View, error: Rejected) -> Done:
        """The page fails for its own reason, and is tried again when what would be sent moves.

        Its record follows a file that moved: the next pass compares with a commit in which it has that path already.
        """
        record = with_uploads(self._context, view.record)
        if view.wanted is not None:
            now, wanted = self._context.clock.now(), self._context.pages.render(view.uid).wanted
            failure = Failure(code=error.code, reason=error.message, payload=wanted.payload, at=now)
            record = record if record is not None else fresh(wanted)
            # Where the page above is missing the file is all right: it is tried again whatever would be sent.
            tried_again = replace(unsure(record, view.seen), open=Open.FAILED)
            record = tried_again if error.code == "parent" else failed(record, failure)
            record = replace(record, path=wanted.path)
        elif record is not None:
            record = replace(record, open=Open.LEAVING)
        changes: list[Change] = [DropIntent(uid=view.uid)]
        if record is not None:
            changes.append(PutRecord(record=record))
        await self._context.journal.commit(changes)
        return Done(outcome=Outcome.FAILED, code=error.code, reason=error.message, page_id=step.page_id, record=record)


def _waits_above(view: View) -> Done:
    """A page that is away comes back once the page above it is there; until then the record says that it is away."""
    record = known(view)
    if view.decision is None:
        record = away(record)
    reason = "the page above it has no page yet; tried again when it has"
    return Done(outcome=Outcome.SKIPPED, code="parent", reason=reason, page_id=record.page_id, record=record)


def _other(verdict: Verdict, step: Step) -> bool:
    """Whether a look would turn an approved step into another action; to follow a file sends nothing."""
    return verdict.action is not Action.MOVE and (verdict.action, verdict.way) != (step.action, step.way)


def _later(step: Step, view: View, code: str, reason: str) -> Done:
    return Done(
        outcome=Outcome.DEFERRED,
        code=code,
        reason=f"{reason}; try again later",
        page_id=step.page_id,
        record=view.record,
    )
