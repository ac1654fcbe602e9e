"""A new document's page is told the same in its short form as in its whole one, but for what nothing compares."""

from dataclasses import fields
from itertools import count

import pytest

from pagemirror.model.documents import Document
from pagemirror.model.fields import NO_FIELDS, NO_PRINTS, TITLE
from pagemirror.model.ids import Fingerprint, Uid
from pagemirror.passes.gathering import gather
from pagemirror.planner.views import Wanted, git_print
from support.simulation.docs import Written
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


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_what_a_plan_needs_of_a_new_document_is_what_its_whole_rendering_says(name: str) -> None:
    world = World(name, 0, plain=True)
    world.docs.files = {
        "a.md": Written("A", ("One.", "Two."), "b.md"),
        "b.md": Written("B", ("Three.",), "a.md"),
        "deep/er/c.md": Written("C", ("Four.",), "a.md"),
    }
    world.docs.commit()
    numbers = count()
    gathered = gather(
        setup=world.setup,
        snapshot=world.docs.repository.snapshot(),
        store=world.store,
        state=None,
        counts=world.store.counts(NAME),
        mint=lambda: Uid(f"u{next(numbers)}"),
        now=world.clock.now(),
        seen={},
        in_doubt={},
    )
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
