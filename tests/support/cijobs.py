"""Jobs as a CI service runs them: each in a fresh clone of a bare origin, the real command, and nothing that stays."""

import json
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.gitrepo import GitRepo
from support.mirrors import Mirror
from support.warm import WarmChild, start_warm

__all__ = ["REF", "Job", "Jobs", "Result"]

REF = "refs/pagemirror/state"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a job ended."""

    code: int
    mirror: Mapping[str, Any]
    error: str


@dataclass(slots=True)
class Job:
    """A job under way."""

    process: WarmChild
    folder: Path

    def kill(self) -> None:
        """End it as a runner that goes away does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()
        shutil.rmtree(self.folder)

    def result(self) -> Result:
        """Wait for its end."""
        out, err = self.process.communicate(timeout=120)
        assert out, (self.process.returncode, err[-3000:])
        told = json.loads(out)
        shutil.rmtree(self.folder)
        mirror = told["mirrors"][0] if told["mirrors"] else {}
        said = json.dumps(told["error"] or mirror.get("error") or "") + err
        return Result(code=self.process.returncode, mirror=mirror, error=said)


class Jobs:
    """A mirror whose repository is pushed to a bare origin, and the jobs that sync it from clones."""

    def __init__(self, mirror: Mirror, *, texts: bool = True) -> None:
        self.mirror = mirror
        self.origin = GitRepo.init(mirror.folder / "origin.git", bare=True)
        self.texts = texts
        self._number = 0

    def push(self) -> None:
        """Bring the mirror's commits and its config to the origin."""
        config = self.mirror.config.read_text(encoding="utf-8").replace('repo = "repo"', 'repo = "."')
        state = f'[state]\nurl = "git:{REF}"\ntexts = {str(self.texts).lower()}\n\n'
        self.mirror.repo.write("pagemirror.toml", state + config)
        self.mirror.repo.commit()
        self.mirror.repo.git("push", "-q", str(self.origin.path), "HEAD:refs/heads/main")

    def clone(self) -> Path:
        """A fresh, shallow checkout, as a runner makes it."""
        self._number += 1
        folder = self.mirror.folder / f"job{self._number}"
        self.origin.git("clone", "-q", "--depth=1", f"file://{self.origin.path}", str(folder))
        return folder

    def start(self, *words: str, folder: Path | None = None, env: Mapping[str, str] | None = None) -> Job:
        """Start a job."""
        folder = folder or self.clone()
        temporary = folder / "tmp"
        temporary.mkdir()
        surroundings = {**self.mirror.env, "TMPDIR": str(temporary), **(env or {})}
        return Job(start_warm(["--output", "json", *(words or ("sync",))], cwd=folder, env=surroundings), folder)

    def run(self, *words: str) -> Result:
        """One job to its end."""
        return self.start(*words).result()

    def version(self) -> str:
        """The state's commit at the origin, "" where there is none."""
        return self.origin.git("for-each-ref", "--format=%(objectname)", REF)

    def records(self) -> dict[str, str]:
        """The page ids that the state at the origin knows, by path."""
        names = self.origin.git("ls-tree", "-r", "--name-only", REF, "records/").split()
        rows = [json.loads(line) for name in names for line in self.origin.git("show", f"{REF}:{name}").splitlines()]
        return {row["path"]: row.get("page_id", "") for row in rows}

    def size(self) -> int:
        """The bytes that the state's objects take when packed."""
        packed = subprocess.run(
            ["git", "pack-objects", "--revs", "--stdout", "--quiet"],
            cwd=self.origin.path,
            env=self.origin.environment,
            input=f"{REF}\n".encode(),
            capture_output=True,
            check=True,
        )
        return len(packed.stdout)
