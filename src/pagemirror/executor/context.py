"""What every step is handed: the target, the state's writer, time and rules of one pass."""

from dataclasses import dataclass, replace

from pagemirror.backends.interface import Backend, Session
from pagemirror.executor.ports import Journal, Pages, Texts
from pagemirror.model.clock import Clock
from pagemirror.model.errors import NotApplied
from pagemirror.model.fields import BODY, Fields
from pagemirror.model.records import Record
from pagemirror.planner.policy import Policy
from pagemirror.planner.views import View
from pagemirror.state.interface import Change, DropDecision, DropHold

__all__ = ["StepContext", "body_of", "known", "settled", "with_uploads"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContext:
    """One pass on one target. `approved`: its plan was approved by digest, so no step may turn into another action."""

    backend: Backend
    session: Session
    pages: Pages
    journal: Journal
    clock: Clock
    policy: Policy
    texts: Texts
    epoch: int
    pass_id: str
    approved: bool = False


def known(view: View) -> Record:
    """The record of a page that has one."""
    if view.record is None:
        raise NotApplied("the step needs a record and there is none", code="internal")
    return view.record


def with_uploads(context: StepContext, record: Record | None) -> Record | None:
    """A record that was read before this pass sent images, with what is known of them now."""
    return None if record is None else replace(record, uploads=context.pages.uploads(record.uid))


def body_of(fields: Fields) -> str:
    """The body's text, "" where there is none."""
    return str(fields.get(BODY) or "")


def settled(view: View) -> tuple[Change, ...]:
    """What no longer waits for a person once a step is done."""
    changes: list[Change] = []
    if view.hold is not None:
        changes.append(DropHold(uid=view.uid))
    if view.decision is not None:
        changes.append(DropDecision(uid=view.uid))
    return tuple(changes)
