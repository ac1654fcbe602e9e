"""Promises that a simulated history shows in a few lines, and that the simulation runs with the config's defaults."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pagemirror.backends import interface
from pagemirror.config import Share, SyncSettings, Target
from pagemirror.model.fields import Fields
from pagemirror.model.pages import Page, Removal
from pagemirror.model.records import Choice
from pagemirror.model.reports.runs import RunOptions
from pagemirror.passes.deciding import conflicts, resolve
from pagemirror.planner.policy import Limit, Way
from support.simulation.ablation import RULES
from support.simulation.docs import Written
from support.simulation.oracle import judge
from support.simulation.process import Seams
from support.simulation.repository import ROOT
from support.simulation.server import Trouble
from support.simulation.world import CAPABILITY_SETS, World, the_setup

ONE, TWO, THREE = (tuple(f"Line {line} of {name}." for line in range(4)) for name in ("one", "two", "three"))
A, B = Written("A", ONE), Written("B", TWO)


def commit(world: World, files: dict[str, Written]) -> None:
    world.docs.files = dict(files)
    world.docs.commit()


def mirrored(name: str, files: dict[str, Written]) -> World:
    """A world in which these files are mirrored."""
    world = World(name, 0, plain=True)
    commit(world, files)
    world.settle()
    return world


def rest(world: World) -> None:
    """Let it come to rest; everything must be in order then, and nothing held."""
    world.settle()
    judge(world)
    assert not world.failures, "\n".join(world.trace)
    assert conflicts(world.setup, world.store, ROOT, ()) == ()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_an_update_whose_answer_was_lost_and_whose_file_then_changes_again_is_no_conflict(name: str, when: str) -> None:
    """Whether it had left or not: what was sent last is a base, too."""
    world = mirrored(name, {"a.md": A, "b.md": B})
    commit(world, {"a.md": A, "b.md": Written("B", ("Sent.", *TWO[1:]))})
    assert world.sync(RunOptions(), kill_at=1, kill_on=f"{when} write") is None
    world.clock.advance(60)
    commit(world, {"a.md": A, "b.md": Written("B", ("Changed again.", *TWO[1:]))})
    rest(world)


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_an_update_that_takes_effect_after_the_next_process_looked_is_no_drift(name: str) -> None:
    """It was taken for not applied as soon as the page showed the older text; so a later process saw another's edit."""
    world = mirrored(name, {"a.md": A, "b.md": B})
    world.pids = 9  # the next process ends on a machine that can be asked, so that its lock is free at once
    world.server.trouble = Trouble(rate=1.0, kinds=("slow_effect",))
    commit(world, {"a.md": A, "b.md": Written("B", ("Sent.", *TWO[1:]))})
    assert world.sync(RunOptions(), kill_at=1, kill_on="after write") is None
    world.server.trouble = Trouble()
    assert world.sync(RunOptions(), kill_at=2, kill_on="before look") is None
    world.clock.advance(60)
    commit(world, {"a.md": A, "b.md": Written("B", ("Changed again.", *TWO[1:]))})
    rest(world)


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_two_files_for_which_a_person_named_one_page_can_be_decided_again(name: str) -> None:
    """Nothing could be said about them any more: they were held for ever."""
    world = World(name, 0, plain=True)
    world.course = replace(world.course, people=True)
    view = world.server.api.person_creates({"title": "A", "content": world.people.only("By hand.")})
    world.people.touched.add(view.id)
    commit(world, {"a.md": A, "b.md": Written("A", TWO), "c.md": Written("C", THREE)})
    world.sync(RunOptions())
    for path in ("a.md", "b.md"):
        decide(world, path, view.id)
    world.sync(RunOptions())
    held = [(each.path, each.code) for each in conflicts(world.setup, world.store, ROOT, ())]
    assert held == [("a.md", "foreign"), ("b.md", "foreign")]
    world.sync(RunOptions(drift=True))  # also if nobody decides at once: neither gets a page of its own
    assert [(each.path, each.code) for each in conflicts(world.setup, world.store, ROOT, ())] == held
    decide(world, "a.md", view.id)
    decide(world, "b.md", None)
    rest(world)


def decide(world: World, path: str, page: str | None) -> None:
    """A person names a file's page, or says that it shall get one of its own."""
    choice = Choice.NEW if page is None else Choice.PAGE
    resolve(world.setup, world.store, ROOT, path, choice=choice, page=page, now=world.clock.now())


class PutOffOnce:
    """A session whose first update the server puts off by a minute, in which something happens."""

    def __init__(self, real: Any, world: World, act: Callable[[], None]) -> None:
        self._real, self._world, self._act = real, world, [act]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def update(self, page: Page, changed: Fields, wanted: Fields) -> interface.Written:
        if self._act:
            self._world.server.trouble = Trouble(rate=1.0, kinds=("limited_silent",))
            self._world.clock.after(5, self._act.pop())
        answer: interface.Written = await self._real.update(page, changed, wanted)
        return answer


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_an_edit_that_a_person_makes_while_a_write_is_put_off_is_no_race(name: str) -> None:
    """The write went after the pause without another look, and the edit was overwritten."""

    def edit() -> None:
        world.server.trouble = Trouble()
        (view,) = (view for view in world.server.api.views() if view.title == "B")
        world.people.append(view)
        world.people.touched.add(view.id)

    world = mirrored(name, {"a.md": A, "b.md": B})
    world.clock.advance(5)
    world.seams = Seams(session=lambda real: PutOffOnce(real, world, edit))
    commit(world, {"a.md": A, "b.md": Written("B", ("Edited.", *TWO[1:]))})
    report = world.sync(RunOptions())
    assert report is not None
    assert [(step.outcome, step.code) for step in report.steps] == [("held", "conflict")]
    assert not world.people.raced
    world.settle()
    judge(world)
    assert not world.failures, "\n".join(world.trace)


def test_an_edit_that_a_person_makes_between_two_writes_of_one_change_is_no_race() -> None:
    """A page was moved, and the write of its text went after a pause, over what a person had written in it."""

    def edit() -> None:
        world.server.trouble = Trouble()
        (view,) = (view for view in world.server.api.views() if view.title == "A")
        world.people.retitle(view)
        world.people.touched.add(view.id)

    def put_off(*_: object) -> None:
        world.server.on_write.remove(put_off)
        world.server.trouble = Trouble(rate=1.0, kinds=("limited_silent",))
        world.clock.after(5, edit)

    world = mirrored("ravendocs_rpc", {"one/a.md": A, "one/b.md": B})
    world.clock.advance(5)
    world.server.on_write.append(put_off)
    commit(world, {"a.md": Written("Else", ONE), "one/b.md": B})
    report = world.sync(RunOptions())
    assert report is not None
    assert ("held", "conflict") in [(step.outcome, step.code) for step in report.steps]
    assert not world.people.raced
    world.settle()
    judge(world)
    assert not world.failures, "\n".join(world.trace)


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_a_write_that_was_put_off_costs_one_look_more_and_is_done(name: str) -> None:
    def pass_by() -> None:
        world.server.trouble = Trouble()

    world = mirrored(name, {"a.md": A, "b.md": B})
    commit(world, {"a.md": A, "b.md": Written("B", ("Edited.", *TWO[1:]))})
    world.seams = Seams(session=lambda real: PutOffOnce(real, world, pass_by))
    report = world.sync(RunOptions())
    assert report is not None
    assert [(step.outcome, step.requests) for step in report.steps] == [("done", 4)]  # look, put off, look, write
    commit(world, {"a.md": A, "b.md": Written("B", ("Edited again.", *TWO[1:]))})
    world.seams = Seams()
    again = world.sync(RunOptions())
    assert again is not None
    assert [(step.outcome, step.requests) for step in again.steps] == [("done", 2)]  # no pause, no look more
    rest(world)


def emptied_folder(seams: Seams) -> World:
    """A page moves out of a folder whose own page is deleted, on a target that deletes what stands below, too."""
    world = World("ravendocs", 0, plain=True, seams=seams)
    world.setup = the_setup("ravendocs", world.server, on_removal=Removal.DELETE)
    commit(world, {"one/a.md": A, "b.md": B})
    world.settle()
    commit(world, {"a.md": A, "b.md": B})
    world.settle()
    judge(world)
    return world


def test_a_page_that_moves_away_outlives_the_page_above_it() -> None:
    world = emptied_folder(Seams())
    assert not world.failures, "\n".join(world.trace)
    assert sorted(view.title for view in world.server.api.views()) == ["A", "B"]


def test_a_page_that_a_person_is_asked_about_outlives_the_page_above_it() -> None:
    """It went with the folder's page, and with it the title that a person had given it."""
    world = mirrored("ravendocs", {"one/a.md": A, "b.md": B})
    world.setup = the_setup("ravendocs", world.server, on_removal=Removal.DELETE)
    (page,) = (view for view in world.server.api.views() if view.title == "A")
    world.clock.advance(5)
    world.people.both(page)
    world.people.touched.add(page.id)
    commit(world, {"b.md": B})
    world.settle()
    judge(world)
    assert not world.failures, "\n".join(world.trace)
    assert page.id in {view.id for view in world.server.api.views()}


@pytest.mark.parametrize("lag", [0.0, 1000.0])
@pytest.mark.parametrize("on_drift", [Way.HOLD, Way.REMOTE])
def test_a_page_that_turns_out_to_be_edited_outlives_the_page_above_it(on_drift: Way, lag: float) -> None:
    """Its move was planned, and then a look found the edit: it stayed, and went with the folder's page.

    Listings may be late: then what should stand below is read.
    """
    world = mirrored("ravendocs", {"one/a.md": A, "b.md": B})
    world.server.api.set_switches({"list_lag": lag})
    world.setup = the_setup("ravendocs", world.server, on_removal=Removal.DELETE, on_drift=on_drift)
    (page,) = (view for view in world.server.api.views() if view.title == "A")
    world.clock.advance(5)
    world.people.append(page)
    world.people.touched.add(page.id)
    commit(world, {"a.md": A, "b.md": B})
    report = world.sync(RunOptions())
    assert report is not None
    assert [step.code for step in report.steps if step.step.path == "one/"] == ["foreign_children"]
    world.settle()
    judge(world)
    assert not world.failures, "\n".join(world.trace)
    assert page.id in {view.id for view in world.server.api.views()}


def test_a_folder_whose_pages_are_tombstones_becomes_one() -> None:
    """They stay below it for ever, and so it was held for ever."""
    world = mirrored("ravendocs", {"one/a.md": A, "b.md": B})
    commit(world, {"b.md": B})
    world.settle()
    assert sorted(view.title for view in world.server.api.views()) == ["B", "[Archived] A", "[Archived] One"]
    world = mirrored("ravendocs", {"one/a.md": A, "one/two/c.md": Written("C", THREE), "b.md": B})
    commit(world, {"one/a.md": A, "b.md": B})
    world.settle()
    commit(world, {"b.md": B})
    rest(world)
    assert sorted(view.title for view in world.server.api.views())[1:] == [
        "[Archived] A",
        "[Archived] C",
        "[Archived] One",
        "[Archived] Two",
    ]


def test_removals_that_go_first_are_caught() -> None:
    with RULES["removals last"]() as seams:
        assert {kind for kind, _ in emptied_folder(seams).failures} == {"false conflict"}


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_the_simulated_mirror_has_the_default_settings(name: str) -> None:
    setup, asked = World(name, 0, plain=True).setup, SyncSettings()
    policy = setup.policy
    assert [policy.on_conflict, policy.on_drift, policy.on_remote_removal, policy.on_removal] == [
        asked.on_conflict,
        asked.on_drift,
        asked.on_remote_removal,
        asked.on_removal,
    ]
    assert (policy.upsert, policy.removal_delay) == (asked.mode == "upsert", asked.removal_delay)
    for limit, default in ((policy.max_removals, asked.max_removals), (policy.max_rerender, asked.max_rerender)):
        assert isinstance(default, Share)
        assert limit == Limit(share=default.percent / 100)
    assert (setup.concurrency, setup.banner) == (asked.concurrency, asked.banner)
    assert setup.settle == Target.model_fields["settle"].default.total_seconds()
