"""Outcomes: the record that a step leaves behind. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from pagemirror.backends.interface import Backend
from pagemirror.executor.observe import members, prints_of
from pagemirror.executor.ports import Rendered
from pagemirror.model.fields import BODY, SET_FIELDS, Fields
from pagemirror.model.ids import FieldName, PageId
from pagemirror.model.pages import Page
from pagemirror.model.records import Failure, Open, Record, Standing
from pagemirror.planner.views import Wanted
from pagemirror.state.interface import text_id

__all__ = ["accepted", "based_on", "failed", "fresh", "refreshed", "removed", "small", "written"]


def small(fields: Fields) -> Fields:
    """The fields whose values a record keeps: all but the body."""
    return {name: value for name, value in fields.items() if name != BODY}


def fresh(wanted: Wanted) -> Record:
    """The first record of a document, before it has a page."""
    return Record(
        uid=wanted.uid,
        path=wanted.path,
        blob=wanted.blob,
        title=wanted.title,
        front_id=wanted.front_id,
        protect=wanted.protect,
        links=wanted.links,
    )


def refreshed(record: Record, wanted: Wanted) -> Record:
    """The git base of a document that moved without anything to send."""
    return replace(
        record,
        path=wanted.path,
        blob=wanted.blob,
        title=wanted.title,
        front_id=wanted.front_id,
        protect=wanted.protect,
        own=wanted.own,
        raw_body=wanted.raw_body,
        leaving_since=None,
        standing=Standing.LIVE,
        removal="",
        failure=None,
        open=Open.UNSETTLED if record.open is Open.UNSETTLED and wanted.wants else Open.NONE,
        links=wanted.links,
    )


def based_on(record: Record, rendered: Rendered) -> Record:
    """The whole git base as it is once the rendered page stands on the target."""
    wanted = rendered.wanted
    return replace(
        refreshed(record, wanted),
        sent=wanted.sent,
        values=small(rendered.fields),
        failure=None,
        open=Open.UNSETTLED if rendered.pending else Open.NONE,
        diverged=False,
    )


def written(
    backend: Backend,
    record: Record,
    page: Page,
    sent: Fields,
    resolved: Mapping[FieldName, tuple[str, ...]],
) -> tuple[Record, str | None]:
    """The record after a write: the remote base is the server's own form of it.

    `sent` are all fields as they were meant to stand; `resolved` the members of set fields that are ours. Also gives
    the server's text where it differs from the sent one, to be stored.
    """
    scalars = {name: value for name, value in sent.items() if name not in SET_FIELDS}
    server = {name: value for name, value in page.fields.items() if name in scalars}
    known = page.body_known and BODY in page.fields
    remote = dict(prints_of(backend, scalars)) | dict(prints_of(backend, server))
    body, there = str(sent.get(BODY) or ""), page.fields.get(BODY) if known else None
    differs = isinstance(there, str) and there != body
    return (
        replace(
            record,
            page_id=page.id,
            slug=page.header.slug,
            remote=remote,
            ours={name: ids for name, ids in resolved.items() if ids},
            version=page.header.version,
            updated=page.header.updated,
            text=text_id(body),
            server_text=text_id(str(there)) if differs else None,
            body_known=known,
            standing=Standing.LIVE,
            removal="",
            leaving_since=None,
            failure=None,
        ),
        str(there) if differs else None,
    )


def accepted(backend: Backend, record: Record, page: Page, wanted: Wanted) -> tuple[Record, str]:
    """The record after a person's edit was accepted: the remote base moves, the page is diverged.

    Gives the accepted text too, to be stored.
    """
    owned = [name for name in {**record.remote, **wanted.full} if name not in SET_FIELDS]
    fields = {name: value for name, value in page.fields.items() if name in owned}
    body = str(page.fields.get(BODY) or "")
    ours = {name: tuple(i for i in ids if i in members(page.fields, name)) for name, ids in record.ours.items()}
    return (
        replace(
            record,
            page_id=page.id,
            slug=page.header.slug,
            sent=wanted.sent,
            remote=prints_of(backend, fields),
            ours={name: ids for name, ids in ours.items() if ids},
            version=page.header.version,
            updated=page.header.updated,
            server_text=text_id(body),
            body_known=True,
            diverged=True,
            failure=None,
            open=Open.NONE,
        ),
        body,
    )


def failed(record: Record, failure: Failure) -> Record:
    """The record of a page that was refused for its own reason."""
    return replace(record, failure=failure, open=Open.NONE)


def removed(record: Record, how: str, page_id: PageId | None) -> Record:
    """The record of a page whose file is gone."""
    return replace(
        record,
        standing=Standing.REMOVED,
        removal=how,
        page_id=page_id,
        open=Open.NONE,
        failure=None,
        leaving_since=None,
    )
