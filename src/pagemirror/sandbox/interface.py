"""What each API of the sandbox is to the rest of it: one package per API, all with the same files and names.

An API must answer as its documentation says, keep its pages in memory, and offer a person's hand on them.
It must not know HTTP, faults, the log or another API. It may leave `drafts` and `versions` of a page empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pagemirror.sandbox.exchange import Answer, Call, Endpoint, Json, Refused

__all__ = ["Api", "ContentForm", "Hub", "NotThere", "PageVersion", "PageView", "TreeForm", "WrongInput"]

ContentForm = Literal["markdown", "prosemirror"]
TreeForm = Literal["none", "folders", "pages"]


class NotThere(LookupError):
    """A person asked for a page, folder or version that does not exist."""


class WrongInput(ValueError):
    """A person's edit, or data to start with, that makes no sense; the message says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVersion:
    """One published state of a page."""

    number: int
    title: str
    content: str
    change: str
    at: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page as the web view and the dump show it, the same for every API; `parent` is another page's id."""

    id: str
    title: str
    content: str
    status: str
    archived: bool
    created_at: str
    updated_at: str
    published_at: str | None = None
    version: int | None = None
    draft_title: str | None = None
    draft_content: str | None = None
    versions: tuple[PageVersion, ...] = ()
    folders: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    parent: str | None = None
    icon: str = ""

    @property
    def has_unpublished_draft(self) -> bool:
        """Whether a draft says something else than the live page."""
        if self.draft_title is None:
            return False
        return (self.draft_title, self.draft_content or "") != (self.title, self.content) or self.version is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A folder for the web view's tree; `parent` is a folder's id."""

    id: str
    name: str
    emoji: str
    parent: str | None


class Api(Protocol):
    """One API of the sandbox."""

    @property
    def name(self) -> str:
        """The word for it in paths, switches and counts."""
        ...

    @property
    def label(self) -> str:
        """Its name for people."""
        ...

    @property
    def base(self) -> str:
        """The path under which it lives, without a slash at the end."""
        ...

    @property
    def address(self) -> str:
        """The base URL's path as a client configures it."""
        ...

    @property
    def statuses(self) -> Sequence[str]:
        """The states that its pages can be in, for people who look for some."""
        ...

    @property
    def content_form(self) -> ContentForm:
        """What bodies are written in; ProseMirror stands in a view as JSON text."""
        ...

    @property
    def tree_form(self) -> TreeForm:
        """What pages are arranged by: nothing, folders, or their parents."""
        ...

    @property
    def own_settings(self) -> tuple[tuple[str, str], ...]:
        """What a client must be configured with besides base URL and key."""
        ...

    @property
    def own_secrets(self) -> tuple[tuple[str, str], ...]:
        """What a client may be configured with instead of the key, by reference."""
        ...

    @property
    def reader_cookie(self) -> str:
        """The cookie that lets a reader's browser see the pictures of pages; "" where nothing keeps them from it."""
        ...

    @property
    def endpoints(self) -> Sequence[Endpoint]:
        """All documented endpoints."""
        ...

    @property
    def tokens(self) -> Sequence[str]:
        """The keys that it accepts, the one to announce first."""
        ...

    @property
    def switches(self) -> Any:
        """The switches in force, a frozen dataclass."""
        ...

    def set_switches(self, values: Mapping[str, object]) -> None:
        """Change switches; raise `SwitchError` and change nothing if one is wrong."""
        ...

    def authorise(self, call: Call) -> None:
        """Refuse a request without a good key."""
        ...

    def throttle(self) -> Answer | None:
        """Count a request against the rate limits; answer 429 where they are on and reached."""
        ...

    def rate_headers(self) -> tuple[tuple[str, str], ...]:
        """Headers on rate limits for an answer that is not a 429."""
        ...

    def limited(self, retry_after: float) -> Answer:
        """Return a 429 in this API's form."""
        ...

    def refuse(self, refused: Refused, call: Call) -> Answer:
        """Give a refusal of a call this API's body."""
        ...

    def failure(self, status: int) -> Answer:
        """Return a fault's status with this API's body."""
        ...

    def reset(self) -> None:
        """Go back to the data and switches that the sandbox was started with."""
        ...

    def views(self) -> Sequence[PageView]:
        """Return all pages, archived ones too, the newest first."""
        ...

    def view(self, page_id: str) -> PageView:
        """Return one page; raise `NotThere`."""
        ...

    def hubs(self) -> Sequence[Hub]:
        """Return the folders, if the API has any."""
        ...

    def person_creates(self, values: Json) -> PageView:
        """Create a page as a person does in the web app."""
        ...

    def person_edits(self, page_id: str, values: Json) -> PageView:
        """Edit a page as a person does: `title`, `content`, `publish`."""
        ...

    def person_archives(self, page_id: str) -> None:
        """Archive a page, or delete it where the API has no archive."""
        ...

    def seed(self, kind: str, values: Json) -> Json:
        """Add other data that the API has, such as a folder."""
        ...

    def write_count(self) -> int:
        """Return a number that grows with every change of the data."""
        ...

    def keep(self) -> Any:
        """Return the whole data as an immutable value that `as_json` can write elsewhere, in another thread too."""
        ...

    def as_json(self, kept: Any) -> Json:
        """Write what `keep` returned as JSON values."""
        ...

    def load(self, value: Json) -> None:
        """Replace all data by what `as_json` wrote."""
        ...
