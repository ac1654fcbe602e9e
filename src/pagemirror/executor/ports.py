"""What the executor asks of the others: rendering, time, and a place to write outcomes."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from pagemirror.model.fields import Fields
from pagemirror.model.ids import PageId, TextId, Uid
from pagemirror.model.images import Image, Upload
from pagemirror.model.pages import Header
from pagemirror.model.plans import Action, Outcome
from pagemirror.model.records import Record
from pagemirror.planner.views import Wanted
from pagemirror.state.interface import Change

__all__ = ["Done", "Journal", "Pages", "Rendered", "Tallies", "Tally", "Texts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A document as it would be sent now: with the page ids known by now, and volatile words filled in.

    `blind` is the body's text with links as uids. `pending` are the documents it links to that have no page yet.
    `images` are the files it shows that the target shall keep.
    """

    wanted: Wanted
    fields: Fields
    pending: tuple[Uid, ...]
    warnings: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a step ended. `record` is the record as it stands now, None where there is none."""

    outcome: Outcome
    code: str | None = None
    reason: str = ""
    page_id: PageId | None = None
    record: Record | None = None
    action: Action | None = None
    warnings: tuple[str, ...] = ()


class Texts(Protocol):
    """Stored texts, and the text merge."""

    @property
    def lasting(self) -> bool:
        """Whether texts that are stored now are there for later passes too."""
        ...

    def get(self, text: TextId) -> str | None:
        """A stored text, None if it is no longer there."""
        ...

    def merge(self, base: str, git: str, remote: str) -> str | None:
        """Three texts merged; None where hunks overlap."""
        ...


class Pages(Protocol):
    """Rendering, with a memory for page ids that became known."""

    def render(self, uid: Uid) -> Rendered:
        """Render a document anew; cheap, but not free."""
        ...

    def learned(self, uid: Uid, header: Header) -> None:
        """A document's page is known now; later renderings link to it."""
        ...

    def blind(self, text: str, of: Uid) -> str:
        """A page's Markdown with every known link destination replaced by the uid it means."""
        ...

    def known(self, uid: Uid) -> PageId | None:
        """The page id of a document, if it has one by now."""
        ...

    def uploads(self, uid: Uid) -> tuple[Upload, ...]:
        """The images of a document's page on the target, as far as is known by now."""
        ...

    def sent(self, uid: Uid, uploads: tuple[Upload, ...]) -> None:
        """These are a page's uploads now; later renderings show them."""
        ...

    def content(self, image: Image) -> bytes:
        """An image's bytes."""
        ...


class Journal(Protocol):
    """Durable writes, grouped."""

    async def commit(self, changes: Sequence[Change]) -> None:
        """Return when these changes are durable."""
        ...


class Tally(Protocol):
    """A count of requests."""

    requests: int


class Tallies(Protocol):
    """Counts the requests that are sent inside a `with` block, across awaits."""

    def __call__(self) -> AbstractContextManager[Tally]:
        """Open a block."""
        ...
