"""From settings to a snapshot: the one place that knows which kinds there are."""

from dataclasses import replace

from pagemirror.model.errors import UsageError
from pagemirror.source.interface import Snapshot
from pagemirror.source.remotes import Remote, without_password
from pagemirror.source.settings import WORKTREE, SourceSettings
from pagemirror.source.snapshot import CommitSnapshot, open_at, open_commit

__all__ = ["open_commits", "open_snapshot"]


def open_snapshot(settings: SourceSettings) -> Snapshot:
    """Look at the source as it is now. Raises SourceError where there is no repository, no such ref or no commit."""
    if settings.ref == WORKTREE and settings.remote is not None:
        raise UsageError(
            f'{without_password(settings.remote.url)} is a URL, and ref = "worktree" mirrors the files on disk.',
            hint='Set source.repo to a local repository, or source.ref to a branch, such as "HEAD".',
            code="source_url",
        )
    if settings.ref == WORKTREE:
        from pagemirror.source.worktree import open_worktree  # noqa: PLC0415 - most mirrors follow commits

        return open_worktree(settings)
    if settings.remote is not None:
        return _cloned(settings, settings.remote)
    return open_commit(settings)


def open_commits(settings: SourceSettings) -> CommitSnapshot:
    """The source at a commit, also where the files on disk are mirrored: then at HEAD."""
    if settings.remote is not None:
        return _cloned(settings, settings.remote)
    return open_commit(replace(settings, ref="HEAD") if settings.ref == WORKTREE else settings)


def _cloned(settings: SourceSettings, remote: Remote) -> CommitSnapshot:
    from pagemirror.source.clones import open_clone  # noqa: PLC0415 - most sources are at hand

    cloned = open_clone(remote, settings.ref)
    return replace(open_at(settings, cloned.git, cloned.ref), notes=cloned.notes)
