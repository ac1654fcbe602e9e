"""Git's own smart HTTP server behind a tiny web server with a password, on this machine, for as long as a test runs."""

import base64
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

__all__ = ["GitHttp", "git_http"]

_SECONDS: Final = 30


class GitHttp(ThreadingHTTPServer):
    """Serves the repositories below `root`. `user` and `password` guard it where they are set.

    While it is `stuck` a fetch is not answered before it is `freed`; `fetching` tells that one came.
    """

    daemon_threads = True

    def __init__(self, root: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.root = root
        self.user = ""
        self.password = ""
        self.refused = 0
        self.asked: list[str] = []
        self.stuck = False
        self.fetching = threading.Event()
        self.freed = threading.Event()

    @property
    def url(self) -> str:
        """Where it is, without a slash at its end."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def lets_in(self, header: str) -> bool:
        """Whether a request's Authorization is right."""
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return not self.password or header == f"Basic {pair}"


class _Handler(BaseHTTPRequestHandler):
    """Hands each request to `git http-backend`, as a web server would by CGI."""

    server: GitHttp

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append(self.path)
        if self.server.stuck and b"command=fetch" in body:
            self.server.fetching.set()
            self.server.freed.wait(_SECONDS)
            return
        if not self.server.lets_in(self.headers.get("Authorization", "")):
            self.server.refused += 1
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="test"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        path, _, query = self.path.partition("?")
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_PROJECT_ROOT": str(self.server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
        }
        ran = subprocess.run(
            ["git", "http-backend"], env=environment, input=body, capture_output=True, check=False, timeout=_SECONDS
        )
        head, _, answer = ran.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        self.send_response(int(fields.pop("Status", "200 OK").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


@contextmanager
def git_http(root: Path) -> Iterator[GitHttp]:
    """A server for the time of a block."""
    server = GitHttp(root)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.freed.set()
        server.shutdown()
        thread.join()
        server.server_close()
