"""What is written down about requests that got no answer, and which pages may be theirs. Pure: writes nothing."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pagemirror.model.fields import BODY, PARENT
from pagemirror.model.ids import FieldName, Fingerprint
from pagemirror.model.pages import Header
from pagemirror.model.records import Intent, IntentKind, Open, Record
from pagemirror.state.interface import Change, DropDecision, DropHold, DropIntent, PutRecord

__all__ = ["may_be", "not_applied", "over", "partly", "same_page", "same_place", "with_uploads"]

APART: Final = 300.0
"""How far two clocks are likely to be off, in seconds: a page that was made so near to a create may be its own."""


def with_uploads(intent: Intent, before: Record | None) -> Intent:
    """Images may have been sent since a change was noted; what is known of them stays known."""
    if before is None or intent.kind is IntentKind.CREATE or not before.uploads:
        return intent
    return replace(intent, record=replace(intent.record, uploads=before.uploads))


def partly(intent: Intent, before: Record, there: Mapping[FieldName, Fingerprint]) -> Record:
    """The record of a page of whose fields some are as they were sent, and the others as they were."""
    new = intent.record
    applied = {name for name, value in there.items() if value != before.remote.get(name)}
    part = replace(
        before,
        remote={**before.remote, **there},
        sent={**before.sent, **{name: value for name, value in new.sent.items() if name in applied}},
        values={**before.values, **{name: value for name, value in new.values.items() if name in applied}},
        open=Open.UNKNOWN,
    )
    if new.diverged:  # a person's text was merged: what is there is not Git's, sent or not
        return replace(part, diverged=True, server_text=new.server_text)
    return replace(part, text=new.text, server_text=new.server_text) if BODY in applied else part


def over(intent: Intent) -> tuple[Change, ...]:
    """What an answer would have ended: the intent, and what a person was asked and said before the request."""
    return DropIntent(uid=intent.uid), DropHold(uid=intent.uid), DropDecision(uid=intent.uid)


def not_applied(intent: Intent, before: Record | None) -> tuple[Change, ...]:
    """A create that may be sent again; a document without a record gets one, so that it stays the same document."""
    drop = DropIntent(uid=intent.uid)
    if before is not None:
        return (drop,)
    sent = intent.record
    bare = Record(
        uid=sent.uid,
        path=sent.path,
        blob=sent.blob,
        title=sent.title,
        front_id=sent.front_id,
        protect=sent.protect,
        links=sent.links,
        open=Open.DEFERRED,
    )
    return PutRecord(record=bare), drop


def may_be(intent: Intent, header: Header) -> bool:
    """Whether a page was made when the create was sent, and somebody changed it since."""
    return header.created >= intent.sent_at - APART and header.updated > header.created


def same_page(one: Intent, other: Intent) -> bool:
    """Whether two creates would make pages that nobody could tell apart."""
    return same_place(one, other) and one.remote.get(BODY) == other.remote.get(BODY)


def same_place(one: Intent, other: Intent) -> bool:
    """Whether two creates would make pages with one title at one place."""
    return one.title == other.title and one.remote.get(PARENT) == other.remote.get(PARENT)
