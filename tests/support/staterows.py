"""Records and the like for tests of the state: whole values, of which a test names only what it is about."""

from dataclasses import replace
from typing import Any

from pagemirror.model.fields import BODY, FOLDERS, TITLE, fingerprint
from pagemirror.model.ids import BlobId, MirrorName, PageId, RepoPath, TargetKey, Uid
from pagemirror.model.records import Hold, Intent, IntentKind, Record
from pagemirror.state.interface import Keep, Owner, PutMirror
from pagemirror.state.standing import MirrorState

HANDBOOK = MirrorName("handbook")
GUIDES = MirrorName("guides")
TARGET = TargetKey("exec https://api.example.com/v1")
PRINTS = {TITLE: fingerprint("A"), BODY: fingerprint("text")}

ME = Owner(pid=100, host="docs", command="sync", started="boot/1")
OTHER = Owner(pid=200, host="docs", command="run", started="boot/2")


def a_mirror(name: MirrorName = HANDBOOK, **fields: Any) -> PutMirror:
    return PutMirror(mirror=replace(MirrorState(name=name, target=TARGET, root="root"), **fields))


def a_record(number: int = 1, **fields: Any) -> Record:
    """A settled page: `u1` at `docs/1.md` with the page `p1`."""
    record = Record(
        uid=Uid(f"u{number}"),
        path=RepoPath(f"docs/{number}.md"),
        blob=BlobId(f"{number:040x}"),
        title=f"Page {number}",
        page_id=PageId(f"p{number}"),
        own=PRINTS,
        sent=PRINTS,
        remote=PRINTS,
        values={TITLE: f"Page {number}", FOLDERS: ("a", "b")},
        version="3",
        updated=1_000.25,
    )
    return replace(record, **fields)


def an_intent(record: Record, **fields: Any) -> Intent:
    intent = Intent(
        uid=record.uid,
        kind=IntentKind.UPDATE,
        page_id=record.page_id,
        record=record,
        title=record.title,
        remote=record.remote,
        blind=fingerprint("blind"),
        sent_at=50.5,
        epoch=1,
        pass_id="pass",
    )
    return replace(intent, **fields)


def a_hold(record: Record, **fields: Any) -> Hold:
    hold = Hold(
        uid=record.uid,
        path=record.path,
        page_id=record.page_id,
        action="update",
        code="conflict",
        reason="both moved",
        basis="basis",
        at=9.0,
    )
    return replace(hold, **fields)


def a_keep(record: Record, text: str, **fields: Any) -> Keep:
    keep = Keep(
        uid=record.uid,
        path=record.path,
        page_id=record.page_id,
        at=10.0,
        why="overwritten",
        title=record.title,
        text=text,
    )
    return replace(keep, **fields)
