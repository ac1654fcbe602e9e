"""Holds: a look turned a step into something that waits for a person, or into a failure. Writes it down."""

from dataclasses import replace

from pagemirror.executor.context import StepContext, body_of
from pagemirror.executor.ports import Done
from pagemirror.model.ids import RepoPath
from pagemirror.model.pages import Absent, Found, Page
from pagemirror.model.plans import Outcome
from pagemirror.model.records import Hold, Open
from pagemirror.planner.table import basis
from pagemirror.planner.verdicts import Verdict
from pagemirror.planner.views import View
from pagemirror.state.interface import Change, DropDecision, PutHold, PutRecord, PutText, text_id

__all__ = ["put_down"]


async def put_down(context: StepContext, view: View, verdict: Verdict, found: Found | None) -> Done:
    """Note a held or failed step; a decision that led here is void."""
    changes: list[Change] = []
    record = view.record
    if verdict.outcome is Outcome.HELD and verdict.code != "plan_changed":  # which is about one run alone
        changes += _hold(context, view, verdict, found)
    if record is not None:
        # Known by its new path from now on: identity goes by paths.
        path = view.wanted.path if view.wanted is not None else record.path
        record = replace(record, path=path, open=Open.FAILED if verdict.outcome is Outcome.FAILED else record.open)
        changes.append(PutRecord(record=record))
    if view.decision is not None:
        changes.append(DropDecision(uid=view.uid))
    if changes:
        await context.journal.commit(changes)
    return Done(
        outcome=verdict.outcome,
        code=verdict.code,
        reason=verdict.reason,
        page_id=record.page_id if record is not None else view.adopt,
        record=record,
        action=verdict.action,
    )


def _hold(context: StepContext, view: View, verdict: Verdict, found: Found | None) -> list[Change]:
    """The hold with the three texts that a person needs to decide."""
    record = view.record
    rendered = context.pages.render(view.uid) if view.wanted is not None else None
    git = body_of(rendered.fields) if rendered is not None else None
    remote = _remote_text(context, view, verdict, found)
    path = view.wanted.path if view.wanted is not None else record.path if record is not None else RepoPath("")
    hold = Hold(
        uid=view.uid,
        path=path,
        page_id=record.page_id if record is not None else view.adopt,
        action=verdict.action,
        code=verdict.code or "held",
        reason=verdict.reason,
        basis=basis(view if rendered is None else replace(view, wanted=rendered.wanted)),
        at=view.hold.at if view.hold is not None else context.clock.now(),
        base=record.text if record is not None else None,
        git=text_id(git) if git is not None else None,
        remote=text_id(remote) if remote is not None else None,
        candidates=verdict.candidates,
        since_pass=context.pass_id,
    )
    return [*(PutText(text=text) for text in (git, remote) if text is not None), PutHold(hold=hold)]


def _remote_text(context: StepContext, view: View, verdict: Verdict, found: Found | None) -> str | None:
    page = found.page if isinstance(found, Absent) else found
    if isinstance(page, Page):
        return page.draft.body if page.draft is not None and verdict.code == "draft" else body_of(page.fields)
    record = view.record
    if record is None or record.server_text is None:
        return None
    return context.texts.get(record.server_text)
