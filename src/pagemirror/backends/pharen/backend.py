"""Pharen's pure half: what it can do, and how a document becomes one of its pages. Knows no network."""

from collections.abc import Callable, Mapping
from typing import Final

from pydantic import BaseModel

from pagemirror.backends.interface import Context, Problem, Session, Target
from pagemirror.backends.marks import unmarked
from pagemirror.backends.pharen.limits import PAGE_SIZE, REQUESTS_PER_MINUTE, TITLE_LIMIT
from pagemirror.backends.pharen.render import rendered
from pagemirror.backends.pharen.settings import PharenSettings
from pagemirror.backends.texts import address, normal_fields, text_problem, token_problem
from pagemirror.content import blind
from pagemirror.model.documents import Document
from pagemirror.model.fields import BODY, Fields
from pagemirror.model.ids import FieldName, TargetKey
from pagemirror.model.pages import Capabilities, Tree
from pagemirror.transport.interface import Transport

__all__ = ["BACKEND", "PharenBackend"]

_CAPABILITIES: Final = Capabilities(
    format="markdown",
    tree=Tree.TITLE,
    title_limit=TITLE_LIMIT,
    body_limit=None,
    fields=frozenset(),
    create_only=frozenset(),
    versions=False,
    changed_since=False,
    archive="tombstone",
    restore=True,
    delete=True,
    drafts=False,
    page_size=PAGE_SIZE,
    gaps={
        "api": "the vendor has withdrawn the public reference of this API; base URL and path are settings",
        "versions": "there is no version, and times are whole seconds: a page is read before each write",
        "changed_since": "a drift check lists all pages",
        "archive": "there is no archive: the page gets a word before its title and a note above its text",
        "tree": "there are no folders; `title_path = true` puts the folders' titles before the page's",
        "delete": "deleting is for good; the text is kept here only",
        "drafts": "there are no drafts: `status` in the front matter is not used",
    },
)


class PharenBackend:
    """Pharen, as the engine sees it."""

    name: str = "pharen"
    capabilities: Capabilities = _CAPABILITIES
    own_model: type[BaseModel] = PharenSettings
    base_url: str = "https://api.pharen.de/v1"
    requests_per_minute: int = REQUESTS_PER_MINUTE
    requests_per_day: int = 0

    def check_token(self, token: str) -> Problem | None:
        """No form is documented; what no header can hold is refused."""
        return token_problem(token)

    def tree(self, target: Target) -> Tree:
        """In the title, or nowhere."""
        return Tree.TITLE if _own(target).title_path else Tree.NONE

    def target_key(self, target: Target) -> TargetKey:
        """Backend, base URL and path; a key belongs to one workspace, which the API doesn't name."""
        return TargetKey(f"{self.name}:{address(target.base_url)}{_own(target).path}")

    def render(self, document: Document, body: str, context: Context, target: Target) -> Fields:
        """Title and body."""
        mark_mirror = target.mirror if target.mark == "comment" else None
        return rendered(document, body, context, _own(target), mark_mirror=mark_mirror)

    def fits(self, size: int, target: Target) -> bool:
        """The Markdown is sent as it is, and no limit of it is documented."""
        del size, target
        return self.capabilities.body_limit is None

    def losses(self, body: str, target: Target) -> tuple[str, ...]:
        """None: Markdown is what Pharen takes."""
        del body, target
        return ()

    def normal(self, fields: Fields) -> Fields:
        """Line ends, blank lines at both ends and the mark taken out."""
        return normal_fields(fields)

    def problem(self, fields: Fields, *, page: str = "") -> Problem | None:
        """A title of 1 to 255 characters; no limit of the body is documented."""
        del page
        capabilities = self.capabilities
        return text_problem(fields, title_limit=capabilities.title_limit, body_limit=capabilities.body_limit)

    def frozen(self, sent: Fields, wanted: Fields) -> Mapping[FieldName, str]:
        """Both fields can always be changed."""
        del sent, wanted
        return {}

    def blind(self, body: str, unresolve: Callable[[str], str | None]) -> str:
        """The destinations of Markdown."""
        return blind(body, unresolve)

    def to_markdown(self, fields: Fields) -> str:
        """The body without its mark."""
        return unmarked(str(fields.get(BODY) or ""))

    def from_markdown(self, body: str) -> str:
        """Markdown is what Pharen takes."""
        return body

    def open(self, target: Target, transport: Transport) -> Session:
        """The network half."""
        from pagemirror.backends.pharen.session import PharenSession  # noqa: PLC0415 - planning needs no network half

        return PharenSession(_own(target), transport)


def _own(target: Target) -> PharenSettings:
    if not isinstance(target.own, PharenSettings):
        raise TypeError(f"a target of pharen carries {type(target.own).__name__}")
    return target.own


BACKEND: Final = PharenBackend()
