"""What a pass is handed by the composition root beside its settings: time, ids, connections, texts."""

from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from pagemirror.backends.interface import Session
from pagemirror.content import Merged, merge
from pagemirror.executor.ports import Tallies
from pagemirror.model.clock import Clock
from pagemirror.model.ids import TextId, Uid
from pagemirror.model.plans import PassReport
from pagemirror.passes.driving import drive
from pagemirror.passes.setup import MirrorSetup
from pagemirror.state.interface import Owner, Store

__all__ = ["Connection", "StoredTexts", "Tools"]


class Connection(Protocol):
    """An open target: its session, the count of its requests, and how to close it."""

    @property
    def session(self) -> Session:
        """The backend's network half."""
        ...

    @property
    def requests(self) -> int:
        """The requests sent so far."""
        ...

    @property
    def clock_ahead(self) -> float | None:
        """By how many seconds our clock is ahead of the target's, None where no answer told."""
        ...

    def recovery(self) -> AbstractContextManager[None]:
        """What is sent inside may use the requests that are kept for recovery."""
        ...

    async def close(self) -> None:
        """Give connections and unused budget back."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The impure rim of a pass, injected. `drive` runs a pass's coroutine to its end."""

    clock: Clock
    mint: Callable[[], str]
    connect: Callable[[MirrorSetup, Store, Clock], Connection]
    tallies: Tallies
    owner: Owner
    drive: Callable[[Coroutine[Any, Any, PassReport]], PassReport] = drive

    def uid(self) -> Uid:
        """A new uid."""
        return Uid(self.mint())


class StoredTexts:
    """The state's texts and the text merge, as the executor needs them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def lasting(self) -> bool:
        """Whether texts stay."""
        return self._store.keeps_texts

    def get(self, text: str) -> str | None:
        """A stored text."""
        return self._store.text(TextId(text))

    def merge(self, base: str, git: str, remote: str) -> str | None:
        """Three texts merged; None where hunks overlap."""
        merged = merge(base, git, remote)
        return merged.text if isinstance(merged, Merged) else None
