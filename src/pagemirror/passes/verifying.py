"""The records against the target: one listing, and a read of each page that is not in it. Changes nothing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from pagemirror.executor.observe import prints_of
from pagemirror.model.errors import BackendError, TargetUnusable
from pagemirror.model.fields import TITLE
from pagemirror.model.ids import PageId, RepoPath, Uid
from pagemirror.model.pages import Absence, Complete, Found, Page, Removal
from pagemirror.model.records import Record, Standing
from pagemirror.model.reports.contents import Difference, VerifyFinding, VerifyReport
from pagemirror.passes.driving import drive
from pagemirror.passes.setup import MirrorSetup, shown
from pagemirror.passes.tools import Connection, Tools
from pagemirror.state.interface import Store

__all__ = ["verify"]

_ABSENT = {
    Absence.GONE: "its page is not there",
    Absence.ARCHIVED: "its page is archived",
    Absence.TRASHED: "its page is in the trash",
    Absence.HIDDEN: "its page is not visible to this token",
}


def verify(setup: MirrorSetup, store: Store, tools: Tools, root: RepoPath) -> VerifyReport:
    """Compare a mirror's live records with the target; raises `BackendError` where it can't be asked."""
    try:
        return drive(_verify(setup, store, tools, root))
    except BackendError as error:
        if error.exit_code in {5, 6}:
            raise
        raise TargetUnusable(error.message, hint=error.hint, code=error.code, status=error.status) from error


async def _verify(setup: MirrorSetup, store: Store, tools: Tools, root: RepoPath) -> VerifyReport:
    started = tools.clock.monotonic()
    live = [record for record in store.records(setup.name) if record.standing is Standing.LIVE]
    pages = {record.page_id: record for record in live if record.page_id is not None}
    titles: dict[PageId, str] = {}
    absent: dict[PageId, Absence] = {}
    listed, requests = 0, 0
    warnings: tuple[str, ...] = ()
    if pages:
        connection = tools.connect(setup, store, tools.clock)
        try:
            listed, warnings = await _look(connection, pages, titles, absent)
        finally:
            requests = connection.requests
            await connection.close()
    shared = _shared(setup, store)
    findings = [
        VerifyFinding(
            path=shown(record.path, root),
            page_id=record.page_id,
            title=record.title,
            difference=difference,
            message=message,
        )
        for record in live
        for difference, message in _differences(setup, record, titles, absent, shared)
    ]
    return VerifyReport(
        mirror=setup.name,
        records=len(live),
        listed=listed,
        requests=requests,
        seconds=tools.clock.monotonic() - started,
        findings=tuple(findings),
        warnings=warnings,
    )


async def _look(
    connection: Connection, pages: Mapping[PageId, Record], titles: dict[PageId, str], absent: dict[PageId, Absence]
) -> tuple[int, tuple[str, ...]]:
    """Note each page's title, or why it can't be had; gives the listing's length, and what is to be said of it."""
    session = connection.session
    listing = await session.list_headers()
    titles |= {header.id: header.title for header in listing.headers if not header.archived}
    for page_id in sorted(pages.keys() - titles.keys()):
        found: Found = await session.get(page_id)
        if isinstance(found, Page) and not found.tombstone:
            titles[page_id] = str(found.fields.get(TITLE) or found.header.title)
        else:
            absent[page_id] = Absence.ARCHIVED if isinstance(found, Page) else found.kind
    if isinstance(listing, Complete):
        return len(listing.headers), ()
    told = f"the listing was incomplete ({listing.reason}); each page that it lacked was read by id"
    return len(listing.headers), (told,)


def _differences(
    setup: MirrorSetup,
    record: Record,
    titles: Mapping[PageId, str],
    absent: Mapping[PageId, Absence],
    shared: Mapping[PageId, Mapping[Uid, str]],
) -> Iterator[tuple[Difference, str]]:
    page_id = record.page_id
    if page_id is None:
        why = f": {record.failure.reason}" if record.failure is not None else ""
        yield Difference.NO_PAGE, f"it has no page yet{why}"
        return
    others = [told for uid, told in sorted(shared.get(page_id, {}).items()) if uid != record.uid]
    if others:
        yield Difference.TWICE, f"its page is also that of {', '.join(others)}"
    if page_id in absent:
        yield Difference.MISSING, _ABSENT[absent[page_id]]
    elif not _same_title(setup, record, titles[page_id]):
        yield Difference.TITLE, f"its page is called “{titles[page_id]}”"


def _same_title(setup: MirrorSetup, record: Record, title: str) -> bool:
    base = record.remote.get(TITLE)
    if base is None:
        return title == (record.values.get(TITLE) or record.title)
    return prints_of(setup.backend, {TITLE: title})[TITLE] == base


def _shared(setup: MirrorSetup, store: Store) -> dict[PageId, dict[Uid, str]]:
    """The records, of any mirror of this target, that each page has; those without a claim on it are left out."""
    owners: defaultdict[PageId, dict[Uid, str]] = defaultdict(dict)
    for state in store.mirrors():
        if state.target != setup.key:
            continue
        for record in store.records(state.name):
            let_go = record.standing is Standing.LEFT or record.removal == Removal.KEEP
            if record.page_id is not None and not let_go:
                owners[record.page_id][record.uid] = f"{record.path} ({state.name}, {record.standing})"
    return dict(owners)
