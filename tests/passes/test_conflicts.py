"""Edits that people make on pages: none is overwritten or lost, whatever the policy, and each can be brought back."""

from collections import Counter

import pytest

from support.mirrors import Mirror, ended, many

LINES = "\n\n".join(f"Paragraph {word}." for word in ("one", "two", "three", "four", "five"))


@pytest.fixture
def edited(mirror: Mirror) -> Mirror:
    """A mirror in which a person changed the fifth paragraph of A."""
    mirror.commit({**many(5), "a.md": f"# A\n\n{LINES}\n"})
    mirror.done()
    mirror.person_edits("A", content=LINES.replace("five", "FIVE, by hand") + "\n")
    return mirror


def text_of(mirror: Mirror, title: str = "A") -> str:
    return mirror.bodies()[title]


# ---------------------------------------------------------------------- drift


def test_a_persons_edit_is_held_as_drift_and_stays(edited: Mirror) -> None:
    report = edited.sync(drift=True)
    assert report.result == "held"
    assert ended(report) == Counter({"update held drift": 1})
    assert "by hand" in text_of(edited)
    before = edited.requests()
    assert edited.sync().result == "held"
    assert edited.requests() == before


def test_what_is_held_has_its_title_in_passes_with_nothing_to_do_too(edited: Mirror) -> None:
    edited.sync(drift=True)
    assert [(told.step.path, told.step.title) for told in edited.sync().steps] == [("a.md", "A")]


def test_a_look_for_edits_alone_lists_what_moved_and_finds_them(edited: Mirror) -> None:
    report = edited.sync(drift=True, vanished=False)
    assert ended(report) == Counter({"update held drift": 1})


def test_where_the_api_can_list_what_moved_a_look_for_edits_alone_costs_one_request(exec_mirror: Mirror) -> None:
    exec_mirror.commit(many(120))
    exec_mirror.done()
    exec_mirror.done(drift=True)
    exec_mirror.box.advance(60.0)
    exec_mirror.box.archive("exec", exec_mirror.pages()["Page 7"]["id"])
    assert exec_mirror.sync(drift=True, vanished=False).requests <= 2
    assert exec_mirror.sync(drift=True).steps[0].code == "remote_removed"


def test_without_a_drift_check_an_edit_on_an_unchanged_file_costs_nothing_and_stays(edited: Mirror) -> None:
    edited.quiet()
    assert "by hand" in text_of(edited)


def test_a_plan_shows_what_a_decision_for_git_takes_from_the_page(edited: Mirror) -> None:
    edited.sync(drift=True)
    edited.resolve("a.md", take="git")
    (diff,) = edited.plan(diff=True).diffs
    assert "-Paragraph FIVE, by hand.\n+Paragraph five." in diff.diff


def test_a_plan_shows_nothing_where_the_pages_text_is_taken(edited: Mirror) -> None:
    edited.sync(drift=True)
    edited.resolve("a.md", take="remote")
    assert [diff.diff for diff in edited.plan(diff=True).diffs] == [""]


def test_a_plan_shows_what_a_kept_text_that_is_put_back_replaces(edited: Mirror) -> None:
    edited.configure({"on_drift": "git"})
    edited.done(drift=True)
    edited.restore("a.md", edited.history("a.md")[0].number)
    (diff,) = edited.plan(diff=True).diffs
    assert "-Paragraph five.\n+Paragraph FIVE, by hand." in diff.diff


def test_on_drift_git_puts_the_files_text_back_and_keeps_the_edit(edited: Mirror) -> None:
    edited.configure({"on_drift": "git"})
    assert ended(edited.done(drift=True)) == Counter({"update done": 1})
    assert text_of(edited) == f"{LINES}\n"
    assert "by hand" in edited.history("a.md")[0].text
    edited.quiet()


def test_on_drift_remote_accepts_the_edit_and_leaves_it_alone(edited: Mirror) -> None:
    edited.configure({"on_drift": "remote"})
    report = edited.done(drift=True)
    assert ended(report) == Counter({"record done": 1})
    assert "by hand" in text_of(edited)
    assert edited.sync().diverged == 1
    assert edited.sync(drift=True).result == "ok"
    assert "by hand" in text_of(edited)


def test_an_edit_that_a_person_took_back_is_no_drift_any_more(edited: Mirror) -> None:
    assert edited.sync(drift=True).result == "held"
    edited.person_edits("A", content=f"{LINES}\n")
    report = edited.sync(drift=True)
    assert (report.result, edited.conflicts()) == ("ok", {})
    edited.quiet()


def test_a_drift_is_found_where_the_edit_fell_into_the_second_of_our_write(exec_mirror: Mirror) -> None:
    """Where the API numbers its versions; elsewhere such an edit is found before the next write."""
    mirror = exec_mirror
    mirror.commit(many(3))
    mirror.done()
    mirror.box.edit(mirror.api, mirror.ids()["Page 1"], content="By hand, at once.\n")
    report = mirror.sync(drift=True)
    assert ended(report) == Counter({"update held drift": 1})
    assert mirror.bodies()["Page 1"] == "By hand, at once.\n"


def test_an_own_change_never_overwrites_an_edit_of_the_same_second(mirror: Mirror) -> None:
    mirror.commit(many(3))
    mirror.done()
    mirror.box.edit(mirror.api, mirror.ids()["Page 1"], content="By hand, at once.\n")
    mirror.commit({"p001.md": "# Page 1\n\nFrom Git.\n"})
    assert ended(mirror.sync()) == Counter({"update held conflict": 1})
    assert mirror.bodies()["Page 1"] == "By hand, at once.\n"


@pytest.mark.parametrize("take", ["git", "remote"])
def test_a_decided_drift_is_carried_out_by_the_next_pass(edited: Mirror, take: str) -> None:
    edited.sync(drift=True)
    edited.resolve("a.md", take)
    edited.done()
    assert ("by hand" in text_of(edited)) == (take == "remote")
    if take == "git":
        assert "by hand" in edited.history("a.md")[0].text
        edited.quiet()
    assert edited.conflicts() == {}


# ------------------------------------------------------------------- conflict


@pytest.fixture
def clashing(edited: Mirror) -> Mirror:
    """The same, and the file's first paragraph changed too."""
    edited.commit({"a.md": f"# A\n\n{LINES.replace('one', 'ONE, in Git')}\n"})
    return edited


def test_both_sides_changed_is_held_and_the_others_go_on(clashing: Mirror) -> None:
    clashing.commit({"p000.md": "# Page 0\n\nOther.\n", "new.md": "# New\n\nText.\n"})
    report = clashing.sync()
    assert report.result == "held"
    assert ended(report) == Counter({"update held conflict": 1, "update done": 1, "create done": 1})
    assert "by hand" in text_of(clashing)
    hold = clashing.conflicts()["a.md"]
    assert hold.code == "conflict"
    assert hold.base is not None
    assert hold.git is not None
    assert hold.remote is not None
    assert "one." in hold.base
    assert "in Git" in hold.git
    assert "by hand" in hold.remote
    before = clashing.requests()
    assert clashing.sync().result == "held"
    assert clashing.requests() == before


def test_a_held_page_with_another_commit_elsewhere_stays_held_and_untouched(clashing: Mirror) -> None:
    clashing.sync()
    clashing.commit({"p000.md": "# Page 0\n\nOther.\n"})
    assert ended(clashing.sync()) == Counter({"update done": 1, "update held conflict": 1})
    assert "by hand" in text_of(clashing)


def test_on_conflict_git_writes_the_file_and_keeps_the_edit_in_history(clashing: Mirror) -> None:
    clashing.configure({"on_conflict": "git"})
    assert ended(clashing.done()) == Counter({"update done": 1})
    assert "in Git" in text_of(clashing)
    assert "by hand" not in text_of(clashing)
    assert "by hand" in clashing.history("a.md")[0].text
    clashing.quiet()


def test_on_conflict_remote_keeps_the_page_and_notes_that_it_diverged(clashing: Mirror) -> None:
    clashing.configure({"on_conflict": "remote"})
    clashing.done()
    assert "by hand" in text_of(clashing)
    assert clashing.done().diverged == 1
    assert "by hand" in text_of(clashing)


def test_on_conflict_merge_puts_both_changes_on_the_page(clashing: Mirror) -> None:
    clashing.configure({"on_conflict": "merge"})
    clashing.done()
    text = text_of(clashing)
    assert "in Git" in text
    assert "by hand" in text
    report = clashing.done()
    assert (report.requests, report.diverged) == (0, 1)


def test_overlapping_edits_are_held_and_no_conflict_markers_leave(edited: Mirror) -> None:
    edited.configure({"on_conflict": "merge"})
    edited.commit({"a.md": f"# A\n\n{LINES.replace('five', 'FIVE, in Git')}\n"})
    report = edited.sync()
    assert ended(report) == Counter({"update held conflict": 1})
    assert "by hand" in text_of(edited)
    assert all("<<<<" not in page["content"] and ">>>>" not in page["content"] for page in edited.pages().values())


def test_both_sides_changed_to_the_same_is_only_recorded(edited: Mirror) -> None:
    edited.commit({"a.md": f"# A\n\n{LINES.replace('five', 'FIVE, by hand')}\n"})
    report = edited.done()
    assert ended(report) == Counter({"record done": 1})
    edited.quiet()
    assert edited.sync(drift=True).result == "ok"


@pytest.mark.parametrize(
    ("take", "git", "hand"), [("git", True, False), ("remote", False, True), ("merge", True, True)]
)
def test_a_decided_conflict_is_carried_out_by_the_next_pass(
    clashing: Mirror, take: str, *, git: bool, hand: bool
) -> None:
    clashing.sync()
    clashing.resolve("a.md", take)
    clashing.done()
    text = text_of(clashing)
    assert ("in Git" in text, "by hand" in text) == (git, hand)
    assert clashing.conflicts() == {}
    if take == "git":
        assert "by hand" in clashing.history("a.md")[0].text
    report = clashing.done()
    assert report.requests == 0


def test_a_decision_is_void_when_the_page_moves_before_it_is_carried_out(clashing: Mirror) -> None:
    clashing.sync()
    clashing.resolve("a.md", "git")
    clashing.person_edits("A", content="Everything anew.\n")
    assert clashing.sync().result == "held"
    assert text_of(clashing) == "Everything anew.\n"


def test_a_decision_is_void_when_the_file_moves_before_it_is_carried_out(clashing: Mirror) -> None:
    clashing.sync()
    clashing.resolve("a.md", "git")
    clashing.commit({"a.md": "# A\n\nQuite another text.\n"})
    assert clashing.sync().result == "held"
    assert "by hand" in text_of(clashing)


def test_a_merge_that_was_asked_for_and_overlaps_is_held_again(edited: Mirror) -> None:
    edited.commit({"a.md": f"# A\n\n{LINES.replace('five', 'FIVE, in Git')}\n"})
    edited.sync()
    edited.resolve("a.md", "merge")
    assert edited.sync().result == "held"
    assert "by hand" in text_of(edited)
    edited.resolve("a.md", "git")
    edited.done()
    assert "in Git" in text_of(edited)


def test_a_renamed_and_edited_file_finds_the_base_of_its_page_and_overwrites_no_edit(edited: Mirror) -> None:
    edited.rename("a.md", "z/b.md")
    edited.commit({"z/b.md": f"# A\n\n{LINES.replace('one', 'ONE, in Git')}\n"})
    assert ended(edited.sync()) == Counter({"update held conflict": 1})
    assert "by hand" in text_of(edited)
    edited.resolve("z/b.md", "merge")
    edited.done()
    assert {"in Git", "by hand"} <= {word for word in ("in Git", "by hand") if word in text_of(edited)}


def test_a_renamed_file_alone_leaves_an_edit_where_it_is(edited: Mirror) -> None:
    edited.rename("a.md", "b.md")
    edited.commit()
    assert ended(edited.done()) == Counter({"move done": 1})
    assert "by hand" in text_of(edited)


def test_a_title_that_both_sides_changed_is_a_conflict(mirror: Mirror) -> None:
    mirror.commit(many(2))
    mirror.done()
    mirror.person_edits("Page 1", title="By hand")
    mirror.commit({"p001.md": "# In Git\n\nText 1.\n"})
    assert ended(mirror.sync()) == Counter({"update held conflict": 1})
    assert mirror.titles() == ["By hand", "Page 0"]


def test_a_title_by_hand_and_a_text_from_git_merge(mirror: Mirror) -> None:
    mirror.configure({"on_conflict": "merge"})
    mirror.commit(many(2))
    mirror.done()
    mirror.person_edits("Page 1", title="By hand")
    mirror.commit({"p001.md": "# Page 1\n\nOther text.\n"})
    mirror.done()
    assert mirror.bodies()["By hand"] == "Other text.\n"


# ------------------------------------------------------------------- diverged


def test_a_diverged_page_whose_file_moves_on_is_a_conflict_again(edited: Mirror) -> None:
    edited.configure({"on_drift": "remote"})
    edited.done(drift=True)
    edited.commit({"a.md": f"# A\n\n{LINES.replace('one', 'ONE, in Git')}\n"})
    assert ended(edited.sync()) == Counter({"update held conflict": 1})
    assert "by hand" in text_of(edited)
    edited.resolve("a.md", "merge")
    edited.done()
    assert "in Git" in text_of(edited)
    assert "by hand" in text_of(edited)


def test_a_derived_change_waits_while_the_page_is_diverged(mirror: Mirror) -> None:
    mirror.configure({"on_drift": "remote"})
    mirror.commit({**many(8), "a.md": "# A\n\n[new](new.md)\n"})
    mirror.done()
    mirror.person_edits("A", content="By hand.\n")
    mirror.done(drift=True)
    mirror.commit({"new.md": "# New\n\nText.\n"})
    mirror.done()
    assert text_of(mirror) == "By hand.\n"


def test_a_derived_change_on_an_edited_page_waits_with_the_drift(mirror: Mirror) -> None:
    mirror.commit({**many(8), "a.md": "# A\n\n[new](new.md)\n"})
    mirror.done()
    mirror.person_edits("A", content="By hand.\n")
    mirror.commit({"new.md": "# New\n\nText.\n"})
    assert ended(mirror.sync()) == Counter({"create done": 1, "update held drift": 1})
    assert text_of(mirror) == "By hand.\n"


# ----------------------------------------------------------------- kept texts


def test_a_kept_text_can_be_put_back_and_its_page_is_diverged_then(clashing: Mirror) -> None:
    clashing.configure({"on_conflict": "git"})
    clashing.done()
    (row, *_) = clashing.history("a.md")
    clashing.restore("a.md", row.number)
    clashing.done()
    assert "by hand" in text_of(clashing)
    report = clashing.done()
    assert (report.requests, report.diverged) == (0, 1)


@pytest.mark.parametrize("code", ["drift", "conflict"])
def test_a_kept_text_goes_on_a_page_whose_edit_is_held_and_the_edit_is_kept(edited: Mirror, code: str) -> None:
    edited.configure({"on_drift": "git"})
    edited.done(drift=True)
    edited.configure({"on_drift": "hold"})
    edited.person_edits("A", content="Another edit.\n")
    if code == "conflict":
        edited.commit({"a.md": f"# A\n\n{LINES}\n\nFrom Git.\n"})
    assert ended(edited.sync(drift=True)) == Counter({f"update held {code}": 1})
    (row,) = edited.history("a.md")
    edited.restore("a.md", row.number)
    assert ended(edited.done()) == Counter({"update done": 1})
    assert "by hand" in text_of(edited)
    assert edited.history("a.md")[0].text == "Another edit.\n"
    edited.quiet()


def test_each_overwritten_edit_is_kept_on_its_own(mirror: Mirror) -> None:
    mirror.configure({"on_conflict": "git"})
    mirror.commit(many(2))
    mirror.done()
    for turn in range(3):
        mirror.person_edits("Page 1", content=f"By hand {turn}.\n")
        mirror.commit({"p001.md": f"# Page 1\n\nFrom Git {turn}.\n"})
        mirror.done()
    assert [row.text for row in mirror.history("p001.md")] == [f"By hand {turn}.\n" for turn in (2, 1, 0)]


# ----------------------------------------------------- removals on either side


def test_a_file_removed_while_its_page_was_edited_is_held_and_nothing_is_removed(edited: Mirror) -> None:
    edited.remove("a.md")
    edited.commit()
    report = edited.sync()
    assert ended(report) == Counter({"archive held removed_and_edited": 1})
    assert "by hand" in text_of(edited)


def test_gone_and_edited_with_git_removes_and_keeps_the_text(edited: Mirror) -> None:
    edited.remove("a.md")
    edited.commit()
    edited.sync()
    edited.resolve("a.md", "git")
    edited.done()
    assert "A" not in edited.titles()
    assert "by hand" in edited.history("a.md")[0].text
    edited.quiet()


def test_gone_and_edited_with_remote_leaves_the_page_to_people(edited: Mirror) -> None:
    edited.remove("a.md")
    edited.commit()
    edited.sync()
    edited.resolve("a.md", "remote")
    edited.done()
    assert "by hand" in text_of(edited)
    edited.quiet()
    edited.person_edits("A", content="Mine now.\n")
    edited.done(drift=True)
    assert text_of(edited) == "Mine now.\n"


def test_a_page_removed_by_a_person_is_held(mirror: Mirror) -> None:
    mirror.commit(many(6))
    mirror.done()
    mirror.person_removes("Page 1")
    report = mirror.sync(drift=True)
    assert report.result == "held"
    assert {step.code for step in report.steps} == {"remote_removed"}
    assert len(mirror.titles()) == 5
    before = mirror.requests()
    assert mirror.sync().result == "held"
    assert mirror.requests() == before


def test_on_remote_removal_recreate_makes_the_page_anew(mirror: Mirror) -> None:
    mirror.configure({"on_remote_removal": "recreate"})
    mirror.commit({**many(6), "a.md": "# A\n\n[one](p001.md)\n"})
    mirror.done()
    mirror.person_removes("Page 1")
    mirror.done(drift=True)
    assert len(mirror.titles()) == 7
    assert mirror.bodies()["Page 1"] == "Text 1.\n"
    assert mirror.bodies()["A"] == f"[one]({mirror.url('Page 1')})\n"
    mirror.quiet()


def test_on_remote_removal_accept_leaves_it_removed(mirror: Mirror) -> None:
    mirror.configure({"on_remote_removal": "accept"})
    mirror.commit(many(6))
    mirror.done()
    mirror.person_removes("Page 1")
    mirror.done(drift=True)
    mirror.quiet()
    mirror.commit({"p001.md": "# Page 1\n\nOther.\n"})
    mirror.done()
    assert len(mirror.titles()) == 5
    mirror.quiet()


@pytest.mark.parametrize(("take", "left"), [("git", 6), ("remote", 5)])
def test_a_decided_remote_removal_is_carried_out(mirror: Mirror, take: str, left: int) -> None:
    mirror.commit(many(6))
    mirror.done()
    mirror.person_removes("Page 1")
    mirror.sync(drift=True)
    mirror.resolve("p001.md", take)
    mirror.done()
    assert len(mirror.titles()) == left
    mirror.quiet()


def test_an_edit_of_a_file_whose_page_was_removed_is_held(mirror: Mirror) -> None:
    mirror.commit(many(6))
    mirror.done()
    mirror.person_removes("Page 1")
    mirror.commit({"p001.md": "# Page 1\n\nOther.\n"})
    report = mirror.sync()
    assert {step.code for step in report.steps} == {"remote_removed"}
    assert len(mirror.titles()) == 5


def test_a_file_and_its_page_removed_on_both_sides_is_only_recorded(mirror: Mirror) -> None:
    mirror.commit(many(6))
    mirror.done()
    mirror.person_removes("Page 1")
    mirror.remove("p001.md")
    mirror.commit()
    assert ended(mirror.done()) == Counter({"record done": 1})
    mirror.quiet()


def test_a_page_that_the_token_can_not_see_is_a_failure_and_never_a_removal(pharen_mirror: Mirror) -> None:
    mirror = pharen_mirror
    mirror.box.switches("pharen", hidden_page="403")
    mirror.commit(many(6))
    mirror.done()
    page = mirror.ids()["Page 1"]
    mirror.box.edit("pharen", page, hidden=True)
    mirror.commit({"p001.md": "# Page 1\n\nOther.\n"})
    report = mirror.sync()
    assert ended(report) == Counter({"update failed hidden": 1})
    mirror.box.edit("pharen", page, hidden=False)
    mirror.done()
    assert mirror.bodies()["Page 1"] == "Other.\n"
    assert len(mirror.box.pages("pharen")) == 6
    mirror.quiet()


def test_a_tombstone_that_a_person_edited_is_left_alone_and_lifted_with_the_text_kept(pharen_mirror: Mirror) -> None:
    mirror = pharen_mirror
    mirror.commit(many(6))
    mirror.done()
    page = mirror.ids()["Page 1"]
    mirror.remove("p001.md")
    mirror.commit()
    mirror.done()
    buried = mirror.box.page("pharen", page)["content"]
    mirror.box.advance(5)
    mirror.box.edit("pharen", page, content=buried + "\nA last word.\n")
    mirror.quiet()
    mirror.commit({"p001.md": "# Page 1\n\nBack.\n"})
    report = mirror.sync()
    there = mirror.box.page("pharen", page)["content"]
    assert report.result == "held" or any("A last word." in row.text for row in mirror.history("p001.md"))
    assert "A last word." in there or report.result == "ok"


# ---------------------------------------------------------------------- drafts


def test_a_persons_draft_is_never_published_over(exec_mirror: Mirror) -> None:
    mirror = exec_mirror
    mirror.commit(many(3))
    mirror.done()
    mirror.person_edits("Page 1", content="Not finished yet.\n", publish=False)
    mirror.commit({"p001.md": "# Page 1\n\nFrom Git.\n"})
    report = mirror.sync()
    assert ended(report) == Counter({"update held draft": 1})
    page = mirror.pages()["Page 1"]
    assert (page["content"], page["draft_content"]) == ("Text 1.\n", "Not finished yet.\n")
    before = mirror.requests()
    assert mirror.sync().result == "held"
    assert mirror.requests() == before


def test_a_draft_that_git_was_taken_over_is_kept(exec_mirror: Mirror) -> None:
    mirror = exec_mirror
    mirror.commit(many(3))
    mirror.done()
    mirror.person_edits("Page 1", content="Not finished yet.\n", publish=False)
    mirror.commit({"p001.md": "# Page 1\n\nFrom Git.\n"})
    mirror.sync()
    mirror.resolve("p001.md", "git")
    mirror.done()
    assert mirror.bodies()["Page 1"] == "From Git.\n"
    assert "Not finished yet.\n" in [row.text for row in mirror.history("p001.md")]
    mirror.quiet()


def test_a_draft_on_a_page_whose_file_is_unchanged_is_no_drift(exec_mirror: Mirror) -> None:
    mirror = exec_mirror
    mirror.commit(many(3))
    mirror.done()
    mirror.person_edits("Page 1", content="Not finished yet.\n", publish=False)
    mirror.done(drift=True)
    assert mirror.pages()["Page 1"]["draft_content"] == "Not finished yet.\n"


def test_a_file_removed_while_a_draft_waits_is_held(exec_mirror: Mirror) -> None:
    mirror = exec_mirror
    mirror.commit(many(6))
    mirror.done()
    mirror.person_edits("Page 1", content="Not finished yet.\n", publish=False)
    mirror.remove("p001.md")
    mirror.commit()
    assert ended(mirror.sync()) == Counter({"archive held removed_and_edited": 1})
    assert len(mirror.titles()) == 6


# ---------------------------------------------------------- foreign, ambiguous


def test_a_strangers_page_of_the_same_title_is_neither_overwritten_nor_moved(mirror: Mirror) -> None:
    made = mirror.box.create(mirror.api, "Page 1", "A stranger's.\n")
    mirror.commit(many(3))
    report = mirror.sync()
    assert ended(report) == Counter({"create done": 2, "adopt held foreign": 1})
    assert mirror.box.page(mirror.api, made["id"]) == made
    before = mirror.requests()
    again = mirror.sync()
    assert again.result == "held"
    assert [(told.step.path, told.step.title) for told in again.steps] == [("p001.md", "Page 1")]
    assert mirror.requests() == before


def test_a_foreign_page_that_a_person_names_gets_the_files_text(mirror: Mirror) -> None:
    made = mirror.box.create(mirror.api, "Page 1", "A stranger's.\n")
    mirror.commit(many(3))
    mirror.sync()
    mirror.resolve("p001.md", page=made["id"])
    mirror.done()
    assert mirror.ids()["Page 1"] == made["id"]
    assert mirror.bodies()["Page 1"] == "Text 1.\n"
    assert [row.text for row in mirror.history("p001.md")] == ["A stranger's.\n"]
    mirror.quiet()


def test_a_foreign_title_that_a_person_calls_new_gets_a_page_of_its_own(mirror: Mirror) -> None:
    made = mirror.box.create(mirror.api, "Page 1", "A stranger's.\n")
    mirror.commit(many(3))
    mirror.sync()
    mirror.resolve("p001.md", new=True)
    mirror.done()
    assert sorted(mirror.titles()) == ["Page 0", "Page 1", "Page 1", "Page 2"]
    assert mirror.box.page(mirror.api, made["id"])["content"] == "A stranger's.\n"
    mirror.quiet()


def test_a_decision_that_does_not_fit_its_hold_is_refused(clashing: Mirror) -> None:
    from pagemirror.model.errors import UsageError  # noqa: PLC0415 - only here

    clashing.sync()
    with pytest.raises(UsageError, match="doesn't fit"):
        clashing.resolve("a.md", new=True)
    with pytest.raises(UsageError, match="Nothing is held"):
        clashing.resolve("p000.md", "git")


@pytest.fixture
def twice(mirror: Mirror) -> Mirror:
    """A mirror in which a file with an edited page went, another came to its path, and people edited its page too."""
    mirror.commit({**many(5), "a.md": "---\nid: first\n---\n# A\n\nThe first text.\n"})
    mirror.done()
    mirror.person_edits("A", content="By hand, on the first.\n")
    mirror.commit({"a.md": "---\nid: second\n---\n# B\n\nThe second.\n"})
    mirror.sync(drift=True)
    mirror.person_edits("B", content="By hand, on the second.\n")
    assert ended(mirror.sync(drift=True)) == Counter({"update held drift": 1, "archive held removed_and_edited": 1})
    return mirror


def test_a_word_that_fits_two_under_one_path_has_to_say_which(twice: Mirror) -> None:
    from pagemirror.model.errors import UsageError  # noqa: PLC0415 - only here

    with pytest.raises(UsageError, match=r"the file that is there \(drift\).*gone from there \(removed_and_edited\)"):
        twice.resolve("a.md", "git")
    assert twice.resolve("a.md", "merge").code == "drift"  # this word fits one alone
    with pytest.raises(UsageError, match="doesn't fit"):
        twice.resolve("a.md", "merge", gone=True)
    assert twice.resolve("a.md", "remote", gone=True).code == "removed_and_edited"
    assert twice.resolve("a.md", "git", gone=False).code == "drift"
    twice.done()
    assert twice.bodies() | {"A": "By hand, on the first.\n", "B": "The second.\n"} == twice.bodies()
    twice.quiet()


def test_of_two_files_that_went_from_one_path_the_page_tells_which_is_meant(twice: Mirror) -> None:
    """The word went to the one that waited longer, whichever the person had before their eyes."""
    from pagemirror.model.errors import UsageError  # noqa: PLC0415 - only here

    first, second = (twice.pages()[title]["id"] for title in "AB")
    twice.commit({"a.md": "---\nid: third\n---\n# C\n\nThe third.\n"})
    assert ended(twice.sync(drift=True))["archive held removed_and_edited"] == 2
    with pytest.raises(UsageError, match=f"Several pages wait under a.md: .*{first} .*{second} "):
        twice.resolve("a.md", "git", gone=True)
    with pytest.raises(UsageError, match=r"Nothing is held for a\.md and page other in mirror"):
        twice.resolve("a.md", "git", of="other")
    assert twice.resolve("a.md", "git", of=second).page_id == second
    assert twice.resolve("a.md", "git", gone=True, of=first).page_id == first
    assert twice.resolve("a.md", "remote", of=first).page_id == first  # another word takes its place
    twice.done()
    assert twice.bodies()["A"] == "By hand, on the first.\n"
    assert "B" not in twice.bodies()
    twice.quiet()


def test_a_word_about_a_file_that_is_gone_is_refused_where_none_is(clashing: Mirror) -> None:
    from pagemirror.model.errors import UsageError  # noqa: PLC0415 - only here

    clashing.sync()
    with pytest.raises(UsageError, match=r"Nothing is held for a\.md as a file that is gone from there"):
        clashing.resolve("a.md", "git", gone=True)
    assert clashing.resolve("a.md", "git", gone=False).code == "conflict"
