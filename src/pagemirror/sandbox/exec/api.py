"""The Exec API of the sandbox, put together."""

from collections.abc import Mapping, Sequence

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.exchange import Answer, Call, Refused
from pagemirror.sandbox.exec import kept as data
from pagemirror.sandbox.exec.answers import Writer, error_answer, limited_answer, refusal
from pagemirror.sandbox.exec.endpoints import Endpoints
from pagemirror.sandbox.exec.persons import Persons, add_default_data, hubs
from pagemirror.sandbox.exec.requests import check_key
from pagemirror.sandbox.exec.store import Store
from pagemirror.sandbox.exec.switches import Switches
from pagemirror.sandbox.holding import Holding
from pagemirror.sandbox.interface import ContentForm, Hub, TreeForm
from pagemirror.sandbox.limits import RateWindow
from pagemirror.sandbox.minting import letters

__all__ = ["ExecApi", "default_token"]

_MINUTE, _DAY = 60.0, 86_400.0


def default_token(seed: str) -> str:
    """Return the key that a sandbox accepts unless it is given others."""
    return f"exec_live_{letters(f'{seed}|exec|key', 40)}"


class ExecApi(Holding[Store, Switches]):
    """Exec's Knowledge Hub under `/exec/rest/v1`."""

    name = "exec"
    label = "Exec Knowledge Hub"
    base = "/exec/rest/v1"
    address = "/exec/rest/v1"
    content_form: ContentForm = "markdown"
    tree_form: TreeForm = "folders"
    own_settings: tuple[tuple[str, str], ...] = ()
    own_secrets: tuple[tuple[str, str], ...] = ()
    reader_cookie: str = ""
    statuses = ("published", "draft", "archived")

    kept_by = data

    def __init__(self, *, clock: Clock, seed: str, tokens: Sequence[str], switches: Mapping[str, object]) -> None:
        self._minute, self._day = RateWindow(clock, _MINUTE), RateWindow(clock, _DAY)
        super().__init__(
            clock=clock,
            seed=seed,
            tokens=tokens or (default_token(seed),),
            first=Switches(),
            switches=switches,
        )

    def authorise(self, call: Call) -> None:
        """Refuse a bad key, and everything of an inactive workspace."""
        check_key(call, self.tokens)
        if self.switches.workspace == "inactive":
            raise Refused(403, "Workspace is inactive", code="workspace_inactive")

    def throttle(self) -> Answer | None:
        """Hold the documented limits where the switch says so."""
        if not self.switches.rate_limits:
            return None
        minute = self._minute.look(self.switches.requests_per_minute)
        day = self._day.look(self.switches.requests_per_day)
        waits = [limit.retry_after for limit in (minute, day) if not limit.allowed]
        if waits:
            return self.limited(max(waits))
        self._minute.take()
        self._day.take()
        return None

    def rate_headers(self) -> tuple[tuple[str, str], ...]:
        """Give none: Exec documents no headers on limits."""
        return ()

    def limited(self, retry_after: float) -> Answer:
        """Return a 429 with the time to come back where the switch puts it."""
        return limited_answer(retry_after, self.switches, self._clock.now())

    def refuse(self, refused: Refused, call: Call) -> Answer:
        """Write a refusal."""
        del call
        return refusal(refused)

    def failure(self, status: int) -> Answer:
        """Write a fault's status."""
        return error_answer(status, "Something went wrong" if status >= 500 else "Request refused")  # noqa: PLR2004

    def hubs(self) -> Sequence[Hub]:
        """Show the folders."""
        return hubs(self._store)

    def _new_store(self) -> Store:
        return Store(self._clock, self._seed, lambda: self.switches)

    def _default_store(self) -> Store:
        store = self._new_store()
        add_default_data(store)
        return store

    def _clear(self) -> None:
        self._minute.clear()
        self._day.clear()

    def _wire(self) -> None:
        writer = Writer(self._store, self._clock, lambda: self.switches)
        self._persons = Persons(self._store, writer)
        self._endpoints = Endpoints(self._store, self._clock, lambda: self.switches, writer).table()
