"""What a plan is going to send, as intents for the whole of it. Gives changes, writes none.

A merge and a kept text that is put back are left out: what they send is known after a look at the page only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pagemirror.executor.context import StepContext, body_of
from pagemirror.executor.outcomes import based_on, fresh
from pagemirror.executor.writing import make_intent, make_removal
from pagemirror.model.ids import Uid
from pagemirror.model.pages import Removal
from pagemirror.model.plans import Action, Outcome, Plan, Step
from pagemirror.model.records import Choice, IntentKind
from pagemirror.planner.policy import Way
from pagemirror.planner.views import View
from pagemirror.state.interface import Change, PutIntent, PutText

__all__ = ["announced"]

_LATER = frozenset({Way.MERGE, Choice.RESTORE})


def announced(context: StepContext, plan: Plan, views: Mapping[Uid, View]) -> Iterator[Change]:
    """The intents of all steps that may send something, with the texts they name; rendered as they are asked for."""
    for step in plan.steps:
        if step.outcome is Outcome.PLANNED and step.way not in _LATER:
            yield from _of(context, step, views[step.uid])


def _of(context: StepContext, step: Step, view: View) -> Iterator[Change]:
    record = view.record
    match step.action:
        case Action.CREATE if view.wanted is not None and step.page_id is None:
            yield from _written(context, IntentKind.CREATE, view)
        case Action.UPDATE if view.wanted is not None and record is not None and record.page_id is not None:
            yield from _written(context, IntentKind.UPDATE, view)
        case Action.RESTORE if view.wanted is not None and record is not None and record.page_id is not None:
            yield from _written(context, IntentKind.RESTORE, view)
        case Action.ARCHIVE | Action.DELETE if record is not None and record.page_id is not None:
            how = Removal.DELETE if step.action is Action.DELETE else Removal.ARCHIVE
            yield PutIntent(intent=replace(make_removal(context, record, how, record.page_id), planned=True))
        case _:
            return


def _written(context: StepContext, kind: IntentKind, view: View) -> Iterator[Change]:
    rendered = context.pages.render(view.uid)
    record = view.record if view.record is not None else fresh(rendered.wanted)
    page_id = None if kind is IntentKind.CREATE else record.page_id
    intent = make_intent(context, kind, based_on(record, rendered), page_id, rendered, rendered.fields)
    yield PutText(text=body_of(rendered.fields))
    yield PutIntent(intent=replace(intent, planned=True))
