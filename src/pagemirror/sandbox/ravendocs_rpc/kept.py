"""The server's data as JSON, for the data file."""

import base64
from dataclasses import asdict, dataclass

from pagemirror.sandbox.exchange import Json
from pagemirror.sandbox.ravendocs_rpc.pages import Attachment, Page, Space, Version
from pagemirror.sandbox.ravendocs_rpc.store import Store

__all__ = ["Kept", "keep", "load", "to_json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All data at one moment; every part is frozen."""

    minted: int
    spaces: tuple[Space, ...]
    pages: tuple[Page, ...]
    files: tuple[Attachment, ...]


def keep(store: Store) -> Kept:
    """Hold on to the data as it is now."""
    return Kept(
        minted=store.minted,
        spaces=tuple(store.spaces.values()),
        pages=tuple(store.pages),
        files=tuple(store.files.values()),
    )


def to_json(kept: Kept) -> Json:
    """Write it as JSON values."""
    files = [{**asdict(file), "content": base64.b64encode(file.content).decode()} for file in kept.files]
    return {**asdict(kept), "files": files}


def load(store: Store, value: Json) -> None:
    """Fill an empty store."""
    store.minted = int(value["minted"])
    for row in value["spaces"]:
        store.put_space(Space(**{**row, "members": tuple((who, role) for who, role in row["members"])}))
    for row in value["pages"]:
        history = tuple(Version(**version) for version in row["history"])
        store.put(Page(**{**row, "history": history, "contributors": tuple(row["contributors"])}))
    for row in value["files"]:
        store.put_file(Attachment(**{**row, "content": base64.b64decode(row["content"])}))
