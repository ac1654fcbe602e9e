"""Commands and targets as child processes, with their times and their peak memory. Knows no row."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

__all__ = ["TOKEN", "Mirror", "Ran", "StandIn", "median_of", "standin"]

TOKEN: Final = f"exec_live_{'b' * 40}"
"""A key as Exec's look like; the stand-in asks for none."""

_LAUNCH: Final = Path(__file__).with_name("launch.py")
_HELD: Final = 3
"""The exit code of a pass in which something waits for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command went: seconds by the clock and by the processor, and its peak memory in MiB."""

    wall: float
    cpu: float
    peak: float
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mirror:
    """A folder with a config, a repository in `repo`, and a state."""

    folder: Path
    env: dict[str, str]

    @classmethod
    def at(
        cls,
        folder: Path,
        base_url: str,
        *,
        token: str = TOKEN,
        page_url: str = "",
        backend: str = "exec",
        own: Sequence[str] = (),
    ) -> "Mirror":
        """Write the config: no limits, as it is speed that is measured. `own` are lines that only the backend knows."""
        lines = (
            "[mirrors.bench.source]",
            'repo = "repo"',
            'web_url = "https://git.example.com/docs/blob/{ref}/{path}"',
            'raw_url = "https://git.example.com/docs/raw/{ref}/{path}"',
            "[mirrors.bench.target]",
            f'backend = "{backend}"',
            f'base_url = "{base_url}"',
            'token = "env:BENCH_TOKEN"',
            *([f'page_url = "{page_url}"'] if page_url else ()),
            "requests_per_minute = 0",
            "requests_per_day = 0",
            *own,
        )
        (folder / "pagemirror.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PAGEMIRROR_", "GIT_"))}
        return cls(folder, {**kept, "BENCH_TOKEN": token})

    @property
    def repository(self) -> Path:
        """Where the folder's Git is."""
        return self.folder / "repo"

    def run(self, *words: str) -> Ran:
        """Run a command of ours to its end, in a process of its own."""
        command = [sys.executable, "-m", "pagemirror", *words, "--output", "json"]
        output = self.folder / "output.json"
        launch = [sys.executable, "-I", "-S", str(_LAUNCH), str(output), *command]
        done = subprocess.run(launch, cwd=self.folder, env=self.env, stdout=subprocess.PIPE, check=True)
        said = json.loads(done.stdout)
        if said["code"] not in {0, _HELD}:
            raise RuntimeError(f"{' '.join(command)} ended with {said['code']}: {said['errors'][-2000:]}")
        report = json.loads(output.read_bytes())
        return Ran(wall=said["wall"], cpu=said["cpu"], peak=said["peak"], report=report)


@dataclass(frozen=True, slots=True)
class StandIn:
    """A running stand-in for a page API."""

    base_url: str


@contextmanager
def standin(latency: float = 0.0) -> Iterator[StandIn]:
    """A stand-in for as long as the block lasts."""
    script = Path(__file__).with_name("standin.py")
    command = [sys.executable, str(script), str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        port = int(child.stdout.readline()) if child.stdout is not None else 0
        try:
            yield StandIn(f"http://127.0.0.1:{port}/rest/v1")
        finally:
            child.terminate()


def median_of(times: int, measure: Callable[[], float]) -> tuple[float, Sequence[float]]:
    """The median of several measurements, and all of them."""
    found = [measure() for _ in range(times)]
    return statistics.median(found), [round(one, 4) for one in found]
