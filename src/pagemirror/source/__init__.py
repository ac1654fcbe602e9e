"""The Git side: what a folder holds at one commit. Looks, and changes nothing."""

from pagemirror.source.changes import Rename, TreeDiff, diff, is_strict_ancestor
from pagemirror.source.listing import Entry, Listing
from pagemirror.source.settings import SourceSettings
from pagemirror.source.snapshot import Snapshot, open_snapshot

__all__ = [
    "Entry",
    "Listing",
    "Rename",
    "Snapshot",
    "SourceSettings",
    "TreeDiff",
    "diff",
    "is_strict_ancestor",
    "open_snapshot",
]
