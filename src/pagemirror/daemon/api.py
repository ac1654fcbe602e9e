"""`/api/*`: what programs ask of the running service, as JSON."""

import json
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pagemirror import __version__
from pagemirror.daemon.access import Access
from pagemirror.daemon.interface import Service
from pagemirror.daemon.views import MirrorView
from pagemirror.model.errors import PagemirrorError
from pagemirror.model.ids import MirrorName
from pagemirror.model.reports.standings import MirrorStatus

__all__ = ["routes", "status_document"]


def routes(service: Service, access: Access) -> list[Route]:
    """The API's routes."""

    async def status(_: Request) -> Response:
        try:
            rows = await service.statuses()
        except PagemirrorError:
            rows = ()  # a state that can't be read is no reason to tell nothing
        return JSONResponse(status_document(service, rows))

    async def sync(request: Request) -> Response:
        names = [view.name for view in service.views()]
        asked = _mirrors(await request.body())
        if asked is None:
            return JSONResponse({"error": "bad_request"}, 400)
        if any(name not in names for name in asked):
            return JSONResponse({"error": "unknown_mirror"}, 404)
        chosen = [MirrorName(name) for name in asked] or names
        service.poke(chosen, trigger="api", urgent=True)
        return JSONResponse({"mirrors": chosen}, 202)

    return [
        Route("/api/status", access.reading(status), methods=["GET"]),
        Route("/api/sync", access.reading(sync), methods=["POST"]),
    ]


def _mirrors(body: bytes) -> Sequence[str] | None:
    """The mirrors that a body like `{"mirrors": ["handbook"]}` names, none for an empty one; None if it is wrong."""
    try:
        value = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        return None
    names = value.get("mirrors", []) if isinstance(value, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return names


def status_document(service: Service, statuses: Sequence[MirrorStatus]) -> dict[str, Any]:
    """The service and its mirrors as JSON; times are seconds since 1970."""
    rows = {row.name: row for row in statuses}
    fresh = service.settings.service.fresh_within.total_seconds()
    return {
        "schema": 1,
        "version": __version__,
        "started_at": service.started_at,
        "ready": not service.unready,
        "mirrors": [_mirror(view, rows.get(view.name), service.now(), fresh) for view in service.views()],
    }


def _mirror(view: MirrorView, row: MirrorStatus | None, now: float, fresh_within: float) -> dict[str, Any]:
    last, progress = view.last, view.progress
    return {
        "name": view.name,
        "activity": view.activity,
        "progress": None
        if progress is None
        else {"stage": progress.stage, "done": progress.done, "total": progress.total, "requests": progress.requests},
        "result": last.result if last is not None else (row.result if row is not None else "never"),
        "commit": (last.commit if last is not None else None) or (row.commit if row is not None else None),
        "error": {key: view.problem.get(key, "") for key in ("code", "message", "hint")} if view.problem else None,
        "tried_at": view.tried_at,
        "level_at": view.level_at,
        "behind_since": view.behind_since,
        "paused_until": view.paused_until,
        "stale": view.is_stale(now, fresh_within),
        "note": view.note,
        "records": None if row is None else _records(row),
    }


def _records(row: MirrorStatus) -> dict[str, Any]:
    return {
        "pages": row.pages,
        "pending": row.pending,
        "held": row.held,
        "failed": row.failed,
        "unsettled": row.unsettled,
        "diverged": row.diverged,
        "deferred": row.deferred,
        "budget": {
            "minute_limit": row.budget.minute_limit,
            "minute_left": row.budget.minute_left,
            "day_limit": row.budget.day_limit,
            "day_left": row.budget.day_left,
        },
    }
