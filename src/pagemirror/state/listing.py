"""A screenful of a mirror's pages, cut by the database: a place in the order and a limit, no count of what is left."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, or_, select

from pagemirror.model.ids import MirrorName, PageId, RepoPath, Uid
from pagemirror.model.listing import PageQuery, PageRow, PageRows, Place, Show
from pagemirror.model.records import Open, Standing
from pagemirror.state.schema import holds, records
from pagemirror.state.searching import folded
from pagemirror.state.words import load, packed, unpacked

__all__ = ["page_rows"]

_HOLD_CODE: Final = 2
_BUSY: Final[ColumnElement[bool]] = literal_column("busy = 1")
_ROW: Final = (
    records.c.page_id,
    records.c.standing,
    records.c.open,
    records.c.diverged,
    records.c.failure,
    records.c.data.label("record"),
    holds.c.data.label("hold"),
)
_SAME: Final = (holds.c.mirror == records.c.mirror) & (holds.c.uid == records.c.uid)


def page_rows(connection: Connection, name: MirrorName, query: PageQuery) -> PageRows:
    """The rows that a query asks for."""
    table = holds if query.show is Show.HELD else records
    path, uid = table.c.path, table.c.uid
    wanted = select(path, uid, *_ROW).where(table.c.mirror == name, *_kind(query.show))
    wanted = wanted.select_from(table.outerjoin(records if table is holds else holds, _SAME))
    if query.text:
        wanted = wanted.where(_says(query.text, query.show, connection.dialect.name))
    backwards = query.before is not None
    place = query.before if backwards else query.after
    if place is not None:
        wanted = wanted.where(_beyond(place, path, uid, backwards=backwards))
    order = (path.desc(), uid.desc()) if backwards else (path, uid)
    found = [_read(row) for row in connection.execute(wanted.order_by(*order).limit(query.limit + 1))]
    more, rows = len(found) > query.limit, found[: query.limit]
    if backwards:
        return PageRows(rows=tuple(reversed(rows)), earlier=more, later=True)
    return PageRows(rows=tuple(rows), earlier=place is not None, later=more)


def _kind(show: Show) -> tuple[ColumnElement[bool], ...]:
    live = records.c.standing == Standing.LIVE.value
    match show:
        case Show.HELD:
            return ()
        case Show.ALL:
            return (live,)
        case Show.FAILED:
            return (_BUSY, records.c.failure != "")
        case Show.UNSETTLED:
            return (_BUSY, records.c.open == Open.UNSETTLED.value)
        case Show.DIVERGED:
            return (live, records.c.diverged == 1)
        case Show.REMOVED:
            return (records.c.standing.in_((Standing.REMOVED.value, Standing.LEFT.value)),)


def _beyond(place: Place, path: Any, uid: Any, *, backwards: bool) -> ColumnElement[bool]:
    at, who = packed(place.path), packed(place.uid)
    if backwards:
        return and_(path <= at, or_(path < at, uid < who))
    return and_(path >= at, or_(path > at, uid > who))


def _says(text: str, show: Show, dialect: str) -> ColumnElement[bool]:
    """Whether a page's path or title holds a text, whatever its case.

    What is held before it has a record is found by its path; databases know ASCII's case alone, so forms are tried.
    """
    known: ColumnElement[bool] = records.c.words.contains(folded(text), autoescape=True)
    if dialect == "sqlite":  # twice as fast there; PostgreSQL guesses from the text above how many rows to expect
        known = func.instr(records.c.words, folded(text)) > 0
    if show is not Show.HELD:
        return known
    forms = dict.fromkeys((text, text.lower(), text.upper(), text.capitalize()))
    return or_(known, *(holds.c.path.icontains(packed(form), autoescape=True) for form in forms))


def _read(row: Any) -> PageRow:
    data = load(row.record) if row.record is not None else {}
    return PageRow(
        uid=Uid(unpacked(row.uid)),
        path=RepoPath(unpacked(row.path)),
        title=data.get("title", ""),
        page_id=None if row.page_id is None else PageId(unpacked(row.page_id)),
        standing=Standing(row.standing or Standing.LIVE),
        open=Open(row.open or ""),
        diverged=bool(row.diverged),
        failure=unpacked(row.failure or ""),
        held=load(row.hold)[_HOLD_CODE] if row.hold is not None else "",
        updated=data.get("updated", 0.0),
    )
