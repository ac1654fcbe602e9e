"""Which hold a person's word is about, and what is shown of those that wait: on a state made by hand."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from pagemirror.model.errors import UsageError
from pagemirror.model.ids import MirrorName, PageId, RepoPath, TextId, Uid
from pagemirror.model.records import Choice, Decision, Hold, Record, Standing
from pagemirror.model.reports.holds import ConflictReport, HistoryRow, ResolveReport
from pagemirror.passes.deciding import conflicts, find_record, history, only_one, resolve, restore
from pagemirror.planner.table import seen_by_record
from pagemirror.planner.views import own_print, remote_print
from pagemirror.state.interface import Change, Keep, PutDecision, PutHold, PutRecord, PutText, text_id
from support.memory.store import MemoryStore
from support.memory.tables import Tables
from support.simulation.world import NAME, the_setup
from support.steps import a_record

SETUP = the_setup("exec")
DOCS = RepoPath("docs")


def a_hold(name: str, code: str = "drift", *, path: str = "docs/a.md", **but: Any) -> Hold:
    """A page that waits for a person; of a file that is gone, if its code says so."""
    action = "archive" if code == "removed_and_edited" else "update"
    usual: dict[str, Any] = {"page_id": PageId(f"page-{name}"), "action": action, "reason": "", "at": 100.0}
    return Hold(uid=Uid(name), path=RepoPath(path), code=code, **{**usual, "basis": f"basis-{name}", **but})


def waiting(*holds: Hold, decided: tuple[str, ...] = ()) -> MemoryStore:
    """A state in which these wait, and a person has said something of some."""
    store = MemoryStore(Tables())
    said = [Decision(uid=Uid(name), choice=Choice.GIT, basis="", at=1.0) for name in decided]
    store.apply(NAME, (*(PutHold(hold=hold) for hold in holds), *(PutDecision(decision=one) for one in said)))
    return store


def said(store: MemoryStore, choice: str, *, path: str = "a.md", **which: Any) -> ResolveReport:
    """A person's word, which the state has afterwards; `which` says what it is about."""
    return resolve(SETUP, store, DOCS, path, choice=Choice(choice), page=None, now=200.0, **which)


def meant(store: MemoryStore, choice: str, **which: Any) -> str | None:
    """The page that a word was taken to be about."""
    return said(store, choice, **which).page_id


def refused(store: MemoryStore, choice: str, *, path: str = "a.md", **which: Any) -> UsageError:
    """What a word is answered that was not noted."""
    before = store.decisions(NAME)
    with pytest.raises(UsageError) as caught:
        said(store, choice, path=path, **which)
    assert store.decisions(NAME) == before
    return caught.value


def shown(store: MemoryStore) -> list[ConflictReport]:
    """What a person sees of it."""
    return list(conflicts(SETUP, store, DOCS, ()))


GONE = a_hold("gone", "removed_and_edited")
THERE = a_hold("there")


def test_a_word_is_noted_with_what_it_was_said_about() -> None:
    store = waiting(THERE)
    assert said(store, "git") == ResolveReport(
        mirror=NAME, path="a.md", choice="git", code="drift", page_id=PageId("page-there")
    )
    assert store.decisions(NAME) == {
        Uid("there"): Decision(uid=Uid("there"), choice=Choice.GIT, basis="basis-there", at=200.0)
    }


def test_a_page_that_a_person_names_is_noted_and_told() -> None:
    store = waiting(a_hold("x", "foreign"))
    named = resolve(SETUP, store, DOCS, "a.md", choice=Choice.PAGE, page="named", now=200.0)
    assert named.page_id == "named"
    assert store.decisions(NAME)[Uid("x")].page_id == "named"


def test_a_word_that_fits_one_of_two_under_a_path_is_about_that_one() -> None:
    assert meant(waiting(GONE, THERE), "merge") == "page-there"
    assert meant(waiting(GONE, a_hold("there", "foreign")), "git") == "page-gone"


def test_a_word_that_fits_both_has_to_say_which() -> None:
    answer = refused(waiting(GONE, THERE), "git")
    assert answer.code == "which_hold"
    assert "there (drift)" in str(answer)
    assert "gone from there (removed_and_edited)" in str(answer)
    assert meant(waiting(GONE, THERE), "git", gone=True) == "page-gone"
    assert meant(waiting(GONE, THERE), "git", gone=False) == "page-there"


def test_of_several_pages_whose_files_went_from_a_path_the_word_has_to_say_whose() -> None:
    other = a_hold("other", "removed_and_edited")
    answer = refused(waiting(GONE, other), "git")
    assert answer.code == "which_hold"
    assert "page-gone (removed_and_edited), page-other (removed_and_edited)" in str(answer)
    assert meant(waiting(GONE, other, THERE), "git", of="page-other") == "page-other"
    assert meant(waiting(GONE, other, THERE), "git", gone=True, of="page-gone") == "page-gone"
    elsewhere = refused(waiting(GONE, other), "git", of="page-there")
    assert (elsewhere.code, "for a.md and page page-there in mirror" in str(elsewhere)) == ("not_held", True)


def test_of_several_that_have_no_page_the_one_that_waits_longest_is_meant() -> None:
    late, early = (a_hold(name, "foreign", at=at, page_id=None) for name, at in (("late", 150.0), ("early", 50.0)))

    def first(*holds: Hold, decided: tuple[str, ...] = ()) -> list[Uid]:
        store = waiting(*holds, decided=decided)
        said(store, "new")
        return [uid for uid, one in store.decisions(NAME).items() if one.choice is Choice.NEW]

    assert first(late, early) == ["early"]
    assert first(late, early, decided=("early",)) == ["late"]
    assert first(late, early, decided=("early", "late")) == ["early"]
    assert first(late, replace(early, page_id=PageId("page-early"))) == ["early"]


def test_a_word_that_fits_nothing_is_answered_with_what_would() -> None:
    answer = refused(waiting(THERE), "new")
    assert (answer.code, answer.hint) == ("choice", "what fits: --take git, --take remote, --take merge")
    unsure = refused(waiting(a_hold("x", "foreign")), "git")
    assert (unsure.hint, "--take git doesn't fit" in str(unsure)) == ("what fits: --page ID, --new", True)
    twins = refused(waiting(a_hold("x", "duplicate_id")), "git")
    assert twins.hint == "no word does: give each of these files an id of its own"
    outside = refused(waiting(a_hold("x", "settings_removal")), "git")
    assert "--allow-settings-removals" in str(outside.hint)
    assert refused(waiting(a_hold("x", "another", reason="Because.")), "git").hint == "Because."
    late = a_hold("late", "foreign", at=150.0)
    assert refused(waiting(late, THERE), "restore").hint == "what fits: --take git, --take remote, --take merge"


def test_a_word_about_what_does_not_wait_is_answered_with_what_does() -> None:
    assert refused(waiting(), "git").hint == "nothing is held in this mirror"
    other = [a_hold(f"h{number}", path=f"docs/{number}.md") for number in range(6)]
    answer = refused(waiting(*other), "git")
    assert (answer.code, answer.hint) == ("not_held", "held are: 0.md, 1.md, 2.md, 3.md, 4.md")
    assert "Nothing is held for a.md in mirror" in str(answer)


def test_a_word_about_the_other_of_two_says_so() -> None:
    assert "a.md as the file that is there in mirror" in str(refused(waiting(GONE), "git", gone=False))
    assert "a.md as a file that is gone from there in mirror" in str(refused(waiting(THERE), "git", gone=True))
    assert "Nothing is held for b.md in mirror" in str(refused(waiting(THERE), "git", gone=True, path="b.md"))


def test_no_word_lifts_a_guard() -> None:
    guarded = a_hold("guarded", "max_removals", action="archive")
    assert refused(waiting(guarded), "git").hint == "nothing is held in this mirror"
    assert meant(waiting(guarded, THERE), "git") == "page-there"


def test_several_that_wait_under_one_path_are_shown_as_such() -> None:
    def seen(*holds: Hold) -> dict[PageId | None, tuple[bool, bool, bool]]:
        return {report.page_id: (report.gone, report.twice, report.alike) for report in shown(waiting(*holds))}

    alone, elsewhere = a_hold("alone", path="docs/b.md"), a_hold("else", "removed_and_edited", path="docs/c.md")
    other = a_hold("other", "removed_and_edited")
    assert seen(GONE, THERE, alone, elsewhere) == {
        "page-gone": (True, True, False),
        "page-there": (False, True, False),
        "page-alone": (False, False, False),
        "page-else": (True, False, False),
    }
    assert seen(GONE, other, THERE) == {
        "page-gone": (True, True, True),
        "page-other": (True, True, True),
        "page-there": (False, True, False),
    }


def test_what_waits_can_be_asked_for_by_path() -> None:
    store = waiting(THERE, a_hold("b", path="docs/b.md"), a_hold("up", path="up.md"))
    assert [report.path for report in conflicts(SETUP, store, DOCS, ["b.md", "../up.md"])] == ["b.md", "../up.md"]


def test_where_nobody_said_how_a_page_is_opened_none_has_an_address() -> None:
    unsaid = the_setup("exec", page_url="")
    (report,) = conflicts(unsaid, waiting(THERE), DOCS, ())
    assert (report.page_id, report.url) == ("page-there", "")
    (report,) = shown(waiting(a_hold("none", page_id=None)))
    assert (report.page_id, report.url) == (None, "")


def test_a_merge_is_offered_where_there_is_a_text_to_merge_from() -> None:
    (update,) = shown(waiting(THERE))
    (back,) = shown(waiting(a_hold("back", action="restore")))
    assert (update.choices, back.choices) == (("git", "remote", "merge"), ("git", "remote"))


def test_all_of_a_hold_is_shown() -> None:
    texts = {name: text_id(name) for name in ("base", "git", "remote")}
    held = a_hold("x", "foreign", candidates=(PageId("p"),), reason="why", **texts)
    store = waiting(held, decided=("x",))
    store.apply(NAME, tuple(PutText(text=name) for name in texts))
    (report,) = shown(store)
    assert report == ConflictReport(
        mirror=NAME,
        path="a.md",
        page_id=PageId("page-x"),
        url=SETUP.url(PageId("page-x"), slug=None),
        action="update",
        code="foreign",
        reason="why",
        at=100.0,
        choices=("page", "new"),
        base="base",
        git="git",
        remote="remote",
        candidates=(PageId("p"),),
        decided="git",
    )


# ------------------------------------------------------------------ kept texts


def with_records(*records: Record, kept: tuple[Keep, ...] = ()) -> MemoryStore:
    """A state that knows these pages, and has kept these texts."""
    store = MemoryStore(Tables())
    changes: tuple[Change, ...] = (*(PutRecord(record=record) for record in records), *kept)
    store.apply(NAME, changes)
    return store


def a_keep(text: str, name: str = "a", *, path: str = "docs/a.md", at: float = 1.0) -> Keep:
    return Keep(
        uid=Uid(name), path=RepoPath(path), page_id=PageId("page-then"), at=at, why="drift", title="Then", text=text
    )


LIVE = a_record("a", path=RepoPath("docs/a.md"), page_id=PageId("page-a"))


class Backwards(MemoryStore):
    """A state that gives the last record of a path first."""

    def records_by_path(self, name: MirrorName, paths: Iterable[RepoPath]) -> tuple[Record, ...]:
        return super().records_by_path(name, paths)[::-1]


def test_the_page_of_a_path_is_the_live_one_and_of_several_always_the_same() -> None:
    removed = replace(LIVE, uid=Uid("0"), standing=Standing.REMOVED)
    store = with_records(removed, replace(LIVE, uid=Uid("b"), page_id=None), LIVE)
    assert find_record(SETUP, store, DOCS, "a.md") == LIVE
    assert find_record(SETUP, store, RepoPath(""), "docs/a.md") == LIVE
    assert find_record(SETUP, with_records(removed), DOCS, "a.md") == removed
    assert find_record(SETUP, store, DOCS, "b.md") is None
    backwards = Backwards(Tables())
    backwards.apply(NAME, tuple(PutRecord(record=replace(LIVE, uid=Uid(uid), page_id=None)) for uid in "ab"))
    found = find_record(SETUP, backwards, DOCS, "a.md")
    assert found is not None
    assert found.uid == "a"


def test_the_kept_texts_of_a_page_are_told_newest_first_wherever_its_file_was() -> None:
    old, new = a_keep("\n  First é. \nNext.\n", path="docs/old.md"), a_keep("\n", at=2.0)
    store = with_records(LIVE, kept=(old, new, a_keep("Other.", "b")))
    blank, first = history(SETUP, store, DOCS, "a.md")
    assert first == HistoryRow(
        mirror=NAME,
        number=1,
        path="old.md",
        page_id=PageId("page-then"),
        at=1.0,
        why="drift",
        title="Then",
        first_line="First é.",
        size=20,  # bytes
        text="\n  First é. \nNext.\n",
    )
    assert (blank.number, blank.first_line) == (2, "")


def test_the_kept_texts_of_a_file_that_no_record_knows_are_told_by_its_path() -> None:
    store = with_records(kept=(a_keep("Here."), a_keep("Elsewhere.", path="docs/b.md")))
    assert [row.text for row in history(SETUP, store, DOCS, "a.md")] == ["Here."]
    assert [row.text for row in history(SETUP, store, RepoPath(""), "docs/b.md")] == ["Elsewhere."]


class Forgetful(MemoryStore):
    """A state in which texts don't stay."""

    def text(self, name: TextId) -> str | None:
        del name
        return None


def test_a_text_that_the_state_no_longer_has_is_not_shown() -> None:
    store = Forgetful(Tables())
    store.apply(NAME, (PutRecord(record=LIVE), PutText(text="git"), a_keep("Kept.")))
    store.apply(NAME, (PutHold(hold=a_hold("a", git=text_id("git"))),))
    (report,) = shown(store)
    assert (report.git, history(SETUP, store, DOCS, "a.md")) == (None, ())


def put_back(store: MemoryStore, number: int = 1, path: str = "a.md") -> ResolveReport:
    return restore(SETUP, store, DOCS, path, number, now=200.0)


@pytest.mark.parametrize(("code", "bound"), [("drift", "basis-a"), ("foreign", None)])
def test_a_kept_text_that_is_put_back_is_noted_for_what_was_seen_of_the_page(code: str, bound: str | None) -> None:
    store = with_records(LIVE, kept=(a_keep("Kept."), a_keep("Later.", at=2.0)))
    store.apply(NAME, (PutHold(hold=a_hold("a", code)), PutHold(hold=a_hold("b", path="docs/b.md"))))
    told = put_back(store)
    assert told == ResolveReport(mirror=NAME, path="a.md", choice="restore", code="restore", page_id=PageId("page-a"))
    assert store.decisions(NAME) == {
        Uid("a"): Decision(
            uid=Uid("a"),
            choice=Choice.RESTORE,
            basis=bound or f"{own_print(LIVE)}:{remote_print(seen_by_record(LIVE))}",
            at=200.0,
            text=text_id("Kept."),
            title="Then",
        )
    }


@pytest.mark.parametrize("record", [None, replace(LIVE, page_id=None), replace(LIVE, standing=Standing.REMOVED)])
def test_no_text_is_put_back_where_there_is_no_page(record: Record | None) -> None:
    store = with_records(*([record] if record is not None else []), kept=(a_keep("Kept."),))
    with pytest.raises(UsageError) as caught:
        put_back(store)
    assert caught.value.code == "no_page"
    assert store.decisions(NAME) == {}


@pytest.mark.parametrize(("kept", "hint"), [(6, "there are: 6, 5, 4, 3, 2"), (0, "there are: none")])
def test_a_number_without_a_text_is_answered_with_those_that_there_are(kept: int, hint: str) -> None:
    store = with_records(LIVE, kept=tuple(a_keep(f"Text {k}.", at=float(k)) for k in range(kept)))
    with pytest.raises(UsageError) as caught:
        put_back(store, 9)
    assert (caught.value.code, caught.value.hint) == ("no_text", hint)


def test_a_path_is_of_the_one_mirror_that_knows_it() -> None:
    one, two = MirrorName("one"), MirrorName("two")
    assert only_one([one], "a.md") == one
    for mirrors, code in (([], "unknown_path"), ([one, two], "ambiguous_path")):
        with pytest.raises(UsageError) as caught:
            only_one(mirrors, "a.md")
        assert caught.value.code == code
