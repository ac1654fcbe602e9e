"""`pagemirror run` as a process: started in a site, followed by its log, asked over HTTP."""

import json
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from support.site import Site

__all__ = ["Event", "RunningService", "free_service"]

PATIENCE = 30.0
Event = Mapping[str, Any]


def free_service(**settings: str) -> str:
    """A `[service]` table that listens on a free port."""
    rows = {"listen": "127.0.0.1:0", "poll": "1h", "drift_check": "1h", **settings}
    return "\n".join(["[service]", *(f'{key} = "{value}"' for key, value in rows.items()), ""])


class RunningService:
    """A context manager. The log is read by a thread, so that waiting for an event never blocks the process."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.events: list[Event] = []
        self._more = threading.Condition()
        self._ended = False
        self._child = site.start("run")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self.client = httpx.Client(trust_env=False, timeout=PATIENCE)

    def __enter__(self) -> Self:
        self._reader.start()
        address = self.wait("server.listening")["address"]
        self.client.base_url = httpx.URL(f"http://{address}")
        self.wait("service.ready")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        self._reader.join(PATIENCE)
        if self._child.stdout is not None:
            self._child.stdout.close()
        said = json.dumps(self.events)
        for secret in self.site.secrets:
            assert secret not in said, "a secret was logged"

    @property
    def pid(self) -> int:
        return self._child.pid

    def wait(self, name: str, *, after: int = 0, fits: Callable[[Event], bool] = lambda _: True) -> Event:
        """The first event of this name, from the given place in the log on, that fits."""
        with self._more:
            found: list[Event] = []

            def there() -> bool:
                found[:] = [event for event in self.events[after:] if event.get("event") == name and fits(event)]
                return bool(found) or self._ended

            self._more.wait_for(there, PATIENCE)
            assert found, f"no {name} in {[event.get('event') for event in self.events[after:]]}"
            return found[0]

    def mark(self) -> int:
        """The log's end, as a place to wait from."""
        with self._more:
            return len(self.events)

    def count(self, name: str) -> int:
        """How often an event has happened."""
        with self._more:
            return sum(event.get("event") == name for event in self.events)

    def send(self, number: signal.Signals) -> None:
        self._child.send_signal(number)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, and give its exit code."""
        self.send(number)
        return self.ended()

    def ended(self) -> int:
        """Wait for its end, and give its exit code."""
        try:
            return self._child.wait(2 * PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it did not end: {self.events[-5:]}") from None
        finally:
            self._reader.join(PATIENCE)

    def _read(self) -> None:
        stream = self._child.stderr
        assert stream is not None
        for line in stream:
            try:
                event = json.loads(line)
            except ValueError:
                event = {"event": "unreadable", "line": line}
            with self._more:
                self.events.append(event)
                self._more.notify_all()
        with self._more:
            self._ended = True
            self._more.notify_all()
