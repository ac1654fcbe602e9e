"""The two questions with which every pass begins: a mirror's row and its counts.

Plain SQL that both databases and the bare `sqlite3` module take, because a pass with nothing to do must not pay for
more than these (see `glance`). Knows no connection; imports no database library.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from pagemirror.model.ids import MirrorName, TargetKey
from pagemirror.state.standing import Counts, MirrorState
from pagemirror.state.words import dump, load

__all__ = [
    "MIRRORS_SQL",
    "MIRROR_SQL",
    "OTHERS_SQL",
    "SCHEMA_SQL",
    "SCHEMA_VERSION",
    "STANDINGS_SQL",
    "counts_of",
    "mirror_of",
    "row_of_mirror",
]

SCHEMA_VERSION: Final = 2
"""The version of the tables that this program reads and writes."""

SCHEMA_SQL: Final = "SELECT value FROM meta WHERE name = 'schema'"

MIRROR_SQL: Final = "SELECT name, target, root, data FROM mirrors WHERE name = :mirror"

MIRRORS_SQL: Final = "SELECT name, target, root, data FROM mirrors ORDER BY name"

STANDINGS_SQL: Final = """\
SELECT standing, open, diverged, paged, failure, count(*) FROM records
WHERE mirror = :mirror GROUP BY standing, open, diverged, paged, failure"""

OTHERS_SQL: Final = """\
SELECT (SELECT count(*) FROM holds WHERE mirror = :mirror),
 (SELECT count(*) FROM decisions WHERE mirror = :mirror),
 (SELECT count(*) FROM intents WHERE mirror = :mirror),
 (SELECT coalesce(sum(size), 0) FROM texts WHERE id IN (SELECT text FROM kept WHERE mirror = :mirror))"""


def row_of_mirror(mirror: MirrorState) -> dict[str, Any]:
    """A mirror's row in `mirrors`."""
    data = {
        "folder": mirror.folder,
        "key": mirror.key,
        "tree": mirror.tree,
        "commit": mirror.commit,
        "settings": mirror.settings,
        "selection": mirror.selection,
        "token": mirror.token,
        "cursor": mirror.cursor,
        "listed_at": mirror.listed_at,
        "removals_at": mirror.removals_at,
    }
    return {"name": mirror.name, "target": mirror.target, "root": mirror.root, "data": dump(data)}


def mirror_of(row: Sequence[Any]) -> MirrorState:
    """A mirror from what `MIRROR_SQL` selects."""
    name, target, root, data = row
    return MirrorState(name=MirrorName(name), target=TargetKey(target), root=root, **load(data))


def counts_of(standings: Iterable[Sequence[Any]], others: Sequence[Any]) -> Counts:
    """The counts from what `STANDINGS_SQL` and `OTHERS_SQL` select."""
    sums = dict.fromkeys(
        ("records", "pages", "unsettled", "diverged", "unknown", "failed", "retrying", "deferred", "leaving"), 0
    )
    for standing, open_, diverged, paged, failure, many in standings:
        live = standing == "live"
        sums["records"] += many
        sums["pages"] += many if live and paged else 0
        sums["diverged"] += many if live and diverged else 0
        sums["failed"] += many if failure or open_ == "failed" else 0
        sums["retrying"] += many if open_ == "failed" else 0
        if open_ in ("unsettled", "unknown", "deferred", "leaving"):
            sums[open_] += many
    held, decided, intents, size = others
    return Counts(**sums, held=held, decided=decided, intents=intents, texts_bytes=int(size))
