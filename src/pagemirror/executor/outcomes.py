"""Outcomes: the record that a step leaves behind. Pure."""

from dataclasses import replace

from pagemirror.backends.interface import Backend
from pagemirror.executor.observe import members, prints_of
from pagemirror.executor.ports import Rendered
from pagemirror.model.fields import BODY, PARENT, Fields
from pagemirror.model.ids import PageId
from pagemirror.model.images import IMAGES, images_print, uploaded
from pagemirror.model.pages import Page, Removal
from pagemirror.model.records import Failure, Open, Ours, Record, Standing
from pagemirror.planner.changes import remote_change
from pagemirror.planner.views import Present, Seen, Wanted
from pagemirror.state.interface import text_id

__all__ = [
    "accepted",
    "away",
    "based_on",
    "doubted",
    "failed",
    "fresh",
    "is_loose",
    "overtaken",
    "placed",
    "refreshed",
    "removed",
    "small",
    "unsure",
    "written",
]


def small(fields: Fields) -> Fields:
    """The fields whose values a record keeps: all but the body."""
    return {name: value for name, value in fields.items() if name != BODY}


def placed(values: Fields, page: Page) -> Fields:
    """The values of a record with the page's own place: where Git wants it need not have been sent, or applied."""
    return {**values, PARENT: page.fields[PARENT]} if PARENT in values and PARENT in page.fields else values


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
    """The git base of a document that moved without anything to send; where its page stands is left as it is."""
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
        failure=None,
        open=Open.UNSETTLED if is_loose(record, wanted) else Open.NONE,
        links=wanted.links,
    )


def is_loose(record: Record, wanted: Wanted) -> bool:
    """Whether a page stands with links to pages that are not made yet, or above its place: it is sent again then."""
    settles = record.page_id is not None and record.standing is Standing.LIVE and not record.diverged
    return settles and bool(wanted.wants)


def based_on(record: Record, rendered: Rendered) -> Record:
    """The whole git base as it is once the rendered page stands on the target, with the images that are there."""
    wanted = rendered.wanted
    there = uploaded(record.uploads, rendered.images)
    return replace(
        refreshed(record, wanted),
        standing=Standing.LIVE,
        removal="",
        sent={**wanted.sent, IMAGES: images_print(there)} if rendered.images else wanted.sent,
        values=small(rendered.fields),
        open=Open.UNSETTLED if rendered.pending or there != rendered.images else _taken_up(record),
        diverged=False,
    )


def _taken_up(record: Record) -> Open:
    """What is still to be seen to once a page is level: what belongs below one that had been let go went up then."""
    return Open.DEFERRED if record.standing is Standing.LEFT else Open.NONE


def written(
    backend: Backend, record: Record, page: Page, sent: Fields, ours: Ours, *, git_body: str | None = None
) -> tuple[Record, tuple[str, ...]]:
    """The record after a write: the remote base is the server's own form of it.

    `sent` are all fields as they were meant to stand; `ours` the members of set fields that we put there. `git_body` is
    what Git alone gives, where something else was sent (a merge, a kept text). Also gives the texts to be stored.
    """
    server = {name: value for name, value in page.fields.items() if name in sent}
    known = page.body_known and BODY in page.fields
    remote = {**prints_of(backend, sent), **prints_of(backend, server)}
    meant = str(sent.get(BODY) or "")
    base = meant if git_body is None else git_body
    there = str(page.fields.get(BODY) or "") if known else meant
    record = replace(
        record,
        page_id=page.id,
        slug=page.header.slug,
        values=placed(record.values, page),
        remote=remote,
        ours={name: ids for name, ids in ours.items() if ids},
        version=page.header.version,
        updated=page.header.updated,
        text=text_id(base),
        server_text=text_id(there) if there != base else None,
        body_known=known,
        standing=Standing.LIVE,
        removal="",
        leaving_since=None,
        failure=None,
    )
    return record, (base,) if there == base else (base, there)


def overtaken(backend: Backend, record: Record, page: Page, expected: Fields) -> Record:
    """The record after a write, where the page it gave holds something else than `expected` in one of these fields: a
    person edited it since. Its base is what was expected, without a stamp, so that the next check for drift reads it.
    """
    meant, there = prints_of(backend, expected), prints_of(backend, page.fields)
    names = meant.keys() & there.keys() & record.remote.keys()
    edited = {
        name: meant[name] for name in names - (set() if page.body_known else {BODY}) if there[name] != meant[name]
    }
    return replace(record, remote={**record.remote, **edited}, version=None, updated=0.0) if edited else record


def accepted(backend: Backend, record: Record, page: Page, rendered: Rendered) -> tuple[Record, tuple[str, ...]]:
    """The record after a person's edit was accepted: both bases move, and the page is diverged.

    Gives the texts to be stored too: Git's and the accepted one.
    """
    wanted = rendered.wanted
    fields = {name: value for name, value in page.fields.items() if name in {**record.remote, **wanted.full}}
    git, there = str(rendered.fields.get(BODY) or ""), str(page.fields.get(BODY) or "")
    ours = {name: tuple(i for i in ids if i in members(page.fields, name)) for name, ids in record.ours.items()}
    record = replace(
        refreshed(record, wanted),
        standing=Standing.LIVE,
        removal="",
        page_id=page.id,
        slug=page.header.slug,
        sent=wanted.sent,
        values=placed(small(rendered.fields), page),
        remote=prints_of(backend, fields),
        ours={name: ids for name, ids in ours.items() if ids},
        version=page.header.version,
        updated=page.header.updated,
        text=text_id(git),
        server_text=text_id(there),
        body_known=True,
        diverged=True,
        open=_taken_up(record),
    )
    return record, (git, there)


def unsure(record: Record, seen: Seen) -> Record:
    """The record of a page that people edited, where nothing came of that yet: the next pass looks at it again."""
    edited = isinstance(seen, Present) and (remote_change(record, seen) or seen.draft is not None)
    return doubted(record) if edited else record


def doubted(record: Record) -> Record:
    """The record of a page that has to be looked at: its stamp is negative until somebody did."""
    return replace(record, version=None, updated=-(abs(record.updated) or 1.0))


def away(record: Record) -> Record:
    """The record of a page that people put away, and that comes back later: as one whose file is back."""
    return replace(record, standing=Standing.REMOVED, removal=Removal.ARCHIVE)


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
