"""Records: what the state remembers of each document, and what is open about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pagemirror.model.fields import NO_FIELDS, NO_PRINTS, Fields, Prints
from pagemirror.model.ids import BlobId, FieldName, Fingerprint, MirrorName, PageId, RepoPath, TextId, Uid
from pagemirror.model.images import Upload

__all__ = [
    "NO_OURS",
    "Choice",
    "Decision",
    "Failure",
    "Hold",
    "Intent",
    "IntentKind",
    "KeptText",
    "Open",
    "Ours",
    "Record",
    "Standing",
]

Ours = Mapping[FieldName, tuple[str, ...]]
NO_OURS: Final[Ours] = MappingProxyType({})


class Standing(StrEnum):
    """Where a record stands.

    `live`: its page is mirrored. `removed`: its file is gone and the page is archived, a tombstone, deleted or kept.
    `left`: a person decided that the page is no longer mirrored, or its removal on the target was accepted.
    """

    LIVE = "live"
    REMOVED = "removed"
    LEFT = "left"


class Open(StrEnum):
    """Work that the next pass must look at although its file did not move."""

    NONE = ""
    UNSETTLED = "unsettled"
    UNKNOWN = "unknown"
    FAILED = "failed"
    DEFERRED = "deferred"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A page that failed for its own reason; tried again when `payload` moves, or at once when asked.

    `payload` is a digest of what was sent, the settings and the token's fingerprint.
    """

    code: str
    reason: str
    payload: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The state map's row for a document, with its two bases.

    The git base is `blob`, `own` (fingerprints of the file's own fields, links as uids), `raw_body` (the body's bytes)
    and `sent` (the same fields as they were rendered for the target, volatile words left unexpanded). The remote base
    is `remote` (fingerprints of the server's normal form), `version` and `updated` (server time, 0 where it isn't told;
    negative until somebody looks at the page again, as nothing came of an edit that was seen there). `values` keeps the
    small fields as they were sent, and the parent that the page stands below, `ours` the members of set fields that the
    mirror put there. `text` is the body as sent, `server_text` the server's form where it differs; both None until
    something was sent. `body_known` is False where the write's answer held no body, so that the first later look takes
    it. `diverged`: the remote base was accepted, not written. `leaving_since`: when the file was first seen gone
    (seconds since 1970). `links` are the keys of what its body links to: repository paths, and `[[name]]` for wiki
    links. Where an editor may put an older text back, `last_write` marks the lines that the last write changed,
    `written_over` is the stamp of the page that it changed (server time), and `shadowed` says that people had edited
    the page before it. `uploads` are the page's images on the target.
    """

    uid: Uid
    path: RepoPath
    blob: BlobId
    title: str
    page_id: PageId | None = None
    slug: str | None = None
    front_id: str | None = None
    standing: Standing = Standing.LIVE
    removal: str = ""
    own: Prints = field(default_factory=lambda: NO_PRINTS)
    raw_body: Fingerprint | None = None
    sent: Prints = field(default_factory=lambda: NO_PRINTS)
    remote: Prints = field(default_factory=lambda: NO_PRINTS)
    values: Fields = field(default_factory=lambda: NO_FIELDS)
    ours: Ours = field(default_factory=lambda: NO_OURS)
    version: str | None = None
    updated: float = 0.0
    text: TextId | None = None
    server_text: TextId | None = None
    body_known: bool = True
    diverged: bool = False
    protect: bool = False
    open: Open = Open.NONE
    failure: Failure | None = None
    leaving_since: float | None = None
    former_ids: tuple[PageId, ...] = ()
    order_key: str = ""
    links: tuple[str, ...] = ()
    last_write: tuple[str, ...] = ()
    written_over: float = 0.0
    shadowed: bool = False
    uploads: tuple[Upload, ...] = ()


class IntentKind(StrEnum):
    """What a request was about to do."""

    CREATE = "create"
    UPDATE = "update"
    RESTORE = "restore"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """The durable note "about to send this", and what the request will leave.

    `record` is the record as it will stand if the request is applied (page id, version and server text still unknown
    for a create). `remote` are the fingerprints of the normal form that was sent; `blind` the body's, link-blind.
    `sent_at` is our clock, in seconds since 1970. With `planned` it was noted for a whole plan at once: the request may
    never have been sent, or with page URLs in it that were not known yet.
    """

    uid: Uid
    kind: IntentKind
    page_id: PageId | None
    record: Record
    title: str
    remote: Prints
    blind: Fingerprint
    sent_at: float
    epoch: int
    pass_id: str = ""
    planned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A step that waits for a person. `action` is the one it would have had.

    `basis` is a digest of both sides when it was held, so that a decision made on it is void when either moves.
    `base`, `git` and `remote` are the three texts for the conflict view, where known.
    """

    uid: Uid
    path: RepoPath
    page_id: PageId | None
    action: str
    code: str
    reason: str
    basis: str
    at: float
    base: TextId | None = None
    git: TextId | None = None
    remote: TextId | None = None
    candidates: tuple[PageId, ...] = ()
    since_pass: str = ""


class Choice(StrEnum):
    """What a person decided about a hold."""

    GIT = "git"
    REMOTE = "remote"
    MERGE = "merge"
    PAGE = "page"
    NEW = "new"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's word on a hold, carried out by the next pass, void if `basis` is no longer the hold's.

    `page_id` goes with `page`, `text` with `restore` (a kept text to be put back).
    """

    uid: Uid
    choice: Choice
    basis: str
    at: float
    page_id: PageId | None = None
    text: TextId | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptText:
    """A text that a step overwrote or removed, kept before it was done. `number` is what a person names it by."""

    number: int
    mirror: MirrorName
    uid: Uid
    path: RepoPath
    page_id: PageId | None
    at: float
    why: str
    title: str
    text: TextId
