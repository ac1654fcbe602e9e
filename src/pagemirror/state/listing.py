"""A screenful of a mirror's pages, cut by the database: a place in the order and a limit, no count of what is left.

Titles are searched where rows keep them: as the first value of a record's JSON (see `record_rows`), whose end is the
first quote, comma and quote in a row; inside a JSON string there is a backslash before each quote.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, literal, literal_column, or_, select

from pagemirror.model.ids import MirrorName, PageId, RepoPath, Uid
from pagemirror.model.listing import PageQuery, PageRow, PageRows, Place, Show
from pagemirror.model.records import Open, Standing
from pagemirror.state.schema import holds, records
from pagemirror.state.words import dump, load, packed, unpacked

__all__ = ["page_rows"]

_BEGINS: Final = len('{"title":"') + 1
_ENDS: Final = '","'
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
        wanted = wanted.where(_says(query.text, path, connection.dialect.name))
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


def _says(text: str, path: Any, dialect: str) -> ColumnElement[bool]:
    """Whether path or title hold a text, whatever its case; databases know that of ASCII alone, so forms are tried."""
    find = func.instr if dialect == "sqlite" else func.strpos
    end = find(records.c.data.concat(literal(_ENDS)), _ENDS)
    title = func.substr(records.c.data, _BEGINS, end - _BEGINS)
    forms = (text,) if text.isascii() else dict.fromkeys((text, text.lower(), text.upper(), text.capitalize()))
    return or_(
        *(path.icontains(packed(form), autoescape=True) for form in forms),
        *(title.icontains(dump(form)[1:-1], autoescape=True) for form in forms),
    )


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
