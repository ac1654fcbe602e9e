"""A look at a page that may have been written over: read it, and tell an older text that the editor put back.

Decides nothing about the page; what was found comes with it.
"""

from dataclasses import replace
from typing import Final

from pagemirror.backends.interface import Backend, Recalling, Saves, Session
from pagemirror.executor.observe import prints_of
from pagemirror.executor.reverting import is_reverted, is_whole_again
from pagemirror.model.errors import Changed
from pagemirror.model.fields import BODY
from pagemirror.model.ids import PageId
from pagemirror.model.pages import Found, Page
from pagemirror.model.records import Record

__all__ = ["look_at"]

_LATER: Final = 1.0
"""Seconds after a save within which its row of the history may be made."""

_NONE: Final = Saves(bodies=(), before=False)


async def look_at(session: Session, backend: Backend, record: Record | None, page_id: PageId) -> Found:
    """The page: one request. One on which nothing is left of the last write costs the history of its editor more."""
    found = await session.get(page_id)
    if record is None or not isinstance(found, Page) or not _lost(backend, record, found):
        return found
    try:
        return replace(found, put_back=await _put_back(session, backend, record, found))
    except Changed:  # it went while its history was asked for
        return await session.get(page_id)


def _lost(backend: Backend, record: Record, page: Page) -> bool:
    """Whether the text moved, and nothing of the last write is left in it."""
    if not (backend.capabilities.live_editor and record.last_write and page.body_known):
        return False
    moved = prints_of(backend, page.fields).get(BODY) != record.remote.get(BODY)
    return moved and is_reverted(record.last_write, backend.to_markdown(page.fields))


async def _put_back(session: Session, backend: Backend, record: Record, page: Page) -> bool:
    """Whether an editor's own document is older than the last write.

    It is where people had edited the page before, and surely not where they saved our text afterwards. Where nothing is
    known of either, the page says it: the whole of the older text is there.
    """
    since = record.written_over + _LATER
    saves = await session.saves(page.id, since) if isinstance(session, Recalling) else _NONE
    if any(not is_reverted(record.last_write, backend.to_markdown({BODY: body})) for body in saves.bodies):
        return False
    if record.shadowed or saves.before:
        return True
    return is_whole_again(record.last_write, backend.to_markdown(page.fields))
