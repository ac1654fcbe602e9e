"""What an adversary found: each test is a mirror that once ended elsewhere than Git said, or lost something."""

import gc
from itertools import count

import pytest

from pagemirror.executor.ports import Done
from pagemirror.executor.steps import Stepper
from pagemirror.model.errors import StateError
from pagemirror.model.plans import Step
from pagemirror.planner.views import View
from support.mirrors import Mirror, many


def test_a_file_whose_named_page_is_not_there_fails_until_it_names_another(mirror: Mirror) -> None:
    mirror.commit({"a.md": "# A\n\nText.\n", "b.md": "---\npage_id: nothere\n---\n# B\n\nText.\n"})
    first = mirror.sync()
    assert mirror.last_step(first, "b.md").code == "remote_removed"
    before = mirror.requests()
    again = mirror.sync()
    assert (again.result, mirror.requests() - before) == ("failed", 0)
    assert mirror.last_step(again, "b.md").code == "remote_removed"
    assert mirror.last_step(mirror.sync(drift=True), "b.md").code == "remote_removed"
    made = mirror.box.create(mirror.api, "A page by hand", "By hand.\n")
    mirror.commit({"b.md": f"---\npage_id: {made['id']}\n---\n# B\n\nText.\n"})
    mirror.done()
    assert mirror.ids()["B"] == made["id"]
    mirror.quiet()


def test_a_file_that_no_longer_names_a_page_that_is_not_there_gets_one(mirror: Mirror) -> None:
    mirror.commit({"b.md": "---\npage_id: nothere\n---\n# B\n\nText.\n"})
    assert mirror.sync().result == "failed"
    mirror.commit({"b.md": "# B\n\nText.\n"})
    mirror.done()
    assert mirror.titles() == ["B"]
    mirror.quiet()


def lost_and_edited(mirror: Mirror, *, known: bool = True, **edit: str) -> str:
    """A create without an answer whose page a person changes before the next pass; gives the page's id.

    `known`: the mirror has looked at its whole target before.
    """
    if known:
        mirror.commit({"z.md": "# Z\n\nAnother page.\n"})
        mirror.done()
    mirror.commit({"a.md": "# A\n\nText.\n"})
    mirror.box.faults(
        {"fault": "lost_answer", "method": "POST", "nth": 1}, {"fault": "status", "status": 401, "method": "GET"}
    )
    mirror.sync(assume_empty=True)
    mirror.box.faults()
    page = mirror.ids()["A"]
    mirror.box.advance(5)
    mirror.box.edit(mirror.api, page, **edit)
    return page


@pytest.mark.parametrize("known", [True, False])
def test_a_create_in_doubt_whose_page_was_edited_waits_also_when_its_file_moves_on(
    mirror: Mirror, *, known: bool
) -> None:
    page = lost_and_edited(mirror, known=known, content="By hand.\n")
    assert mirror.last_step(mirror.sync(), "a.md").code in {"in_doubt", "foreign"}
    assert mirror.sync().result == "held"
    mirror.commit({"a.md": "# A\n\nText, edited.\n"})
    assert mirror.sync().result == "held"
    mirror.commit({"a.md": "# Another title\n\nText, edited.\n"})
    assert mirror.sync().result == "held"
    mirror.remove(*({"z.md"} if known else ()))
    mirror.commit()
    assert mirror.sync().result == "held"
    assert mirror.bodies() == {"A": "By hand.\n"}
    mirror.resolve("a.md", page=page)
    mirror.done()
    assert mirror.bodies() == {"Another title": "Text, edited.\n"}
    assert mirror.ids() == {"Another title": page}
    assert "By hand.\n" in [row.text for row in mirror.history("a.md")]
    mirror.quiet()


@pytest.mark.parametrize("edited", [False, True])
def test_a_create_in_doubt_that_a_person_calls_new_gets_a_page_of_its_own(mirror: Mirror, *, edited: bool) -> None:
    lost_and_edited(mirror, content="By hand.\n")
    mirror.sync()
    if edited:
        mirror.commit({"a.md": "# A\n\nText, edited.\n"})
        mirror.sync()
    mirror.resolve("a.md", new=True)
    mirror.done()
    assert mirror.titles() == ["A", "A", "Z"]
    mirror.quiet()


def test_a_create_in_doubt_whose_file_moved_on_before_anybody_looked_leaves_no_orphan(mirror: Mirror) -> None:
    lost_and_edited(mirror, content="By hand.\n")
    mirror.commit({"a.md": "# Another title\n\nText, edited.\n"})
    assert mirror.sync().result == "held"
    assert mirror.bodies() == {"A": "By hand.\n", "Z": "Another page.\n"}


def test_a_create_in_doubt_whose_page_a_person_retitled_is_found_by_its_text(mirror: Mirror) -> None:
    page = lost_and_edited(mirror, title="A by hand")
    stranger = mirror.box.create(mirror.api, "Somebody's", "Another text.\n")
    assert mirror.last_step(mirror.sync(), "a.md").code == "drift"
    assert mirror.last_step(mirror.sync(drift=True), "a.md").code == "drift"
    assert mirror.ids() == {"A by hand": page, "Z": mirror.ids()["Z"], "Somebody's": stranger["id"]}
    mirror.resolve("a.md", "git")
    mirror.done()
    assert mirror.ids()["A"] == page
    mirror.quiet()


def test_a_hold_follows_its_file_to_another_path(mirror: Mirror) -> None:
    page = lost_and_edited(mirror, content="By hand.\n")
    mirror.sync()
    mirror.rename("a.md", "b.md")
    mirror.commit({"a.md": "# Other\n\nAnother document.\n"})
    mirror.sync()
    assert set(mirror.conflicts()) == {"b.md"}
    mirror.resolve("b.md", page=page)
    mirror.done()
    assert mirror.bodies() == {"A": "Text.\n", "Other": "Another document.\n", "Z": "Another page.\n"}


def test_two_titles_by_hand_over_one_text_are_both_kept(mirror: Mirror) -> None:
    mirror.configure({"on_drift": "git"})
    mirror.commit({"a.md": "# A\n\nText.\n"})
    mirror.done()
    for title in ("First by hand", "Second by hand"):
        mirror.person_edits("A", title=title)
        mirror.done(drift=True)
    assert mirror.titles() == ["A"]
    assert [row.title for row in mirror.history("a.md")] == ["Second by hand", "First by hand"]


def test_git_wins_over_all_of_a_diverged_page_that_is_edited_again(mirror: Mirror) -> None:
    mirror.configure({"on_drift": "git"})
    mirror.commit({"a.md": "# A\n\nText.\n"})
    mirror.done()
    mirror.person_edits("A", content="By hand.\n")
    mirror.done(drift=True)
    (kept,) = mirror.history("a.md")
    mirror.restore("a.md", kept.number)
    mirror.done()
    assert mirror.bodies() == {"A": "By hand.\n"}
    mirror.person_edits("A", title="A title by hand")
    mirror.done(drift=True)
    assert mirror.bodies() == {"A": "Text.\n"}
    assert "A title by hand" in {row.title for row in mirror.history("a.md")}
    mirror.quiet()


def test_a_create_that_waited_for_its_turn_settles_from_when_it_was_really_sent(mirror: Mirror) -> None:
    mirror.commit({"z.md": "# Z\n\nAnother page.\n"})
    mirror.configure(target={"settle": "1s"})
    mirror.done()
    mirror.box.switches(mirror.api, list_lag=0.8)
    mirror.box.faults(
        {"fault": "rate_limited", "method": "POST", "nth": 1, "retry_after": 1.5},
        {"fault": "lost_answer", "method": "POST", "nth": 2},
    )
    mirror.commit({"a.md": "# A\n\nText.\n"})
    mirror.done()
    mirror.box.faults()
    mirror.box.switches(mirror.api, list_lag=0.0)
    assert mirror.titles() == ["A", "Z"]


def test_a_create_that_was_sent_again_is_one_step_and_no_longer_unknown(mirror: Mirror) -> None:
    mirror.commit({"z.md": "# Z\n\nAnother page.\n"})
    mirror.done()
    mirror.box.faults({"fault": "status", "status": 500, "method": "POST", "nth": 1})
    mirror.commit({"a.md": "# A\n\nText.\n"})
    report = mirror.done()
    assert [(step.step.path, step.outcome) for step in report.steps] == [("a.md", "done")]
    assert mirror.titles() == ["A", "Z"]


def test_a_clock_that_was_put_back_does_not_make_a_create_in_doubt_wait_for_it(mirror: Mirror) -> None:
    mirror.commit({"z.md": "# Z\n\nAnother page.\n"})
    mirror.done()
    mirror.clock.ahead = 86_400
    mirror.commit({"a.md": "# A\n\nText.\n"})
    mirror.box.faults(
        {"fault": "status", "status": 500, "method": "POST", "nth": 1}, {"fault": "status", "status": 401, "nth": 2}
    )
    mirror.sync()
    mirror.box.faults()
    mirror.clock.ahead = 0.0
    mirror.done()
    assert mirror.titles() == ["A", "Z"]
    mirror.quiet()


def test_a_state_that_breaks_under_several_steps_is_told_once(
    exec_mirror: Mirror, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    exec_mirror.commit(many(6))
    honest, calls = Stepper.run, count()

    async def breaking(self: Stepper, step: Step, view: View) -> Done:
        if next(calls) == 0:
            return await honest(self, step, view)
        raise StateError("the disk is full", code="state_full")

    monkeypatch.setattr(Stepper, "run", breaking)
    report = exec_mirror.sync()
    gc.collect()
    assert report.error is not None
    assert report.error["code"] == "state_full"
    assert "never retrieved" not in caplog.text


def renamed(mirror: Mirror, *, was: str) -> Mirror:
    """The same mirror under another name."""
    text = mirror.config.read_text().replace("[mirrors.handbook", "[mirrors.guide")
    said = f'[mirrors.guide]\nwas = "{was}"\n\n' if was else ""
    mirror.config.write_text(said + text)
    return mirror


def test_a_mirror_that_was_renamed_without_a_word_is_refused_before_it_makes_each_page_twice(mirror: Mirror) -> None:
    mirror.commit(many(3))
    mirror.done()
    before = mirror.requests()
    report = renamed(mirror, was="").sync()
    assert report.error is not None
    assert (report.error["code"], report.error["exit"]) == ("renamed", "2")
    assert 'was = "handbook"' in report.error["hint"]
    assert mirror.requests() == before


def test_a_mirror_that_says_its_former_name_goes_on_as_it_was(mirror: Mirror) -> None:
    mirror.commit(many(3))
    mirror.done()
    before = mirror.requests()
    report = renamed(mirror, was="handbook").sync()
    assert (report.result, report.unchanged, mirror.requests() - before) == ("ok", 3, 0)


def test_a_link_to_the_page_itself_stays_on_it(mirror: Mirror) -> None:
    mirror.commit({"a.md": "# A\n\n[here](a.md) and [there](a.md#part)\n\n## Part\n\nText.\n"})
    mirror.done()
    assert "[here](#) and [there](#part)" in mirror.bodies()["A"]
    mirror.quiet()
