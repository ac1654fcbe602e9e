"""The service as a child process, its log as events, and a relay before the target that notes when requests come in.

Knows no row. Times are `time.perf_counter()`.
"""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from benchmarks.running import Mirror

__all__ = ["PATIENCE", "Relay", "Serving"]

PATIENCE: Final = 180.0
"""Seconds after which something that was waited for counts as not coming."""

Event = Mapping[str, Any]
_METHODS: Final = (b"GET ", b"POST ", b"PATCH ", b"DELETE ")


class Relay:
    """Passes bytes on to a target and back, and notes when each request came. A context manager."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._there = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._came = threading.Condition()
        self._times: list[tuple[str, float]] = []
        host, port = self._listening.getsockname()
        self.base_url = f"http://{host}:{port}{parts.path}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def mark(self) -> int:
        """How many requests came so far, as a place to wait from."""
        with self._came:
            return len(self._times)

    def wait(self, mark: int, methods: tuple[str, ...]) -> float:
        """When the first request with one of these methods came, from `mark` on."""
        with self._came:
            found = self._came.wait_for(lambda: self._first(mark, methods), PATIENCE)
        if found is None:
            raise RuntimeError("no request came")
        return found

    def _first(self, mark: int, methods: tuple[str, ...]) -> float | None:
        return next((at for method, at in self._times[mark:] if method in methods), None)

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._listening.accept()
            except OSError:
                return
            there = socket.create_connection(self._there)
            for source, sink, note in ((here, there, True), (there, here, False)):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._pump, args=(source, sink, note), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, note: bool) -> None:  # noqa: FBT001 - a thread's arguments
        try:
            while data := source.recv(65_536):
                if note and data.startswith(_METHODS):
                    with self._came:
                        self._times.append((data.partition(b" ")[0].decode("ascii"), time.perf_counter()))
                        self._came.notify_all()
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            sink.close()


class Serving:
    """`pagemirror run` for a mirror. A context manager; inside it the first pass has ended."""

    def __init__(self, mirror: Mirror) -> None:
        self._log = mirror.folder / "log.jsonl"
        self._events: list[Event] = []
        self._more = threading.Condition()
        with Path(self._log).open("wb") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "pagemirror", "--log-level", "debug", "run"],
                cwd=mirror.folder,
                env=mirror.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.PIPE,
                text=True,
            )
        self.address = ""

    def __enter__(self) -> Self:
        threading.Thread(target=self._read, daemon=True).start()
        self.address = self.wait("server.listening")["address"]
        self.wait("pass.ended", fits=lambda event: event["result"] == "ok")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.terminate()
        self._child.wait()

    @property
    def pid(self) -> int:
        """The service's process."""
        return self._child.pid

    def mark(self) -> int:
        """The log's end, as a place to wait from."""
        with self._more:
            return len(self._events)

    def since(self, mark: int, name: str) -> list[Event]:
        """The events of this name, from `mark` on."""
        with self._more:
            return [event for event in self._events[mark:] if event["event"] == name]

    def wait(self, name: str, *, after: int = 0, fits: Callable[[Event], bool] = lambda _: True) -> Event:
        """The first event of this name that fits, from a place in the log on."""

        def first() -> Event | None:
            return next((event for event in self._events[after:] if event["event"] == name and fits(event)), None)

        with self._more:
            found = self._more.wait_for(first, PATIENCE)
        if found is None:
            raise RuntimeError(f"the service told no {name}: {self._events[-3:]}")
        return found

    def _read(self) -> None:
        if self._child.stderr is None:
            return
        for line in self._child.stderr:
            with self._more:
                self._events.append(json.loads(line) if line.startswith("{") else {"event": "said", "line": line})
                self._more.notify_all()
