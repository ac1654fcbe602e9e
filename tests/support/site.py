"""A user's place: a repository with docs and a config that mirrors them into a sandbox, and `pagemirror` as a process.

Every run is held to what holds for all of them: no traceback, and no secret in its output.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema

from pagemirror.cli.schemas import schema
from pagemirror.sandbox.process import SandboxProcess
from support.gitrepo import GitRepo
from support.interrupts import heeding_interrupts
from support.warm import WarmChild, start_warm

__all__ = ["Ran", "Site"]

_SCHEMAS = {"sync": "run", "plan": "run"} | {
    name: name for name in ("check", "status", "conflicts", "history", "doctor", "adopt", "state")
}
_OF_STATE = {"verify": "verify"}
"""Commands of a family whose document is not the family's."""
_PATIENCE = 60.0
Child = subprocess.Popen[str] | WarmChild


@dataclass(frozen=True)
class Ran:
    """How a process ended."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Both streams."""
        return self.out + self.err

    @cached_property
    def json(self) -> Any:
        """What it printed as JSON, held to the command's schema and to its exit code."""
        document = json.loads(self.out)
        command = next(word for word in self.words if word in _SCHEMAS)
        found = next((_OF_STATE[word] for word in self.words if word in _OF_STATE), _SCHEMAS[command])
        jsonschema.validate(document, schema(found))
        assert document["exit"] == self.code
        return document

    @property
    def error(self) -> Mapping[str, str]:
        """The error at the document's top."""
        error: Mapping[str, str] = self.json["error"]
        assert error["message"]
        return error

    def outcomes(self) -> dict[str, tuple[str, str, str | None]]:
        """Each step's action, outcome and code, by path."""
        steps = [step for mirror in self.json["mirrors"] for step in mirror["steps"]]
        return {step["path"]: (step["action"], step["outcome"], step["code"]) for step in steps}


class Site:
    """A folder with all that a run needs. `settings` are of the mirror's tables, by dotted key; `prefix` are words that
    each process is started by.
    """

    def __init__(self, folder: Path, box: SandboxProcess) -> None:
        self.box = box
        self.repo = GitRepo.init(folder)
        self.home = folder.parent / "home"
        self.home.mkdir()
        self.secrets = {box.exec.token, box.pharen.token}
        self.settings: dict[str, object] = {
            "source.web_url": "https://git.example.com/acme/blob/{ref}/{path}",
            "target.backend": "exec",
            "target.base_url": box.exec.base_url,
            "target.token": "env:EXEC_API_KEY",
            "target.page_url": box.exec.page_url,
            "target.requests_per_minute": 0,
            "target.requests_per_day": 0,
            "target.settle": "1s",
        }
        self.env = {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "EXEC_API_KEY": box.exec.token,
        }
        self.prefix: tuple[str, ...] = ()
        self._children: list[Child] = []
        self.configure()

    @property
    def folder(self) -> Path:
        return self.repo.path

    @property
    def config(self) -> Path:
        return self.folder / "pagemirror.toml"

    @property
    def state(self) -> Path:
        return self.folder / ".pagemirror" / "state.db"

    def configure(self, more: str = "", **settings: object) -> None:
        """Write the config with these settings changed (`target__token` for target.token), and text after it."""
        values = self.settings | {key.replace("__", "."): value for key, value in settings.items()}
        tables: dict[str, list[str]] = {}
        for key, value in values.items():
            table, _, name = key.partition(".")
            tables.setdefault(table, []).append(f"{name} = {json.dumps(value)}")
        rows = [row for table, some in tables.items() for row in (f"[mirrors.handbook.{table}]", *some)]
        self.config.write_text("\n".join([*rows, more, ""]), "utf-8")

    def docs(self, files: Mapping[str, str | bytes], message: str = "Write") -> str:
        """Write files below docs/ and commit."""
        return self.repo.commit_files({f"docs/{path}": text for path, text in files.items()}, message)

    def pages(self, count: int) -> None:
        """Commit as many small files."""
        self.docs({f"page-{number:02}.md": f"# Page {number}\n\nText {number}.\n" for number in range(count)})

    def start(self, *words: str) -> Child:
        """Start `pagemirror` here; whoever starts it reads it by `ended`."""
        child = start_warm(words, cwd=self.folder, env=self.env) if self._usual() else self._start_cold(words)
        self._children.append(child)
        return child

    def _usual(self) -> bool:
        """Whether neither the environment nor a prefix asks anything of the interpreter."""
        return (
            not self.prefix
            and self.env.get("LC_ALL") == "C.UTF-8"
            and not any(key.startswith("PYTHON") for key in self.env)
        )

    def _start_cold(self, words: Sequence[str]) -> "subprocess.Popen[str]":
        with heeding_interrupts():
            return subprocess.Popen(
                [*self.prefix, sys.executable, "-m", "pagemirror", *words],
                cwd=self.folder,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )

    def ended(self, child: Child, *words: str) -> Ran:
        """Wait for a process, and hold it to what holds for all."""
        out, err = child.communicate(timeout=_PATIENCE)
        ran = Ran(words, child.wait(), out, err)
        assert "Traceback" not in ran.said, ran.said
        for secret in self.secrets:
            assert secret not in ran.said, "a secret was printed"
        return ran

    def __call__(self, *words: str) -> Ran:
        """Run `pagemirror` here, to its end."""
        return self.ended(self.start(*words), *words)

    def done(self, *words: str) -> Ran:
        """Run a command that must succeed."""
        ran = self(*words)
        assert ran.code == 0, ran.said
        return ran

    def live(self) -> dict[str, dict[str, Any]]:
        """The target's live pages by title; no title may be there twice."""
        pages = [page for page in self.box.pages("exec") if not page["archived"]]
        found = {page["title"]: page for page in pages}
        assert len(found) == len(pages)
        return found

    def end(self) -> None:
        """Take away what still runs."""
        for child in self._children:
            if child.poll() is None:
                child.kill()
            child.communicate()
