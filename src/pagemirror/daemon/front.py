"""The server as the service has it: bound where the config says, its routes under the settings in force."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from starlette.routing import BaseRoute

from pagemirror import config
from pagemirror.daemon.access import Access, is_loopback
from pagemirror.daemon.interface import Service
from pagemirror.daemon.runner import Runner
from pagemirror.daemon.serving import Server, bind, host_of
from pagemirror.daemon.views import MirrorView
from pagemirror.daemon.web import create_app
from pagemirror.model.errors import PagemirrorError
from pagemirror.model.ids import MirrorName
from pagemirror.model.plans import PassReport

__all__ = ["Families", "Secrets", "ServerFront", "secrets_of"]

_log = structlog.stdlib.get_logger("pagemirror.service")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The service's secrets, "" for those that nobody set."""

    admin: str = field(default="", repr=False)
    webhook: str = field(default="", repr=False)


def secrets_of(loaded: config.Loaded, env: Mapping[str, str]) -> Secrets:
    """Read both secrets. One that the config doesn't name may be missing; one that it names raises ConfigError."""

    def read(key: str, reference: config.SecretRef | None) -> str:
        if reference is None:
            return ""
        try:
            return reference.resolve(env, loaded.base_dir, warn=lambda said: _log.warning("config.warning", why=said))
        except PagemirrorError:
            if loaded.origin(f"service.{key}") == "default":
                return ""
            raise

    service = loaded.settings.service
    return Secrets(
        admin=read("admin_token", service.admin_token), webhook=read("webhook_secret", service.webhook_secret)
    )


Families = Callable[[config.Loaded, Secrets], Sequence[BaseRoute]]
"""Makes further routes under the settings that are about to be in force."""


class ServerFront:
    """Serves the routes of a service; goes on with others after a reload, on another address if need be."""

    def __init__(self, service: Service, env: Mapping[str, str], families: Families) -> None:
        self._service = service
        self._env = env
        self._families = families
        self._listen = ""
        self._server: Server | None = None

    @property
    def address(self) -> str:
        """Where it listens, "" where it doesn't."""
        return self._server.address if self._server is not None else ""

    async def open(self, loaded: config.Loaded) -> None:
        """Serve under these settings; raises PagemirrorError and changes nothing where that can't be."""
        listen = loaded.settings.service.listen
        secrets = secrets_of(loaded, self._env)
        access = Access(token=secrets.admin, loopback=bool(listen) and is_loopback(host_of(listen)))
        app = create_app(self._service, access, more=self._families(loaded, secrets))
        if self._server is not None and listen == self._listen:
            self._server.app = app
            return
        server = Server(bind(listen), app) if listen else None
        await self.close()
        self._listen, self._server = listen, server
        if server is None:
            return
        await server.start()
        _log.info("server.listening", address=server.address, admin=bool(secrets.admin), webhooks=bool(secrets.webhook))
        if not access.loopback and not secrets.admin:
            _log.warning(
                "server.shut",
                why="no admin token is set, so nobody can ask /api for anything",
                hint="Set service.admin_token to a reference, such as credential:admin-token.",
            )

    async def fitted(self, runners: Mapping[MirrorName, Runner], loaded: config.Loaded) -> None:
        """Routes ask when they are asked."""

    def heard(self, before: MirrorView, after: MirrorView, report: PassReport) -> None:
        """Routes ask when they are asked."""

    async def close(self) -> None:
        """Serve no more."""
        if self._server is not None:
            await self._server.stop()
            self._server = None
