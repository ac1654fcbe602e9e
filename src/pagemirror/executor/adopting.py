"""Adoption: an existing page is tied to a file; written only where the file's front matter or a person named it."""

from dataclasses import replace

from pagemirror.executor.context import StepContext, body_of, settled
from pagemirror.executor.holding import put_down
from pagemirror.executor.observe import prints_of
from pagemirror.executor.outcomes import based_on, failed, fresh, written
from pagemirror.executor.ports import Done, Rendered
from pagemirror.executor.writing import update
from pagemirror.model.fields import BODY, SET_FIELDS, TITLE
from pagemirror.model.ids import Uid, named
from pagemirror.model.pages import Absent, Found, Page
from pagemirror.model.plans import Action, Outcome, Step
from pagemirror.model.records import Failure, Open, Record
from pagemirror.planner.table import named_is_gone
from pagemirror.planner.verdicts import Verdict
from pagemirror.planner.views import View
from pagemirror.state.interface import PutRecord, PutText

__all__ = ["adopt"]


async def adopt(context: StepContext, step: Step, view: View, rendered: Rendered, found: Found) -> Done:
    """Tie the page that was found to the file. A page that was named is written too, where it differs."""
    if isinstance(found, Absent):
        reason = f"page {named(found.id)} is {found.kind}; nothing was adopted"
        gone = Verdict(action=Action.ADOPT, outcome=Outcome.FAILED, code="remote_removed", reason=reason)
        if view.decision is not None:
            return await put_down(context, view, named_is_gone(view, found.id, found.kind), found)
        if view.adopt is not None:
            return await _not_there(context, view, gone, rendered)
        return await put_down(context, view, gone, found)
    record = _tied(context, view, rendered, found)
    if step.action is Action.UPDATE and found.draft is not None and view.decision is None:
        reason = "a person's unpublished draft waits on the page that is named; publishing would replace it"
        draft = Verdict(action=Action.UPDATE, outcome=Outcome.HELD, code="draft", reason=reason)
        return await put_down(context, view, draft, found)
    if step.action is Action.UPDATE:
        verdict = Verdict(action=Action.UPDATE, reason=step.reason, changed=frozenset(rendered.fields))
        return await update(context, verdict, replace(view, record=record), rendered, found)
    if not _equal(context, view.uid, rendered, found):
        reason = f"a page with this title and another text is there: {named(found.id)}"
        other = Verdict(
            action=Action.ADOPT, outcome=Outcome.HELD, code="foreign", reason=reason, candidates=(found.id,)
        )
        return await put_down(context, view, other, found)
    context.pages.learned(view.uid, found.header)
    await context.journal.commit((PutText(text=body_of(found.fields)), PutRecord(record=record), *settled(view)))
    return Done(outcome=Outcome.DONE, page_id=found.id, record=record, action=Action.ADOPT)


async def _not_there(context: StepContext, view: View, verdict: Verdict, rendered: Rendered) -> Done:
    """A file that names a page that is not there fails until the file or the settings move, and is told each time."""
    wanted = rendered.wanted
    failure = Failure(
        code=verdict.code or "failed", reason=verdict.reason, payload=wanted.payload, at=context.clock.now()
    )
    start = view.record if view.record is not None else fresh(wanted)
    record = replace(failed(start, failure), path=wanted.path)
    await context.journal.commit((PutRecord(record=record),))
    return Done(
        outcome=verdict.outcome,
        code=verdict.code,
        reason=verdict.reason,
        page_id=view.adopt,
        record=record,
        action=verdict.action,
    )


def _tied(context: StepContext, view: View, rendered: Rendered, page: Page) -> Record:
    """A record whose remote base is the page as it was found; nothing was sent yet."""
    wanted = rendered.wanted
    start = view.record if view.record is not None else fresh(wanted)
    record, _ = written(context.backend, based_on(start, rendered), page, page.fields, {})
    prints = prints_of(context.backend, page.fields)
    names = [name for name in wanted.full if name not in SET_FIELDS]
    same = all(prints.get(name) == wanted.full[name] for name in names)
    return replace(
        record,
        sent=wanted.sent if same else {},
        remote={name: value for name, value in prints.items() if name in names},
        open=Open.NONE if same and not rendered.pending else Open.UNSETTLED,
    )


def _equal(context: StepContext, uid: Uid, rendered: Rendered, page: Page) -> bool:
    """Whether a page holds the document's title and text, link-blind and in normal form."""
    ours, theirs = context.backend.normal(rendered.fields), context.backend.normal(page.fields)
    if ours.get(TITLE) != theirs.get(TITLE):
        return False
    mine, other = str(ours.get(BODY) or ""), str(theirs.get(BODY) or "")
    return mine == other or context.pages.blind(mine, uid) == context.pages.blind(other, uid)
