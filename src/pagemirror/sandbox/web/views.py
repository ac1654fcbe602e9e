"""The views."""

from starlette.routing import BaseRoute

from pagemirror.sandbox.world import World


class WebView:
    """The routes of the web view over one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[BaseRoute]:
        """List them."""
        return []
