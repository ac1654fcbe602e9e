"""Records as JSON lines: out of one state, and into another one of any kind, exactly, or not at all."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pagemirror.model.errors import LockedError, StateError, UsageError
from pagemirror.model.ids import MirrorName, RepoPath
from pagemirror.model.records import Choice, Decision, Standing
from pagemirror.state.figures import SCHEMA_VERSION
from pagemirror.state.interface import PutDecision, PutHold, PutIntent, PutRecord, PutText, Store, text_id
from pagemirror.state.refstore import RefStore
from pagemirror.state.shards import FILES_SINCE
from pagemirror.state.transfer import from_lines
from support.staterows import GUIDES, HANDBOOK, ME, a_hold, a_keep, a_mirror, a_record, an_intent

Opened = Callable[[str], Store]
BOTH = [GUIDES, HANDBOOK]


def filled(store: Store) -> Store:
    """A state of two mirrors with something of each kind, and words that databases don't like."""
    odd = a_record(2, path=RepoPath("docs/nul\0 ü.md"), title="“2”\n\ud800", links=("docs/1.md", "[[Two]]"))
    plain = a_record(1, text=text_id("sent\ud800"), links=("docs/nul\0 ü.md",))
    gone = a_record(3, page_id=None, standing=Standing.REMOVED)
    decision = Decision(uid=odd.uid, choice=Choice.GIT, basis="basis", at=11.5)
    store.apply(
        HANDBOOK,
        [
            a_mirror(cursor=1.5, key="key"),
            *(PutRecord(record=record) for record in (plain, odd, gone)),
            PutText(text="sent\ud800"),
            PutIntent(intent=an_intent(plain)),
            PutHold(hold=a_hold(odd, git=text_id("git"))),
            PutText(text="git"),
            PutDecision(decision=decision),
            a_keep(plain, "one"),
            a_keep(plain, "two", at=12.0),
        ],
    )
    store.apply(
        GUIDES, [a_mirror(GUIDES), PutRecord(record=a_record(9, text=text_id("guides"))), PutText(text="guides")]
    )
    return store


def lines_of(store: Store, *, texts: bool = True) -> list[str]:
    return list(store.export(BOTH, texts=texts))


@pytest.fixture
def source(opened: Opened, tmp_path: Path) -> Store:
    return filled(opened(f"sqlite:///{tmp_path}/source.db"))


def take_in(store: Store, lines: list[str]) -> None:
    store.take_in(from_lines(lines, "x.jsonl"), now=0.0)


def test_what_goes_in_is_what_came_out_in_each_kind_of_state(source: Store, store: Store) -> None:
    lines = lines_of(source)
    take_in(store, lines)
    assert lines_of(store) == lines
    assert tuple(store.records(HANDBOOK)) == tuple(source.records(HANDBOOK))
    assert store.linkers(HANDBOOK, ["docs/nul\0 ü.md", "[[Two]]"]) == {"u1", "u2"}
    assert store.text(text_id("sent\ud800")) == "sent\ud800"
    assert [kept.text for kept in store.kept(HANDBOOK)] == [text_id("two"), text_id("one")]
    store.apply(HANDBOOK, [a_keep(a_record(1), "three", at=13.0)])
    assert len(store.kept(HANDBOOK)) == 3


def test_it_goes_into_a_ref_and_is_pushed(source: Store, opened: Opened) -> None:
    lines = lines_of(source)
    ref = opened("git:refs/pagemirror/state")
    assert isinstance(ref, RefStore)
    take_in(ref, lines)
    ref.reload()
    assert lines_of(ref) == lines


def test_a_state_of_another_kind_is_exported_alike(source: Store, store: Store) -> None:
    assert lines_of(filled(store)) == lines_of(source)


def test_only_the_mirrors_that_are_named_go_out_and_their_texts_only_when_asked(source: Store) -> None:
    rows = [json.loads(line) for line in source.export([GUIDES], texts=True)]
    assert rows[0] == {"pagemirror": "state", "schema": SCHEMA_VERSION, "mirrors": ["guides"], "texts": True}
    assert [row.get("table") for row in rows[1:-1]] == ["mirrors", "records", "texts"]
    assert rows[-1] == {"rows": 3}
    without = [json.loads(line) for line in lines_of(source, texts=False)]
    assert not {"kept", "texts"} & {row.get("table") for row in without}


def test_without_texts_the_records_are_whole_all_the_same(source: Store, store: Store) -> None:
    take_in(store, lines_of(source, texts=False))
    assert tuple(store.records(HANDBOOK)) == tuple(source.records(HANDBOOK))
    assert store.text(text_id("sent\ud800")) is None
    assert store.kept(HANDBOOK) == ()


def test_a_state_that_has_records_of_one_of_the_mirrors_takes_none_in(source: Store, store: Store) -> None:
    store.apply(HANDBOOK, [a_mirror(), PutRecord(record=a_record(5))])
    with pytest.raises(StateError, match="has records of the mirror handbook already") as caught:
        take_in(store, lines_of(source))
    assert caught.value.code == "state_taken"
    assert store.mirror(GUIDES) is None
    assert [record.uid for record in store.records(HANDBOOK)] == ["u5"]


def test_a_page_that_another_mirror_has_already_stops_all(source: Store, store: Store) -> None:
    other = MirrorName("other")
    store.apply(other, [a_mirror(other), PutRecord(record=a_record(9))])
    with pytest.raises(StateError) as caught:
        take_in(store, lines_of(source))
    assert caught.value.code == "foreign"
    assert store.mirror(HANDBOOK) is None
    assert store.counts(GUIDES).records == 0


def test_a_mirror_that_is_at_work_is_left_alone(source: Store, store: Store) -> None:
    store.acquire(HANDBOOK, ME, now=0.0, lease=60.0)
    with pytest.raises(LockedError, match="nothing was imported"):
        store.take_in(from_lines(lines_of(source), "x"), now=1.0)
    assert store.mirror(GUIDES) is None


@pytest.mark.parametrize("cut", [1, 2, 5])
def test_a_file_that_was_cut_off_is_no_export(source: Store, cut: int) -> None:
    with pytest.raises(UsageError, match="cut off"):
        from_lines(lines_of(source)[:-cut], "x.jsonl")


def test_a_line_that_went_missing_in_the_middle_is_noticed(source: Store) -> None:
    lines = lines_of(source)
    with pytest.raises(UsageError, match=rf"x.jsonl, line {len(lines) - 1}: .*rows were exported"):
        from_lines([*lines[:3], *lines[4:]], "x.jsonl")


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        '"word"',
        "{}",
        '{"table":"nosuch"}',
        '{"table":"locks","mirror":"handbook"}',
        '{"table":"records","mirror":"handbook"}',
        '{"table":"holds","mirror":"handbook","uid":"u","path":7,"data":[]}',
        '{"table":"holds","mirror":"handbook","uid":"u","path":"p","data":[]}',
        '{"table":"decisions","mirror":"handbook","uid":"u","data":["nosuch","",1,null,null]}',
        '{"table":"mirrors","name":"stranger","target":"t","root":"","data":{}}',
        '{"table":"texts","id":"0","text":"another"}',
    ],
)
def test_a_bad_line_is_named(source: Store, bad: str) -> None:
    lines = lines_of(source)
    with pytest.raises(UsageError, match=r"^x.jsonl, line 3: "):
        from_lines([*lines[:2], bad, *lines[2:]], "x.jsonl")


def test_what_stands_after_the_end_is_a_bad_line(source: Store) -> None:
    lines = lines_of(source)
    with pytest.raises(UsageError, match=rf"line {len(lines) + 1}: "):
        from_lines([*lines, lines[1]], "x.jsonl")


@pytest.mark.parametrize("head", ["", "{", "# Title", '{"pagemirror":"plan"}', '{"mirrors":[],"schema":1}'])
def test_another_file_is_no_export(head: str) -> None:
    with pytest.raises(UsageError, match="no export of a state"):
        from_lines([head], "x.jsonl")


def test_a_newer_version_is_refused_and_an_older_one_too(source: Store) -> None:
    lines = lines_of(source)
    for version, error in ((SCHEMA_VERSION + 1, StateError), (FILES_SINCE - 1, UsageError)):
        head = json.dumps({**json.loads(lines[0]), "schema": version})
        with pytest.raises(error, match=f"version {version}"):
            from_lines([head, *lines[1:]], "x.jsonl")
