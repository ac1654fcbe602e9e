"""Who may see the pages, and who may decide: whoever `access` lets in, and whoever has logged in.

A session counts on these pages alone, never for `/api`. What a form asks for is done only with the session's own word
in it, so that no other site, nor another program's page on this machine, can send it in a person's name.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from pagemirror.daemon.access import Access, same_secret
from pagemirror.daemon.pages.drawing import Drawing, address, see
from pagemirror.daemon.pages.sessions import LASTS, Session, Sessions, Wrong
from pagemirror.model.errors import PagemirrorError, StateError

__all__ = ["COOKIE", "Door", "Form", "fields_of", "inside"]

COOKIE: Final = "pagemirror"
_REFUSED: Final = 403
_MISSING: Final = 404
_UNFIT: Final = 409
_SLOW: Final = 429
_AWAY: Final = 503
_UNDONE: Final = "Nothing was done"

Form = Mapping[str, str]
Look = Callable[[Request], Awaitable[Response]]
Act = Callable[[Request, Form], Awaitable[Response]]


class Door:
    """Lets in who may."""

    def __init__(self, access: Access, sessions: Sessions, drawing: Drawing) -> None:
        self._access = access
        self._sessions = sessions
        self._drawing = drawing

    def session(self, request: Request) -> Session | None:
        """The session of a request's cookie."""
        return self._sessions.find(request.cookies.get(COOKIE, ""))

    def frame(self, request: Request) -> dict[str, object]:
        """What every page's frame shows: who is logged in, and where to come back to."""
        here = address(request.url.path, **dict(request.query_params))
        return {"session": self.session(request), "can_log_in": self._sessions.possible, "here": here}

    def reading(self, look: Look) -> Look:
        """The page, for those who may read; the others are shown the login."""

        async def guarded(request: Request) -> Response:
            if self.session(request) is None and not self._access.may_read(request):
                return see(address("/login", to=address(request.url.path, **dict(request.query_params))))
            return await self._told(request, look(request), "This page can't be shown")

        return guarded

    def deciding(self, act: Act) -> Look:
        """What a form asks for, for those who have logged in and sent it from a page of this server."""

        async def guarded(request: Request) -> Response:
            session = self.session(request)
            form = await fields_of(request)
            if session is None or _is_foreign(request) or not same_secret(form.get("csrf", ""), session.csrf):
                said = "You are not logged in any more, or this form is from before your login."
                return self._error(request, _REFUSED, _UNDONE, said, "Log in, and decide again.")
            return await self._told(request, act(request, form), _UNDONE)

        return guarded

    async def login(self, request: Request) -> Response:
        """Show the login."""
        return self._login(request, request.query_params.get("to", ""))

    async def log_in(self, request: Request) -> Response:
        """Take the token, and give a cookie for it."""
        form = await fields_of(request)
        to = inside(form.get("to", ""))
        if _is_foreign(request):
            return self._error(request, _REFUSED, _UNDONE, "This login came from another site.", "")
        address_ = request.client.host if request.client is not None else ""
        result = self._sessions.log_in(form.get("token", "").strip(), address_)
        if isinstance(result, Wrong):
            return self._login(request, to, wrong=result)
        response = see(to)
        response.set_cookie(
            COOKIE,
            result.id,
            max_age=int(LASTS),
            httponly=True,
            samesite="strict",
            secure=_is_secure(request),
            path="/",
        )
        return response

    async def log_out(self, request: Request, _: Form) -> Response:
        """End the session."""
        self._sessions.log_out(request.cookies.get(COOKIE, ""))
        response = see("/")
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=_is_secure(request), path="/")
        return response

    def _login(self, request: Request, to: str, *, wrong: Wrong | None = None) -> Response:
        slow = wrong is not None and wrong.wait > 0
        return self._drawing.page(
            "login.html",
            {"to": inside(to), "wrong": wrong, **self.frame(request)},
            status=200 if wrong is None else _SLOW if slow else _REFUSED,
            headers={"Retry-After": str(int(wrong.wait) + 1)} if wrong is not None and slow else None,
        )

    async def _told(self, request: Request, answer: Awaitable[Response], failed: str) -> Response:
        """The answer, or what stands in its way as a page under the heading `failed`."""
        try:
            return await answer
        except StateError as error:
            return self._error(request, _AWAY, failed, error.message, error.hint)
        except PagemirrorError as error:
            missing = error.code in {"unknown_mirror", "not_there"}
            return self._error(
                request, _MISSING if missing else _UNFIT, "Not found" if missing else failed, error.message, error.hint
            )

    def _error(self, request: Request, status: int, heading: str, message: str, hint: str) -> Response:
        values = {"heading": heading, "message": message, "hint": hint}
        return self._drawing.page("error.html", {**values, **self.frame(request)}, status=status)


async def fields_of(request: Request) -> dict[str, str]:
    """A form's fields, the last of each name."""
    text = (await request.body()).decode("utf-8", "replace")
    try:
        return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True, max_num_fields=50).items()}
    except ValueError:
        return {}


def inside(to: str) -> str:
    """A path of this server to go on to; the overview where it is none."""
    plain = to.isprintable() and "\\" not in to
    return to if plain and to.startswith("/") and not to.startswith("//") else "/"


def _is_foreign(request: Request) -> bool:
    """Whether another site's page sent this."""
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        return True
    return request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}


def _is_secure(request: Request) -> bool:
    """Whether the browser speaks TLS, to us or to a proxy before us."""
    return "https" in {request.url.scheme, request.headers.get("x-forwarded-proto", "")}
