"""What every API of the sandbox has: switches, data that can be kept and replaced, and a person's hand on it.

Must not know what any API answers; it stays with the API's own class.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.exchange import Endpoint, Json
from pagemirror.sandbox.interface import Hub, PageView
from pagemirror.sandbox.switching import apply_values

__all__ = ["Holding", "Keeping", "Persons"]


class _Counting(Protocol):
    @property
    def writes(self) -> int:
        """How many changes there were."""
        ...


StoreT = TypeVar("StoreT", bound=_Counting)
SwitchesT = TypeVar("SwitchesT")


class Keeping(Protocol):
    """How a store's data is kept and comes back; a module with these functions is one."""

    def keep(self, store: Any, /) -> Any:
        """Hold on to the data as it is now, immutable."""
        ...

    def to_json(self, kept: Any, /) -> Json:
        """Write kept data as JSON values."""
        ...

    def load(self, store: Any, value: Json, /) -> None:
        """Fill an empty store with what `to_json` wrote."""
        ...


class Persons(Protocol):
    """What people do in the web app of an API."""

    def views(self) -> Sequence[PageView]:
        """Show all pages, the newest first."""
        ...

    def find(self, page_id: str) -> PageView:
        """Show one page; raise `NotThere`."""
        ...

    def create(self, values: Json) -> PageView:
        """Create a page."""
        ...

    def edit(self, page_id: str, values: Json) -> PageView:
        """Edit a page."""
        ...

    def take_away(self, page_id: str) -> None:
        """Archive a page, or delete it where there is no archive."""
        ...

    def seed(self, kind: str, values: Json) -> Json:
        """Add other data than pages; raise `NotThere` where there is no such."""
        ...


class Holding(ABC, Generic[StoreT, SwitchesT]):
    """The part of an `Api` that is the same for all; a subclass makes the stores and wires its parts to one."""

    kept_by: Keeping
    _persons: Persons
    _endpoints: Sequence[Endpoint]

    def __init__(
        self,
        *,
        clock: Clock,
        seed: str,
        tokens: Sequence[str],
        first: SwitchesT,
        switches: Mapping[str, object],
    ) -> None:
        self._clock, self._seed = clock, seed
        self.tokens = tuple(tokens)
        self._first_switches = apply_values(first, switches)
        self.switches = self._first_switches
        self._writes_before = 0
        self._store = self._default_store()
        self._clear()
        self._wire()

    @abstractmethod
    def _new_store(self) -> StoreT:
        """Make a store that holds nothing."""

    @abstractmethod
    def _wire(self) -> None:
        """Set `_persons` and `_endpoints` for the store and the switches as they are now."""

    def _default_store(self) -> StoreT:
        """Make a store with the data that the sandbox starts with."""
        return self._new_store()

    def _clear(self) -> None:
        """Forget what belonged to the data before: counted requests, sessions."""

    @property
    def endpoints(self) -> Sequence[Endpoint]:
        """All documented endpoints."""
        return self._endpoints

    def set_switches(self, values: Mapping[str, object]) -> None:
        """Change switches; routes and people's rights can move with one."""
        self.switches = apply_values(self.switches, values)
        self._wire()

    def reset(self) -> None:
        """Start again with the default data and the first switches."""
        self.switches = self._first_switches
        self._begin(self._default_store())

    def write_count(self) -> int:
        """Count the changes of the data."""
        return self._writes_before + self._store.writes

    def keep(self) -> Any:
        """Hold on to the data as it is now."""
        return self.kept_by.keep(self._store)

    def as_json(self, kept: Any) -> Json:
        """Write kept data as JSON values."""
        return self.kept_by.to_json(kept)

    def load(self, value: Json) -> None:
        """Replace the data."""
        store = self._new_store()
        self.kept_by.load(store, value)
        self._begin(store)

    def _begin(self, store: StoreT) -> None:
        self._writes_before += self._store.writes + 1
        self._store = store
        self._clear()
        self._wire()

    # ------------------------------------------------------------- a person's hand

    def views(self) -> Sequence[PageView]:
        """Show all pages."""
        return self._persons.views()

    def view(self, page_id: str) -> PageView:
        """Show one page."""
        return self._persons.find(page_id)

    def hubs(self) -> Sequence[Hub]:
        """Show nothing: an API with folders says so itself."""
        return ()

    def person_creates(self, values: Json) -> PageView:
        """Create a page as a person."""
        return self._persons.create(values)

    def person_edits(self, page_id: str, values: Json) -> PageView:
        """Edit a page as a person."""
        return self._persons.edit(page_id, values)

    def person_archives(self, page_id: str) -> None:
        """Take a page away as a person."""
        self._persons.take_away(page_id)

    def seed(self, kind: str, values: Json) -> Json:
        """Add a folder, space, skill or member, where the API has such."""
        return self._persons.seed(kind, values)
