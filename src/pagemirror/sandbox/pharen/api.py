"""The Pharen API of the sandbox, put together."""

from collections.abc import Mapping, Sequence

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.exchange import Answer, Call, Refused
from pagemirror.sandbox.holding import Holding
from pagemirror.sandbox.interface import ContentForm, TreeForm
from pagemirror.sandbox.limits import RateWindow
from pagemirror.sandbox.pharen import kept as data
from pagemirror.sandbox.pharen.answers import error_answer, limit_headers, refusal
from pagemirror.sandbox.pharen.endpoints import Endpoints
from pagemirror.sandbox.pharen.persons import Persons
from pagemirror.sandbox.pharen.requests import check_key
from pagemirror.sandbox.pharen.store import Store
from pagemirror.sandbox.pharen.switches import Switches

__all__ = ["READ_ONLY_TOKEN", "PharenApi"]

DEFAULT_TOKEN = "pharen-sandbox-key"  # noqa: S105 - it opens a sandbox
READ_ONLY_TOKEN = "pharen-sandbox-read-only-key"  # noqa: S105 - it opens a sandbox
_MINUTE = 60.0


class PharenApi(Holding[Store, Switches]):
    """Pharen's pages under `/pharen/v1/new-page`."""

    name = "pharen"
    label = "Pharen Hub"
    base = "/pharen/v1"
    address = "/pharen/v1"
    content_form: ContentForm = "markdown"
    tree_form: TreeForm = "none"
    own_settings: tuple[tuple[str, str], ...] = ()
    own_secrets: tuple[tuple[str, str], ...] = ()
    reader_cookie: str = ""
    statuses = ("published", "hidden")

    kept_by = data

    def __init__(self, *, clock: Clock, seed: str, tokens: Sequence[str], switches: Mapping[str, object]) -> None:
        self._minute = RateWindow(clock, _MINUTE)
        super().__init__(clock=clock, seed=seed, tokens=tokens or (DEFAULT_TOKEN,), first=Switches(), switches=switches)

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

    def _new_store(self) -> Store:
        return Store(self._clock, self._seed, lambda: self.switches)

    def _clear(self) -> None:
        self._minute.clear()

    def _wire(self) -> None:
        self._persons = Persons(self._store)
        self._endpoints = Endpoints(self._store, self._clock, lambda: self.switches).table()
