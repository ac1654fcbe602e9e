"""The demo's Git repository: commands as a person would type them, with nothing of the machine's Git configuration."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from pagemirror.model.errors import SourceError

__all__ = ["Repository"]


class Repository:
    """A repository in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        author = {"NAME": "Docs Team", "EMAIL": "docs-team@example.com"}
        people = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in author.items()}
        nothing = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_PAGER": "cat", "LC_ALL": "C"}
        self._env = {**kept, **people, **nothing}

    def git(self, *words: str) -> str:
        """Run one command and return what it printed."""
        try:
            ran = subprocess.run(
                ["git", *words], cwd=self._folder, env=self._env, capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise SourceError(
                f"Git can't be started: {error.strerror or error}. The demo did nothing.",
                hint="Install Git, and have it in PATH.",
            ) from error
        if ran.returncode:
            raise SourceError(f"git {' '.join(words)} failed: {ran.stderr.strip()}")
        return ran.stdout

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        """Change a file's text; a change that changes nothing is a mistake."""
        file = self._folder / path
        before = file.read_text("utf-8")
        after = change(before)
        if after == before:
            raise SourceError(f"The demo's edit of {path} changes nothing; the file is not what it expects.")
        file.write_text(after, "utf-8")
