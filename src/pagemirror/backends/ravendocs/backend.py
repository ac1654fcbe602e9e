"""Raven Docs' pure half: what it can do, and how a document becomes one of its pages. Knows no network."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel

from pagemirror.backends.interface import Context, Problem, Session, Target
from pagemirror.backends.ravendocs.documents import EMPTY, blind, body_from, body_problem, normal_body, read, readable
from pagemirror.backends.ravendocs.limits import (
    BODY_LIMIT,
    FILE_LIMIT,
    GROWTH,
    PAGE_SIZE,
    REQUESTS_PER_DAY,
    REQUESTS_PER_MINUTE,
)
from pagemirror.backends.ravendocs.render import losses, rendered
from pagemirror.backends.ravendocs.settings import RavendocsSettings
from pagemirror.backends.texts import address, text_problem, token_problem
from pagemirror.model.documents import Document
from pagemirror.model.fields import BODY, ICON, PARENT, TITLE, Fields
from pagemirror.model.ids import FieldName, TargetKey
from pagemirror.model.pages import Capabilities, Tree
from pagemirror.transport.interface import Transport

__all__ = ["BACKEND", "RavendocsBackend"]

_CAPABILITIES: Final = Capabilities(
    format="prosemirror",
    tree=Tree.PARENTS,
    title_limit=None,
    body_limit=BODY_LIMIT,
    fields=frozenset({PARENT, ICON}),
    create_only=frozenset(),
    versions=False,
    changed_since=False,
    archive="tombstone",
    restore=True,
    delete=True,
    drafts=False,
    page_size=PAGE_SIZE,
    live_editor=True,
    gaps={
        "api": 'the published server 0.10 does not answer the documented API (`dialect = "rest"`) but calls of its own '
        '(`dialect = "rpc"`)',
        "versions": "there is no version: a page is read before each write",
        "changed_since": "rest: a drift check lists all pages of the space",
        "listing": "rest: whether a listing holds pages below others is not documented: `listing` says it",
        "archive": "rest: there is no archive: the page moves below `archive_parent`, or gets a word before its title "
        "and a note above its text; rpc: the page goes into the trash, which is emptied after 30 days",
        "delete": "rest: what becomes of the pages below a deleted one is not documented; rpc: nothing is deleted for "
        "good, the page goes into the trash",
        "editor": "rpc: a page that somebody opened in the editor has a document of its own there, which no write "
        "reaches: the person's next edit brings its text back",
        "mark": "a document has no place for an unseen comment: `mark` is not used",
        "order": "rest: the API has no order of pages; rpc: they are put in order at the end of a pass, by a list of "
        "the siblings where one of them moved, and one request a page that must move",
        "files": "rest: no files are uploaded: images are linked by `raw_url`",
        "drafts": "there are no drafts: `status` in the front matter is not used",
    },
)


class RavendocsBackend:
    """Raven Docs, as the engine sees it."""

    name: str = "ravendocs"
    capabilities: Capabilities = _CAPABILITIES
    own_model: type[BaseModel] = RavendocsSettings
    base_url: str = ""
    requests_per_minute: int = REQUESTS_PER_MINUTE
    requests_per_day: int = REQUESTS_PER_DAY

    def check_token(self, token: str) -> Problem | None:
        """What no header can hold is refused; that keys begin with `raven_sk_` is documented, and not so everywhere."""
        return token_problem(token)

    def tree(self, target: Target) -> Tree:
        """Pages below pages."""
        del target
        return Tree.PARENTS

    def target_key(self, target: Target) -> TargetKey:
        """Backend, base URL, workspace and space; the published server has one workspace."""
        own = _own(target)
        if own.dialect == "rpc":
            return TargetKey(f"{self.name}:{address(target.base_url)}#rpc/{own.space_id}")
        return TargetKey(f"{self.name}:{address(target.base_url)}#{own.workspace_id}/{own.space_id}")

    def render(self, document: Document, body: str, context: Context, target: Target) -> Fields:
        """Title, the document as JSON text, and the icon where the front matter sets one."""
        del context
        return rendered(document, body, target.html)

    def fits(self, size: int, target: Target) -> bool:
        """A document is always valid, and takes far less than this share of what a request may have."""
        del target
        return size * GROWTH <= BODY_LIMIT

    def losses(self, body: str, target: Target) -> tuple[str, ...]:
        """What the editor's schema has no place for."""
        return losses(body, target.html)

    def normal(self, fields: Fields) -> Fields:
        """The title trimmed, the body in normal form, so that defaults filled in by the server are no change."""
        normal = dict(fields)
        if TITLE in fields:
            normal[TITLE] = str(fields[TITLE] or "").strip()
        if BODY in fields:
            normal[BODY] = normal_body(str(fields[BODY] or ""))
        return normal

    def problem(self, fields: Fields, *, page: str = "") -> Problem | None:
        """An empty title, a document that the editor could not open, or one too long for a request."""
        problem = text_problem({TITLE: fields.get(TITLE)}, title_limit=None, body_limit=None)
        return problem or body_problem(str(fields.get(BODY) or EMPTY), BODY_LIMIT, page=page)

    def frozen(self, sent: Fields, wanted: Fields) -> Mapping[FieldName, str]:
        """Every field can always be changed."""
        del sent, wanted
        return {}

    def blind(self, body: str, unresolve: Callable[[str], str | None]) -> str:
        """The addresses of links, images and other media."""
        return blind(body, unresolve)

    def to_markdown(self, fields: Fields) -> str:
        """The document as Markdown from which it can be made again; what Markdown has no form for is carried in it."""
        return readable(str(fields.get(BODY) or ""))

    def from_markdown(self, body: str) -> str:
        """The document that a Markdown text becomes; a text that is a document already stays."""
        if body.startswith("{") and read(body) is not None:
            return body
        return body_from(body)

    def file_limit(self, target: Target) -> int | None:
        """The published server keeps files with a page; the documented API's way is not known to work."""
        return FILE_LIMIT if _own(target).dialect == "rpc" else None

    def file_url(self, target: Target, file: str, name: str) -> str:
        """An address on the same host: readers are let in by their own login."""
        return f"{urlsplit(target.base_url).path.rstrip('/')}/files/{file}/{name}"

    def open(self, target: Target, transport: Transport) -> Session:
        """The network half of the target's dialect."""
        if _own(target).dialect == "rpc":
            from pagemirror.backends.ravendocs.rpc.session import RpcSession  # noqa: PLC0415 - planning needs none

            return RpcSession(_own(target), target, transport)
        from pagemirror.backends.ravendocs.session import RavendocsSession  # noqa: PLC0415 - planning needs none

        return RavendocsSession(_own(target), transport)


def _own(target: Target) -> RavendocsSettings:
    if not isinstance(target.own, RavendocsSettings):
        raise TypeError(f"a target of ravendocs carries {type(target.own).__name__}")
    return target.own


BACKEND: Final = RavendocsBackend()
