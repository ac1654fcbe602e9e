"""Every point at which a process can die: fixed histories, killed before and after each request and each commit.

Whatever the point: the next passes recover, nothing is there twice, and then a pass has nothing to ask.
"""

from dataclasses import dataclass

import pytest

from pagemirror.model.reports.runs import RunOptions
from support.simulation.docs import Written
from support.simulation.oracle import judge
from support.simulation.world import CAPABILITY_SETS, World

ONE, TWO, THREE = (tuple(f"Line {line} of {name}." for line in range(4)) for name in ("one", "two", "three"))


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands before (and in the `middle`), what is committed then, and whose page a person edits in between."""

    before: dict[str, Written]
    after: dict[str, Written]
    middle: dict[str, Written] | None = None
    person: str = ""
    decides: bool = False


A, B = Written("A", ONE, "b.md"), Written("B", TWO)
SCENES = {
    "creates that link to each other": Scene({}, {"a.md": A, "b.md": Written("B", TWO, "a.md")}),
    "an update": Scene({"a.md": A, "b.md": B}, {"a.md": A, "b.md": Written("B", THREE)}),
    "a rename with an edit and another title": Scene(
        {"a.md": A, "b.md": B}, {"a.md": A, "sub/c.md": Written("C", (*TWO[:3], "Edited."))}
    ),
    "a removal": Scene({"a.md": Written("A", ONE), "b.md": B}, {"a.md": Written("A", ONE)}),
    "a file that is back": Scene(
        {"a.md": Written("A", ONE), "b.md": B},
        {"a.md": Written("A", ONE), "b.md": B},
        middle={"a.md": Written("A", ONE)},
    ),
    "a create beside a removal": Scene(
        {"a.md": Written("A", ONE), "b.md": B}, {"a.md": A, "c.md": Written("C", THREE)}
    ),
    "two files that swap their names": Scene(
        {"a.md": Written("A", ONE), "b.md": B}, {"b.md": Written("A", ONE), "a.md": B}
    ),
    "a new page that is linked to": Scene({"a.md": A}, {"a.md": A, "b.md": B}),
    "section pages": Scene({"a.md": B}, {"a.md": B, "deep/er/c.md": Written("C", THREE, "a.md")}),
    "a conflict that is merged": Scene(
        {"a.md": B}, {"a.md": Written("B", ("Edited.", *TWO[1:]))}, person="B", decides=True
    ),
    "a removal of an edited page": Scene(
        {"a.md": Written("A", ONE), "b.md": B}, {"a.md": Written("A", ONE)}, person="B", decides=True
    ),
}


def begin(name: str, scene: Scene) -> World:
    """A world in which the scene's change is committed and not mirrored yet."""
    world = World(name, 0, plain=True)
    for files in (scene.before, scene.middle):
        if files:
            world.docs.files = dict(files)
            world.docs.commit()
            world.settle()
    world.docs.files = dict(scene.after)
    world.docs.commit()
    if scene.person:
        (page,) = (view for view in world.server.api.views() if view.title == scene.person)
        world.clock.advance(5)
        world.people.append(page)
        world.people.touched.add(page.id)
    if scene.decides:
        world.sync(RunOptions(drift=True))
        assert world.decide_all()
    return world


QUICK = ("creates that link to each other", "a file that is back")
LONG = [pytest.param(scene, id=told, marks=pytest.mark.slow) for told, scene in SCENES.items() if told not in QUICK]


@pytest.mark.parametrize("scene", [*(pytest.param(SCENES[told], id=told) for told in QUICK), *LONG])
@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_a_process_that_dies_anywhere_is_recovered_from(name: str, scene: Scene) -> None:
    count = 0
    while True:
        count += 1
        world = begin(name, scene)
        if world.sync(RunOptions(), kill_at=count) is not None:
            break
        world.settle()
        judge(world)
        assert not world.failures, "\n".join(world.trace)
    assert count > 8, "the scene has hardly an effect to be killed at"
