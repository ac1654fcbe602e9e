"""Which two records claim one page, told when the database refused the second."""

from sqlalchemy import Connection

from pagemirror.model.errors import StateError
from pagemirror.model.ids import MirrorName, PageId, RepoPath, Uid, named
from pagemirror.model.records import Record, Standing
from pagemirror.state.failures import Clash
from pagemirror.state.reading import one_mirror, owners_of_pages, records_of
from pagemirror.state.writing import Batch

__all__ = ["claimed_twice", "page_taken"]


def page_taken(connection: Connection, batch: Batch, clash: Clash) -> StateError:
    """The error that names the page and both records."""
    claims: dict[PageId, Record] = {}
    for record in batch.records.values():
        if record is None or record.page_id is None or record.standing is not Standing.LIVE:
            continue
        other = claims.setdefault(record.page_id, record)
        if other is not record:
            return claimed_twice(record.page_id, record, batch.mirror, other.path, batch.mirror)
    state = one_mirror(connection, batch.mirror)
    owners = {} if state is None else owners_of_pages(connection, state.target, claims)
    for page_id, record in claims.items():
        mirror, uid = owners.get(page_id, (batch.mirror, record.uid))
        if mirror != batch.mirror or uid not in batch.records:
            return claimed_twice(page_id, record, batch.mirror, _path_of(connection, mirror, uid), mirror)
    return StateError(
        f"The state refused the changes of the mirror {batch.mirror}: {clash}. Nothing was recorded.",
        hint="Look whether two mirrors of one target hold the same page: `pagemirror state export` lists them.",
        code="foreign",
    )


def _path_of(connection: Connection, mirror: MirrorName, uid: Uid) -> RepoPath | None:
    record = records_of(connection, mirror, [uid]).get(uid)
    return None if record is None else record.path


def claimed_twice(
    page_id: PageId, record: Record, mirror: MirrorName, other_path: RepoPath | None, other_mirror: MirrorName
) -> StateError:
    """The error for a page that is the other file's, and was to be this record's."""
    page = named(page_id)
    if mirror == other_mirror:
        return StateError(
            f"The target named one page, {page}, for two files of the mirror {mirror}: it is the page of {other_path}, "
            f"and was given out for {record.path} too. That was not recorded, and the pass ended.",
            hint="Two files can't share a page, and the later text may have replaced the earlier one there: look at "
            "the page, and tell whoever runs the target that it gives an id twice.",
            code="foreign",
        )
    return StateError(
        f"The page {page} is mirrored from {other_path} of the mirror {other_mirror}; "
        f"it can't be mirrored from {record.path} of the mirror {mirror} too. Nothing was recorded.",
        hint="A page has one source: take the file out of one of the two mirrors, or let one have a page of its own.",
        code="foreign",
    )
