"""A tiny wiki over HTTP, in memory: what somebody else's server might look like. Knows nothing of pagemirror."""

import json
import threading
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

KEY = "tiny-key"


@dataclass
class Leaf:
    """A page."""

    id: str
    title: str
    text: str
    made: float
    changed: float
    rev: int = 1
    archived: bool = False


@dataclass
class Wiki:
    """All pages, and a clock that is moved by hand."""

    leaves: dict[str, Leaf] = field(default_factory=dict)
    now: float = 1_800_000_000.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, leaf_id: str, **values: Any) -> Leaf:
        """Change a page, or make one."""
        with self.lock:
            leaf = self.leaves.get(leaf_id)
            if leaf is None:
                leaf = Leaf(id=f"w{len(self.leaves) + 1}", title="", text="", made=self.now, changed=self.now, rev=0)
                self.leaves[leaf.id] = leaf
            for name in ("title", "text", "archived"):
                setattr(leaf, name, values.get(name, getattr(leaf, name)))
            leaf.changed, leaf.rev = self.now, leaf.rev + 1
            return leaf


class Handler(BaseHTTPRequestHandler):
    """The API below /api/pages."""

    protocol_version = "HTTP/1.1"
    wiki: Wiki

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def handle_one_request(self) -> None:
        """Take one request; a client that went away is no news."""
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def do_GET(self) -> None:
        """List pages, newest first, or show one."""
        query = parse_qs(urlsplit(self.path).query)
        leaf_id = self._opened()
        if leaf_id == "":
            live = [leaf for leaf in reversed(self.wiki.leaves.values()) if not leaf.archived]
            start = int(query.get("offset", ["0"])[0])
            rows = [asdict(leaf) | {"text": ""} for leaf in live[start : start + int(query["limit"][0])]]
            self._answer(200, {"pages": rows, "total": len(live)})
        elif leaf_id is not None and self._found(leaf_id) is not None:
            self._answer(200, asdict(self.wiki.leaves[leaf_id]))

    def do_POST(self) -> None:
        """Make a page."""
        if self._opened() is not None:
            self._answer(201, asdict(self.wiki.write("", **self._body())))

    def do_PUT(self) -> None:
        """Change a page; `archived` false brings it back."""
        leaf_id = self._opened()
        body = self._body()
        if leaf_id is not None and self._found(leaf_id, gone_too="archived" in body) is not None:
            self._answer(200, asdict(self.wiki.write(leaf_id, **body)))

    def do_DELETE(self) -> None:
        """Archive a page."""
        leaf_id = self._opened()
        if leaf_id is not None and self._found(leaf_id) is not None:
            self.wiki.write(leaf_id, archived=True)
            self._answer(204)

    def _opened(self) -> str | None:
        """The page's id in the path, "" for all pages; None if the request was refused."""
        path = urlsplit(self.path).path
        if self.headers["Authorization"] != f"Bearer {KEY}":
            self._answer(401, _error("no such key"))
        elif path == "/api/pages" or path.startswith("/api/pages/"):
            return unquote(path.removeprefix("/api/pages").removeprefix("/"))
        else:
            self._answer(404, "no such address")
        return None

    def _found(self, leaf_id: str, *, gone_too: bool = False) -> Leaf | None:
        leaf = self.wiki.leaves.get(leaf_id)
        if leaf is None:
            self._answer(404, _error("no such page"))
        elif leaf.archived and not gone_too:
            self._answer(410, _error("this page is archived"))
            return None
        return leaf

    def _body(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, status: int, value: Any = None) -> None:
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _error(message: str) -> dict[str, dict[str, str]]:
    return {"error": {"message": message}}


class WikiServer:
    """The wiki in a thread, while it is entered."""

    def __enter__(self) -> Self:
        """Start."""
        self.wiki = Wiki()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"wiki": self.wiki}))
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/api"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
