"""What all endpoints lean on: who asks, which page or space is meant, and what that user may do there.

The order of the refusals is the server's: no credential, no page, no member, no right.
"""

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.exchange import Call, Refused
from pagemirror.sandbox.minting import letters
from pagemirror.sandbox.ravendocs_rpc.pages import Page, Space, User
from pagemirror.sandbox.ravendocs_rpc.requests import is_uuid
from pagemirror.sandbox.ravendocs_rpc.store import Store
from pagemirror.sandbox.ravendocs_rpc.switches import Switches

__all__ = ["NO_MEMBER", "Desk", "Sessions"]

NO_MEMBER = "Space permissions not found"


class Sessions:
    """The tokens that open the server: some from the start, and one for each login."""

    def __init__(self, clock: Clock, seed: str, fixed: dict[str, str]) -> None:
        self._clock, self._seed, self._fixed = clock, seed, fixed
        self._given: dict[str, tuple[str, float]] = {}

    def log_in(self, user: str, life: float) -> str:
        """Give a user a token."""
        token = f"eyJhbGciOiJIUzI1NiJ9.{letters(f'{self._seed}|rpc|login|{len(self._given)}', 80)}"
        self._given[token] = (user, self._clock.now() + life)
        return token

    def user_of(self, token: str) -> str | None:
        """Return whose token this is; None for a wrong or expired one."""
        if token in self._fixed:
            return self._fixed[token]
        user, until = self._given.get(token, (None, 0.0))
        return user if until > self._clock.now() else None


class Desk:
    """Store, sessions and switches, with the questions that every endpoint asks."""

    def __init__(self, store: Store, sessions: Sessions, switches: Callable[[], Switches]) -> None:
        self.store, self.sessions, self.switches = store, sessions, switches

    def user(self, call: Call) -> User:
        """Return who asks; the cookie is looked at first."""
        key = self.sessions.user_of(_token(call))
        if key is None:
            raise Refused(401, "Unauthorized")
        return self.store.users[key]

    def role(self, user: User, space: Space) -> str:
        """Return what a user is in a space; who is no member is told of no space at all."""
        role = space.role_of(user.id)
        if user.id == self.store.owner.id and role is not None:
            role = None if self.switches().access == "lost" else min(role, self.switches().role, key=_RANK.index)
        if role is None:
            raise Refused(404, NO_MEMBER)
        return role

    def space(self, call: Call, key: str, *, writes: bool = False) -> Space:
        """Return a space that the user may enter."""
        user, space = self.user(call), self.store.spaces.get(key)
        if space is None:
            raise Refused(404, NO_MEMBER)
        self._may(self.role(user, space), writes=writes)
        return space

    def page(
        self, call: Call, key: str, *, writes: bool = False, trashed: bool = False, message: str = "Page not found"
    ) -> Page:
        """Return a page that the user may see, or change."""
        page = self.store.find(key)
        if page is None or (page.deleted is not None and not trashed):
            raise Refused(404, message)
        self._may(self.role(self.user(call), self.store.space_of(page)), writes=writes)
        return page

    def parent(self, key: str | None, space: str) -> str | None:
        """Return the id of a page to stand under."""
        if key is None:
            return None
        found = self.store.find(key)
        if found is None or found.deleted is not None or found.space != space:
            raise Refused(404, "Parent page not found")
        return found.id

    @staticmethod
    def uuid_only(call: Call, key: str) -> None:
        """Fail as the database does where a slugId comes to a column of UUIDs."""
        if not is_uuid(key):
            call.note("wrong_id", f"{key} is no UUID, and only one works here")
            raise Refused(500, f'invalid input syntax for type uuid: "{key}"')

    @staticmethod
    def _may(role: str, *, writes: bool) -> None:
        if writes and role == "reader":
            raise Refused(403, "Forbidden")


_RANK = ("reader", "writer", "admin")


def _token(call: Call) -> str:
    try:
        cookie = SimpleCookie(call.headers.get("cookie", "")).get("authToken")
    except CookieError:
        cookie = None
    if cookie is not None:
        return cookie.value
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""
