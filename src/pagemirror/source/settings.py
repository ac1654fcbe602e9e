"""What a person says about the source."""

from dataclasses import dataclass
from pathlib import Path

from pagemirror.model.ids import RepoPath
from pagemirror.source.names import joined, parents
from pagemirror.source.remotes import Remote

__all__ = ["WORKTREE", "SourceSettings"]

WORKTREE = "worktree"
"""The ref that stands for the files on disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One folder of one repository at one ref: a local one in the folder `repo`, or a `remote` one that is cloned.

    `path` is relative to `repo`, also where `repo` is a folder below the repository's top; "" and "." are `repo`
    itself. `include` and `exclude` are gitignore patterns relative to `path`. `max_file_size` is in bytes. `beside` are
    names of files above the folder, up to the repository's top, that decide about its pages too.
    """

    repo: Path = Path()
    ref: str = "HEAD"
    path: str = "docs"
    include: tuple[str, ...] = ("**/*.md",)
    exclude: tuple[str, ...] = ()
    max_file_size: int = 5_000_000
    memory: Path | None = None
    remote: Remote | None = None
    beside: tuple[str, ...] = ()

    def outside(self, root: RepoPath) -> tuple[RepoPath, ...]:
        """The paths that files `beside` a folder at `root` could have."""
        return tuple(joined(above, name) for above in parents(root) for name in self.beside) if root else ()
