"""One side is not there: what people's words and policies make of it."""

from dataclasses import replace

import pytest

from pagemirror.model.fields import fingerprint
from pagemirror.model.pages import Absence
from pagemirror.model.plans import Action, Outcome
from pagemirror.model.records import Choice, Standing
from pagemirror.planner.policy import Way
from pagemirror.planner.views import Missing, View
from planner.sides import decision, ends, page, policy, record, verdict, view, wanted

HELD, PLANNED = Outcome.HELD, Outcome.PLANNED
BASE = wanted()
ARCHIVED = record(standing=Standing.REMOVED, removal="archive")


def said(asked: View, choice: Choice) -> View:
    return replace(asked, decision=decision(asked, choice))


ABSENT = view(BASE, record(), Missing(kind=Absence.ARCHIVED))
CAME_BACK_EDITED = view(BASE, ARCHIVED, page("a person's"))
GONE_AND_EDITED = view(None, record(), page("a person's"))


@pytest.mark.parametrize("way", [Way.HOLD, Way.ACCEPT])
def test_git_brings_a_page_back_that_was_removed_on_the_target(way: Way) -> None:
    by = policy(on_remote_removal=way, can_restore=True)
    assert ends(verdict(said(ABSENT, Choice.GIT), by)) == (Action.RESTORE, PLANNED, None)


@pytest.mark.parametrize("way", [Way.HOLD, Way.RECREATE])
def test_a_person_leaves_a_page_that_was_removed_on_the_target(way: Way) -> None:
    found = verdict(said(ABSENT, Choice.REMOTE), policy(on_remote_removal=way))
    assert (*ends(found), found.way) == (Action.RECORD, PLANNED, None, Way.ACCEPT)


@pytest.mark.parametrize("way", [Way.HOLD, Way.REMOTE])
def test_git_overwrites_a_returning_page_that_was_edited_only_when_a_person_says_so(way: Way) -> None:
    found = verdict(said(CAME_BACK_EDITED, Choice.GIT), policy(on_conflict=way))
    assert (*ends(found), found.way) == (Action.RESTORE, PLANNED, None, Way.GIT)


def test_a_policy_says_what_becomes_of_a_returning_page_that_was_edited() -> None:
    found = verdict(CAME_BACK_EDITED, policy(on_conflict=Way.GIT))
    assert (*ends(found), found.way) == (Action.RESTORE, PLANNED, None, Way.GIT)
    assert ends(verdict(CAME_BACK_EDITED, policy())) == (Action.RESTORE, HELD, "conflict")


@pytest.mark.parametrize("way", [Way.HOLD, Way.GIT])
def test_a_person_takes_the_text_of_a_returning_page(way: Way) -> None:
    found = verdict(said(CAME_BACK_EDITED, Choice.REMOTE), policy(on_conflict=way))
    assert (*ends(found), found.way) == (Action.RECORD, PLANNED, None, Way.REMOTE)


def test_a_persons_word_about_a_returning_page_holds_without_a_look() -> None:
    unseen = replace(said(CAME_BACK_EDITED, Choice.REMOTE), seen=view(BASE).seen)
    found = verdict(unseen, policy(can_restore=True))
    assert (*ends(found), found.way) == (Action.RECORD, PLANNED, None, Way.REMOTE)


@pytest.mark.parametrize("choice", [Choice.GIT, Choice.REMOTE])
def test_a_draft_on_a_returning_page_goes_the_way_that_a_person_says(choice: Choice) -> None:
    drafted = view(BASE, ARCHIVED, page("a person's", draft=fingerprint("x")))
    assert verdict(drafted).code == "draft"
    assert verdict(said(drafted, choice)).outcome is PLANNED
    assert verdict(said(drafted, Choice.MERGE)).code == "draft"


def test_a_returning_page_that_says_what_the_file_says_is_no_conflict() -> None:
    edited = wanted(body="better")
    assert ends(verdict(view(edited, ARCHIVED, page("better")))) == (Action.RESTORE, PLANNED, None)


def test_git_removes_a_page_that_was_edited_and_no_more_than_a_person_saw() -> None:
    assert ends(verdict(said(GONE_AND_EDITED, Choice.GIT))) == (Action.ARCHIVE, PLANNED, None)
    again = replace(said(GONE_AND_EDITED, Choice.GIT), seen=page("a person's, again"))
    assert ends(verdict(again)) == (Action.ARCHIVE, HELD, "removed_and_edited")


def test_git_removes_a_page_with_a_draft_or_an_accepted_edit_when_a_person_says_so() -> None:
    for has, seen in ((record(), page(draft=fingerprint("x"))), (record(diverged=True), page())):
        asked = view(None, has, seen)
        assert verdict(asked).code == "removed_and_edited"
        assert ends(verdict(said(asked, Choice.GIT))) == (Action.ARCHIVE, PLANNED, None)
