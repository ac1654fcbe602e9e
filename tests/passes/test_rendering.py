"""A new document's page is told the same in its short form as in its whole one, but for what nothing compares."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import count
from typing import ClassVar

import pytest

from pagemirror.backends.interface import Backend, Problem
from pagemirror.model.documents import Document
from pagemirror.model.fields import BODY, NO_FIELDS, NO_PRINTS, TITLE, Fields
from pagemirror.model.ids import BlobId, Fingerprint, Uid
from pagemirror.passes import library
from pagemirror.passes.gathering import Gathered, gather
from pagemirror.planner.views import Wanted, git_print
from pagemirror.source import Snapshot
from support.simulation.docs import Written
from support.simulation.repository import SimSnapshot
from support.simulation.world import CAPABILITY_SETS, NAME, World

LEFT_OUT = {
    "own": NO_PRINTS,
    "raw_body": Fingerprint(""),
    "sent": NO_PRINTS,
    "full": NO_PRINTS,
    "payload": "",
    "links": (),
}
"""What a plan compares with a record, which a new document has none of; a create renders it whole."""


@pytest.fixture(params=CAPABILITY_SETS)
def world(request: pytest.FixtureRequest) -> World:
    world = World(request.param, 0, plain=True)
    world.docs.files = {
        "a.md": Written("A", ("One.", "Two."), "b.md"),
        "b.md": Written("B", ("Three.",), "a.md"),
        "deep/er/c.md": Written("C", ("Four.",), "a.md"),
    }
    world.docs.commit()
    return world


def gathered_of(world: World, snapshot: Snapshot) -> Gathered:
    numbers = count()
    return gather(
        setup=world.setup,
        snapshot=snapshot,
        store=world.store,
        state=None,
        counts=world.store.counts(NAME),
        mint=lambda: Uid(f"u{next(numbers)}"),
        now=world.clock.now(),
        seen={},
        in_doubt={},
    )


@pytest.mark.parametrize("room", [0, library.ROOM])
def test_what_a_plan_needs_of_a_new_document_is_what_its_whole_rendering_says(
    world: World, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "ROOM", room)
    gathered = gathered_of(world, world.docs.repository.snapshot())
    wanted = [view.wanted for view in gathered.views.values() if view.wanted is not None]
    assert len(wanted) >= 3
    for short in wanted:
        with pytest.raises(ValueError, match=short.path):
            git_print(short)
        whole = gathered.rendering.render(short.uid).wanted
        document = gathered.reading.library.get(short.path)
        assert isinstance(document, Document)
        for each in fields(Wanted):
            said = getattr(short, each.name)
            if each.name in LEFT_OUT:
                assert said == LEFT_OUT[each.name], each.name
            elif each.name == "values":  # a plan tells only a title that isn't the document's own
                title = whole.values[TITLE]
                assert said == (NO_FIELDS if title == document.title else {TITLE: title})
            else:
                assert said == getattr(whole, each.name), each.name


class Counted(SimSnapshot):
    """A snapshot that notes which files were read."""

    asked: ClassVar[list[BlobId]] = []

    def read(self, blobs: Iterable[BlobId]) -> Iterator[tuple[BlobId, bytes]]:
        wanted = list(blobs)
        self.asked.extend(wanted)
        return super().read(wanted)


def test_a_plan_reads_each_new_file_once_however_few_texts_are_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "ROOM", 0)
    monkeypatch.setattr(Counted, "asked", [])
    gathered = gathered_of(world, Counted(world.docs.repository, len(world.docs.repository.commits) - 1))
    assert len(gathered.views) >= len(Counted.asked) == len(set(Counted.asked)) == 3


def test_a_text_too_long_to_be_sure_of_is_made_to_be_judged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = type(world.setup.backend)
    judged = backend.problem
    bodies: list[str] = []

    def noted(self: Backend, given: Fields, *, page: str = "") -> Problem | None:
        bodies.append(str(given.get(BODY) or ""))
        return judged(self, given, page=page)

    monkeypatch.setattr(backend, "problem", noted)
    monkeypatch.setattr(backend, "fits", lambda _self, size, _target: size < 1)
    gathered_of(world, world.docs.repository.snapshot())
    assert len(bodies) >= 3
    for text in ("One.", "Three.", "Four."):
        assert any(text in body for body in bodies)
