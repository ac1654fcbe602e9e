"""What a person says about the source, and what this version can't do of it."""

import re
from dataclasses import dataclass
from pathlib import Path

from pagemirror.model.errors import UsageError

__all__ = ["WORKTREE", "SourceSettings", "refuse_unsupported"]

WORKTREE = "worktree"
"""The ref that stands for the files on disk."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/|[^/]+@[^/]+:")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One folder of one local repository at one ref.

    `path` is relative to `repo`, also where `repo` is a folder below the repository's top; "" and "." are `repo`
    itself. `include` and `exclude` are gitignore patterns relative to `path`. `max_file_size` is in bytes.
    """

    repo: Path
    ref: str = "HEAD"
    path: str = "docs"
    include: tuple[str, ...] = ("**/*.md",)
    exclude: tuple[str, ...] = ()
    max_file_size: int = 5_000_000
    memory: Path | None = None


def refuse_unsupported(settings: SourceSettings) -> None:
    """Raise UsageError for what only a later version can read."""
    repo = str(settings.repo)
    if _URL.match(repo) and not settings.repo.exists():
        raise UsageError(
            f"The source repository {_without_password(repo)} is a URL; this version reads local repositories only.",
            hint="Clone it (git clone --bare URL FOLDER), name the folder in source.repo, and fetch before each sync.",
            code="unsupported",
        )


def _without_password(url: str) -> str:
    return re.sub(r"(:/{1,2})[^/@]*@", r"\1", url)
