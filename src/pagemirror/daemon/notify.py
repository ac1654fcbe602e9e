"""Tells `service.notify_url` when a mirror's result changes: one JSON POST, signed, sent again until it is taken."""

import asyncio
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from pagemirror import config
from pagemirror.daemon.front import secrets_of
from pagemirror.daemon.runner import Runner
from pagemirror.daemon.views import MirrorView
from pagemirror.model.clock import Clock
from pagemirror.model.errors import PagemirrorError
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import Outcome, PassReport
from pagemirror.transport.exchange import Request, WireFailure
from pagemirror.transport.redaction import redact
from pagemirror.transport.settings import TransportSettings

__all__ = ["Notices", "notice_of"]

_log = structlog.stdlib.get_logger("pagemirror.service")

_TRIES: Final = 6
_FIRST_PAUSE: Final = 2.0
_WAITING: Final = 100
_TIMEOUT: Final = 15.0
_ANSWER: Final = 65_536
_IN_MOTION: Final = frozenset({"in_progress", "changed_meanwhile"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notice:
    id: str
    body: bytes


class Notices:
    """A front of the service. Notices leave one after the other, in their order; the oldest gives way to the newest."""

    def __init__(
        self,
        env: Mapping[str, str],
        clock: Clock,
        *,
        chance: Callable[[], float],
        count: Callable[[str], None],
        mint: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self._env = env
        self._clock = clock
        self._chance = chance
        self._count = count
        self._mint = mint
        self._url = ""
        self._secret = ""
        self._results: dict[MirrorName, str] = {}
        self._waiting: asyncio.Queue[_Notice] = asyncio.Queue(_WAITING)
        self._sender: asyncio.Task[None] | None = None

    async def open(self, loaded: config.Loaded) -> None:
        """Tell this address from now on."""
        self._url = loaded.settings.service.notify_url
        self._secret = secrets_of(loaded, self._env).webhook if self._url else ""
        if self._sender is None:
            self._sender = asyncio.create_task(self._send_all(), name="notices")

    async def fitted(self, runners: Mapping[MirrorName, Runner], loaded: config.Loaded) -> None:  # noqa: ARG002 - as all
        """Forget mirrors that are gone."""
        for name in [name for name in self._results if name not in runners]:
            del self._results[name]

    def known(self, results: Mapping[MirrorName, str]) -> None:
        """How the mirrors stood before the service began, so that a restart tells nobody what they know."""
        self._results = dict(results)

    def heard(self, before: MirrorView, after: MirrorView, report: PassReport) -> None:  # noqa: ARG002 - as all fronts
        """A pass has ended: if its result is another one than the last time, tell."""
        if report.error is not None and report.error.get("code") in _IN_MOTION:
            return
        was = self._results.get(report.mirror, "never")
        self._results[report.mirror] = report.result.value
        if not self._url or was == report.result.value:
            return
        if self._waiting.full():
            self._waiting.get_nowait()
            self._count("dropped")
        document = notice_of(report, was=was, at=self._clock.now())
        self._waiting.put_nowait(_Notice(id=self._mint(), body=json.dumps(document, ensure_ascii=False).encode()))

    async def close(self) -> None:
        """Tell nobody any more."""
        if self._sender is not None:
            self._sender.cancel()
            self._sender = None

    async def _send_all(self) -> None:
        while True:
            notice = await self._waiting.get()
            if self._url:
                await self._deliver(notice)

    async def _deliver(self, notice: _Notice) -> None:
        why = ""
        for number in range(_TRIES):
            if number:
                await self._clock.sleep(_FIRST_PAUSE * 4.0 ** (number - 1) * (0.5 + self._chance() / 2))
            why = await self._post(notice)
            if not why:
                self._count("sent")
                _log.info("notify.sent", id=notice.id, tries=number + 1)
                return
        self._count("failed")
        _log.error("notify.failed", id=notice.id, tries=_TRIES, why=why)

    async def _post(self, notice: _Notice) -> str:
        """Send it once; "" where it was taken, else why not."""
        from pagemirror.transport.wire import open_wire  # noqa: PLC0415 - the HTTP library, for those who are told

        headers = {
            "Content-Type": "application/json",
            "User-Agent": TransportSettings(base_url=self._url).user_agent,
            "X-Pagemirror-Delivery": notice.id,
        }
        if self._secret:
            digest = hmac.new(self._secret.encode(), notice.body, hashlib.sha256).hexdigest()
            headers["X-Pagemirror-Signature"] = f"sha256={digest}"
        settings = TransportSettings(base_url=self._url, timeout=_TIMEOUT, concurrency=1, answer_limit=_ANSWER)
        try:
            wire = open_wire(settings)
        except PagemirrorError as error:
            return redact(error.message, (self._secret, self._url))
        try:
            answer = await wire.exchange(Request(method="POST", url=self._url, headers=headers, content=notice.body))
        except WireFailure as failure:
            return redact(failure.reason, (self._secret, self._url))
        finally:
            await wire.close()
        return "" if answer.status // 100 == 2 else f"the answer was {answer.status}"  # noqa: PLR2004 - 2xx


def notice_of(report: PassReport, *, was: str, at: float) -> dict[str, Any]:
    """What is told: no page text, no path of this machine's, no secret."""
    outcomes = [result.outcome for result in report.steps]
    error = report.error
    return {
        "schema": 1,
        "event": "mirror.result_changed",
        "mirror": report.mirror,
        "result": report.result.value,
        "was": was,
        "commit": report.commit,
        "at": at,
        "held": outcomes.count(Outcome.HELD),
        "failed": outcomes.count(Outcome.FAILED),
        "done": outcomes.count(Outcome.DONE),
        "error": {key: error.get(key, "") for key in ("code", "message", "hint")} if error is not None else None,
    }
