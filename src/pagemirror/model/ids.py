"""Names of things: one type an id, so that a path can't be handed in where a page id is meant."""

from typing import NewType

__all__ = [
    "BlobId",
    "CommitId",
    "FieldName",
    "Fingerprint",
    "MirrorName",
    "PageId",
    "PassId",
    "RepoPath",
    "TargetKey",
    "TextId",
    "TreeId",
    "Uid",
    "named",
]

MirrorName = NewType("MirrorName", str)
"""A mirror's name in the config: a-z, 0-9, _."""

Uid = NewType("Uid", str)
"""A document's identity, which outlives its path; minted once, or the front matter's `id`."""

PageId = NewType("PageId", str)
"""A page's id as its API gives it: opaque, case-sensitive."""

RepoPath = NewType("RepoPath", str)
"""A path from the repository's root, with `/`, in NFC. A section page's path ends in `/`."""

BlobId = NewType("BlobId", str)
"""Git's object id of a file's bytes, in hex."""

TreeId = NewType("TreeId", str)
"""Git's object id of a folder, in hex."""

CommitId = NewType("CommitId", str)
"""Git's object id of a commit, in hex."""

Fingerprint = NewType("Fingerprint", str)
"""A hash with its algorithm's version in front: `1:…`."""

FieldName = NewType("FieldName", str)
"""What of a page can be owned: `title`, `body`, `folders`, …"""

TargetKey = NewType("TargetKey", str)
"""Which target this is: backend, base URL and workspace, without secrets."""

PassId = NewType("PassId", str)
"""One run of a mirror."""

TextId = NewType("TextId", str)
"""A stored text, by the hash of its bytes."""


def named(page_id: PageId) -> str:
    """A page's id as a message shows it: one that a server made of line ends or other controls, escaped."""
    return page_id if page_id.isprintable() else repr(str(page_id))
