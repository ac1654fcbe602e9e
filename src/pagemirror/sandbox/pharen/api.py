"""The Pharen API of the sandbox, put together."""

from collections.abc import Mapping, Sequence
from typing import Any

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.exchange import Answer, Call, Endpoint, Json, Refused
from pagemirror.sandbox.interface import ContentForm, Hub, NotThere, PageView, TreeForm
from pagemirror.sandbox.limits import RateWindow
from pagemirror.sandbox.pharen import kept as data
from pagemirror.sandbox.pharen.answers import error_answer, limit_headers, refusal
from pagemirror.sandbox.pharen.endpoints import Endpoints
from pagemirror.sandbox.pharen.persons import Persons
from pagemirror.sandbox.pharen.requests import check_key
from pagemirror.sandbox.pharen.store import Store
from pagemirror.sandbox.pharen.switches import Switches
from pagemirror.sandbox.switching import apply_values

__all__ = ["READ_ONLY_TOKEN", "PharenApi"]

DEFAULT_TOKEN = "pharen-sandbox-key"  # noqa: S105 - it opens a sandbox
READ_ONLY_TOKEN = "pharen-sandbox-read-only-key"  # noqa: S105 - it opens a sandbox
_MINUTE = 60.0


class PharenApi:
    """Pharen's pages under `/pharen/v1/new-page`."""

    name = "pharen"
    label = "Pharen Hub"
    base = "/pharen/v1"
    address = "/pharen/v1"
    content_form: ContentForm = "markdown"
    tree_form: TreeForm = "none"
    own_settings: tuple[tuple[str, str], ...] = ()
    own_secrets: tuple[tuple[str, str], ...] = ()
    statuses = ("published", "hidden")

    def __init__(self, *, clock: Clock, seed: str, tokens: Sequence[str], switches: Mapping[str, object]) -> None:
        self._clock, self._seed = clock, seed
        self.tokens = tuple(tokens) or (DEFAULT_TOKEN,)
        self._first_switches = apply_values(Switches(), switches)
        self.switches = self._first_switches
        self._minute = RateWindow(clock, _MINUTE)
        self._writes_before = 0
        self._store = self._new_store()
        self._wire()

    def set_switches(self, values: Mapping[str, object]) -> None:
        """Change switches."""
        self.switches = apply_values(self.switches, values)

    def authorise(self, call: Call) -> None:
        """Refuse a bad key, and a write with a key that may only read."""
        if self.switches.key == "read_only":
            check_key(call, (), (*self.tokens, READ_ONLY_TOKEN))
        else:
            check_key(call, self.tokens, (READ_ONLY_TOKEN,))

    def throttle(self) -> Answer | None:
        """Hold the documented limit where the switch says so."""
        if not self.switches.rate_limits:
            return None
        limit = self._minute.look(self.switches.requests_per_minute)
        if not limit.allowed:
            return self.limited(limit.retry_after)
        self._minute.take()
        return None

    def rate_headers(self) -> tuple[tuple[str, str], ...]:
        """Give the X-RateLimit headers of a normal answer, where the switch says so."""
        if self.switches.rate_headers == "on_429":
            return ()
        return limit_headers(self._minute.look(self.switches.requests_per_minute))

    def limited(self, retry_after: float) -> Answer:
        """Return a 429 with the headers that the switches allow."""
        headers: tuple[tuple[str, str], ...] = ()
        if self.switches.rate_reset:
            reset = int(self._clock.now() + retry_after + 0.999)
            headers += (
                ("X-RateLimit-Limit", str(self.switches.requests_per_minute)),
                ("X-RateLimit-Remaining", "0"),
                ("X-RateLimit-Reset", str(reset)),
            )
        if self.switches.retry_after == "header":
            headers += (("Retry-After", str(int(retry_after + 0.999))),)
        answer = error_answer(429, "Rate limit exceeded.")
        return Answer(status=429, body=answer.body, headers=headers)

    def refuse(self, refused: Refused, call: Call) -> Answer:
        """Write a refusal."""
        del call
        return refusal(refused)

    def failure(self, status: int) -> Answer:
        """Write a fault's status."""
        return error_answer(status, "Something went wrong." if status >= 500 else "Request refused.")  # noqa: PLR2004

    def reset(self) -> None:
        """Start again without pages and with the first switches."""
        self.switches = self._first_switches
        self._begin(self._new_store())

    def views(self) -> Sequence[PageView]:
        """Show all pages."""
        return self._persons.views()

    def view(self, page_id: str) -> PageView:
        """Show one page."""
        return self._persons.find(page_id)

    def hubs(self) -> Sequence[Hub]:
        """Show nothing: there are no folders."""
        return ()

    def person_creates(self, values: Json) -> PageView:
        """Create a page as a person."""
        return self._persons.create(values)

    def person_edits(self, page_id: str, values: Json) -> PageView:
        """Edit a page as a person."""
        return self._persons.edit(page_id, values)

    def person_archives(self, page_id: str) -> None:
        """Delete a page as a person; there is no archive."""
        self._persons.delete(page_id)

    def seed(self, kind: str, values: Json) -> Json:
        """Refuse: a Pharen workspace holds nothing but pages."""
        raise NotThere(f"pharen has no {kind} to add, only pages ({len(values)} values were not used)")

    def write_count(self) -> int:
        """Count the changes of the data."""
        return self._writes_before + self._store.writes

    def keep(self) -> Any:
        """Hold on to the data as it is now."""
        return data.keep(self._store)

    def as_json(self, kept: Any) -> Json:
        """Write kept data as JSON values."""
        return data.to_json(kept)

    def load(self, value: Json) -> None:
        """Replace the data."""
        store = self._new_store()
        data.load(store, value)
        self._begin(store)

    def _new_store(self) -> Store:
        return Store(self._clock, self._seed, lambda: self.switches)

    def _begin(self, store: Store) -> None:
        self._writes_before += self._store.writes + 1
        self._store = store
        self._minute.clear()
        self._wire()

    def _wire(self) -> None:
        self._persons = Persons(self._store)
        self._endpoints = Endpoints(self._store, self._clock, lambda: self.switches).table()

    @property
    def endpoints(self) -> Sequence[Endpoint]:
        """All documented endpoints."""
        return self._endpoints
