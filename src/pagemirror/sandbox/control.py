"""The sandbox's own API under `/_sandbox/`: play a person, set faults and switches, move time, read the log."""

import dataclasses
import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pagemirror.sandbox.exchange import Json
from pagemirror.sandbox.faults import FaultError, FaultSettings
from pagemirror.sandbox.interface import NotThere, PageView, WrongInput
from pagemirror.sandbox.numbers import whole_number
from pagemirror.sandbox.person_input import known_names, number
from pagemirror.sandbox.registry import SWITCHES
from pagemirror.sandbox.switching import SwitchError, apply_values, describe, values_of
from pagemirror.sandbox.world import World

__all__ = ["Control"]

_CREATE_NAMES = ("title", "content", "publish", "visibility", "folders", "hidden", "parent", "icon", "space")
_EDIT_NAMES = ("title", "content", "publish", "folders", "hidden", "parent", "icon", "append", "by")


class Control:
    """The routes of the control API over one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """List them."""
        return [
            _route("/summary", self.summary),
            _route("/requests", self.requests),
            _route("/violations", self.violations),
            _route("/reset", self.reset, "POST"),
            _route("/faults", self.faults, "GET", "PUT"),
            _route("/switches", self.switches, "GET", "PUT"),
            _route("/clock", self.clock, "GET", "POST"),
            _route("/{api}/pages", self.pages, "GET", "POST"),
            _route("/{api}/pages/{page_id}", self.page),
            _route("/{api}/pages/{page_id}/edit", self.edit, "POST"),
            _route("/{api}/pages/{page_id}/archive", self.archive, "POST"),
            _route("/{api}/{kind}", self.seed, "POST"),
        ]

    async def summary(self, _request: Request) -> Json:
        """Count what there is."""
        return self._world.summary()

    async def requests(self, request: Request) -> Json:
        """Give the log after a sequence number, and the exact counts."""
        api = request.query_params.get("api")
        asked = request.query_params.get("since", "0")
        since = whole_number(asked)
        if since is None:
            raise WrongInput(f"since is a sequence number, not {asked}")
        journal = self._world.journal
        return {**journal.counts(api), "entries": journal.since(since, api)}

    async def violations(self, request: Request) -> Json:
        """Give what clients sent that they never should."""
        api = request.query_params.get("api")
        rows = [row for row in self._world.journal.violations if api in (None, row["api"])]
        totals = self._world.journal.violation_totals
        return {"total": totals[api] if api else sum(totals.values()), "violations": rows}

    async def reset(self, request: Request) -> Json:
        """Go back to the start."""
        values = await _body(request)
        known_names(values, ("api",))
        self._world.reset(values.get("api"))
        return self._world.summary()

    async def faults(self, request: Request) -> Json:
        """Show the faults, or replace them all."""
        if request.method == "PUT":
            self._world.faults.set(FaultSettings.from_json(await _body(request)))
        return self._world.faults.to_json()

    async def switches(self, request: Request) -> Json:
        """Show the switches with their choices, or change some."""
        world = self._world
        if request.method == "PUT":
            values = await _body(request)
            for name, some in values.items():
                if not isinstance(some, dict):
                    raise WrongInput(f"the switches of {name} are an object")
                apply_values(world.api(name).switches, some)
            for name, some in values.items():
                world.api(name).set_switches(some)
        choices = {name: describe(kind) for name, kind in SWITCHES.items()} if request.method == "GET" else {}
        return {**{name: values_of(api.switches) for name, api in world.apis.items()}, "choices": choices}

    async def clock(self, request: Request) -> Json:
        """Show the time, or move it."""
        if request.method == "POST":
            self._world.clock.advance(number(await _body(request), "advance"))
        return {"now": self._world.clock.now(), "offset": self._world.clock.offset}

    async def pages(self, request: Request) -> Json | Response:
        """Dump all pages, or create one as a person."""
        api = self._world.api(request.path_params["api"])
        if request.method == "GET":
            return {"pages": [_dump(view) for view in api.views()]}
        values = await _body(request)
        known_names(values, _CREATE_NAMES)
        return JSONResponse(_dump(api.person_creates(values)), status_code=201)

    async def page(self, request: Request) -> Json:
        """Dump one page."""
        return _dump(self._world.api(request.path_params["api"]).view(request.path_params["page_id"]))

    async def edit(self, request: Request) -> Json:
        """Edit a page as a person."""
        values = await _body(request)
        known_names(values, _EDIT_NAMES)
        return _dump(self._world.api(request.path_params["api"]).person_edits(request.path_params["page_id"], values))

    async def archive(self, request: Request) -> Json:
        """Archive or delete a page as a person."""
        page_id = request.path_params["page_id"]
        self._world.api(request.path_params["api"]).person_archives(page_id)
        return {"id": page_id, "archived": True}

    async def seed(self, request: Request) -> Response:
        """Add a folder, skill, member or what else the API has."""
        made = self._world.api(request.path_params["api"]).seed(request.path_params["kind"], await _body(request))
        return JSONResponse(made, status_code=201)


def _route(path: str, handler: Callable[[Request], Awaitable[Json | Response]], *methods: str) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            answer = await handler(request)
        except NotThere as error:
            return JSONResponse({"error": str(error)}, status_code=404)
        except (WrongInput, FaultError, SwitchError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return answer if isinstance(answer, Response) else JSONResponse(answer)

    return Route(f"/_sandbox{path}", endpoint, methods=list(methods) or ["GET"])


def _dump(view: PageView) -> Json:
    return {**dataclasses.asdict(view), "has_unpublished_draft": view.has_unpublished_draft}


async def _body(request: Request) -> Json:
    raw = await request.body()
    if not raw:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise WrongInput("the body must come as application/json")
    try:
        value = json.loads(raw)
    except ValueError as error:
        raise WrongInput(f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise WrongInput("the body must be a JSON object")
    return value
