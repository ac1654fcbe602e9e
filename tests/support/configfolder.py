"""A config file in a folder of its own, and two made-up backends: one with keys of its own, one without an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict

from pagemirror.config import BackendSettings, ConfigError, Loaded, load


class HubKeys(BaseModel):
    """The own keys of a backend that looks like a knowledge hub."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    publish: bool = True
    visibility: Literal["private", "workspace"] | None = None
    folders: dict[str, str] = {}
    skills: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class NoKeys(BaseModel):
    """A backend without keys of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeBackend:
    """What the config asks of a backend."""

    own_model: type[BaseModel]
    base_url: str | None
    requests_per_minute: int
    requests_per_day: int


BACKENDS: Mapping[str, BackendSettings] = {
    "exec": FakeBackend(
        own_model=HubKeys, base_url="https://hub.example/v1", requests_per_minute=60, requests_per_day=1000
    ),
    "pharen": FakeBackend(own_model=NoKeys, base_url=None, requests_per_minute=1000, requests_per_day=0),
}

SMALL = """\
[mirrors.handbook.target]
backend = "exec"
token = "env:HUB_KEY"
"""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with a config file; loads it as the program would."""

    path: Path

    def problems(self, text: str, **more: Any) -> list[str]:
        """Load a config that is wrong, and give what is said of each problem."""
        with pytest.raises(ConfigError) as error:
            self.load(text, **more)
        return [str(problem) for problem in error.value.problems] or [error.value.message]

    @property
    def file(self) -> Path:
        return self.path / "pagemirror.toml"

    def write(self, text: str) -> Path:
        self.file.write_text(text, "utf-8")
        return self.file

    def load(
        self,
        text: str | None = None,
        *,
        explicit: Path | None = None,
        env: Mapping[str, str] | None = None,
        overrides: Mapping[str, object] | None = None,
        backends: Mapping[str, BackendSettings] = BACKENDS,
    ) -> Loaded:
        if text is not None:
            self.write(text)
        return load(
            explicit,
            env=env or {},
            cwd=self.path,
            overrides=overrides or {},
            backend_settings=backends.get,
            backend_names=lambda: tuple(backends),
        )
