"""Each row of the decision table, each word of a policy, each decision."""

from dataclasses import replace
from typing import Any

import pytest

from pagemirror.model.documents import Unreadable
from pagemirror.model.fields import BODY, FOLDERS, ICON, LABELS, TITLE, fingerprint
from pagemirror.model.ids import BlobId, PageId, RepoPath, TextId, Uid
from pagemirror.model.pages import Absence, Removal
from pagemirror.model.plans import Action, Outcome
from pagemirror.model.records import Choice, Open, Standing
from pagemirror.planner.policy import Way
from pagemirror.planner.table import decide, own_change, to_send
from pagemirror.planner.verdicts import FORGET, NOTHING, REFRESH, Verdict
from pagemirror.planner.views import Missing, View
from planner.sides import (
    NOW,
    decision,
    delay,
    ends,
    failure,
    fields,
    hold,
    page,
    policy,
    prints,
    quiet,
    record,
    renamed,
    verdict,
    view,
    wanted,
)

HELD = Outcome.HELD
PLANNED = Outcome.PLANNED
GONE = Missing(kind=Absence.GONE)
ARCHIVED = Missing(kind=Absence.ARCHIVED)
HIDDEN = Missing(kind=Absence.HIDDEN)

BASE = wanted()
EDITED = wanted(body="text, better")
DERIVED = replace(wanted(rendered="text with a new link"), blob=BASE.blob)


# --------------------------------------------------------------------- none, own, derived | none


def test_nothing_moved_means_nothing_to_do() -> None:
    assert quiet(view(BASE, record())) is NOTHING


def test_a_look_that_finds_the_base_means_nothing_to_do() -> None:
    assert quiet(view(BASE, record(), page())) is NOTHING


def test_a_version_alone_moves_nothing() -> None:
    assert quiet(view(BASE, record(), page(version="99"))) is NOTHING


def test_an_own_change_updates_only_the_fields_that_moved() -> None:
    found = verdict(view(EDITED, record()))
    assert ends(found) == (Action.UPDATE, PLANNED, None)
    assert found.changed == {BODY}
    assert not found.derived
    assert "body" in found.reason


def test_a_new_title_is_an_update_of_the_same_page_and_not_a_second_page() -> None:
    found = verdict(view(wanted(title="B"), record()))
    assert (found.action, found.changed) == (Action.UPDATE, fields("title"))


def test_a_derived_change_is_an_update_that_says_so() -> None:
    found = verdict(view(DERIVED, record()))
    assert (found.action, found.changed, found.derived) == (Action.UPDATE, fields("body"), True)


def test_a_link_adapted_to_a_rename_is_no_own_change() -> None:
    adapted = replace(BASE, raw_body=fingerprint("[x](new.md)"), blob=BlobId("other"))
    assert own_change(record(), adapted) == frozenset()
    assert quiet(view(adapted, record())) is REFRESH


def test_a_renamed_link_target_is_no_own_change() -> None:
    other = replace(BASE, own=prints(title="A", body="links resolve to something else"))
    assert own_change(record(), other) == frozenset()


def test_a_rename_without_anything_to_send_is_a_move() -> None:
    assert verdict(view(renamed(BASE, "docs/b.md"), record())).action is Action.MOVE


def test_a_rename_with_an_edit_is_an_update() -> None:
    assert verdict(view(renamed(EDITED, "docs/b.md"), record())).action is Action.UPDATE


def test_a_page_that_already_says_what_the_file_says_costs_no_write() -> None:
    assert verdict(view(EDITED, record(), page("text, better"))).action is Action.RECORD


def test_a_newly_owned_field_is_written_where_it_differs() -> None:
    iconed = replace(BASE, sent={**BASE.sent, **prints(icon="*")}, full={**BASE.full, **prints(icon="*")})
    assert verdict(view(iconed, record(), page(more=prints(icon="?")))).changed == {ICON}


def test_a_newly_owned_field_that_is_as_wanted_is_only_recorded() -> None:
    iconed = replace(BASE, sent={**BASE.sent, **prints(icon="*")}, full={**BASE.full, **prints(icon="*")})
    assert verdict(view(iconed, record(), page(more=prints(icon="*")))).action is Action.RECORD


def test_labels_that_the_mirror_no_longer_sets_are_taken_back() -> None:
    assert to_send(record(ours={LABELS: ("guide",)}), BASE) == {LABELS}


def test_labels_people_set_by_hand_are_no_change() -> None:
    labelled = replace(BASE, sent={**BASE.sent, **prints(labels=("ours",))})
    has = record(labelled, ours={LABELS: ("ours",)})
    assert quiet(view(labelled, has, page(more=prints(labels=("ours", "theirs"))))) is NOTHING


def test_a_file_that_came_back_within_its_delay_stops_the_clock() -> None:
    assert quiet(view(BASE, record(leaving_since=NOW - 5))) is REFRESH


# --------------------------------------------------------------------- none | moved


def test_drift_is_held_by_default() -> None:
    found = verdict(view(BASE, record(), page("a person's")))
    assert ends(found) == (Action.UPDATE, HELD, "drift")
    assert "body" in found.reason


def test_drift_with_policy_git_writes_what_moved() -> None:
    found = verdict(view(BASE, record(), page("a person's")), policy(on_drift=Way.GIT))
    assert (found.action, found.outcome, found.way, found.changed) == (Action.UPDATE, PLANNED, Way.GIT, fields("body"))


def test_drift_with_policy_remote_is_accepted_without_a_write() -> None:
    found = verdict(view(BASE, record(), page("a person's")), policy(on_drift=Way.REMOTE))
    assert (found.action, found.outcome, found.way) == (Action.RECORD, PLANNED, Way.REMOTE)


def test_a_field_we_do_not_own_is_no_drift() -> None:
    assert quiet(view(BASE, record(), page(more=prints(icon="!")))) is NOTHING


def test_a_member_of_ours_that_a_person_took_out_is_drift() -> None:
    found = verdict(
        view(
            BASE,
            record(ours={LABELS: ("x",)}, sent={**BASE.sent, **prints(labels=("x",))}),
            page(lost=fields("labels")),
        )
    )
    assert found.code == "drift"


def test_drift_that_ends_at_what_the_file_says_is_recorded() -> None:
    volatile = replace(BASE, full=prints(title="A", body="text at commit 2"))
    has = record(remote=prints(title="A", body="text at commit 1"))
    assert verdict(view(volatile, has, page("text at commit 2"))).action is Action.RECORD


# --------------------------------------------------------------------- derived | moved or diverged


def test_a_derived_change_waits_with_the_drift() -> None:
    assert ends(verdict(view(DERIVED, record(), page("a person's")))) == (Action.UPDATE, HELD, "drift")


def test_a_derived_change_waits_while_the_page_is_diverged() -> None:
    has = record(diverged=True, remote=prints(title="A", body="a person's"))
    assert quiet(view(DERIVED, has)) is NOTHING


def test_a_derived_change_is_merged_where_merge_is_set() -> None:
    found = verdict(view(DERIVED, record(), page("a person's")), policy(on_conflict=Way.MERGE))
    assert (found.action, found.way, found.derived) == (Action.UPDATE, Way.MERGE, True)


def test_a_derived_change_is_merged_into_a_diverged_page_where_merge_is_set() -> None:
    has = record(diverged=True, remote=prints(title="A", body="a person's"))
    assert verdict(view(DERIVED, has), policy(on_conflict=Way.MERGE)).way == Way.MERGE


def test_drift_with_policy_git_sends_the_derived_change_too() -> None:
    found = verdict(view(DERIVED, record(), page(title="a person's")), policy(on_drift=Way.GIT))
    assert found.changed == {TITLE, BODY}


def test_a_diverged_page_at_rest_needs_nothing() -> None:
    has = record(diverged=True, remote=prints(title="A", body="a person's"))
    assert quiet(view(BASE, has)) is NOTHING
    assert quiet(view(BASE, has, page("a person's"))) is NOTHING


def test_a_diverged_page_whose_file_is_renamed_keeps_its_record() -> None:
    has = record(diverged=True, remote=prints(title="A", body="a person's"))
    assert verdict(view(renamed(BASE, "docs/b.md"), has)).action is Action.MOVE


def test_a_diverged_page_that_is_edited_again_is_drift() -> None:
    has = record(diverged=True, remote=prints(title="A", body="a person's"))
    assert verdict(view(BASE, has, page("a person's, again"))).code == "drift"


# --------------------------------------------------------------------- own | moved or diverged


def test_a_conflict_is_held_by_default() -> None:
    assert ends(verdict(view(EDITED, record(), page("a person's")))) == (Action.UPDATE, HELD, "conflict")


@pytest.mark.parametrize(
    ("way", "action"), [(Way.GIT, Action.UPDATE), (Way.REMOTE, Action.RECORD), (Way.MERGE, Action.UPDATE)]
)
def test_a_conflict_goes_the_way_of_its_policy(way: Way, action: Action) -> None:
    found = verdict(view(EDITED, record(), page("a person's")), policy(on_conflict=way))
    assert (found.action, found.outcome, found.way) == (action, PLANNED, way)


def test_an_own_change_of_a_diverged_page_is_a_conflict() -> None:
    has = record(diverged=True, remote=prints(title="A", body="a person's"))
    assert verdict(view(EDITED, has)).code == "conflict"


def test_where_git_wins_over_a_diverged_page_all_that_differs_is_sent() -> None:
    has = record(diverged=True, remote=prints(title="A", body="a person's"))
    found = verdict(view(wanted(title="B"), has), policy(on_conflict=Way.GIT))
    assert found.changed == {TITLE, BODY}


def test_a_file_whose_change_does_not_show_is_no_conflict_with_an_edit() -> None:
    silent = replace(BASE, own=prints(title="A", body="<!-- x -->text"), raw_body=fingerprint("<!-- x -->text"))
    assert verdict(view(silent, record(), page("a person's"))).code == "drift"


# --------------------------------------------------------------------- own | moved to the same


def test_both_sides_moved_to_the_same_is_only_recorded() -> None:
    assert ends(verdict(view(EDITED, record(), page("text, better")))) == (Action.RECORD, PLANNED, None)


def test_an_accepted_edit_that_was_pulled_into_git_is_no_conflict() -> None:
    has = record(diverged=True, remote=prints(title="A", body="text, better"))
    assert ends(verdict(view(EDITED, has))) == (Action.RECORD, PLANNED, None)
    assert ends(verdict(view(EDITED, has, page("text, better")))) == (Action.RECORD, PLANNED, None)


def test_labels_still_go_out_when_the_text_is_the_same_already() -> None:
    labelled = replace(
        EDITED, own={**EDITED.own, **prints(labels=("x",))}, sent={**EDITED.sent, **prints(labels=("x",))}
    )
    found = verdict(view(labelled, record(), page("text, better")))
    assert (found.action, found.changed) == (Action.UPDATE, fields("labels"))


def test_a_title_that_both_changed_alike_does_not_block_the_files_new_text() -> None:
    found = verdict(view(wanted(body="text, better", title="B"), record(), page(title="B")))
    assert (found.action, found.outcome, found.changed) == (Action.UPDATE, PLANNED, fields("body"))


def test_a_same_body_beside_another_title_is_a_conflict() -> None:
    assert verdict(view(wanted(body="x", title="B"), record(), page("x", title="C"))).code == "conflict"


# --------------------------------------------------------------------- gone | none, moved, gone


@pytest.mark.parametrize(("removal", "action"), [(Removal.ARCHIVE, Action.ARCHIVE), (Removal.DELETE, Action.DELETE)])
def test_a_file_that_is_gone_removes_its_page_as_set(removal: Removal, action: Action) -> None:
    assert ends(verdict(view(None, record()), policy(on_removal=removal))) == (action, PLANNED, None)


def test_on_removal_keep_leaves_the_page() -> None:
    assert ends(verdict(view(None, record()), policy(on_removal=Removal.KEEP))) == (Action.KEEP, PLANNED, None)


def test_upsert_never_removes() -> None:
    assert verdict(view(None, record()), policy(upsert=True, on_removal=Removal.DELETE)).action is Action.KEEP


def test_a_protected_page_stays_by_pattern() -> None:
    assert verdict(view(None, record(), protected=True)).action is Action.KEEP


def test_a_protected_page_stays_by_its_front_matter() -> None:
    assert verdict(view(None, record(protect=True))).action is Action.KEEP


def test_a_removal_waits_for_its_delay() -> None:
    found = verdict(view(None, record()), policy(removal_delay=delay(60)))
    assert ends(found) == (Action.ARCHIVE, Outcome.SKIPPED, "removal_delay")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(1, "1 s"), (60, "1 min"), (3599, "59 min 59 s"), (86_400, "1 d"), (8_639_999_913_600, "99999999 d")],
)
def test_how_long_a_removal_still_waits_is_told_as_people_say_it(seconds: int, told: str) -> None:
    found = verdict(view(None, record()), policy(removal_delay=delay(seconds)))
    assert isinstance(found, Verdict)
    assert f"removed in {told} unless" in found.reason


def test_a_removal_is_due_once_its_delay_has_passed() -> None:
    waits = record(leaving_since=NOW - 59)
    assert verdict(view(None, waits), policy(removal_delay=delay(60))).outcome is Outcome.SKIPPED
    assert verdict(view(None, waits), policy(removal_delay=delay(59))).outcome is PLANNED


def test_a_file_that_is_gone_and_a_page_that_was_edited_is_held() -> None:
    found = verdict(view(None, record(), page("a person's")))
    assert ends(found) == (Action.ARCHIVE, HELD, "removed_and_edited")


def test_a_diverged_page_is_never_removed_unasked() -> None:
    assert verdict(view(None, record(diverged=True))).code == "removed_and_edited"
    assert verdict(view(None, record(diverged=True), page())).code == "removed_and_edited"


def test_a_page_that_was_edited_while_its_file_was_gone_is_looked_at_before_it_counts_as_level() -> None:
    back = record(leaving_since=1.0)
    assert ends(verdict(view(wanted(), replace(back, updated=-7.0)))) == (Action.UPDATE, PLANNED, None)
    assert quiet(view(wanted(), back)) is REFRESH
    assert quiet(view(wanted(), record())) is NOTHING
    assert quiet(view(wanted(), record(updated=0.0))) is NOTHING  # the next check for drift reads it


@pytest.mark.parametrize("open_", [Open.FAILED, Open.UNKNOWN, Open.DEFERRED, Open.UNSETTLED])
def test_a_page_of_whose_edit_nothing_came_is_looked_at_again(open_: Open) -> None:
    unsure = record(open=open_, updated=-7.0)
    assert ends(verdict(view(wanted(), unsure))) == (Action.UPDATE, PLANNED, None)
    assert quiet(view(wanted(), replace(unsure, updated=7.0))) is NOTHING
    sent = verdict(view(wanted(body="new"), unsure))  # after a look anyway
    assert (sent.action, sent.changed) == (Action.UPDATE, fields("body"))


def test_what_a_hold_saw_stays_held_though_the_file_was_gone_meanwhile() -> None:
    unsure = record(leaving_since=1.0, updated=-7.0)
    assert ends(verdict(view(BASE, unsure, hold=hold(CONFLICT, "conflict")))) == (Action.UPDATE, HELD, "drift")


def test_an_older_text_that_an_editor_put_back_stays_held_and_what_was_no_edit_does_not() -> None:
    reverted = hold(CONFLICT, "reverted")
    assert ends(verdict(view(BASE, record(), hold=reverted))) == (Action.UPDATE, HELD, "reverted")
    other = hold(CONFLICT, "duplicate_id")
    assert quiet(view(BASE, record(), hold=other)) is NOTHING
    assert ends(verdict(view(BASE, record(updated=-7.0), hold=other))) == (Action.UPDATE, PLANNED, None)


def test_a_diverged_page_that_was_edited_again_is_looked_at_again() -> None:
    diverged = record(remote=prints(title="A", body="by hand"), diverged=True, updated=-7.0)
    assert ends(verdict(view(BASE, diverged))) == (Action.UPDATE, PLANNED, None)
    assert quiet(view(BASE, replace(diverged, updated=7.0))) is NOTHING


def test_a_draft_holds_a_removal() -> None:
    assert verdict(view(None, record(), page(draft=fingerprint("draft")))).code == "removed_and_edited"


@pytest.mark.parametrize("kind", [Absence.GONE, Absence.ARCHIVED, Absence.TRASHED])
def test_gone_on_both_sides_is_only_recorded(kind: Absence) -> None:
    found = verdict(view(None, record(), Missing(kind=kind)))
    assert ends(found) == (Action.RECORD, PLANNED, None)


def test_a_removal_of_a_page_that_is_not_visible_fails() -> None:
    assert ends(verdict(view(None, record(), HIDDEN))) == (Action.ARCHIVE, Outcome.FAILED, "hidden")


@pytest.mark.parametrize("standing", [Standing.REMOVED, Standing.LEFT])
def test_a_page_that_went_before_needs_nothing(standing: Standing) -> None:
    assert quiet(view(None, record(standing=standing, removal="archive"))) is NOTHING


def test_a_file_that_is_gone_and_never_had_a_page_is_forgotten() -> None:
    assert quiet(view(None, record(page_id=None))) is FORGET
    assert quiet(view()) is FORGET


def test_what_leaves_through_settings_is_held() -> None:
    assert ends(verdict(view(None, record(), outside=True))) == (Action.ARCHIVE, HELD, "settings_removal")


def test_what_leaves_through_settings_goes_when_allowed_although_it_was_held_before() -> None:
    before = view(None, record(), outside=True)
    now = replace(before, hold=hold(before, "settings_removal", Action.ARCHIVE))
    assert ends(verdict(now, policy(allow_settings_removals=True))) == (Action.ARCHIVE, PLANNED, None)


# --------------------------------------------------------------------- back | archived record


def archived(**but: Any) -> View:
    return view(BASE, record(standing=Standing.REMOVED, removal="archive"), **but)


def test_a_file_that_is_back_restores_its_page_where_the_api_can() -> None:
    assert ends(verdict(archived(), policy(can_restore=True))) == (Action.RESTORE, PLANNED, None)


def test_a_file_that_is_back_makes_a_new_page_where_the_api_cannot_restore() -> None:
    assert verdict(archived(), policy(can_restore=False)).action is Action.CREATE


def test_a_file_that_is_back_makes_a_new_page_where_the_old_one_was_deleted() -> None:
    has = record(standing=Standing.REMOVED, removal="delete")
    assert verdict(view(BASE, has), policy(can_restore=True)).action is Action.CREATE


def test_an_archived_page_that_was_purged_meanwhile_is_made_anew() -> None:
    assert verdict(archived(seen=GONE), policy(can_restore=True)).action is Action.CREATE


def test_an_archived_page_that_was_looked_at_is_restored() -> None:
    assert verdict(archived(seen=ARCHIVED), policy(can_restore=True)).action is Action.RESTORE


def test_an_archived_page_that_is_not_visible_fails() -> None:
    assert ends(verdict(archived(seen=HIDDEN)))[1:] == (Outcome.FAILED, "hidden")


def test_a_tombstone_is_lifted() -> None:
    assert ends(verdict(archived(seen=page(tombstone=True)))) == (Action.RESTORE, PLANNED, None)


def test_a_file_that_is_back_with_new_text_sends_it() -> None:
    has = record(standing=Standing.REMOVED, removal="archive")
    assert verdict(view(EDITED, has), policy(can_restore=True)).changed == {BODY}


def test_an_archived_page_that_was_edited_meanwhile_is_a_conflict() -> None:
    assert ends(verdict(archived(seen=page("a person's")))) == (Action.RESTORE, HELD, "conflict")


@pytest.mark.parametrize(("way", "action"), [(Way.GIT, Action.RESTORE), (Way.REMOTE, Action.RECORD)])
def test_an_edited_archived_page_goes_the_way_of_the_policy(way: Way, action: Action) -> None:
    assert verdict(archived(seen=page("a person's")), policy(on_conflict=way)).action is action


def test_a_draft_on_an_archived_page_is_held() -> None:
    assert verdict(archived(seen=page(draft=fingerprint("x")))).code == "draft"


def test_a_kept_page_takes_up_its_file_again_on_the_same_page() -> None:
    has = record(standing=Standing.REMOVED, removal="keep")
    assert ends(verdict(view(EDITED, has))) == (Action.RESTORE, PLANNED, None)
    assert verdict(view(EDITED, has, page())).changed == {BODY}


def test_a_kept_page_that_people_edited_is_not_overwritten_when_its_file_returns() -> None:
    has = record(standing=Standing.REMOVED, removal="keep")
    assert verdict(view(EDITED, has, page("a person's"))).code == "conflict"


def test_a_page_a_person_kept_for_themselves_is_not_overwritten_when_its_file_returns() -> None:
    has = record(standing=Standing.LEFT, removal="released", diverged=True)
    assert verdict(view(EDITED, has, page())).code == "conflict"


def test_a_page_a_person_kept_is_mirrored_again_when_its_file_returns_and_nothing_was_edited() -> None:
    has = record(standing=Standing.LEFT, removal="released")
    assert verdict(view(BASE, has, page())).action is Action.RESTORE


# --------------------------------------------------------------------- there | gone, archived, trashed, hidden


@pytest.mark.parametrize("kind", [Absence.GONE, Absence.ARCHIVED, Absence.TRASHED])
def test_a_page_removed_on_the_target_is_held_by_default(kind: Absence) -> None:
    found = verdict(view(BASE, record(), Missing(kind=kind)))
    assert ends(found)[1:] == (HELD, "remote_removed")
    assert kind in found.reason


@pytest.mark.parametrize(
    ("kind", "can_restore", "action"),
    [
        (Absence.GONE, True, Action.CREATE),
        (Absence.ARCHIVED, True, Action.RESTORE),
        (Absence.TRASHED, True, Action.RESTORE),
        (Absence.TRASHED, False, Action.CREATE),
    ],
)
def test_a_page_removed_on_the_target_comes_back_with_recreate(
    kind: Absence,
    can_restore: bool,  # noqa: FBT001 - a row of the table
    action: Action,
) -> None:
    by = policy(on_remote_removal=Way.RECREATE, can_restore=can_restore)
    assert ends(verdict(view(BASE, record(), Missing(kind=kind)), by)) == (action, PLANNED, None)


def test_a_page_removed_on_the_target_is_left_with_accept() -> None:
    found = verdict(view(BASE, record(), GONE), policy(on_remote_removal=Way.ACCEPT))
    assert (found.action, found.way) == (Action.RECORD, Way.ACCEPT)


def test_an_accepted_removal_stays_accepted_when_the_file_is_edited() -> None:
    left = record(standing=Standing.LEFT, removal="accepted")
    assert quiet(view(EDITED, left)) is REFRESH
    assert quiet(view(BASE, left)) is NOTHING


@pytest.mark.parametrize("way", [Way.HOLD, Way.RECREATE, Way.ACCEPT])
def test_a_page_that_is_not_visible_is_a_failure_and_never_a_removal(way: Way) -> None:
    found = verdict(view(BASE, record(), HIDDEN), policy(on_remote_removal=way))
    assert ends(found) == (Action.UPDATE, Outcome.FAILED, "hidden")


# --------------------------------------------------------------------- new


def test_a_new_file_makes_a_page() -> None:
    assert ends(verdict(view(BASE))) == (Action.CREATE, PLANNED, None)


def test_a_new_file_with_a_page_id_takes_that_page() -> None:
    found = verdict(view(BASE, adopt=PageId("p-9")))
    assert (found.action, found.outcome, found.way) == (Action.UPDATE, PLANNED, Way.GIT)


def test_a_page_with_the_same_title_and_text_is_adopted_without_a_change() -> None:
    assert verdict(view(BASE, adopt=PageId("p-9"), equal=True)).action is Action.ADOPT


def test_a_strangers_page_with_the_same_title_is_never_overwritten() -> None:
    found = verdict(view(BASE, foreign=(PageId("p-8"), PageId("p-9"))))
    assert ends(found) == (Action.ADOPT, HELD, "foreign")
    assert found.candidates == ("p-8", "p-9")


def test_a_page_id_that_is_not_there_fails() -> None:
    assert ends(verdict(view(BASE, None, GONE, adopt=PageId("p-9"))))[1:] == (Outcome.FAILED, "remote_removed")


def test_a_draft_on_a_page_to_adopt_is_held() -> None:
    found = verdict(view(BASE, None, page("x", page_id="p-9", draft=fingerprint("d")), adopt=PageId("p-9")))
    assert ends(found) == (Action.UPDATE, HELD, "draft")


def test_a_foreign_hold_ends_when_the_file_names_its_page() -> None:
    before = view(BASE, foreign=(PageId("p-9"),))
    now = replace(before, foreign=(), adopt=PageId("p-9"), hold=hold(before, "foreign", Action.ADOPT))
    assert verdict(now).action is Action.UPDATE


# --------------------------------------------------------------------- what stands before


def test_an_unreadable_file_fails_and_its_page_stays() -> None:
    bad = Unreadable(path=RepoPath("docs/a.md"), blob=BlobId("b"), code="encoding", reason="not UTF-8")
    assert ends(verdict(view(None, record(), unreadable=bad))) == (Action.UPDATE, Outcome.FAILED, "encoding")
    assert ends(verdict(view(unreadable=bad))) == (Action.CREATE, Outcome.FAILED, "encoding")


def test_a_duplicate_id_is_held_and_names_the_others() -> None:
    found = verdict(view(BASE, record(), duplicate=(RepoPath("docs/b.md"),)))
    assert ends(found) == (Action.UPDATE, HELD, "duplicate_id")
    assert "docs/b.md" in found.reason


def test_a_duplicate_id_that_was_mended_in_the_other_file_holds_nothing_any_more() -> None:
    before = view(EDITED, record(), duplicate=(RepoPath("docs/b.md"),))
    now = replace(before, duplicate=(), hold=hold(before, "duplicate_id"))
    assert ends(verdict(now)) == (Action.UPDATE, PLANNED, None)


def test_a_create_in_doubt_is_not_sent_again() -> None:
    assert ends(verdict(view(BASE, in_doubt=True))) == (Action.CREATE, Outcome.UNKNOWN, "in_doubt")


@pytest.mark.parametrize("choice", [Choice.NEW, Choice.PAGE])
def test_a_person_can_end_the_doubt(choice: Choice) -> None:
    doubt = view(BASE, in_doubt=True)
    said = replace(doubt, decision=decision(doubt, choice, page_id=PageId("p-9")))
    assert verdict(said).action is (Action.CREATE if choice is Choice.NEW else Action.UPDATE)


def test_a_page_in_doubt_whose_file_is_gone_goes_on_waiting_for_a_person() -> None:
    """Forgotten, it would stay on the target without a file and without a record."""
    gone = view(None, record(page_id=None))
    doubt = replace(gone, hold=hold(gone, "in_doubt", Action.CREATE, page_id=None, candidates=(PageId("p-9"),)))
    assert ends(verdict(doubt)) == (Action.ARCHIVE, HELD, "in_doubt")
    assert verdict(doubt).candidates == (PageId("p-9"),)


def test_a_page_in_doubt_whose_file_is_gone_is_removed_or_forgotten_as_a_person_says() -> None:
    gone = view(None, record(page_id=None))
    doubt = replace(gone, hold=hold(gone, "in_doubt", Action.CREATE, page_id=None))
    named = replace(doubt, decision=decision(doubt, Choice.PAGE, page_id=PageId("p-9")))
    assert ends(verdict(named)) == (Action.ARCHIVE, PLANNED, None)
    assert quiet(replace(doubt, decision=decision(doubt, Choice.NEW))) is FORGET


def test_a_create_in_doubt_is_not_taken_for_a_page_that_is_foreign() -> None:
    before = view(BASE, record(page_id=None))
    doubt = replace(
        before, foreign=(PageId("p-9"),), hold=hold(before, "in_doubt", Action.CREATE, candidates=(PageId("p-9"),))
    )
    assert ends(verdict(doubt)) == (Action.CREATE, HELD, "in_doubt")


def test_an_ambiguous_file_is_held_until_a_person_says_what_it_is() -> None:
    asked = view(BASE, ambiguous=("docs/x.md", "docs/y.md"))
    assert ends(verdict(asked)) == (Action.CREATE, HELD, "ambiguous")
    assert verdict(replace(asked, decision=decision(asked, Choice.NEW))).action is Action.CREATE


def test_ambiguity_that_is_gone_holds_nothing_any_more() -> None:
    before = view(BASE, ambiguous=("docs/x.md",))
    assert verdict(replace(before, ambiguous=(), hold=hold(before, "ambiguous", Action.CREATE))).outcome is PLANNED


# --------------------------------------------------------------------- failures remembered


def test_a_page_that_was_refused_is_not_sent_again_with_the_same_payload() -> None:
    assert ends(verdict(view(EDITED, record(failure=failure(EDITED))))) == (Action.UPDATE, Outcome.FAILED, "rejected")


def test_a_page_that_was_refused_is_sent_again_when_its_payload_moves() -> None:
    assert verdict(view(wanted(body="mended"), record(failure=failure(EDITED)))).outcome is PLANNED


def test_a_page_that_was_refused_is_sent_again_when_asked() -> None:
    assert verdict(view(EDITED, record(failure=failure(EDITED))), policy(retry_failed=True)).outcome is PLANNED


def test_a_new_page_that_was_refused_is_not_sent_again() -> None:
    assert verdict(view(BASE, record(page_id=None, failure=failure(BASE)))).action is Action.CREATE
    assert verdict(view(BASE, record(page_id=None, failure=failure(BASE)))).outcome is Outcome.FAILED


def test_a_document_that_cannot_be_sent_fails_with_its_problem() -> None:
    long = replace(BASE, problem=("title", "the title has 300 characters, the limit is 255"))
    assert ends(verdict(view(long, record()))) == (Action.UPDATE, Outcome.FAILED, "title")


# --------------------------------------------------------------------- drafts


def test_publishing_over_a_persons_draft_is_held() -> None:
    assert ends(verdict(view(EDITED, record(), page(draft=fingerprint("d"))))) == (Action.UPDATE, HELD, "draft")


def test_a_draft_on_a_page_with_nothing_to_send_is_left_alone() -> None:
    assert quiet(view(BASE, record(), page(draft=fingerprint("d")))) is NOTHING


@pytest.mark.parametrize("way", [Way.GIT, Way.MERGE])
def test_no_policy_publishes_over_a_draft(way: Way) -> None:
    found = verdict(
        view(EDITED, record(), page("x", draft=fingerprint("d"))), policy(on_conflict=way, on_drift=Way.GIT)
    )
    assert found.code == "draft"


def test_accepting_the_target_needs_no_write_and_so_leaves_the_draft() -> None:
    seen = view(BASE, record(), page("x", draft=fingerprint("d")))
    assert verdict(seen, policy(on_drift=Way.REMOTE)).action is Action.RECORD


@pytest.mark.parametrize(
    ("choice", "end"),
    [
        (Choice.GIT, (Action.UPDATE, PLANNED, None)),
        (Choice.REMOTE, (Action.RECORD, PLANNED, None)),
        (Choice.MERGE, (Action.UPDATE, HELD, "draft")),
    ],
)
def test_a_decision_about_a_draft(choice: Choice, end: tuple[Action, Outcome, str | None]) -> None:
    seen = view(EDITED, record(), page(draft=fingerprint("d")))
    assert ends(verdict(replace(seen, decision=decision(seen, choice)))) == end


# --------------------------------------------------------------------- decisions


CONFLICT = view(EDITED, record(), page("a person's"))
DRIFT = view(BASE, record(), page("a person's"))
REMOVED = view(None, record(), page("a person's"))
ABSENT = view(BASE, record(), GONE)


@pytest.mark.parametrize("asked", [CONFLICT, DRIFT], ids=["conflict", "drift"])
@pytest.mark.parametrize(
    ("choice", "action", "way"),
    [
        (Choice.GIT, Action.UPDATE, Way.GIT),
        (Choice.REMOTE, Action.RECORD, Way.REMOTE),
        (Choice.MERGE, Action.UPDATE, Way.MERGE),
    ],
)
def test_a_decision_on_a_conflict_or_drift_is_carried_out(
    asked: View, choice: Choice, action: Action, way: Way
) -> None:
    said = replace(asked, decision=decision(asked, choice))
    found = verdict(said)
    assert (found.action, found.outcome, found.way) == (action, PLANNED, way)


@pytest.mark.parametrize("asked", [CONFLICT, DRIFT], ids=["conflict", "drift"])
def test_a_decision_is_planned_before_anybody_looks_again(asked: View) -> None:
    stored = hold(asked, verdict(asked).code or "")
    said = View(
        uid=asked.uid, record=asked.record, wanted=asked.wanted, hold=stored, decision=decision(asked, Choice.GIT)
    )
    assert (verdict(said).action, verdict(said).way) == (Action.UPDATE, Way.GIT)


def test_a_decision_is_void_when_the_file_moved() -> None:
    said = replace(CONFLICT, wanted=wanted(body="once more"), decision=decision(CONFLICT, Choice.GIT))
    assert verdict(said).code == "conflict"


def test_a_decision_is_void_when_the_page_moved() -> None:
    said = replace(CONFLICT, seen=page("a person's, again"), decision=decision(CONFLICT, Choice.GIT))
    assert verdict(said).code == "conflict"


def test_a_decision_is_not_void_for_a_field_that_is_not_ours() -> None:
    said = replace(CONFLICT, seen=page("a person's", more=prints(icon="!")), decision=decision(CONFLICT, Choice.GIT))
    assert verdict(said).way == Way.GIT


def test_a_decision_made_from_the_records_holds_when_the_look_finds_the_same() -> None:
    asked = view(EDITED, record(diverged=True, remote=prints(title="A", body="a person's")))
    said = replace(asked, seen=page("a person's", more=prints(icon="!")), decision=decision(asked, Choice.GIT))
    assert (verdict(said).action, verdict(said).way) == (Action.UPDATE, Way.GIT)


def test_a_new_draft_makes_a_decision_void() -> None:
    said = replace(CONFLICT, seen=page("a person's", draft=fingerprint("d")), decision=decision(CONFLICT, Choice.GIT))
    assert verdict(said).outcome is HELD


def test_gone_and_edited_git_removes() -> None:
    assert verdict(replace(REMOVED, decision=decision(REMOVED, Choice.GIT))).action is Action.ARCHIVE


def test_gone_and_edited_remote_keeps_the_page() -> None:
    found = verdict(replace(REMOVED, decision=decision(REMOVED, Choice.REMOTE)))
    assert (found.action, found.way) == (Action.RECORD, Way.REMOTE)


def test_gone_and_edited_git_is_void_when_the_page_moved_again() -> None:
    said = replace(REMOVED, seen=page("again"), decision=decision(REMOVED, Choice.GIT))
    assert verdict(said).code == "removed_and_edited"


def test_removed_on_the_target_git_brings_it_back() -> None:
    assert verdict(replace(ABSENT, decision=decision(ABSENT, Choice.GIT))).action is Action.CREATE


def test_removed_on_the_target_remote_leaves_it() -> None:
    found = verdict(replace(ABSENT, decision=decision(ABSENT, Choice.REMOTE)))
    assert (found.action, found.way) == (Action.RECORD, Way.ACCEPT)


def test_a_chosen_page_is_adopted_also_when_the_look_shows_it() -> None:
    asked = view(BASE, foreign=(PageId("p-9"),))
    said = replace(asked, foreign=(), decision=decision(asked, Choice.PAGE, page_id=PageId("p-9")))
    assert (verdict(said).action, verdict(said).way) == (Action.UPDATE, Way.GIT)
    assert verdict(replace(said, seen=page("x", page_id="p-9"))).action is Action.UPDATE


def test_a_page_said_to_be_new_is_created_beside_the_foreign_one() -> None:
    asked = view(BASE, foreign=(PageId("p-9"),))
    assert verdict(replace(asked, decision=decision(asked, Choice.NEW))).action is Action.CREATE


def test_new_is_void_when_the_file_moved() -> None:
    asked = view(BASE, foreign=(PageId("p-9"),))
    assert verdict(replace(asked, wanted=EDITED, decision=decision(asked, Choice.NEW))).code == "foreign"


def test_a_kept_text_is_put_back_on_a_quiet_page() -> None:
    asked = view(BASE, record())
    said = replace(asked, decision=decision(asked, Choice.RESTORE, text=TextId("t")))
    assert (verdict(said).action, verdict(said).way) == (Action.UPDATE, "restore")
    assert verdict(replace(said, seen=page())).way == "restore"


def test_a_decision_for_git_where_nothing_differs_sends_nothing() -> None:
    asked = view(BASE, record(), page())
    assert quiet(replace(asked, decision=decision(asked, Choice.GIT))) is NOTHING


# --------------------------------------------------------------------- holds that persist


@pytest.mark.parametrize(
    ("asked", "code"),
    [(CONFLICT, "conflict"), (DRIFT, "drift"), (REMOVED, "removed_and_edited"), (ABSENT, "remote_removed")],
    ids=["conflict", "drift", "removed_and_edited", "remote_removed"],
)
def test_a_hold_goes_on_without_a_look(asked: View, code: str) -> None:
    first = verdict(asked)
    stored = hold(asked, code, first.action, reason=first.reason)
    later = View(uid=asked.uid, record=asked.record, wanted=asked.wanted, hold=stored)
    assert ends(verdict(later)) == (first.action, HELD, code)
    assert verdict(later).reason == first.reason


@pytest.mark.parametrize("asked", [CONFLICT, DRIFT], ids=["conflict", "drift"])
def test_a_hold_ends_when_a_look_finds_the_page_as_it_was(asked: View) -> None:
    stored = hold(asked, "conflict")
    found = decide(view(asked.wanted, asked.record, page(), hold=stored), policy(), now=NOW)
    if asked.wanted is BASE:
        assert found is NOTHING
    else:
        assert isinstance(found, Verdict)
        assert ends(found) == (Action.UPDATE, PLANNED, None)


def test_a_conflict_whose_file_went_back_stays_held_as_drift() -> None:
    later = view(BASE, record(), hold=hold(CONFLICT, "conflict"))
    assert ends(verdict(later)) == (Action.UPDATE, HELD, "drift")


def test_a_conflict_whose_file_went_back_follows_the_drift_policy() -> None:
    later = view(BASE, record(), hold=hold(CONFLICT, "conflict"))
    assert verdict(later, policy(on_drift=Way.REMOTE)).way == Way.REMOTE
    assert verdict(later, policy(on_drift=Way.GIT)).way == Way.GIT


def test_a_held_drift_whose_file_was_renamed_stays_held() -> None:
    later = view(renamed(BASE, "docs/b.md"), record(), hold=hold(DRIFT, "drift"))
    assert verdict(later).code == "drift"
    back = view(renamed(BASE, "docs/b.md"), record(), hold=hold(CONFLICT, "conflict"))
    assert ends(verdict(back)) == (Action.UPDATE, HELD, "drift")  # with the text that it had


def test_a_held_page_whose_file_moves_is_looked_at_again() -> None:
    later = view(EDITED, record(), hold=hold(DRIFT, "drift"))
    assert ends(verdict(later)) == (Action.UPDATE, PLANNED, None)


def test_a_page_that_a_person_wants_back_is_planned_as_missing_without_a_look() -> None:
    """It was planned as an update of a page that is there, so that those below it didn't wait."""
    held_ = hold(ABSENT, "remote_removed", Action.CREATE)
    later = view(BASE, record(), hold=held_, decision=decision(ABSENT, Choice.GIT))
    assert ends(verdict(later)) == (Action.CREATE, Outcome.PLANNED, None)


def test_a_page_that_is_not_there_stays_held_when_its_file_goes_back() -> None:
    asked = view(EDITED, record(), GONE)
    later = view(BASE, record(), hold=hold(asked, "remote_removed", Action.CREATE))
    assert ends(verdict(later)) == (Action.CREATE, HELD, "remote_removed")


def test_a_draft_that_was_in_the_way_is_looked_at_when_the_file_goes_back() -> None:
    asked = view(EDITED, record(), page(draft=fingerprint("d")))
    later = view(BASE, record(), hold=hold(asked, "draft"))
    assert ends(verdict(later)) == (Action.UPDATE, PLANNED, None)


def test_a_hold_follows_a_policy_that_is_set_later() -> None:
    drifted = view(BASE, record(), hold=hold(DRIFT, "drift"))
    assert verdict(drifted, policy(on_drift=Way.REMOTE)).way == Way.REMOTE
    both = view(EDITED, record(), hold=hold(CONFLICT, "conflict"))
    assert verdict(both, policy(on_conflict=Way.GIT)).outcome is PLANNED
    away = view(BASE, record(), hold=hold(ABSENT, "remote_removed", Action.CREATE))
    assert ends(verdict(away, policy(on_remote_removal=Way.RECREATE))) == (Action.CREATE, PLANNED, None)


def test_a_hold_keeps_the_targets_half_of_its_basis_while_nobody_looks() -> None:
    stored = hold(CONFLICT, "conflict")
    later = view(EDITED, record(), hold=stored)
    said = replace(CONFLICT, decision=decision(later, Choice.GIT))
    assert verdict(said).way == Way.GIT


def test_a_guard_never_outlives_its_cause() -> None:
    gone = view(None, record())
    assert verdict(replace(gone, hold=hold(gone, "max_removals", Action.ARCHIVE))).outcome is PLANNED


def test_ownership_of_folders_ends_with_the_setting() -> None:
    has = record(ours={FOLDERS: ("f-1",)}, sent={**BASE.sent, **prints(folders=("f-1",))})
    found = verdict(view(BASE, has))
    assert (found.action, found.changed, found.derived) == (Action.UPDATE, fields("folders"), True)


def test_one_conflict_holds_one_page_only() -> None:
    other = wanted("docs/b.md", "new", uid=Uid("u-b"))
    assert verdict(CONFLICT).outcome is HELD
    assert (
        verdict(
            view(
                other,
                record(replace(other, own=prints(title="A", body="old"), sent=prints(title="A", body="old")), "p-b"),
            )
        ).outcome
        is PLANNED
    )
