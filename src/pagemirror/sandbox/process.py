"""The sandbox as a child process, with a small synchronous client for its control API: for tests, demo and bench."""

import contextlib
import json
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import IO, Any, Self

import httpx

from pagemirror.sandbox.serving import ApiAddress

__all__ = ["SandboxError", "SandboxProcess"]

START_TIMEOUT = 20.0
_STOP_TIMEOUT = 5.0


class SandboxError(RuntimeError):
    """The sandbox did not start, or refused what it was asked; the message has its words."""


class SandboxProcess:
    """A context manager: starts a sandbox on a free port, ends it by its own pid, also when the parent dies."""

    def __init__(self, *options: str, listen: str = "127.0.0.1:0") -> None:
        self._command = [sys.executable, "-m", "pagemirror.sandbox", "--listen", listen, "--output", "json"]
        self._command += ["--until-stdin-closes", *options]
        self._child: subprocess.Popen[bytes] | None = None
        self._client: httpx.Client | None = None
        self._apis: dict[str, ApiAddress] = {}
        self.url = ""

    def __enter__(self) -> Self:
        """Start the child and wait until it accepts connections."""
        child = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._child = child
        try:
            value = json.loads(_first_line(child))
        except ValueError as error:
            self.stop()
            raise SandboxError(
                f"the sandbox did not start ({' '.join(self._command)}); it ended with "
                f"{child.returncode} and said so above"
            ) from error
        self.url = value["url"]
        self._apis = {name: ApiAddress(**part) for name, part in value.items() if isinstance(part, dict)}
        self._client = httpx.Client(base_url=self.url, trust_env=False, timeout=30.0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child."""
        self.stop()

    @property
    def pid(self) -> int:
        """The child's process id."""
        if self._child is None:
            raise SandboxError("the sandbox is not running")
        return self._child.pid

    @property
    def exec(self) -> ApiAddress:
        """How to reach Exec."""
        return self.api("exec")

    @property
    def pharen(self) -> ApiAddress:
        """How to reach Pharen."""
        return self.api("pharen")

    @property
    def ravendocs(self) -> ApiAddress:
        """How to reach Raven Docs."""
        return self.api("ravendocs")

    @property
    def ravendocs_rpc(self) -> ApiAddress:
        """How to reach Raven Docs' published server."""
        return self.api("ravendocs_rpc")

    def api(self, name: str) -> ApiAddress:
        """How to reach an API."""
        return self._apis[name]

    def stop(self) -> int | None:
        """End the child and return its exit code."""
        if self._client is not None:
            self._client.close()
            self._client = None
        child, self._child = self._child, None
        if child is None:
            return None
        child.terminate()
        try:
            return child.wait(_STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()
        finally:
            for stream in (child.stdin, child.stdout):
                if stream is not None:
                    with contextlib.suppress(BrokenPipeError):
                        stream.close()

    def summary(self) -> dict[str, Any]:
        """Return pages, requests, violations and duplicates by API."""
        return self._ask("GET", "/summary")

    def requests(self, api: str | None = None) -> int:
        """Return how many requests came in, for one API or all."""
        return int(self._ask("GET", "/requests", {"since": str(1 << 59), **({"api": api} if api else {})})["total"])

    def log(self, api: str | None = None, *, since: int = 0) -> list[dict[str, Any]]:
        """Return the requests after a sequence number, oldest first."""
        query = {"since": str(since), **({"api": api} if api else {})}
        return list(self._ask("GET", "/requests", query)["entries"])

    def counts(self, api: str | None = None) -> dict[tuple[str, str], int]:
        """Return the exact counts by method and path template."""
        rows = self._ask("GET", "/requests", {"since": str(1 << 59), **({"api": api} if api else {})})["endpoints"]
        found: dict[tuple[str, str], int] = {}
        for row in rows:
            key = (row["method"], row["template"])
            found[key] = found.get(key, 0) + row["count"]
        return found

    def violations(self, api: str | None = None) -> list[dict[str, Any]]:
        """Return what clients sent that they never should."""
        return list(self._ask("GET", "/violations", {"api": api} if api else None)["violations"])

    def reset(self, api: str | None = None) -> None:
        """Go back to the start, all or one API."""
        self._ask("POST", "/reset", body={"api": api} if api else {})

    def pages(self, api: str) -> list[dict[str, Any]]:
        """Return all pages with bodies, drafts and versions, archived ones too."""
        return list(self._ask("GET", f"/{api}/pages")["pages"])

    def page(self, api: str, page_id: str) -> dict[str, Any]:
        """Return one page."""
        return self._ask("GET", f"/{api}/pages/{page_id}")

    def create(self, api: str, title: str, content: str = "", **more: object) -> dict[str, Any]:
        """Create a page as a person; `publish`, `folders`, `hidden`, `parent` and more where the API has them."""
        return self._ask("POST", f"/{api}/pages", body={"title": title, "content": content, **more})

    def edit(
        self, api: str, page_id: str, *, title: str | None = None, content: str | None = None, **more: object
    ) -> dict[str, Any]:
        """Edit a page as a person; `publish=False` leaves a draft where the API has drafts."""
        texts = {name: text for name, text in (("title", title), ("content", content)) if text is not None}
        return self._ask("POST", f"/{api}/pages/{page_id}/edit", body={**texts, **more})

    def archive(self, api: str, page_id: str) -> None:
        """Archive a page as a person, or delete it where the API has no archive."""
        self._ask("POST", f"/{api}/pages/{page_id}/archive", body={})

    def seed(self, api: str, kind: str, **values: object) -> dict[str, Any]:
        """Add other data, such as `seed("exec", "folders", name="Sales")`."""
        return self._ask("POST", f"/{api}/{kind}", body=values)

    def faults(
        self,
        *rules: Mapping[str, object],
        seed: int = 0,
        latency: float = 0.0,
        rates: Mapping[str, float] | None = None,
    ) -> dict[str, Any]:
        """Replace all faults; without arguments there are none."""
        body = {"seed": seed, "latency": latency, "rules": list(rules), "rates": dict(rates or {})}
        return self._ask("PUT", "/faults", body=body)

    def fault_counts(self) -> list[dict[str, Any]]:
        """Return the rules with how often each fitted and hit."""
        return list(self._ask("GET", "/faults")["rules"])

    def switches(self, api: str, **values: object) -> dict[str, Any]:
        """Change switches of one API and return all of them."""
        return dict(self._ask("PUT", "/switches", body={api: values})[api])

    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock."""
        self._ask("POST", "/clock", body={"advance": seconds})

    def _ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, *, body: object = None
    ) -> dict[str, Any]:
        if self._client is None:
            raise SandboxError("the sandbox is not running")
        answer = self._client.request(method, f"/_sandbox{path}", params=query, json=body)
        if answer.is_error:
            raise SandboxError(f"{method} /_sandbox{path}: {answer.status_code} {answer.text.strip()}")
        value: dict[str, Any] = answer.json()
        return value


def _first_line(child: "subprocess.Popen[bytes]") -> bytes:
    stream: IO[bytes] | None = child.stdout
    streams: Sequence[IO[bytes]] = [stream] if stream is not None else []
    ready, _, _ = select.select(streams, [], [], START_TIMEOUT)
    return stream.readline() if stream is not None and ready else b""
