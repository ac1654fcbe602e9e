"""How a sandbox is started: where it listens, what it accepts, how it behaves from the start."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pagemirror.sandbox.faults import FaultSettings
from pagemirror.sandbox.numbers import whole_number

__all__ = ["SandboxConfig", "parse_listen", "parse_switches"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxConfig:
    """All settings; `tokens` and `switches` are by API name, `seed` makes ids and default keys."""

    listen: str = "127.0.0.1:0"
    seed: str = "sandbox"
    tokens: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    switches: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    faults: FaultSettings = FaultSettings()  # noqa: RUF009 - frozen
    data: Path | None = None
    save_every: float = 2.0
    hosts: tuple[str, ...] = ()


def parse_listen(listen: str) -> tuple[str, int]:
    """Read `host:port`, `[v6]:port` or a port alone."""
    host, _, port = listen.rpartition(":")
    number = whole_number(port)
    if number is None or number > 65_535:  # noqa: PLR2004 - the largest port
        raise ValueError(f"cannot listen on {listen!r}: it must be HOST:PORT, and port 0 means a free one")
    return host.strip("[]") or "127.0.0.1", number


def parse_switches(texts: Iterable[str]) -> dict[str, dict[str, object]]:
    """Read `api.name=value` texts."""
    found: dict[str, dict[str, object]] = {}
    for text in texts:
        place, equals, value = text.partition("=")
        api, dot, name = place.partition(".")
        if not (equals and dot and name):
            raise ValueError(f"cannot read the switch {text!r}: it must be API.NAME=VALUE")
        found.setdefault(api, {})[name] = value
    return found
