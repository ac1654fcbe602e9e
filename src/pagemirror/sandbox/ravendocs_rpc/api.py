"""The RPC API of the sandbox, put together."""

from collections.abc import Mapping, Sequence

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.exchange import Answer, Call, NoRoute, Refused
from pagemirror.sandbox.holding import Holding
from pagemirror.sandbox.interface import ContentForm, TreeForm
from pagemirror.sandbox.minting import letters, uuid_text
from pagemirror.sandbox.ravendocs_rpc import kept as data
from pagemirror.sandbox.ravendocs_rpc.answers import error_answer
from pagemirror.sandbox.ravendocs_rpc.desk import Desk, Sessions
from pagemirror.sandbox.ravendocs_rpc.endpoints import Endpoints
from pagemirror.sandbox.ravendocs_rpc.files import UPLOAD, Files
from pagemirror.sandbox.ravendocs_rpc.persons import Persons
from pagemirror.sandbox.ravendocs_rpc.places import HEALTH, LOGIN, Places
from pagemirror.sandbox.ravendocs_rpc.requests import BadFields
from pagemirror.sandbox.ravendocs_rpc.store import Store
from pagemirror.sandbox.ravendocs_rpc.switches import Switches

__all__ = ["RavendocsRpcApi", "owner_token", "password", "reader_token"]

_OPEN = frozenset({HEALTH, LOGIN})
_SERVER_ERROR = 500


def owner_token(seed: str) -> str:
    """Return the token of the mirror's user, good from the start."""
    return f"eyJhbGciOiJIUzI1NiJ9.{letters(f'{seed}|rpc|owner', 80)}"


def reader_token(seed: str) -> str:
    """Return the token of a colleague, who is a plain member of the workspace."""
    return f"eyJhbGciOiJIUzI1NiJ9.{letters(f'{seed}|rpc|reader', 80)}"


def password(seed: str) -> str:
    """Return the password of everybody."""
    return f"pw-{letters(f'{seed}|rpc|password', 20)}"


class RavendocsRpcApi(Holding[Store, Switches]):
    """The server under `/ravendocs-rpc`, its API under `/api` there."""

    name = "ravendocs_rpc"
    label = "Raven Docs 0.10 (RPC)"
    base = "/ravendocs-rpc"
    address = "/ravendocs-rpc/api"
    content_form: ContentForm = "prosemirror"
    tree_form: TreeForm = "pages"
    statuses = ("published", "trashed")

    kept_by = data

    def __init__(self, *, clock: Clock, seed: str, tokens: Sequence[str], switches: Mapping[str, object]) -> None:
        super().__init__(
            clock=clock, seed=seed, tokens=tokens or (owner_token(seed),), first=Switches(), switches=switches
        )

    @property
    def own_settings(self) -> tuple[tuple[str, str], ...]:
        """The dialect, and the space that is there from the start."""
        return (("dialect", "rpc"), ("space_id", self._space_id()))

    @property
    def own_secrets(self) -> tuple[tuple[str, str], ...]:
        """What a client can log in with instead of the token."""
        return (("email", self._store.owner.email), ("password", password(self._seed)))

    @property
    def reader_cookie(self) -> str:
        """The cookie of a login: pictures of a page are shown to those alone who have one."""
        return "authToken"

    def authorise(self, call: Call) -> None:
        """Refuse what is too large, and who is nobody; a path that nothing lives at is told to everybody."""
        if call.path != UPLOAD and len(call.body) > self.switches.body_limit:
            call.note("too_large", f"the body has {len(call.body)} bytes")
            raise Refused(413, "Request body is too large")
        if call.path not in _OPEN and any(item.template == call.path for item in self._endpoints):
            self._desk.user(call)

    def throttle(self) -> Answer | None:
        """There are no limits."""
        return None

    def rate_headers(self) -> tuple[tuple[str, str], ...]:
        """There are no limits."""
        return ()

    def limited(self, retry_after: float) -> Answer:
        """Return a 429, as a proxy in front would."""
        answer = self.failure(429)
        headers = (("Retry-After", str(int(retry_after + 0.999))),)
        return Answer(status=429, body=answer.body, headers=headers, kind=answer.kind)

    def refuse(self, refused: Refused, call: Call) -> Answer:
        """Write a refusal; the path in it is the one on a server of its own."""
        path = _path_of(call)
        if isinstance(refused, NoRoute):
            return error_answer(404, f"Cannot {call.method} {path}", path=path, at=self._store.tick())
        message = refused.messages if isinstance(refused, BadFields) else refused.message
        return error_answer(refused.status, message, path=path, at=self._store.tick())

    def failure(self, status: int) -> Answer:
        """Write a fault's status."""
        told = "Internal server error" if status >= _SERVER_ERROR else "Request refused"
        return error_answer(status, told, path="/api", at=self._store.tick())

    def _space_id(self) -> str:
        return uuid_text(f"{self._seed}|rpc|space")

    def _fresh_sessions(self) -> Sessions:
        fixed = dict.fromkeys(self.tokens, self._store.owner.id) | {reader_token(self._seed): self._store.member.id}
        return Sessions(self._clock, self._seed, fixed)

    def _new_store(self) -> Store:
        return Store(self._clock, self._seed, lambda: self.switches)

    def _default_store(self) -> Store:
        store = self._new_store()
        store.add_space("Handbook", "handbook", "", by=store.owner.id, key=self._space_id())
        return store

    def _clear(self) -> None:
        """Everybody who had logged in is out; the sandbox's own tokens stay good."""
        self._sessions = self._fresh_sessions()

    def _wire(self) -> None:
        self._desk = Desk(self._store, self._sessions, lambda: self.switches)
        self._persons = Persons(self._store)
        parts = (
            *Places(self._desk, self._clock, password(self._seed)).table(),
            *Endpoints(self._desk, self._clock).table(),
            *Files(self._desk).table(),
        )
        self._endpoints = parts if self.switches.dialect == "rpc" else ()


def _path_of(call: Call) -> str:
    query = "&".join(f"{name}={value}" for name, value in call.query)
    return f"{call.path}{'?' if query else ''}{query}"
