"""Every setting with its type and default: the config file's tables, as frozen models.

Knows no file, no environment and no backend; keys that only one backend knows are in `Target.own`, checked by it.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from pagemirror.config.fields import (
    AtLeastOne,
    Banner,
    BaseUrl,
    Duration,
    FilePath,
    Flag,
    Integer,
    Limited,
    Listen,
    MirrorName,
    OptionalUrl,
    PageUrl,
    Patterns,
    RepositoryUrl,
    Secret,
    Size,
    SourceFolder,
    StateUrl,
    WebUrl,
)
from pagemirror.config.references import SecretRef
from pagemirror.config.values import Share

__all__ = [
    "BackendSettings",
    "LogSettings",
    "Mirror",
    "ServiceSettings",
    "Settings",
    "Source",
    "StateSettings",
    "SyncSettings",
    "Target",
]


class BackendSettings(Protocol):
    """What the config asks of a backend: its own keys, and the defaults of the keys that all share.

    Must: `own_model` forbids extra keys and has a default for each key that may be left out.
    Must not: own_model repeat a key of `Target`. May: `base_url` be None or empty; then the config has to name one.
    """

    @property
    def own_model(self) -> type[BaseModel]:
        """The model of the keys that only this backend knows."""

    @property
    def base_url(self) -> str | None:
        """The API's usual address."""

    @property
    def requests_per_minute(self) -> int:
        """How many requests a minute the API allows; 0 = no limit."""

    @property
    def requests_per_day(self) -> int:
        """How many requests in 24 hours the API allows; 0 = no limit."""


class _Table(BaseModel):
    """A table of the config file."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", strict=True)


class StateSettings(_Table):
    """Where the records are kept."""

    url: StateUrl = "sqlite:///.pagemirror/state.db"
    keep: Duration = timedelta(days=90)
    texts: Flag = True


class LogSettings(_Table):
    """What is logged, and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "console", "json"] = "auto"


class ServiceSettings(_Table):
    """The long-running service."""

    listen: Listen = "127.0.0.1:8580"
    poll: Duration = timedelta(seconds=60)
    drift_check: Duration = timedelta(minutes=15)
    removal_check: Duration = timedelta(hours=24)
    fresh_within: Duration = timedelta(hours=1)
    admin_token: Secret = SecretRef(kind="env", name="PAGEMIRROR_ADMIN_TOKEN")
    webhook_secret: Secret = SecretRef(kind="env", name="PAGEMIRROR_WEBHOOK_SECRET")
    notify_url: OptionalUrl = ""


class Source(_Table):
    """The Git folder of a mirror. `path` is from the repository's root; `repo` is absolute once loaded."""

    repo: RepositoryUrl = "."
    ref: Annotated[str, Field(min_length=1)] = "HEAD"
    path: SourceFolder = "docs"
    include: Patterns = ("**/*.md",)
    exclude: Patterns = ()
    web_url: WebUrl = ""
    raw_url: WebUrl = ""
    max_file_size: Size = 5_000_000
    token: Secret = None
    ssh_key: Secret = None


class Target(_Table):
    """Where a mirror's pages go.

    Once loaded, `base_url` and the two limits hold the backend's defaults where the config names none, and `own`
    the backend's own keys with their defaults, as its model dumps them.
    """

    backend: Annotated[str, Field(min_length=1)]
    base_url: BaseUrl
    token: Secret = None
    page_url: PageUrl = ""
    requests_per_minute: Integer = 0
    requests_per_day: Integer = 0
    timeout: Duration = timedelta(seconds=30)
    settle: Duration = timedelta(seconds=30)
    mark: Literal["none", "comment"] = "none"
    ca_file: FilePath = None
    proxy: OptionalUrl = ""
    own: Mapping[str, object] = Field(default_factory=dict)


class SyncSettings(_Table):
    """What a pass may do, and what it does where a person has to decide."""

    mode: Literal["full", "upsert"] = "full"
    on_conflict: Literal["hold", "git", "remote", "merge"] = "hold"
    on_drift: Literal["hold", "git", "remote"] = "hold"
    on_remote_removal: Literal["hold", "recreate", "accept"] = "hold"
    on_removal: Literal["archive", "delete", "keep"] = "archive"
    removal_delay: Duration = timedelta(0)
    max_removals: Limited = Share(20)
    max_rerender: Limited = Share(20)
    protect: Patterns = ()
    concurrency: AtLeastOne = 8
    max_wait: Duration = timedelta(minutes=10)
    banner: Banner = ""
    section_pages: Flag = True
    html: Literal["code", "text"] = "code"


class Mirror(_Table):
    """One configured pair: a source folder and a target. `was` is its former name, or empty."""

    was: MirrorName = ""
    source: Source = Source()
    target: Target
    sync: SyncSettings = SyncSettings()


class Settings(_Table):
    """The whole config, merged and checked."""

    state: StateSettings = StateSettings()
    log: LogSettings = LogSettings()
    service: ServiceSettings = ServiceSettings()
    mirrors: dict[str, Mirror] = Field(default_factory=dict)  # a dict, as the environment layer looks into no Mapping
