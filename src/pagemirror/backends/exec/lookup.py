"""Finding folders, skills and sources by what people call them. Pure: the listings are handed in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pagemirror.backends.answers import text_of
from pagemirror.model.errors import Rejected

__all__ = ["Entry", "find", "folder_entries", "skill_entries", "source_entries"]

_SHOWN = 20

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that can be named. `names` are tried in turn: an earlier one is the better match."""

    id: str
    shown: str
    names: tuple[str, ...]


def folder_entries(rows: Iterable[Row]) -> tuple[Entry, ...]:
    """Folders, by their path from the top (`Guides/Setup`) and by their name."""
    by_id = {key: row for row in rows if (key := text_of(row, "id"))}
    entries = []
    for key, row in by_id.items():
        path = _path(key, by_id)
        entries.append(Entry(id=key, shown=path, names=(path, text_of(row, "name") or "")))
    return tuple(entries)


def skill_entries(rows: Iterable[Row]) -> tuple[Entry, ...]:
    """Skills, by slug and name."""
    return tuple(_entries(rows, shown="name", names=("slug", "name")))


def source_entries(rows: Iterable[Row]) -> tuple[Entry, ...]:
    """Sources, by URL and title."""
    return tuple(_entries(rows, shown="title", names=("external_url", "title")))


def find(kind: str, wanted: str, entries: Sequence[Entry]) -> str:
    """The id of what is meant; raises `Rejected` if there is none or more than one, and says what there is.

    An id comes first, then each kind of name to the letter, then each without regard to case.
    """
    if any(entry.id == wanted for entry in entries):
        return wanted
    name = wanted.strip().strip("/") if kind == "folder" else wanted.strip()
    depth = max((len(entry.names) for entry in entries), default=0)
    for alike in (str, str.casefold):
        for index in range(depth):
            found = [entry for entry in entries if alike(entry.names[index]) == alike(name) != ""]
            if len(found) == 1:
                return found[0].id
            if found:
                raise _ambiguous(kind, wanted, found)
    raise _missing(kind, wanted, entries)


def _entries(rows: Iterable[Row], *, shown: str, names: tuple[str, ...]) -> Iterable[Entry]:
    for row in rows:
        key = text_of(row, "id")
        if key:
            called = tuple(text_of(row, name) or "" for name in names)
            yield Entry(id=key, shown=text_of(row, shown) or key, names=called)


def _path(key: str, by_id: Mapping[str, Row]) -> str:
    names: list[str] = []
    seen: set[str] = set()
    at: str | None = key
    while at is not None and at in by_id and at not in seen:
        seen.add(at)
        names.append(text_of(by_id[at], "name") or at)
        at = _parent(by_id[at])
    return "/".join(reversed(names))


def _parent(row: Row) -> str | None:
    parent = row.get("parent")
    return text_of(parent, "id") if isinstance(parent, Mapping) else text_of(row, "parent")


def _ambiguous(kind: str, wanted: str, found: Sequence[Entry]) -> Rejected:
    listed = "; ".join(f"{entry.shown} (id {entry.id})" for entry in found[:_SHOWN])
    return Rejected(
        f"{kind} {wanted!r} could be {len(found)} {kind}s: {listed}",
        code=kind,
        hint="name it by its path from the top or by its id" if kind == "folder" else "name it by its id",
    )


def _missing(kind: str, wanted: str, entries: Sequence[Entry]) -> Rejected:
    shown = sorted({entry.shown for entry in entries}, key=str.casefold)
    listed = ", ".join(shown[:_SHOWN]) or "none"
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    made = " (the API can't make folders)" if kind == "folder" else ""
    return Rejected(
        f"there is no {kind} called {wanted!r}; there are: {listed}{more}",
        code=kind,
        hint=f"correct the name in the front matter or in target.{kind}s, or make it in the web app{made}",
    )
