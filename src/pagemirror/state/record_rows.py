"""Records and intents to rows and back, exactly; knows no database.

A row is a dict of columns. What no statement asks for goes into one JSON column, without the fields that have their
default value, so that a field added later needs no change of old rows.
"""

from collections.abc import Mapping
from typing import Any, Final

from pagemirror.model.fields import NO_FIELDS, NO_PRINTS, Fields
from pagemirror.model.ids import MirrorName, PageId, RepoPath, Uid
from pagemirror.model.images import Upload
from pagemirror.model.records import NO_OURS, Failure, Intent, IntentKind, Open, Ours, Record, Standing
from pagemirror.state.searching import words_of
from pagemirror.state.words import ESCAPED, dump, load, packed, packed_or_none, unpacked

__all__ = ["RECORD_COLUMNS", "Row", "read_intent", "read_record", "row_of_intent", "row_of_record"]

Row = dict[str, Any]

RECORD_COLUMNS: Final = (
    "uid",
    "path",
    "page_id",
    "standing",
    "open",
    "diverged",
    "blob",
    "text",
    "server_text",
    "data",
)
"""What `read_record` takes, in its order."""

_RECORD_DEFAULTS: Final[Mapping[str, object]] = {
    "slug": None,
    "front_id": None,
    "removal": "",
    "raw_body": None,
    "version": None,
    "updated": 0.0,
    "body_known": True,
    "protect": False,
    "leaving_since": None,
    "former_ids": (),
    "order_key": "",
    "links": (),
    "last_write": (),
    "written_over": 0.0,
    "shadowed": False,
}


def _record_data(record: Record) -> Row:
    data: Row = {"title": record.title}
    for name, default in _RECORD_DEFAULTS.items():
        value = getattr(record, name)
        if value != default:
            data[name] = value
    for name in ("own", "sent", "remote", "values", "ours"):
        value = getattr(record, name)
        if value:
            data[name] = dict(value)
    if record.uploads:
        data["uploads"] = [[one.path, one.blob, one.name, one.file] for one in record.uploads]
    if record.failure is not None:
        failure = record.failure
        data["failure"] = [failure.code, failure.reason, failure.payload, failure.at]
    return data


def row_of_record(mirror: MirrorName, target: str | None, record: Record) -> Row:
    """A record's row in `records`."""
    page_id = packed_or_none(record.page_id)
    live = record.standing is Standing.LIVE
    return {
        "mirror": mirror,
        "uid": packed(record.uid),
        "path": packed(record.path),
        "target": target,
        "page_id": page_id,
        "owned": page_id if live else None,
        "standing": record.standing.value,
        "open": record.open.value,
        "failure": "" if record.failure is None else packed(record.failure.code) or "unnamed",
        "diverged": int(record.diverged),
        "paged": int(page_id is not None),
        "busy": int(record.open is not Open.NONE or record.failure is not None),
        "blob": record.blob,
        "text": record.text,
        "server_text": record.server_text,
        "data": dump(_record_data(record)),
        "words": words_of(record.path, record.title),
    }


_STANDINGS: Final = {standing.value: standing for standing in Standing}
_OPENS: Final = {value.value: value for value in Open}


def _fields(value: Mapping[str, Any]) -> Fields:
    return {name: tuple(item) if type(item) is list else item for name, item in value.items()}  # type: ignore[misc]  # names are FieldNames by how the row was written


def _ours(value: Mapping[str, Any]) -> Ours:
    return {name: tuple(items) for name, items in value.items()}  # type: ignore[misc]  # as above


def read_record(row: Any) -> Record:
    """A record from its row's `RECORD_COLUMNS`. Called for every record of a mirror: each look-up here counts."""
    uid, path, page_id, standing, open_, diverged, blob, text, server_text, packed_data = row
    data = load(packed_data)
    get = data.get
    failure = get("failure")
    values = get("values")
    ours = get("ours")
    return Record(
        uid=uid if uid[:1] != ESCAPED else Uid(unpacked(uid)),
        path=path if path[:1] != ESCAPED else RepoPath(unpacked(path)),
        blob=blob,
        title=data["title"],
        page_id=page_id if page_id is None or page_id[:1] != ESCAPED else PageId(unpacked(page_id)),
        slug=get("slug"),
        front_id=get("front_id"),
        standing=_STANDINGS[standing],
        removal=get("removal", ""),
        own=get("own", NO_PRINTS),
        raw_body=get("raw_body"),
        sent=get("sent", NO_PRINTS),
        remote=get("remote", NO_PRINTS),
        values=NO_FIELDS if values is None else _fields(values),
        ours=NO_OURS if ours is None else _ours(ours),
        version=get("version"),
        updated=get("updated", 0.0),
        text=text,
        server_text=server_text,
        body_known=get("body_known", True),
        diverged=diverged != 0,
        protect=get("protect", False),
        open=_OPENS[open_],
        failure=None
        if failure is None
        else Failure(code=failure[0], reason=failure[1], payload=failure[2], at=failure[3]),
        leaving_since=get("leaving_since"),
        former_ids=tuple(get("former_ids", ())),
        order_key=get("order_key", ""),
        links=tuple(get("links", ())),
        last_write=tuple(get("last_write", ())),
        written_over=get("written_over", 0.0),
        shadowed=get("shadowed", False),
        uploads=tuple(
            Upload(path=shown, blob=sent, name=name, file=file) for shown, sent, name, file in get("uploads", ())
        ),
    )


def row_of_intent(mirror: MirrorName, intent: Intent) -> Row:
    """An intent's row; its record is kept whole inside the JSON."""
    record = intent.record
    data: Row = {
        "kind": intent.kind.value,
        "page_id": intent.page_id,
        "title": intent.title,
        "remote": dict(intent.remote),
        "blind": intent.blind,
        "epoch": intent.epoch,
        "pass_id": intent.pass_id,
        "record": [
            record.uid,
            record.path,
            record.page_id,
            record.standing.value,
            record.open.value,
            int(record.diverged),
            record.blob,
            record.text,
            record.server_text,
            dump(_record_data(record)),
        ],
    }
    if intent.planned:
        data["planned"] = True
    return {
        "mirror": mirror,
        "uid": packed(intent.uid),
        "sent_at": intent.sent_at,
        "text": record.text,
        "server_text": record.server_text,
        "data": dump(data),
    }


def read_intent(uid: str, sent_at: float, packed_data: str) -> Intent:
    """An intent from its row."""
    data = load(packed_data)
    return Intent(
        uid=Uid(unpacked(uid)),
        kind=IntentKind(data["kind"]),
        page_id=data["page_id"],
        record=_read_inner_record(data["record"]),
        title=data["title"],
        remote=data["remote"],
        blind=data["blind"],
        sent_at=sent_at,
        epoch=data["epoch"],
        pass_id=data["pass_id"],
        planned=data.get("planned", False),
    )


def _read_inner_record(row: list[Any]) -> Record:
    uid, path, page_id, *rest = row
    return read_record((packed(uid), packed(path), packed_or_none(page_id), *rest))
