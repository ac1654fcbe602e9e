"""A Raven Docs workspace as JSON, for the data file."""

from dataclasses import asdict, dataclass

from pagemirror.sandbox.exchange import Json
from pagemirror.sandbox.ravendocs.pages import Page, Space, Version
from pagemirror.sandbox.ravendocs.store import Store

__all__ = ["Kept", "keep", "load", "to_json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All data at one moment; every part is frozen."""

    minted: int
    gone: tuple[str, ...]
    spaces: tuple[Space, ...]
    pages: tuple[Page, ...]


def keep(store: Store) -> Kept:
    """Hold on to the data as it is now."""
    return Kept(
        minted=store.minted,
        gone=tuple(store.gone),
        spaces=tuple(store.spaces.values()),
        pages=tuple(store.pages),
    )


def to_json(kept: Kept) -> Json:
    """Write it as JSON values."""
    return asdict(kept)


def load(store: Store, value: Json) -> None:
    """Fill an empty store."""
    store.minted = int(value["minted"])
    store.gone.update(dict.fromkeys(value["gone"]))
    store.spaces.update({row["id"]: Space(**row) for row in value["spaces"]})
    for row in value["pages"]:
        versions = tuple(Version(**version) for version in row["versions"])
        store.restore_page(Page(**{**row, "versions": versions}))
