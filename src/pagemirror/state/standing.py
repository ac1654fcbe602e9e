"""How a mirror stands in the state: its row, and its counts. All that a pass with nothing to do asks for."""

from dataclasses import dataclass

from pagemirror.model.ids import CommitId, MirrorName, TargetKey, TreeId

__all__ = ["Counts", "MirrorState"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorState:
    """What is remembered of a mirror as a whole.

    `key` is the input key of the last pass in which every step had an outcome, "" where there was none. `tree` and
    `commit` are those of the last pass that recorded its snapshot. `root` is the repository's root commit, `folder` the
    source folder, `settings` the digest of what shapes pages, `selection` the digest of what selects files, `token` a
    fingerprint of the token. `cursor` is server time (seconds since 1970) of the last clean listing, `listed_at` and
    `removals_at` our clock.
    """

    name: MirrorName
    target: TargetKey
    root: str = ""
    folder: str = ""
    key: str = ""
    tree: TreeId | None = None
    commit: CommitId | None = None
    settings: str = ""
    selection: str = ""
    token: str = ""
    cursor: float = 0.0
    listed_at: float = 0.0
    removals_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many records of a mirror stand where. `pages` are live records that have a page.

    `failed` counts every page that failed, `retrying` those of them with open work: they failed for a passing reason.
    `texts_bytes` is the size of the mirror's kept texts as they are stored.
    """

    records: int = 0
    pages: int = 0
    held: int = 0
    unsettled: int = 0
    diverged: int = 0
    unknown: int = 0
    failed: int = 0
    retrying: int = 0
    deferred: int = 0
    leaving: int = 0
    decided: int = 0
    intents: int = 0
    texts_bytes: int = 0
