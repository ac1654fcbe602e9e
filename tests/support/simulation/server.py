"""A page API in memory, and the line to it: the sandbox's own endpoints, hit by faults that the dice decide.

A request takes effect some time after it was sent, whether or not the one who sent it still lives.
"""

import json
import re
from asyncio import Future, get_running_loop
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from pagemirror.sandbox.exchange import Answer, Bend, Call, Endpoint, Refused
from pagemirror.sandbox.interface import Api
from pagemirror.sandbox.registry import APIS
from pagemirror.transport.exchange import Request, Response, WireFailure
from support.simulation.meaning import What, meaning
from support.simulation.time import ServerClock, SimClock

__all__ = ["FAULTS", "HOST", "Line", "Server", "Trouble"]

HOST: Final = "http://sim"
TIMEOUT: Final = 30.0
LATEST_EFFECT: Final = 8.0
OLDEST_LISTING: Final = 18.0
"""A late effect and a stale listing together stay within the default `settle`."""

FAULTS: Final = (
    "lost_answer",
    "cut",
    "no_connection",
    "error_before",
    "error_after",
    "limited",
    "limited_silent",
    "slow_effect",
    "slow_answer",
    "stale_list",
    "short_list",
    "low_total",
)
WITHOUT_EFFECT: Final = frozenset({"no_connection", "cut", "limited", "limited_silent", "error_before"})
"""After these a write is sent again, or not, by the look that it began with."""

LISTINGS: Final = frozenset({"stale_list", "short_list", "low_total"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What goes wrong, and how often."""

    rate: float = 0.0
    kinds: tuple[str, ...] = FAULTS


@dataclass(slots=True)
class Server:
    """One API with its pages. `made` are the pages that the mirror's key made; `looked` tells of each page that
    the key read in this pass and did not change since when that was, by the number of what happened;
    `wrote` in which second it changed a page last, `born` in which it made it.
    """

    api: Api
    clock: SimClock
    dice: Random
    tell: Callable[[str], None]
    trouble: Trouble = Trouble()
    made: dict[str, str] = field(default_factory=dict)
    looked: dict[str, int] = field(default_factory=dict)
    wrote: dict[str, int] = field(default_factory=dict)
    born: dict[str, int] = field(default_factory=dict)
    on_write: list[Callable[[str, int], None]] = field(default_factory=list)
    happened: int = 0
    requests: int = 0
    problems: list[str] = field(default_factory=list)
    _plain: dict[tuple[str, str], Endpoint] = field(default_factory=dict)
    _routes: list[tuple[re.Pattern[str], Endpoint]] = field(default_factory=list)

    @classmethod
    def start(
        cls, name: str, clock: SimClock, dice: Random, tell: Callable[[str], None], switches: Mapping[str, object]
    ) -> "Server":
        """A fresh API of the sandbox."""
        api = APIS[name](clock=ServerClock(clock), seed="simulation", tokens=(), switches=switches)
        server = cls(api, clock, dice, tell)
        for endpoint in api.endpoints:
            if "{" in endpoint.template:
                pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(endpoint.template))
                server._routes.append((re.compile(pattern), endpoint))
            else:
                server._plain[endpoint.method, endpoint.template] = endpoint
        return server

    @property
    def url(self) -> str:
        """What the mirror is configured with."""
        return HOST + self.api.address

    def tick(self) -> int:
        """The number of what happens now."""
        self.happened += 1
        return self.happened

    # ---------------------------------------------------------------- requests

    def arrive(self, request: Request) -> "Future[Response]":
        """A request was sent: let it take effect, and answer it, when and as the dice say."""
        self.requests += 1
        future: Future[Response] = get_running_loop().create_future()
        endpoint, call = self._call(request)
        fault = self._draw(endpoint)
        self.tell(f"> {call.method} {call.path}{' ' + fault if fault else ''}")
        call.bend = self._bend(fault)
        what, page = meaning(call)
        looked = self.looked.pop(page, None) if what is What.WRITE else None
        way = self.dice.uniform(0.02, 0.4)
        if fault == "slow_effect":
            way = self.dice.uniform(0.5, LATEST_EFFECT)
        self.clock.after(way, lambda: self._serve(call, endpoint, fault, looked, future))
        self.clock.after(TIMEOUT, lambda: _fail(future, WireFailure("no answer within the time-out", sent=True)))
        return future

    def call(self, request: Request) -> Call:
        """A request as the API's endpoint sees it."""
        return self._call(request)[1]

    def _call(self, request: Request) -> tuple[Endpoint, Call]:
        parts = urlsplit(request.url)
        endpoint, params = self._route(request.method, parts.path.removeprefix(self.api.base))
        return endpoint, Call(
            method=request.method,
            path=parts.path,
            params=params,
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.content or b"",
        )

    def _draw(self, endpoint: Endpoint) -> str:
        if self.trouble.rate == 0 or self.dice.random() >= self.trouble.rate:
            return ""
        kinds = [kind for kind in self.trouble.kinds if kind not in LISTINGS or endpoint.lists]
        return self.dice.choice(kinds) if kinds else ""

    def _bend(self, fault: str) -> Bend:
        match fault:
            case "stale_list":
                return Bend(stale_seconds=self.dice.uniform(1, OLDEST_LISTING))
            case "short_list":
                return Bend(lost_rows=True)
            case "low_total":
                return Bend(wrong_total=True)
            case _:
                return Bend()

    def _serve(
        self, call: Call, endpoint: Endpoint, fault: str, looked: int | None, future: "Future[Response]"
    ) -> None:
        """The request reaches the server."""
        if fault in WITHOUT_EFFECT and looked is not None:
            self.looked.setdefault(meaning(call).page, looked)
        match fault:
            case "no_connection":
                _fail(future, WireFailure("no connection", sent=False))
                return
            case "cut":
                _fail(future, WireFailure("the connection was cut", sent=True))
                return
            case "limited" | "limited_silent":
                answer = self.api.limited(self.dice.choice((1.0, 5.0, 70.0)))
                if fault == "limited_silent":
                    answer = Answer(status=429)
            case "error_before":
                answer = self.api.failure(self.dice.choice((500, 502, 503)))
            case _:
                answer = self._handle(call, endpoint, looked)
                if fault == "error_after":
                    answer = self.api.failure(500)
        if fault == "lost_answer":
            _fail(future, WireFailure("the connection was cut", sent=True))
            return
        wait = self.dice.uniform(10, 50) if fault == "slow_answer" else self.dice.uniform(0.01, 0.2)
        self.clock.after(wait, lambda: _answer(future, answer))

    def _handle(self, call: Call, endpoint: Endpoint, looked: int | None) -> Answer:
        number = self.tick()
        try:
            self.api.authorise(call)
            answer = endpoint.handler(call)
        except Refused as refused:
            answer = self.api.refuse(refused, call)
        if call.problems:
            self.problems += [
                f"{call.method} {call.path}: {problem.rule} {problem.detail}" for problem in call.problems
            ]
        if answer.status < 300:
            self._note(call, answer, number, looked)
        return answer

    def _note(self, call: Call, answer: Answer, number: int, looked: int | None) -> None:
        what, page = meaning(call)
        match what:
            case What.LOOK:
                self.looked[page] = number
            case What.CREATE:
                made = _id_of(answer.body)
                title = json.loads(call.body)["title"]
                self.made[made] = title
                self.wrote[made] = self.born[made] = int(self.clock.now())
                self.tell(f"* made {made} {title}")
            case What.WRITE:
                self.tell(f"* {call.method} {page}")
                self.wrote[page] = int(self.clock.now())
                if looked is not None:
                    for hear in self.on_write:
                        hear(page, looked)
            case What.OTHER:
                return

    def _route(self, method: str, path: str) -> tuple[Endpoint, Mapping[str, str]]:
        plain = self._plain.get((method, path))
        if plain is not None:
            return plain, {}
        for pattern, endpoint in self._routes:
            if endpoint.method == method and (found := pattern.fullmatch(path)):
                return endpoint, found.groupdict()
        raise AssertionError(f"no documented route: {method} {path}")


@dataclass(slots=True)
class Line:
    """A process's line to the server. `point` is asked before and after each request leaves."""

    server: Server
    point: Callable[[str], None]

    async def exchange(self, request: Request) -> Response:
        what, _ = meaning(self.server.call(request))
        self.point(f"before {what}")
        answer = self.server.arrive(request)
        self.point(f"after {what}")
        return await answer

    async def close(self) -> None:
        """There is nothing to close."""


def _answer(future: "Future[Response]", answer: Answer) -> None:
    if not future.done():
        headers = {name.lower(): value for name, value in answer.headers}
        content = b"" if answer.body is None else json.dumps(answer.body, ensure_ascii=False).encode()
        if answer.body is not None:
            headers["content-type"] = "application/json"
        future.set_result(Response(status=answer.status, headers=headers, content=content))


def _fail(future: "Future[Response]", failure: WireFailure) -> None:
    if not future.done():
        future.set_exception(failure)


def _id_of(body: Any) -> str:
    row = body.get("data", body) if isinstance(body, dict) else {}
    return str(row.get("id", ""))
