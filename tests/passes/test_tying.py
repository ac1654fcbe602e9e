"""`adopt`: pages that are there are tied to files that come later, and nothing on the target moves before a sync."""

from collections import Counter

import pytest

from pagemirror.model.errors import LockedError, UsageError
from pagemirror.model.reports.ties import Tie
from pagemirror.state import open_store
from pagemirror.state.interface import Owner
from support.mirrors import Mirror, ended


@pytest.fixture
def begun(mirror: Mirror) -> Mirror:
    """A mirror with records, to which pages that people made are to be added."""
    mirror.commit({"a.md": "# A\n\nText.\n"})
    mirror.done()
    mirror.box.create(mirror.api, "Guide", "As it is.\n")
    mirror.box.advance(5)
    return mirror


def test_a_page_with_a_new_files_text_is_tied_without_a_write(begun: Mirror) -> None:
    page = begun.ids()["Guide"]
    begun.commit({"guide.md": "# Guide\n\nAs it is.\n"})
    before = begun.writes()
    row = begun.adopt()["guide.md"]
    assert (row.tie, row.equal, row.page_id) == (Tie.TIED, True, page)
    report = begun.done()
    assert begun.last_step(report, "guide.md").page_id == page
    assert begun.writes() == before
    assert begun.titles() == ["A", "Guide"]
    begun.quiet()


def test_a_page_of_another_text_is_tied_only_by_its_name_and_its_text_is_kept(begun: Mirror) -> None:
    page = begun.ids()["Guide"]
    begun.commit({"guide.md": "# Guide\n\nAs the file has it.\n"})
    assert begun.adopt()["guide.md"].tie is Tie.DIFFERS
    assert begun.adopt("guide.md")["guide.md"].tie is Tie.TIED
    begun.done()
    assert begun.ids()["Guide"] == page
    assert begun.bodies()["Guide"] == "As the file has it.\n"
    assert [row.text for row in begun.history("guide.md")] == ["As it is.\n"]
    begun.quiet()


def test_before_the_first_sync_it_works_too(mirror: Mirror) -> None:
    mirror.box.create(mirror.api, "A", "Old.\n")
    mirror.commit({"a.md": "# A\n\nNew.\n", "b.md": "# B\n\nText.\n"})
    page = mirror.ids()["A"]
    assert mirror.adopt("a.md")["a.md"].tie is Tie.TIED
    mirror.done()
    assert (mirror.ids()["A"], mirror.titles()) == (page, ["A", "B"])
    assert mirror.bodies()["A"] == "New.\n"
    mirror.quiet()


def test_only_told_nothing_is_noted_and_a_state_is_not_even_made(mirror: Mirror) -> None:
    mirror.box.create(mirror.api, "A", "Text.\n")
    mirror.commit({"a.md": "# A\n\nText.\n"})
    assert mirror.adopt(dry=True)["a.md"].tie is Tie.TIED
    assert not mirror.state.exists()


def test_several_pages_of_a_title_are_named_and_none_is_tied(begun: Mirror) -> None:
    begun.box.create(begun.api, "Guide", "Another.\n")
    begun.commit({"guide.md": "# Guide\n\nThe file's.\n"})
    row = begun.adopt("guide.md")["guide.md"]
    assert (row.tie, row.page_id, len(row.candidates)) == (Tie.SEVERAL, None, 2)


def test_a_page_of_ours_is_no_page_for_another_file(begun: Mirror) -> None:
    begun.commit({"other.md": "# A\n\nText.\n"})
    assert begun.adopt() == {}
    assert begun.adopt("other.md")["other.md"].tie is Tie.NONE


def test_a_held_stranger_is_tied_by_its_files_path(mirror: Mirror) -> None:
    mirror.box.create(mirror.api, "A", "A stranger's.\n")
    mirror.commit({"a.md": "# A\n\nThe file's.\n"})
    page = mirror.ids()["A"]
    assert ended(mirror.sync()) == Counter({"adopt held foreign": 1})
    assert mirror.adopt("a.md")["a.md"].page_id == page
    mirror.done()
    assert mirror.bodies() == {"A": "The file's.\n"}
    mirror.quiet()


def test_a_file_that_moves_after_it_was_tied_voids_the_word(begun: Mirror) -> None:
    begun.commit({"guide.md": "# Guide\n\nAs it is.\n"})
    begun.adopt()
    begun.commit({"guide.md": "# Guide\n\nRewritten.\n"})
    begun.sync()
    assert "As it is.\n" in [page["content"] for page in begun.box.pages(begun.api)]


@pytest.mark.parametrize(("path", "code"), [("a.md", "has_page"), ("nothing.md", "unknown_path")])
def test_a_path_that_can_not_be_tied_is_refused_before_the_target_is_asked(begun: Mirror, path: str, code: str) -> None:
    before = begun.requests()
    with pytest.raises(UsageError) as caught:
        begun.adopt(path)
    assert (caught.value.code, begun.requests()) == (code, before)


def test_while_a_pass_is_at_work_nothing_is_noted(begun: Mirror) -> None:
    begun.commit({"guide.md": "# Guide\n\nAs it is.\n"})
    store = open_store(f"sqlite:///{begun.state}")
    now = begun.clock.now()
    owner = Owner(pid=1, host="elsewhere", command="pagemirror sync")
    lease = store.acquire(store.mirrors()[0].name, owner, now=now, lease=3_600.0)
    with pytest.raises(LockedError):
        begun.adopt()
    store.release(lease)
    store.close()
