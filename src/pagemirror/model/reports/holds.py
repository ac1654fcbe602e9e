"""What waits for a person, what they decided, and the texts that were kept."""

from dataclasses import dataclass

from pagemirror.model.ids import MirrorName, PageId

__all__ = ["ConflictReport", "HistoryRow", "ResolveReport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictReport:
    """One hold with its three texts; None where a text isn't known. `choices` are the ways `resolve` offers.

    `gone` says that it waits for the page of a file that is gone; `twice` that another file has its path by now, or had
    it before, and waits there too; `alike` that this other file is gone as well, so that only the page tells which.
    """

    mirror: MirrorName
    path: str
    page_id: PageId | None
    url: str
    action: str
    code: str
    reason: str
    at: float
    choices: tuple[str, ...]
    base: str | None = None
    git: str | None = None
    remote: str | None = None
    candidates: tuple[PageId, ...] = ()
    decided: str = ""
    gone: bool = False
    twice: bool = False
    alike: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveReport:
    """A decision that was noted for the next pass."""

    mirror: MirrorName
    path: str
    choice: str
    code: str
    page_id: PageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One kept text. `number` names it for `restore`; `text` is the whole text."""

    mirror: MirrorName
    number: int
    path: str
    page_id: PageId | None
    at: float
    why: str
    title: str
    first_line: str
    size: int
    text: str
