"""`/healthz` and `/readyz`: for machines that restart or route. Open to all, and tell nothing but yes, no and why."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pagemirror.daemon.interface import Service

__all__ = ["routes"]


def routes(service: Service) -> list[Route]:
    """The two routes."""

    async def healthz(_: Request) -> Response:
        """The process is alive: its loop turns, as it has answered."""
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        """Config loaded, state writable, each mirror tried once, not stopping."""
        reasons = list(service.unready)
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
