"""Where the demo plays: shows what is typed, runs it for real, counts requests at the sandbox, and checks both."""

import dataclasses
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pagemirror.cli.demo.repository import Repository
from pagemirror.cli.output.lines import Line, Piece, Style, block, line, piece
from pagemirror.cli.output.printing import Printer
from pagemirror.cli.ports import Ports
from pagemirror.sandbox.process import SandboxProcess

__all__ = ["APIS", "Amiss", "Interrupted", "Stage"]

APIS = ("exec", "pharen", "ravendocs")
_INTERRUPTED = (130, 143)


class Amiss(Exception):
    """A step did not give what it should; the message says which and what."""


class Interrupted(BaseException):
    """Somebody asked the demo to stop; `code` is its exit code. No error, so nothing that handles errors takes it."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exit code {code}")
        self.code = code


class Stage:
    """One folder with a repository and a config, and a sandbox."""

    def __init__(self, ports: Ports, folder: Path, box: SandboxProcess) -> None:
        env = {key: value for key, value in ports.env.items() if not key.startswith("PAGEMIRROR_")}
        env.pop("STATE_DIRECTORY", None)
        self._ports = dataclasses.replace(ports, env=env, cwd=folder)
        self._printer = Printer(ports.stdout, colours=ports.colours(ports.stdout))
        self.folder = folder
        self.box = box
        self.repository = Repository(folder)
        self._chapters = 0
        self._printed = False

    def tell(self, *lines: Line | str) -> None:
        """Say something."""
        self._printer.lines([line(row) if isinstance(row, str) else row for row in lines])
        self._printed = True

    def remark(self, *pieces: Piece) -> None:
        """Say what happens elsewhere, between what is typed."""
        self._apart()
        self._printer.lines([(piece("# ", Style.FAINT), *pieces)])

    def chapter(self, title: str, text: str) -> None:
        """Begin a part of the story."""
        self._chapters += 1
        self.tell("", line(piece(f"{self._chapters}. {title}", Style.STRONG)), *block(text, style=Style.FAINT))

    def git(self, *words: str) -> None:
        """Run a Git command, with its output."""
        self._type("git", *words)
        printed = self.repository.git(*words).rstrip("\n")
        if printed:
            self.tell(*block(printed))

    def pagemirror(self, *words: str, code: int = 0, most: Mapping[str, int] | None = None) -> None:
        """Run a command of ours with its own output; it must end with `code`, and `most` caps its requests by API."""
        from pagemirror.cli.entry import run  # noqa: PLC0415 - that one knows all commands, and so this one

        self._type("pagemirror", *words)
        before = self._requests()
        got = run(words, self._ports)
        self._printed = True
        if got in _INTERRUPTED:
            raise Interrupted(got)
        sent = {api: count - before[api] for api, count in self._requests().items()}
        typed = shlex.join(["pagemirror", *words])
        if got != code:
            raise Amiss(f"`{typed}` ended with exit code {got}, not {code}")
        if most is not None:
            self._count(typed, sent, most)

    def folders(self) -> list[Path]:
        """The folders below the one that is mirrored, in order."""
        return sorted(path for path in (self.folder / "docs").rglob("*") if path.is_dir())

    def page(self, api: str, title: str) -> dict[str, Any]:
        """The one live page of this title."""
        found = [page for page in self.box.pages(api) if page["title"] == title and not page["archived"]]
        if len(found) != 1:
            raise Amiss(f"{api} has {len(found)} pages titled {title}, not 1")
        return found[0]

    def by_hand(self, api: str, title: str, content: str) -> None:
        """A person edits a page in the hub."""
        page = self.page(api, title)
        self.box.edit(api, page["id"], content=content)
        url = self.box.api(api).page_url.replace("{id}", str(page["id"]))
        self.remark(piece(f"{title}, in {api}, is edited by hand: {url}", Style.FAINT))

    def expect(self, what: str, *, holds: bool) -> None:
        """Say that something holds, or end the demo because it doesn't."""
        if not holds:
            raise Amiss(f"it does not hold that {what}")
        self.tell(line(piece("✓ ", Style.GOOD), what))

    def _count(self, typed: str, sent: Mapping[str, int], most: Mapping[str, int]) -> None:
        for api, count in sent.items():
            if count > most.get(api, 0):
                raise Amiss(f"`{typed}` sent {count} requests to {api}, not {most.get(api, 0)} at most")
        counted = ", ".join(f"{count} by {api}" for api, count in sent.items())
        self.tell(line(piece("✓ ", Style.GOOD), f"requests counted by the sandbox: {counted}"))

    def _type(self, *words: str) -> None:
        self._apart()
        self._printer.lines([(piece("$ ", Style.FAINT), piece(shlex.join(words), Style.STRONG))])

    def _apart(self) -> None:
        """Leave a line between what was printed and what comes next."""
        if self._printed:
            self._printer.lines([()])
        self._printed = False

    def _requests(self) -> dict[str, int]:
        return {api: self.box.requests(api) for api in APIS}
