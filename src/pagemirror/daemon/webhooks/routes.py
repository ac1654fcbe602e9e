"""`POST /webhooks/…`: takes a delivery at once and marks mirrors dirty.

Whoever doesn't know the secret learns nothing.
"""

from collections.abc import Callable, Mapping

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pagemirror.daemon.interface import Service
from pagemirror.daemon.repeats import Repeats
from pagemirror.daemon.webhooks.deliveries import Deliveries, identity_of
from pagemirror.daemon.webhooks.matching import concerned
from pagemirror.daemon.webhooks.pushes import Nothing, Push, read
from pagemirror.daemon.webhooks.signatures import KINDS, is_signed
from pagemirror.model.ids import MirrorName
from pagemirror.source import SourceSettings

__all__ = ["Heard", "routes"]

_log = structlog.stdlib.get_logger("pagemirror.service")

Heard = Callable[[str, str], None]
"""Counts a delivery: the kind of its server, and what became of it."""


def routes(
    service: Service,
    sources: Mapping[MirrorName, SourceSettings],
    *,
    secret: str,
    deliveries: Deliveries,
    refusals: Repeats,
    heard: Heard,
) -> list[Route]:
    """The four routes; none where there is no secret. `deliveries` and `refusals` outlive a reload."""
    desk = _Desk(service, sources, secret, deliveries, refusals, heard)
    return [Route("/webhooks/{kind}", desk.take, methods=["POST"])] if secret else []


class _Desk:
    """Takes deliveries under the settings of one moment."""

    def __init__(
        self,
        service: Service,
        sources: Mapping[MirrorName, SourceSettings],
        secret: str,
        deliveries: Deliveries,
        refusals: Repeats,
        heard: Heard,
    ) -> None:
        self._service = service
        self._sources = sources
        self._secret = secret
        self._deliveries = deliveries
        self._refusals = refusals
        self._heard = heard

    async def take(self, request: Request) -> Response:
        """One delivery."""
        kind = request.path_params["kind"]
        if kind not in KINDS:
            return Response(status_code=404)
        body = await request.body()
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not is_signed(kind, headers, body, secret=self._secret, now=self._service.now()):
            return self._refuse(kind, "signature", 401)
        said = read(kind, headers, body)
        if said is None:
            return self._refuse(kind, "body", 400)
        if not self._deliveries.is_new(identity_of(kind, headers, body)):
            return self._taken(kind, "repeated")
        if isinstance(said, Nothing):
            return self._taken(kind, "ignored", why=said.why)
        return self._pass_on(kind, said)

    def _pass_on(self, kind: str, push: Push) -> Response:
        names = concerned(push, self._sources)
        if not names:
            return self._taken(kind, "ignored", why="no mirror follows it", ref=push.ref)
        self._service.poke(names, trigger="webhook")
        return self._taken(kind, "accepted", ref=push.ref, mirrors=list(names))

    def _refuse(self, kind: str, why: str, status: int) -> Response:
        self._heard(kind, f"refused_{why}")
        times = self._refusals.happened((kind, why), self._service.now())
        if times is not None:
            _log.warning("webhook.refused", server=kind, why=why, times=times)
        return Response(status_code=status)

    def _taken(self, kind: str, outcome: str, **more: object) -> Response:
        self._heard(kind, outcome)
        (_log.info if outcome == "accepted" else _log.debug)("webhook.taken", server=kind, outcome=outcome, **more)
        return Response(status_code=202)
