"""Which fields moved, and on which side."""

from dataclasses import replace

from pagemirror.model.fields import BODY, FOLDERS, ICON, LABELS, TITLE, fingerprint
from pagemirror.planner.changes import agreed, differing, is_same, remote_change, seen_by_record, to_send
from pagemirror.planner.views import Present
from planner.sides import page, prints, record, wanted

LABELLED = wanted(full={**wanted().full, LABELS: fingerprint(("a", "b"))})
SHARED = record(remote={**wanted().full, LABELS: fingerprint(("a", "b"))})
OTHERS = page(more={LABELS: fingerprint(("a", "b", "a person's"))})


def test_what_people_add_to_a_shared_set_is_no_change_of_theirs() -> None:
    assert remote_change(SHARED, OTHERS) == frozenset()


def test_a_shared_set_neither_agrees_nor_differs() -> None:
    same = page(more={LABELS: fingerprint(("a", "b"))})
    assert agreed(LABELLED, same) == {TITLE, BODY}
    assert differing(LABELLED, OTHERS) == frozenset()
    assert is_same(LABELLED, OTHERS)


def test_a_shared_set_is_no_part_of_what_the_record_knows_of_the_page() -> None:
    known = seen_by_record(SHARED)
    assert isinstance(known, Present)
    assert set(known.prints) == {TITLE, BODY}


def test_an_empty_set_that_is_no_longer_ours_is_not_taken_back() -> None:
    assert to_send(record(ours={FOLDERS: ()}), wanted()) == frozenset()
    assert to_send(record(ours={FOLDERS: ("f1",)}), wanted()) == {FOLDERS}


def test_a_field_that_the_page_does_not_tell_is_not_taken_for_another_value() -> None:
    iconic = wanted(full={**wanted().full, ICON: fingerprint("x")})
    assert differing(iconic, page()) == frozenset()
    assert differing(iconic, page(more={ICON: fingerprint("y")})) == {ICON}
    assert is_same(iconic, page())


def test_a_page_whose_text_is_not_known_is_never_the_same() -> None:
    untold = replace(page(), prints=prints(title="A"))
    assert not is_same(wanted(), untold)
    assert not is_same(wanted(), page(lost=frozenset({LABELS})))
    assert is_same(wanted(), page())
