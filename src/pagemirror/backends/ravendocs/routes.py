"""The transport, watched: a 404 for a route, a space or a parent page is never taken for a page that is gone."""

from pagemirror.backends.answers import ABSENT, message_of
from pagemirror.backends.ravendocs.answers import about, route_missing
from pagemirror.model.errors import Rejected, TargetUnusable
from pagemirror.transport.interface import Answer, Call, Transport

__all__ = ["Routes"]


class Routes:
    """A transport that raises for what is not there though no page was asked for.

    `TargetUnusable` where the server has no such route: wrong prefix, or another of the product's APIs. `Rejected`
    where a write names a parent page or a version that isn't there.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self._transport.requests

    @requests.setter
    def requests(self, number: int) -> None:
        self._transport.requests = number

    async def send(self, call: Call) -> Answer:
        """Send a call."""
        answer = await self._transport.send(call)
        if answer.status not in ABSENT:
            return answer
        if route_missing(answer.body):
            raise TargetUnusable(
                f"{call.method} {call.path}: the server has no such route; nothing was done, and no page is taken to "
                "be gone",
                status=answer.status,
                code="dialect",
                hint="check target.base_url: it is everything before /pages, such as https://docs.example.com/api/v1 "
                "or …/api. If it is right, this server does not speak the documented API: the published server 0.10 "
                'wants dialect = "rpc"',
            )
        what = about(answer.body)
        if what == "version":
            raise Rejected(
                f"{call.method} {call.path}: the page has no such version ({message_of(answer.body)}); nothing was "
                "changed",
                status=answer.status,
                hint="list the page's history anew",
            )
        if what == "parent":
            raise Rejected(
                f"{call.method} {call.path}: the page that should stand above it isn't there "
                f"({message_of(answer.body)}); nothing was changed",
                status=answer.status,
                code="parent",
                hint="it was removed, or stands in another space (with archive_parent: check that id)",
            )
        return answer

    def authorise(self, token: str) -> None:
        """Use this token from now on."""
        self._transport.authorise(token)

    async def close(self) -> None:
        """Give the connections back."""
        await self._transport.close()
