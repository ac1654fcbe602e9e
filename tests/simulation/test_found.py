"""What simulated histories found, each as the shortest history that shows it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from pagemirror.backends import interface
from pagemirror.model.errors import BackendError, NotApplied, UnknownOutcome, UsageError
from pagemirror.model.fields import BODY, PARENT, Fields
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Page, Removal
from pagemirror.model.records import Choice, Open, Standing
from pagemirror.model.reports.runs import RunOptions
from pagemirror.passes.deciding import conflicts, resolve
from pagemirror.planner.policy import Way
from pagemirror.state.interface import DropHold, PutRecord
from support.simulation.docs import Written
from support.simulation.oracle import judge
from support.simulation.process import Seams
from support.simulation.repository import ROOT
from support.simulation.world import CAPABILITY_SETS, NAME, World, the_setup

ONE, TWO, THREE = (tuple(f"Line {line} of {name}." for line in range(4)) for name in ("one", "two", "three"))
WITHOUT_TRASH = ("exec", "pharen", "ravendocs")
"""Where a person can write on a page that was removed, and where one that is gone is made anew."""

A, B, C = Written("A", ONE), Written("B", TWO), Written("C", THREE)


def a_world(name: str, files: dict[str, Written], **policy: Any) -> World:
    """A world in which these files are mirrored."""
    world = World(name, 0, plain=True)
    world.setup = the_setup(name, world.server, **policy)
    commit(world, files)
    world.settle()
    return world


def commit(world: World, files: dict[str, Written]) -> None:
    world.docs.files = dict(files)
    world.docs.commit()


def take_away(world: World, title: str) -> None:
    """A person removes the page with this title."""
    (page,) = (view for view in world.server.api.views() if view.title == title)
    world.clock.advance(5)
    world.people.take_away(page)
    world.people.touched.add(page.id)


def rest(world: World) -> World:
    """Let it come to rest; everything must be in order then."""
    world.settle()
    judge(world)
    assert not world.failures, "\n".join(world.trace)
    return world


def codes(world: World) -> list[tuple[str, str]]:
    """What waits for a person: path and code."""
    return [(report.path, report.code) for report in conflicts(world.setup, world.store, ROOT, ())]


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_the_record_of_a_page_that_was_let_go_follows_its_file(name: str) -> None:
    """With its old path it was no file's record, and the file counted as new."""
    world = a_world(name, {"a.md": A, "b.md": B, "c.md": C}, on_remote_removal=Way.ACCEPT)
    take_away(world, "B")
    commit(world, {"a.md": A, "moved.md": B, "c.md": C})
    rest(world)
    commit(world, {"a.md": A, "moved-again.md": B, "c.md": C})
    rest(world)
    (left,) = (record for record in world.store.records(NAME) if record.title == "B")
    assert (left.path, left.standing) == ("docs/moved-again.md", Standing.LEFT)


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_a_file_that_is_no_longer_ambiguous_is_no_longer_held(name: str) -> None:
    world = a_world(name, {"a.md": A, "b.md": A, "c.md": C})
    commit(world, {"x.md": A, "y.md": A, "z.md": A, "c.md": C})
    world.sync(RunOptions())
    held = codes(world)
    commit(world, {"a.md": A, "b.md": A, "c.md": C})
    rest(world)
    assert {code for _, code in held} <= {"ambiguous"}
    assert codes(world) == []


def test_a_new_page_waits_while_the_page_above_it_is_missing_and_a_person_is_asked() -> None:
    """It was sent below a page that isn't there, refused, and not tried again."""
    world = a_world("ravendocs", {"one/a.md": A, "b.md": B})
    take_away(world, "One")
    commit(world, {"one/a.md": A, "one/c.md": C, "b.md": B})
    world.sync(RunOptions(drift=True))
    report = world.sync(RunOptions())
    assert report is not None
    assert [(step.outcome, step.code) for step in report.steps if step.step.path == "one/c.md"] == [
        ("skipped", "parent")
    ]


def test_what_stood_below_a_page_that_was_let_go_stands_below_the_next_one_above() -> None:
    world = a_world("ravendocs", {"one/a.md": A, "b.md": B}, on_remote_removal=Way.ACCEPT)
    take_away(world, "One")
    commit(world, {"one/a.md": A, "one/c.md": C, "b.md": B})
    rest(world)
    (page,) = (view for view in world.server.api.views() if view.title == "C")
    assert page.parent is None


def test_a_decision_about_a_folders_page_holds_although_new_pages_wait_below_it() -> None:
    """Each pass gave the waiting files another uid; the folder's page links to them, and so seemed to move."""
    world = a_world("ravendocs", {"one/a.md": A, "b.md": B})
    take_away(world, "One")
    commit(world, {"one/a.md": A, "one/c.md": C, "b.md": B})
    world.settle()
    for _ in range(3):
        if world.decide_all():
            world.settle()
    assert codes(world) == []
    rest(world)


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_a_page_without_a_record_is_found_under_another_title_beside_one_with_its_own(name: str) -> None:
    """A person was asked about the other page alone, and this one was there twice in the end."""
    world = World(name, 0, plain=True)
    commit(world, {"a.md": A})
    assert world.sync(RunOptions(), kill_at=1, kill_on="after create") is None
    world.clock.advance(5)
    (page,) = world.server.api.views()
    world.people.retitle(page)
    other = world.server.api.person_creates({"title": "A", "content": world.people.only("By hand.")})
    world.people.touched |= {page.id, other.id}
    rest(world)
    assert [record.page_id for record in world.store.records(NAME)] == [page.id]
    assert codes(world) == [("a.md", "drift")]


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_a_page_that_a_person_named_for_a_file_that_is_gone_is_removed_when_they_say_so(name: str) -> None:
    """The hold forgot which page it was about, so the decision ended it and the page stayed."""
    world = World(name, 0, plain=True)
    commit(world, {"a.md": A, "b.md": B})
    assert world.sync(RunOptions(), kill_at=1, kill_on="before create") is None
    world.course = replace(world.course, people=True)
    page = world.server.api.person_creates({"title": "A", "content": world.people.only("By hand.")})
    world.people.touched.add(page.id)
    commit(world, {"b.md": B})
    world.settle()
    decide(world, "a.md", Choice.PAGE, page.id)
    world.settle()
    assert [(each.code, each.page_id) for each in world.store.holds(NAME)] == [("removed_and_edited", page.id)]
    decide(world, "a.md", Choice.GIT)
    rest(world)
    assert codes(world) == []
    left = {view.id for view in world.server.api.views() if not view.archived and "[Archived]" not in view.title}
    assert page.id not in left


def decide(world: World, path: str, choice: Choice, page: str | None = None) -> None:
    """A person's word on a held page."""
    resolve(world.setup, world.store, ROOT, path, choice=choice, page=page, now=world.clock.now())


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_a_decision_that_led_to_a_create_says_nothing_of_what_became_of_it(name: str) -> None:
    """The file was to have a new page; that one got no answer, and was made once more by the same word."""
    world = World(name, 0, plain=True)
    own = world.server.api.person_creates({"title": "A", "content": world.people.only("By hand.")})
    world.people.touched.add(own.id)
    commit(world, {"a.md": A})
    world.sync(RunOptions())
    world.failures.clear()  # a hold without people in it; they come later, so that they don't meddle at the kill
    decide(world, "a.md", Choice.NEW)
    assert world.sync(RunOptions(), kill_at=1, kill_on="after create") is None
    world.clock.advance(5)
    (page,) = (view for view in world.server.api.views() if view.id in world.server.made)
    world.people.append(page)
    world.people.touched.add(page.id)
    world.course = replace(world.course, people=True)
    rest(world)
    assert codes(world) == [("a.md", "in_doubt")]


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_a_person_who_named_a_page_that_went_then_is_asked_again(name: str) -> None:
    """The file failed in each pass, and nothing could be said about it any more."""
    world = World(name, 0, plain=True)
    own = world.server.api.person_creates({"title": "A", "content": world.people.only("By hand.")})
    world.people.touched.add(own.id)
    commit(world, {"a.md": A, "b.md": B})
    world.sync(RunOptions())
    world.failures.clear()  # a hold without people in it; they come later, so that they don't meddle at the kill
    decide(world, "a.md", Choice.PAGE, own.id)
    assert world.sync(RunOptions(), kill_at=1, kill_on="before write") is None
    world.people.words.clear()  # what is theirs alone goes with the page
    take_away(world, "A")
    world.sync(RunOptions())
    assert codes(world) == [("a.md", "foreign")]
    world.failures.clear()
    decide(world, "a.md", Choice.NEW)
    rest(world)
    assert codes(world) == []


@pytest.mark.parametrize("name", WITHOUT_TRASH)
def test_a_page_that_is_made_anew_without_an_answer_ends_what_was_held_about_the_old_one(name: str) -> None:
    """The hold went on, against a page that nobody had touched."""
    world = a_world(name, {"a.md": A, "b.md": B}, on_remote_removal=Way.RECREATE)
    (page,) = (view for view in world.server.api.views() if view.title == "B")
    world.clock.advance(5)
    world.people.append(page)
    world.people.touched.add(page.id)
    world.sync(RunOptions(drift=True))
    assert codes(world) == [("b.md", "drift")]
    world.people.take_away(page)
    assert world.sync(RunOptions(drift=True), kill_at=1, kill_on="after create") is None
    world.clock.advance(100)
    world.sync(RunOptions())
    assert codes(world) == []
    rest(world)


def test_a_page_that_a_person_named_stays_named_while_a_draft_waits_on_it() -> None:
    """The hold forgot it, and a word on the draft made the file another page."""
    world = World("exec", 0, plain=True)
    own = world.server.api.person_creates({"title": "A", "content": world.people.only("By hand.")})
    world.people.touched.add(own.id)
    commit(world, {"a.md": A, "b.md": B})
    world.sync(RunOptions())
    world.failures.clear()  # a hold without people in it; they come later, so that they don't meddle at the kill
    decide(world, "a.md", Choice.PAGE, own.id)
    assert world.sync(RunOptions(), kill_at=1, kill_on="before write") is None
    (page,) = (view for view in world.server.api.views() if view.id == own.id)
    world.people.draft(page)
    world.clock.advance(100)
    for _ in range(2):
        report = world.sync(RunOptions())
        assert report is not None
        held = [(step.code, step.page_id) for step in report.steps if step.step.path == "a.md"]
        assert held == [("draft", own.id)]
    decide(world, "a.md", Choice.GIT)
    rest(world)
    assert [record.page_id for record in world.store.records(NAME) if record.path == "docs/a.md"] == [own.id]


class Around:
    """A session that is another one, but for what a test replaces."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class Meanwhile(Around):
    """A session in which something happens between the look at a page and the update of it."""

    def __init__(self, real: Any, act: Callable[[], None]) -> None:
        super().__init__(real)
        self._act = act

    async def update(self, page: Page, changed: Fields, wanted: Fields) -> interface.Written:
        self._act()
        answer: interface.Written = await self._real.update(page, changed, wanted)
        return answer


def test_a_title_that_a_person_gave_while_the_text_was_written_is_seen() -> None:
    """The answer had it, and it was taken for the server's form of what was sent. The other APIs get both in one."""

    def retitle() -> None:
        (view,) = (view for view in world.server.api.views() if view.title == "B")
        world.people.retitle(view)
        world.people.touched.add(view.id)

    world = a_world("pharen", {"a.md": A, "b.md": B})
    world.clock.advance(5)
    world.seams = Seams(session=lambda real: Meanwhile(real, retitle))
    commit(world, {"a.md": A, "b.md": Written("B", ("Edited.", *TWO[1:]))})
    world.sync(RunOptions())
    world.seams = Seams()
    rest(world)
    assert codes(world) == [("b.md", "drift")]


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_a_link_leads_to_the_page_that_took_over_the_path_of_a_removed_one(name: str) -> None:
    """Where only what moved was read, the removed page's record hid the other one, and the link led to the file."""
    world = a_world(name, {"a.md": A, "b.md": B, "c.md": C})
    commit(world, {"a.md": A, "c.md": B})
    rest(world)
    commit(world, {"a.md": Written("A", ONE, "c.md"), "c.md": B})
    rest(world)


@pytest.mark.parametrize("name", WITHOUT_TRASH)
def test_a_file_that_came_back_to_an_edited_page_and_went_again_is_no_longer_held(name: str) -> None:
    """Where only what moved was read, its hold stayed for ever, and no decision ended it."""
    world = a_world(name, {"a.md": A, "b.md": B, "c.md": C})
    (page,) = (view for view in world.server.api.views() if view.title == "B")
    commit(world, {"a.md": A, "c.md": C})
    rest(world)
    world.server.api.person_edits(page.id, {"title": "B", "content": world.people.only("By hand.")})
    world.people.touched.add(page.id)
    commit(world, {"a.md": A, "b.md": B, "c.md": C})
    world.sync(RunOptions())
    commit(world, {"a.md": A, "c.md": C})
    rest(world)
    assert codes(world) == []


@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize("name", WITHOUT_TRASH)
def test_a_decision_about_a_file_that_came_back_holds_although_another_file_moved(name: str, *, released: bool) -> None:
    """Where only what moved was read, the decided file wasn't looked at, and stayed held for ever."""
    world = a_world(name, {"a.md": A, "b.md": B, "c.md": C})
    (page,) = (view for view in world.server.api.views() if view.title == "B")
    world.people.touched.add(page.id)
    if released:
        world.server.api.person_edits(page.id, {"content": world.people.only("First.")})
    commit(world, {"a.md": A, "c.md": C})
    world.settle()
    if released:
        decide(world, "b.md", Choice.REMOTE)
    rest(world)
    world.server.api.person_edits(page.id, {"title": "B", "content": world.people.only("By hand.")})
    commit(world, {"a.md": A, "b.md": B, "c.md": C})
    world.sync(RunOptions(drift=True))
    world.sync(RunOptions())
    assert codes(world) == [("b.md", "conflict")]
    decide(world, "b.md", Choice.GIT)
    commit(world, {"a.md": Written("A", ONE[:2]), "b.md": B, "c.md": C})
    world.sync(RunOptions())
    assert codes(world) == []
    rest(world)


def test_an_edit_that_came_before_a_written_page_was_read_back_is_seen() -> None:
    """It was taken for the server's form of what was sent."""

    def edit(*_: object) -> None:
        (view,) = (view for view in world.server.api.views() if view.title == "B")
        world.people.append(view)
        world.people.touched.add(view.id)

    world = a_world("ravendocs", {"a.md": A, "b.md": B})
    world.server.api.set_switches({"update_answer": "empty"})
    world.clock.advance(5)
    commit(world, {"a.md": A, "b.md": Written("B", ("Edited.", *TWO[1:]))})
    world.server.on_write.append(edit)
    world.sync(RunOptions())
    world.server.on_write.remove(edit)
    rest(world)
    assert codes(world) == [("b.md", "drift")]


def test_a_page_whose_parent_went_in_the_same_pass_waits_for_it() -> None:
    """It was refused, which was taken for a fault of its file, and failed until the file moved."""
    world = a_world("ravendocs", {"one/a.md": A, "b.md": B})
    take_away(world, "A")
    world.sync(RunOptions(drift=True))
    decide(world, "one/a.md", Choice.GIT)
    take_away(world, "One")
    for drift, expected in ((False, ("failed", "parent")), (True, ("skipped", "parent"))):
        report = world.sync(RunOptions(drift=drift))
        assert report is not None
        assert [(step.outcome, step.code) for step in report.steps if step.step.path == "one/a.md"] == [expected]
    decide(world, "one/", Choice.GIT)
    rest(world)
    assert codes(world) == []


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_a_copy_of_a_file_whose_page_was_let_go_is_a_document_of_its_own(name: str) -> None:
    """Where only what moved was read, it took the other's record over, and that file was new in the next pass."""
    world = a_world(name, {"a.md": A, "b.md": B, "c.md": C}, on_remote_removal=Way.ACCEPT)
    take_away(world, "B")
    commit(world, {"a.md": A, "b.md": B, "c.md": Written("C", THREE[:3])})
    rest(world)
    commit(world, {"a.md": A, "b.md": B, "copy.md": B, "c.md": Written("C", THREE[:3])})
    rest(world)
    standing = {record.path: record.standing for record in world.store.records(NAME) if record.title == "B"}
    assert standing == {"docs/b.md": Standing.LEFT, "docs/copy.md": Standing.LIVE}


def test_a_new_folder_below_a_page_that_is_held_is_the_same_in_each_pass() -> None:
    """It had another uid each time, so that the page that lists it was looked at again for ever."""
    world = a_world("ravendocs", {"two/b.md": B, "c.md": C})
    commit(world, {"c.md": C})
    world.settle()
    (buried,) = (view for view in world.server.api.views() if view.title == "[Archived] Two")
    world.people.append(buried)
    world.people.touched.add(buried.id)
    commit(world, {"two/deep/a.md": A, "c.md": C})
    world.settle()
    assert ("two/", "conflict") in codes(world)
    before = world.server.requests
    world.sync(RunOptions())
    assert world.server.requests == before
    assert not world.failures, "\n".join(world.trace)


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_a_page_that_was_to_be_new_is_asked_about_again_once_it_may_have_been_made(name: str) -> None:
    """The word for the first question was taken for an answer to the second one, and the page was made twice."""
    world = World(name, 0, plain=True)
    theirs = world.server.api.person_creates({"title": "B", "content": world.people.only("Of a person's own.")})
    world.people.touched.add(theirs.id)
    world.clock.advance(5)
    commit(world, {"a.md": A, "b.md": B, "c.md": C})
    world.sync(RunOptions())
    assert codes(world) == [("b.md", "foreign")]
    decide(world, "b.md", Choice.NEW)
    assert world.sync(RunOptions(), kill_at=1, kill_on="after create") is None
    world.clock.advance(5)
    (made,) = (view for view in world.server.api.views() if view.title == "B" and view.id != theirs.id)
    world.people.both(made)
    world.people.touched.add(made.id)
    world.settle()
    assert codes(world) == [("b.md", "in_doubt")]
    assert len(world.server.api.views()) == 4


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_git_wins_over_an_accepted_edit_of_a_page_that_was_kept_when_its_file_comes_back(name: str) -> None:
    """Nothing was sent, as the record knew the person's text, and the page counted as what the file says."""
    world = a_world(
        name,
        {"a.md": A, "b.md": B},
        on_drift=Way.REMOTE,
        on_conflict=Way.GIT,
        on_removal=Removal.KEEP,
    )
    world.clock.advance(5)
    (page,) = (view for view in world.server.api.views() if view.title == "B")
    world.people.replace(page)
    world.people.touched.add(page.id)
    world.sync(RunOptions(drift=True))
    commit(world, {"a.md": A})
    world.settle()
    commit(world, {"a.md": A, "b.md": B})
    rest(world)
    assert codes(world) == []
    assert TWO[0] in world.setup.backend.to_markdown({BODY: world.server.api.view(page.id).content})


@pytest.mark.parametrize("back", ["b.md", "c.md"])
@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_an_edit_for_which_a_removal_was_held_is_still_known_when_the_file_is_back(name: str, back: str) -> None:
    """Back at its path, the hold went and the edit was forgotten; back at another one, the file got a second page."""
    world = a_world(name, {"a.md": A, "b.md": B})
    world.clock.advance(5)
    (page,) = (view for view in world.server.api.views() if view.title == "B")
    world.people.append(page)
    world.people.touched.add(page.id)
    commit(world, {"a.md": A})
    world.sync(RunOptions(drift=True))
    assert codes(world) == [("b.md", "removed_and_edited")]
    commit(world, {"a.md": A, back: B})
    world.sync(RunOptions())
    rest(world)
    assert codes(world) == [(back, "drift")]
    assert len(world.server.made) == 2


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_a_file_that_went_is_known_again_by_its_text_while_its_page_waits_to_be_removed(name: str) -> None:
    """Else the file would get a second page, and lose the first one."""
    world = a_world(name, {"a.md": A, "b.md": B}, removal_delay=timedelta(hours=1))
    (page,) = (view for view in world.server.api.views() if view.title == "B")
    commit(world, {"a.md": A})
    world.sync(RunOptions())
    commit(world, {"a.md": A, "c.md": B})
    world.sync(RunOptions())
    assert [view.id for view in world.server.api.views() if view.title == "B"] == [page.id]
    assert not world.failures, "\n".join(world.trace)


@pytest.mark.parametrize("name", ["ravendocs", "ravendocs_rpc"])
def test_a_person_who_decided_that_a_page_goes_is_not_asked_again_once_what_stands_below_it_is_gone(name: str) -> None:
    """The word was void as soon as the page had to wait, and one of two pages asked for ever in turn."""
    world = a_world(name, {"two/a.md": A, "b.md": B})
    world.clock.advance(5)
    for view in world.server.api.views():
        if view.title in {"A", "Two"}:
            world.people.append(view)
            world.people.touched.add(view.id)
    commit(world, {"b.md": B})
    world.sync(RunOptions(drift=True))
    assert codes(world) == [("two/", "removed_and_edited"), ("two/a.md", "removed_and_edited")]
    decide(world, "two/", Choice.GIT)
    world.sync(RunOptions())
    assert codes(world) == [("two/", "foreign_children"), ("two/a.md", "removed_and_edited")]
    decide(world, "two/a.md", Choice.GIT)
    rest(world)
    assert codes(world) == []
    assert [view.title for view in world.server.api.views() if not view.archived and "[" not in view.title] == ["B"]


def test_a_page_that_moves_away_is_not_fetched_back_by_a_list_that_lags_behind() -> None:
    """The pages that the list showed were put in order where it showed them."""
    world = a_world("ravendocs_rpc", {"a.md": A, "b.md": B, "one/c.md": C})
    world.server.api.set_switches({"list_lag": 5.0})
    commit(world, {"b.md": B, "d.md": Written("D", ONE[:2]), "one/c.md": C, "one/z.md": A})
    world.sync(RunOptions())
    (section,) = (view for view in world.server.api.views() if view.title == "One")
    (moved,) = (view for view in world.server.api.views() if view.title == "A")
    assert moved.parent == section.id
    rest(world)
    assert codes(world) == []


def test_what_a_person_wrote_before_a_page_went_into_the_trash_is_kept_when_git_brings_it_back() -> None:
    """The page was seen as missing, so what it said was not compared with anything."""
    world = a_world("ravendocs_rpc", {"a.md": A, "b.md": B})
    world.clock.advance(5)
    (page,) = (view for view in world.server.api.views() if view.title == "B")
    world.people.append(page)
    world.people.take_away(page)
    world.people.touched.add(page.id)
    world.sync(RunOptions(drift=True))
    decide(world, "b.md", Choice.GIT)
    rest(world)
    assert codes(world) == []
    (kept,) = world.store.kept(NAME)
    assert "By hand" in (world.store.text(kept.text) or "")


def test_a_page_that_moved_and_was_not_renamed_before_a_kill_moves_back_with_its_file() -> None:
    """What was sent of the half that had been applied was forgotten, so nothing was left to send."""
    world = a_world("ravendocs_rpc", {"a.md": A, "one/b.md": B, "c.md": C})
    commit(world, {"one/a.md": Written("Another", ONE), "one/b.md": B, "c.md": C})
    assert world.sync(RunOptions(), kill_at=3, kill_on="before write") is None
    (page,) = (view for view in world.server.api.views() if view.title == "A")
    assert page.parent is not None
    world.clock.advance(200)
    commit(world, {"a.md": A, "one/b.md": B, "c.md": C})
    rest(world)
    assert world.server.api.view(page.id).parent is None
    assert codes(world) == []


def hide_section(world: World) -> None:
    """A folder's page is made, nobody hears of it, and a person makes another of it: it stays in doubt."""
    world.course = replace(world.course, people=True)
    assert world.sync(RunOptions(), kill_at=1, kill_on="after create") is None
    world.clock.advance(5)
    (theirs,) = (view for view in world.server.api.views() if view.title == "One")
    world.people.both(theirs)
    world.people.touched.add(theirs.id)
    world.released.add(theirs.id)
    world.settle()


@pytest.mark.parametrize("name", ["ravendocs", "ravendocs_rpc"])
def test_a_page_whose_new_parent_was_held_goes_below_it_once_it_is_made(name: str) -> None:
    """It stayed where it was until its file changed, as nothing else of it waited for anything."""
    world = a_world(name, {"a.md": A, "b.md": B, "c.md": C})
    commit(world, {"one/a.md": A, "b.md": B, "c.md": C})
    hide_section(world)
    assert codes(world) == [("one/", "in_doubt")]
    decide(world, "one/", Choice.NEW)
    world.settle()
    judge(world)
    assert not world.failures, "\n".join(world.trace)
    (page,) = (view for view in world.server.api.views() if view.title == "A")
    assert world.server.api.view(page.parent or "").title == "One"


class DeafAtTheTop(Around):
    """A session that never sends what would be made at the top."""

    async def create(self, fields: Fields) -> interface.Written:
        if not fields[PARENT]:
            raise UnknownOutcome("no answer")
        answer: interface.Written = await self._real.create(fields)
        return answer


def test_of_two_copies_made_without_an_answer_each_gets_the_page_in_its_own_folder() -> None:
    """They were told apart by title and text alone, and the wrong one stayed where the other belongs."""
    world = a_world("ravendocs_rpc", {"one/b.md": B, "c.md": C})
    commit(world, {"one/b.md": B, "c.md": C, "a.md": A, "one/a.md": A})
    world.seams = Seams(session=DeafAtTheTop)
    assert world.sync(RunOptions(), kill_at=1, kill_on="after create") is None
    world.seams = Seams()
    world.clock.advance(5)
    rest(world)
    assert codes(world) == []
    assert sorted(bool(view.parent) for view in world.server.api.views() if view.title == "A") == [False, True]


@pytest.mark.parametrize("choice", [Choice.GIT, Choice.REMOTE])
def test_a_page_goes_below_the_one_of_its_folder_when_that_is_mirrored_again(choice: Choice) -> None:
    """It had gone up when the page above it was let go, and stayed there."""
    world = a_world("ravendocs_rpc", {"one/a.md": A, "b.md": B})
    world.clock.advance(5)
    (section,) = (view for view in world.server.api.views() if view.title == "One")
    world.people.append(section)
    world.people.touched.add(section.id)
    commit(world, {"a.md": A, "b.md": B})
    world.sync(RunOptions(drift=True))
    decide(world, "one/", Choice.REMOTE)
    world.settle()
    commit(world, {"one/c.md": C, "a.md": A, "b.md": B})
    world.settle()
    assert codes(world) == [("one/", "conflict")]
    decide(world, "one/", choice)
    rest(world)
    (page,) = (view for view in world.server.api.views() if view.title == "C")
    assert page.parent == section.id


class Vanishing(Around):
    """A session that asks for a history just after a person did something."""

    def __init__(self, real: Any, first: Callable[[], None]) -> None:
        super().__init__(real)
        self._first = first

    async def saves(self, page_id: PageId, since: float) -> interface.Saves:
        self._first()
        answer: interface.Saves = await self._real.saves(page_id, since)
        return answer


def test_a_page_that_goes_while_its_history_is_asked_for_is_seen_as_gone() -> None:
    """Its file was taken for refused, and failed until it changed, whatever became of the page."""
    world = a_world("ravendocs_rpc", {"a.md": A, "b.md": B})
    commit(world, {"a.md": A, "b.md": Written("B", (*TWO[:3], "Once more."))})
    world.settle()
    (page,) = (view for view in world.server.api.views() if view.title == "B")
    world.people.replace(page)
    world.people.words.clear()
    world.people.touched.add(page.id)
    commit(world, {"a.md": A, "b.md": Written("B", (*TWO[:3], "And again."))})
    world.seams = Seams(session=lambda real: Vanishing(real, lambda: world.people.take_away(page)))
    world.sync(RunOptions())
    world.seams = Seams()
    world.settle()
    assert codes(world) == [("b.md", "remote_removed")]


@pytest.mark.parametrize("name", ["ravendocs", "ravendocs_rpc"])
def test_a_page_that_comes_back_waits_for_the_one_above_it(name: str) -> None:
    """It was refused in each pass, three requests and a kept text each time."""
    world = a_world(name, {"two/a.md": A, "two/deep/c.md": C, "b.md": B})
    commit(world, {"two/a.md": A, "b.md": B})
    world.settle()
    take_away(world, "Two")
    world.sync(RunOptions(drift=True))
    commit(world, {"two/a.md": A, "two/deep/c.md": C, "b.md": B})
    world.sync(RunOptions())  # finds that the page above is still away
    report = world.sync(RunOptions())
    assert report is not None
    waits = {str(step.step.path): (step.outcome, step.code) for step in report.steps}
    assert waits["two/"] == ("held", "remote_removed")
    assert waits["two/deep/"] == ("skipped", "parent")
    before = world.server.requests
    world.sync(RunOptions())
    assert world.server.requests == before
    for path in ("two/", "two/a.md"):
        decide(world, path, Choice.GIT)
    rest(world)
    assert codes(world) == []


@pytest.mark.parametrize("name", WITHOUT_TRASH)
def test_a_merge_is_not_offered_where_there_is_nothing_to_merge_from(name: str) -> None:
    """Who asked for one was asked the same question again in each pass."""
    world = a_world(name, {"a.md": A, "b.md": B}, on_removal=Removal.KEEP)
    commit(world, {"a.md": A})
    world.settle()
    world.clock.advance(5)
    (page,) = (view for view in world.server.api.views() if view.title == "B")
    world.people.append(page)
    world.people.touched.add(page.id)
    commit(world, {"a.md": A, "b.md": Written("B", THREE)})
    world.sync(RunOptions())
    (held,) = conflicts(world.setup, world.store, ROOT, ())
    assert (held.code, held.choices) == ("conflict", ("git", "remote"))
    with pytest.raises(UsageError, match="merge doesn't fit"):
        decide(world, "b.md", Choice.MERGE)


@pytest.mark.parametrize("name", ["ravendocs", "ravendocs_rpc"])
def test_a_page_that_waits_for_its_new_parent_outlives_the_one_it_still_stands_below(name: str) -> None:
    """It counted as moved away, and was deleted together with the page of its former folder."""
    world = a_world(name, {"two/a.md": A, "b.md": B}, on_removal=Removal.DELETE)
    (page,) = (view for view in world.server.api.views() if view.title == "A")
    commit(world, {"two/a.md": A, "one/c.md": C, "b.md": B})
    hide_section(world)
    commit(world, {"one/a.md": Written("A", (*ONE[:3], "Edited.")), "one/c.md": C, "b.md": B})
    world.settle()
    assert codes(world) == [("one/", "in_doubt"), ("two/", "foreign_children")]
    assert not world.server.api.view(page.id).archived
    decide(world, "one/", Choice.NEW)
    rest(world)
    assert codes(world) == []
    assert world.server.api.view(world.server.api.view(page.id).parent or "").title == "One"


class LetGo(Around):
    """A session whose first update comes just after a person did something."""

    def __init__(self, real: Any, first: Callable[[], None]) -> None:
        super().__init__(real)
        self._first: Callable[[], None] | None = first

    async def update(self, page: Page, changed: Fields, whole: Fields) -> interface.Written:
        if self._first is not None:
            self._first()
            self._first = None
        answer: interface.Written = await self._real.update(page, changed, whole)
        return answer


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_no_link_leads_to_a_page_that_went_while_it_was_to_become_a_files_own(name: str) -> None:
    """The file counted as its page's from the look on, and the link stayed when the file got another one."""
    world = World(name, 0, plain=True)
    first, second = (
        world.server.api.person_creates({"title": title, "content": world.people.only(f"By hand: {title}.")})
        for title in ("A", "B")
    )
    world.people.touched.update({first.id, second.id})
    commit(world, {"a.md": A, "b.md": Written("B", TWO, "a.md")})
    world.sync(RunOptions())
    assert codes(world) == [("a.md", "foreign"), ("b.md", "foreign")]
    decide(world, "a.md", Choice.PAGE, first.id)
    decide(world, "b.md", Choice.NEW)
    goes = partial(world.people.take_away, world.server.api.view(first.id))
    world.seams = Seams(session=lambda real: LetGo(real, goes))
    world.sync(RunOptions())
    world.seams = Seams()
    world.failures.clear()  # that a person is asked once more
    if codes(world):
        decide(world, "a.md", Choice.NEW)
    rest(world)
    assert codes(world) == []


@pytest.mark.parametrize("edit", ["retitle", "append"])
def test_an_edit_that_came_while_a_page_was_brought_back_from_the_trash_stays(edit: str) -> None:
    """The page was read after it was restored, and written to be as its file whatever it said by then."""
    world = a_world("ravendocs_rpc", {"a.md": A, "b.md": B})
    (page,) = (view for view in world.server.api.views() if view.title == "B")
    commit(world, {"a.md": A})
    world.settle()
    commit(world, {"a.md": A, "b.md": Written("B", (*TWO[:3], "And again."))})

    def meanwhile(*_: object) -> None:
        if not world.people.touched:
            world.clock.advance(1)
            getattr(world.people, edit)(world.server.api.view(page.id))
            world.people.touched.add(page.id)

    world.server.on_write.append(meanwhile)
    world.sync(RunOptions())
    world.server.on_write.remove(meanwhile)
    assert world.people.touched
    rest(world)
    assert len(codes(world)) == 1


@pytest.mark.parametrize("name", ["ravendocs", "ravendocs_rpc"])
def test_a_page_that_was_left_where_it_stood_is_not_sent_below_one_that_is_gone(name: str) -> None:
    """A person's title was accepted while the file moved; the record said that the page had moved too. When the page
    above was gone, the next update named it as the place where the page stands, and was refused in each pass.
    """
    world = a_world(name, {"one/a.md": A, "b.md": B}, on_drift=Way.REMOTE, on_conflict=Way.GIT)
    (page,) = (view for view in world.server.api.views() if view.title == "B")
    commit(world, {"one/a.md": A, "one/b.md": B})
    world.clock.advance(5)
    world.people.retitle(page)
    world.people.touched.add(page.id)
    world.sync(RunOptions())
    assert world.server.api.view(page.id).parent is None
    (record,) = (one for one in world.store.records(NAME) if one.page_id == page.id)
    assert (record.diverged, record.values[PARENT]) == (True, None)
    take_away(world, "One")
    commit(world, {"one/a.md": A, "one/b.md": Written("B", (*TWO[:3], "And again."))})
    world.sync(RunOptions(drift=True))
    world.sync(RunOptions())
    before = world.server.requests
    world.sync(RunOptions())
    assert world.server.requests == before
    rest(world)


def test_a_page_that_is_gone_is_not_forgotten_while_the_page_above_it_waits() -> None:
    """It was to be made anew below a page that a person is asked about; the next pass had nothing to do about it."""
    world = a_world("ravendocs", {"a.md": A}, on_remote_removal=Way.RECREATE)
    own = world.server.api.person_creates({"title": "One", "content": world.people.only("By hand.")})
    world.people.touched.add(own.id)
    commit(world, {"one/a.md": A})
    world.seams = Seams(session=DeafAtTheTop)
    world.sync(RunOptions())
    world.seams = Seams()
    assert codes(world) == [("one/", "in_doubt")]
    take_away(world, "A")
    world.sync(RunOptions(drift=True))
    for _ in range(2):
        before = world.server.requests
        report = world.sync(RunOptions())
        assert report is not None
        assert ("one/a.md", "skipped", "parent") in [(s.step.path, s.outcome, s.code) for s in report.steps]
        assert world.server.requests == before
    world.failures.clear()  # that a person is asked about a page of their own
    decide(world, "one/", Choice.NEW)
    rest(world)
    assert codes(world) == []


@pytest.mark.parametrize("name", ["ravendocs", "ravendocs_rpc"])
def test_who_changes_their_mind_while_a_page_waits_for_the_one_above_it_is_heard(name: str) -> None:
    """The word was taken, and the page was made anew all the same, as its record had forgotten that it was gone."""
    world = a_world(name, {"one/a.md": A, "b.md": B})
    take_away(world, "One")
    world.sync(RunOptions(drift=True))
    decide(world, "one/a.md", Choice.GIT)
    world.sync(RunOptions(drift=True))
    world.sync(RunOptions())
    assert ("one/a.md", "remote_removed") in codes(world)
    decide(world, "one/a.md", Choice.REMOTE)
    decide(world, "one/", Choice.GIT)
    rest(world)
    assert codes(world) == []
    assert sorted(view.title for view in world.server.api.views() if not view.archived) == ["B", "One"]


def test_who_changes_their_mind_after_the_page_above_got_no_answer_is_heard() -> None:
    world = a_world("ravendocs", {"one/a.md": A, "b.md": B})
    take_away(world, "One")
    world.sync(RunOptions(drift=True))
    decide(world, "one/", Choice.GIT)
    decide(world, "one/a.md", Choice.GIT)
    world.seams = Seams(session=DeafAtTheTop)
    report = world.sync(RunOptions())
    assert report is not None
    assert ("one/a.md", "skipped", "parent") in [(s.step.path, s.outcome, s.code) for s in report.steps]
    world.seams = Seams()
    decide(world, "one/a.md", Choice.REMOTE)
    rest(world)
    assert codes(world) == []
    assert sorted(view.title for view in world.server.api.views()) == ["B", "One"]


def test_a_page_whose_move_is_in_doubt_does_not_go_with_the_page_that_it_stood_below() -> None:
    """The listing was late and showed it where it had stood before that, so the page above it was deleted."""
    world = a_world("ravendocs", {"a.md": A, "b.md": B}, on_removal=Removal.DELETE)
    world.server.api.set_switches({"list_lag": 5.0})
    commit(world, {"one/a.md": A, "b.md": B})
    world.sync(RunOptions())
    (page,) = (view for view in world.server.api.views() if view.title == "A")
    assert page.parent is not None
    commit(world, {"a.md": A, "b.md": B})
    world.seams = Seams(session=Deaf)
    world.sync(RunOptions())
    world.seams = Seams()
    rest(world)
    assert codes(world) == []
    assert world.server.api.view(page.id).parent is None


def test_a_page_whose_move_is_in_doubt_stays_where_the_page_it_stood_below_before_goes_too() -> None:
    """The late listing showed it below that one, and the page that it really stood below was deleted with it."""
    world = a_world("ravendocs", {"two/a.md": A, "two/c.md": C, "b.md": B}, on_removal=Removal.DELETE)
    (page,) = (view for view in world.server.api.views() if view.title == "A")
    world.server.api.set_switches({"list_lag": 5.0})
    commit(world, {"one/a.md": A, "two/c.md": C, "b.md": B})
    world.sync(RunOptions())
    assert world.server.api.view(world.server.api.view(page.id).parent or "").title == "One"
    commit(world, {"a.md": A, "c.md": C, "b.md": B})
    world.seams = Seams(session=Deaf)
    world.sync(RunOptions())
    world.seams = Seams()
    rest(world)
    assert codes(world) == []
    assert world.server.api.view(page.id).parent is None


class Deaf(Around):
    """A session whose updates get no answer, and were never applied."""

    async def update(self, page: Page, changed: Fields, whole: Fields) -> interface.Written:
        del page, changed, whole
        raise UnknownOutcome("no answer")


class Failing(Around):
    """A session whose updates end like this."""

    def __init__(self, real: Any, error: BackendError) -> None:
        super().__init__(real)
        self._error = error

    async def update(self, page: Page, changed: Fields, whole: Fields) -> interface.Written:
        del page, changed, whole
        raise self._error


@pytest.mark.parametrize("name", CAPABILITY_SETS)
@pytest.mark.parametrize("error", [NotApplied("busy", status=503), UnknownOutcome("no answer")])
@pytest.mark.parametrize("diverged", [False, True])
def test_an_edit_that_git_wins_over_is_written_over_by_the_next_pass_where_the_first_write_failed(
    name: str, error: BackendError, *, diverged: bool
) -> None:
    """Only the check for drift had seen it: the next pass had nothing to do, and called the mirror level."""
    world = a_world(name, {"a.md": A, "b.md": B}, on_drift=Way.REMOTE)
    (page,) = (view for view in world.server.api.views() if view.title == "A")
    world.people.touched.add(page.id)
    if diverged:
        world.clock.advance(5)
        world.people.append(page)
        world.sync(RunOptions(drift=True))
    world.setup = the_setup(name, world.server, on_drift=Way.GIT)
    world.clock.advance(5)
    world.people.append(world.server.api.view(page.id))
    world.seams = Seams(session=lambda real: Failing(real, error))
    world.sync(RunOptions(drift=True))
    world.seams = Seams()
    world.sync(RunOptions())
    rest(world)
    assert codes(world) == []
    report = world.sync(RunOptions(drift=True))
    assert report is not None
    assert (report.steps, report.requests) == ((), 1)


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_a_pass_for_one_path_leaves_what_waits_and_what_was_decided_elsewhere(name: str) -> None:
    """All others counted as pages with nothing to do: holds, words and open work of theirs were gone."""
    world = a_world(name, {"a.md": A, "b.md": B, "c.md": C}, on_drift=Way.HOLD)
    pages = {view.title: view for view in world.server.api.views()}
    world.clock.advance(5)
    for title in ("A", "C"):
        world.people.append(pages[title])
        world.people.touched.add(pages[title].id)
    world.sync(RunOptions(drift=True))
    decide(world, "a.md", Choice.GIT)
    before = (world.store.holds(NAME), world.store.decisions(NAME), tuple(world.store.records(NAME)))
    world.sync(RunOptions(only=("b.md",)))
    assert (world.store.holds(NAME), world.store.decisions(NAME), tuple(world.store.records(NAME))) == before
    world.sync(RunOptions(only=("a.md",)))
    assert codes(world) == [("c.md", "drift")]
    rest(world)


def test_a_check_of_what_moved_alone_reads_a_page_of_whose_edit_nothing_came() -> None:
    world = a_world("exec", {"a.md": A, "b.md": B})
    pages = {view.title: view for view in world.server.api.views()}
    page = pages["A"]
    for title in ("A", "B"):  # the second moves the cursor past the first
        world.people.touched.add(pages[title].id)
        world.clock.advance(50)
        world.people.append(pages[title])
        world.sync(RunOptions(drift=True))
    (record,) = (one for one in world.store.records(NAME) if one.page_id == page.id)
    doubted = PutRecord(record=replace(record, version=None, updated=-record.updated, open=Open.NONE))
    world.store.apply(NAME, [doubted, DropHold(uid=record.uid)])
    world.clock.advance(5000)
    world.sync(RunOptions(drift=True, vanished=False))
    assert codes(world) == [("a.md", "drift"), ("b.md", "drift")]
