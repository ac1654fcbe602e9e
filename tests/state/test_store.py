"""One suite over each kind of state: what goes in comes out, and what is asked is answered."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from pagemirror.model.errors import StateError
from pagemirror.model.ids import CommitId, MirrorName, PageId, PassId, RepoPath, TargetKey, TextId, TreeId, Uid
from pagemirror.model.records import Choice, Decision, Failure, Open, Standing
from pagemirror.state.interface import (
    AddPass,
    Change,
    DropDecision,
    DropHold,
    DropIntent,
    DropRecord,
    PassRow,
    PutDecision,
    PutHold,
    PutIntent,
    PutMirror,
    PutRecord,
    PutText,
    Store,
    text_id,
)
from pagemirror.state.standing import Counts, MirrorState
from support.staterows import GUIDES, HANDBOOK, TARGET, a_hold, a_keep, a_mirror, a_record, an_intent

FAILURE = Failure(code="too_long", reason="the title has 300 letters", payload="print", at=7.5)
ODD = "a\0b\ud800\x01c"
"""What a database column refuses: NUL and a lone surrogate."""


@pytest.fixture(params=["sqlite", "postgresql", "git", "memory"])
def any_url(request: pytest.FixtureRequest, place: Callable[[str], str]) -> str:
    """Where a state may be begun, of each kind."""
    return place(request.param)


def test_a_mirror_comes_back_as_it_was_put(store: Store) -> None:
    state = MirrorState(
        name=HANDBOOK,
        target=TARGET,
        root="root",
        folder="docs",
        key="key",
        tree=TreeId("t" * 40),
        commit=CommitId("c" * 40),
        settings="s",
        selection="l",
        token="0123456789abcdef",
        cursor=12.5,
        listed_at=13.25,
        removals_at=14.0,
    )
    store.apply(HANDBOOK, [PutMirror(mirror=state)])
    assert store.mirror(HANDBOOK) == state
    later = replace(state, key="", commit=None)
    store.apply(HANDBOOK, [PutMirror(mirror=later)])
    assert store.mirror(HANDBOOK) == later
    assert store.mirror(GUIDES) is None


def test_mirrors_are_listed_by_name(store: Store) -> None:
    for name in ("b", "a_b", "ab", "a"):
        store.apply(MirrorName(name), [a_mirror(MirrorName(name))])
    assert [state.name for state in store.mirrors()] == ["a", "a_b", "ab", "b"]


def test_records_come_by_path_in_code_point_order(store: Store) -> None:
    paths = ("b.md", "a-b.md", "B.md", "ab.md", "ä.md", "a/b.md", "z.md")
    records = [a_record(n, path=RepoPath(path)) for n, path in enumerate(paths)]
    store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=record) for record in records)])
    assert list(store.records(HANDBOOK)) == sorted(records, key=lambda record: record.path)
    assert list(store.records(GUIDES)) == []


def test_strings_that_databases_refuse_come_back_exactly(store: Store) -> None:
    record = a_record(
        uid=Uid(ODD), path=RepoPath(ODD + ".md"), page_id=PageId(ODD), title=ODD, links=(ODD,), failure=FAILURE
    )
    hold = a_hold(record, reason=ODD)
    intent = an_intent(record, title=ODD)
    keep = a_keep(record, ODD, title=ODD, why=ODD)
    store.apply(HANDBOOK, [a_mirror(), PutRecord(record=record), PutHold(hold=hold), PutIntent(intent=intent), keep])
    assert list(store.records(HANDBOOK)) == [record]
    assert store.records_by_uid(HANDBOOK, [record.uid]) == {record.uid: record}
    assert store.records_by_path(HANDBOOK, [record.path]) == (record,)
    assert store.pages_at(TARGET, [PageId(ODD)]) == {ODD: (HANDBOOK, record.uid)}
    assert store.page_ids(HANDBOOK) == {ODD: ODD}
    assert store.linkers(HANDBOOK, [ODD]) == {record.uid}
    assert store.holds(HANDBOOK) == (hold,)
    assert store.intents(HANDBOOK) == (intent,)
    (kept,) = store.kept(HANDBOOK, record.uid)
    assert (kept.title, kept.why, kept.page_id, store.text(kept.text)) == (ODD, ODD, ODD, ODD)


def test_records_are_found_by_uid_and_by_path(store: Store) -> None:
    one, two = a_record(1), a_record(2, standing=Standing.REMOVED)
    twin = a_record(3, path=one.path)
    store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=record) for record in (one, two, twin))])
    assert store.records_by_uid(HANDBOOK, [two.uid, Uid("nobody")]) == {two.uid: two}
    assert store.records_by_path(HANDBOOK, [one.path, two.path, RepoPath("docs/none.md")]) == (one, twin, two)
    assert store.records_by_path(GUIDES, [one.path]) == ()


def test_more_names_than_one_statement_takes_are_asked_in_several(store: Store) -> None:
    records = [a_record(n) for n in range(1_200)]
    store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=record) for record in records)])
    assert len(store.records_by_path(HANDBOOK, [record.path for record in records])) == 1_200
    assert len(store.records_by_uid(HANDBOOK, [record.uid for record in records])) == 1_200
    store.apply(HANDBOOK, [DropRecord(uid=record.uid) for record in records])
    assert store.counts(HANDBOOK).records == 0


def test_records_with_open_work_a_failure_a_hold_or_a_decision_are_open(store: Store) -> None:
    records = {
        "settled": a_record(1),
        "unsettled": a_record(2, open=Open.UNSETTLED),
        "failed": a_record(3, failure=FAILURE),
        "held": a_record(4),
        "decided": a_record(5),
        "failed and held": a_record(6, failure=FAILURE, open=Open.FAILED),
    }
    decision = Decision(uid=records["decided"].uid, choice=Choice.GIT, basis="b", at=1.0)
    changes = [PutHold(hold=a_hold(records[name])) for name in ("held", "failed and held")]
    store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=record) for record in records.values())])
    store.apply(HANDBOOK, [*changes, PutDecision(decision=decision)])
    assert store.records_open(HANDBOOK) == tuple(record for name, record in records.items() if name != "settled")
    assert store.records_open(GUIDES) == ()


def test_records_that_are_not_live_are_away(store: Store) -> None:
    live, removed, left = (a_record(n, standing=standing) for n, standing in enumerate(Standing))
    store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=record) for record in (live, removed, left))])
    assert store.records_away(HANDBOOK) == (removed, left)


def test_linkers_follow_the_records_links(store: Store) -> None:
    one = a_record(1, links=("docs/a.md", "[[Home]]", "docs/a.md"))
    two = a_record(2, links=("docs/a.md",))
    store.apply(HANDBOOK, [a_mirror(), PutRecord(record=one), PutRecord(record=two)])
    assert store.linkers(HANDBOOK, ["docs/a.md"]) == {one.uid, two.uid}
    assert store.linkers(HANDBOOK, ["[[Home]]", "docs/none.md"]) == {one.uid}
    store.apply(HANDBOOK, [PutRecord(record=replace(one, links=("docs/b.md",))), DropRecord(uid=two.uid)])
    assert store.linkers(HANDBOOK, ["docs/a.md", "[[Home]]"]) == set()
    assert store.linkers(HANDBOOK, ["docs/b.md"]) == {one.uid}
    assert store.records_by_uid(HANDBOOK, [two.uid]) == {}


def test_pages_belong_to_live_and_removed_records_of_all_mirrors_of_the_target(store: Store) -> None:
    elsewhere = TargetKey("exec https://other.example.com")
    third = MirrorName("third")
    store.apply(HANDBOOK, [a_mirror(), PutRecord(record=a_record(1))])
    store.apply(
        GUIDES, [a_mirror(GUIDES), PutRecord(record=a_record(2)), PutRecord(record=a_record(3, standing=Standing.LEFT))]
    )
    store.apply(GUIDES, [PutRecord(record=a_record(4, page_id=PageId("p1"), standing=Standing.REMOVED))])
    store.apply(third, [a_mirror(third, target=elsewhere), PutRecord(record=a_record(5, page_id=PageId("p1")))])
    pages = [PageId(page) for page in ("p1", "p2", "p3", "p9")]
    assert store.pages_at(TARGET, pages) == {"p1": (HANDBOOK, "u1"), "p2": (GUIDES, "u2")}
    assert store.pages_at(elsewhere, pages) == {"p1": (third, "u5")}


def test_page_ids_are_those_of_live_records(store: Store) -> None:
    records = [a_record(1), a_record(2, page_id=None), a_record(3, standing=Standing.REMOVED)]
    store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=record) for record in records)])
    assert store.page_ids(HANDBOOK) == {"p1": "u1"}


def test_a_page_that_another_live_record_has_is_refused_naming_both(store: Store) -> None:
    store.apply(HANDBOOK, [a_mirror(), PutRecord(record=a_record(1))])
    store.apply(GUIDES, [a_mirror(GUIDES)])
    second = a_record(2, page_id=PageId("p1"), path=RepoPath("guides/x.md"))
    with pytest.raises(StateError) as refused:
        store.apply(GUIDES, [PutRecord(record=a_record(7)), PutRecord(record=second), PutText(text="lost")])
    assert refused.value.code == "foreign"
    for word in ("p1", "docs/1.md", "handbook", "guides/x.md", "guides"):
        assert word in refused.value.message
    assert refused.value.hint
    assert list(store.records(GUIDES)) == []
    assert store.text(text_id("lost")) is None


def test_two_records_of_one_batch_can_not_have_the_same_page(store: Store) -> None:
    with pytest.raises(StateError, match=r"target named one page, p1, for two files") as refused:
        store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=a_record(n, page_id=PageId("p1"))) for n in (1, 2))])
    assert refused.value.code == "foreign"
    for word in ("docs/1.md", "docs/2.md", "handbook", "not recorded"):
        assert word in refused.value.message


def test_a_page_id_with_line_ends_splits_no_message(store: Store) -> None:
    page = PageId("p1\nSigned-off-by: x\x1b")
    with pytest.raises(StateError) as refused:
        store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=a_record(n, page_id=page)) for n in (1, 2))])
    assert refused.value.message.isprintable()
    assert r"'p1\nSigned-off-by: x\x1b'" in refused.value.message


def test_a_page_is_free_again_once_its_record_is_not_live(store: Store) -> None:
    store.apply(HANDBOOK, [a_mirror(), PutRecord(record=a_record(1))])
    store.apply(GUIDES, [a_mirror(GUIDES)])
    store.apply(HANDBOOK, [PutRecord(record=a_record(1, standing=Standing.LEFT))])
    store.apply(GUIDES, [PutRecord(record=a_record(2, page_id=PageId("p1")))])
    assert store.pages_at(TARGET, [PageId("p1")]) == {"p1": (GUIDES, "u2")}


def test_two_records_swap_their_pages_in_one_batch(store: Store) -> None:
    one, two = a_record(1), a_record(2)
    store.apply(HANDBOOK, [a_mirror(), PutRecord(record=one), PutRecord(record=two)])
    swapped = [PutRecord(record=replace(one, page_id=two.page_id)), PutRecord(record=replace(two, page_id=one.page_id))]
    store.apply(HANDBOOK, swapped)
    assert store.page_ids(HANDBOOK) == {"p1": "u2", "p2": "u1"}


def test_the_same_page_id_on_two_targets_is_two_pages(store: Store) -> None:
    store.apply(HANDBOOK, [a_mirror(), PutRecord(record=a_record(1))])
    store.apply(GUIDES, [a_mirror(GUIDES, target=TargetKey("pharen")), PutRecord(record=a_record(1))])
    assert store.page_ids(GUIDES) == {"p1": "u1"}


def test_a_mirror_whose_target_becomes_another_takes_its_pages_along(store: Store) -> None:
    moved = TargetKey("exec https://new.example.com")
    store.apply(HANDBOOK, [PutRecord(record=a_record(1))])
    assert store.pages_at(TARGET, [PageId("p1")]) == {}
    store.apply(HANDBOOK, [a_mirror()])
    assert store.pages_at(TARGET, [PageId("p1")]) == {"p1": (HANDBOOK, "u1")}
    store.apply(HANDBOOK, [a_mirror(target=moved)])
    assert store.pages_at(moved, [PageId("p1")]) == {"p1": (HANDBOOK, "u1")}
    assert store.pages_at(TARGET, [PageId("p1")]) == {}


def test_live_records_elsewhere_in_the_repository_are_found_by_path(store: Store) -> None:
    foreign = MirrorName("foreign")
    mine = a_record(1)
    paged = a_record(2, path=RepoPath("docs/both.md"))
    store.apply(HANDBOOK, [a_mirror(), PutRecord(record=mine), PutRecord(record=replace(paged, page_id=None))])
    store.apply(
        GUIDES, [a_mirror(GUIDES), PutRecord(record=paged), PutRecord(record=a_record(3, standing=Standing.REMOVED))]
    )
    store.apply(foreign, [a_mirror(foreign, root="another"), PutRecord(record=a_record(4, page_id=None))])
    paths = [RepoPath(f"docs/{name}.md") for name in ("1", "both", "3", "4")]
    assert store.elsewhere("root", paths) == {"docs/1.md": (HANDBOOK, mine), "docs/both.md": (GUIDES, paged)}
    assert store.elsewhere("", paths) == {}


def test_intents_come_oldest_first_and_go(store: Store) -> None:
    later = an_intent(a_record(1), sent_at=9.0)
    earlier = an_intent(a_record(2, page_id=None, failure=FAILURE), sent_at=8.5, page_id=None)
    store.apply(HANDBOOK, [PutIntent(intent=later), PutIntent(intent=earlier)])
    assert store.intents(HANDBOOK) == (earlier, later)
    store.apply(HANDBOOK, [DropIntent(uid=earlier.uid)])
    assert store.intents(HANDBOOK) == (later,)


def test_holds_come_by_path_and_go(store: Store) -> None:
    texts = [PutText(text=text) for text in ("base", "git", "remote")]
    b = a_hold(a_record(1, path=RepoPath("b.md")), candidates=(PageId("x"), PageId("y")), since_pass="p")
    a = a_hold(a_record(2, path=RepoPath("a.md")), base=text_id("base"), git=text_id("git"), remote=text_id("remote"))
    store.apply(HANDBOOK, [*texts, PutHold(hold=b), PutHold(hold=a)])
    assert store.holds(HANDBOOK) == (a, b)
    store.apply(HANDBOOK, [DropHold(uid=a.uid)])
    assert store.holds(HANDBOOK) == (b,)


def test_a_decision_comes_back_and_a_later_one_replaces_it(store: Store) -> None:
    first = Decision(uid=Uid("u1"), choice=Choice.PAGE, basis="b", at=1.5, page_id=PageId("p"), title="T")
    second = Decision(uid=Uid("u1"), choice=Choice.RESTORE, basis="b", at=2.5, text=text_id("old"))
    store.apply(HANDBOOK, [PutDecision(decision=first)])
    assert store.decisions(HANDBOOK) == {"u1": first}
    store.apply(HANDBOOK, [PutDecision(decision=second)])
    assert store.decisions(HANDBOOK) == {"u1": second}
    store.apply(HANDBOOK, [DropDecision(uid=Uid("u1"))])
    assert store.decisions(HANDBOOK) == {}


def test_the_last_of_several_changes_of_one_thing_counts(store: Store) -> None:
    record = a_record(1)
    later = replace(record, title="Later")
    store.apply(HANDBOOK, [PutRecord(record=record), DropRecord(uid=record.uid), PutRecord(record=later)])
    assert list(store.records(HANDBOOK)) == [later]
    store.apply(HANDBOOK, [PutIntent(intent=an_intent(record)), DropIntent(uid=record.uid)])
    assert store.intents(HANDBOOK) == ()


def test_a_text_is_stored_once_and_exactly(store: Store) -> None:
    text = "line\r\nä\0\ud800 " * 200
    store.apply(HANDBOOK, [PutText(text=text), a_keep(a_record(1), text, at=1.0)])
    size = store.counts(HANDBOOK).texts_bytes
    store.apply(HANDBOOK, [PutText(text=text), a_keep(a_record(2), text, at=1.0)])
    store.apply(GUIDES, [PutText(text=text)])
    assert store.text(text_id(text)) == text
    assert 0 < size < len(text)
    assert store.counts(HANDBOOK).texts_bytes == size
    assert store.counts(GUIDES).texts_bytes == 0
    assert store.text(TextId("unknown")) is None


def test_the_same_text_of_the_same_page_in_succession_is_kept_once(store: Store) -> None:
    one, two = a_record(1), a_record(2)
    for keep in (a_keep(one, "x", at=10.0), a_keep(one, "x", at=20.0, why="again"), a_keep(two, "x", at=21.0)):
        store.apply(HANDBOOK, [keep])
    assert [(kept.uid, kept.at, kept.why) for kept in store.kept(HANDBOOK)] == [
        ("u2", 21.0, "overwritten"),
        ("u1", 20.0, "overwritten"),
    ]
    store.apply(HANDBOOK, [a_keep(one, "y", at=30.0), a_keep(one, "x", at=40.0)])
    kept = store.kept(HANDBOOK, one.uid)
    assert [store.text(row.text) for row in kept] == ["x", "y", "x"]
    assert [row.number for row in kept] == sorted((row.number for row in kept), reverse=True)
    assert {(row.mirror, row.path, row.page_id, row.title) for row in kept} == {(HANDBOOK, "docs/1.md", "p1", "Page 1")}
    assert store.kept(GUIDES) == ()


def test_pruning_forgets_old_kept_texts_and_texts_that_nothing_names(store: Store) -> None:
    record = a_record(1, text=text_id("sent"), server_text=text_id("server"))
    intent = an_intent(replace(record, text=text_id("to be sent"), server_text=None))
    hold = a_hold(record, base=text_id("base"), git=text_id("git"), remote=text_id("remote"))
    decision = Decision(uid=Uid("u1"), choice=Choice.RESTORE, basis="", at=1.0, text=text_id("decided"))
    named = ("sent", "server", "to be sent", "base", "git", "remote", "decided")
    store.apply(
        HANDBOOK,
        [
            *(PutText(text=text) for text in (*named, "nobody's")),
            *(PutRecord(record=record), PutIntent(intent=intent), PutHold(hold=hold), PutDecision(decision=decision)),
            a_keep(record, "old", at=100.0),
            a_keep(record, "new", at=150.0),
        ],
    )
    before = store.counts(HANDBOOK).texts_bytes
    freed = store.prune(now=200.0, keep=60.0)
    assert [store.text(kept.text) for kept in store.kept(HANDBOOK)] == ["new"]
    assert [store.text(text_id(text)) for text in named] == list(named)
    assert store.text(text_id("old")) is None
    assert store.text(text_id("nobody's")) is None
    assert 0 < before - store.counts(HANDBOOK).texts_bytes < freed
    assert store.prune(now=200.0, keep=60.0) == 0


def test_texts_are_not_looked_for_again_so_soon(store: Store) -> None:
    store.apply(HANDBOOK, [PutText(text="first")])
    assert store.prune(now=1000.0, keep=60.0, every=100.0) > 0
    store.apply(HANDBOOK, [PutText(text="second")])
    assert store.prune(now=1099.0, keep=60.0, every=100.0) == 0
    assert store.text(text_id("second")) == "second"
    assert store.prune(now=1100.0, keep=60.0, every=100.0) > 0
    assert store.text(text_id("second")) is None


def test_a_clock_that_is_put_far_ahead_and_back_takes_no_kept_text_with_it(store: Store) -> None:
    store.apply(HANDBOOK, [a_keep(a_record(1), "a person's", at=950.0)])
    for now in (1000.0, 90_000.0, 1100.0, 1160.0):
        store.prune(now=now, keep=200.0, every=50.0)
        assert [store.text(kept.text) for kept in store.kept(HANDBOOK)] == ["a person's"]
    for now in (1210.0, 1270.0):
        store.prune(now=now, keep=200.0, every=50.0)
    assert store.kept(HANDBOOK) == ()


def test_a_kept_texts_number_is_never_given_again(store: Store) -> None:
    store.apply(HANDBOOK, [a_keep(a_record(1), "x", at=10.0)])
    (first,) = store.kept(HANDBOOK)
    store.prune(now=100.0, keep=1.0)
    store.apply(HANDBOOK, [a_keep(a_record(1), "y", at=100.0)])
    (second,) = store.kept(HANDBOOK)
    assert second.number > first.number


def test_the_last_two_hundred_passes_of_a_mirror_stay(store: Store) -> None:
    rows = [
        PassRow(
            id=PassId(f"pass-{n}"),
            mirror=HANDBOOK,
            started=n + 0.5,
            ended=n + 0.75,
            commit=CommitId("c") if n % 2 else None,
            result="ok",
            requests=n,
            summary=(("create", n), ("update", 0)),
            message="done",
        )
        for n in range(205)
    ]
    store.apply(GUIDES, [AddPass(row=replace(rows[0], mirror=GUIDES))])
    store.apply(HANDBOOK, [AddPass(row=row) for row in rows])
    assert store.passes(HANDBOOK) == (rows[-1],)
    assert store.passes(HANDBOOK, 1_000) == tuple(reversed(rows[5:]))
    assert len(store.passes(GUIDES, 10)) == 1


def test_counts_tell_where_records_stand(store: Store) -> None:
    opens = [a_record(n, open=open_) for n, open_ in enumerate(Open)]
    records = [
        *opens,
        a_record(20, page_id=None, failure=FAILURE),
        a_record(21, diverged=True),
        a_record(22, diverged=True, standing=Standing.REMOVED),
        a_record(23, failure=FAILURE, open=Open.FAILED),
    ]
    decision = Decision(uid=Uid("u1"), choice=Choice.GIT, basis="b", at=1.0)
    store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=record) for record in records)])
    store.apply(HANDBOOK, [PutHold(hold=a_hold(records[0])), PutDecision(decision=decision)])
    store.apply(HANDBOOK, [PutIntent(intent=an_intent(record)) for record in records[:3]])
    assert store.counts(HANDBOOK) == Counts(
        records=10,
        pages=8,
        held=1,
        unsettled=1,
        diverged=1,
        unknown=1,
        failed=3,
        retrying=2,
        deferred=1,
        leaving=1,
        decided=1,
        intents=3,
    )
    assert store.counts(GUIDES) == Counts()


def test_a_renamed_mirror_keeps_everything(store: Store) -> None:
    record = a_record(1, links=("docs/2.md",))
    row = PassRow(id=PassId("p"), mirror=HANDBOOK, started=1, ended=2, commit=None, result="ok", requests=3)
    changes: list[Change] = [
        a_mirror(),
        PutRecord(record=record),
        PutHold(hold=a_hold(record)),
        AddPass(row=row),
        a_keep(record, "x"),
    ]
    store.apply(HANDBOOK, [*changes, PutIntent(intent=an_intent(record))])
    store.apply(GUIDES, [a_mirror(GUIDES, key="begun")])
    assert store.rename_mirror(HANDBOOK, GUIDES)
    assert store.mirror(HANDBOOK) is None
    assert store.mirror(GUIDES) == replace(a_mirror().mirror, name=GUIDES)
    assert list(store.records(GUIDES)) == [record]
    assert store.linkers(GUIDES, ["docs/2.md"]) == {record.uid}
    assert store.passes(GUIDES) == (replace(row, mirror=GUIDES),)
    assert len(store.intents(GUIDES)) == len(store.holds(GUIDES)) == len(store.kept(GUIDES)) == 1
    assert store.counts(HANDBOOK) == Counts()
    assert store.counts(GUIDES).texts_bytes > 0


def test_a_mirror_is_not_renamed_to_one_that_has_records_nor_from_nothing(store: Store) -> None:
    store.apply(HANDBOOK, [a_mirror(), PutRecord(record=a_record(1))])
    store.apply(GUIDES, [a_mirror(GUIDES), PutIntent(intent=an_intent(a_record(2)))])
    assert not store.rename_mirror(HANDBOOK, GUIDES)
    assert not store.rename_mirror(MirrorName("nobody"), MirrorName("new"))
    assert store.counts(HANDBOOK).records == 1


def test_what_one_store_wrote_another_reads(any_url: str, opened_any: Callable[[str], Store]) -> None:
    first = opened_any(any_url)
    first.apply(HANDBOOK, [a_mirror(), PutRecord(record=a_record(1))])
    second = opened_any(any_url)
    assert list(second.records(HANDBOOK)) == [a_record(1)]
    second.apply(HANDBOOK, [PutRecord(record=a_record(1, title="New"))])
    reader = (
        opened_any(any_url) if any_url.startswith("git:") else first
    )  # one in a ref looks again when it takes a lock
    assert [record.title for record in reader.records(HANDBOOK)] == ["New"]


def test_records_are_streamed_as_they_stood_while_others_write(store: Store) -> None:
    store.apply(HANDBOOK, [a_mirror(), *(PutRecord(record=a_record(n)) for n in range(1_500))])
    stream = store.records(HANDBOOK)
    first = next(stream)
    store.apply(HANDBOOK, [DropRecord(uid=Uid(f"u{n}")) for n in range(1_500)])
    assert len([first, *stream]) == 1_500
    assert list(store.records(HANDBOOK)) == []
