"""From settings to a snapshot: the one place that knows which kinds there are."""

from pagemirror.source.interface import Snapshot
from pagemirror.source.settings import WORKTREE, SourceSettings
from pagemirror.source.snapshot import open_commit

__all__ = ["open_snapshot"]


def open_snapshot(settings: SourceSettings) -> Snapshot:
    """Look at the source as it is now. Raises SourceError where there is no repository, no such ref or no commit."""
    if settings.ref == WORKTREE:
        from pagemirror.source.worktree import open_worktree  # noqa: PLC0415 - most mirrors follow commits

        return open_worktree(settings)
    return open_commit(settings)
