"""The Git side: what a folder holds at one commit, or on disk. Looks, and changes nothing."""

from pagemirror.source.command import git_version, origin_of
from pagemirror.source.hosting import web_addresses
from pagemirror.source.interface import Entry, Listing, Rename, Snapshot, TreeDiff, diff, is_strict_ancestor
from pagemirror.source.opening import open_commits, open_snapshot
from pagemirror.source.refs import GitRef, open_ref
from pagemirror.source.remotes import Remote, is_url
from pagemirror.source.settings import WORKTREE, SourceSettings

__all__ = [
    "WORKTREE",
    "Entry",
    "GitRef",
    "Listing",
    "Remote",
    "Rename",
    "Snapshot",
    "SourceSettings",
    "TreeDiff",
    "diff",
    "git_version",
    "is_strict_ancestor",
    "is_url",
    "open_commits",
    "open_ref",
    "open_snapshot",
    "origin_of",
    "web_addresses",
]
