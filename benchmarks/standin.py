"""A page API as small and fast as can be: Exec's pages in memory, with a set latency. A process of its own.

For the rows with a hundred thousand pages, where the sandbox's own checks would be most of what is measured. Checks
nothing; keeps texts compressed. Prints its port, and ends when its standard input does.
"""

import contextlib
import json
import re
import socket
import sys
import threading
import time
import zlib
from typing import Any, BinaryIO, Final
from urllib.parse import parse_qs, urlsplit

__all__: list[str] = []

_LENGTH: Final = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_AT: Final = "2026-01-01T00:00:00Z"
_PAGES: Final = "/rest/v1/knowledge-hub/pages"

Json = dict[str, Any]


class Pages:
    """The pages, and what each request does to them."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[str, int, bytes]] = {}
        self.requests = 0
        self.lock: Final = threading.Lock()

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, Json]:
        """Status and JSON of one request."""
        parts = urlsplit(target)
        if parts.path == "/requests":
            return 200, {"total": self.requests, "pages": len(self._rows)}
        self.requests += 1
        if parts.path == _PAGES and method == "GET":
            return 200, self._listing(int(parse_qs(parts.query).get("page", ["1"])[0]))
        sent = json.loads(body) if body else {}
        if parts.path == _PAGES:
            key = f"page-{len(self._rows):07d}"
            return 201, self._put(key, sent, 1)
        key = parts.path.removeprefix(f"{_PAGES}/")
        if key not in self._rows:
            return 200, {"id": "workspace", "name": "Bench"}
        if method == "PATCH":
            return 200, self._put(key, sent, self._rows[key][1] + 1)
        return 200, self._page(key)

    def _put(self, key: str, sent: Json, version: int) -> Json:
        title, _, content = self._rows.get(key, ("", 0, zlib.compress(b"", 1)))
        if "content" in sent:
            content = zlib.compress(sent["content"].encode(), 1)
        self._rows[key] = (sent.get("title", title), version, content)
        return self._page(key)

    def _page(self, key: str) -> Json:
        return {**self._row(key), "content": zlib.decompress(self._rows[key][2]).decode(), "draft": None, "sources": []}

    def _row(self, key: str) -> Json:
        title, version, _ = self._rows[key]
        times = {"created_at": _AT, "updated_at": _AT, "published_at": _AT}
        state = {"status": "published", "visibility": "workspace", "folders": [], "skills": []}
        return {"id": key, "title": title, "version": version, **state, **times}

    def _listing(self, number: int) -> Json:
        keys = list(self._rows)[(number - 1) * 100 : number * 100]
        total = len(self._rows)
        paging = {"page": number, "page_size": 100, "total_count": total, "total_pages": max(1, -(-total // 100))}
        return {"data": [self._row(key) for key in keys], "pagination": paging}


def converse(connection: socket.socket, pages: Pages, latency: float) -> None:
    """Answer one client's requests, which come one after the other, each so long after it was whole.

    A thread sleeps to within a tenth of a millisecond, where an event loop's timers are whole milliseconds late.
    """
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with contextlib.suppress(ConnectionError), connection, connection.makefile("rb") as stream:
        while head := _head(stream):
            length = _LENGTH.search(head)
            body = stream.read(int(length[1])) if length is not None else b""
            due = time.monotonic() + latency
            method, target, _ = head.partition(b"\r\n")[0].decode().split(" ")
            with pages.lock:
                status, value = pages.answer(method, target, body)
            content = json.dumps(value).encode()
            lines = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
            time.sleep(max(0.0, due - time.monotonic()))
            connection.sendall(lines.encode() + content)


def _head(stream: BinaryIO) -> bytes:
    """A request's lines up to the empty one; nothing where the client has gone."""
    lines = []
    while (line := stream.readline()) not in {b"\r\n", b""}:
        lines.append(line)
    return b"".join(lines)


def serve(latency: float) -> None:
    """Answer until the standard input ends."""
    pages = Pages()
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listening.getsockname()[1], flush=True)  # noqa: T201 - how the parent learns of the port

    def accept() -> None:
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=converse, args=(connection, pages, latency), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        serve(float(sys.argv[1]))
