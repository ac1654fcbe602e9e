"""The sandbox as one ASGI application: the APIs, the control API and the pages to look at."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from pagemirror.sandbox.config import SandboxConfig, parse_listen
from pagemirror.sandbox.control import Control
from pagemirror.sandbox.datafile import DataFile
from pagemirror.sandbox.gate import Gate
from pagemirror.sandbox.guard import SameOriginOnly
from pagemirror.sandbox.web import WebView
from pagemirror.sandbox.world import World

__all__ = ["create_app"]


def create_app(config: SandboxConfig | None = None) -> Starlette:
    """Make the application; its data lives as long as it does, or longer in the config's data file."""
    config = config or SandboxConfig()
    world = World(config)
    data = DataFile(world, config.data) if config.data else None
    if data is not None:
        data.load()
    routes: list[BaseRoute] = [
        Mount(api.base, Gate(api, clock=world.clock, faults=world.faults, journal=world.journal))
        for api in world.apis.values()
    ]
    routes += [*Control(world).routes(), *WebView(world).routes()]
    guard = Middleware(
        SameOriginOnly,
        listen_host=parse_listen(config.listen)[0],
        hosts=config.hosts,
        open_paths=tuple(f"{api.base}/" for api in world.apis.values()),
    )
    app = Starlette(routes=routes, middleware=[guard], lifespan=_lifespan(data, config.save_every))
    app.state.world = world
    return app


def _lifespan(
    data: DataFile | None, every: float
) -> Callable[[Starlette], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        if data is None:
            yield
            return
        saving = asyncio.create_task(data.keep_saved(every))
        try:
            yield
        finally:
            saving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await saving
            data.save()

    return lifespan
