"""The tables, as data; knows no database file, no record type and no statement.

What is queried has a column; the rest of a value is compact JSON in `data` (see `words`). `records.owned` is the page
id of a live record: unique over all mirrors of a target. `records.words` is what a page is found by (see `searching`).
Text is compared by code point in every database, whatever its locale.

SQLite lists and searches pages in an index that holds all that is asked of them, as it is slow to go over wide rows.
PostgreSQL is quick at that, and refuses index rows above 2.7 KB, which path and title may reach.
"""

from typing import Final

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    event,
)

__all__ = [
    "BY_MIRROR",
    "METADATA",
    "budgets",
    "decisions",
    "holds",
    "intents",
    "kept",
    "links",
    "locks",
    "meta",
    "mirrors",
    "passes",
    "pauses",
    "records",
    "texts",
]

METADATA: Final = MetaData()

_WORD: Final = Text().with_variant(Text(collation="C"), "postgresql")
_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")


def _word(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, _WORD, primary_key=key, nullable=null)


def _data() -> Column[str]:
    return Column("data", Text, nullable=False)


meta: Final = Table("meta", METADATA, _word("name", key=True), Column("value", Text, nullable=False))

mirrors: Final = Table("mirrors", METADATA, _word("name", key=True), _word("target"), _word("root"), _data())

records: Final = Table(
    "records",
    METADATA,
    _word("mirror", key=True),
    _word("uid", key=True),
    _word("path"),
    _word("target", null=True),
    _word("page_id", null=True),
    _word("owned", null=True),
    _word("standing"),
    _word("open"),
    _word("failure"),
    Column("diverged", SmallInteger, nullable=False),
    Column("paged", SmallInteger, nullable=False),
    Column("busy", SmallInteger, nullable=False),
    _word("blob"),
    _word("text", null=True),
    _word("server_text", null=True),
    _data(),
    Column("words", _WORD, nullable=False, server_default=""),
)
_LISTED: Final = ("mirror", "path", "uid", "standing", "diverged", "busy", "words")
Index("records_listed", *(records.c[name] for name in _LISTED)).ddl_if(dialect="sqlite")
Index("records_at", records.c.mirror, records.c.path).ddl_if(dialect="postgresql")
Index("records_owned", records.c.target, records.c.owned, unique=True)
Index("records_page", records.c.page_id)
Index(
    "records_figures",
    *(records.c[name] for name in ("mirror", "standing", "open", "diverged", "paged", "failure")),
)
# Both databases take these words; as an `Index` it would load the dialect of the one that is not used, too.
_BUSY: Final = DDL("CREATE INDEX records_busy ON records (mirror, uid) WHERE busy = 1")  # type: ignore[no-untyped-call]  # SQLAlchemy's
event.listen(records, "after_create", _BUSY)

links: Final = Table("links", METADATA, _word("mirror", key=True), _word("key", key=True), _word("uid", key=True))
Index("links_of", links.c.mirror, links.c.uid)

intents: Final = Table(
    "intents",
    METADATA,
    _word("mirror", key=True),
    _word("uid", key=True),
    Column("sent_at", Double, nullable=False),
    _word("text", null=True),
    _word("server_text", null=True),
    _data(),
)

holds: Final = Table(
    "holds",
    METADATA,
    _word("mirror", key=True),
    _word("uid", key=True),
    _word("path"),
    _word("base", null=True),
    _word("git", null=True),
    _word("remote", null=True),
    _data(),
)

decisions: Final = Table(
    "decisions", METADATA, _word("mirror", key=True), _word("uid", key=True), _word("text", null=True), _data()
)

texts: Final = Table(
    "texts",
    METADATA,
    _word("id", key=True),
    Column("size", Integer, nullable=False),
    Column("packed", LargeBinary, nullable=False),
)
Index("texts_size", texts.c.size)

kept: Final = Table(
    "kept",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    _word("mirror"),
    _word("uid"),
    _word("page_id", null=True),
    Column("at", Double, nullable=False),
    _word("text"),
    _data(),
    sqlite_autoincrement=True,
)
Index("kept_of", kept.c.mirror, kept.c.uid)
Index("kept_text", kept.c.text)

passes: Final = Table(
    "passes",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    _word("mirror"),
    _word("id"),
    _data(),
    sqlite_autoincrement=True,
)
Index("passes_of", passes.c.mirror, passes.c.number)

locks: Final = Table(
    "locks",
    METADATA,
    _word("mirror", key=True),
    Column("epoch", _NUMBER, nullable=False),
    Column("held", SmallInteger, nullable=False),
    Column("since", Double, nullable=False),
    Column("until", Double, nullable=False),
    _data(),
)

budgets: Final = Table(
    "budgets",
    METADATA,
    _word("target", key=True),
    Column("slot", _NUMBER, primary_key=True, autoincrement=False),
    Column("requests", Integer, nullable=False),
)

pauses: Final = Table("pauses", METADATA, _word("target", key=True), Column("until", Double, nullable=False))

BY_MIRROR: Final = (records, links, intents, holds, decisions, kept, passes)
"""The tables whose rows belong to a mirror by their column `mirror`; the lock is not one of them."""
