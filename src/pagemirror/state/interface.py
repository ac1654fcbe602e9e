"""What a state store is. Records come out as values, and only `apply` changes anything: one transaction a call."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pagemirror.model.fields import digest_of
from pagemirror.model.ids import CommitId, MirrorName, PageId, PassId, RepoPath, TargetKey, TextId, Uid
from pagemirror.model.listing import PageQuery, PageRows
from pagemirror.model.records import Decision, Hold, Intent, KeptText, Record
from pagemirror.state.standing import Counts, MirrorState

__all__ = [
    "AddPass",
    "Change",
    "DropDecision",
    "DropHold",
    "DropIntent",
    "DropRecord",
    "Keep",
    "Lease",
    "Owner",
    "PassRow",
    "PutDecision",
    "PutHold",
    "PutIntent",
    "PutMirror",
    "PutRecord",
    "PutText",
    "Store",
    "Usage",
    "text_id",
]


def text_id(text: str) -> TextId:
    """The id under which a text is stored: a hash of its bytes."""
    return TextId(digest_of(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRow:
    """One pass, for `status`: times are seconds since 1970, `summary` is the JSON summary's counts."""

    id: PassId
    mirror: MirrorName
    started: float
    ended: float
    commit: CommitId | None
    result: str
    requests: int
    summary: tuple[tuple[str, int], ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutRecord:
    """Write a record, whole."""

    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRecord:
    """Forget a record (only for one that never had a page)."""

    uid: Uid


@dataclass(frozen=True, slots=True, kw_only=True)
class PutIntent:
    """Note what is about to be sent; fails if the lock's epoch moved."""

    intent: Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class DropIntent:
    """The intent's outcome is known."""

    uid: Uid


@dataclass(frozen=True, slots=True, kw_only=True)
class PutHold:
    """A step waits for a person."""

    hold: Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class DropHold:
    """Nothing waits any more."""

    uid: Uid


@dataclass(frozen=True, slots=True, kw_only=True)
class PutDecision:
    """A person decided."""

    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class DropDecision:
    """A decision was carried out, or is void."""

    uid: Uid


@dataclass(frozen=True, slots=True, kw_only=True)
class PutText:
    """Store a text under its `text_id`."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Keep a text that is about to be overwritten or removed; the same text of the same page is kept once."""

    uid: Uid
    path: RepoPath
    page_id: PageId | None
    at: float
    why: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutMirror:
    """Write the mirror's row, whole."""

    mirror: MirrorState


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPass:
    """Remember a pass; the last 200 of a mirror stay."""

    row: PassRow


Change = (
    PutRecord
    | DropRecord
    | PutIntent
    | DropIntent
    | PutHold
    | DropHold
    | PutDecision
    | DropDecision
    | PutText
    | Keep
    | PutMirror
    | AddPass
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who holds a lock. `started` tells this process from a later one with its pid, "" where that isn't known."""

    pid: int
    host: str
    command: str = ""
    started: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A lock that is held: `epoch` grows by one with each taking, `until` is in seconds since 1970.

    `taken_over` is the owner whose lease had run out or whose process was gone, if there was one.
    """

    mirror: MirrorName
    owner: Owner
    epoch: int
    until: float
    taken_over: Owner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Requests sent to a target: pairs of whole seconds since 1970 and a count, of the last 24 hours, oldest first.

    `paused_until` is when the server's last Retry-After ends, 0.0 where there is none.
    """

    slots: tuple[tuple[int, int], ...] = ()
    paused_until: float = 0.0


class Store(Protocol):
    """A state store. Reads give values; `apply` is one durable transaction."""

    @property
    def writable(self) -> bool:
        """Whether it was opened for writing; else everything that changes it raises StateError."""
        ...

    @property
    def keeps_texts(self) -> bool:
        """Whether texts that are put are there for later passes too."""
        ...

    def mirror(self, name: MirrorName) -> MirrorState | None:
        """The mirror's row."""
        ...

    def mirrors(self) -> tuple[MirrorState, ...]:
        """All mirrors known, also those no longer configured, by name."""
        ...

    def rename_mirror(self, old: MirrorName, new: MirrorName) -> bool:
        """Move all rows of `old` to `new` in one transaction; False if there is none or `new` has records."""
        ...

    def counts(self, name: MirrorName) -> Counts:
        """The mirror's figures; one query a table, no row read."""
        ...

    def records(self, name: MirrorName) -> Iterator[Record]:
        """All records, by path; streamed."""
        ...

    def page_rows(self, name: MirrorName, query: PageQuery) -> PageRows:
        """A screenful of pages by path, cut by the database."""
        ...

    def records_by_uid(self, name: MirrorName, uids: Iterable[Uid]) -> dict[Uid, Record]:
        """The records of these uids that there are."""
        ...

    def records_by_path(self, name: MirrorName, paths: Iterable[RepoPath]) -> tuple[Record, ...]:
        """The records, live or not, at these paths."""
        ...

    def records_open(self, name: MirrorName) -> tuple[Record, ...]:
        """Records with open work, a failure, or a hold or decision on them."""
        ...

    def records_away(self, name: MirrorName) -> tuple[Record, ...]:
        """Records that are not `live`: removed or left."""
        ...

    def linkers(self, name: MirrorName, keys: Iterable[str]) -> frozenset[Uid]:
        """The uids of records whose `links` hold one of these keys."""
        ...

    def pages_at(self, target: TargetKey, page_ids: Iterable[PageId]) -> dict[PageId, tuple[MirrorName, Uid]]:
        """Which mirror's record these pages belong to, over all mirrors of a target."""
        ...

    def page_ids(self, name: MirrorName) -> dict[PageId, Uid]:
        """The page ids of all live records."""
        ...

    def elsewhere(self, root: str, paths: Iterable[RepoPath]) -> dict[RepoPath, tuple[MirrorName, Record]]:
        """Live records of any mirror of the same repository (by root commit) at these paths."""
        ...

    def intents(self, name: MirrorName) -> tuple[Intent, ...]:
        """Open intents, oldest first."""
        ...

    def holds(self, name: MirrorName) -> tuple[Hold, ...]:
        """Holds, by path."""
        ...

    def decisions(self, name: MirrorName) -> dict[Uid, Decision]:
        """Decisions not yet carried out."""
        ...

    def text(self, text: TextId) -> str | None:
        """A stored text, None if it was never stored or was pruned."""
        ...

    def kept(self, name: MirrorName, uid: Uid | None = None) -> tuple[KeptText, ...]:
        """Kept texts, newest first."""
        ...

    def passes(self, name: MirrorName, limit: int = 1) -> tuple[PassRow, ...]:
        """The last passes, newest first."""
        ...

    def apply(self, name: MirrorName, changes: Sequence[Change], *, epoch: int | None = None) -> None:
        """Make these changes in one durable transaction.

        With `epoch`, raises `LockedError` and changes nothing if the lock's epoch is another one by now.
        """
        ...

    def announce(self, name: MirrorName, changes: Iterable[Change], *, epoch: int) -> None:
        """Make known beforehand what a pass is going to send, as intents with their texts.

        For a store in which each durable write costs much: returns when whoever comes after a killed pass will find
        these intents. A store in which it costs little doesn't look at `changes`. Makes no later `PutIntent` needless.
        """
        ...

    def prune(self, *, now: float, keep: float, every: float = 0.0) -> int:
        """Forget kept texts older than `keep` seconds and texts that nothing names; gives the number of bytes freed.

        Goes over all records: nothing is done where that was done less than `every` seconds ago.
        """
        ...

    def export(self, names: Sequence[MirrorName], *, texts: bool) -> Iterator[str]:
        """What there is of these mirrors as JSON lines (without line ends), as it stood when the first was asked for.

        With `texts` also the texts that their rows name, and those kept.
        """
        ...

    def take_in(self, content: Mapping[MirrorName, Sequence[Change]], *, now: float) -> None:
        """Put mirrors in that there is nothing of yet, all in one transaction.

        Raises `StateError` (code `state_taken`) where there are records of one of them, `LockedError` where one is
        locked; whoever began a first pass of it unseen can write no more.
        """
        ...

    def acquire(self, name: MirrorName, owner: Owner, *, now: float, lease: float) -> Lease:
        """Take the mirror's lock; raises `LockedError` naming the holder. A stale one is taken over."""
        ...

    def renew(self, lease: Lease, *, now: float, seconds: float) -> Lease:
        """Prolong a lock; raises `LockedError` if it was taken over."""
        ...

    def release(self, lease: Lease) -> None:
        """Give a lock back; nothing happens if it was taken over."""
        ...

    def holder(self, name: MirrorName, *, now: float) -> Owner | None:
        """Who holds the lock now."""
        ...

    def reserve(self, target: TargetKey, *, now: float, decide: Callable[[Usage], int]) -> int:
        """Read a target's usage, ask `decide` how many requests to count at `now`, count them: one transaction."""
        ...

    def usage(self, target: TargetKey, *, now: float) -> Usage:
        """A target's requests of the last 24 hours."""
        ...

    def pause(self, target: TargetKey, *, until: float) -> None:
        """Remember that the server asked for a pause; an earlier end than the known one is ignored."""
        ...

    def close(self) -> None:
        """Give the database back."""
        ...
