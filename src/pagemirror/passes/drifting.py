"""The drift check: what moved on the target since the last clean listing, and what vanished. Changes nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pagemirror.backends.interface import Backend, Session
from pagemirror.executor.looking import look_at
from pagemirror.model.ids import PageId, Uid
from pagemirror.model.pages import Complete, Found, Header
from pagemirror.model.records import Record

__all__ = ["Drift", "check_drift"]

OVERLAP: Final = 2.0
"""Seconds before the cursor from which on the next listing begins: stamps are whole seconds, and may come late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Pages that were read because their header moved or because they were missing in the listing.

    `cursor` is server time to go on from, None where the listing was not clean. `complete`: vanished pages were looked
    for too.
    """

    seen: Mapping[Uid, Found] = field(default_factory=dict)
    cursor: float | None = None
    complete: bool = False
    incomplete: str = ""


async def check_drift(
    session: Session,
    backend: Backend,
    *,
    cursor: float,
    records: Mapping[PageId, Record],
    suspects: Collection[Uid],
    vanished: bool = True,
) -> Drift:
    """Look for edits, and for `vanished` pages; reads only the pages whose header says that they may have moved.

    Without `vanished` only what moved since the cursor is listed. `suspects` are read in any case: pages that are held,
    as a draft that is thrown away moves no stamp.
    """
    seen: dict[Uid, Found] = {}
    whole = await session.list_headers(None if vanished else max(0.0, cursor - OVERLAP))
    await _read(session, backend, whole.headers, records, seen)
    for page_id, record in sorted(records.items()):
        if record.uid in suspects and record.uid not in seen:
            seen[record.uid] = await look_at(session, backend, record, page_id)
    if isinstance(whole, Complete) and not vanished:
        return Drift(seen=seen, cursor=max(cursor, _greatest(whole.headers, cursor)))
    if isinstance(whole, Complete):
        listed = {header.id for header in whole.headers}
        for page_id, record in sorted(records.items()):
            if page_id not in listed and record.uid not in seen:
                seen[record.uid] = await look_at(session, backend, record, page_id)
        return Drift(seen=seen, cursor=_greatest(whole.headers, cursor), complete=True)
    return Drift(seen=seen, incomplete=whole.reason)


async def _read(
    session: Session,
    backend: Backend,
    headers: Sequence[Header],
    records: Mapping[PageId, Record],
    seen: dict[Uid, Found],
) -> None:
    for header in headers:
        record = records.get(header.id)
        if record is not None and record.uid not in seen and _may_have_moved(header, record):
            seen[record.uid] = await look_at(session, backend, record, header.id)


def _may_have_moved(header: Header, record: Record) -> bool:
    """Version and time only decide whether a body must be read. An older header than our own write is stale."""
    if record.updated and header.updated and header.updated < record.updated:
        return False
    return header.updated != record.updated or header.version != record.version or not header.updated


def _greatest(headers: Sequence[Header], cursor: float) -> float:
    return max((header.updated for header in headers), default=cursor)
