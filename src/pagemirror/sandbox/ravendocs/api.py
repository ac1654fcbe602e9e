"""The Raven Docs API of the sandbox, put together."""

from collections.abc import Mapping, Sequence

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.exchange import Answer, Call, NoRoute, Refused
from pagemirror.sandbox.holding import Holding
from pagemirror.sandbox.interface import ContentForm, TreeForm
from pagemirror.sandbox.limits import Limit, RateWindow
from pagemirror.sandbox.minting import letters
from pagemirror.sandbox.ravendocs import kept as data
from pagemirror.sandbox.ravendocs.answers import error_answer, framework_answer, limit_headers, refusal
from pagemirror.sandbox.ravendocs.endpoints import Endpoints
from pagemirror.sandbox.ravendocs.persons import Persons
from pagemirror.sandbox.ravendocs.requests import check_key
from pagemirror.sandbox.ravendocs.store import SPACE_ID, WORKSPACE_ID, Store
from pagemirror.sandbox.ravendocs.switches import Switches

__all__ = ["RavendocsApi", "default_token", "viewer_token"]

_MINUTE, _DAY = 60.0, 86_400.0


def default_token(seed: str) -> str:
    """Return the key that a sandbox accepts unless it is given others."""
    return f"raven_sk_{letters(f'{seed}|ravendocs|key', 40)}"


def viewer_token(seed: str) -> str:
    """Return the key that may only read."""
    return f"raven_sk_{letters(f'{seed}|ravendocs|viewer', 40)}"


class RavendocsApi(Holding[Store, Switches]):
    """Raven Docs' pages under `/ravendocs/api`, with or without `/v1`."""

    name = "ravendocs"
    label = "Raven Docs"
    base = "/ravendocs/api"
    content_form: ContentForm = "prosemirror"
    tree_form: TreeForm = "pages"
    own_settings = (("workspace_id", WORKSPACE_ID), ("space_id", SPACE_ID))
    own_secrets: tuple[tuple[str, str], ...] = ()
    reader_cookie: str = ""
    statuses = ("published",)

    kept_by = data

    def __init__(self, *, clock: Clock, seed: str, tokens: Sequence[str], switches: Mapping[str, object]) -> None:
        self._minute, self._day = RateWindow(clock, _MINUTE), RateWindow(clock, _DAY)
        self._answered = 0
        super().__init__(
            clock=clock,
            seed=seed,
            tokens=tokens or (default_token(seed),),
            first=Switches(),
            switches=switches,
        )

    @property
    def address(self) -> str:
        """The base URL's path: everything before `/pages`."""
        return self.base + self._prefix()

    def authorise(self, call: Call) -> None:
        """Refuse a bad key, and a write with a key that may only read."""
        viewers: tuple[str, ...] = (viewer_token(self._seed),)
        if self.switches.role == "viewer":
            viewers += self.tokens
        editors = () if self.switches.role == "viewer" else self.tokens
        check_key(call, editors, viewers, expired=self.switches.key_state == "expired")

    def throttle(self) -> Answer | None:
        """Hold the documented limits where the switch says so."""
        if not self.switches.rate_limits:
            return None
        minute, day = self._limits()
        refused = next((limit for limit in (day, minute) if not limit.allowed), None)
        if refused is not None:
            code = "QUOTA_EXCEEDED" if refused is day else "RATE_LIMITED"
            return self._too_many(code, refused.retry_after, limit_headers(refused))
        self._minute.take()
        self._day.take()
        return None

    def rate_headers(self) -> tuple[tuple[str, str], ...]:
        """Give the headers that every normal answer has: the request's id and, by the switch, the minute's limit."""
        headers = limit_headers(self._limits()[0]) if self.switches.rate_headers == "always" else ()
        return (*headers, self._request_id())

    def limited(self, retry_after: float) -> Answer:
        """Return a 429 of the minute's limit."""
        headers = (
            ("X-RateLimit-Limit", str(self.switches.requests_per_minute)),
            ("X-RateLimit-Remaining", "0"),
            ("X-RateLimit-Reset", str(int(self._clock.now() + retry_after + 0.999))),
        )
        return self._too_many("RATE_LIMITED", retry_after, headers)

    def refuse(self, refused: Refused, call: Call) -> Answer:
        """Write a refusal: of the framework where no route is or the body is too large, else of the API."""
        own = self.switches.unknown_route == "nest"
        if isinstance(refused, NoRoute):
            path = self._path_of(call)
            message = f"Cannot {call.method} {path}"
            return framework_answer(404, message, path=path, now=self._clock.second(), own=own)
        if refused.status == 413:  # noqa: PLR2004 - the body never reached the API
            path = f"{self.base}{(refused.details or {}).get('path', '')}"
            return framework_answer(413, refused.message, path=path, now=self._clock.second(), own=False)
        return refusal(refused)

    def failure(self, status: int) -> Answer:
        """Write a fault's status."""
        answer = error_answer(status, "Something went wrong." if status >= 500 else "Request refused.")  # noqa: PLR2004
        return Answer(status=answer.status, body=answer.body, headers=(self._request_id(),))

    def _new_store(self) -> Store:
        return Store(self._clock, self._seed, lambda: self.switches)

    def _default_store(self) -> Store:
        store = self._new_store()
        store.add_space("Handbook", SPACE_ID)
        return store

    def _clear(self) -> None:
        self._minute.clear()
        self._day.clear()

    def _wire(self) -> None:
        self._persons = Persons(self._store)
        self._endpoints = Endpoints(self._store, self._clock, lambda: self.switches).table(self._prefix())

    def _prefix(self) -> str:
        return "/v1" if self.switches.prefix == "v1" else ""

    def _path_of(self, call: Call) -> str:
        query = "&".join(f"{name}={value}" for name, value in call.query)
        return f"{self.base}{call.path}{'?' if query else ''}{query}"

    def _limits(self) -> tuple[Limit, Limit]:
        minute, day = self.switches.requests_per_minute, self.switches.requests_per_day
        return self._minute.look(minute), self._day.look(day)

    def _too_many(self, code: str, retry_after: float, headers: tuple[tuple[str, str], ...]) -> Answer:
        if self.switches.retry_after == "header":
            headers += (("Retry-After", str(int(retry_after + 0.999))),)
        answer = error_answer(429, "Rate limit exceeded.", code=code)
        return Answer(status=429, body=answer.body, headers=(*headers, self._request_id()))

    def _request_id(self) -> tuple[str, str]:
        self._answered += 1
        return ("X-Request-Id", f"req_{letters(f'{self._seed}|ravendocs|request|{self._answered}', 16)}")
