"""The endpoints around pages: login, users, the workspace, spaces and their members."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pagemirror.sandbox.clock import Clock
from pagemirror.sandbox.exchange import Answer, Call, Endpoint, Refused
from pagemirror.sandbox.minting import letters
from pagemirror.sandbox.ravendocs_rpc import requests as ask
from pagemirror.sandbox.ravendocs_rpc.answers import JSON_TYPE, done, listing, space_info, user_info, workspace_info
from pagemirror.sandbox.ravendocs_rpc.desk import Desk

__all__ = ["HEALTH", "LOGIN", "Places"]

HEALTH, LOGIN = "/api/health", "/api/auth/login"
_SHORTEST_NAME = 2


def _an_email(name: str, value: Any) -> str | None:
    good = isinstance(value, str) and re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value)
    return None if good else f"{name} must be an email"


def _a_name(name: str, value: Any) -> str | None:
    if isinstance(value, str) and len(value) >= _SHORTEST_NAME:
        return None
    return f"{name} must be longer than or equal to {_SHORTEST_NAME} characters"


def _a_slug(name: str, value: Any) -> str | None:
    good = isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9]+", value)
    return None if good else f"{name} must contain only letters and numbers"


def _anything(_name: str, _value: Any) -> str | None:
    return None


class Places:
    """The endpoints over one desk; `password` is everybody's."""

    def __init__(self, desk: Desk, clock: Clock, password: str) -> None:
        self._desk, self._clock, self._store, self._password = desk, clock, desk.store, password

    def table(self) -> tuple[Endpoint, ...]:
        """List them all."""
        posts = {
            "auth/login": self.login,
            "auth/logout": self.logout,
            "auth/collab-token": self.collab_token,
            "users/me": self.me,
            "workspace/info": self.workspace,
            "spaces": self.spaces,
            "spaces/create": self.create_space,
            "spaces/info": self.space,
            "spaces/members/add": self.add_members,
        }
        found = [Endpoint(method="POST", template=f"/api/{name}", handler=handler) for name, handler in posts.items()]
        return (Endpoint(method="GET", template=HEALTH, handler=self.health), *found)

    def health(self, _call: Call) -> Answer:
        """Say that all is well."""
        up = {"database": {"status": "up"}, "redis": {"status": "up"}}
        cache = (("Cache-Control", "no-cache, no-store, must-revalidate"),)
        body = {"status": "ok", "info": up, "error": {}, "details": up}
        return Answer(status=200, body=body, headers=cache, kind=JSON_TYPE)

    def login(self, call: Call) -> Answer:
        """Give a token, as a cookie alone."""
        body = ask.read(call, {"email": _an_email, "password": ask.string})
        user = next((user for user in self._store.users.values() if user.email == body["email"]), None)
        right = user is not None and body["password"] == self._password
        if user is None or not right or self._desk.switches().login == "closed":
            raise Refused(401, "email or password does not match")
        life = self._desk.switches().token_life
        token = self._desk.sessions.log_in(user.id, life)
        cookie = f"authToken={token}; Path=/; Expires={self._http_date(life)}; HttpOnly; SameSite=Lax"
        return replace(done(), headers=(("Set-Cookie", cookie),))

    def logout(self, call: Call) -> Answer:
        """Take the cookie back; the token stays good."""
        self._desk.user(call)
        cookie = f"authToken=; Max-Age=0; Path=/; Expires={self._http_date(0)}; SameSite=Lax"
        return replace(done(), headers=(("Set-Cookie", cookie),))

    def collab_token(self, call: Call) -> Answer:
        """Give a token for the editor's socket, which is not served here."""
        user = self._desk.user(call)
        return done({"token": f"eyJhbGciOiJIUzI1NiJ9.{letters(f'{user.id}|collab', 80)}"})

    def me(self, call: Call) -> Answer:
        """Answer who asks, and where."""
        user = self._desk.user(call)
        told = user_info(user, self._store.workspace, self._store.began)
        return done({"user": told, "workspace": self._workspace(members=len(self._store.users))})

    def workspace(self, call: Call) -> Answer:
        """Answer the workspace."""
        self._desk.user(call)
        return done(self._workspace())

    def spaces(self, call: Call) -> Answer:
        """List the spaces of the user by name."""
        user = self._desk.user(call)
        paging = {"page": (ask.number(),), "limit": (ask.number(100),)}
        body = ask.read(call, {"query": (ask.string,), **paging})
        page, limit, word = body.get("page", 1), body.get("limit", 20), body.get("query", "").casefold()
        mine = [space for space in self._store.spaces.values() if space.role_of(user.id) is not None]
        found = sorted((space for space in mine if word in space.name.casefold()), key=lambda space: space.name)
        offset = int((page - 1) * limit)
        shown = found[offset : offset + int(limit)]
        rows = [space_info(space, self._store.workspace, count=str) for space in shown]
        return listing(
            rows, page=page, limit=limit, more=bool(rows) and offset + len(rows) < len(found), before=page > 1
        )

    def create_space(self, call: Call) -> Answer:
        """Create a space."""
        user = self._desk.user(call)
        body = ask.read(call, {"name": _a_name, "description": (ask.string,), "slug": _a_slug})
        if user.role == "member":
            raise Refused(403, "Forbidden")
        if any(space.slug == body["slug"] for space in self._store.spaces.values()):
            raise Refused(400, "Space slug exists. Please use a unique space slug")
        space = self._store.add_space(body["name"], body["slug"], body.get("description") or "", by=user.id)
        return done(space_info(space, self._store.workspace, count=int))

    def space(self, call: Call) -> Answer:
        """Answer a space by id or slug, with what the user is there."""
        user = self._desk.user(call)
        key = ask.read(call, {"spaceId": ask.filled})["spaceId"]
        space = next((space for space in self._store.spaces.values() if key in (space.id, space.slug)), None)
        if space is None:
            raise Refused(404, "Space not found")
        role = self._desk.role(user, space)
        shown = replace(space, members=tuple((who, role if who == user.id else what) for who, what in space.members))
        return done(space_info(shown, self._store.workspace, count=str, member=user.id))

    def add_members(self, call: Call) -> Answer:
        """Make users members of a space."""
        self._desk.user(call)
        fields: dict[str, ask.Check] = {
            "spaceId": ask.a_uuid,
            "role": ask.string,
            "userIds": _anything,
            "groupIds": _anything,
        }
        body = ask.read(call, fields)
        space = self._desk.space(call, body["spaceId"], writes=True)
        members: dict[str, str] = {**dict(space.members), **dict.fromkeys(body["userIds"], str(body["role"]))}
        self._store.put_space(replace(space, members=tuple(members.items())))
        return done()

    def _workspace(self, members: int | None = None) -> dict[str, Any]:
        first = next(iter(self._store.spaces), "")
        return workspace_info(self._store.workspace, first, self._store.began, members=members)

    def _http_date(self, ahead: float) -> str:
        return datetime.fromtimestamp(self._clock.now() + ahead, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
