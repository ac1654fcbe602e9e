"""Steps that send nothing: a git base moves, a page stays, or what the target did is written down."""

from dataclasses import replace

from pagemirror.executor.context import StepContext, known, settled
from pagemirror.executor.outcomes import accepted, based_on, refreshed, removed, written
from pagemirror.executor.ports import Done, Rendered
from pagemirror.executor.sets import still_ours
from pagemirror.model.errors import NotApplied
from pagemirror.model.pages import Absence, Absent, Found, Page, Removal
from pagemirror.model.plans import Action, Outcome
from pagemirror.model.records import Open, Record, Standing
from pagemirror.planner.policy import Way
from pagemirror.planner.verdicts import Verdict
from pagemirror.planner.views import View
from pagemirror.state.interface import PutRecord, PutText

__all__ = ["keep_page", "record_found", "refresh"]


async def refresh(context: StepContext, view: View, found: Found | None = None) -> Done:
    """Write the git base again: the file moved, its page is as it should be; `found` so, if somebody looked."""
    record = known(view)
    reason = "" if found is None else "the page is as it should be"
    if isinstance(found, Page) and record.updated <= 0:
        record = replace(record, version=found.header.version, updated=found.header.updated)
    if view.wanted is not None:
        record = refreshed(record, view.wanted)
    return await _write(context, view, record, (), None, reason)


async def keep_page(context: StepContext, view: View) -> Done:
    """Leave a page whose file is gone where it is."""
    record = known(view)
    chosen = view.decision.page_id if view.decision is not None else None
    return await _write(context, view, removed(record, Removal.KEEP, record.page_id or chosen), (), None, "")


async def record_found(
    context: StepContext, verdict: Verdict, view: View, rendered: Rendered | None, found: Found
) -> Done:
    """Write down what the look found, as the verdict says."""
    record = known(view)
    texts: tuple[str, ...] = ()
    match verdict.way, found:
        case (Way.REMOTE, Page()) if rendered is not None:
            record, texts = accepted(context.backend, record, found, rendered)
        case (Way.REMOTE, _):
            record = replace(record, standing=Standing.LEFT, removal="released", open=Open.NONE)
        case (Way.ACCEPT, Absent()) if view.wanted is not None:
            # The git base moves too: the next pass compares with a commit in which the file may have another name.
            record = replace(refreshed(record, view.wanted), standing=Standing.LEFT, removal="accepted", open=Open.NONE)
        case (Way.ACCEPT, Absent(kind=kind)):
            record = removed(record, Removal.DELETE if kind is Absence.GONE else Removal.ARCHIVE, record.page_id)
        case (_, Page()) if rendered is not None:
            ours = {**record.ours, **still_ours(record, rendered.fields, found)}
            record, texts = written(context.backend, based_on(record, rendered), found, rendered.fields, ours)
        case _:
            raise NotApplied(f"nothing to record for {record.path}", code="internal")
    return await _write(context, view, record, texts, Action.RECORD, verdict.reason)


async def _write(
    context: StepContext, view: View, record: Record, texts: tuple[str, ...], action: Action | None, reason: str
) -> Done:
    stored = (PutText(text=text) for text in texts)
    await context.journal.commit((*stored, PutRecord(record=record), *settled(view)))
    return Done(outcome=Outcome.DONE, page_id=record.page_id, record=record, action=action, reason=reason)
