"""Who has logged in with the admin token. In memory alone: a restart or a reload of the config logs everybody out."""

import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pagemirror.daemon.access import same_secret

__all__ = ["LASTS", "Session", "Sessions", "Wrong"]

LASTS: Final = 12 * 3600.0
"""Seconds that a session lasts."""

_AT_MOST: Final = 64
_TRIES: Final = 5
_WINDOW: Final = 60.0
_ADDRESSES: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One login. `id` is what the cookie holds, `csrf` what each of its forms does."""

    id: str = field(repr=False)
    csrf: str = field(repr=False)
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """No session: the token was wrong, or too many were within `wait` seconds from now (0.0: another try is free)."""

    wait: float


class Sessions:
    """The logins in force. `token` is the admin token, "" where there is none: then nobody logs in."""

    def __init__(self, token: str, now: Callable[[], float]) -> None:
        self._token = token
        self._now = now
        self._open: OrderedDict[str, Session] = OrderedDict()
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()

    @property
    def possible(self) -> bool:
        """Whether there is a token at all."""
        return bool(self._token)

    def log_in(self, token: str, address: str) -> Session | Wrong:
        """A session for whoever knows the token. After five wrong ones within a minute the address waits."""
        now = self._now()
        tries = self._tries_of(address, now)
        if len(tries) >= _TRIES:
            return Wrong(wait=tries[0] + _WINDOW - now)
        if not same_secret(token, self._token):
            tries.append(now)
            return Wrong(wait=0.0)
        self._tries.pop(address, None)
        session = Session(id=secrets.token_urlsafe(32), csrf=secrets.token_urlsafe(32), until=now + LASTS)
        self._open[session.id] = session
        while len(self._open) > _AT_MOST:
            self._open.popitem(last=False)
        return session

    def find(self, id_: str) -> Session | None:
        """The session of a cookie, if it is still in force."""
        session = self._open.get(id_)
        if session is not None and session.until <= self._now():
            del self._open[id_]
            return None
        return session

    def log_out(self, id_: str) -> None:
        """End a session."""
        self._open.pop(id_, None)

    def _tries_of(self, address: str, now: float) -> deque[float]:
        tries = self._tries.setdefault(address, deque())
        self._tries.move_to_end(address)
        while tries and not 0.0 <= now - tries[0] < _WINDOW:
            tries.popleft()
        while len(self._tries) > _ADDRESSES:
            self._tries.popitem(last=False)
        return tries
