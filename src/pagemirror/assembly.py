"""Settings become concrete objects here, and nowhere else: backends, connections, policies, secrets."""

import hashlib
import random
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel

from pagemirror import config
from pagemirror.backends import registry
from pagemirror.backends.interface import SECRET, Backend, Session, Target
from pagemirror.model.clock import Clock
from pagemirror.model.documents import MKDOCS
from pagemirror.model.errors import PagemirrorError, UsageError
from pagemirror.model.ids import MirrorName, TargetKey
from pagemirror.model.pages import Removal
from pagemirror.model.reports.runs import RunOptions
from pagemirror.passes.setup import MirrorSetup
from pagemirror.planner.policy import Limit, Policy, Way
from pagemirror.source import WORKTREE, Remote, SourceSettings, is_url, open_ref
from pagemirror.state import open_store
from pagemirror.transport.pacing import Limits

if TYPE_CHECKING:
    from pagemirror.passes.tools import Tools
    from pagemirror.state.interface import Store
    from pagemirror.transport.client import HttpTransport
    from pagemirror.transport.counting import Exchange
    from pagemirror.transport.pacer import Pacer
    from pagemirror.transport.pacing import Used

__all__ = ["Assembly", "OnExchange"]

OnExchange = Callable[[MirrorName, "Exchange"], None]
"""Who hears of each request that a mirror sent to its target."""

_SQLITE: Final = "sqlite:///"
_ON_DISK_DELAY: Final = timedelta(seconds=60)
"""A file on disk may be away for a moment only: while an editor saves it, or Git changes branches."""


class Assembly:
    """Makes what a pass needs from one config. `cautions` collects what a person should know of the secrets."""

    def __init__(
        self, loaded: config.Loaded, env: Mapping[str, str], clock: Clock, *, on_exchange: OnExchange | None = None
    ) -> None:
        self._loaded = loaded
        self._on_exchange = on_exchange
        self._env = env
        self._clock = clock
        self.cautions: list[str] = []

    def store(self, *, readonly: bool) -> "Store":
        """The state, open."""
        settings = self._loaded.settings.state
        place = config.git_state(settings.url)
        if place is None:
            return open_store(settings.url, readonly=readonly)
        from pagemirror.state.refstore import RefStore  # noqa: PLC0415 - brings the database library

        storage = open_ref(self._repository, *place)
        return RefStore(storage, now=self._clock.now, texts=settings.texts, readonly=readonly)

    def look_at_state(self) -> str:
        """How the state stands, as a sentence; changes nothing."""
        from pagemirror.state.opening import look_at  # noqa: PLC0415 - brings the database library

        url = self._loaded.settings.state.url
        place = config.git_state(url)
        if place is None:
            return look_at(url)
        self.store(readonly=True).close()
        return open_ref(self._repository, *place).look()

    @property
    def _repository(self) -> Path:
        """The checkout whose remote keeps a state in a Git ref: that of the first mirror with a local one."""
        for mirror in self._loaded.settings.mirrors.values():
            if not is_url(mirror.source.repo):
                return Path(mirror.source.repo)
        raise UsageError(
            "A state in a Git ref needs a checkout to push from, and no mirror has a local repository as its source.",
            hint='Check the repository out and set source.repo to it, such as ".", or keep the state elsewhere.',
            code="state_url",
        )

    def tools(self) -> "Tools":
        """Time, ids and connections for a pass."""
        from pagemirror.passes.tools import Tools  # noqa: PLC0415 - brings what only a working pass needs
        from pagemirror.state.liveness import Processes  # noqa: PLC0415
        from pagemirror.transport.counting import counted  # noqa: PLC0415

        return Tools(
            clock=self._clock,
            mint=lambda: uuid.uuid4().hex,
            connect=self._connect,
            tallies=counted,
            owner=Processes().this(),
        )

    def setup(self, name: MirrorName, options: RunOptions, *, token: bool = True) -> MirrorSetup:
        """A mirror, ready to run; without `token` its secret may be missing, as nothing is to be sent."""
        mirror = self._loaded.settings.mirrors[name]
        backend = registry.backend(mirror.target.backend)
        own = backend.own_model.model_validate(dict(mirror.target.own))
        secrets = self._own_secrets(own, needed=token)
        secret = self._secret(name, backend, secrets, needed=token)
        if token:
            self.cautions.extend(self._twins(name))
        target = Target(
            base_url=mirror.target.base_url,
            token=secret,
            own=own,
            secrets=secrets,
            mark=mirror.target.mark,
            mirror=name,
            html=mirror.sync.html,
        )
        others = {
            MirrorName(other): settings.target.page_url
            for other, settings in self._loaded.settings.mirrors.items()
            if other != name and settings.target.page_url
        }
        return MirrorSetup(
            name=name,
            source=SourceSettings(
                repo=Path(mirror.source.repo),
                ref=mirror.source.ref,
                path=mirror.source.path,
                include=tuple(mirror.source.include),
                exclude=tuple(mirror.source.exclude),
                max_file_size=mirror.source.max_file_size,
                memory=self._state_folder / "worktrees" / f"{name}.json",
                remote=self._remote(name, mirror.source, needed=token),
                beside=MKDOCS,
            ),
            web_url=mirror.source.web_url,
            raw_url=mirror.source.raw_url,
            backend=backend,
            target=target,
            page_url=mirror.target.page_url,
            banner=mirror.sync.banner,
            settle=mirror.target.settle.total_seconds(),
            concurrency=mirror.sync.concurrency,
            policy=_policy(name, mirror, options, backend),
            protected=_protects(tuple(mirror.sync.protect)),
            token_print=_print_of(secret, *(secrets[key] for key in sorted(secrets))),
            section_pages=mirror.sync.section_pages,
            others=others,
            limits=Limits(per_minute=mirror.target.requests_per_minute, per_day=mirror.target.requests_per_day),
        )

    def _twins(self, name: MirrorName) -> Iterator[str]:
        """Mirrors that put the same folder into the same place: each of them makes pages of its own there."""
        place = _place(self._loaded.settings.mirrors[name])
        for other, settings in self._loaded.settings.mirrors.items():
            if other != name and _place(settings) == place:
                yield f"the mirror {other} has the same folder and target: each file gets a page of each of the two"

    def _remote(self, name: MirrorName, settings: config.Source, *, needed: bool) -> Remote | None:
        """Where the source is cloned from; None for a local one. Without `needed` its token may be missing."""
        if not is_url(settings.repo):
            return None
        token, key = "", None
        try:
            if settings.token is not None:
                token = settings.token.resolve(self._env, self._loaded.base_dir, warn=self.cautions.append)
            if settings.ssh_key is not None:
                key = _key_file(name, settings.ssh_key, self._env, self._loaded.base_dir)
        except PagemirrorError:
            if needed:
                raise
        return Remote(url=settings.repo, folder=self._state_folder / "clones", token=token, ssh_key=key)

    @property
    def _state_folder(self) -> Path:
        """Where files beside the state go: with a state on a server, where its file would be by default."""
        url = self._loaded.settings.state.url
        if url.startswith(_SQLITE):
            return Path(url.removeprefix(_SQLITE)).absolute().parent
        folder = self._env.get("STATE_DIRECTORY", "").partition(":")[0]
        return Path(folder) if folder else self._loaded.base_dir / ".pagemirror"

    def _connect(self, setup: MirrorSetup, store: "Store", clock: Clock) -> "_Connection":
        from pagemirror.transport.client import open_transport  # noqa: PLC0415
        from pagemirror.transport.pacer import Pacer, Unshared  # noqa: PLC0415
        from pagemirror.transport.settings import TransportSettings  # noqa: PLC0415

        target = self._loaded.settings.mirrors[setup.name].target
        sync = self._loaded.settings.mirrors[setup.name].sync
        reserve = _Reserve(store, setup.key) if store.writable else Unshared()
        pacer = Pacer(setup.limits, reserve=reserve, clock=clock)
        settings = TransportSettings(
            base_url=target.base_url,
            token=setup.target.token,
            timeout=target.timeout.total_seconds(),
            concurrency=sync.concurrency,
            ca_file=str(target.ca_file or ""),
            proxy=target.proxy,
            max_wait=sync.max_wait.total_seconds(),
        )
        hear = self._on_exchange
        transport = open_transport(
            settings,
            pacer=pacer,
            clock=clock,
            rng=random.SystemRandom(),
            on_exchange=None if hear is None else lambda exchange: hear(setup.name, exchange),
        )
        return _Connection(transport, pacer, setup.backend.open(setup.target, transport))

    def _own_secrets(self, own: BaseModel, *, needed: bool) -> dict[str, str]:
        """The secrets that a backend's own keys name; where they aren't needed, those that can be had."""
        found: dict[str, str] = {}
        for key, item in type(own).model_fields.items():
            named = getattr(own, key)
            if item.json_schema_extra != SECRET or not named:
                continue
            try:
                place = config.SecretRef.parse(named)
                found[key] = place.resolve(self._env, self._loaded.base_dir, warn=self.cautions.append)
            except PagemirrorError:
                if needed:
                    raise
        return found

    def _secret(self, name: MirrorName, backend: Backend, secrets: Mapping[str, str], *, needed: bool) -> str:
        """The target's token; where it isn't needed, the empty string if it can't be had."""
        reference = self._loaded.settings.mirrors[name].target.token
        if not needed:
            with suppress(PagemirrorError):
                return reference.resolve(self._env, self._loaded.base_dir) if reference is not None else ""
            return ""
        if reference is None and secrets:
            return ""
        if reference is None:
            raise UsageError(
                f"The mirror {name} has no token for its target; nothing was sent.",
                hint=f'Set mirrors.{name}.target.token to a reference, such as "env:{backend.name.upper()}_API_KEY".',
                code="credentials",
            )
        secret = reference.resolve(self._env, self._loaded.base_dir, warn=self.cautions.append)
        problem = backend.check_token(secret)
        if problem is not None:
            raise UsageError(
                f"The token of mirror {name} ({reference}) can't be right: {problem.reason}. Nothing was sent.",
                hint="Check what the reference points to.",
                code=problem.code,
            )
        return secret


def _print_of(*secrets: str) -> str:
    """A fingerprint by which a mended secret is noticed, and from which none can be had."""
    text = "\n".join(secrets)
    return hashlib.blake2b(text.encode(), digest_size=8, person=b"pagemirror-token").hexdigest()


class _Connection:
    """An open target."""

    def __init__(self, transport: "HttpTransport", pacer: "Pacer", session: Session) -> None:
        self._transport = transport
        self._pacer = pacer
        self._session = session

    @property
    def session(self) -> Session:
        """The backend's network half."""
        return self._session

    @property
    def requests(self) -> int:
        """The requests sent so far."""
        return self._transport.requests

    @property
    def clock_ahead(self) -> float | None:
        """By how many seconds our clock is ahead of the target's, None where no answer told."""
        return self._transport.clock_ahead

    def recovery(self) -> AbstractContextManager[None]:
        """Use the requests that are kept for recovery."""
        return self._pacer.recovery()

    async def close(self) -> None:
        """Give connections and unused budget back."""
        await self._transport.close()
        self._pacer.close()


class _Reserve:
    """The durable count of a target's requests, in the state."""

    def __init__(self, store: "Store", target: TargetKey) -> None:
        self._store = store
        self._target = target

    def reserve(self, now: float, decide: "Callable[[Used], int]") -> int:
        """Ask how many to count, and count them."""
        return self._store.reserve(self._target, now=now, decide=decide)

    def pause(self, until: float) -> None:
        """Remember a pause that the server asked for."""
        self._store.pause(self._target, until=until)


def _place(mirror: config.Mirror) -> tuple[object, ...]:
    """What a mirror reads and where its pages go."""
    source, target = mirror.source, mirror.target
    return source.repo, source.ref, source.path, source.include, target.backend, target.base_url, dict(target.own)


def _key_file(name: MirrorName, reference: config.SecretRef, env: Mapping[str, str], base_dir: Path) -> Path:
    """The file of an SSH key: SSH reads it itself."""
    folder = env.get("CREDENTIALS_DIRECTORY", "")
    if reference.kind == "file":
        path = base_dir / Path(reference.name).expanduser()
    elif reference.kind == "credential" and folder:
        path = Path(folder) / reference.name
    else:
        raise UsageError(
            f"mirrors.{name}.source.ssh_key ({reference}) names no file; SSH reads its key from one.",
            hint="Name it as file:PATH, or as credential:NAME in a systemd unit with LoadCredential=.",
            code="credentials",
        )
    if not path.is_file():
        raise UsageError(
            f"The SSH key {path} of mirrors.{name}.source.ssh_key is not there.",
            hint="Put the private key there, readable by the user who runs pagemirror alone.",
            code="credentials",
        )
    return path


def _limit(value: config.Limit, asked: str) -> Limit:
    from pagemirror.config.values import parse_limit  # noqa: PLC0415 - a small language of the config

    explicit = bool(asked)
    if asked:
        try:
            value = parse_limit(asked)
        except ValueError as error:
            raise UsageError(f"{asked} is no limit.", hint=str(error), code="limit") from error
    if isinstance(value, config.Share):
        return Limit(share=value.percent / 100, explicit=explicit)
    return Limit(number=value.pages, explicit=explicit)


def _policy(name: MirrorName, mirror: config.Mirror, options: RunOptions, backend: Backend) -> Policy:
    sync = mirror.sync
    on_disk = mirror.source.ref == WORKTREE
    return Policy(
        mirror=name,
        upsert=sync.mode == "upsert",
        on_conflict=Way(sync.on_conflict),
        on_drift=Way(sync.on_drift),
        on_remote_removal=Way(sync.on_remote_removal),
        on_removal=Removal(sync.on_removal),
        removal_delay=max(sync.removal_delay, _ON_DISK_DELAY) if on_disk else sync.removal_delay,
        max_removals=_limit(sync.max_removals, options.max_removals),
        max_rerender=_limit(sync.max_rerender, options.max_rerender),
        allow_rewind=options.allow_rewind,
        allow_other_repository=options.allow_other_repository,
        allow_settings_removals=options.allow_settings_removals,
        retry_failed=options.retry_failed,
        can_restore=backend.capabilities.restore,
    )


def _protects(patterns: Sequence[str]) -> Callable[[str], bool]:
    if not patterns:
        return lambda _: False
    import pathspec  # noqa: PLC0415 - only where patterns are set

    spec = pathspec.GitIgnoreSpec.from_lines(patterns)
    return spec.match_file
