"""Set fields: people file pages too, and what they added is theirs."""

from pagemirror.executor.sets import sets_of, still_ours, with_sets
from pagemirror.model.fields import BODY, FOLDERS, SKILLS, TITLE, Fields
from support.steps import a_page, a_record


def whole(ours: tuple[str, ...], want: tuple[str, ...], there: tuple[str, ...]) -> tuple[str, ...]:
    """The folders that are sent for a page that is filed in `there`."""
    record = a_record("a", ours={FOLDERS: ours})
    send, stand = with_sets(record, {FOLDERS: want}, {TITLE: "T", FOLDERS: want}, a_page(more={FOLDERS: there}))
    assert send == {FOLDERS: stand[FOLDERS]}
    members = stand[FOLDERS]
    assert isinstance(members, tuple)
    return members


def test_what_people_added_stays_beside_what_is_wanted() -> None:
    assert whole((), ("ours",), ("theirs",)) == ("theirs", "ours")


def test_what_we_put_there_and_no_longer_want_goes() -> None:
    assert whole(("old", "ours"), ("ours",), ("old", "theirs", "ours")) == ("theirs", "ours")


def test_what_is_wanted_and_there_already_is_sent_once() -> None:
    assert whole((), ("one",), ("one",)) == ("one",)


def test_a_set_that_is_not_sent_stands_as_it_should_and_what_is_no_set_is_left_alone() -> None:
    page = a_page(body="Before.\n", more={FOLDERS: ("theirs",), SKILLS: ("s",)})
    resolved: Fields = {TITLE: "T", BODY: "B.\n", FOLDERS: ("ours",)}
    send, stand = with_sets(a_record("a"), {BODY: "B.\n"}, resolved, page)
    assert send == {BODY: "B.\n"}
    assert stand == {TITLE: "T", BODY: "B.\n", FOLDERS: ("theirs", "ours")}


def test_a_set_that_is_taken_back_leaves_what_people_added() -> None:
    record = a_record("a", ours={SKILLS: ("ours",)})
    send, stand = with_sets(record, {SKILLS: ()}, {TITLE: "T"}, a_page(more={SKILLS: ("ours", "theirs")}))
    assert send == {SKILLS: ("theirs",)}
    assert stand == {TITLE: "T", SKILLS: ("theirs",)}


def test_only_sets_have_members() -> None:
    assert sets_of({TITLE: "T", FOLDERS: ("a", "b")}) == {FOLDERS: ("a", "b")}


def test_ours_is_what_we_put_there_and_still_want_and_is_still_there() -> None:
    record = a_record("a", ours={FOLDERS: ("gone", "ours"), SKILLS: ("s",), TITLE: ("no set",)})
    page = a_page(more={FOLDERS: ("ours", "theirs"), SKILLS: ("s",)})
    assert still_ours(record, {TITLE: "T", FOLDERS: ("x",)}, page) == {FOLDERS: ("ours",)}
