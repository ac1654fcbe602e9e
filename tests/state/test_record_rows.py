"""Records and intents to rows and back: exact, whatever they hold."""

import json

from hypothesis import given
from hypothesis import strategies as st

from pagemirror.model.fields import BODY, FOLDERS, LABELS, ORDER, PARENT, TITLE, FieldValue
from pagemirror.model.ids import BlobId, FieldName, Fingerprint, PageId, RepoPath, TextId, Uid
from pagemirror.model.records import Failure, Intent, IntentKind, Open, Record, Standing
from pagemirror.state.record_rows import RECORD_COLUMNS, read_intent, read_record, row_of_intent, row_of_record
from support.staterows import HANDBOOK, a_record

WORDS = st.text(max_size=12)
SOME_WORDS = st.one_of(WORDS, st.text(alphabet="\0\x01\udc80\udfff\ue000aé", max_size=4))
HEX = st.text(alphabet="0123456789abcdef", min_size=1, max_size=8)
TIMES = st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.sampled_from([TITLE, BODY, PARENT, ORDER, FOLDERS, LABELS, FieldName("ö")])
PRINTS = st.dictionaries(NAMES, SOME_WORDS.map(Fingerprint), max_size=3)
TUPLES = st.lists(SOME_WORDS, max_size=3).map(tuple)
VALUES: st.SearchStrategy[FieldValue] = st.one_of(st.none(), SOME_WORDS, st.integers(), TUPLES)


@st.composite
def records(draw: st.DrawFn) -> Record:
    def maybe(strategy: st.SearchStrategy[str]) -> str | None:
        return draw(st.one_of(st.none(), strategy))

    page_id, raw_body, text, server_text = maybe(SOME_WORDS), maybe(SOME_WORDS), maybe(HEX), maybe(HEX)
    failure = st.builds(Failure, code=SOME_WORDS, reason=SOME_WORDS, payload=SOME_WORDS, at=TIMES)
    return Record(
        uid=Uid(draw(SOME_WORDS)),
        path=RepoPath(draw(SOME_WORDS)),
        blob=BlobId(draw(HEX)),
        title=draw(SOME_WORDS),
        page_id=None if page_id is None else PageId(page_id),
        slug=maybe(SOME_WORDS),
        front_id=maybe(SOME_WORDS),
        standing=draw(st.sampled_from(Standing)),
        removal=draw(WORDS),
        own=draw(PRINTS),
        raw_body=None if raw_body is None else Fingerprint(raw_body),
        sent=draw(PRINTS),
        remote=draw(PRINTS),
        values=draw(st.dictionaries(NAMES, VALUES, max_size=4)),
        ours=draw(st.dictionaries(NAMES, TUPLES, max_size=3)),
        version=maybe(SOME_WORDS),
        updated=draw(TIMES),
        text=None if text is None else TextId(text),
        server_text=None if server_text is None else TextId(server_text),
        body_known=draw(st.booleans()),
        diverged=draw(st.booleans()),
        protect=draw(st.booleans()),
        open=draw(st.sampled_from(Open)),
        failure=draw(st.one_of(st.none(), failure)),
        leaving_since=draw(st.one_of(st.none(), TIMES)),
        former_ids=tuple(PageId(word) for word in draw(TUPLES)),
        order_key=draw(SOME_WORDS),
        links=draw(TUPLES),
    )


@given(record=records())
def test_a_record_comes_back_exactly(record: Record) -> None:
    row = row_of_record(HANDBOOK, "target", record)
    again = read_record([row[name] for name in RECORD_COLUMNS])
    assert again == record
    assert type(again.open) is Open
    assert type(again.standing) is Standing


@given(record=records())
def test_no_column_holds_what_a_database_refuses(record: Record) -> None:
    for value in row_of_record(HANDBOOK, "target", record).values():
        if isinstance(value, str):
            assert "\0" not in value.encode().decode()


@given(record=records(), page_id=st.one_of(st.none(), SOME_WORDS.map(PageId)), prints=PRINTS, at=TIMES)
def test_an_intent_comes_back_exactly_with_its_record(
    record: Record, page_id: PageId | None, prints: dict[FieldName, Fingerprint], at: float
) -> None:
    intent = Intent(
        uid=record.uid,
        kind=IntentKind.RESTORE,
        page_id=page_id,
        record=record,
        title=record.title,
        remote=prints,
        blind=Fingerprint("1:b"),
        sent_at=at,
        epoch=7,
        pass_id=record.order_key,
    )
    row = row_of_intent(HANDBOOK, intent)
    assert read_intent(row["uid"], row["sent_at"], row["data"]) == intent


def test_only_what_differs_from_the_default_is_written() -> None:
    plain = Record(uid=Uid("u"), path=RepoPath("a.md"), blob=BlobId("b"), title="A")
    assert json.loads(row_of_record(HANDBOOK, None, plain)["data"]) == {"title": "A"}


def test_a_page_is_owned_by_a_live_record_only() -> None:
    owned = {
        standing: row_of_record(HANDBOOK, "target", a_record(1, standing=standing))["owned"] for standing in Standing
    }
    assert owned == {Standing.LIVE: "p1", Standing.REMOVED: None, Standing.LEFT: None}
