"""A real Git repository for tests, made by Git's own commands with fixed people and times.

It reads no configuration of the machine or of the person who runs the tests. The clock moves one minute a commit, so
the same calls give the same object ids.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

__all__ = ["AUTHOR", "FIRST_COMMIT_AT", "GitRepo"]

AUTHOR: Final = "Test Author"
FIRST_COMMIT_AT: Final = 1_700_000_000


class GitRepo:
    """A repository at `path`. `git()` runs any command in it; the rest is shorthand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.author = AUTHOR
        self.now = FIRST_COMMIT_AT

    @classmethod
    def init(cls, path: Path, *, branch: str = "main", bare: bool = False, object_format: str = "sha1") -> "GitRepo":
        """Make an empty repository."""
        path.mkdir(parents=True, exist_ok=True)
        repo = cls(path)
        bare_flag = ["--bare"] if bare else []
        repo.git("init", "-q", "-b", branch, f"--object-format={object_format}", *bare_flag)
        return repo

    @property
    def environment(self) -> dict[str, str]:
        """What Git is run with: nothing of the machine's configuration, fixed people, this repository's time."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        return kept | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_AUTHOR_NAME": self.author,
            "GIT_AUTHOR_EMAIL": "author@example.com",
            "GIT_AUTHOR_DATE": f"{self.now} +0000",
            "GIT_COMMITTER_NAME": self.author,
            "GIT_COMMITTER_EMAIL": "author@example.com",
            "GIT_COMMITTER_DATE": f"{self.now} +0000",
        }

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run one command and return what it printed, without the last line's end."""
        run = subprocess.run(
            ["git", *arguments], cwd=self.path, env=self.environment, input=stdin, capture_output=True, check=False
        )
        if run.returncode:
            message = f"git {' '.join(arguments)}: {run.stderr.decode(errors='replace')}"
            raise AssertionError(message)
        return run.stdout.decode(errors="surrogateescape").rstrip("\n")

    def write(self, path: str, content: str | bytes = "text\n") -> Path:
        """Write a file of the working tree; folders come by themselves."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def symlink(self, path: str, destination: str) -> None:
        """Make a symbolic link in the working tree."""
        link = self.path / path
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(destination)

    def remove(self, path: str) -> None:
        """Remove a file or a folder of the working tree."""
        file = self.path / path
        if file.is_dir() and not file.is_symlink():
            shutil.rmtree(file)
        else:
            file.unlink()

    def rename(self, old: str, new: str) -> None:
        """Rename a file or a folder of the working tree."""
        (self.path / new).parent.mkdir(parents=True, exist_ok=True)
        (self.path / old).rename(self.path / new)

    def commit(self, message: str = "Change") -> str:
        """Commit the working tree as it is, also where nothing moved, and return the commit's id."""
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "--allow-empty", "-m", message)
        self.now += 60
        return self.git("rev-parse", "HEAD")

    def commit_files(self, files: dict[str, str | bytes], message: str = "Change") -> str:
        """Write the files and commit."""
        for path, content in files.items():
            self.write(path, content)
        return self.commit(message)
