"""What a decision is bound to, and which holds go on."""

from dataclasses import replace

import pytest

from pagemirror.model.fields import LABELS, fingerprint
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Absence
from pagemirror.model.plans import Action, Outcome
from pagemirror.model.records import Choice
from pagemirror.planner.policy import Way
from pagemirror.planner.views import Missing
from pagemirror.planner.words import basis, waiting, word
from planner.sides import decision, ends, hold, page, policy, prints, record, verdict, view, wanted

BASE = wanted()
EDITED = wanted(body="text, better")


def test_the_records_and_a_look_that_finds_the_same_give_one_basis() -> None:
    unseen = view(BASE, record())
    assert basis(unseen) == basis(view(BASE, record(), page()))
    assert basis(unseen) != basis(view(BASE, record(), page("a person's")))
    assert basis(view(BASE)).endswith(":")


def test_a_decision_made_from_the_records_is_void_when_a_look_finds_an_edit() -> None:
    asked = view(EDITED, record())
    said = decision(asked, Choice.GIT)
    assert word(replace(asked, decision=said)) is Choice.GIT
    assert word(view(EDITED, record(), page(), decision=said)) is Choice.GIT
    assert word(view(EDITED, record(), page("a person's"), decision=said)) is None


def test_a_decision_about_what_was_seen_holds_while_nobody_looks_again() -> None:
    said = decision(view(EDITED, record(), page("a person's")), Choice.GIT)
    assert word(view(EDITED, record(), decision=said)) is Choice.GIT


def test_members_that_people_add_to_a_shared_set_do_not_void_a_decision() -> None:
    has = record(remote={**BASE.full, LABELS: fingerprint(("a",))})
    some = page("a person's", more={LABELS: fingerprint(("a",))})
    more = page("a person's", more={LABELS: fingerprint(("a", "b"))})
    assert basis(view(EDITED, has, some)) == basis(view(EDITED, has, more))


def test_the_basis_of_a_strangers_page_covers_all_of_it() -> None:
    """No record has fields of it, so every field counts."""
    one = view(BASE, record(), page(page_id="p-9", more=prints(icon="x")))
    other = view(BASE, record(), page(page_id="p-9", more=prints(icon="y")))
    assert basis(one) != basis(other)
    bare = record(remote={})
    assert basis(view(BASE, bare, page("one"))) != basis(view(BASE, bare, page("two")))
    assert basis(view(BASE, None, page("one"))) != basis(view(BASE, None, page("two")))


@pytest.mark.parametrize("code", ["foreign", "in_doubt"])
@pytest.mark.parametrize("has", [None, record(page_id=None)], ids=["no record", "no page"])
def test_a_page_that_may_be_the_documents_own_waits_for_a_person_whatever_the_file_does(code: str, has: object) -> None:
    asked = view(BASE)
    stored = hold(asked, code, Action.ADOPT, candidates=(PageId("p-9"),))
    edited = view(EDITED, has if has is None else record(page_id=None), hold=stored)
    found = waiting(edited, policy())
    assert found is not None
    assert (found.outcome, found.code, found.candidates) == (Outcome.HELD, code, (PageId("p-9"),))


def test_such_a_hold_ends_when_the_document_has_a_page() -> None:
    assert waiting(view(EDITED, record(), hold=hold(view(BASE), "foreign", Action.ADOPT)), policy()) is None


def test_another_hold_of_a_document_without_a_page_ends_when_its_file_moves() -> None:
    assert waiting(view(EDITED, hold=hold(view(BASE), "conflict")), policy()) is None


def test_a_conflict_that_a_look_finds_as_it_was_is_not_merged_again() -> None:
    seen = view(EDITED, record(), page("a person's"))
    stored = hold(seen, "conflict")
    merging = policy(on_conflict=Way.MERGE)
    assert ends(verdict(replace(seen, hold=stored), merging)) == (Action.UPDATE, Outcome.HELD, "conflict")
    moved = replace(seen, seen=page("a person's, again"), hold=stored)
    assert verdict(moved, merging).way == Way.MERGE


def test_another_hold_is_judged_anew_by_a_look() -> None:
    seen = view(BASE, record(), Missing(kind=Absence.GONE))
    assert waiting(replace(seen, hold=hold(seen, "remote_removed")), policy()) is None
