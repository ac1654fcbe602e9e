"""What a backend is: a pure `Backend`, cheap to import, and the `Session` that it opens on one target.

A backend knows one API, in one package, and nothing of plans, records or state. What is special about an API is a
declared capability or one of the pure functions here, never a branch in the engine.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, JsonValue

from pagemirror.model.documents import Document
from pagemirror.model.fields import Fields
from pagemirror.model.ids import FieldName, PageId, TargetKey
from pagemirror.model.pages import Capabilities, Found, Listing, Page, Removal, Tree
from pagemirror.transport.interface import Transport

__all__ = [
    "SECRET",
    "Arranger",
    "Backend",
    "Context",
    "Crediting",
    "Keeper",
    "Probe",
    "Problem",
    "Recalling",
    "Saves",
    "Session",
    "Sizing",
    "Target",
    "Uploader",
    "Written",
    "reference",
]

SECRET: Final[dict[str, JsonValue]] = {"secret": True}
"""What an own key's field carries as `json_schema_extra` where the key names a secret: `Target.secrets` has it."""

_REFERENCE: Final = re.compile(r"env:[A-Za-z_]\w*|file:\S.*|credential:[\w.@-]+", re.ASCII)


def reference(text: str) -> str:
    """Check an own key that names a secret; a literal one raises a ValueError that does not repeat it."""
    if text and not _REFERENCE.fullmatch(text):
        ways = "env:NAME, file:PATH or credential:NAME"
        raise ValueError(f"a secret is never written into the config; name where it is: {ways}")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where pages go: the settings every backend shares, and `own`, validated by the backend's `own_model`.

    `token` is the secret itself (it is never printed); the empty string where none is configured or wanted yet.
    `secrets` are those that own keys name, by key. `html` says what becomes of raw HTML that the target can't hold.
    """

    base_url: str
    token: str
    own: BaseModel
    mark: str = "none"
    mirror: str = ""
    html: Literal["code", "text"] = "code"
    secrets: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        """A form without the secret."""
        return f"Target(base_url={self.base_url!r}, own={self.own!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What stands around a document: `ancestors` are the titles from the top down, `path` is relative to the source
    folder.
    """

    path: str
    ancestors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a page can't be sent as it is: a stable code (`title`, `too_large`, `unsupported`, …) and prose."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a probe read found: the workspace's id (or ""), and what a person calls it."""

    workspace: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A write that was answered: the page as the server gave it back, and what a person should know of it.

    `read_back`: the answer held no page, so it was read afterwards, and may hold a person's edit already.
    `shadowed`: people have worked on the page in an editor that may not show what was written.
    """

    page: Page
    warnings: tuple[str, ...] = ()
    read_back: bool = False
    shadowed: bool = False


@runtime_checkable
class Backend(Protocol):
    """The pure half of a backend.

    Must: be a module-level object that imports neither the HTTP library nor the network half; give the same answer for
    the same arguments. Must not: look at a clock, network or disk. May: declare gaps in its capabilities.
    """

    name: str
    capabilities: Capabilities
    own_model: type[BaseModel]
    base_url: str
    requests_per_minute: int
    requests_per_day: int

    def check_token(self, token: str) -> Problem | None:
        """What is wrong with a token's form, before the first request; never repeats the token."""
        ...

    def tree(self, target: Target) -> Tree:
        """How this target, with its settings, expresses the folder tree."""
        ...

    def target_key(self, target: Target) -> TargetKey:
        """The target's name in the state: backend, base URL without a trailing slash, workspace; no secret."""
        ...

    def render(self, document: Document, body: str, context: Context, target: Target) -> Fields:
        """The page that the document should become.

        `body` is Markdown with its links filled in. Title and body always; other fields only where the document or the
        target's settings set them. Set fields hold names or ids as configured (`Session.resolve` makes ids of them).
        """
        ...

    def losses(self, body: str, target: Target) -> tuple[str, ...]:
        """What of a Markdown body, links filled in, the page will not hold, each as a sentence for a warning."""
        ...

    def normal(self, fields: Fields) -> Fields:
        """The normal form in which what was sent and what is read are compared; idempotent."""
        ...

    def problem(self, fields: Fields, *, page: str = "") -> Problem | None:
        """Why these fields can't be sent: over a limit, empty title, a character the API refuses.

        `page` is the body that the page is known to hold, "" where there is none: what a target has itself, it takes
        back.
        """
        ...

    def frozen(self, sent: Fields, wanted: Fields) -> Mapping[FieldName, str]:
        """The fields whose change from `sent` to `wanted` the API can't make, each with the reason."""
        ...

    def blind(self, body: str, unresolve: Callable[[str], str | None]) -> str:
        """A body field in which each destination that `unresolve` knows is replaced by its token.

        Two bodies that differ only in the URLs of the same pages are equal in this form.
        """
        ...

    def to_markdown(self, fields: Fields) -> str:
        """The body as Markdown without the mark, for people to compare and for merges.

        `from_markdown` of it is the same body in normal form; a page for which that does not hold is never merged.
        """
        ...

    def from_markdown(self, body: str) -> str:
        """The body field for a Markdown text (after a merge), or for a kept body field."""
        ...

    def open(self, target: Target, transport: Transport) -> "Session":
        """The network half, on this target."""
        ...


class Session(Protocol):
    """The network half: each method sends the requests that its sentence says, through the transport.

    Must: send a write once; return the page as the server gave it back; raise the errors of `model.errors`
    (`Rejected`, `TargetUnusable`, `Changed`, and what the transport raises). Must not: retry a write; look at state;
    swallow a refusal; decide what is right. May: raise `UnknownOutcome` when it can't tell.
    """

    async def probe(self) -> Probe:
        """One cheap read that tells a refused token from a refused page."""
        ...

    async def resolve(self, fields: Fields) -> Fields:
        """The same fields with the members of set fields as ids; look-ups are kept for the session.

        Raises `Rejected` for a name that isn't there, with the list of those there are.
        """
        ...

    async def list_headers(self, changed_since: float | None = None) -> Listing:
        """All live pages, or those changed since a server time (inclusive); one request a `page_size` rows."""
        ...

    async def get(self, page_id: PageId) -> Found:
        """One page with body (and a person's draft, where the API has drafts): one request."""
        ...

    async def create(self, fields: Fields) -> Written:
        """Make a page: one request, sent once. `fields` are resolved."""
        ...

    async def update(self, page: Page, changed: Fields, wanted: Fields) -> Written:
        """Change a page that was looked at: one write.

        `changed` are the fields to move, `wanted` all of them, resolved.
        """
        ...

    async def remove(self, page: Page, how: Removal, on: str) -> None:
        """Archive or delete a page that was looked at: one write. A page already gone is no error.

        `on` is the date for a tombstone's note (ISO 8601, UTC).
        """
        ...

    async def restore(self, page: Page, wanted: Fields) -> Written:
        """Bring an archived page or tombstone back under its id, with the wanted fields: one or two writes."""
        ...


@runtime_checkable
class Sizing(Protocol):
    """The pure half of a backend that can tell by a body's size that it can be sent, beside what every backend has.

    A plan then makes no bodies of new pages: their creates do, and look at what was made before they send it.
    """

    def fits(self, size: int, target: Target) -> bool:
        """Whether all that Markdown of so many bytes may become can be sent; False where only making it tells.

        The Markdown is UTF-8 and holds no NUL. Must: make the same of all other fields, whatever the body is.
        """
        ...


@runtime_checkable
class Keeper(Protocol):
    """The pure half of a backend whose API keeps files with a page, beside what every backend has."""

    def file_limit(self, target: Target) -> int | None:
        """The most bytes that a file may have on this target; None where it takes none."""
        ...

    def file_url(self, target: Target, file: str, name: str) -> str:
        """What a page names a file by, so that readers see it; the same for as long as the file is there."""
        ...


@runtime_checkable
class Uploader(Protocol):
    """A session whose API keeps files with a page, beside what every session has. Must: be a `Keeper`'s.

    Must: keep a file's id, and with it its URL, when it is sent again under that id.
    """

    async def files(self, page_id: PageId) -> Mapping[str, str]:
        """The files of a page: id → name; one request a full list."""
        ...

    async def upload(self, page_id: PageId, name: str, mime: str, content: bytes, *, file: str | None) -> str:
        """Send a file of a page and give its id: one write. With `file` it takes that one's place."""
        ...


@runtime_checkable
class Crediting(Protocol):
    """A session whose API tells who edits pages, beside what every session has."""

    async def editor(self, page: Page) -> str:
        """Who made the live text of a page that was read, by name; "" where that is nobody: one request."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Saves:
    """What people saved in a page's editor after some time, the newest first, and whether anybody had before it."""

    bodies: tuple[str, ...]
    before: bool


@runtime_checkable
class Recalling(Protocol):
    """A session whose API keeps the versions that people save in its editor, beside what every session has."""

    async def saves(self, page_id: PageId, since: float) -> Saves:
        """The saves of a page after a server time, as bodies: one request a few of them, at most five.

        Raises `Changed` where the page isn't there any more.
        """
        ...


@runtime_checkable
class Arranger(Protocol):
    """A session whose API has an order of siblings, beside what every session has.

    Must: move as few pages as possible, and none that isn't named.
    """

    async def siblings(self, parent: PageId | None) -> tuple[PageId, ...]:
        """The pages directly below one, or at the top, as readers see them: one request a full list."""
        ...

    async def arrange(self, parent: PageId | None, order: Sequence[PageId]) -> int:
        """Put the named ones of these siblings, which were asked for a moment ago, in this order: one write a move.

        Gives how many had to stay, as there is no room between their neighbours.
        """
        ...
