"""Sends a session's calls with a token from a login, got again when it ends; judges refusals before believing them.

A 404 can mean a page, a space, or a server of another dialect; a 401 an old token; a 500 a bad request.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from pagemirror.backends.answers import ABSENT, FORBIDDEN
from pagemirror.backends.ravendocs.rpc import requests
from pagemirror.backends.ravendocs.rpc.answers import NO_ACCESS, is_refusal, message_of, route_missing, speaks, token_of
from pagemirror.model.errors import Changed, Rejected, TargetUnusable
from pagemirror.model.ids import PageId
from pagemirror.transport.interface import Answer, Call, Transport

__all__ = ["Access", "Login"]

_UNAUTHORIZED = 401
_SUCCESS = range(200, 300)
_SEEN = ABSENT | {_UNAUTHORIZED, FORBIDDEN}
_PROVE_AGAIN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What opens the server instead of a token."""

    email: str = field(repr=False)
    password: str = field(repr=False)


class Access:
    """Calls of one session. `login` is None where a token is configured; `probe` is asked as seldom as possible."""

    def __init__(self, transport: Transport, login: Login | None, probe: Callable[[], Awaitable[object]]) -> None:
        self._transport = transport
        self._login = login
        self._probe = probe
        self._entered = 0
        self._entering = asyncio.Lock()
        self._proving = asyncio.Lock()
        self._refusals_since_proof: int | None = None

    async def raw(self, call: Call) -> Answer:
        """Send a call with a good token; every refusal but those of token and dialect comes back as an answer."""
        if self._login is not None and not self._entered:
            await self._enter(0)
        entered = self._entered
        call = replace(call, statuses=call.statuses | _SEEN)
        answer = await self._transport.send(call)
        if answer.status == _UNAUTHORIZED and self._login is not None:
            await self._enter(entered)
            answer = await self._transport.send(call)
        if answer.status == _UNAUTHORIZED:
            raise _no_token(call, answer)
        if answer.status in ABSENT and route_missing(answer.body):
            raise _other_dialect(call, answer)
        return answer

    async def send(self, call: Call) -> Answer:
        """Send a call; 403, 404 and 410 come back as answers, and then they are about this page."""
        answer = await self.raw(call)
        if is_refusal(answer.status, answer.body):
            raise Rejected(
                f"{call.path}: the server can't take this ({message_of(answer.body)}); nothing was changed",
                status=answer.status,
                hint="this page is left as it is; change the file and sync again",
            )
        if answer.status == FORBIDDEN or (answer.status in ABSENT and message_of(answer.body) == NO_ACCESS):
            await self._prove()
        elif answer.status in ABSENT and not speaks(answer.body):
            raise Rejected(
                f"{call.path}: the server answered {answer.status}, but not in this API's words, so the page is not "
                "taken to be gone",
                status=answer.status,
                hint="something between here and the API may have answered; the next pass asks again",
            )
        return answer

    async def write(self, call: Call, page_id: PageId | None) -> Answer:
        """Send a write to a page, or one that makes a page; only success comes back."""
        answer = await self.send(call)
        if answer.status in _SUCCESS:
            return answer
        said = message_of(answer.body)
        told = f"{call.path}: the target answered {answer.status} ({said}); nothing was changed"
        if answer.status == FORBIDDEN or said == NO_ACCESS:
            hint = "the user may read but not do this; give them the right, or leave the page out"
            raise Rejected(told, status=answer.status, code="forbidden", hint=hint)
        if said.startswith("Parent page"):
            hint = "the page that should stand above it was removed, or stands in another space"
            raise Rejected(told, status=answer.status, code="parent", hint=hint)
        if page_id is None:
            raise Rejected(told, status=answer.status, hint="something that the page names is not there")
        hint = "the page was removed since it was looked at; it is looked at again"
        raise Changed(told, status=answer.status, hint=hint)

    async def _enter(self, known: int) -> None:
        """Log in, unless somebody else did since the token of round `known` was used."""
        async with self._entering:
            if self._login is None or self._entered > known:
                return
            call = requests.login(self._login.email, self._login.password)
            answer = await self._transport.send(replace(call, statuses=_SEEN | {400}))
            if answer.status in ABSENT and route_missing(answer.body):
                raise _other_dialect(call, answer)
            token = token_of(answer.headers) if answer.status in _SUCCESS else ""
            if not token:
                said = message_of(answer.body) or f"status {answer.status}, and no token"
                raise TargetUnusable(
                    f"{call.path}: the login was refused ({said})",
                    status=answer.status,
                    code="credentials",
                    hint="check target.email and target.password, and whether the user may log in with a password",
                )
            self._transport.authorise(token)
            self._entered += 1

    async def _prove(self) -> None:
        """Make sure that a refusal is about one page: the space itself can still be read."""
        async with self._proving:
            if self._refusals_since_proof is None or self._refusals_since_proof >= _PROVE_AGAIN:
                await self._probe()
                self._refusals_since_proof = 0
            self._refusals_since_proof += 1


def _no_token(call: Call, answer: Answer) -> TargetUnusable:
    return TargetUnusable(
        f"{call.path}: the server does not take the token ({message_of(answer.body)})",
        status=answer.status,
        code="credentials",
        hint="an API key does not open this dialect: set target.email and target.password, or a token from a login",
    )


def _other_dialect(call: Call, answer: Answer) -> TargetUnusable:
    return TargetUnusable(
        f"{call.path}: the server has no such route ({message_of(answer.body)}); nothing was done, and no page is "
        "taken to be gone",
        status=answer.status,
        code="dialect",
        hint="check target.base_url: it is everything before /pages, such as https://docs.example.com/api. If it is "
        'right, this server does not speak the calls of the published one: try dialect = "rest"',
    )
