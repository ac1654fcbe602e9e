"""What `adopt` makes of files without a page."""

from dataclasses import dataclass
from enum import StrEnum

from pagemirror.model.ids import MirrorName, PageId

__all__ = ["AdoptRow", "Tie"]


class Tie(StrEnum):
    """What `adopt` makes of a file without a page.

    `tied`: noted for the next pass. `differs`: the only page of its title says something else. `several`: more than one
    has its title. `none`: none has.
    """

    TIED = "tied"
    DIFFERS = "differs"
    SEVERAL = "several"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptRow:
    """A file without a page, and the page that it is tied to. `equal`: that page holds the file's text already."""

    mirror: MirrorName
    path: str
    title: str
    tie: Tie
    equal: bool
    page_id: PageId | None
    candidates: tuple[PageId, ...] = ()
