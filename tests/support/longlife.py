"""A place in which the service lives for a month of fake time: repositories, a state's folder, a target, and what goes
wrong with each of them. Real Git, a real state file and real HTTP; only the time is not real.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Final

from pagemirror.app import App
from pagemirror.model.ids import MirrorName
from pagemirror.sandbox.process import SandboxProcess
from pagemirror.state.opening import open_store
from support.gitrepo import GitRepo

__all__ = ["Place", "title_of"]

SECRET: Final = {"EXEC_API_KEY": "exec", "PHAREN_API_KEY": "pharen"}
FEWEST, MOST = 25, 60

CONFIG: Final = """\
[state]
url = "sqlite:///{state}/state.db"
keep = "{keep}"

[service]
notify_url = "http://127.0.0.1:9/told"
{service}

[mirrors.handbook.source]
repo = "file://{remote}"
ref = "main"

[mirrors.handbook.target]
backend = "exec"
base_url = "{exec}"
token = "env:EXEC_API_KEY"
page_url = "https://hub.example/{{id}}"
requests_per_minute = 600
requests_per_day = 100000
settle = "1s"

[mirrors.handbook.sync]
on_drift = "git"
on_conflict = "git"
max_removals = "100%"

[mirrors.notes.source]
repo = "{notes}"
ref = "worktree"

[mirrors.notes.target]
backend = "pharen"
base_url = "{pharen}"
token = "env:PHAREN_API_KEY"
settle = "1s"
"""


def title_of(number: int) -> str:
    """The title of the file with this number."""
    return f"Page {number}"


class Place:
    """A folder with all of it; `service` are settings of that table.

    `handbook` is pushed to a bare repository, which is mirrored by its URL; `notes` are mirrored as they lie on disk.
    """

    def __init__(self, folder: Path, box: SandboxProcess, dice: Random, *, keep: str, **service: str) -> None:
        self.box = box
        self.dice = dice
        self.state = folder / "state"
        self.state.mkdir(exist_ok=True)
        self.remote = folder / "handbook.git"
        GitRepo.init(self.remote, bare=True)
        self.handbook = GitRepo.init(folder / "handbook")
        self.handbook.git("remote", "add", "origin", str(self.remote))
        self.notes = GitRepo.init(folder / "notes")
        self.files: dict[str, int] = {}
        self.serial = 0
        self.made = 0
        self.commits = 0
        self.written: list[str] = []
        self.away = False
        self.env = {name: box.api(api).token for name, api in SECRET.items()} | {
            "HOME": str(folder),
            **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
        }
        self.config = folder / "pagemirror.toml"
        self.config.write_text(
            CONFIG.format(
                state=self.state,
                keep=keep,
                service="\n".join(f'{key} = "{value}"' for key, value in service.items()),
                remote=self.remote,
                notes=self.notes.path,
                exec=box.exec.base_url,
                pharen=box.pharen.base_url,
            ),
            "utf-8",
        )
        for _ in range(FEWEST):
            self._add()
        self.commit(0.0)
        for number in range(5):
            self.note(number)
        self.notes.commit()

    # ---------------------------------------------------------------- people

    def commit(self, now: float) -> None:
        """One commit of one to three changes; pushed if the remote can be reached."""
        for _ in range(self.dice.choice((1, 1, 2, 3))):
            self.dice.choice([self._edit, self._edit, self._edit, self._add, self._remove, self._rename])()
        self.handbook.now = max(self.handbook.now, int(now))
        self.handbook.commit()
        self.commits += 1
        self._push()

    def note(self, number: int) -> None:
        """Save one of the files that are mirrored from disk."""
        self.notes.write(f"docs/note-{number}.md", f"# Note {number}\n\nWritten as number {self._number()}.\n")

    def switch(self) -> None:
        """Commit the notes, and change to a distant branch and back."""
        self.notes.commit()
        self.notes.git("checkout", "-q", "-B", "distant")
        for number in range(5):
            self.note(number)
        self.notes.commit()
        self.notes.git("checkout", "-q", "main")

    def meddle(self) -> None:
        """A person edits a page on the target."""
        pages = [page for page in self.box.pages("exec") if not page["archived"]]
        if pages:
            page, line = (
                self.dice.choice(sorted(pages, key=lambda page: str(page["id"]))),
                f"Line {self._number()}, by me.",
            )
            self.box.edit("exec", page["id"], content=f"{page['content']}\n{line}\n")
            self.written.append(line)

    @property
    def edits(self) -> int:
        """How many edits people made."""
        return len(self.written)

    def decide(self) -> None:
        """A person lets Git have what is held."""
        with closing(self._app()) as app:
            reports = app.conflicts((), ())
        for report in reports:
            take = "git" if "git" in report.choices else None
            with closing(self._app()) as app:
                app.resolve(report.path, mirror=report.mirror, take=take, page=None, new=take is None)

    def _app(self) -> App:
        """The application, for one command."""
        return App.open(self.config, env=self.env, cwd=self.config.parent)

    def _push(self) -> None:
        if not self.away:
            self.handbook.git("push", "-q", "origin", "HEAD:main")

    def _add(self) -> None:
        if len(self.files) < MOST:
            path = f"docs/{self.dice.choice(('', 'guides/', 'guides/deep/'))}f{self._number()}.md"
            self.files[path] = self._number()
            self.made += 1
            self._write(path)

    def _edit(self) -> None:
        self._write(self._any())

    def _remove(self) -> None:
        if len(self.files) > FEWEST:
            path = self._any()
            del self.files[path]
            self.handbook.remove(path)

    def _rename(self) -> None:
        path = self._any()
        new = f"docs/moved-{self._number()}.md"
        self.files[new] = self.files.pop(path)
        self.handbook.rename(path, new)

    def _write(self, path: str) -> None:
        lines = "\n\n".join(f"Paragraph {self._number()} of some length, so that it takes room." for _ in range(8))
        self.handbook.write(path, f"# {title_of(self.files[path])}\n\n{lines}\n")

    def _any(self) -> str:
        return self.dice.choice(sorted(self.files))

    def _number(self) -> int:
        self.serial += 1
        return self.serial

    # --------------------------------------------------------------- trouble

    def lose_network(self) -> None:
        """The remote repository can't be reached any more."""
        self.away = True
        self.remote.rename(self.remote.with_suffix(".away"))

    def find_network(self) -> None:
        """It can be reached again, and people push what they have."""
        self.remote.with_suffix(".away").rename(self.remote)
        self.away = False
        self._push()

    def lose_target(self) -> None:
        """Half of the requests are refused, half have no answer."""
        self.box.faults(rates={"cut": 0.5, "error_before": 1.0})

    def find_target(self) -> None:
        """The target answers again."""
        self.box.faults()

    def fill_disk(self) -> None:
        """Leave no byte free where the state is; it must be a small disk."""
        assert self.is_small_disk
        with (self.state / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            while filler.write(b"\0" * 65_536):
                pass

    def free_disk(self) -> None:
        """Free it again."""
        (self.state / "filler").unlink()

    @property
    def is_small_disk(self) -> bool:
        """Whether the state's folder is a disk of its own, which may be filled up."""
        return self.state.stat().st_dev != self.state.parent.stat().st_dev

    # --------------------------------------------------------------- figures

    def sizes(self) -> dict[str, int]:
        """Bytes of the state, of its log, and of all else that lies beside it."""
        files = {path: path.stat().st_size for path in self.state.rglob("*") if path.is_file()}
        database, log = self.state / "state.db", self.state / "state.db-wal"
        beside = sum(size for path, size in files.items() if path.parent != self.state)
        return {"state": files.get(database, 0), "wal": files.get(log, 0), "clone": beside}

    def rows(self) -> dict[str, int]:
        """The rows of each table."""
        with closing(sqlite3.connect(self.state / "state.db")) as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608 - the tables' own names
        return {name: int(count) for name, count in sorted(counts.items())}

    def oldest_kept(self) -> float | None:
        """When the oldest kept text was kept."""
        with closing(sqlite3.connect(self.state / "state.db")) as connection:
            found = connection.execute("SELECT min(at) FROM kept").fetchone()[0]
        return None if found is None else float(found)

    def texts(self) -> Iterator[str]:
        """All texts on pages, and all that were kept."""
        yield from (str(page["content"]) for page in self.box.pages("exec"))
        with closing(open_store(f"sqlite:///{self.state}/state.db", readonly=True)) as store:
            for kept in store.kept(MirrorName("handbook")):
                yield store.text(kept.text) or ""

    def wrong(self) -> Iterator[str]:
        """What is not as Git says."""
        live = [page for page in self.box.pages("exec") if not page["archived"]]
        titles = sorted(str(page["title"]) for page in live)
        wanted = {title_of(number): path for path, number in self.files.items()}
        if titles != sorted(wanted):
            yield f"pages: {titles} instead of {sorted(wanted)}"
        for page in live:
            path = wanted.get(page["title"])
            text = (self.handbook.path / path).read_text("utf-8") if path is not None else ""
            if path is not None and page["content"].strip() not in text:
                yield f"{page['title']} is not {path}"
        notes = {str(page["title"]): str(page["content"]) for page in self.box.pages("pharen")}
        for file in sorted((self.notes.path / "docs").glob("*.md")):
            title, _, body = file.read_text("utf-8").removeprefix("# ").partition("\n\n")
            if notes.get(title, "").strip() != body.strip():
                yield f"{file.name}: {notes.get(title)!r}"
        if violations := [*self.box.violations("exec"), *self.box.violations("pharen")]:
            yield f"contract: {json.dumps(violations[:3])}"

    def clear(self) -> None:
        """Take everything away."""
        shutil.rmtree(self.state.parent, ignore_errors=True)
