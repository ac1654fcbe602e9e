"""A Pharen workspace as JSON, for the data file."""

from dataclasses import asdict, dataclass

from pagemirror.sandbox.exchange import Json
from pagemirror.sandbox.pharen.pages import Page
from pagemirror.sandbox.pharen.store import Store

__all__ = ["Kept", "keep", "load", "to_json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All data at one moment; every part is frozen."""

    minted: int
    pages: tuple[Page, ...]


def keep(store: Store) -> Kept:
    """Hold on to the data as it is now."""
    return Kept(minted=store.minted, pages=tuple(store.pages))


def to_json(kept: Kept) -> Json:
    """Write it as JSON values."""
    return asdict(kept)


def load(store: Store, value: Json) -> None:
    """Fill an empty store."""
    store.minted = int(value["minted"])
    for row in value["pages"]:
        store.restore_page(Page(**row))
