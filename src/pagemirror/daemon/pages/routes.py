"""The family of routes for people: status pages to look at, forms to decide by."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pagemirror.daemon.access import Access
from pagemirror.daemon.interface import Service
from pagemirror.daemon.pages.deciding import Deciding
from pagemirror.daemon.pages.drawing import Drawing, icon, stylesheet
from pagemirror.daemon.pages.guarding import Door
from pagemirror.daemon.pages.looking import Looking
from pagemirror.daemon.pages.sessions import Sessions

__all__ = ["routes"]

_YEAR: Final = "public, max-age=31536000, immutable"


def routes(service: Service, access: Access) -> list[Route]:
    """The routes; sessions begin and end with them."""
    drawing = Drawing(service.now)
    door = Door(access, Sessions(access.token, service.now), drawing)
    looking, deciding = Looking(service, door, drawing), Deciding(service)
    mirror = "/mirrors/{mirror}"
    looks = {
        "/": looking.overview,
        mirror: looking.pages,
        f"{mirror}/page": looking.page,
        f"{mirror}/kept": looking.kept,
        f"{mirror}/decide": looking.conflict,
        f"{mirror}/passes": looking.passes,
    }
    acts = {
        f"{mirror}/decide": deciding.decide,
        f"{mirror}/restore": deciding.restore,
        f"{mirror}/sync": deciding.sync,
        "/logout": door.log_out,
    }
    return [
        Route("/static/pages.css", _style, methods=["GET"]),
        Route("/static/icon.svg", _icon, methods=["GET"]),
        Route("/login", door.login, methods=["GET"]),
        Route("/login", door.log_in, methods=["POST"]),
        *(Route(path, door.reading(look), methods=["GET"]) for path, look in looks.items()),
        *(Route(path, door.deciding(act), methods=["POST"]) for path, act in acts.items()),
    ]


async def _style(_: Request) -> Response:
    return Response(stylesheet()[0], headers={"Cache-Control": _YEAR}, media_type="text/css; charset=utf-8")


async def _icon(_: Request) -> Response:
    return Response(icon(), headers={"Cache-Control": _YEAR}, media_type="image/svg+xml")
