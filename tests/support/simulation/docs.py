"""The files of a simulated folder, and what their authors do to them."""

from dataclasses import dataclass, field
from posixpath import dirname, relpath
from random import Random
from typing import Final

from support.simulation.repository import Repository

__all__ = ["Docs", "Written"]

FOLDERS: Final = ("", "", "one/", "two/deep/", "two/")
LINES: Final = 6
SAME_TITLE: Final = 0.25
"""How often a new file has another one's title."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file: its title, its paragraphs, and the file that it links to, by its path ("" for none)."""

    title: str
    lines: tuple[str, ...]
    link: str = ""

    def text(self, link: str) -> str:
        """The body with this destination in its link."""
        lines = (*self.lines, f"See [it]({link}).") if link else self.lines
        return "\n\n".join(lines) + "\n"

    def file(self, path: str) -> str:
        """What stands in the file at this path; the link is relative to it."""
        link = relpath(self.link, dirname(path) or ".") if self.link else ""
        return f"# {self.title}\n\n{self.text(link)}"


@dataclass(slots=True)
class Docs:
    """A folder and its history."""

    dice: Random
    repository: Repository = field(default_factory=Repository)
    files: dict[str, Written] = field(default_factory=dict)
    past: list[dict[str, Written]] = field(default_factory=list)
    serial: int = 0

    def begin(self, count: int) -> None:
        """The first commit."""
        for _ in range(count):
            self.add()
        self.commit()

    def work(self) -> str:
        """One commit of one to three changes; says which."""
        deeds = [self.add, self.edit, self.edit, self.edit, self.retitle, self.move, self.remove, self.swap]
        deeds += [self.move_and_edit, self.rewrite, self.link, self.copy, self.move_folder, self.revert]
        deeds += [self.dissolve, self.dissolve, self.dissolve]
        said = []
        for _ in range(self.dice.choice((1, 1, 2, 3))):
            deed = self.dice.choice(deeds)
            deed()
            said.append(deed.__name__)
        self.commit()
        return ", ".join(said)

    def commit(self) -> None:
        """Commit the files as they are."""
        self.past.append(dict(self.files))
        self.repository.commit({path: written.file(path) for path, written in self.files.items()})

    # ------------------------------------------------------------------- deeds

    def add(self) -> None:
        same = self.files and self.dice.random() < SAME_TITLE
        title = self.files[self._any()].title if same else f"Title {self._number()}"
        self.files[self._path()] = Written(title, self._lines(), self._link())

    def edit(self) -> None:
        path = self._any()
        old = self.files[path]
        lines = list(old.lines)
        lines[self.dice.randrange(len(lines))] = f"Changed to {self._number()}."
        self.files[path] = Written(old.title, tuple(lines), old.link)

    def rewrite(self) -> None:
        path = self._any()
        self.files[path] = Written(self.files[path].title, self._lines(), self.files[path].link)

    def retitle(self) -> None:
        path = self._any()
        old = self.files[path]
        self.files[path] = Written(f"Title {self._number()}", old.lines, old.link)

    def link(self) -> None:
        path = self._any()
        old = self.files[path]
        self.files[path] = Written(old.title, old.lines, self._link())

    def move(self) -> None:
        self.files[self._path()] = self.files.pop(self._any())

    def move_and_edit(self) -> None:
        old = self._any()
        new = self._path()
        self.files[new] = self.files.pop(old)
        lines = list(self.files[new].lines)
        lines[0] = f"Changed to {self._number()}."
        self.files[new] = Written(f"Title {self._number()}", tuple(lines), self.files[new].link)

    def remove(self) -> None:
        if len(self.files) > 2:  # a folder is never emptied here
            del self.files[self._any()]

    def swap(self) -> None:
        one, other = self.dice.sample(sorted(self.files), 2)
        self.files[one], self.files[other] = self.files[other], self.files[one]

    def copy(self) -> None:
        self.files[self._path()] = self.files[self._any()]

    def move_folder(self) -> None:
        old, new = self.dice.choice(FOLDERS[2:]), f"moved-{self._number()}/"
        self.files = {path.replace(old, new) if path.startswith(old) else path: it for path, it in self.files.items()}

    def dissolve(self) -> None:
        """A folder's files move to the top, and the folder is gone."""
        folders = sorted({path.split("/")[0] for path in self.files if "/" in path})
        if folders:
            old = f"{self.dice.choice(folders)}/"
            self.files = {
                f"f{self._number()}.md" if path.startswith(old) else path: it for path, it in self.files.items()
            }

    def revert(self) -> None:
        self.files = dict(self.dice.choice(self.past)) if self.past else self.files

    # ----------------------------------------------------------------- helpers

    def _number(self) -> int:
        self.serial += 1
        return self.serial

    def _any(self) -> str:
        return self.dice.choice(sorted(self.files))

    def _path(self) -> str:
        return f"{self.dice.choice(FOLDERS)}f{self._number()}.md"

    def _lines(self) -> tuple[str, ...]:
        number = self._number()
        return tuple(f"Line {line} of text {number}." for line in range(LINES))

    def _link(self) -> str:
        return self._any() if self.files and self.dice.random() < 0.4 else ""
