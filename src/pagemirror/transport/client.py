"""The transport: sends a backend's calls, paced and counted, and sends again what may be sent again.

Knows no API. Waits only by the clock that it is given.
"""

import json
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Protocol, Self, assert_never
from urllib.parse import urlencode, urljoin, urlsplit

from pagemirror.model.clock import Clock
from pagemirror.model.errors import BackendError, Deferred, NotApplied, PutOff, Rejected, UnknownOutcome, UsageError
from pagemirror.transport.counting import Exchange, count_request
from pagemirror.transport.exchange import Request, Wire, WireFailure
from pagemirror.transport.forms import encoded
from pagemirror.transport.interface import Answer, Call
from pagemirror.transport.judging import Answered, Failed, Judgement, Moved, Paused, judge, judge_failure
from pagemirror.transport.pacer import Pacer
from pagemirror.transport.redaction import proxy_secrets, redact
from pagemirror.transport.settings import TransportSettings
from pagemirror.transport.waiting import waited, waited_too_long

__all__ = ["Chance", "HttpTransport", "open_transport"]

_FIRST_BACKOFF = 0.5
_LONGEST_BACKOFF = 30.0
_SHORTEST_PAUSE = 1.0
_LONGEST_OWN_PAUSE = 60.0
_MOST_PAUSES = 20
_MOST_MOVES = 5
_PORTS = {"http": 80, "https": 443}


class Chance(Protocol):
    """Where jitter comes from; `random.Random` is one."""

    def uniform(self, a: float, b: float) -> float:
        """A number between the two."""
        ...


class HttpTransport:
    """A `Transport` over HTTP for one target; close it when the work is done."""

    def __init__(
        self,
        wire: Wire,
        settings: TransportSettings,
        *,
        pacer: Pacer,
        clock: Clock,
        rng: Chance,
        on_exchange: Callable[[Exchange], None] | None = None,
    ) -> None:
        self.requests = 0
        self._dated: tuple[str, float] | None = None
        self._wire = wire
        self._settings = settings
        self._base = settings.base_url.rstrip("/")
        self._pacer = pacer
        self._clock = clock
        self._rng = rng
        self._on_exchange = on_exchange
        self._secrets = (settings.token, *proxy_secrets(settings.proxy))
        self._headers = _headers(settings)

    def __repr__(self) -> str:
        """A form without the token."""
        return f"HttpTransport({self._base!r}, requests={self.requests})"

    @property
    def clock_ahead(self) -> float | None:
        """By how many seconds our clock is ahead of the server's `Date`, None where none was seen. Whole seconds."""
        if self._dated is None:
            return None
        told, now = self._dated
        try:
            return now - parsedate_to_datetime(told).timestamp()
        except ValueError:
            return None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def send(self, call: Call) -> Answer:
        """Send one call; raises the family of `BackendError`.

        What was surely not applied is sent again after a pause, whatever its effect; what may have been applied only
        if it may be repeated. A write is thus applied once at most. One that had to wait since the look it builds on
        raises `PutOff` instead.
        """
        request = self._request(call)
        course = _Course()
        while True:
            await self._leave(call, course)
            judgement = await self._once(call, request)
            match judgement:
                case Answered(answer=answer):
                    return answer
                case Moved():
                    request = self._moved(request, judgement, course)
                case Paused(seconds=seconds):
                    self._pause(call, seconds, course)
                case Failed():
                    await self._back_off(judgement, course)
                case _:
                    assert_never(judgement)

    def authorise(self, token: str) -> None:
        """Use this token from now on."""
        self._secrets = (*self._secrets, token)
        self._headers = {**self._headers, "Authorization": f"Bearer {token}"}

    async def close(self) -> None:
        """Give back the connections and the requests that were reserved and not sent."""
        self._pacer.close()
        await self._wire.close()

    def _request(self, call: Call) -> Request:
        url = f"{self._base}{call.path}"
        if call.query:
            url = f"{url}?{urlencode(call.query)}"
        if call.form is not None:
            kind, content = encoded(call.form)
            headers = {**self._headers, "Content-Type": kind}
            return Request(method=call.method, url=url, headers=headers, content=content)
        if call.body is None:
            return Request(method=call.method, url=url, headers=self._headers, content=None)
        try:
            text = json.dumps(call.body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
            content = text.encode()
        except (ValueError, RecursionError) as error:
            raise Rejected(
                f"{call.method} {call.path}: the page can't be written as JSON and was not sent",
                code="encoding",
                hint="the text holds half a surrogate pair, or is nested too deeply",
            ) from error
        headers = {**self._headers, "Content-Type": "application/json"}
        return Request(method=call.method, url=url, headers=headers, content=content)

    async def _leave(self, call: Call, course: "_Course") -> None:
        try:
            await self._take(call)
        except (Deferred, PutOff) as error:
            if not course.doubt:
                raise
            raise UnknownOutcome(
                f"{call.method} {call.path}: an earlier try may have been applied, and {error.message}",
                hint="the next pass looks at what became of it",
            ) from error

    async def _take(self, call: Call) -> None:
        """Wait for leave to send; a write whose look is old by then gives it back."""
        asked = self._clock.monotonic()
        await self._pacer.take(max_wait=self._settings.max_wait)
        waited(self._clock.monotonic() - asked)
        if call.effect != "read" and waited_too_long():
            self._pacer.untaken()
            raise PutOff(f"{call.method} {call.path} had to wait, and its page may have changed; it was not sent")

    async def _once(self, call: Call, request: Request) -> Judgement:
        started = self._clock.monotonic()
        sent, status = True, None
        try:
            response = await self._wire.exchange(request)
            status = response.status
            if "date" in response.headers:
                self._dated = response.headers["date"], self._clock.now()
            return judge(call, response, now=self._clock.now(), secrets=self._secrets)
        except WireFailure as failure:
            sent = failure.sent
            return judge_failure(call, failure)
        finally:
            if sent:
                self._count(call, status, self._clock.monotonic() - started)
            else:
                self._pacer.untaken()

    def _count(self, call: Call, status: int | None, seconds: float) -> None:
        self.requests += 1
        count_request()
        if self._on_exchange is not None:
            self._on_exchange(Exchange(method=call.method, path=call.path, status=status, seconds=seconds))

    def _moved(self, request: Request, moved: Moved, course: "_Course") -> Request:
        """The same read at its new place, if that is the same server: a token is for one server only."""
        course.moves += 1
        try:
            url = urljoin(request.url, moved.location)
        except ValueError:
            raise moved.error from None
        if course.moves > _MOST_MOVES or _origin(url) != _origin(self._base):
            raise moved.error
        return Request(method=request.method, url=url, headers=request.headers, content=None)

    def _pause(self, call: Call, asked: float, course: "_Course") -> None:
        """Tell all of the pause; each one that follows another is at least twice as long as the one before."""
        least = min(_SHORTEST_PAUSE * 2**course.pauses, _LONGEST_OWN_PAUSE)
        course.pauses += 1
        until = self._clock.now() + max(asked, least)
        self._pacer.pause(until)
        if course.pauses > _MOST_PAUSES:
            raise Deferred(
                f"{call.method} {call.path}: the server asked for a pause {course.pauses} times in a row",
                until=until,
                hint="run again later; nothing was applied",
            )

    async def _back_off(self, failed: Failed, course: "_Course") -> None:
        course.tries += 1
        course.doubt = course.doubt or failed.doubt
        longest = self._settings.max_wait
        too_long = failed.after is not None and longest is not None and failed.after > longest
        if not failed.again or too_long or course.tries >= self._settings.attempts:
            raise self._last(failed.error, course)
        most = min(_FIRST_BACKOFF * 2 ** (course.tries - 1), _LONGEST_BACKOFF)
        pause = max(self._rng.uniform(0.0, most), failed.after or 0.0)
        await self._clock.sleep(pause)
        waited(pause)

    @staticmethod
    def _last(error: BackendError, course: "_Course") -> BackendError:
        """The error to give up with; a request that was once in doubt stays so."""
        if not course.doubt or not isinstance(error, NotApplied):
            return error
        return UnknownOutcome(f"{error.message}; an earlier try may have been applied", hint=error.hint)


def open_transport(
    settings: TransportSettings,
    *,
    pacer: Pacer,
    clock: Clock,
    rng: Chance,
    on_exchange: Callable[[Exchange], None] | None = None,
) -> HttpTransport:
    """Open a target's connection; raises `UsageError` for settings that can't be used. Sends nothing yet."""
    _check(settings)
    from pagemirror.transport.wire import open_wire  # noqa: PLC0415 - the HTTP library is loaded only when it is used

    return HttpTransport(open_wire(settings), settings, pacer=pacer, clock=clock, rng=rng, on_exchange=on_exchange)


class _Course:
    """How one call has gone so far."""

    __slots__ = ("doubt", "moves", "pauses", "tries")

    def __init__(self) -> None:
        self.tries = 0
        self.pauses = 0
        self.moves = 0
        self.doubt = False


def _headers(settings: TransportSettings) -> dict[str, str]:
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "gzip, deflate",
        "User-Agent": settings.user_agent,
    }
    if settings.token:
        headers["Authorization"] = f"Bearer {settings.token}"
    return headers


def _check(settings: TransportSettings) -> None:
    shown = redact(settings.base_url, (settings.token,))
    try:
        parts = urlsplit(settings.base_url)
        good = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, good = urlsplit(""), False
    if not good or parts.query or parts.fragment:
        raise UsageError(f"target.base_url {shown!r} is no address", hint="give http(s)://host/path without ? and #")
    if parts.username is not None:
        raise UsageError(f"target.base_url {shown} holds a user or password", hint="give the token in target.token")
    if any(not "!" <= char <= "~" for char in settings.token):
        raise UsageError(
            "the token holds a blank, a line end or a character that no HTTP header can hold; nothing was sent",
            hint="look at the variable or file that target.token names; it must hold the token alone",
        )


def _origin(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return "", "", 0
