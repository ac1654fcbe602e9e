"""An Exec workspace as JSON, for the data file."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from pagemirror.sandbox.exchange import Json
from pagemirror.sandbox.exec.pages import Draft, Folder, Member, Page, Skill, Source, Version
from pagemirror.sandbox.exec.store import Store

__all__ = ["Kept", "keep", "load", "to_json"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All data at one moment; every part is frozen."""

    minted: int
    pages: tuple[Page, ...]
    folders: tuple[Folder, ...]
    skills: tuple[Skill, ...]
    members: tuple[Member, ...]
    sources: tuple[Source, ...]


def keep(store: Store) -> Kept:
    """Hold on to the data as it is now."""
    return Kept(
        minted=store.minted,
        pages=tuple(store.pages),
        folders=tuple(store.folders.values()),
        skills=tuple(store.skills.values()),
        members=tuple(store.members.values()),
        sources=tuple(store.sources.values()),
    )


def to_json(kept: Kept) -> Json:
    """Write it as JSON values."""
    return asdict(kept)


def load(store: Store, value: Json) -> None:
    """Fill an empty store."""
    store.minted = int(value["minted"])
    store.folders.update(_by_id(Folder, value["folders"]))
    store.skills.update(_by_id(Skill, value["skills"]))
    store.members.update(_by_id(Member, value["members"]))
    sources = [{**row, "folders": tuple(row["folders"])} for row in value["sources"]]
    store.sources.update(_by_id(Source, sources))
    for row in value["pages"]:
        store.restore_page(_page(row))


def _by_id(kind: Callable[..., T], rows: list[dict[str, Any]]) -> dict[str, T]:
    return {row["id"]: kind(**row) for row in rows}


def _page(row: dict[str, Any]) -> Page:
    lists = {name: tuple(row[name]) for name in ("folders", "skills", "sources")}
    draft = None if row["draft"] is None else Draft(**row["draft"])
    versions = tuple(Version(**version) for version in row["versions"])
    return Page(**{**row, **lists, "draft": draft, "versions": versions})
