"""Views: one page from its three sides, as the planner sees it."""

from dataclasses import dataclass, field
from typing import Final

from pagemirror.model.documents import Unreadable
from pagemirror.model.fields import NO_FIELDS, Fields, Prints, digest_of
from pagemirror.model.ids import BlobId, FieldName, Fingerprint, PageId, RepoPath, Uid
from pagemirror.model.pages import Absence
from pagemirror.model.records import Decision, Hold, Record

__all__ = [
    "UNSEEN",
    "Missing",
    "Present",
    "Rank",
    "Seen",
    "Situation",
    "Unseen",
    "View",
    "Wanted",
    "git_print",
    "own_print",
    "remote_print",
]

Rank = tuple[int, int, str]
"""Where a document belongs among its siblings: what orders it, its number there, and its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The page that a document should become, as fingerprints.

    `own` are the file's own fields with links as uids, `raw_body` its body's bytes. `sent` are the fields as rendered
    for the target, volatile words unexpanded; `full` the same in full, to be compared with what a page holds. `values`
    are the small fields. `print` is the digest's part, with links as source paths; `payload` names what would be sent,
    settings and token included. `links` are the keys of all it links to; `wants` are the documents without a page that
    it links to, or is to stand below. `problem` is why it can't be sent: a code and prose. `rank` sorts it among its
    siblings.

    Of a document that no record, hold or decision knows a plan has no fingerprints, `payload` and `links`, as they take
    more memory than all the rest. Who needs more renders the document again.
    """

    uid: Uid
    path: RepoPath
    blob: BlobId
    title: str
    own: Prints
    raw_body: Fingerprint
    sent: Prints
    full: Prints
    values: Fields = field(default_factory=lambda: NO_FIELDS)
    print: bytes = b""
    payload: str = ""
    front_id: str | None = None
    page_id: PageId | None = None
    protect: bool = False
    parent: Uid | None = None
    links: tuple[str, ...] = ()
    wants: tuple[Uid, ...] = ()
    problem: tuple[str, str] | None = None
    rank: Rank = (0, 0, "")


@dataclass(frozen=True, slots=True)
class Unseen:
    """Nobody looked at the page in this pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The page as it was looked at: fingerprints of its normal form, and whether a person's draft waits there.

    `ours` are the set fields of which a member that the mirror put there is gone. `tombstone`: it wears archive marks.
    `reverted`: the editor put an older text back over the one last written.
    """

    page_id: PageId
    prints: Prints
    version: str | None = None
    lost: frozenset[FieldName] = frozenset()
    draft: Fingerprint | None = None
    tombstone: bool = False
    reverted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """The page isn't to be had, and how."""

    kind: Absence


Seen = Unseen | Present | Missing
UNSEEN: Final = Unseen()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One page from its three sides, and what people said of it.

    `wanted` is None where the file is gone (or unreadable: then `unreadable` says so). `outside` means that the file is
    there and left through settings. `moved_from` is the record's path where identity followed a move. `ambiguous` and
    `foreign` name pages or paths that could be meant. `in_doubt`: a create's outcome is still unknown. `duplicate`: its
    front matter `id` stands in another file too. `protected`: a pattern says never to remove it. `equal`: the page
    found for adoption holds the same text, link-blind.
    """

    uid: Uid
    record: Record | None = None
    wanted: Wanted | None = None
    seen: Seen = UNSEEN
    unreadable: Unreadable | None = None
    hold: Hold | None = None
    decision: Decision | None = None
    outside: bool = False
    ambiguous: tuple[str, ...] = ()
    duplicate: tuple[RepoPath, ...] = ()
    in_doubt: bool = False
    protected: bool = False
    adopt: PageId | None = None
    equal: bool = False
    foreign: tuple[PageId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is true of the pass as a whole; `now` is in seconds since 1970.

    `pages` counts this mirror's live pages; `unchanged` and `diverged` those that are not among the views.
    `hidden_halves`: new files that could not be read or placed, any of which could be the other half of a removal.
    """

    now: float
    pages: int
    unchanged: int = 0
    diverged: int = 0
    empty_source: bool = False
    missing_folder: bool = False
    folder: str = ""
    other_repository: bool = False
    other_target: bool = False
    rewind: bool = False
    hidden_halves: tuple[RepoPath, ...] = ()
    commit: str = ""
    last_commit: str = ""


def git_print(wanted: Wanted | None) -> str:
    """The Git half of a hold's basis: it moves when the file gives something else."""
    if wanted is None:
        return "gone"
    if not wanted.raw_body:
        raise ValueError(f"{wanted.path} is new and has no fingerprints here; it must be rendered first")
    return _git_half(wanted.own, wanted.raw_body)


def own_print(record: Record) -> str:
    """The Git half of a basis where the file is as the record has it."""
    return _git_half(record.own, record.raw_body or "")


def _git_half(own: Prints, raw_body: str) -> str:
    """The Git half of a basis from what the file gives: its own fields, and its body's bytes."""
    return digest_of(*(f"{name}={value}" for name, value in sorted(own.items())), raw_body)


def remote_print(seen: Seen) -> str:
    """The target's half of a hold's basis: it moves when the page does. Empty where nobody looked."""
    match seen:
        case Unseen():
            return ""
        case Missing(kind=kind):
            return f"missing:{kind}"
        case Present():
            prints = (f"{name}={value}" for name, value in sorted(seen.prints.items()))
            return digest_of(*prints, seen.draft or "", *sorted(seen.lost))
