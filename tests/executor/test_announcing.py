"""What a whole plan is going to send, as it is noted before the first request."""

from dataclasses import replace

import pytest

from pagemirror.executor.announcing import announced
from pagemirror.executor.outcomes import based_on, fresh
from pagemirror.executor.ports import Rendered
from pagemirror.executor.writing import make_intent, make_removal
from pagemirror.model.fields import BODY, TITLE
from pagemirror.model.ids import PageId, Uid
from pagemirror.model.pages import Removal
from pagemirror.model.plans import Action, Outcome, Step
from pagemirror.model.records import Choice, IntentKind, Record
from pagemirror.planner.policy import Way
from pagemirror.planner.views import View
from pagemirror.state.interface import Change, PutIntent, PutText
from support.steps import Shelf, a_context, a_record, a_step, a_wanted, plan_of

GIVEN = Rendered(wanted=a_wanted("a"), fields={TITLE: "Title", BODY: "Text.\n"}, pending=())
CONTEXT = a_context(pages=Shelf({"a": GIVEN}))
RECORD = a_record("a", former_ids=(PageId("former"),))
UNMADE = replace(RECORD, page_id=None)


def told(step: Step, record: Record | None = RECORD, *, gone: bool = False) -> list[Change]:
    view = View(uid=Uid("a"), record=record, wanted=None if gone else GIVEN.wanted)
    return list(announced(CONTEXT, plan_of(step), {view.uid: view}))


def written(kind: IntentKind, record: Record, page_id: PageId | None) -> list[Change]:
    intent = make_intent(CONTEXT, kind, based_on(record, GIVEN), page_id, GIVEN, GIVEN.fields)
    return [PutText(text="Text.\n"), PutIntent(intent=replace(intent, planned=True))]


def test_a_create_is_noted_with_its_text_for_a_new_document_and_for_one_that_had_a_page() -> None:
    step = a_step("a", Action.CREATE)
    assert told(step, None) == written(IntentKind.CREATE, fresh(GIVEN.wanted), None)
    assert told(step, RECORD) == written(IntentKind.CREATE, RECORD, None)


@pytest.mark.parametrize(("action", "kind"), [(Action.UPDATE, IntentKind.UPDATE), (Action.RESTORE, IntentKind.RESTORE)])
def test_what_a_page_will_get_is_noted_with_its_text(action: Action, kind: IntentKind) -> None:
    assert told(a_step("a", action)) == written(kind, RECORD, PageId("page-a"))
    for record in (None, UNMADE):
        assert told(a_step("a", action), record) == []
    assert told(a_step("a", action), gone=True) == []


@pytest.mark.parametrize(("action", "how"), [(Action.ARCHIVE, Removal.ARCHIVE), (Action.DELETE, Removal.DELETE)])
def test_a_removal_is_noted_as_what_it_will_be(action: Action, how: Removal) -> None:
    intent = make_removal(CONTEXT, RECORD, how, PageId("page-a"))
    assert told(a_step("a", action), gone=True) == [PutIntent(intent=replace(intent, planned=True))]
    for record in (None, UNMADE):
        assert told(a_step("a", action), record, gone=True) == []


@pytest.mark.parametrize(
    "step",
    [
        a_step("a", outcome=Outcome.HELD),
        a_step("a", way=Way.MERGE),
        a_step("a", way=Choice.RESTORE),
        a_step("a", Action.MOVE),
        a_step("a", Action.RECORD),
        a_step("a", Action.KEEP),
        a_step("a", Action.CREATE, page_id=PageId("named")),
    ],
    ids=["held", "a merge", "a kept text", "a move", "a record", "a page that stays", "a page that was named"],
)
def test_what_sends_nothing_or_nobody_knows_what_is_not_noted(step: Step) -> None:
    assert told(step) == []


def test_a_create_of_a_file_that_is_gone_and_a_way_that_is_no_merge() -> None:
    assert told(a_step("a", Action.CREATE), None, gone=True) == []
    assert told(a_step("a", way=Way.GIT)) == told(a_step("a"))
