"""What a state holds, and how it differs from the target."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pagemirror.model.ids import MirrorName, PageId

__all__ = ["Difference", "Export", "StateContent", "VerifyFinding", "VerifyReport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateContent:
    """What a state holds of a mirror, as `state export` and `state import` count it. `texts_bytes` is of kept texts."""

    mirror: MirrorName
    records: int
    pages: int
    intents: int
    holds: int
    decisions: int
    texts_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Some mirrors' records as JSON lines, which are read from the state as they are asked for."""

    mirrors: tuple[StateContent, ...]
    lines: Iterator[str]


class Difference(StrEnum):
    """How a record differs from the target.

    `missing`: its page is not there, or not live. `title`: its page has another title than recorded. `twice`: another
    record has the same page. `no_page`: it has none.
    """

    MISSING = "missing"
    TITLE = "title"
    TWICE = "twice"
    NO_PAGE = "no_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyFinding:
    """A record that differs from the target; `message` says how."""

    path: str
    page_id: PageId | None
    title: str
    difference: Difference
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """A mirror's records against its target. `listed` counts the pages of the listing."""

    mirror: MirrorName
    records: int
    listed: int
    requests: int
    seconds: float
    findings: tuple[VerifyFinding, ...]
    warnings: tuple[str, ...] = ()
